//! The HTTP API (being written).
mod config;
pub use config::ApiConfig;
use crate::app::App;
/// The router.
pub fn router(_app: App, _config: ApiConfig) -> axum::Router { axum::Router::new() }
