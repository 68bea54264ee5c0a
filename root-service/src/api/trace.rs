//! A request's place in a trace: it continues that of its `traceparent` header, or begins one.

use axum::extract::{MatchedPath, Request};
use axum::http::{HeaderMap, Method};
use axum::middleware::Next;
use axum::response::Response;
use shared::telemetry::{self, Parent};
use tracing::{Instrument as _, Span};

/// Asked for every few seconds, by machines that want no traces of it.
const UNTRACED: [&str; 3] = ["/livez", "/readyz", "/metrics"];

/// Answers the request within a span, if traces are on.
pub(super) async fn request(request: Request, next: Next) -> Response {
    let span = span(&request);
    if span.is_disabled() {
        return next.run(request).await;
    }
    let response = next.run(request).instrument(span.clone()).await;
    telemetry::answered(&span, response.status().as_u16());
    response
}

fn span(request: &Request) -> Span {
    let route = request.extensions().get().map_or("unknown", MatchedPath::as_str);
    if UNTRACED.contains(&route) {
        return Span::none();
    }
    let parent = Parent::of(|name| only(request.headers(), name));
    telemetry::request_span(known(request.method()), route, parent)
}

/// The value of a header that is there once.
fn only<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    let mut values = headers.get_all(name).iter();
    let value = values.next()?;
    value.to_str().ok().filter(|_| values.next().is_none())
}

/// The method's name. Clients can invent methods, whose names are not worth keeping.
fn known(method: &Method) -> &str {
    match *method {
        Method::GET | Method::HEAD | Method::POST | Method::PUT | Method::DELETE => method.as_str(),
        _ => "_OTHER",
    }
}
