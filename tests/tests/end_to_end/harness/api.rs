//! Requests as a stranger sends them, and answers that say what was asked when they are not as expected.

use std::fmt::Write as _;
use std::time::Duration;

use reqwest::header::{CONTENT_TYPE, HeaderMap};
use reqwest::{Body, Method};
use serde_json::Value;

use super::Found;

/// The media type of one JSON value.
pub(crate) const JSON: &str = "application/json";
/// The media type of bulks.
pub(crate) const NDJSON: &str = "application/x-ndjson";

/// How long an answer may take before the test fails: longer than any deadline that is asked for.
const PATIENCE: Duration = Duration::from_mins(2);

/// A client of one root.
#[derive(Clone, Debug)]
pub(crate) struct Api {
    http: reqwest::Client,
    url: String,
}

/// An answer, with the request that led to it.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    request: String,
    /// The status.
    pub(crate) status: u16,
    /// The headers.
    pub(crate) headers: HeaderMap,
    /// The body.
    pub(crate) text: String,
}

impl Api {
    /// A client of the root at `url`.
    pub(crate) fn new(url: &str) -> Self {
        let http = reqwest::Client::builder()
            .timeout(PATIENCE)
            .no_proxy()
            .build()
            .expect("no option of the client can fail");
        Self {
            http,
            url: url.to_owned(),
        }
    }

    /// `GET`.
    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.send(Method::GET, path, None, Body::default()).await
    }

    /// `HEAD`.
    pub(crate) async fn head(&self, path: &str) -> Answer {
        self.send(Method::HEAD, path, None, Body::default()).await
    }

    /// `DELETE`.
    pub(crate) async fn delete(&self, path: &str) -> Answer {
        self.send(Method::DELETE, path, None, Body::default()).await
    }

    /// `PUT` of JSON.
    pub(crate) async fn put(&self, path: &str, body: &Value) -> Answer {
        self.send(Method::PUT, path, Some(JSON), body.to_string()).await
    }

    /// `POST` of JSON.
    pub(crate) async fn post(&self, path: &str, body: &Value) -> Answer {
        self.send(Method::POST, path, Some(JSON), body.to_string()).await
    }

    /// `POST` of lines.
    pub(crate) async fn bulk(&self, path: &str, lines: impl Into<Body>) -> Answer {
        self.send(Method::POST, path, Some(NDJSON), lines).await
    }

    /// A search that must be answered from every document.
    pub(crate) async fn search(&self, index: &str, body: &Value) -> Found {
        let found = Found::new(self.post(&format!("/{index}/_search"), body).await.ok());
        found.assert_complete();
        found
    }

    /// Makes every write visible.
    pub(crate) async fn refresh(&self, index: &str) {
        let shards = self
            .send(Method::POST, &format!("/{index}/_refresh"), None, "")
            .await
            .ok();
        assert_eq!(shards["_shards"]["failed"], 0, "{shards}");
    }

    /// `GET` from a root that may be down.
    pub(crate) async fn try_get(&self, path: &str) -> Result<Answer, reqwest::Error> {
        self.try_send(Method::GET, path, None, "").await
    }

    /// Any request, of which an answer is expected.
    pub(crate) async fn send(
        &self,
        method: Method,
        path: &str,
        content_type: Option<&str>,
        body: impl Into<Body>,
    ) -> Answer {
        let request = format!("{method} {path}");
        match self.try_send(method, path, content_type, body).await {
            Ok(answer) => answer,
            Err(error) => panic!("{request} has no answer: {error:?}"),
        }
    }

    /// Any request, of which no answer may come.
    pub(crate) async fn try_send(
        &self,
        method: Method,
        path: &str,
        content_type: Option<&str>,
        body: impl Into<Body>,
    ) -> Result<Answer, reqwest::Error> {
        let request = format!("{method} {path}");
        let mut sent = self
            .http
            .request(method, format!("{}{path}", self.url))
            .body(body);
        if let Some(content_type) = content_type {
            sent = sent.header(CONTENT_TYPE, content_type);
        }
        let response = sent.send().await?;
        Ok(Answer {
            request,
            status: response.status().as_u16(),
            headers: response.headers().clone(),
            text: response.text().await?,
        })
    }
}

impl Answer {
    /// The body, which must be JSON.
    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|_| panic!("not JSON: {self}"))
    }

    /// The JSON of an answer that is a success.
    #[track_caller]
    pub(crate) fn ok(&self) -> Value {
        assert!((200..300).contains(&self.status), "{self}");
        self.json()
    }

    /// The JSON of an answer with this status.
    #[track_caller]
    pub(crate) fn expect(&self, status: u16) -> Value {
        assert_eq!(self.status, status, "{self}");
        self.json()
    }

    /// The reason of an error, whose whole shape is checked.
    #[track_caller]
    pub(crate) fn error(&self, status: u16, kind: &str) -> String {
        let body = self.expect(status);
        assert_eq!(body["status"], status, "{self}");
        let error = &body["error"];
        assert_eq!(error["type"], kind, "{self}");
        let reason = error["reason"].as_str().unwrap_or_default();
        assert!(!reason.is_empty(), "no reason: {self}");
        let root_cause = error["root_cause"].as_array().and_then(|causes| causes.first());
        let root_cause = root_cause.unwrap_or_else(|| panic!("no root cause: {self}"));
        assert!(
            root_cause["type"].is_string() && root_cause["reason"].is_string(),
            "{self}"
        );
        reason.to_owned()
    }
}

impl std::fmt::Display for Answer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let shown: String = self.text.chars().take(2_000).collect();
        let request: String = self.request.chars().take(300).collect();
        write!(f, "{request} → {} {shown}", self.status)
    }
}

/// The line of a bulk that deletes this document.
pub(crate) fn bulk_delete_line(id: &str) -> String {
    let id = Value::from(id);
    format!("{{\"delete\":{{\"_id\":{id}}}}}\n")
}

/// The lines of a bulk that indexes these documents.
pub(crate) fn bulk_index_lines<'a>(documents: impl IntoIterator<Item = (&'a str, &'a str)>) -> String {
    let mut lines = String::new();
    for (id, source) in documents {
        let id = Value::from(id);
        writeln!(lines, "{{\"index\":{{\"_id\":{id}}}}}\n{source}").expect("strings take everything");
    }
    lines
}
