//! What a process tells about itself while it runs: log lines on standard error, and traces to a collector if one is named.
//!
//! Traces are made of the spans whose target begins with [`TARGET`], whatever `GLEANER_LOG` says, and log lines are made
//! without them. Where no collector is named, no layer is there for these spans: the one atomic load that every `tracing`
//! macro begins with turns them away.

mod export;
mod logs;
mod request;
mod settings;
#[cfg(test)]
mod tests;
mod traceparent;

use tracing::Subscriber;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::registry::Registry;
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{EnvFilter, Layer};

pub use export::Traces;
pub use logs::LogFormat;
pub use request::{Parent, answered, outgoing_headers, request_span};
pub use settings::{TraceSettings, TracesError};

/// The target of spans that are part of a trace.
pub const TARGET: &str = "gleaner::trace";

/// One layer of the process's subscriber, whatever it does.
type AnyLayer = Box<dyn Layer<Registry> + Send + Sync>;

/// Installs the subscriber of a process that only logs. `GLEANER_LOG` (for example `info,root_service=debug`) overrides
/// the filter. Called once, by the binary; a second call changes nothing.
pub fn install(format: LogFormat, default_filter: &str) {
    install_layers(format, default_filter, None);
}

/// Installs the subscriber of a service, which sends traces too if the environment names a collector: see
/// [`TraceSettings::from_env`]. The value keeps the traces going; dropping it sends what is left, so drop it last.
///
/// Settings that make no sense are logged, and the service runs without traces: they are no reason to refuse work.
#[must_use = "dropping it ends the traces"]
pub fn install_service(format: LogFormat, default_filter: &str, service_name: &str) -> Option<Traces> {
    let started = match TraceSettings::from_env(service_name) {
        Ok(None) => Ok(None),
        Ok(Some(settings)) => Traces::start(&settings).map(|traces| Some((traces, settings))),
        Err(error) => Err(error),
    };
    let traces = started.as_ref().ok().and_then(Option::as_ref);
    install_layers(format, default_filter, traces.map(|(traces, _)| traces));
    match started {
        Ok(started) => started.map(|(traces, settings)| {
            tracing::info!(collector = settings.collector, "traces are on");
            traces
        }),
        Err(error) => {
            tracing::warn!(%error, "there are no traces");
            None
        }
    }
}

fn install_layers(format: LogFormat, default_filter: &str, traces: Option<&Traces>) {
    let filter = EnvFilter::try_from_env("GLEANER_LOG").unwrap_or_else(|_| EnvFilter::new(default_filter));
    let installed = subscriber(
        logs::layer(format, filter, std::io::stderr, traces.is_some()),
        traces,
    )
    .try_init();
    if installed.is_err() {
        tracing::debug!("a subscriber is installed already");
    }
}

fn subscriber(logs: AnyLayer, traces: Option<&Traces>) -> impl Subscriber + Send + Sync + use<> {
    let mut layers = vec![logs];
    layers.extend(traces.map(Traces::layer));
    tracing_subscriber::registry().with(layers)
}
