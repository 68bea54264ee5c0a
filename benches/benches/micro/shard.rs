//! A shard of generated documents in memory, and requests to it as a root would send them.

use std::sync::Arc;
use std::time::Duration;

use leaf_service::execute::{ShardView, StatisticsCache, search, statistics};
use leaf_service::schema::{ShardSchema, Stamp, slot_name};
use leaf_service::view::View;
use rand::RngExt as _;
use rand::rngs::StdRng;
use root_service::dsl::search_body::SearchCommand;
use root_service::resolve::{resolve, scored_slots};
use serde_json::json;
use shared::aggregation::{Aggregation, Column, ColumnKind, Form, Keep, Keyed, Kind, Like, Source};
use shared::analysis::Analyzer;
use shared::deadline::Deadline;
use shared::ids::{IndexUuid, Position, Shard};
use shared::mapping::{Mapping, Parsed};
use shared::wire::clause::LeafQuery;
use shared::wire::sort::{Missing, SortBy, SortKey, SortMode};
use shared::wire::{AttemptKind, Hit, SearchRequest, ShardAnswer, ShardTarget, Statistics};
use tantivy::{Index, TantivyDocument};
use tokio::time::Instant;

/// Enough that a query takes much longer than what surrounds it, few enough to be made in a second or two.
const DOCUMENTS: u64 = 50_000;
/// Words of a document.
const WORDS: usize = 40;
/// Different words; the n-th most frequent, `w<n>`, is in one of n places.
const VOCABULARY: f64 = 30_000.0;
/// Memory of the one writer thread: enough for one segment.
const WRITER_BYTES: usize = 256 << 20;

/// The shard.
pub(crate) struct GeneratedShard {
    views: [ShardView; 1],
    mapping: Mapping,
}

/// What is asked of it.
pub(crate) struct Asked {
    /// Words to look for in the body; none means all documents.
    pub(crate) words: &'static str,
    /// How they are combined.
    pub(crate) operator: &'static str,
    /// Hits wanted.
    pub(crate) k: u32,
    /// Matches are counted up to here.
    pub(crate) count_max: u64,
    /// Whether hits come by a number, and not by score.
    pub(crate) by_number: bool,
    /// What is computed of all matches.
    pub(crate) aggregation: Option<Kind>,
}

impl Asked {
    /// The ten best documents with any of the words, not counted.
    pub(crate) fn any(words: &'static str) -> Self {
        Self {
            words,
            operator: "or",
            k: 10,
            count_max: 0,
            by_number: false,
            aggregation: None,
        }
    }

    /// A bucket for each value of a field, over all documents.
    pub(crate) fn buckets(path: &str) -> Self {
        let source = Source {
            column: Column {
                path: path.to_owned(),
                kind: ColumnKind::Str,
            },
            missing: None,
            form: Form::Value,
            only: None,
            except: Vec::new(),
            like: Like::default(),
        };
        Self::aggregated(Kind::Keyed(Keyed {
            sources: vec![source],
            keep: Keep::All,
            zeros: false,
        }))
    }

    /// The statistics of a number, over all documents.
    pub(crate) fn stats() -> Self {
        Self::aggregated(Kind::Stats {
            column: Column {
                path: "n".to_owned(),
                kind: ColumnKind::Long,
            },
            missing: None,
        })
    }

    fn aggregated(kind: Kind) -> Self {
        Self {
            k: 0,
            aggregation: Some(kind),
            ..Self::any("")
        }
    }
}

