//! Spans on their way from the macros to a collector, over real HTTP on the loopback.

use std::collections::BTreeMap;
use std::io;
use std::sync::Arc;

use axum::body::Bytes;
use axum::routing::post;
use opentelemetry_proto::tonic::collector::trace::v1::{
    ExportTraceServiceRequest, ExportTraceServiceResponse,
};
use opentelemetry_proto::tonic::common::v1::KeyValue;
use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::trace::v1::Span;
use opentelemetry_proto::tonic::trace::v1::span::SpanKind;
use parking_lot::Mutex;
use prost::Message as _;
use tracing::level_filters::LevelFilter;
use tracing::subscriber::with_default;
use tracing::{debug_span, info};

use super::*;

const TRACE: &str = "0af7651916cd43dd8448eb211c80319c";
const CALLER: &str = "b7ad6b7169203331";

/// A collector that keeps what it gets.
#[derive(Clone, Default)]
struct Collector {
    batches: Arc<Mutex<Vec<ExportTraceServiceRequest>>>,
}

impl Collector {
    async fn start(&self) -> TraceSettings {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let batches = Arc::clone(&self.batches);
        let take = async move |body: Bytes| {
            batches
                .lock()
                .push(ExportTraceServiceRequest::decode(body).unwrap());
            ExportTraceServiceResponse::default().encode_to_vec()
        };
        let router = axum::Router::new().route("/v1/traces", post(take));
        tokio::spawn(async move { axum::serve(listener, router).await });
        TraceSettings {
            collector: format!("http://{address}/v1/traces"),
            service_name: "gleaner-test".to_owned(),
            sampled_ratio: None,
        }
    }

    /// The spans by name, of which each must be there once, with what its service is called.
    fn spans(&self) -> BTreeMap<String, Span> {
        let mut spans = BTreeMap::new();
        for resource in self.batches.lock().iter().flat_map(|batch| &batch.resource_spans) {
            let of = resource.resource.as_ref().unwrap();
            assert_eq!(text(&of.attributes, "service.name"), "gleaner-test");
            for span in resource.scope_spans.iter().flat_map(|scope| &scope.spans) {
                let before = spans.insert(span.name.clone(), span.clone());
                assert!(before.is_none(), "{} is there twice", span.name);
            }
        }
        spans
    }
}

fn text(attributes: &[KeyValue], key: &str) -> String {
    let attribute = attributes.iter().find(|attribute| attribute.key == key);
    match attribute.and_then(|attribute| attribute.value.as_ref()?.value.as_ref()) {
        Some(Value::StringValue(text)) => text.clone(),
        other => format!("{other:?}"),
    }
}

fn hex(id: &[u8]) -> String {
    id.iter()
        .fold(String::new(), |text, byte| format!("{text}{byte:02x}"))
}

/// Log lines, kept.
#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl io::Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Lines {
    fn text(&self) -> String {
        String::from_utf8(self.0.lock().clone()).unwrap()
    }
}

/// Runs a scene under the subscriber of a service, and waits until the collector has its spans.
async fn within(settings: Option<&TraceSettings>, format: LogFormat, scene: impl FnOnce()) -> String {
    let traces = settings.map(|settings| Traces::start(settings).unwrap());
    let lines = Lines::default();
    let writer = lines.clone();
    let logs = logs::layer(
        format,
        EnvFilter::new("debug"),
        move || writer.clone(),
        traces.is_some(),
    );
    with_default(subscriber(logs, traces.as_ref()), scene);
    tokio::task::spawn_blocking(move || drop(traces)).await.unwrap();
    lines.text()
}

/// A root and a leaf as their middleware uses this module: `traceparent` comes to the root, which calls the leaf.
fn request_through_root_and_leaf(traceparent: Option<&str>) -> Option<String> {
    let parent = Parent::of(|name| traceparent.filter(|_| name == "traceparent"));
    let root = request_span("POST", "/{index}/_search", parent);
    let headers = root.in_scope(|| {
        debug_span!(target: "gleaner::trace", "search").in_scope(|| {
            info!("planned");
            debug_span!(target: "gleaner::trace", "attempt", leaf = 3, outcome = "won")
                .in_scope(outgoing_headers)
        })
    });
    answered(&root, 200);
    let find = |wanted| {
        headers
            .iter()
            .find(|(name, _)| *name == wanted)
            .map(|(_, value)| value.as_str())
    };
    if let Some(parent) = Parent::of(find) {
        let leaf = request_span("POST", "/internal/v1/search", Some(parent));
        answered(&leaf, 503);
    }
    find("traceparent").map(str::to_owned)
}

