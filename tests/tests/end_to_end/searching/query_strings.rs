//! Queries that people type: `query_string`, and `q=` of the URL.

use serde_json::json;

use super::{BOOKS, books, each_finds};
use crate::harness::Found;

#[tokio::test]
async fn query_strings_read_as_people_mean_them() {
    let typed = |text: &str| json!({"query_string": {"query": text}});
    each_finds(&[
        (typed("title:whale"), &["moby"]),
        (typed("title:(whale OR dune)"), &["moby", "dune"]),
        (typed("title:old AND title:sea"), &["sea"]),
        (typed("title:sea -title:old"), &["leagues"]),
        (typed("+title:sea +title:leagues"), &["leagues"]),
        (typed("title:sea NOT title:old"), &["leagues"]),
        (typed("\"white whale\""), &["moby"]),
        (typed("title:\"moby whale\"~4"), &["moby"]),
        (typed("kind:\"short stories\""), &["tokyo"]),
        (typed("pages:[127 TO 150]"), &["sea", "running"]),
        (typed("pages:{127 TO 150]"), &["running"]),
        (typed("pages:>=412"), &["moby", "dune"]),
        (typed("published:[1860 TO 1960]"), &["sea", "leagues"]),
        (typed("classic:true AND NOT tags:sea"), &["dune"]),
        (typed("_exists_:author"), &["moby", "sea", "leagues", "dune"]),
        (typed("author.name:verne"), &["leagues"]),
        (
            typed("*:*"),
            &[
                "moby", "sea", "leagues", "whales", "dune", "cook", "running", "tokyo", "empty", "nothing",
            ],
        ),
        (typed("runner's"), &["running"]),
        (
            json!({"query_string": {"query": "whales", "default_field": "title"}}),
            &["whales"],
        ),
        (
            json!({"query_string": {"query": "whales", "fields": ["title", "body^2"]}}),
            &["moby", "whales"],
        ),
        (
            json!({"query_string": {"query": "old sea", "fields": ["title"], "default_operator": "and"}}),
            &["sea"],
        ),
        (
            json!({"query_string": {"query": "old sea", "fields": ["title"]}}),
            &["sea", "leagues"],
        ),
    ])
    .await;
}

#[tokio::test]
async fn the_url_can_hold_a_whole_search() {
    let api = books().await;
    for (parameters, expected) in [
        ("q=title:whale", vec!["moby"]),
        ("q=old%20sea&df=title&default_operator=AND", vec!["sea"]),
        ("q=whales&df=body&size=1", vec!["whales"]),
        ("q=pages:%5B600%20TO%20700%5D", vec!["moby"]),
        ("q=kind:novel&size=0", vec![]),
    ] {
        let found = Found::new(api.get(&format!("/{BOOKS}/_search?{parameters}")).await.ok());
        found.assert_complete();
        assert_eq!(found.ids(), expected, "{parameters}");
    }
    // The URL wins over the body.
    let body = json!({"query": {"match_all": {}}, "size": 5});
    let found = Found::new(
        api.post(&format!("/{BOOKS}/_search?q=title:dune&size=3"), &body)
            .await
            .ok(),
    );
    assert_eq!((found.ids(), found.total()), (vec!["dune"], 1));
}