impl GeneratedShard {
    /// Indexes the documents with one writer thread and one commit.
    pub(crate) fn new() -> Self {
        let json = json!({"properties": {"body": {"type": "text"}, "category": {"type": "keyword"},
            "place": {"type": "keyword"}, "n": {"type": "long"}}});
        let parsed = Parsed::from_json(json.as_object().expect("a literal object"));
        let mapping = parsed.expect("a literal mapping").mapping;
        let schema = ShardSchema::new(mapping.slots_used, &mapping);
        let index = Index::create_in_ram(schema.schema.clone());
        for slot in 0..u16::try_from(schema.text.len()).unwrap_or(u16::MAX) {
            let analyzer = Analyzer::standard().tokenizer();
            index.tokenizers().register(&slot_name(slot), analyzer);
        }
        let mut writer = index
            .writer_with_num_threads::<TantivyDocument>(1, WRITER_BYTES)
            .expect("an index in memory has a writer");
        let mut rng = shared::random::from_seed(5);
        for seq_no in 0..DOCUMENTS {
            let id = format!("doc-{seq_no}");
            let stamp = Stamp {
                id: &id,
                routing: None,
                version: 1,
                seq_no,
            };
            let document = schema.document(stamp, &source(&mut rng), &mapping);
            let added = writer.add_document(document.expect("the document fits the mapping"));
            added.expect("memory takes a document");
        }
        writer.commit().expect("memory takes a commit");
        writer.wait_merging_threads().expect("merges in memory end");
        let searcher = index.reader().expect("a commit can be read").searcher();
        let number = (Shard(0), 1, Position(1));
        let view = View::new(number, Arc::new(schema), Arc::new(mapping.clone()), searcher);
        Self {
            views: [(Shard(0), Ok(Arc::new(view)))],
            mapping,
        }
    }

    /// The request as a root of this one shard would send it.
    pub(crate) fn request(&self, asked: &Asked) -> SearchRequest {
        let query = self.resolved(asked);
        let aggregation = |kind: &Kind| Aggregation {
            kind: kind.clone(),
            inner: Vec::new(),
        };
        let by_number = SortKey {
            by: SortBy::Long("n".to_owned()),
            descending: true,
            mode: SortMode::Max,
            missing: Missing::Last,
        };
        SearchRequest {
            index: IndexUuid(uuid::Uuid::nil()),
            shards: vec![ShardTarget {
                shard: Shard(0),
                position_min: Position(1),
            }],
            statistics: self.statistics(&query),
            query,
            k: asked.k,
            sort: asked.by_number.then_some(by_number).into_iter().collect(),
            after: Vec::new(),
            scores: false,
            documents: false,
            count_max: asked.count_max,
            collapse: None,
            pin: None,
            aggregations: asked.aggregation.iter().map(aggregation).collect(),
            aggregated: None,
            time_remaining_us: 1_000_000,
            attempt: AttemptKind::Primary,
            tie: None,
        }
    }

    /// Answers a request as a leaf does.
    pub(crate) fn search(&self, request: &SearchRequest) -> (Vec<ShardAnswer>, Vec<Hit>) {
        let (answers, hits) = search(&self.views, request, far(), Instant::now).expect("a request of ours");
        assert!(answers.iter().all(|answer| answer.failure.is_none()));
        (answers, hits)
    }

    fn resolved(&self, asked: &Asked) -> LeafQuery {
        let query = if asked.words.is_empty() {
            json!({"match_all": {}})
        } else {
            json!({"match": {"body": {"query": asked.words, "operator": asked.operator}}})
        };
        let body = json!({"query": query}).to_string();
        let command = SearchCommand::parse(body.as_bytes(), &[]).expect("a literal body");
        resolve(&command.query, &self.mapping, 0).expect("the query fits the mapping")
    }

    fn statistics(&self, query: &LeafQuery) -> Statistics {
        let [(_, Ok(view))] = &self.views else {
            return Statistics::default();
        };
        let (slots, cache) = (scored_slots(query), StatisticsCache::new());
        let terms = (query.terms.as_slice(), [].as_slice());
        let of_shard = statistics(view, &slots, terms, &cache, far(), Instant::now);
        let of_shard = of_shard.expect("the query fits the shard");
        Statistics {
            documents: of_shard.documents,
            tokens: slots.into_iter().zip(of_shard.tokens).collect(),
            frequencies: of_shard.frequencies,
        }
    }
}

/// A deadline that no benchmark reaches.
fn far() -> Deadline {
    Deadline::after(Instant::now(), Duration::from_hours(1))
}

/// A document of frequent and rare words.
fn source(rng: &mut StdRng) -> String {
    let words: Vec<String> = (0..WORDS).map(|_| word(rng)).collect();
    json!({
        "body": words.join(" "),
        "category": format!("c{}", rng.random_range(0..20)),
        "place": format!("p{}", rng.random_range(0..1_000)),
        "n": rng.random_range(0..1_000_000),
    })
    .to_string()
}

/// A word of Zipf's distribution: its rank is uniform on a logarithmic scale.
fn word(rng: &mut StdRng) -> String {
    let rank = VOCABULARY.powf(rng.random::<f64>()).floor();
    format!("w{rank}")
}
