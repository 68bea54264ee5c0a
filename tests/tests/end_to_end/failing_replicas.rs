//! Searches while replicas hang or die: another one of the leaf answers, and what nobody can answer is told.

use rustix::process::Signal;
use serde_json::{Value, json};

use crate::harness::{Api, Cluster, Folder, Found, Process, Shape, bulk_index_lines, eventually};

const SHAPE: Shape = Shape {
    leaves: 2,
    replicas: 2,
};
const DOCUMENTS: u64 = 200;
/// Searches asked in a row: enough to choose every replica several times, if it is chosen at all.
const SEARCHES: usize = 12;

async fn load(api: &Api) {
    api.put("/words", &json!({"settings": {"number_of_shards": 4}}))
        .await
        .ok();
    let documents: Vec<(String, String)> = (0..DOCUMENTS)
        .map(|n| {
            (
                n.to_string(),
                format!("{{\"text\":\"common word{n}\",\"n\":{n}}}"),
            )
        })
        .collect();
    let lines = bulk_index_lines(
        documents
            .iter()
            .map(|(id, source)| (id.as_str(), source.as_str())),
    );
    let answer = api.bulk("/words/_bulk?refresh=true", lines).await.ok();
    assert_eq!(answer["errors"], false, "{answer}");
    let health = api
        .get("/_cluster/health?wait_for_status=green&timeout=60s")
        .await;
    assert_eq!(health.status, 200, "{health}");
}

/// Asks again and again: every answer is complete and right.
async fn answers_stay_complete(api: &Api, when: &str) {
    let body = json!({
        "query": {"match": {"text": "common"}},
        "size": DOCUMENTS,
        "track_total_hits": true,
        "timeout": "20s",
    });
    for nth in 0..SEARCHES {
        let found = Found::new(api.post("/words/_search", &body).await.ok());
        assert!(
            found.is_complete(),
            "search {nth} {when}: {}",
            without_hits(&found)
        );
        assert_eq!(
            (found.total(), found.ids().len() as u64),
            (DOCUMENTS, DOCUMENTS),
            "search {nth} {when}"
        );
        assert!(
            found.hits().iter().all(|hit| hit["_source"]["n"].is_u64()),
            "every document is fetched"
        );
    }
    for id in 0..8 {
        let read = api.get(&format!("/words/_doc/{id}")).await.expect(200);
        assert_eq!(read["_source"]["n"], id, "{when}");
    }
}

fn without_hits(found: &Found) -> Value {
    let mut json = found.0.clone();
    json["hits"]["hits"] = Value::Null;
    json
}

/// Lets a process go on, also if the test fails: a stopped process would ignore every polite signal.
struct Stopped(Process);

impl Stopped {
    /// The process, once all its threads stand still: on a busy machine they go on for a moment.
    async fn stop(process: Process) -> Self {
        process.signal(Signal::STOP);
        eventually("a process stands still", async || process.stands_still()).await;
        Self(process)
    }
}

impl Drop for Stopped {
    fn drop(&mut self) {
        self.0.signal(Signal::CONT);
    }
}

#[tokio::test]
async fn answers_stay_complete_while_one_replica_hangs_and_another_dies() {
    let folder = Folder::new("failing-replicas");
    let cluster = Cluster::start(&folder, SHAPE).await;
    let api = cluster.api();
    load(&api).await;
    answers_stay_complete(&api, "while all is well").await;

    let hanging = Stopped::stop(cluster.replica(0, 0)).await;
    answers_stay_complete(&api, "right after a replica hangs").await;
    let dead = cluster.replica(1, 1);
    dead.signal(Signal::KILL);
    answers_stay_complete(&api, "right after another one died").await;

    // Writes go on as well: the other replicas take them.
    let written = api
        .put(
            "/words/_doc/0?refresh=true&timeout=30s",
            &json!({"text": "common again", "n": 0}),
        )
        .await
        .ok();
    assert_eq!(written["_version"], 2, "{written}");

    drop(hanging);
    eventually("both are back", async || {
        cluster.processes().len() == SHAPE.members()
            && api
                .try_get("/_cluster/health")
                .await
                .is_ok_and(|answer| answer.json()["status"] == "green")
    })
    .await;
    answers_stay_complete(&api, "after both are back").await;
    let found = Found::new(api.get("/words/_search?q=text:again").await.ok());
    assert_eq!(found.ids(), ["0"], "the replica that hung has caught up");
}

/// Waits until the root has heard of all documents from every replica.
async fn all_documents_are_known(api: &Api) {
    eventually(
        "the root has heard of all documents from every replica",
        async || {
            let shards = api.get("/_cat/shards/words?format=json").await.ok();
            let shards = shards.as_array().cloned().unwrap_or_default();
            let documents = shards
                .iter()
                .filter_map(|shard| shard["docs"].as_str()?.parse::<u64>().ok());
            documents.sum::<u64>() == DOCUMENTS * u64::from(SHAPE.replicas)
        },
    )
    .await;
}

#[tokio::test]
async fn what_no_replica_can_answer_is_told_or_refused() {
    let folder = Folder::new("failing-leaf");
    let cluster = Cluster::start(&folder, SHAPE).await;
    let api = cluster.api();
    load(&api).await;
    all_documents_are_known(&api).await;
    let hanging = [
        Stopped::stop(cluster.replica(1, 0)).await,
        Stopped::stop(cluster.replica(1, 1)).await,
    ];

    let body = json!({"query": {"match": {"text": "common"}}, "size": DOCUMENTS, "timeout": "500ms"});
    let found = Found::new(api.post("/words/_search", &body).await.ok());
    let answer = without_hits(&found);
    assert!(!found.is_complete(), "{answer}");
    let number = |value: &Value| {
        value
            .as_u64()
            .unwrap_or_else(|| panic!("not a number in {answer}"))
    };
    let (shards, coverage) = (&answer["_shards"], &answer["coverage"]);
    assert_eq!(
        number(&shards["successful"]) + number(&shards["failed"]),
        number(&shards["total"]),
        "{answer}"
    );
    let covered = number(&coverage["documents"]["covered"]);
    assert_eq!(number(&coverage["documents"]["total"]), DOCUMENTS, "{answer}");
    assert!(0 < covered && covered < DOCUMENTS, "{answer}");
    assert_eq!(
        found.ids().len() as u64,
        covered,
        "what the other leaf has is all there"
    );
    assert_eq!(coverage["leaves"], json!({"total": 2, "answered": 1}), "{answer}");
    let failures = shards["failures"].as_array().expect("failures are listed");
    assert!(
        failures
            .iter()
            .all(|failure| failure["reason"]["reason"].is_string()),
        "{answer}"
    );
    let degraded = coverage["degraded"]
        .as_object()
        .expect("it is told what is missing");
    let missing: u64 = degraded.values().filter_map(Value::as_u64).sum();
    assert_eq!(missing, number(&shards["failed"]), "{answer}");

    let refused = api
        .post("/words/_search?allow_partial_search_results=false", &body)
        .await;
    refused.error(504, "search_phase_execution_exception");

    drop(hanging);
    eventually("the leaf serves again", async || {
        let body = json!({"query": {"match": {"text": "common"}}, "size": 0, "track_total_hits": true});
        Found::new(api.post("/words/_search", &body).await.ok()).is_complete()
    })
    .await;
    answers_stay_complete(&api, "after the leaf is back").await;
}
