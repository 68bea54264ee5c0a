//! Aggregations over real films: equal for one leaf and for four with two replicas each, however the documents got there,
//! and equal to what is computed of the documents one by one.

mod best;
mod films;
mod naive;
mod requests;

use serde_json::{Value, json};

use crate::harness::{Api, Cluster, Folder, Shape, alone, bulk_index_lines, load_changing, send};
use films::Film;

const INDEX: &str = "films";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_leaf_and_four_with_replicas_aggregate_alike_and_rightly() {
    let Some(films) = films::read() else { return };
    let _alone = alone().await;
    let small_folder = Folder::new("aggregations-1");
    let shape = |leaves, replicas| Shape { leaves, replicas };
    let small = Cluster::start(&small_folder, shape(1, 1)).await;
    let large_folder = Folder::new("aggregations-4");
    let large = Cluster::start(&large_folder, shape(4, 2)).await;
    let (small, large) = (small.api(), large.api());
    create(&small, 1).await;
    create(&large, 8).await;
    send(&small, INDEX, lines(&films)).await;
    load_films_changing(&large, &films).await;

    for body in requests::all() {
        let (expected, found) = (aggregated(&small, &body).await, aggregated(&large, &body).await);
        assert_eq!(found.to_string(), expected.to_string(), "{body}");
    }
    best::create(&small, &films).await;
    best::create(&large, &films).await;
    let both = format!("/{INDEX},{}/_search", best::SHORTS);
    for aggs in best::requests() {
        let body = json!({"size": 0, "query": {"match": {"title": "the"}}, "aggs": aggs});
        let expected = aggregated_over(&small, &both, &body).await;
        let found = aggregated_over(&large, &both, &body).await;
        assert_eq!(found.to_string(), expected.to_string(), "{body}");
    }
    best::over_both(&large).await;
    best::check(&large).await;
    best::refused(&large).await;
    naive::check(&small, &films).await;
    refusals(&large).await;
}

/// The aggregations of an answer that is complete.
async fn aggregated(api: &Api, body: &Value) -> Value {
    aggregated_over(api, &format!("/{INDEX}/_search"), body).await
}

/// As [`aggregated`], of the indexes of a path.
async fn aggregated_over(api: &Api, path: &str, body: &Value) -> Value {
    let answer = api.post(path, body).await.ok();
    assert_eq!(answer["_shards"]["failed"], 0, "{answer}");
    let hits = answer["hits"]["hits"].as_array().expect("a list of hits");
    assert_eq!(hits.len() as u64, body["size"].as_u64().unwrap_or(10), "{body}");
    assert!(answer["aggregations"].is_object(), "{answer}");
    answer["aggregations"].clone()
}

async fn create(api: &Api, shards: u32) {
    let keyword = json!({"type": "keyword"});
    let body = json!({
        "settings": {"number_of_shards": shards, "refresh_interval": "-1"},
        "mappings": {"properties": {
            "title": {"type": "text", "fields": {"raw": keyword}},
            "body": {"type": "text"},
            "genres": keyword,
            "cast": keyword,
            "year": {"type": "long"},
            "rating": {"type": "double"},
            "talkie": {"type": "boolean"},
            "released": {"type": "date"},
        }},
    });
    api.put(&format!("/{INDEX}"), &body).await.ok();
}

fn lines(films: &[Film]) -> String {
    bulk_index_lines(films.iter().map(|film| (film.id.as_str(), film.source.as_str())))
}

/// The films, and others that are replaced or deleted on the way.
async fn load_films_changing(api: &Api, films: &[Film]) {
    let wrong =
        json!({"title": "Lost", "genres": ["Lost", "Drama"], "year": 1, "rating": 1e6, "cast": ["Nobody"]});
    let documents = films.iter().map(|film| (film.id.as_str(), film.source.as_str()));
    let documents: Vec<(&str, &str)> = documents.collect();
    load_changing(api, INDEX, &documents, (&wrong.to_string(), 7)).await;
}

/// What is refused says so by name.
async fn refusals(api: &Api) {
    let aggs = |aggs: Value| json!({"size": 0, "aggs": aggs});
    for (body, kind, wanted) in [
        (
            aggs(json!({"a": {"terms": {"field": "title"}}})),
            "illegal_argument_exception",
            "[title.raw]",
        ),
        (
            aggs(json!({"a": {"top_metrics": {}}})),
            "parsing_exception",
            "[top_metrics]",
        ),
        (
            aggs(json!({"a": {"histogram": {"field": "rating", "interval": 1e-9}}})),
            "too_many_buckets_exception",
            "[65536]",
        ),
    ] {
        let answer = api.post(&format!("/{INDEX}/_search"), &body).await;
        assert_eq!(answer.status, 400, "{}", answer.text);
        let error: Value = serde_json::from_str(&answer.text).expect("errors are JSON");
        assert_eq!(error["error"]["type"], kind, "{error}");
        assert!(answer.text.contains(wanted), "{error}");
    }
    let count = json!({"query": {"match_all": {}}, "aggs": {"a": {"global": {}}}});
    let answer = api.post(&format!("/{INDEX}/_count"), &count).await;
    assert_eq!(answer.status, 400, "{}", answer.text);
}
