//! Requests and answers as postcard bodies over HTTP.

use axum::Extension;
use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use serde::de::DeserializeOwned;
use shared::wire::{self, LeafError};
use tokio::time::Instant;

use crate::metrics::Outcome;

const CONTENT_TYPE: &str = "application/octet-stream";

/// A message that was received.
pub(super) struct Received<T> {
    pub(super) message: T,
    /// When its head arrived: its deadline counts from then.
    pub(super) arrived: Instant,
}

/// A message to send.
pub(super) struct Answer<T>(pub(super) T);

/// A refusal to send, with the status that belongs to it.
#[derive(Debug)]
pub(super) struct Refusal(pub(super) LeafError);

impl From<LeafError> for Refusal {
    fn from(error: LeafError) -> Self {
        Self(error)
    }
}

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Received<T> {
    type Rejection = Refusal;

    async fn from_request(request: Request, state: &S) -> Result<Self, Refusal> {
        let arrived = Instant::now();
        let body = Bytes::from_request(request, state)
            .await
            .map_err(|rejection| LeafError::BadRequest(rejection.body_text()))?;
        let message = wire::decode(&body).map_err(|error| LeafError::BadRequest(error.to_string()))?;
        Ok(Self { message, arrived })
    }
}

impl<T: Serialize> IntoResponse for Answer<T> {
    fn into_response(self) -> Response {
        ([(header::CONTENT_TYPE, CONTENT_TYPE)], wire::encode(&self.0)).into_response()
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.0.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        if status.is_server_error() {
            tracing::debug!(error = %self.0, "request refused");
        }
        let outcome = Outcome::of_refusal(&self.0);
        (status, Extension(outcome), Answer(self.0)).into_response()
    }
}
