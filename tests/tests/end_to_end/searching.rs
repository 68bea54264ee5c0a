//! Every kind of query over a few documents whose answers are plain to see, and the shape of an answer.

mod answers;
mod combined;
mod exact;
mod query_strings;
mod sorted;
mod words;

use serde_json::{Value, json};
use tokio::sync::OnceCell;

use crate::harness::{Borrowed, Shape, SharedCluster, bulk_index_lines};

static CLUSTER: SharedCluster = SharedCluster::new(
    "searching",
    Shape {
        leaves: 3,
        replicas: 1,
    },
);

/// The index with the books, in more shards than it has leaves.
const BOOKS: &str = "books";

/// The books by id. Words are chosen so that every query below has one right answer.
const DOCUMENTS: [(&str, &str); 10] = [
    (
        "moby",
        r#"{"title": "Moby Dick, or the White Whale", "body": "A captain hunts the white whale across the sea", "kind": "novel", "tags": ["sea", "whale"], "pages": 635, "rating": 4.5, "classic": true, "published": "1851-10-18", "author": {"name": "Herman Melville", "born": 1819}}"#,
    ),
    (
        "sea",
        r#"{"title": "The Old Man and the Sea", "body": "An old man fights a great fish at sea", "kind": "novella", "tags": ["sea", "fish"], "pages": 127, "rating": 4.0, "classic": true, "published": "1952-09-01", "author": {"name": "Ernest Hemingway", "born": 1899}}"#,
    ),
    (
        "leagues",
        r#"{"title": "Twenty Thousand Leagues Under the Sea", "body": "A submarine of iron travels under every sea", "kind": "novel", "tags": ["sea", "machines"], "pages": 394, "rating": 4.25, "classic": true, "published": "1870-03-20", "author": {"name": "Jules Verne", "born": 1828}}"#,
    ),
    (
        "whales",
        r#"{"title": "Whales of the North", "body": "Where whales live, and how to watch a whale without harm", "kind": "guide", "tags": ["whale"], "pages": 88, "rating": 3.5, "classic": false, "published": "2011-05-02"}"#,
    ),
    (
        "dune",
        r#"{"title": "Dune", "body": "A planet of sand, without any sea", "kind": "novel", "tags": ["desert", "machines"], "pages": 412, "rating": 4.75, "classic": true, "published": "1965-08-01", "author": {"name": "Frank Herbert", "born": 1920}}"#,
    ),
    (
        "cook",
        r#"{"title": "Cooking Fish", "body": "Recipes for fish, fish and more fish", "kind": "Guide", "pages": 200, "rating": -1.5, "classic": false, "published": "2001-01-01T12:30:00Z"}"#,
    ),
    (
        "running",
        r#"{"title": "The Runner's Guide", "body": "Running shoes for runners who run", "kind": "guide", "tags": [], "pages": 150, "classic": false, "published": "1999-12-31T23:59:59.999Z"}"#,
    ),
    (
        "tokyo",
        r#"{"title": "東京 Café Stories", "body": "Ärger in a café, and other stories", "kind": "short stories", "tags": ["tokyo"], "pages": 210, "rating": 3.0, "classic": false, "published": "2020-02-29"}"#,
    ),
    ("empty", r#"{"title": "", "body": "", "pages": 0, "tags": null}"#),
    ("nothing", r"{}"),
];

/// The cluster with the books in it, loaded by the first test that needs them.
async fn books() -> Borrowed {
    static LOADED: OnceCell<()> = OnceCell::const_new();
    let api = CLUSTER.get().await;
    let load = async || {
        let body = json!({
            "settings": {"number_of_shards": 5},
            "mappings": {"properties": {
                "title": {"type": "text", "fields": {"raw": {"type": "keyword"}}},
                "body": {"type": "text", "analyzer": "english"},
                "kind": {"type": "keyword"},
                "tags": {"type": "keyword"},
                "pages": {"type": "long"},
                "rating": {"type": "double"},
                "classic": {"type": "boolean"},
                "published": {"type": "date"},
                "author": {"properties": {"name": {"type": "text"}, "born": {"type": "long"}}},
            }},
        });
        api.put(&format!("/{BOOKS}"), &body).await.ok();
        let answer = api
            .bulk(
                &format!("/{BOOKS}/_bulk?refresh=true"),
                bulk_index_lines(DOCUMENTS),
            )
            .await
            .ok();
        assert_eq!(answer["errors"], false, "{answer}");
    };
    LOADED.get_or_init(load).await;
    api
}

/// Asks each query and compares the ids found, in any order.
async fn each_finds(cases: &[(Value, &[&str])]) {
    let api = books().await;
    for (query, expected) in cases {
        let found = api.search(BOOKS, &json!({"query": query, "size": 50})).await;
        let mut expected = expected.to_vec();
        expected.sort_unstable();
        assert_eq!(found.sorted_ids(), expected, "{query}");
        assert_eq!(found.total(), expected.len() as u64, "{query}");
    }
}

/// Asks each query and compares the ids found, best first.
async fn each_ranks(cases: &[(Value, &[&str])]) {
    let api = books().await;
    for (query, expected) in cases {
        let found = api.search(BOOKS, &json!({"query": query, "size": 50})).await;
        assert_eq!(found.ids(), *expected, "{query}: {}", found.0);
    }
}
