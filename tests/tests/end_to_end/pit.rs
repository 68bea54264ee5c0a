//! Points in time and scrolls: page by page the documents of one moment, each once, whatever is written or dies meanwhile.

use std::collections::BTreeMap;

use rustix::process::Signal;
use serde_json::{Value, json};

use crate::harness::{
    Api, Cluster, Folder, Found, JSON, Shape, SharedCluster, bulk_delete_line, bulk_index_lines, eventually,
};

const SHAPE: Shape = Shape {
    leaves: 4,
    replicas: 2,
};
const SHARDS: u64 = 8;
const DOCUMENTS: u64 = 400;

static CLUSTER: SharedCluster = SharedCluster::new("pit", SHAPE);

/// Puts numbered documents of generation 0 into an index.
async fn load(api: &Api, index: &str) {
    let settings = json!({"settings": {"number_of_shards": SHARDS}, "mappings": {"properties": {
        "n": {"type": "long"}, "group": {"type": "keyword"}, "text": {"type": "text"}, "generation": {"type": "long"},
    }}});
    api.put(&format!("/{index}"), &settings).await.ok();
    let answer = api
        .bulk(&format!("/{index}/_bulk"), documents(0..DOCUMENTS, 0))
        .await;
    assert_eq!(answer.ok()["errors"], false);
    let health = api
        .get("/_cluster/health?wait_for_status=green&timeout=60s")
        .await;
    assert_eq!(health.status, 200, "{health}");
}

fn documents(numbers: impl Iterator<Item = u64>, generation: u64) -> String {
    let documents: Vec<(String, String)> = numbers
        .map(|n| {
            let group = format!("group{}", n % 3);
            let source = json!({"n": n, "group": group, "text": "common", "generation": generation});
            (n.to_string(), source.to_string())
        })
        .collect();
    bulk_index_lines(
        documents
            .iter()
            .map(|(id, source)| (id.as_str(), source.as_str())),
    )
}

/// Changes a third of the documents, deletes some, adds others; another choice each time.
async fn disturb(api: &Api, index: &str, round: u64) {
    let mut lines = documents((round % 3..DOCUMENTS).step_by(3), round + 1);
    lines += &documents(DOCUMENTS + 10 * round..DOCUMENTS + 10 * (round + 1), round + 1);
    for n in (round..DOCUMENTS).step_by(17) {
        lines += &bulk_delete_line(&n.to_string());
    }
    api.bulk(&format!("/{index}/_bulk?refresh=true"), lines)
        .await
        .ok();
}

/// What was seen, by index and id.
#[derive(Default)]
struct Seen(BTreeMap<(String, String), u64>);

impl Seen {
    /// Adds the hits of a page, all of which are documents as they were in the beginning.
    #[track_caller]
    fn add(&mut self, page: &Found) {
        for hit in page.hits() {
            assert_eq!(hit["_source"]["generation"], 0, "{hit}");
            let name = |key: &str| hit[key].as_str().unwrap().to_owned();
            *self.0.entry((name("_index"), name("_id"))).or_default() += 1;
        }
    }

    /// Every document of the beginning was seen once, in each of so many indexes.
    #[track_caller]
    fn assert_all(&self, indexes: u64) {
        assert!(self.0.values().all(|times| *times == 1), "something came twice");
        assert_eq!(self.0.len() as u64, DOCUMENTS * indexes);
        let all = |(_, id): &(String, String)| id.parse::<u64>().is_ok_and(|n| n < DOCUMENTS);
        assert!(self.0.keys().all(all));
    }
}

async fn open(api: &Api, indexes: &str, keep_alive: &str) -> String {
    let path = format!("/{indexes}/_pit?keep_alive={keep_alive}");
    let opened = api.post(&path, &json!({})).await.ok();
    assert_eq!(opened["_shards"]["failed"], 0, "{opened}");
    opened["id"].as_str().unwrap().to_owned()
}

/// Searches a point in time page by page, and does something after each.
async fn pages(api: &Api, pit: &str, body: Value, mut between: impl AsyncFnMut(u64)) -> Seen {
    let mut seen = Seen::default();
    let mut body = body;
    body["pit"] = json!({"id": pit, "keep_alive": "2m"});
    body["track_total_hits"] = json!(true);
    for round in 0.. {
        let page = Found::new(api.post("/_search", &body).await.ok());
        page.assert_complete();
        assert_eq!(page.0["pit_id"], *pit);
        assert_eq!(page.total() % DOCUMENTS, 0, "{}", page.0["hits"]["total"]);
        seen.add(&page);
        let Some(last) = page.hits().last() else { break };
        body["search_after"] = last["sort"].clone();
        between(round).await;
    }
    seen
}

async fn close(api: &Api, path: &str, body: &Value) -> crate::harness::Answer {
    let method = reqwest::Method::DELETE;
    api.send(method, path, Some(JSON), body.to_string()).await
}

