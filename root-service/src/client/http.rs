//! Leaves over HTTP/1.1 with kept-alive connections; a cancelled call closes its connection.

use bytes::Bytes;
use futures::FutureExt as _;
use serde::Serialize;
use serde::de::DeserializeOwned;
use shared::telemetry;
use shared::wire::suggest::{CompleteRequest, CompleteResponse};
use shared::wire::{
    self, ApplyRequest, ApplyResponse, CatalogNotice, ExplainRequest, ExplainResponse, FetchRequest,
    FetchResponse, GetRequest, LeafError, PinRequest, PinResponse, RefreshRequest, RefreshResponse,
    SearchRequest, SearchResponse, StatisticsRequest, StatisticsResponse, StatusResponse, path,
};

use super::{CallError, Endpoint, LeafClient, Reply};

/// Calls leaves over HTTP.
#[derive(Clone, Debug)]
pub struct HttpLeafClient {
    http: reqwest::Client,
}

impl HttpLeafClient {
    /// A client with its own pool of connections.
    ///
    /// # Errors
    /// What the HTTP library says if it cannot be set up.
    pub fn new() -> Result<Self, reqwest::Error> {
        let http = reqwest::Client::builder()
            .no_proxy()
            .http1_only()
            .tcp_nodelay(true)
            .build()?;
        Ok(Self { http })
    }

    fn post<Q: Serialize, A: DeserializeOwned>(&self, to: &Endpoint, path: &str, request: &Q) -> Reply<A> {
        let call = self.http.post(format!("{to}{path}")).body(wire::encode(request));
        let endpoint = to.clone();
        async move { decode(&endpoint, &send(&endpoint, call).await?) }.boxed()
    }
}

async fn send(endpoint: &Endpoint, call: reqwest::RequestBuilder) -> Result<Bytes, CallError> {
    let failed = |error: reqwest::Error| CallError::Connection {
        endpoint: endpoint.to_string(),
        reason: innermost(&error),
    };
    // Here and not where the call is prepared: the span that polls it is the one that it is part of.
    let call = telemetry::outgoing_headers()
        .into_iter()
        .fold(call, |call, (name, value)| call.header(name, value));
    let response = call.send().await.map_err(failed)?;
    let success = response.status().is_success();
    let status = response.status();
    let body = response.bytes().await.map_err(failed)?;
    if success {
        return Ok(body);
    }
    match wire::decode::<LeafError>(&body) {
        Ok(refusal) => Err(CallError::Refused(refusal)),
        Err(_) => Err(CallError::Protocol {
            endpoint: endpoint.to_string(),
            reason: format!("status {status}"),
        }),
    }
}

fn decode<A: DeserializeOwned>(endpoint: &Endpoint, body: &[u8]) -> Result<A, CallError> {
    wire::decode(body).map_err(|error| CallError::Protocol {
        endpoint: endpoint.to_string(),
        reason: error.to_string(),
    })
}

/// The cause at the bottom: "connection refused" rather than "error sending request".
fn innermost(error: &reqwest::Error) -> String {
    let mut cause: &dyn std::error::Error = error;
    while let Some(source) = cause.source() {
        cause = source;
    }
    cause.to_string()
}

impl LeafClient for HttpLeafClient {
    fn search(&self, to: &Endpoint, request: &SearchRequest) -> Reply<SearchResponse> {
        self.post(to, path::SEARCH, request)
    }

    fn complete(&self, to: &Endpoint, request: &CompleteRequest) -> Reply<CompleteResponse> {
        self.post(to, path::COMPLETE, request)
    }

    fn statistics(&self, to: &Endpoint, request: &StatisticsRequest) -> Reply<StatisticsResponse> {
        self.post(to, path::STATISTICS, request)
    }

    fn fetch(&self, to: &Endpoint, request: &FetchRequest) -> Reply<FetchResponse> {
        self.post(to, path::FETCH, request)
    }

    fn explain(&self, to: &Endpoint, request: &ExplainRequest) -> Reply<ExplainResponse> {
        self.post(to, path::EXPLAIN, request)
    }

    fn get(&self, to: &Endpoint, request: &GetRequest) -> Reply<FetchResponse> {
        self.post(to, path::GET, request)
    }

    fn apply(&self, to: &Endpoint, request: &ApplyRequest) -> Reply<ApplyResponse> {
        self.post(to, path::APPLY, request)
    }

    fn refresh(&self, to: &Endpoint, request: &RefreshRequest) -> Reply<RefreshResponse> {
        self.post(to, path::REFRESH, request)
    }

    fn pins(&self, to: &Endpoint, request: &PinRequest) -> Reply<PinResponse> {
        self.post(to, path::PINS, request)
    }

    fn catalog(&self, to: &Endpoint, notice: CatalogNotice) -> Reply<()> {
        let call = self
            .http
            .post(format!("{to}{}", path::CATALOG))
            .body(wire::encode(&notice));
        let endpoint = to.clone();
        async move { send(&endpoint, call).await.map(drop) }.boxed()
    }

    fn status(&self, to: &Endpoint) -> Reply<StatusResponse> {
        let call = self.http.get(format!("{to}{}", path::STATUS));
        let endpoint = to.clone();
        async move { decode(&endpoint, &send(&endpoint, call).await?) }.boxed()
    }
}
