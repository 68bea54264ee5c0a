//! A small client of the search API: what the demo, the evaluation and the tests say to a cluster.

mod answers;
mod error;
pub mod retry;

use std::net::IpAddr;
use std::time::Duration;

use bytes::Bytes;
use reqwest::header::{CONTENT_TYPE, HeaderMap, RETRY_AFTER};
use reqwest::{Method, StatusCode};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

pub use answers::{
    BulkAnswer, Color, Coverage, Degraded, Documents, FailureReason, Health, Hit, Hits, Leaves, Rejected,
    SearchAnswer, ShardCopy, ShardFailure, Shards, Total,
};
pub use error::ClientError;
use retry::{Attempt, Decision};

/// How long one request may take before the client gives it up, in seconds: longer than any deadline of the root.
const REQUEST_SECONDS_MAX: u64 = 660;

/// Talks to one root over HTTP. Cheap to clone: the connections are shared.
#[derive(Clone, Debug)]
pub struct Client {
    http: reqwest::Client,
    url: String,
}

/// A body that is sent, and its media type.
#[derive(Clone, Debug)]
struct Body {
    bytes: Bytes,
    media_type: &'static str,
}

impl Body {
    fn json(value: &Value) -> Self {
        Self {
            bytes: Bytes::from(value.to_string()),
            media_type: "application/json",
        }
    }
}

impl Client {
    /// A client of the root at `url`, such as `http://127.0.0.1:9200`.
    ///
    /// # Errors
    /// [`ClientError::Url`] if that is no URL of a host.
    pub fn new(url: &str) -> Result<Self, ClientError> {
        let refuse = || ClientError::Url { url: url.to_owned() };
        let parsed = reqwest::Url::parse(url).map_err(|_| refuse())?;
        if parsed.scheme() != "http" || !parsed.has_host() {
            return Err(refuse());
        }
        let mut builder = reqwest::Client::builder().timeout(Duration::from_secs(REQUEST_SECONDS_MAX));
        if is_this_machine(&parsed) {
            // A proxy that the environment names would look for the root on its own machine.
            builder = builder.no_proxy();
        }
        let http = builder.build().map_err(|source| ClientError::Setup { source })?;
        Ok(Self {
            http,
            url: url.trim_end_matches('/').to_owned(),
        })
    }

    /// The root's URL, without a slash at its end.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Creates an index; `body` holds its mappings and settings.
    pub async fn create_index(&self, index: &str, body: &Value) -> Result<(), ClientError> {
        self.call::<Value>(Method::PUT, &format!("/{index}"), Some(Body::json(body)))
            .await
            .map(drop)
    }

