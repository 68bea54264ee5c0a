//! What no client should send, and the error that it reads. Whatever comes, the same processes go on and answer.

mod bodies;
mod documents;
mod queries;
mod query_strings;
mod urls;

use reqwest::{Body, Method};
use serde_json::{Value, json};

use crate::harness::{Borrowed, JSON, NDJSON, Process, Shape, SharedCluster};

static CLUSTER: SharedCluster = SharedCluster::new(
    "bad-input",
    Shape {
        leaves: 2,
        replicas: 1,
    },
);

/// The most memory that a process may ever have had resident, in bytes: all bodies that it may hold at once, and some.
const MEMORY_BYTES_MAX: u64 = 1024 * 1024 * 1024;

/// A request that must be refused.
struct Bad {
    /// For the message of a failed test.
    what: &'static str,
    method: Method,
    path: String,
    content_type: Option<&'static str>,
    body: Body,
}

/// The error that it must be refused with.
struct Refusal {
    status: u16,
    kind: &'static str,
    /// What the reason must say, each of them.
    says: &'static [&'static str],
}

impl Bad {
    fn search(what: &'static str, body: &Value) -> Self {
        Self::search_text(what, body.to_string())
    }

    fn search_text(what: &'static str, body: impl Into<Body>) -> Self {
        Self::new(what, Method::POST, "/ground/_search", Some(JSON), body)
    }

    fn query(what: &'static str, query: &Value) -> Self {
        Self::search(what, &json!({"query": query}))
    }

    fn get(what: &'static str, path: impl Into<String>) -> Self {
        Self::new(what, Method::GET, path, None, "")
    }

    fn put(what: &'static str, path: impl Into<String>, body: impl Into<Body>) -> Self {
        Self::new(what, Method::PUT, path, Some(JSON), body)
    }

    fn bulk(what: &'static str, body: impl Into<Body>) -> Self {
        Self::new(what, Method::POST, "/ground/_bulk", Some(NDJSON), body)
    }

    fn new(
        what: &'static str,
        method: Method,
        path: impl Into<String>,
        content_type: Option<&'static str>,
        body: impl Into<Body>,
    ) -> Self {
        let (path, body) = (path.into(), body.into());
        Self {
            what,
            method,
            path,
            content_type,
            body,
        }
    }
}

const fn refusal(status: u16, kind: &'static str, says: &'static [&'static str]) -> Refusal {
    Refusal { status, kind, says }
}

/// The cluster with an index that has one document in it.
async fn ground() -> Ground {
    let api = CLUSTER.get().await;
    let processes = api.cluster.processes();
    let body = json!({"mappings": {"properties": {
        "title": {"type": "text"}, "kind": {"type": "keyword"}, "n": {"type": "long"},
        "day": {"type": "date"}, "yes": {"type": "boolean"},
    }}});
    // Another test may have made it already.
    let made = api.put("/ground", &body).await;
    assert!(made.status == 200 || made.status == 400, "{made}");
    api.put(
        "/ground/_doc/1?refresh=true",
        &json!({"title": "solid ground", "n": 1}),
    )
    .await
    .ok();
    Ground { api, processes }
}

/// A cluster that must outlive what is sent to it.
struct Ground {
    api: Borrowed,
    processes: Vec<Process>,
}

impl Ground {
    /// Sends each request, reads its refusal, and looks whether everybody is alive.
    async fn refuses(&self, cases: impl IntoIterator<Item = (Bad, Refusal)>) {
        for (bad, refusal) in cases {
            let what = bad.what;
            let answer = self
                .api
                .send(bad.method, &bad.path, bad.content_type, bad.body)
                .await;
            assert_eq!(answer.status, refusal.status, "{what}: {answer}");
            let reason = answer.error(refusal.status, refusal.kind);
            for part in refusal.says {
                assert!(
                    reason.contains(part),
                    "{what}: the reason does not say [{part}]: {reason}"
                );
            }
            assert!(
                answer.text.len() < 8_192,
                "{what}: the error is as long as the input"
            );
            self.stands(what).await;
        }
    }

    /// The same processes as ever live and answer, and have not grown out of bounds.
    async fn stands(&self, after: &str) {
        assert_eq!(
            self.api.cluster.processes(),
            self.processes,
            "a process has died: {after}"
        );
        let found = self
            .api
            .search("ground", &json!({"query": {"ids": {"values": ["1"]}}}))
            .await;
        assert_eq!(found.ids(), ["1"], "after {after}");
        for process in &self.processes {
            let peak = process.memory_bytes_peak();
            assert!(
                peak < MEMORY_BYTES_MAX,
                "process {} grew to {peak} bytes: {after}",
                process.pid
            );
        }
    }
}

/// `open` so many times, then `middle`, then `close` as many times.
fn nested(open: &str, middle: &str, close: &str, depth: usize) -> String {
    format!("{}{middle}{}", open.repeat(depth), close.repeat(depth))
}