#[tokio::test]
async fn every_document_of_the_moment_comes_once_while_others_write_and_a_replica_dies() {
    let folder = Folder::new("pit-replica-dies");
    let cluster = Cluster::start(&folder, SHAPE).await;
    let api = cluster.api();
    load(&api, "books").await;
    let pit = open(&api, "books", "2m").await;
    let body = json!({"size": 37, "sort": [{"group": "desc"}], "query": {"match": {"text": "common"}}});
    let seen = pages(&api, &pit, body, async |round| {
        disturb(&api, "books", round).await;
        if round == 3 {
            cluster.replica(0, 0).signal(Signal::KILL);
            cluster.replica(2, 1).signal(Signal::KILL);
        }
    })
    .await;
    seen.assert_all(1);
    let closed = close(&api, "/_pit", &json!({"id": pit})).await.expect(200);
    assert_eq!(closed, json!({"succeeded": true, "num_freed": SHARDS}));
}

#[tokio::test]
async fn pages_by_score_part_no_equals() {
    let shared = CLUSTER.get().await;
    let api = &shared.api;
    load(api, "scored").await;
    let pit = open(api, "scored", "2m").await;
    let body = json!({"size": 150, "sort": ["_score"], "query": {"match": {"text": "common"}}});
    let seen = pages(api, &pit, body, async |round| disturb(api, "scored", round).await).await;
    seen.assert_all(1);
    let unsorted = json!({"pit": {"id": pit}, "query": {"term": {"n": 3}}});
    let found = Found::new(api.post("/_search", &unsorted).await.ok());
    assert_eq!(found.ids(), ["3"]);
    assert!(found.hits()[0].get("sort").is_none());
}

#[tokio::test]
async fn equal_ids_of_several_indexes_all_come() {
    let shared = CLUSTER.get().await;
    let api = &shared.api;
    for index in ["many-a", "many-b", "many-c"] {
        load(api, index).await;
    }
    let pit = open(api, "many-*", "2m").await;
    for sort in [
        json!([{"_shard_doc": "asc"}]),
        json!([{"_shard_doc": "desc"}]),
        json!(["group"]),
    ] {
        let body = json!({"size": 100, "sort": sort});
        let seen = pages(api, &pit, body, async |round| disturb(api, "many-b", round).await).await;
        seen.assert_all(3);
    }
    let gone = api.delete("/many-b").await;
    assert_eq!(gone.status, 200);
    let body = json!({"pit": {"id": pit}});
    api.post("/_search", &body)
        .await
        .error(404, "index_not_found_exception");
}

#[tokio::test]
async fn what_is_closed_or_expired_is_a_404() {
    let shared = CLUSTER.get().await;
    let api = &shared.api;
    load(api, "expiring").await;
    let search = async |pit: &str| api.post("/_search", &json!({"pit": {"id": pit}})).await;
    let pit = open(api, "expiring", "1m").await;
    assert_eq!(search(&pit).await.status, 200);
    assert_eq!(close(api, "/_pit", &json!({"id": pit})).await.status, 200);
    let reason = search(&pit).await.error(404, "search_context_missing_exception");
    assert!(reason.starts_with("No search context found for id ["), "{reason}");
    let again = close(api, "/_pit", &json!({"id": pit})).await.expect(404);
    assert_eq!(again, json!({"succeeded": true, "num_freed": 0}));
    let pit = open(api, "expiring", "2s").await;
    eventually("the point in time expires", async || {
        search(&pit).await.status == 404
    })
    .await;
}

#[tokio::test]
async fn the_forms_of_opensearch_are_understood() {
    let shared = CLUSTER.get().await;
    let api = &shared.api;
    load(api, "forms").await;
    let path = "/forms/_search/point_in_time?keep_alive=5m";
    let opened = api.post(path, &json!({})).await.ok();
    assert!(opened["creation_time"].is_u64(), "{opened}");
    let pit = opened["pit_id"].as_str().unwrap();
    let body = json!({"pit": {"id": pit, "keep_alive": "5m"}, "size": 1, "sort": [{"n": "asc"}]});
    let found = Found::new(api.post("/_search", &body).await.ok());
    assert_eq!(found.ids(), ["0"]);
    let header = "{}\n".to_owned();
    let several = api
        .bulk("/_msearch", header + &body.to_string() + "\n")
        .await
        .ok();
    assert_eq!(several["responses"][0]["pit_id"], *pit, "{several}");
    let closed = close(api, "/_search/point_in_time", &json!({"pit_id": [pit]})).await;
    assert_eq!(
        closed.expect(200),
        json!({"pits": [{"pit_id": pit, "successful": true}]})
    );
    assert_eq!(api.post("/_search", &body).await.status, 404);
}

