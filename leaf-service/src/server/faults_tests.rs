//! The fault hook over real connections.

use std::time::Duration;

use axum::Router;
use axum::http::StatusCode;
use axum::routing::{get, post};
use shared::wire::{self, LeafError, path};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio::time::{Instant, timeout};

use super::faults;

/// What a leaf would answer.
const ANSWER: &str = "handled";

struct Harness {
    url: String,
    http: reqwest::Client,
    serving: JoinHandle<()>,
}

impl Drop for Harness {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

impl Harness {
    /// Two paths of a leaf and a probe, with the hook or without it.
    async fn new(hook: bool) -> Self {
        let routes = Router::new()
            .route(path::SEARCH, post(|| async { ANSWER }))
            .route(path::STATUS, get(|| async { ANSWER }))
            .route("/livez", get(|| async { ANSWER }));
        let router = if hook { faults::over(routes) } else { routes };
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        Self {
            url: format!("http://{}", listener.local_addr().unwrap()),
            http: reqwest::Client::new(),
            serving: tokio::spawn(async move { axum::serve(listener, router).await.unwrap() }),
        }
    }

    async fn script(&self, script: &'static str) -> StatusCode {
        let url = format!("{}/internal/v1/faults?seed=3", self.url);
        self.http.post(url).body(script).send().await.unwrap().status()
    }

    async fn search(&self) -> reqwest::Result<(StatusCode, Vec<u8>)> {
        let url = format!("{}{}", self.url, path::SEARCH);
        let answer = self.http.post(url).send().await?;
        Ok((answer.status(), answer.bytes().await?.to_vec()))
    }

    async fn refusal(&self) -> LeafError {
        let (status, body) = self.search().await.unwrap();
        let error: LeafError = wire::decode(&body).unwrap();
        assert_eq!(error.status(), status.as_u16());
        error
    }

    async fn is_handled(&self) -> bool {
        self.search()
            .await
            .is_ok_and(|(status, body)| status == StatusCode::OK && body == ANSWER.as_bytes())
    }
}

#[tokio::test]
async fn without_the_flag_there_is_no_hook() {
    let harness = Harness::new(false).await;
    assert_eq!(harness.script("[]").await, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn requests_fail_as_the_script_says_until_it_is_cleared() {
    let harness = Harness::new(true).await;
    assert!(harness.is_handled().await);
    let shed = r#"[{ "call": "search", "share": 1, "act": { "fail": "shed" } }]"#;
    assert_eq!(harness.script(shed).await, StatusCode::NO_CONTENT);
    assert_eq!(harness.refusal().await, LeafError::Shed);

    let internal = r#"[{ "call": "any", "share": 1, "act": { "fail": "internal" } }]"#;
    assert_eq!(harness.script(internal).await, StatusCode::NO_CONTENT);
    assert!(matches!(harness.refusal().await, LeafError::Internal(_)));
    let probe = harness.http.get(format!("{}/livez", harness.url)).send().await;
    assert_eq!(probe.unwrap().status(), StatusCode::OK, "probes are left alone");

    let dropped = r#"[{ "call": "search", "share": 1, "act": { "fail": "drop_connection" } }]"#;
    assert_eq!(harness.script(dropped).await, StatusCode::NO_CONTENT);
    assert!(harness.search().await.is_err());

    let url = format!("{}/internal/v1/faults", harness.url);
    let cleared = harness.http.delete(url).send().await.unwrap();
    assert_eq!(cleared.status(), StatusCode::NO_CONTENT);
    assert!(harness.is_handled().await);
}

#[tokio::test]
async fn a_delay_comes_before_the_answer_and_a_hang_instead_of_it() {
    let harness = Harness::new(true).await;
    let delay = r#"[{ "call": "search", "share": 1, "act": { "delay_ms": 30 } }]"#;
    assert_eq!(harness.script(delay).await, StatusCode::NO_CONTENT);
    let begun = Instant::now();
    assert!(harness.is_handled().await);
    assert!(begun.elapsed() >= Duration::from_millis(30));

    let hang = r#"[{ "call": "search", "share": 1, "act": { "hang": true } }]"#;
    assert_eq!(harness.script(hang).await, StatusCode::NO_CONTENT);
    let answered = timeout(Duration::from_millis(50), harness.search()).await;
    assert!(answered.is_err(), "the caller gives up first");

    let slow = r#"[{ "call": "search", "share": 1, "act": { "slow": 2 } }]"#;
    assert_eq!(harness.script(slow).await, StatusCode::NO_CONTENT);
    assert!(harness.is_handled().await);
}

#[tokio::test]
async fn a_script_that_makes_no_sense_is_refused_and_changes_nothing() {
    let harness = Harness::new(true).await;
    let bad = r#"[{ "call": "search", "share": 2, "act": { "fail": "shed" } }]"#;
    assert_eq!(harness.script(bad).await, StatusCode::BAD_REQUEST);
    assert!(harness.is_handled().await);
}
