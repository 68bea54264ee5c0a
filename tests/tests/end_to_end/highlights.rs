//! What hits show of their documents: highlights and fields, equal for one leaf and for four with two replicas each, with
//! and without the source, over one index and over several.

mod library;

use serde_json::{Value, json};

use crate::harness::{Api, Cluster, Folder, Shape, alone};
use library::{INDEX, OTHER};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_leaf_and_four_with_replicas_show_the_same() {
    let _alone = alone().await;
    let small_folder = Folder::new("highlights-1");
    let shape = |leaves, replicas| Shape { leaves, replicas };
    let small = Cluster::start(&small_folder, shape(1, 1)).await;
    let large_folder = Folder::new("highlights-4");
    let large = Cluster::start(&large_folder, shape(4, 2)).await;
    let (small, large) = (small.api(), large.api());
    library::load(&small, 1).await;
    library::load(&large, 8).await;

    for body in library::requests() {
        let (expected, found) = (hits(&small, INDEX, &body).await, hits(&large, INDEX, &body).await);
        assert_eq!(found, expected, "{body}");
        let both = format!("{INDEX},{OTHER}");
        let (expected, found) = (hits(&small, &both, &body).await, hits(&large, &both, &body).await);
        assert_eq!(found, expected, "{body}");
    }
    shown_rightly(&large).await;
    many_at_once(&large).await;
    refusals(&large).await;
}

/// The hits of an answer that is complete, at least one of which shows something.
async fn hits(api: &Api, index: &str, body: &Value) -> Vec<Value> {
    let found = api.search(index, body).await;
    let hits = found.hits();
    let shows = |hit: &Value| hit["highlight"].is_object() || hit["fields"].is_object();
    assert!(hits.iter().any(shows), "{body}: {}", found.0);
    hits.to_vec()
}

/// What is known of one document.
async fn shown_rightly(api: &Api) {
    let body = json!({
        "query": {"bool": {"must": {"match_phrase": {"body": "white whale"}}, "filter": {"term": {"tags": "known"}}}},
        "_source": false,
        "fields": ["on", "tags", {"field": "count", "format": null}, "title.raw"],
        "docvalue_fields": [{"field": "tags"}, {"field": "on", "format": "yyyy"}, "price"],
        "highlight": {"fields": {"body": {"number_of_fragments": 1}, "title": {"no_match_size": 5}, "tags": {}}},
    });
    let hits = hits(api, INDEX, &body).await;
    let mut hit = hits[0].clone();
    assert_eq!(hits.len(), 1, "{hits:?}");
    hit.as_object_mut().expect("a hit").remove("_score");
    assert_eq!(
        hit,
        json!({
            "_index": INDEX, "_id": "known",
            "fields": {
                "on": ["2020-01-02T00:00:00.000Z"], "tags": ["z", "known", "z"], "count": [7], "title.raw": ["Known by heart"],
                "price": [1.5, 2.0]
            },
            "highlight": {
                "body": ["Here the <em>white</em> <em>whale</em> swims, and no other whale is white."],
                "title": ["Known"],
                "tags": ["<em>known</em>"]
            }
        })
    );
    // Nothing to show is no `highlight` at all.
    let body = json!({"query": {"ids": {"values": ["known"]}}, "highlight": {"fields": {"body": {}}}});
    let found = api.search(INDEX, &body).await;
    assert!(found.hits()[0]["highlight"].is_null(), "{}", found.0);
}

/// As items of one request.
async fn many_at_once(api: &Api) {
    let body =
        json!({"query": {"match": {"body": "whale"}}, "highlight": {"fields": {"*": {}}}, "fields": ["t*"]});
    let lines = format!("{{}}\n{body}\n{{\"index\":\"{OTHER}\"}}\n{body}\n");
    let answer = api.bulk(&format!("/{INDEX}/_msearch"), lines).await.ok();
    for (nth, index) in [INDEX, OTHER].into_iter().enumerate() {
        let expected = api.search(index, &body).await;
        assert_eq!(answer["responses"][nth]["hits"], expected.0["hits"]);
    }
}

/// What is refused says so by name, whatever is found.
async fn refusals(api: &Api) {
    for (body, wanted) in [
        (
            json!({"docvalue_fields": ["body"]}),
            "Fielddata is disabled on [body]",
        ),
        (
            json!({"fields": [{"field": "tags", "format": "yyyy"}]}),
            "doesn't support formats",
        ),
        (
            json!({"highlight": {"fields": {"body": {"highlight_query": {"prefix": {"count": "1"}}}}}}),
            "[count]",
        ),
        (
            json!({"highlight": {"fields": {"body": {"colour": "red"}}}}),
            "[colour]",
        ),
    ] {
        let answer = api.post(&format!("/{INDEX}/_search"), &body).await;
        assert_eq!(answer.status, 400, "{}", answer.text);
        assert!(answer.text.contains(wanted), "{body}: {}", answer.text);
    }
}
