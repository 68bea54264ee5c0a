//! Log lines: how they look, and which spans they name.

use tracing_subscriber::filter::Directive;
use tracing_subscriber::fmt::{self, MakeWriter};
use tracing_subscriber::{EnvFilter, Layer as _};

use super::AnyLayer;

/// How log lines look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    /// For people: one coloured line an event.
    Text,
    /// For machines: one JSON object an event. Where traces are on, `span.trace_id` names that of the request.
    Json,
}

/// The layer that writes them.
pub(super) fn layer<W>(format: LogFormat, filter: EnvFilter, writer: W, traces: bool) -> AnyLayer
where
    W: for<'w> MakeWriter<'w> + Send + Sync + 'static,
{
    let filter = filter.add_directive(directive("gleaner::trace=off"));
    match format {
        LogFormat::Text => fmt::layer()
            .with_writer(writer)
            .with_target(false)
            .with_filter(filter)
            .boxed(),
        LogFormat::Json => {
            let filter = if traces {
                filter.add_directive(directive("gleaner::trace::request=debug"))
            } else {
                filter
            };
            fmt::layer()
                .json()
                .with_span_list(false)
                .with_writer(writer)
                .with_filter(filter)
                .boxed()
        }
    }
}

fn directive(text: &'static str) -> Directive {
    text.parse()
        .expect("the directives here are literals of a target and a level")
}
