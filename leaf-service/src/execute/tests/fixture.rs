//! Documents, and shards made of them in memory, cut in any way.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use rand::rngs::StdRng;
use rand::{Rng as _, RngExt as _};
use serde_json::{Value, json};
use shared::analysis::Analyzer;
use shared::deadline::Deadline;
use shared::ids::{IndexUuid, Position, Shard};
use shared::mapping::{Completion, DateFormats, Field, FieldKind, IndexOptions, Mapping, TextLayout};
use shared::placement::shard_of;
use shared::wire::clause::{self, Clause, LeafQuery, Term};
use shared::wire::{AttemptKind, Hit, SearchRequest, ShardAnswer, Statistics};
use tantivy::merge_policy::NoMergePolicy;
use tantivy::{Index, IndexWriter, TantivyDocument};
use tokio::time::Instant;

use crate::execute::{ShardView, StatisticsCache, search, statistics};
use crate::schema::{ShardSchema, Stamp, slot_name};
use crate::view::View;

/// The text slots of the fixture's mapping.
pub(super) const TITLE: u16 = 0;
pub(super) const BODY: u16 = 1;
/// The body again, of documents that count as equally long.
pub(super) const FLAT: u16 = 2;
/// The body again, of which only the documents of each word are kept.
pub(super) const ONCE: u16 = 3;

/// A document and whether it is deleted again.
#[derive(Clone, Debug)]
pub(super) struct Doc {
    pub(super) id: String,
    pub(super) json: Value,
    pub(super) deleted: bool,
}

impl Doc {
    pub(super) fn new(id: impl Into<String>, json: Value) -> Self {
        Self {
            id: id.into(),
            json,
            deleted: false,
        }
    }
}

/// How documents are cut.
#[derive(Clone, Copy, Debug)]
pub(super) struct Layout {
    pub(super) shards: u32,
    pub(super) segments: usize,
}

pub(super) fn mapping() -> Mapping {
    let mut mapping = Mapping::default();
    let analyzer = Analyzer::whitespace();
    let kinds = [
        ("title", FieldKind::text(analyzer.clone())),
        ("body", FieldKind::text(analyzer)),
        ("tag", FieldKind::keyword()),
        ("meta.kind", FieldKind::keyword()),
        (r"odd\name", FieldKind::keyword()),
        ("n", FieldKind::Long),
        ("x", FieldKind::Double),
        ("flag", FieldKind::Boolean),
        (
            "input",
            FieldKind::Completion(Completion::new(Analyzer::standard())),
        ),
        (
            "day",
            FieldKind::Date {
                formats: DateFormats::default(),
            },
        ),
    ];
    for (path, kind) in kinds {
        mapping.add(path, Field::new(kind), 16).unwrap();
    }
    for (path, index_options) in [("flat", IndexOptions::Positions), ("once", IndexOptions::Docs)] {
        let mut kind = FieldKind::text(Analyzer::whitespace());
        if let FieldKind::Text { layout, .. } = &mut kind {
            *layout = TextLayout {
                without_norms: true,
                index_options,
            };
        }
        mapping.add(path, Field::new(kind), 16).unwrap();
        let body = mapping.fields.get_mut("body").unwrap();
        body.options.copy_to.push(path.to_owned());
    }
    mapping
}

/// Shards of the documents: each holds those that its hash range says, in `segments` segments, then deletes some.
pub(super) fn shards(docs: &[Doc], layout: Layout) -> Vec<ShardView> {
    (0..layout.shards)
        .map(Shard)
        .map(|shard| {
            let mine: Vec<&Doc> = docs
                .iter()
                .filter(|doc| shard_of(&doc.id, layout.shards) == shard)
                .collect();
            (shard, Ok(Arc::new(view(shard, &mine, layout.segments))))
        })
        .collect()
}

fn view(shard: Shard, docs: &[&Doc], segments: usize) -> View {
    static GENERATION: AtomicU64 = AtomicU64::new(1);
    let mapping = mapping();
    let schema = ShardSchema::new(4, &mapping);
    let index = Index::create_in_ram(schema.schema.clone());
    for slot in 0..4 {
        index
            .tokenizers()
            .register(&slot_name(slot), Analyzer::whitespace().tokenizer());
    }
    let mut writer: IndexWriter<TantivyDocument> = index.writer_with_num_threads(1, 15_000_000).unwrap();
    writer.set_merge_policy(Box::new(NoMergePolicy));
    let size = docs.len().div_ceil(segments).max(1);
    let mut seq_no = 0;
    for part in docs.chunks(size) {
        for doc in part {
            let stamp = Stamp {
                id: &doc.id,
                routing: None,
                version: 1,
                seq_no,
            };
            let document = schema.document(stamp, &doc.json.to_string(), &mapping).unwrap();
            writer.add_document(document).unwrap();
            seq_no += 1;
        }
        writer.commit().unwrap();
    }
    for doc in docs.iter().filter(|doc| doc.deleted) {
        writer.delete_term(tantivy::Term::from_field_text(schema.id, &doc.id));
    }
    writer.commit().unwrap();
    View::new(
        (shard, GENERATION.fetch_add(1, Ordering::Relaxed), Position(7)),
        Arc::new(schema),
        Arc::new(mapping),
        index.reader().unwrap().searcher(),
    )
}

