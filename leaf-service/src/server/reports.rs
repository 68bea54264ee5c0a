//! Every request reports how it ended when it is dropped, whether it was answered or its caller went away.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use shared::wire::AttemptKind;

use crate::call::Call;
use crate::metrics::{LeafMetrics, Outcome};

/// What a handler knows of its request that the answer does not say; an extension of the request.
#[derive(Clone, Debug, Default)]
pub(super) struct Notes(Arc<Noted>);

#[derive(Debug, Default)]
struct Noted {
    kind: OnceLock<AttemptKind>,
    partial: AtomicBool,
}

impl Notes {
    /// The request is an attempt of that kind.
    pub(super) fn kind(&self, kind: AttemptKind) {
        // A request is of one kind: whoever says it again says the same.
        let _ = self.0.kind.set(kind);
    }

    /// The answer lacks something.
    pub(super) fn partial(&self) {
        self.0.partial.store(true, Ordering::Relaxed);
    }
}

/// A request under way.
struct Report {
    metrics: Arc<LeafMetrics>,
    call: Call,
    notes: Notes,
    /// `None` until there is an answer.
    outcome: Option<Outcome>,
}

impl Drop for Report {
    fn drop(&mut self) {
        let outcome = self.outcome.unwrap_or(if std::thread::panicking() {
            Outcome::Failed
        } else {
            Outcome::Cancelled
        });
        self.metrics
            .request(self.call, self.notes.0.kind.get().copied(), outcome);
    }
}

/// Counts the requests of a leaf. What is not a call of a root is not counted.
pub(super) async fn report(
    State(metrics): State<Arc<LeafMetrics>>,
    mut request: Request,
    next: Next,
) -> Response {
    let Some(call) = Call::of_path(request.uri().path()) else {
        return next.run(request).await;
    };
    let notes = Notes::default();
    request.extensions_mut().insert(notes.clone());
    let mut report = Report {
        metrics,
        call,
        notes,
        outcome: None,
    };
    let response = next.run(request).await;
    report.outcome = Some(outcome_of(&response, &report.notes));
    response
}

fn outcome_of(response: &Response, notes: &Notes) -> Outcome {
    let status = response.status();
    if let Some(refused) = response.extensions().get::<Outcome>() {
        *refused
    } else if status.is_server_error() {
        Outcome::Failed
    } else if !status.is_success() {
        Outcome::BadRequest
    } else if notes.0.partial.load(Ordering::Relaxed) {
        Outcome::Partial
    } else {
        Outcome::Ok
    }
}
