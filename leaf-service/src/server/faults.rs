//! The fault hook: sets a script of faults, and does to requests what it says. Only there if the leaf is started with it.

use std::panic;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Query, Request, State};
use axum::http::StatusCode;
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use parking_lot::Mutex;
use rand::rngs::StdRng;
use serde::Deserialize;
use shared::random;
use shared::wire::LeafError;
use tokio::time::{self, Instant};

use super::wire::Refusal;
use crate::call::Call;
use crate::faults::{Act, Failure, Script};

/// `POST` a script, see [`crate::faults`], to set it; `DELETE` to clear it. `?seed=N` chooses which requests are struck.
const PATH: &str = "/internal/v1/faults";
/// The longest script.
const SCRIPT_BYTES_MAX: usize = 64 * 1_024;

/// The script and its dice.
type Faults = Arc<Mutex<(Script, StdRng)>>;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Parameters {
    #[serde(default)]
    seed: u64,
}

/// Lets faults come over the requests of a leaf.
pub(super) fn over(router: Router) -> Router {
    let faults: Faults = Arc::new(Mutex::new((Script::default(), random::from_seed(0))));
    let hook = Router::new()
        .route(PATH, post(set).delete(clear))
        .layer(DefaultBodyLimit::max(SCRIPT_BYTES_MAX))
        .with_state(Arc::clone(&faults));
    router
        .layer(middleware::from_fn_with_state(faults, strike))
        .merge(hook)
}

async fn set(
    State(faults): State<Faults>,
    Query(parameters): Query<Parameters>,
    body: Bytes,
) -> Result<StatusCode, (StatusCode, String)> {
    let script = Script::parse(&body).map_err(|error| (StatusCode::BAD_REQUEST, format!("{error}\n")))?;
    *faults.lock() = (script, random::from_seed(parameters.seed));
    Ok(StatusCode::NO_CONTENT)
}

/// Requests that are struck already stay so.
async fn clear(State(faults): State<Faults>) -> StatusCode {
    faults.lock().0 = Script::default();
    StatusCode::NO_CONTENT
}

async fn strike(State(faults): State<Faults>, request: Request, next: Next) -> Response {
    let act = Call::of_path(request.uri().path()).and_then(|call| {
        let (script, rng) = &mut *faults.lock();
        script.strike(call, rng)
    });
    match act {
        None => next.run(request).await,
        Some(Act::DelayMs(delay)) => {
            time::sleep(Duration::from_millis(delay)).await;
            next.run(request).await
        }
        // Until the caller has had enough and closes the connection.
        Some(Act::Hang(_)) => std::future::pending().await,
        Some(Act::Fail(failure)) => fail(failure),
        Some(Act::Slow(factor)) => {
            let begun = Instant::now();
            let response = next.run(request).await;
            time::sleep(begun.elapsed().mul_f64(factor - 1.0)).await;
            response
        }
    }
}

fn fail(failure: Failure) -> Response {
    let refusal = match failure {
        Failure::Internal => LeafError::Internal("a fault on purpose".to_owned()),
        Failure::Shed => LeafError::Shed,
        // There is no other way to end a connection from within: its task ends, and nothing is reported as a panic.
        Failure::DropConnection => panic::resume_unwind(Box::new("a connection is dropped on purpose")),
    };
    Refusal(refusal).into_response()
}
