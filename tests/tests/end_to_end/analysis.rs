//! Analyzers of an index: synonyms, stems and pieces of words, the same after a restart and for every number of leaves.

use rustix::process::Signal;
use serde_json::{Value, json};

use crate::harness::{Api, Cluster, Folder, Shape, bulk_index_lines};

const SHAPE: Shape = Shape {
    leaves: 2,
    replicas: 1,
};

fn index() -> Value {
    json!({
        "settings": {
            "number_of_shards": 3,
            "analysis": {
                "filter": {
                    "same": {"type": "synonym_graph", "synonyms": ["laptop, notebook", "tv, television set", "pc => personal computer"]},
                    "stems": {"type": "stemmer", "language": "english"},
                    "pieces": {"type": "edge_ngram", "min_gram": 2, "max_gram": 10}
                },
                "char_filter": {"signs": {"type": "mapping", "mappings": ["& => \\u0020and\\u0020"]}},
                "analyzer": {
                    "indexed": {"tokenizer": "standard", "char_filter": ["html_strip", "signs"], "filter": ["lowercase", "stems"]},
                    "searched": {"tokenizer": "standard", "filter": ["lowercase", "same", "stems"]},
                    "typed": {"tokenizer": "standard", "filter": ["lowercase", "pieces"]}
                },
                "normalizer": {"folded": {"type": "custom", "filter": ["lowercase", "asciifolding"]}}
            }
        },
        "mappings": {"properties": {
            "title": {
                "type": "text", "analyzer": "indexed", "search_analyzer": "searched",
                "fields": {"typed": {"type": "text", "analyzer": "typed", "search_analyzer": "standard"}}
            },
            "brand": {"type": "keyword", "normalizer": "folded"}
        }}
    })
}

const DOCUMENTS: [(&str, &str); 6] = [
    ("1", r#"{"title": "A fast laptop", "brand": "Möbius"}"#),
    ("2", r#"{"title": "Notebooks & <b>bags</b>", "brand": "MOBIUS"}"#),
    ("3", r#"{"title": "Television set for walls"}"#),
    ("4", r#"{"title": "A set of television tables"}"#),
    ("5", r#"{"title": ["TV stands", "cables"]}"#),
    ("6", r#"{"title": "Personal computers"}"#),
];

async fn answers_are_right(api: &Api) {
    for (query, expected) in [
        (json!({"match": {"title": "laptop"}}), vec!["1", "2"]),
        // Synonyms are looked up before stems are made.
        (json!({"match": {"title": "laptops"}}), vec!["1"]),
        (json!({"match": {"title": "tv"}}), vec!["3", "5"]),
        (json!({"match": {"title": "television set"}}), vec!["3", "5"]),
        (
            json!({"match": {"title": {"query": "tv", "auto_generate_synonyms_phrase_query": false}}}),
            vec!["3", "4", "5"],
        ),
        (
            json!({"match": {"title": {"query": "tv stand", "operator": "and"}}}),
            vec!["5"],
        ),
        (json!({"match_phrase": {"title": "tv for walls"}}), vec!["3"]),
        (
            json!({"match_phrase": {"title": "television set stands"}}),
            vec!["5"],
        ),
        (json!({"match_phrase": {"title": "stands cables"}}), vec![]),
        (json!({"match_phrase": {"title": "fast notebook"}}), vec!["1"]),
        (json!({"match": {"title": "pc"}}), vec!["6"]),
        (json!({"match_phrase": {"title": "laptop and bags"}}), vec!["2"]),
        (
            json!({"match": {"title": {"query": "laptop", "analyzer": "indexed"}}}),
            vec!["1"],
        ),
        (json!({"match": {"title.typed": "televis"}}), vec!["3", "4"]),
        (json!({"match": {"title.typed": "televisionary"}}), vec![]),
        (json!({"term": {"brand": "mobius"}}), vec!["1", "2"]),
        (json!({"query_string": {"query": "brand:MÖB*"}}), vec!["1", "2"]),
    ] {
        let found = api.search("shop", &json!({"query": query})).await;
        assert_eq!(found.sorted_ids(), expected, "{query}");
    }
}

#[tokio::test]
async fn an_index_has_analyzers_of_its_own_and_keeps_them() {
    let folder = Folder::new("analysis");
    let cluster = Cluster::start(&folder, SHAPE).await;
    let api = cluster.api();
    api.put("/shop", &index()).await.ok();
    let answer = api
        .bulk("/shop/_bulk?refresh=true", bulk_index_lines(DOCUMENTS))
        .await
        .ok();
    assert_eq!(answer["errors"], false, "{answer}");
    answers_are_right(&api).await;
    let settings = api.get("/shop/_settings").await.ok();
    let shown = &settings["shop"]["settings"]["index"]["analysis"]["filter"]["pieces"];
    assert_eq!(
        *shown,
        json!({"type": "edge_ngram", "min_gram": "2", "max_gram": "10"})
    );
    // Fields that are added later name them too.
    api.put(
        "/shop/_mapping",
        &json!({"properties": {"note": {"type": "text", "analyzer": "typed"}}}),
    )
    .await
    .ok();
    let tokens = api
        .post("/shop/_analyze", &json!({"field": "note", "text": "Übung"}))
        .await
        .ok();
    assert_eq!(
        tokens["tokens"][0],
        json!({
            "token": "üb", "start_offset": 0, "end_offset": 5, "type": "<ALPHANUM>", "position": 0
        })
    );
    let mapping = api.get("/shop/_mapping").await.ok();
    cluster.end(Signal::TERM).await;

    let cluster = Cluster::start(&folder, SHAPE).await;
    let api = cluster.api();
    assert_eq!(api.get("/shop/_mapping").await.ok(), mapping);
    assert_eq!(api.get("/shop/_settings").await.ok(), settings);
    api.refresh("shop").await;
    answers_are_right(&api).await;
    cluster.end(Signal::TERM).await;
}

#[tokio::test]
async fn analyzers_that_cannot_be_are_refused_and_make_no_index() {
    let folder = Folder::new("no-analysis");
    let cluster = Cluster::start(&folder, SHAPE).await;
    let api = cluster.api();
    let settings = |analysis: Value| json!({"settings": {"analysis": analysis}});
    for (analysis, part) in [
        (
            json!({"filter": {"f": {"type": "hunspell"}}}),
            "Unknown filter type [hunspell]",
        ),
        (
            json!({"tokenizer": {"t": {"type": "pattern", "pattern": "(((("}}}),
            "invalid value for [pattern] of tokenizer [t]",
        ),
    ] {
        let reason = api
            .put("/none", &settings(analysis))
            .await
            .error(400, "illegal_argument_exception");
        assert!(reason.contains(part), "{reason}");
    }
    api.get("/none").await.expect(404);
    api.put("/some", &json!({})).await.ok();
    let change = json!({"analysis": {"filter": {"f": {"type": "trim"}}}});
    let reason = api
        .put("/some/_settings", &change)
        .await
        .error(400, "illegal_argument_exception");
    assert!(reason.contains("[[index.analysis.filter]]"), "{reason}");
    cluster.end(Signal::TERM).await;
}
