//! `/livez` and `/readyz`: whether the process runs, and whether it should get requests.

use std::sync::atomic::Ordering;

use axum::extract::State;
use axum::http::StatusCode;
use serde_json::json;

use crate::api::answer::Answer;
use crate::api::state::Api;

/// Alive as long as it can answer at all.
pub(in crate::api) async fn live() -> Answer {
    Answer::json(&json!({"status": "alive"}))
}

/// Ready from the moment it has heard from a replica, until it drains.
///
/// Replicas that go out of reach later do not matter: every root would become unready at once, and clients would see
/// closed doors instead of an error that says which part of the documents is missing.
pub(in crate::api) async fn ready(State(api): State<Api>) -> Answer {
    let not_ready = |reason: &str| {
        Answer::json(&json!({"status": "not ready", "reason": reason}))
            .with_status(StatusCode::SERVICE_UNAVAILABLE)
    };
    if api.config.draining.is_set() {
        return not_ready("this root is draining");
    }
    let heard = api.heard.load(Ordering::Relaxed)
        || api.app.cluster().replicas.iter().any(|replica| replica.reachable);
    if !heard {
        return not_ready("no replica has been in reach yet");
    }
    api.heard.store(true, Ordering::Relaxed);
    Answer::json(&json!({"status": "ready"}))
}
