//! `GET /metrics`: what this root counts and measures, for Prometheus.

use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use shared::metrics::CONTENT_TYPE;

use crate::app::App;

/// The handler.
pub(in crate::api) async fn get(State(app): State<App>) -> Response {
    ([(header::CONTENT_TYPE, CONTENT_TYPE)], app.metrics()).into_response()
}
