//! What the targets do with the bytes that they are given. A finding is a panic, a hang, or memory without bounds.

#![forbid(unsafe_code)]

pub mod shard;

use std::sync::LazyLock;
use std::time::Duration;

use root_service::dsl::SearchCommand;
use root_service::resolve::{self, Expanded, Resolved};
use serde_json::{Map, Value, json};
use shared::analysis::{Analysis, Differences};
use shared::deadline::Deadline;
use shared::document;
use shared::ids::{Position, Shard};
use shared::log::Batch;
use shared::mapping::{Mapping, Parsed};
use shared::wire::sort::{SortKey, SortValue};
use shared::wire::{self, AttemptKind, SearchRequest, ShardTarget, Statistics};
use tokio::time::Instant;

/// The instant of every run: what `now` means in dates.
const NOW_MS: i64 = 1_700_000_000_000;
/// How long a search of some documents may take at most; libFuzzer's own limit is far above.
const TIME_MAX: Duration = Duration::from_millis(500);

/// The mapping that everything is read against: the search page's of the end-to-end tests.
pub static MAPPING: LazyLock<Mapping> = LazyLock::new(|| {
    let index = corpus::index(1);
    let object = |value: &Value| -> Map<String, Value> { value.as_object().cloned().unwrap_or_default() };
    let analysis = Analysis::new(object(&index["settings"]["analysis"]), Differences::default())
        .expect("the tests' analysis is right");
    let parsed = Parsed::with_analysis(&object(&index["mappings"]), &analysis);
    parsed.expect("the tests' mapping is right").mapping
});

#[path = "../../tests/end_to_end/same_answers/corpus.rs"]
#[allow(dead_code)]
mod corpus;

/// A body of a search: read, resolved, and executed by a leaf if it is right.
pub fn search_body(body: &[u8]) {
    if let Ok(command) = SearchCommand::parse(body, &[]) {
        search(&command);
    }
}

/// A query string in every place that takes one.
pub fn query_string(text: &str) {
    for query in [
        json!({"query_string": {"query": text}}),
        json!({"query_string": {"query": text, "fields": ["title^2", "year", "all"], "lenient": true}}),
        json!({"simple_query_string": {"query": text, "fields": ["title", "body"]}}),
    ] {
        search_body(json!({ "query": query }).to_string().as_bytes());
    }
    if let Ok(command) = SearchCommand::parse(b"", &[("q".to_owned(), text.to_owned())]) {
        search(&command);
    }
}

fn search(command: &SearchCommand) {
    let expanded = Expanded::new();
    let order = resolve::sort::order(&command.sort, &command.search_after, &MAPPING, NOW_MS);
    let (keys, after) = order.map(|order| (order.keys, order.after)).unwrap_or_default();
    let aggregations = resolve::aggregations::resolve(&command.aggregations, &MAPPING, NOW_MS, &expanded);
    let aggregations = aggregations.map(|(plan, _)| plan.wire).unwrap_or_default();
    if let Ok(resolved) = resolve::resolve_expanded(&command.query, &MAPPING, NOW_MS, &expanded) {
        let request = SearchRequest {
            aggregations,
            ..request(resolved, (keys, after), command.from + command.size)
        };
        let sent = wire::encode(&request);
        let received: SearchRequest = wire::decode(&sent).expect("what a root encodes, a leaf decodes");
        execute(&received);
    }
}

fn request(resolved: Resolved, (sort, after): (Vec<SortKey>, Vec<SortValue>), k: u32) -> SearchRequest {
    let slots = resolve::scored_slots(&resolved.query);
    SearchRequest {
        index: shared::ids::IndexUuid(uuid::Uuid::nil()),
        shards: vec![ShardTarget {
            shard: Shard(0),
            position_min: Position::START,
        }],
        statistics: Statistics {
            documents: shard::DOCUMENTS,
            tokens: slots
                .into_iter()
                .map(|slot| (slot, 10 * shard::DOCUMENTS))
                .collect(),
            frequencies: vec![1; resolved.query.terms.len()],
        },
        query: resolved.query,
        k,
        sort,
        after,
        scores: true,
        documents: true,
        count_max: u64::MAX,
        collapse: None,
        pin: None,
        aggregations: Vec::new(),
        aggregated: None,
        time_remaining_us: 1_000_000,
        attempt: AttemptKind::Primary,
        tie: None,
    }
}

fn execute(request: &SearchRequest) {
    let deadline = Deadline::after(Instant::now(), TIME_MAX);
    if let Ok((_, found)) =
        leaf_service::execute::search_with_documents(&*shard::VIEWS, request, deadline, Instant::now)
    {
        assert!(
            found.iter().all(|(hit, _)| hit.score.is_finite()),
            "a score is not finite"
        );
        assert!(found.len() <= request.k as usize, "more hits than were asked for");
    }
}

/// A bulk read at once and in chunks; what it puts is read as a root and a leaf would.
pub fn bulk_body(body: &[u8], chunk_bytes: usize) {
    let whole = root_service::api::bulk_sources(body, body.len().max(1));
    let chunked = root_service::api::bulk_sources(body, chunk_bytes);
    assert_eq!(whole, chunked, "chunks make a difference");
    for source in whole.unwrap_or_default() {
        if let Ok(json) = document::parse(&source) {
            let _ = document::discover(&json, &MAPPING);
            let _ = document::walk(&json, &MAPPING, &mut |_, _| {});
            let _ = shard::document(&source);
        }
    }
}

/// Bytes as every message that crosses the wire or lies in the log.
pub fn wire(bytes: &[u8]) {
    if let Ok(request) = wire::decode::<SearchRequest>(bytes) {
        execute(&request);
    }
    let deadline = Deadline::after(Instant::now(), TIME_MAX);
    if let Ok(request) = wire::decode::<wire::StatisticsRequest>(bytes) {
        shard::statistics(&request, deadline);
    }
    let _ = wire::decode::<wire::ExplainRequest>(bytes);
    let _ = wire::decode::<wire::FetchRequest>(bytes);
    let _ = wire::decode::<wire::ApplyRequest>(bytes);
    let _ = wire::decode::<wire::SearchResponse>(bytes);
    let _ = wire::decode::<wire::StatisticsResponse>(bytes);
    let _ = Batch::decode(bytes, |_| true);
    let _ = Batch::decode_id(bytes);
}

/// The messages that a body of a search leads to: seeds of [`wire()`].
pub fn messages(body: &[u8]) -> Vec<Vec<u8>> {
    let Ok(command) = SearchCommand::parse(body, &[]) else {
        return Vec::new();
    };
    let Ok(resolved) = resolve::resolve_expanded(&command.query, &MAPPING, NOW_MS, &Expanded::new()) else {
        return Vec::new();
    };
    let statistics = wire::StatisticsRequest {
        index: shared::ids::IndexUuid(uuid::Uuid::nil()),
        shards: Vec::new(),
        slots: resolve::scored_slots(&resolved.query),
        terms: resolved.query.terms.clone(),
        expansions: resolved.unknown.clone(),
        pin: None,
        time_remaining_us: 1_000_000,
    };
    let order = resolve::sort::order(&command.sort, &command.search_after, &MAPPING, NOW_MS);
    let order = order.map(|order| (order.keys, order.after)).unwrap_or_default();
    vec![
        wire::encode(&statistics).to_vec(),
        wire::encode(&request(resolved, order, 10)).to_vec(),
    ]
}
