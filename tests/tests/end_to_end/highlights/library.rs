//! Documents of which much can be shown, and requests that show it.

use std::fmt::Write as _;

use serde_json::{Value, json};

use crate::harness::{Api, bulk_index_lines};

/// The index that most is asked of.
pub(super) const INDEX: &str = "library";
/// Another one, with another mapping of the same documents.
pub(super) const OTHER: &str = "archive";

const DOCUMENTS: usize = 120;
/// Into how many batches, each committed by itself, the documents are cut.
const BATCHES: usize = 4;

const WORDS: [&str; 24] = [
    "the", "white", "whale", "whales", "of", "sea", "ship", "captain", "boat", "wail", "while", "old",
    "hunts", "hunting", "a", "New", "York", "harbour", "storm", "and", "Ahab", "naïve", "café", "東京",
];

/// Makes both indexes and fills them.
pub(super) async fn load(api: &Api, shards: u32) {
    let keyword = json!({"type": "keyword"});
    let english = json!({"type": "text", "analyzer": "english"});
    let common = json!({"tags": keyword, "count": {"type": "long"}, "price": {"type": "double"}, "on": {"type": "date"}});
    for (index, body, title) in [
        (
            INDEX,
            json!({"type": "text", "fields": {"english": english}}),
            json!({"type": "text", "fields": {"raw": keyword}}),
        ),
        (OTHER, english.clone(), json!({"type": "text"})),
    ] {
        let mut properties = common.clone();
        properties["body"] = body;
        properties["title"] = title;
        let body = json!({
            "settings": {"number_of_shards": shards, "refresh_interval": "-1"},
            "mappings": {"properties": properties},
        });
        api.put(&format!("/{index}"), &body).await.ok();
        let documents: Vec<(String, String)> = (0..DOCUMENTS).map(document).chain([known()]).collect();
        for batch in documents.chunks(documents.len().div_ceil(BATCHES)) {
            let lines = batch.iter().map(|(id, source)| (id.as_str(), source.as_str()));
            let path = format!("/{index}/_bulk?refresh=true");
            let answer = api.bulk(&path, bulk_index_lines(lines)).await.ok();
            assert_eq!(answer["errors"], false, "a bulk has errors");
        }
    }
}

/// A document of which all is known.
fn known() -> (String, String) {
    let source = json!({
        "title": "Known by heart", "tags": ["z", "known", "z"], "count": "7", "price": [2, 1.5], "on": "2020-01-02",
        "body": "It begins here. Here the white whale swims, and no other whale is white."
    });
    ("known".to_owned(), source.to_string())
}

/// Sentences of words that repeat, the same for the same number.
fn document(nth: usize) -> (String, String) {
    let mut state = nth as u64 * 2 + 1;
    let mut next = |below: usize| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(state >> 33).unwrap_or(0) % below
    };
    let mut sentences = |count: usize, words_max: usize| {
        let mut text = String::new();
        for _ in 0..count {
            for _ in 0..=next(words_max) {
                let word = WORDS[next(WORDS.len())];
                write!(text, "{word} ").expect("strings take everything");
            }
            text.truncate(text.trim_end().len());
            text.push_str(". ");
        }
        text
    };
    let bodies: Vec<String> = (0..=nth % 3).map(|part| sentences(1 + part * 4, 30)).collect();
    let source = json!({
        "title": sentences(1, 6), "body": bodies, "tags": [format!("tag-{}", nth % 7), "all"], "count": nth % 10,
        "price": [(nth % 13) as f64 / 4.0, 1], "on": 1_600_000_000_000_u64 + nth as u64 * 86_400_000
    });
    (format!("d{nth}"), source.to_string())
}

/// Requests whose answers are compared.
pub(super) fn requests() -> Vec<Value> {
    let all = json!({"fields": {"body": {}, "title": {}, "tags": {}}});
    let queries = [
        json!({"match": {"body": "white whale"}}),
        json!({"match_phrase": {"body": {"query": "white whale", "slop": 3}}}),
        json!({"match": {"body": {"query": "whale", "fuzziness": "AUTO", "max_expansions": 2}}}),
        json!({"match_phrase_prefix": {"body": {"query": "the wh", "max_expansions": 2}}}),
        json!({"match_bool_prefix": {"body": "captain hun"}}),
        json!({"multi_match": {"query": "new york harbour", "fields": ["title^2", "body"], "type": "cross_fields"}}),
        json!({"query_string": {"query": "+(\"old ship\"~2 wail~1 stor*) -naïve", "fields": ["body", "title"]}}),
        json!({"wildcard": {"body": "h*b*r"}}),
        json!({"bool": {"must": {"match": {"body": "東京 café"}}, "must_not": {"term": {"tags": "tag-3"}}}}),
        json!({"bool": {"filter": {"prefix": {"tags": "tag-"}}, "should": {"match": {"title": "ahab"}}}}),
    ];
    let mut requests: Vec<Value> = queries
        .iter()
        .map(|query| json!({"query": query, "size": 40, "highlight": all}))
        .collect();
    for options in [
        json!({"fields": {"*": {}}, "order": "score", "number_of_fragments": 2, "fragment_size": 30}),
        json!({"fields": {"b*": {"number_of_fragments": 0}}, "encoder": "html", "tags_schema": "styled"}),
        json!({"fields": [{"title": {"no_match_size": 10}}, {"body": {"type": "fvh", "fragment_size": 20}}]}),
        json!({"fields": {"title": {}}, "require_field_match": false, "type": "plain"}),
    ] {
        requests.push(json!({"query": queries[0], "size": 40, "highlight": options}));
    }
    let shown = json!({
        "fields": ["t*", {"field": "on", "format": "epoch_millis"}, "count"],
        "docvalue_fields": ["price", {"field": "tags"}],
    });
    for source in [json!(true), json!(false), json!(["title", "c*"])] {
        let mut request = shown.clone();
        request["query"] = queries[1].clone();
        request["_source"] = source;
        request["sort"] = json!([{"on": "desc"}]);
        requests.push(request);
    }
    requests
}
