//! tantivy in process: the same documents in the same schema through its own writer, the same flattened queries.

use std::time::Duration;

use leaf_service::schema::{ShardSchema, Stamp, slot_name};
use shared::analysis::Analyzer;
use shared::mapping::{Mapping, Parsed};
use tantivy::collector::TopDocs;
use tantivy::query::{BooleanQuery, Occur, Query, TermQuery};
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{DocAddress, Index, Searcher, TantivyDocument, Term};
use tokio::time::Instant;

use crate::cpu;
use crate::error::BenchError;
use crate::throughput::{Indexed, Queried};
use crate::workload::{Class, FIELDS, Shape, Workload};

/// Memory of the one writer thread, as a leaf gives it.
const WRITER_BYTES: usize = 64 << 20;
/// Hits wanted.
pub(crate) const HITS: usize = 10;

/// An index made by tantivy's own writer.
pub(crate) struct Baseline {
    /// How long that took.
    pub indexed: Indexed,
    schema: ShardSchema,
    mapping: Mapping,
    searcher: Searcher,
    /// Holds the files until the end.
    _folder: tempfile::TempDir,
}

/// The mapping that both sides use.
pub(crate) fn mapping_json() -> serde_json::Value {
    serde_json::json!({"properties": {
        "title": {"type": "text"}, "body": {"type": "text"}, "authors": {"type": "keyword"},
        "categories": {"type": "keyword"}, "primary_category": {"type": "keyword"}, "archive": {"type": "keyword"},
        "created": {"type": "keyword"}, "updated": {"type": "keyword"}, "doi": {"type": "keyword"},
        "comments": {"type": "keyword"}, "year": {"type": "long"}, "num_authors": {"type": "long"}
    }})
}

/// Indexes the documents with one writer thread and one commit.
pub(crate) fn index(workload: &Workload) -> Result<Baseline, BenchError> {
    let json = mapping_json();
    let parsed = Parsed::from_json(json.as_object().expect("a literal object")).expect("a literal mapping");
    let mapping = parsed.mapping;
    let schema = ShardSchema::new(mapping.slots_used + shared::limits::TEXT_SLOTS_SPARE, &mapping);
    let folder = tempfile::tempdir()?;
    let index = Index::create_in_dir(folder.path(), schema.schema.clone())?;
    for slot in 0..u16::try_from(schema.text.len()).unwrap_or(u16::MAX) {
        index
            .tokenizers()
            .register(&slot_name(slot), Analyzer::standard().tokenizer());
    }
    let mut writer = index.writer_with_num_threads::<TantivyDocument>(1, WRITER_BYTES)?;
    let (began, cpu_before) = (Instant::now(), cpu::used_here());
    for (seq_no, document) in (0..).zip(&workload.documents) {
        let stamp = Stamp {
            id: &document.id,
            routing: None,
            version: 1,
            seq_no,
        };
        let converted = schema.document(stamp, &document.source, &mapping);
        writer.add_document(converted.map_err(|error| BenchError::Document {
            id: document.id.clone(),
            error,
        })?)?;
    }
    writer.commit()?;
    let indexed = Indexed {
        wall: began.elapsed(),
        cpu: cpu::used_here().saturating_sub(cpu_before),
        documents: workload.documents.len(),
    };
    writer.wait_merging_threads()?;
    let searcher = index.reader()?.searcher();
    Ok(Baseline {
        indexed,
        schema,
        mapping,
        searcher,
        _folder: folder,
    })
}

impl Baseline {
    /// Runs a class of queries twice, one after the other, and measures the second time. The stored documents of the
    /// hits are read, as the service reads them.
    pub(crate) fn query(&self, class: &Class<'_>) -> Result<Queried, BenchError> {
        let queries: Vec<Box<dyn Query>> = class
            .queries
            .iter()
            .map(|text| self.flattened(text, class.shape))
            .collect();
        for query in &queries {
            self.run(query.as_ref())?;
        }
        let (began, cpu_before) = (Instant::now(), cpu::used_here());
        let mut latencies = Vec::with_capacity(queries.len());
        for query in &queries {
            let sent = Instant::now();
            self.run(query.as_ref())?;
            latencies.push(sent.elapsed());
        }
        let cpu = cpu::used_here().saturating_sub(cpu_before);
        Ok(Queried::new(latencies, began.elapsed(), cpu))
    }

    fn run(&self, query: &dyn Query) -> Result<(), BenchError> {
        let collector = TopDocs::with_limit(HITS).order_by_score();
        let hits: Vec<(f32, DocAddress)> = self.searcher.search(query, &collector)?;
        for (_, address) in hits {
            let document: TantivyDocument = self.searcher.doc(address)?;
            std::hint::black_box(document);
        }
        Ok(())
    }

    fn flattened(&self, text: &str, shape: Shape) -> Box<dyn Query> {
        let (occur, fields): (Occur, &[&str]) = match shape {
            Shape::Any => (Occur::Should, &FIELDS),
            Shape::All => (Occur::Must, &FIELDS[1..]),
        };
        let mut clauses: Vec<(Occur, Box<dyn Query>)> = Vec::new();
        for field in fields {
            for token in Analyzer::standard().tokens(text) {
                let term = Term::from_field_text(self.field(field), &token.text);
                clauses.push((
                    occur,
                    Box::new(TermQuery::new(term, IndexRecordOption::WithFreqs)),
                ));
            }
        }
        Box::new(BooleanQuery::new(clauses))
    }

    fn field(&self, name: &str) -> Field {
        let slot = self
            .mapping
            .kind(name)
            .and_then(shared::mapping::FieldKind::slot)
            .unwrap_or(0);
        self.schema.text[usize::from(slot)]
    }
}

/// The time below which the budget of the design does not speak of throughput.
pub(crate) const LONG_QUERY: Duration = Duration::from_millis(1);
