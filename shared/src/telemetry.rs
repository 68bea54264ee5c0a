//! Logs on standard error, filtered by `GLEANER_LOG` (for example `info,root_service=debug`).

use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::writer::MakeWriterExt as _;

/// How log lines look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    /// For people: one coloured line an event.
    Text,
    /// For machines: one JSON object an event.
    Json,
}

/// Installs the process's subscriber. Called once, by the binary; a second call changes nothing.
pub fn install(format: LogFormat, default_filter: &str) {
    let filter = EnvFilter::try_from_env("GLEANER_LOG").unwrap_or_else(|_| EnvFilter::new(default_filter));
    let writer = std::io::stderr.with_max_level(tracing::Level::TRACE);
    let builder = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(writer);
    let installed = match format {
        LogFormat::Text => builder.with_target(false).try_init(),
        LogFormat::Json => builder.json().try_init(),
    };
    if installed.is_err() {
        tracing::debug!("a subscriber is installed already");
    }
}
