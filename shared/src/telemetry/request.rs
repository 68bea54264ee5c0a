//! The spans of requests, and the headers by which they hang together across processes.

use opentelemetry::Context;
use opentelemetry::trace::{SpanContext, TraceContextExt as _, TraceState};
use tracing::field::Empty;
use tracing::level_filters::LevelFilter;
use tracing::{Span, debug_span};
use tracing_opentelemetry::OpenTelemetrySpanExt as _;

use super::traceparent;

/// The target of requests' spans: the only ones that log lines name, and below the target of all spans of a trace.
const REQUEST_TARGET: &str = "gleaner::trace::request";

const TRACEPARENT: &str = "traceparent";
const TRACESTATE: &str = "tracestate";

/// The span that the sender of a request was in.
#[derive(Clone, Debug)]
pub struct Parent(SpanContext);

impl Parent {
    /// The sender's span. `header` gives the only value of the header of that name; more than one counts as none.
    ///
    /// None if the sender is in no span, or its header is not as *Trace Context* wants it; also, without a look at the
    /// headers, where traces are off.
    pub fn of<'h>(header: impl Fn(&'static str) -> Option<&'h str>) -> Option<Self> {
        if !may_be_on() {
            return None;
        }
        traceparent::parse(header(TRACEPARENT)?, header(TRACESTATE)).map(Self)
    }
}

/// The span of a request that arrived: part of the sender's trace, or of a new one. It is disabled where traces are off.
///
/// `route` is the pattern of its path, never the path itself, of which there are too many.
pub fn request_span(method: &str, route: &str, parent: Option<Parent>) -> Span {
    let span = debug_span!(
        target: REQUEST_TARGET,
        "request",
        otel.name = format!("{method} {route}"),
        otel.kind = "server",
        otel.status_code = Empty,
        http.request.method = method,
        http.route = route,
        http.response.status_code = Empty,
        trace_id = Empty,
    );
    if span.is_disabled() {
        return span;
    }
    if let Some(Parent(parent)) = parent {
        // It can only fail without a layer for traces, or after the span was entered.
        let _ = span.set_parent(Context::new().with_remote_span_context(parent));
    }
    let context = span.context();
    let trace = context.span().span_context().trace_id();
    span.record("trace_id", tracing::field::display(trace));
    span
}

/// Records the status of the answer. A server's failure makes the span one.
pub fn answered(span: &Span, status: u16) {
    // As a signed number: unsigned ones become text on their way.
    span.record("http.response.status_code", i64::from(status));
    if status >= 500 {
        span.record("otel.status_code", "ERROR");
    }
}

/// The headers that make a call part of the current trace; none outside of one.
pub fn outgoing_headers() -> Vec<(&'static str, String)> {
    if !may_be_on() {
        return Vec::new();
    }
    let context = Span::current().context();
    let span = context.span();
    let span = span.span_context();
    if !span.is_valid() {
        return Vec::new();
    }
    let mut headers = vec![(TRACEPARENT, traceparent::format(span))];
    if *span.trace_state() != TraceState::NONE {
        headers.push((TRACESTATE, span.trace_state().header()));
    }
    headers
}

/// A relaxed load that says no wherever neither traces nor detailed logs are on.
fn may_be_on() -> bool {
    LevelFilter::current() >= LevelFilter::DEBUG
}
