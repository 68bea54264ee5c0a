//! The way of finished spans to the collector: a bounded queue, and a thread of its own that posts batches.
//!
//! What does not fit into the queue is dropped and counted; the count is logged at the end, the first drop at once. Neither
//! a slow collector nor a dead one is ever waited for by a request.

use std::time::Duration;

use opentelemetry::KeyValue;
use opentelemetry::trace::TracerProvider as _;
use opentelemetry_otlp::{Protocol, SpanExporter, WithExportConfig as _};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::{Sampler, SdkTracerProvider};
use tracing::Level;
use tracing_subscriber::Layer as _;
use tracing_subscriber::filter::Targets;

use super::settings::{TraceSettings, TracesError};
use super::{AnyLayer, TARGET};

/// How long the end of a process waits for the collector to take the last spans.
const FLUSH_MAX: Duration = Duration::from_secs(2);

/// Traces on their way to a collector. Dropping it sends what is left, for which it waits two seconds at most.
#[derive(Debug)]
pub struct Traces {
    provider: SdkTracerProvider,
}

impl Traces {
    pub(super) fn start(settings: &TraceSettings) -> Result<Self, TracesError> {
        let exporter = SpanExporter::builder()
            .with_http()
            .with_protocol(Protocol::HttpBinary)
            .with_endpoint(&settings.collector)
            .build()?;
        let resource = Resource::builder()
            .with_service_name(settings.service_name.clone())
            .with_attribute(KeyValue::new("service.version", env!("CARGO_PKG_VERSION")))
            .build();
        let mut provider = SdkTracerProvider::builder()
            .with_batch_exporter(exporter)
            .with_resource(resource);
        if let Some(ratio) = settings.sampled_ratio {
            let new_traces = Sampler::TraceIdRatioBased(ratio);
            provider = provider.with_sampler(Sampler::ParentBased(Box::new(new_traces)));
        }
        Ok(Self {
            provider: provider.build(),
        })
    }

    /// The layer that makes spans of `tracing` into spans of a trace.
    pub(super) fn layer(&self) -> AnyLayer {
        tracing_opentelemetry::layer()
            .with_tracer(self.provider.tracer("gleaner"))
            // Parents are found through `tracing`, and where in the code a span is made says nothing to who reads traces.
            .with_context_activation(false)
            .with_tracked_inactivity(false)
            .with_location(false)
            .with_threads(false)
            .with_target(false)
            .with_filter(Targets::new().with_target(TARGET, Level::DEBUG))
            .boxed()
    }
}

impl Drop for Traces {
    fn drop(&mut self) {
        if let Err(error) = self.provider.shutdown_with_timeout(FLUSH_MAX) {
            tracing::warn!(%error, "the last spans have not reached the collector");
        }
    }
}