/// Documents of words `w0`, `w1`, …, the lower the more frequent. Later documents are longer, so that segments differ.
pub(super) fn corpus(rng: &mut StdRng, size: usize, deleted_share: f64) -> Vec<Doc> {
    (0..size)
        .map(|number| {
            let mut words = |longest: usize| {
                let length = rng.random_range(0..=longest);
                let words: Vec<String> = (0..length).map(|_| word(rng)).collect();
                words.join(" ")
            };
            let (title, body) = (words(6), words(4 + 40 * number / size));
            let mut json =
                json!({ "title": title, "body": body, "tag": format!("t{}", rng.random_range(0..4)) });
            if rng.random_bool(0.7) {
                json["n"] = json!(rng.random_range(-20..20));
            }
            if rng.random_bool(0.5) {
                // Early segments hold whole numbers only.
                let whole = f64::from(rng.random_range(-20..20));
                json["x"] = json!(if number < size / 2 { whole } else { whole + 0.5 });
            }
            if rng.random_bool(0.3) {
                json["flag"] = json!(rng.random_bool(0.5));
            }
            Doc {
                id: format!("doc-{number}"),
                json,
                deleted: rng.random_bool(deleted_share),
            }
        })
        .collect()
}

/// A word: the square of a uniform number makes low ones frequent.
pub(super) fn word(rng: &mut StdRng) -> String {
    let uniform: f64 = f64::from(rng.next_u32()) / f64::from(u32::MAX);
    let number = (0..30)
        .rev()
        .find(|number| uniform * uniform * 30.0 >= f64::from(*number));
    format!("w{}", number.unwrap_or(0))
}

pub(super) fn text(slot: u16, word: &str) -> Term {
    Term {
        field: clause::Field::Text(slot),
        value: clause::Value::Str(word.to_owned()),
    }
}

pub(super) fn exact(path: &str, value: clause::Value) -> Term {
    Term {
        field: clause::Field::Exact(path.to_owned()),
        value,
    }
}

/// The query of one clause without a table of terms.
pub(super) fn bare(clause: Clause) -> LeafQuery {
    LeafQuery {
        terms: Vec::new(),
        clause,
    }
}

/// The statistics that a root would gather of all shards.
pub(super) fn gathered(views: &[ShardView], query: &LeafQuery) -> Statistics {
    let slots = [TITLE, BODY, FLAT, ONCE];
    let cache = StatisticsCache::new();
    let mut sum = Statistics {
        documents: 0,
        tokens: slots.iter().map(|slot| (*slot, 0)).collect(),
        frequencies: vec![0; query.terms.len()],
    };
    for view in views.iter().filter_map(|(_, view)| view.as_ref().ok()) {
        let of_shard = statistics(view, &slots, (&query.terms, &[]), &cache, far(), Instant::now).unwrap();
        sum.documents += of_shard.documents;
        for (sum, of_shard) in sum.tokens.iter_mut().zip(of_shard.tokens) {
            sum.1 += of_shard;
        }
        for (sum, of_shard) in sum.frequencies.iter_mut().zip(of_shard.frequencies) {
            *sum += of_shard;
        }
    }
    sum
}

pub(super) fn request(views: &[ShardView], query: &LeafQuery, k: u32, count_max: u64) -> SearchRequest {
    SearchRequest {
        index: IndexUuid(uuid::Uuid::nil()),
        shards: Vec::new(),
        query: query.clone(),
        statistics: gathered(views, query),
        k,
        documents: false,
        count_max,
        collapse: None,
        pin: None,
        aggregations: Vec::new(),
        aggregated: None,
        time_remaining_us: 0,
        attempt: AttemptKind::Primary,
        tie: None,
        sort: Vec::new(),
        after: Vec::new(),
        scores: false,
    }
}

/// A deadline that no test reaches.
pub(super) fn far() -> Deadline {
    Deadline::after(Instant::now(), Duration::from_hours(1))
}

/// The answer of a search that nothing stops.
pub(super) fn found(
    views: &[ShardView],
    query: &LeafQuery,
    k: u32,
    count_max: u64,
) -> (Vec<ShardAnswer>, Vec<Hit>) {
    let request = request(views, query, k, count_max);
    let (answers, hits) = search(views, &request, far(), Instant::now).unwrap();
    for answer in &answers {
        assert_eq!(answer.failure, None, "{query:?}");
        assert_eq!(answer.documents_seen, answer.documents);
    }
    (answers, hits)
}

/// The ids of everything that matches, sorted.
pub(super) fn matching_ids(views: &[ShardView], query: &LeafQuery) -> Vec<String> {
    let (answers, hits) = found(views, query, 10_000, u64::MAX);
    let mut ids: Vec<String> = hits.into_iter().map(|hit| hit.id).collect();
    ids.sort();
    let counted: u64 = answers.iter().map(|answer| answer.count).sum();
    assert_eq!(counted, ids.len() as u64, "{query:?}");
    let (answers, _) = found(views, query, 0, u64::MAX);
    let counted_alone: u64 = answers.iter().map(|answer| answer.count).sum();
    assert_eq!(counted_alone, counted, "{query:?}");
    ids
}
