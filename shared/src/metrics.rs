//! What the metrics of roots and leaves have in common: how they are named, bucketed and written.
//!
//! Names begin with `gleaner_root_` or `gleaner_leaf_` and end with their unit; counters get their `_total` when they are
//! written. The text is OpenMetrics, which Prometheus scrapes as it is.

use std::fmt::Debug;
use std::hash::Hash;
use std::time::Duration;

use prometheus_client::encoding::{EncodeLabelSet, text};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::histogram::{Histogram, exponential_buckets};
use prometheus_client::registry::{Registry, Unit};

/// The path of the metrics on both services.
pub const PATH: &str = "/metrics";
/// What the text is.
pub const CONTENT_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// The first bucket's upper bound, in seconds.
const LATENCY_FIRST: f64 = 50e-6;
/// Each bucket's bound is so many times the one before: a percentile is off by that much at most.
const LATENCY_FACTOR: f64 = 1.25;
/// Up to 52 seconds.
const LATENCY_BUCKETS: u16 = 63;

/// A histogram of latencies in seconds, from 50 microseconds to 52 seconds, fine enough to read a tail off it.
pub fn latencies() -> Histogram {
    Histogram::new(exponential_buckets(
        LATENCY_FIRST,
        LATENCY_FACTOR,
        LATENCY_BUCKETS,
    ))
}

/// A histogram of shares from 0 to 1, finest near 1, where coverage lies.
pub fn shares() -> Histogram {
    Histogram::new([
        0.0, 0.1, 0.25, 0.5, 0.75, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 0.999, 0.9999, 1.0,
    ])
}

/// Registers a family of counters with one for each of the labels.
pub fn counters<L>(
    registry: &mut Registry,
    name: &str,
    help: &str,
    labels: impl IntoIterator<Item = L>,
) -> Vec<Counter>
where
    L: EncodeLabelSet + Clone + Hash + Eq + Debug + Send + Sync + 'static,
{
    let family = Family::<L, Counter>::default();
    registry.register(name, help, family.clone());
    let counter = |labels| family.get_or_create_owned(&labels);
    labels.into_iter().map(counter).collect()
}

/// Registers a family of histograms of seconds with one for each of the labels.
pub fn histograms<L>(
    registry: &mut Registry,
    name: &str,
    help: &str,
    labels: impl IntoIterator<Item = L>,
) -> Vec<Histogram>
where
    L: EncodeLabelSet + Clone + Hash + Eq + Debug + Send + Sync + 'static,
{
    let family = Family::<L, Histogram>::new_with_constructor(latencies);
    registry.register_with_unit(name, help, Unit::Seconds, family.clone());
    let histogram = |labels| family.get_or_create_owned(&labels);
    labels.into_iter().map(histogram).collect()
}

/// Puts a duration into a histogram of seconds.
pub fn observe(histogram: &Histogram, duration: Duration) {
    histogram.observe(duration.as_secs_f64());
}

/// All metrics of a registry as text.
pub fn text(registry: &Registry) -> String {
    let mut written = String::with_capacity(16 * 1_024);
    text::encode(&mut written, registry).expect("writing to memory does not fail");
    written
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn latencies_have_a_bucket_within_a_quarter_of_every_value() {
        let mut registry = Registry::with_prefix("gleaner_root");
        let histogram = latencies();
        registry.register("search_seconds", "Searches", histogram.clone());
        observe(&histogram, Duration::from_millis(10));
        observe(&histogram, Duration::from_secs(50));
        let text = text(&registry);
        let filled = |line: &&str| line.contains("_bucket{le=") && line.ends_with(" 1");
        let bounds: Vec<f64> = text
            .lines()
            .filter(filled)
            .filter_map(|line| line.split('"').nth(1)?.parse().ok())
            .collect();
        assert!(bounds[0] >= 0.01 && bounds[0] < 0.0125, "{bounds:?}");
        assert!(text.contains("gleaner_root_search_seconds_count 2"), "{text}");
        assert!(text.ends_with("# EOF\n"));
    }
}
