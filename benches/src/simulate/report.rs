//! What a simulation came to.

use serde::Serialize;

use super::config::SimulationConfig;
use super::leaves::Counts;
use super::run::{Outcome, Sample};

/// What a simulation came to, with what was simulated.
#[derive(Clone, Debug, Serialize)]
pub struct Report {
    /// Queries measured.
    pub queries: u64,
    /// Simulated seconds, over all runs.
    pub simulated_seconds: f64,
    /// How long clients waited, failed queries included.
    pub latency_ms: Percentiles,
    /// The share of the queries that took at least the configuration's `slow_ms`.
    pub slow_share: f64,
    /// What the roots asked of the leaves.
    pub attempts: Attempts,
    /// How complete the answers were.
    pub coverage: Coverage,
    /// The whole curve: pairs of a quantile and its milliseconds.
    pub curve: Vec<(f64, f64)>,
    /// What was simulated.
    pub config: SimulationConfig,
}

/// Latencies in milliseconds: exact, by nearest rank.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Percentiles {
    /// The mean.
    pub mean: f64,
    /// Half of the queries take no longer.
    pub p50: f64,
    /// 90 % take no longer.
    pub p90: f64,
    /// 95 %.
    pub p95: f64,
    /// 99 %.
    pub p99: f64,
    /// 99.9 %.
    pub p999: f64,
    /// The slowest query.
    pub max: f64,
}

/// Attempts by kind and outcome.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Attempts {
    /// One for each query and leaf.
    pub primaries: u64,
    /// Second ones, because the first took long.
    pub hedges: u64,
    /// Second ones, because the first failed.
    pub retries: u64,
    /// Hedges whose answer came first.
    pub hedges_won: u64,
    /// Attempts that the root gave up: the losers of races, and those that a deadline ended.
    pub cancelled: u64,
    /// Attempts that a replica refused for overload.
    pub shed: u64,
    /// Attempts that failed otherwise.
    pub errors: u64,
    /// Hedges for each primary.
    pub hedge_share: f64,
    /// Hedges and retries for each primary.
    pub extra_share: f64,
    /// The most requests in the hands of one replica at a time, from the start of the run.
    pub in_hand_max: u32,
}

/// How complete the answers were.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Coverage {
    /// The mean share of the documents that an answer covers; a failed query covers nothing.
    pub mean: f64,
    /// The least.
    pub min: f64,
    /// The share of the queries that cover everything.
    pub full_share: f64,
    /// Queries that the deadline cut short.
    pub timed_out: u64,
    /// Queries answered with an error.
    pub failed: u64,
}

/// The curve's quantiles: dense where a tail is.
const CURVE: [f64; 21] = [
    0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 0.998, 0.999, 0.9995, 0.9998,
    0.9999, 0.99999, 1.0,
];

impl Report {
    pub(super) fn new(config: &SimulationConfig, outcomes: Vec<Outcome>) -> Self {
        let simulated_seconds = outcomes.iter().map(|run| run.simulated.as_secs_f64()).sum();
        let attempts = attempts(&outcomes);
        let samples: Vec<Sample> = outcomes.into_iter().flat_map(|run| run.samples).collect();
        let mut sorted: Vec<u32> = samples.iter().map(|sample| sample.latency_us).collect();
        sorted.sort_unstable();
        let at = |quantile: f64| {
            let latency_us = sorted.get(rank(sorted.len(), quantile)).copied();
            f64::from(latency_us.unwrap_or(0)) / 1e3
        };
        let fast = sorted.partition_point(|latency_us| u64::from(*latency_us) < config.slow_ms * 1_000);
        let sum: f64 = sorted.iter().map(|latency_us| f64::from(*latency_us)).sum();
        Self {
            queries: samples.len() as u64,
            simulated_seconds,
            latency_ms: Percentiles {
                mean: sum / sorted.len().max(1) as f64 / 1e3,
                p50: at(0.5),
                p90: at(0.9),
                p95: at(0.95),
                p99: at(0.99),
                p999: at(0.999),
                max: at(1.0),
            },
            slow_share: (sorted.len() - fast) as f64 / sorted.len().max(1) as f64,
            attempts,
            coverage: coverage(&samples),
            curve: CURVE.map(|quantile| (quantile, at(quantile))).to_vec(),
            config: config.clone(),
        }
    }
}

/// The place of a quantile among sorted values, by nearest rank.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a quantile from 0 to 1 times a length is a length"
)]
pub(super) fn rank(length: usize, quantile: f64) -> usize {
    // Rounded in the ninth place: 0.9999 times 10,000 would otherwise be a hair too much.
    let exact = (quantile * length as f64 * 1e9).round() / 1e9;
    (exact.ceil() as usize).saturating_sub(1)
}

fn attempts(outcomes: &[Outcome]) -> Attempts {
    let sum = |of: fn(&Counts) -> u64| {
        let counted = |run: &Outcome| of(&run.counts) - of(&run.before);
        outcomes.iter().map(counted).sum::<u64>()
    };
    let (primaries, hedges, retries) = (
        sum(|counts| counts.primaries),
        sum(|counts| counts.hedges),
        sum(|counts| counts.retries),
    );
    let share = |count: u64| count as f64 / primaries.max(1) as f64;
    Attempts {
        primaries,
        hedges,
        retries,
        hedges_won: sum(|counts| counts.hedges_won),
        cancelled: sum(|counts| counts.cancelled),
        shed: sum(|counts| counts.shed),
        errors: sum(|counts| counts.errors),
        hedge_share: share(hedges),
        extra_share: share(hedges + retries),
        in_hand_max: outcomes
            .iter()
            .map(|run| run.counts.in_hand_max)
            .max()
            .unwrap_or(0),
    }
}

fn coverage(samples: &[Sample]) -> Coverage {
    let count = |is: fn(&Sample) -> bool| samples.iter().filter(|sample| is(sample)).count() as u64;
    let all = samples.len().max(1) as f64;
    Coverage {
        mean: samples.iter().map(|sample| sample.covered).sum::<f64>() / all,
        min: samples.iter().map(|sample| sample.covered).fold(1.0, f64::min),
        full_share: count(|sample| sample.covered >= 1.0) as f64 / all,
        timed_out: count(|sample| sample.timed_out),
        failed: count(|sample| sample.failed),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quantile_is_the_value_that_its_share_does_not_exceed() {
        assert_eq!([0.0, 0.5, 0.99, 1.0].map(|q| rank(100, q)), [0, 49, 98, 99]);
        assert_eq!([0.001, 0.999, 0.9999].map(|q| rank(1_000, q)), [0, 998, 999]);
        assert_eq!(rank(1, 0.5), 0);
    }
}
