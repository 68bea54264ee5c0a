//! Traces: a search that is part of a client's trace, as a collector gets it from the root and from the leaves.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::process::Stdio;
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::routing::post;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1::any_value::Value as AnyValue;
use opentelemetry_proto::tonic::resource::v1::Resource;
use opentelemetry_proto::tonic::trace::v1::Span;
use prost::Message as _;
use rustix::process::{Pid, Signal, kill_process};
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::net::TcpListener;
use tokio::process::{Child, Command};
use tokio::sync::mpsc;
use tokio::time::timeout;

use crate::harness::{Api, Folder, bulk_index_lines, program};

const TRACE: u128 = 0x0af7_6519_16cd_43dd_8448_eb21_1c80_319c;
const CLIENT: u64 = 0xb7ad_6b71_6920_3331;
/// A process that takes longer to start or to end has failed.
const PATIENCE: Duration = Duration::from_mins(1);
/// The batches of a process that lives: longer than the test, so that what arrives was sent when the process ended.
const BATCH_EVERY_MS: &str = "3600000";

#[tokio::test]
async fn a_search_is_one_trace_from_the_client_to_the_leaves() {
    let (collector, mut batches) = collector().await;
    let folder = Folder::new("traces");
    let (mut up, url) = traced_cluster(&folder, collector).await;
    let api = Api::new(&url);
    let documents = ["1", "2", "3", "4"].map(|id| (id, r#"{"text":"word"}"#));
    api.put("/traced", &json!({"settings": {"number_of_shards": 4}}))
        .await
        .ok();
    api.bulk("/traced/_bulk?refresh=true", bulk_index_lines(documents))
        .await
        .ok();
    let health = api
        .get("/_cluster/health?wait_for_status=green&timeout=60s")
        .await;
    assert_eq!(health.status, 200, "{health}");
    search_within(&url, &format!("00-{TRACE:032x}-{CLIENT:016x}-01")).await;

    end(&mut up).await;
    let batches: Vec<_> = std::iter::from_fn(|| batches.try_recv().ok()).collect();
    let spans = spans_of_the_search(&batches);
    let root = only(&spans, "POST /{index}/_search");
    assert_eq!(
        (root.service.as_str(), root.parent),
        ("gleaner-root", CLIENT),
        "{spans:?}"
    );
    let searches: Vec<_> = spans
        .values()
        .filter(|span| span.name == "POST /internal/v1/search")
        .collect();
    assert!(searches.len() >= 2, "both leaves are asked: {spans:?}");
    for span in spans.values().filter(|span| span.service == "gleaner-leaf") {
        let caller = spans.get(&span.parent).map(|span| (&*span.service, &*span.name));
        assert_eq!(caller, Some(("gleaner-root", "attempt")), "{span:?} in {spans:?}");
        let mut above = span;
        while above.parent != CLIENT {
            above = spans
                .get(&above.parent)
                .unwrap_or_else(|| panic!("the parent of {above:?} is missing"));
        }
        assert_eq!(above.name, root.name);
    }
}

#[derive(Debug)]
struct Seen {
    service: String,
    name: String,
    parent: u64,
}

/// The spans of the client's trace, by id. Leaves have no spans but in traces that a root is in, too.
fn spans_of_the_search(batches: &[ExportTraceServiceRequest]) -> HashMap<u64, Seen> {
    let mut all = Vec::new();
    for resource in batches.iter().flat_map(|batch| &batch.resource_spans) {
        let service = service_name(resource.resource.as_ref());
        let spans = resource.scope_spans.iter().flat_map(|scope| &scope.spans);
        all.extend(spans.map(|span| (service.clone(), span)));
    }
    for (service, span) in &all {
        let begins = span.parent_span_id.is_empty();
        assert!(
            !begins || service == "gleaner-root",
            "a leaf begins a trace: {span:?}"
        );
    }
    let of_the_search = |span: &Span| span.trace_id == TRACE.to_be_bytes();
    all.into_iter()
        .filter(|(_, span)| of_the_search(span))
        .map(|(service, span)| {
            let seen = Seen {
                service,
                name: span.name.clone(),
                parent: number(&span.parent_span_id),
            };
            (number(&span.span_id), seen)
        })
        .collect()
}

fn service_name(resource: Option<&Resource>) -> String {
    let attributes = resource
        .map(|resource| &resource.attributes[..])
        .unwrap_or_default();
    let name = attributes
        .iter()
        .find(|attribute| attribute.key == "service.name");
    match name.and_then(|name| name.value.as_ref()?.value.as_ref()) {
        Some(AnyValue::StringValue(name)) => name.clone(),
        other => panic!("a service without a name: {other:?}"),
    }
}

fn number(id: &[u8]) -> u64 {
    u64::from_be_bytes(id.try_into().expect("ids of spans have eight bytes"))
}

fn only<'s>(spans: &'s HashMap<u64, Seen>, name: &str) -> &'s Seen {
    let mut found = spans.values().filter(|span| span.name == name);
    let first = found
        .next()
        .unwrap_or_else(|| panic!("no span is called {name}: {spans:?}"));
    assert!(found.next().is_none(), "{name} is there twice: {spans:?}");
    first
}