/// Scrolls to the end, and does something after each page.
async fn scroll(api: &Api, path: &str, body: &Value, mut between: impl AsyncFnMut(u64)) -> (Seen, String) {
    let mut seen = Seen::default();
    let mut page = Found::new(api.post(path, body).await.ok());
    let (total, max_score) = (page.total(), page.0["hits"]["max_score"].clone());
    for round in 0.. {
        page.assert_complete();
        assert_eq!((page.total(), &page.0["hits"]["max_score"]), (total, &max_score));
        assert_eq!(
            page.0.get("aggregations").is_some(),
            round == 0 && body.get("aggs").is_some()
        );
        seen.add(&page);
        let id = page.0["_scroll_id"].as_str().unwrap().to_owned();
        if page.hits().is_empty() {
            return (seen, id);
        }
        between(round).await;
        let next = json!({"scroll_id": id, "scroll": "2m"});
        page = Found::new(api.post("/_search/scroll", &next).await.ok());
    }
    unreachable!("a scroll ends");
}

#[tokio::test]
async fn a_scroll_gives_every_document_of_its_beginning_once() {
    let shared = CLUSTER.get().await;
    let api = &shared.api;
    load(api, "scrolled").await;
    let by_document = json!({"size": 60, "sort": ["_doc"], "query": {"match_all": {}}});
    let path = "/scrolled/_search?scroll=2m";
    let (seen, id) = scroll(api, path, &by_document, async |round| {
        disturb(api, "scrolled", round).await;
    })
    .await;
    seen.assert_all(1);
    let cleared = close(api, "/_search/scroll", &json!({"scroll_id": [id]})).await;
    assert_eq!(
        cleared.expect(200),
        json!({"succeeded": true, "num_freed": SHARDS})
    );
    let next = json!({"scroll_id": id, "scroll": "2m"});
    api.post("/_search/scroll", &next)
        .await
        .error(404, "search_context_missing_exception");
    let cleared = close(api, "/_search/scroll", &json!({"scroll_id": id})).await;
    assert_eq!(cleared.status, 404);
}

#[tokio::test]
async fn a_scroll_by_score_keeps_its_totals_and_aggregates_once() {
    let shared = CLUSTER.get().await;
    let api = &shared.api;
    load(api, "ranked").await;
    let body = json!({
        "size": 90,
        "query": {"bool": {"should": [{"match": {"text": "common"}}, {"term": {"group": "group1"}}]}},
        "aggs": {"groups": {"terms": {"field": "group"}}},
    });
    let (seen, id) = scroll(api, "/ranked/_search?scroll=2m", &body, async |round| {
        disturb(api, "ranked", round).await;
    })
    .await;
    seen.assert_all(1);
    // The end is the end, however often it is asked for, and by a URL too.
    let again = Found::new(
        api.get(&format!("/_search/scroll?scroll=1m&scroll_id={id}"))
            .await
            .ok(),
    );
    assert!(again.hits().is_empty());
    assert_eq!(
        close(api, &format!("/_search/scroll/{id}"), &json!({}))
            .await
            .status,
        200
    );
}

#[tokio::test]
async fn a_scroll_without_matches_is_empty_from_the_beginning() {
    let shared = CLUSTER.get().await;
    let api = &shared.api;
    load(api, "empty").await;
    let body = json!({"query": {"term": {"group": "none"}}});
    let first = Found::new(api.post("/empty/_search?scroll=1m", &body).await.ok());
    assert_eq!((first.total(), first.hits().len()), (0, 0));
    let next = json!({"scroll_id": first.0["_scroll_id"], "scroll": "1m"});
    let second = Found::new(api.post("/_search/scroll", &next).await.ok());
    assert_eq!((second.total(), second.hits().len()), (0, 0));
}

#[tokio::test]
async fn all_scrolls_or_all_points_in_time_can_be_let_go() {
    let folder = Folder::new("pit-all");
    let cluster = Cluster::start(
        &folder,
        Shape {
            leaves: 1,
            replicas: 1,
        },
    )
    .await;
    let api = cluster.api();
    load(&api, "all").await;
    let pit = open(&api, "all", "1m").await;
    let scrolled = api.post("/all/_search?scroll=1m", &json!({"size": 1})).await.ok();
    let next = json!({"scroll_id": scrolled["_scroll_id"], "scroll": "1m"});
    assert_eq!(api.post("/_search/scroll", &next).await.status, 200);
    let cleared = api.delete("/_search/scroll/_all").await.expect(200);
    assert_eq!(cleared["num_freed"], SHARDS);
    assert_eq!(api.post("/_search/scroll", &next).await.status, 404);
    let body = json!({"pit": {"id": pit}});
    assert_eq!(api.post("/_search", &body).await.status, 200);
    let closed = api.delete("/_search/point_in_time/_all").await.expect(200);
    assert_eq!(closed, json!({"pits": [{"pit_id": pit, "successful": true}]}));
    assert_eq!(api.post("/_search", &body).await.status, 404);
}