#[tokio::test]
async fn spans_hang_together_from_the_caller_to_the_leaf() {
    let collector = Collector::default();
    let settings = collector.start().await;
    let scene = || {
        let sent = request_through_root_and_leaf(Some(&format!("00-{TRACE}-{CALLER}-01")));
        assert!(sent.unwrap().starts_with(&format!("00-{TRACE}-")));
    };
    within(Some(&settings), LogFormat::Text, scene).await;

    let spans = collector.spans();
    assert_eq!(spans.len(), 4, "{:?}", spans.keys());
    let [root, search, attempt, leaf] = [
        "POST /{index}/_search",
        "search",
        "attempt",
        "POST /internal/v1/search",
    ]
    .map(|name| &spans[name]);
    assert_eq!(hex(&root.parent_span_id), CALLER);
    assert_eq!(search.parent_span_id, root.span_id);
    assert_eq!(attempt.parent_span_id, search.span_id);
    assert_eq!(leaf.parent_span_id, attempt.span_id);
    for span in spans.values() {
        assert_eq!(hex(&span.trace_id), TRACE, "{}", span.name);
        assert!(span.start_time_unix_nano <= span.end_time_unix_nano);
    }
    assert_eq!(
        (root.kind, attempt.kind),
        (SpanKind::Server as i32, SpanKind::Internal as i32)
    );
    assert_eq!(text(&root.attributes, "http.route"), "/{index}/_search");
    assert_eq!(
        text(&root.attributes, "http.response.status_code"),
        "Some(IntValue(200))"
    );
    assert_eq!(text(&attempt.attributes, "leaf"), "Some(IntValue(3))");
    assert_eq!(text(&attempt.attributes, "outcome"), "won");
    assert_eq!(leaf.status.as_ref().unwrap().code, 2, "a 503 is a failure");
}

#[tokio::test]
async fn without_a_caller_a_trace_begins() {
    let collector = Collector::default();
    let settings = collector.start().await;
    let scene = || assert!(request_through_root_and_leaf(Some("00-nonsense")).is_some());
    within(Some(&settings), LogFormat::Text, scene).await;

    let spans = collector.spans();
    let root = &spans["POST /{index}/_search"];
    assert_eq!(root.parent_span_id, Vec::<u8>::new());
    let leaf = &spans["POST /internal/v1/search"];
    assert_eq!(leaf.trace_id, root.trace_id);
    assert_ne!(hex(&root.trace_id), "0".repeat(32));
}

#[tokio::test]
async fn what_the_caller_does_not_record_is_not_recorded_anywhere() {
    let collector = Collector::default();
    let settings = collector.start().await;
    let scene = || {
        let sent = request_through_root_and_leaf(Some(&format!("00-{TRACE}-{CALLER}-00"))).unwrap();
        assert!(
            sent.starts_with(&format!("00-{TRACE}-")) && sent.ends_with("-00"),
            "{sent}"
        );
    };
    within(Some(&settings), LogFormat::Text, scene).await;
    assert_eq!(collector.spans().len(), 0);
}

#[tokio::test]
async fn a_ratio_of_zero_records_only_what_callers_record() {
    let collector = Collector::default();
    let settings = TraceSettings {
        sampled_ratio: Some(0.0),
        ..collector.start().await
    };
    let scene = || {
        request_through_root_and_leaf(None);
        request_through_root_and_leaf(Some(&format!("00-{TRACE}-{CALLER}-01")));
    };
    within(Some(&settings), LogFormat::Text, scene).await;
    let spans = collector.spans();
    assert_eq!(spans.len(), 4);
    assert!(spans.values().all(|span| hex(&span.trace_id) == TRACE));
}

#[tokio::test]
async fn log_lines_name_the_trace_in_json_and_no_spans_in_text() {
    let collector = Collector::default();
    let settings = collector.start().await;
    let scene = || {
        drop(request_through_root_and_leaf(Some(&format!(
            "00-{TRACE}-{CALLER}-01"
        ))));
    };
    let planned = |lines: &str| {
        let mut lines = lines.lines().filter(|line| line.contains("planned"));
        let line = lines.next().unwrap().to_owned();
        assert!(lines.next().is_none(), "one event is one line");
        line
    };

    let json = planned(&within(Some(&settings), LogFormat::Json, scene).await);
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["span"]["trace_id"], TRACE, "{json}");
    assert_eq!(json["span"]["name"], "request", "{json}");

    let text = planned(&within(Some(&settings), LogFormat::Text, scene).await);
    assert!(!text.contains("search") && !text.contains(TRACE), "{text}");
}

#[tokio::test]
async fn without_a_collector_no_span_is_made_however_much_is_logged() {
    let scene = || {
        assert_eq!(
            request_through_root_and_leaf(Some(&format!("00-{TRACE}-{CALLER}-01"))),
            None
        );
    };
    let lines = within(None, LogFormat::Json, scene).await;
    let json: serde_json::Value = serde_json::from_str(lines.trim()).unwrap();
    assert_eq!(json["fields"]["message"], "planned");
    assert!(json.get("span").is_none(), "{json}");
}

#[test]
fn without_a_collector_the_filter_alone_decides_what_is_looked_at() {
    let logs = logs::layer(LogFormat::Text, EnvFilter::new("info"), io::sink, false);
    let hint = subscriber(logs, None).max_level_hint();
    assert_eq!(hint, Some(LevelFilter::INFO), "the load that comes first says no");
}