/// Takes whatever spans come.
async fn collector() -> (SocketAddr, mpsc::UnboundedReceiver<ExportTraceServiceRequest>) {
    let (sender, batches) = mpsc::unbounded_channel();
    let take = async move |body: Bytes| {
        let batch = ExportTraceServiceRequest::decode(body).expect("spans come as OTLP says");
        // A test that has failed reads no more.
        let _ = sender.send(batch);
    };
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
    let address = listener.local_addr().expect("it is bound");
    let router = Router::new().route("/v1/traces", post(take));
    tokio::spawn(async move { axum::serve(listener, router).await });
    (address, batches)
}

/// Two leaves and a root that send their spans to the collector. Killed when dropped.
async fn traced_cluster(folder: &Folder, collector: SocketAddr) -> (Child, String) {
    let mut up = Command::new(program())
        .args([
            "up",
            "--leaves",
            "2",
            "--listen",
            "127.0.0.1:0",
            "--json",
            "--data",
        ])
        .arg(folder.data())
        .env("OTEL_EXPORTER_OTLP_ENDPOINT", format!("http://{collector}"))
        .env("OTEL_BSP_SCHEDULE_DELAY", BATCH_EVERY_MS)
        .env_remove("OTEL_TRACES_SAMPLER")
        .env("NO_PROXY", "127.0.0.1")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .expect("the program starts");
    let stdout = up.stdout.take().expect("its output is piped");
    let line = timeout(PATIENCE, BufReader::new(stdout).lines().next_line()).await;
    let line = line
        .expect("the cluster is ready soon")
        .expect("its output can be read")
        .expect("it says so");
    let ready: Value = serde_json::from_str(&line).expect("the line is JSON");
    let url = ready["url"].as_str().expect("it names its address").to_owned();
    (up, url)
}

async fn search_within(url: &str, traceparent: &str) {
    let client = reqwest::Client::builder()
        .timeout(PATIENCE)
        .no_proxy()
        .build()
        .expect("no option of the client can fail");
    let answer = client
        .post(format!("{url}/traced/_search"))
        .header("traceparent", traceparent)
        .json(&json!({"query": {"match": {"text": "word"}}}))
        .send()
        .await
        .expect("a search is answered");
    let answer: Value = answer.json().await.expect("answers are JSON");
    assert_eq!(answer["hits"]["total"]["value"], 4, "{answer}");
}

/// Asks the cluster to stop, and waits until all of its processes have.
async fn end(up: &mut Child) {
    let pid = up.id().and_then(|pid| Pid::from_raw(pid.try_into().ok()?));
    let pid = pid.expect("it has not ended yet");
    kill_process(pid, Signal::TERM).expect("it is ours");
    let status = timeout(PATIENCE, up.wait()).await;
    let status = status.expect("it ends soon").expect("it can be waited for");
    assert!(status.success(), "{status}");
}