    /// Whether the index exists.
    pub async fn has_index(&self, index: &str) -> Result<bool, ClientError> {
        let found = self.exchange(Method::HEAD, &format!("/{index}"), None).await;
        match found {
            Ok(_) => Ok(true),
            Err(ClientError::Refused { status: 404, .. }) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Deletes an index; one that does not exist is no error.
    pub async fn delete_index(&self, index: &str) -> Result<(), ClientError> {
        match self.exchange(Method::DELETE, &format!("/{index}"), None).await {
            Ok(_) | Err(ClientError::Refused { status: 404, .. }) => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// Sends one `_bulk` body: pairs of lines, each ended by a newline.
    pub async fn bulk(&self, index: &str, body: Bytes) -> Result<BulkAnswer, ClientError> {
        let body = Body {
            bytes: body,
            media_type: "application/x-ndjson",
        };
        let path = format!("/{index}/_bulk");
        let bytes = self.exchange(Method::POST, &path, Some(body)).await?;
        BulkAnswer::parse(&bytes).map_err(|source| ClientError::Unreadable { path, source })
    }

    /// Searches one index with a body of the query DSL.
    pub async fn search(&self, index: &str, body: &Value) -> Result<SearchAnswer, ClientError> {
        self.call(Method::POST, &format!("/{index}/_search"), Some(Body::json(body)))
            .await
    }

    /// Makes everything written so far visible to searches.
    pub async fn refresh(&self, index: &str) -> Result<(), ClientError> {
        self.exchange(Method::POST, &format!("/{index}/_refresh"), None)
            .await
            .map(drop)
    }

    /// How many documents of the index can be found.
    pub async fn count(&self, index: &str) -> Result<u64, ClientError> {
        let body = json!({"size": 0, "track_total_hits": true, "query": {"match_all": {}}});
        let total = self.search(index, &body).await?.hits.total;
        Ok(total.map_or(0, |total| total.value))
    }

    /// Every copy of every shard of the index, as the root sees them.
    pub async fn shard_copies(&self, index: &str) -> Result<Vec<ShardCopy>, ClientError> {
        let path = format!("/_cat/shards/{index}?format=json&h=shard,state,position.committed");
        self.call(Method::GET, &path, None).await
    }

    /// How many segments all copies of the index's shards have together, as the root sees them.
    pub async fn segments(&self, index: &str) -> Result<u64, ClientError> {
        #[derive(serde::Deserialize)]
        struct Row {
            #[serde(rename = "segments.count")]
            segments: Option<String>,
        }
        let path = format!("/_cat/shards/{index}?format=json&h=segments.count");
        let rows: Vec<Row> = self.call(Method::GET, &path, None).await?;
        let segments = rows
            .iter()
            .filter_map(|row| row.segments.as_ref()?.parse::<u64>().ok());
        Ok(segments.sum())
    }

    /// The cluster's health. Asked once, without retries: callers poll it.
    pub async fn health(&self) -> Result<Health, ClientError> {
        let path = "/_cluster/health";
        let bytes = self.send(Method::GET, path, None).await?.into_result(path)?;
        serde_json::from_slice(&bytes).map_err(|source| ClientError::Unreadable {
            path: path.to_owned(),
            source,
        })
    }

    /// Calls and reads the answer as JSON.
    async fn call<T: DeserializeOwned>(
        &self,
        method: Method,
        path: &str,
        body: Option<Body>,
    ) -> Result<T, ClientError> {
        let bytes = self.exchange(method, path, body).await?;
        serde_json::from_slice(&bytes).map_err(|source| ClientError::Unreadable {
            path: path.to_owned(),
            source,
        })
    }

    /// Calls until an answer is final: an overloaded root asks for patience, and every call here may be repeated.
    async fn exchange(&self, method: Method, path: &str, body: Option<Body>) -> Result<Bytes, ClientError> {
        let mut attempt = Attempt::first();
        loop {
            let answer = self.send(method.clone(), path, body.clone()).await?;
            match attempt.decide(answer.status.as_u16(), answer.retry_after) {
                Decision::Final => return answer.into_result(path),
                Decision::Again(pause) => tokio::time::sleep(pause).await,
            }
            attempt = attempt.next();
        }
    }

    async fn send(&self, method: Method, path: &str, body: Option<Body>) -> Result<Answer, ClientError> {
        let unreachable = |source| ClientError::Unreachable {
            url: self.url.clone(),
            source,
        };
        let mut request = self.http.request(method, format!("{}{path}", self.url));
        if let Some(Body { bytes, media_type }) = body {
            request = request.header(CONTENT_TYPE, media_type).body(bytes);
        }
        let response = request.send().await.map_err(unreachable)?;
        let status = response.status();
        let retry_after = retry_after(response.headers());
        let body = response.bytes().await.map_err(unreachable)?;
        Ok(Answer {
            status,
            retry_after,
            body,
        })
    }
}

/// One answer as it came.
struct Answer {
    status: StatusCode,
    retry_after: Option<Duration>,
    body: Bytes,
}

impl Answer {
    fn into_result(self, path: &str) -> Result<Bytes, ClientError> {
        if self.status.is_success() {
            return Ok(self.body);
        }
        Err(ClientError::Refused {
            path: path.to_owned(),
            status: self.status.as_u16(),
            reason: answers::reason(&self.body),
        })
    }
}

/// Whether a URL leads to this machine.
fn is_this_machine(url: &reqwest::Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    let address: Result<IpAddr, _> = host.trim_matches(['[', ']']).parse();
    host == "localhost" || address.is_ok_and(|address| address.is_loopback())
}

/// The header in its form of seconds; the form of a date is not worth a parser here.
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let seconds = headers.get(RETRY_AFTER)?.to_str().ok()?.trim().parse().ok()?;
    Some(Duration::from_secs(seconds))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_machine_is_known_by_its_names() {
        let is_here = |url: &str| is_this_machine(&url.parse().unwrap());
        for url in ["http://127.0.0.1:9200", "http://localhost", "http://[::1]:1"] {
            assert!(is_here(url), "{url}");
        }
        assert!(!is_here("http://10.0.0.1:9200") && !is_here("http://localhost.example"));
    }
}
