//! One shard in memory, which both sides read.

use std::sync::Arc;
use std::time::Duration;

use leaf_service::execute::{ShardView, search};
use leaf_service::schema::{ShardSchema, Stamp, slot_name};
use leaf_service::view::View;
use shared::aggregation::{Aggregation, Partial, ShardAggregations};
use shared::analysis::Analyzer;
use shared::deadline::Deadline;
use shared::ids::{IndexUuid, Position, Shard};
use shared::mapping::Parsed;
use shared::wire::clause::{Clause, LeafQuery};
use shared::wire::{AttemptKind, SearchRequest, Statistics};
use tantivy::aggregation::agg_req::Aggregations;
use tantivy::aggregation::{AggContextParams, AggregationCollector, AggregationLimitsGuard};
use tantivy::query::AllQuery;
use tantivy::{Index, TantivyDocument};
use tokio::time::Instant;

use crate::error::BenchError;
use crate::workload::Workload;

/// Memory of the one writer thread: enough for one segment of the usual corpus.
const WRITER_BYTES: usize = 1 << 30;
/// As many buckets and as much memory as tantivy wants.
const BUCKETS_MAX: u32 = 10_000_000;

/// A shard of a corpus.
pub(super) struct BenchShard {
    view: Arc<View>,
}

impl BenchShard {
    /// Indexes the documents with one writer thread and one commit.
    pub(super) fn new(workload: &Workload) -> Result<Self, BenchError> {
        let json = serde_json::json!({"properties": {
            "title": {"type": "text"}, "body": {"type": "text"}, "authors": {"type": "keyword"},
            "categories": {"type": "keyword"}, "primary_category": {"type": "keyword"}, "archive": {"type": "keyword"},
            "created": {"type": "date"}, "updated": {"type": "keyword"}, "doi": {"type": "keyword"},
            "comments": {"type": "keyword"}, "year": {"type": "long"}, "num_authors": {"type": "long"}
        }});
        let parsed =
            Parsed::from_json(json.as_object().expect("a literal object")).expect("a literal mapping");
        let mapping = parsed.mapping;
        let schema = ShardSchema::new(mapping.slots_used, &mapping);
        let index = Index::create_in_ram(schema.schema.clone());
        for slot in 0..u16::try_from(schema.text.len()).unwrap_or(u16::MAX) {
            index
                .tokenizers()
                .register(&slot_name(slot), Analyzer::standard().tokenizer());
        }
        let mut writer = index.writer_with_num_threads::<TantivyDocument>(1, WRITER_BYTES)?;
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
        writer.wait_merging_threads()?;
        let view = View::new(
            (Shard(0), 1, Position(1)),
            Arc::new(schema),
            Arc::new(mapping),
            index.reader()?.searcher(),
        );
        Ok(Self { view: Arc::new(view) })
    }

    /// How many segments there are.
    pub(super) fn segments(&self) -> usize {
        self.view.searcher.segment_readers().len()
    }

    /// Computes an aggregation as a leaf does; tells how many buckets came out.
    pub(super) fn gleaner(&self, of: &Aggregation) -> Result<usize, BenchError> {
        let views: [ShardView; 1] = [(Shard(0), Ok(self.view.clone()))];
        let request = SearchRequest {
            index: IndexUuid(uuid::Uuid::nil()),
            shards: Vec::new(),
            query: LeafQuery {
                terms: Vec::new(),
                clause: Clause::All { boost: 1.0 },
            },
            statistics: Statistics {
                documents: self.view.documents(),
                ..Statistics::default()
            },
            k: 0,
            documents: false,
            count_max: 0,
            collapse: None,
            pin: None,
            aggregations: vec![of.clone()],
            aggregated: None,
            time_remaining_us: 0,
            attempt: AttemptKind::Primary,
            tie: None,
            sort: Vec::new(),
            after: Vec::new(),
            scores: false,
        };
        let deadline = Deadline::after(Instant::now(), Duration::from_hours(1));
        let answered = search(&views, &request, deadline, Instant::now);
        let (answers, _) = answered.map_err(|error| BenchError::Answer(error.to_string()))?;
        match answers.into_iter().next().and_then(|answer| answer.aggregations) {
            Some(ShardAggregations::Results(partials)) => Ok(partials.iter().map(count).sum()),
            other => Err(BenchError::Answer(format!("{other:?}"))),
        }
    }

    /// Computes an aggregation as tantivy does; tells how many buckets came out.
    pub(super) fn tantivy(&self, of: &Aggregations) -> Result<usize, BenchError> {
        let limits = AggregationLimitsGuard::new(Some(u64::from(u32::MAX)), Some(BUCKETS_MAX));
        let tokenizers = self.view.searcher.index().tokenizers().clone();
        let context = AggContextParams::new(limits, tokenizers);
        let collector = AggregationCollector::from_aggs(of.clone(), context);
        let results = self.view.searcher.search(&AllQuery, &collector)?;
        let json = serde_json::to_value(results).map_err(|error| BenchError::Answer(error.to_string()))?;
        Ok(count_json(&json))
    }
}

fn count(partial: &Partial) -> usize {
    match partial {
        Partial::Buckets(buckets) => {
            let inner = buckets.kept.values().flat_map(|bucket| &bucket.inner);
            let inner = inner.filter(|inner| matches!(inner, Partial::Buckets(_)));
            buckets.kept.len() + inner.map(count).sum::<usize>()
        }
        _ => 1,
    }
}

/// The buckets in a finished result; 1 where there are none.
fn count_json(value: &serde_json::Value) -> usize {
    fn buckets(value: &serde_json::Value) -> usize {
        match value {
            serde_json::Value::Object(object) => object
                .iter()
                .map(|(key, value)| {
                    let here = value.as_array().filter(|_| key == "buckets").map_or(0, Vec::len);
                    here + buckets(value)
                })
                .sum(),
            serde_json::Value::Array(all) => all.iter().map(buckets).sum(),
            _ => 0,
        }
    }
    buckets(value).max(1)
}
