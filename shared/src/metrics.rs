//! What the metrics of roots and leaves have in common: how they are named, bucketed and written.
//!
//! Names begin with `gleaner_root_` or `gleaner_leaf_` and end with their unit; counters get their `_total` when they are
//! written. Only what the system's books say of the process has the names that Prometheus' own clients give it. The text is
//! OpenMetrics, which Prometheus scrapes as it is.

use std::fmt::Debug;
use std::hash::Hash;
use std::sync::atomic::AtomicU64;
use std::time::Duration;

use prometheus_client::encoding::{EncodeLabelSet, text};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::{Histogram, exponential_buckets};
use prometheus_client::registry::{Registry, Unit};

use crate::process::{self, ProcessUse};

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

/// All metrics of a registry as text, and what this process has used so far, where the system says so.
pub fn text(registry: &Registry) -> String {
    let process = process::usage_here().map(process_registry);
    let mut written = String::with_capacity(16 * 1_024);
    text::encode_registry(&mut written, registry)
        .and_then(|()| process.map_or(Ok(()), |process| text::encode_registry(&mut written, &process)))
        .and_then(|()| text::encode_eof(&mut written))
        .expect("writing to memory does not fail");
    written
}

/// The books of a process under the names that dashboards know from every service.
fn process_registry(usage: ProcessUse) -> Registry {
    let mut registry = Registry::with_prefix("process");
    let cpu = Counter::<f64, AtomicU64>::default();
    cpu.inc_by(usage.cpu_seconds);
    let help = "Processor time of this process, of user and system together";
    registry.register_with_unit("cpu", help, Unit::Seconds, cpu);
    let memory: Gauge = Gauge::default();
    memory.set(i64::try_from(usage.resident_bytes).unwrap_or(i64::MAX));
    let help = "Resident memory of this process, mapped files included";
    registry.register_with_unit("resident_memory", help, Unit::Bytes, memory);
    registry
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(target_os = "linux")]
    #[test]
    fn the_process_is_told_of_under_its_usual_names() {
        let text = text(&Registry::with_prefix("gleaner_root"));
        let value = |name: &str| -> f64 {
            let line = text.lines().find_map(|line| line.strip_prefix(name));
            line.and_then(|line| line.trim().parse().ok())
                .unwrap_or_else(|| panic!("no {name} in {text}"))
        };
        assert!(value("process_cpu_seconds_total ") >= 0.0);
        assert!(value("process_resident_memory_bytes ") > 100_000.0);
        assert!(text.ends_with("# EOF\n"));
    }

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
