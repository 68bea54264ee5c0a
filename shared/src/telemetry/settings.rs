//! Where traces go and how many: the standard variables of OpenTelemetry, checked.
//!
//! Those that are not named here but by the OpenTelemetry SDK (time limits, headers for the collector, batches, resource
//! attributes) are read by the SDK itself.

use std::env;

/// The collector's base URL, to which the path for traces is added.
const ENDPOINT: &str = "OTEL_EXPORTER_OTLP_ENDPOINT";
/// The collector's URL for traces, complete; it comes before the base URL.
const TRACES_ENDPOINT: &str = "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT";
/// `true` turns everything off.
const DISABLED: &str = "OTEL_SDK_DISABLED";
/// What the service is called in traces.
const SERVICE_NAME: &str = "OTEL_SERVICE_NAME";
/// How traces are sampled. If it is set, the SDK reads it, and its argument.
const SAMPLER: &str = "OTEL_TRACES_SAMPLER";
/// The share of new traces that are recorded.
const SAMPLER_ARGUMENT: &str = "OTEL_TRACES_SAMPLER_ARG";

/// Where traces go, and how many.
#[derive(Clone, Debug, PartialEq)]
pub struct TraceSettings {
    /// The URL that batches of spans are posted to, as OTLP in protocol buffers.
    pub collector: String,
    /// What the service is called.
    pub service_name: String,
    /// The share, 0 to 1, of new traces that are recorded; a trace that a request continues is recorded if its caller
    /// records it. None: what `OTEL_TRACES_SAMPLER` says, everything by default.
    pub sampled_ratio: Option<f64>,
}

/// Why there are no traces though a collector is named.
#[derive(Debug, thiserror::Error)]
pub enum TracesError {
    /// The collector's URL is not one that can be posted to.
    #[error(
        "the collector's URL {url:?} does not begin with http://. Spans are sent without encryption: run a collector nearby"
    )]
    Endpoint {
        /// The URL.
        url: String,
    },
    /// The ratio is none.
    #[error("OTEL_TRACES_SAMPLER_ARG is {0:?}, not a number from 0 to 1")]
    Ratio(String),
    /// The exporter cannot be set up.
    #[error("the exporter cannot be set up: {0}")]
    Exporter(#[from] opentelemetry_otlp::ExporterBuildError),
}

impl TraceSettings {
    /// What the environment says; none if it names no collector.
    ///
    /// # Errors
    /// [`TracesError`] if a value makes no sense.
    pub fn from_env(service_name: &str) -> Result<Option<Self>, TracesError> {
        Self::read(service_name, |name| env::var(name).ok())
    }

    /// The same from any source of variables. An empty one counts as missing, as OpenTelemetry wants it.
    pub(super) fn read(
        service_name: &str,
        variable: impl Fn(&str) -> Option<String>,
    ) -> Result<Option<Self>, TracesError> {
        let variable = |name| {
            let value: Option<String> = variable(name);
            value
                .map(|text| text.trim().to_owned())
                .filter(|text| !text.is_empty())
        };
        if variable(DISABLED).is_some_and(|text| text.eq_ignore_ascii_case("true")) {
            return Ok(None);
        }
        let base = || variable(ENDPOINT).map(|base| format!("{}/v1/traces", base.trim_end_matches('/')));
        let Some(collector) = variable(TRACES_ENDPOINT).or_else(base) else {
            return Ok(None);
        };
        if !collector.starts_with("http://") {
            return Err(TracesError::Endpoint { url: collector });
        }
        let sampled_ratio = match (variable(SAMPLER), variable(SAMPLER_ARGUMENT)) {
            (None, Some(text)) => Some(ratio(&text)?),
            (Some(_), _) | (None, None) => None,
        };
        Ok(Some(Self {
            collector,
            service_name: variable(SERVICE_NAME).unwrap_or_else(|| service_name.to_owned()),
            sampled_ratio,
        }))
    }
}

fn ratio(text: &str) -> Result<f64, TracesError> {
    text.parse()
        .ok()
        .filter(|ratio| (0.0..=1.0).contains(ratio))
        .ok_or_else(|| TracesError::Ratio(text.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(variables: &[(&str, &str)]) -> Result<Option<TraceSettings>, TracesError> {
        TraceSettings::read("gleaner-root", |wanted| {
            let found = variables.iter().find(|(name, _)| *name == wanted);
            found.map(|(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn without_a_collector_there_are_no_traces() {
        for variables in [
            &[][..],
            &[(ENDPOINT, "")],
            &[(SERVICE_NAME, "a"), (SAMPLER_ARGUMENT, "nonsense")],
            &[(ENDPOINT, "http://127.0.0.1:4318"), (DISABLED, "TRUE")],
        ] {
            assert!(matches!(read(variables), Ok(None)), "{variables:?}");
        }
    }

    #[test]
    fn the_path_is_added_to_the_base_url_alone() {
        for (name, url, collector) in [
            (ENDPOINT, "http://a:4318", "http://a:4318/v1/traces"),
            (ENDPOINT, "http://a:4318/base/", "http://a:4318/base/v1/traces"),
            (TRACES_ENDPOINT, "http://a:4318/here", "http://a:4318/here"),
        ] {
            let settings = read(&[(name, url)]).unwrap().unwrap();
            assert_eq!(settings.collector, collector);
            assert_eq!(settings.service_name, "gleaner-root");
            assert_eq!(settings.sampled_ratio, None);
        }
    }

    #[test]
    fn a_sampler_by_name_is_left_to_the_sdk() {
        let url = (ENDPOINT, "http://a:4318");
        let ratio = read(&[url, (SAMPLER_ARGUMENT, "0.25")]).unwrap().unwrap();
        assert_eq!(ratio.sampled_ratio, Some(0.25));
        let named = read(&[url, (SAMPLER_ARGUMENT, "0.25"), (SAMPLER, "always_off")]);
        assert_eq!(named.unwrap().unwrap().sampled_ratio, None);
    }

    #[test]
    fn what_makes_no_sense_is_refused() {
        for url in ["https://a:4318", "a:4318", "grpc://a:4317"] {
            let refused = read(&[(ENDPOINT, url)]);
            assert!(matches!(refused, Err(TracesError::Endpoint { .. })), "{url}");
        }
        for ratio in ["-0.1", "1.1", "NaN", "half"] {
            let refused = read(&[(ENDPOINT, "http://a:4318"), (SAMPLER_ARGUMENT, ratio)]);
            assert!(matches!(refused, Err(TracesError::Ratio(_))), "{ratio}");
        }
    }
}
