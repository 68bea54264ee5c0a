//! What the root learns from each attempt: the leaf's window of latencies, the replica's decaying peak, the judge.

use std::hint::black_box;
use std::time::Duration;

use rand::RngExt as _;
use root_service::attempt::{HedgeConfig, LatencyWindow, PeakEwma};
use root_service::members::{EjectionConfig, Judge, Told};
use tokio::time::Instant;

/// More latencies than any estimator remembers.
const LATENCIES: usize = 4_096;
/// Replicas that a judge compares.
const REPLICAS: usize = 3;

use crate::clock::Bench;

pub(crate) fn measure(criterion: &mut Bench) {
    let latencies = latencies();
    let mut group = criterion.benchmark_group("estimators");
    group.bench_function("window of latencies: record", |bencher| {
        let (mut window, mut next) = (full(&latencies), latencies.iter().cycle());
        bencher.iter(|| next.by_ref().take(1).for_each(|latency| window.record(*latency)));
    });
    group.bench_function("window of latencies: record, then when to hedge", |bencher| {
        let (mut window, mut next) = (full(&latencies), latencies.iter().cycle());
        let config = HedgeConfig::default();
        bencher.iter(|| {
            next.by_ref().take(1).for_each(|latency| window.record(*latency));
            window.delay(black_box(&config))
        });
    });
    group.bench_function("decaying peak: record, then read", |bencher| {
        let mut now = Instant::now();
        let (mut peak, mut next) = (PeakEwma::new(latencies[0], now), latencies.iter().cycle());
        bencher.iter(|| {
            now += Duration::from_millis(1);
            next.by_ref()
                .take(1)
                .for_each(|latency| peak.record(*latency, now));
            peak.estimate_us(now)
        });
    });
    group.bench_function("judge of 3 replicas: told, then asked", |bencher| {
        let mut judge = Judge::new(EjectionConfig::default(), REPLICAS);
        let (mut nth, mut now) = (0, Instant::now());
        bencher.iter(|| {
            let (replica, latency) = (nth % REPLICAS, latencies[nth % LATENCIES]);
            (nth, now) = (nth + 1, now + Duration::from_millis(1));
            let verdict = judge.told(replica, Told::Answered(latency), now);
            (verdict, judge.standing(replica, 1))
        });
    });
    group.finish();
}

/// Latencies of some milliseconds with a tail, in no order.
fn latencies() -> Vec<Duration> {
    let mut rng = shared::random::from_seed(11);
    let mut draw = || {
        let uniform: f64 = rng.random();
        Duration::from_secs_f64(0.002 - 0.003 * (1.0 - uniform).ln())
    };
    (0..LATENCIES).map(|_| draw()).collect()
}

fn full(latencies: &[Duration]) -> LatencyWindow {
    let mut window = LatencyWindow::default();
    for latency in latencies {
        window.record(*latency);
    }
    window
}
