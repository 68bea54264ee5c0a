//! Answers and errors as HTTP responses.

use axum::body::Body;
use axum::http::header::{ALLOW, CONTENT_TYPE, RETRY_AFTER, WARNING};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use crate::error::ApiError;

/// Warnings on one answer. Clients give up on answers with too many headers.
const WARNINGS_MAX: usize = 16;

/// What a handler comes to.
pub(super) type Handled = Result<Answer, ApiError>;

/// An answer before the envelope gives it the client's media type.
#[derive(Clone, Debug)]
pub(super) struct Answer {
    status: StatusCode,
    content: Content,
    warnings: Vec<String>,
}

#[derive(Clone, Debug)]
enum Content {
    Json(Vec<u8>),
    Text(String),
    Empty,
}

impl Answer {
    /// 200 with JSON.
    pub(super) fn json(value: &impl Serialize) -> Self {
        let json = serde_json::to_vec(value).expect("answers have string keys only");
        Self::raw_json(json)
    }

    /// 200 with JSON that is bytes already.
    pub(super) fn raw_json(json: Vec<u8>) -> Self {
        Self::new(Content::Json(json))
    }

    /// 200 with lines of text.
    pub(super) fn text(text: String) -> Self {
        Self::new(Content::Text(text))
    }

    /// A status and nothing else.
    pub(super) fn empty(status: StatusCode) -> Self {
        Self::new(Content::Empty).with_status(status)
    }

    /// The same with another status.
    pub(super) fn with_status(mut self, status: StatusCode) -> Self {
        self.status = status;
        self
    }

    /// The same with sentences for the `Warning` header.
    pub(super) fn with_warnings(mut self, warnings: Vec<String>) -> Self {
        self.warnings = warnings;
        self
    }

    fn new(content: Content) -> Self {
        Self {
            status: StatusCode::OK,
            content,
            warnings: Vec::new(),
        }
    }
}

impl IntoResponse for Answer {
    fn into_response(self) -> Response {
        let (content_type, body) = match self.content {
            Content::Json(json) => (Some("application/json"), Body::from(json)),
            Content::Text(text) => (Some("text/plain; charset=UTF-8"), Body::from(text)),
            Content::Empty => (None, Body::empty()),
        };
        let mut response = Response::new(body);
        *response.status_mut() = self.status;
        let headers = response.headers_mut();
        if let Some(content_type) = content_type {
            headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
        }
        let unsaid = self.warnings.len().saturating_sub(WARNINGS_MAX);
        let more = (unsaid > 0).then(|| format!("{unsaid} more warnings of this kind"));
        for text in self.warnings.into_iter().take(WARNINGS_MAX).chain(more) {
            if let Ok(value) = HeaderValue::from_bytes(warning(&text).as_bytes()) {
                headers.append(WARNING, value);
            }
        }
        response
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = Answer::json(&self.body()).with_status(status).into_response();
        let headers = response.headers_mut();
        if let Some(seconds) = self.retry_after_seconds() {
            headers.insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
        if let Some(methods) = self.allowed_methods()
            && let Ok(methods) = HeaderValue::from_str(methods)
        {
            headers.insert(ALLOW, methods);
        }
        response
    }
}

/// One value of the `Warning` header: code, agent, quoted text.
fn warning(text: &str) -> String {
    let quoted: String = text
        .chars()
        .map(|c| match c {
            '"' | '\\' => '\'',
            c if c.is_control() => ' ',
            c => c,
        })
        .collect();
    format!("299 Gleaner-{} \"{quoted}\"", env!("CARGO_PKG_VERSION"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn warnings_are_quoted_and_limited_in_number() {
        let warnings = (0..100).map(|n| format!("field [\"{n}\"\n] ignored")).collect();
        let response = Answer::empty(StatusCode::OK)
            .with_warnings(warnings)
            .into_response();
        let values: Vec<&str> = response
            .headers()
            .get_all(WARNING)
            .iter()
            .map(|value| value.to_str().unwrap())
            .collect();
        assert_eq!(values.len(), WARNINGS_MAX + 1);
        assert!(values[0].ends_with("\"field ['0' ] ignored\""), "{}", values[0]);
        assert!(values[WARNINGS_MAX].contains("84 more warnings"));
    }

    #[test]
    fn refusals_for_overload_say_when_to_try_again() {
        let response = ApiError::Rejected {
            reason: "full".to_owned(),
            retry_after_seconds: 2,
        }
        .into_response();
        assert_eq!(response.status(), StatusCode::TOO_MANY_REQUESTS);
        assert_eq!(response.headers()[RETRY_AFTER], "2");
    }
}
