//! A call's place in the trace of the root that makes it. Calls outside of any trace begin none.

use axum::extract::{MatchedPath, Request};
use axum::middleware::Next;
use axum::response::Response;
use shared::telemetry::{self, Parent};
use tracing::Instrument as _;

/// Answers the call within a span, if it is part of a trace.
pub(super) async fn request(request: Request, next: Next) -> Response {
    let header = |name| request.headers().get(name).and_then(|value| value.to_str().ok());
    let Some(parent) = Parent::of(header) else {
        return next.run(request).await;
    };
    let route = request.extensions().get().map_or("unknown", MatchedPath::as_str);
    // All paths of a leaf that are part of traces are asked for in the same way.
    let span = telemetry::request_span("POST", route, Some(parent));
    let response = next.run(request).instrument(span.clone()).await;
    telemetry::answered(&span, response.status().as_u16());
    response
}
