//! The HTTP API: Elasticsearch's paths, bodies and errors over the service. A folder per resource, a file per verb.
//!
//! Handlers read a request, call [`crate::app::App`] once, and write what came of it. What all calls have in common is
//! in the envelope: media types, `pretty`, `filter_path`, compression, headers, panics.

mod alias;
mod answer;
mod body;
mod bulk;
mod cat;
mod cluster;
mod config;
mod cors;
mod document;
mod envelope;
mod filter_path;
mod index;
mod json;
mod media;
mod openapi;
mod params;
mod path;
mod pretty;
mod router;
mod search;
mod service;
mod settings;
mod state;
mod stats;
mod targets;
mod trace;

pub(crate) use body::on_cpu;
#[cfg(fuzzing)]
pub use bulk::sources as bulk_sources;
pub use config::{ApiConfig, Draining};
pub use cors::{NoOrigin, Origins};
pub use router::router;
