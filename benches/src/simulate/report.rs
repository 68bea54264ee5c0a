//! What a simulation came to.

use serde::Serialize;
use shared::wire::AttemptKind;

use super::config::SimulationConfig;
use super::counts::Counts;
use super::ejections::Ejections;
use super::run::{End, Outcome, Sample};

/// What a simulation came to, with what was simulated.
#[derive(Clone, Debug, Serialize)]
pub struct Report {
    /// Queries measured.
    pub queries: u64,
    /// Simulated seconds, over all runs.
    pub simulated_seconds: f64,
    /// How long clients waited for answers; queries that were refused or failed are left out.
    pub latency_ms: Percentiles,
    /// The share of the answers that took at least the configuration's `slow_ms`.
    pub slow_share: f64,
    /// What the roots asked of the leaves.
    pub attempts: Attempts,
    /// How complete the answers were.
    pub coverage: Coverage,
    /// What a second brought, for each cluster.
    pub rates: Rates,
    /// How the replicas fared.
    pub replicas: Replicas,
    /// The whole curve: pairs of a quantile and its milliseconds.
    pub curve: Vec<(f64, f64)>,
    /// What was simulated.
    pub config: SimulationConfig,
    /// Every answer's latency, rising.
    #[serde(skip)]
    sorted_us: Vec<u32>,
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
    /// Second ones that were sent along with the first.
    pub tied: u64,
    /// Second ones, because the first failed.
    pub retries: u64,
    /// Copies for ejected replicas.
    pub probes: u64,
    /// Hedges whose answer came first.
    pub hedges_won: u64,
    /// Attempts that the root gave up: the losers of races, and those that a deadline ended.
    pub cancelled: u64,
    /// Attempts whose twin had begun elsewhere.
    pub yielded: u64,
    /// Attempts that a replica refused for overload.
    pub shed: u64,
    /// Attempts whose time was over before they began.
    pub expired: u64,
    /// Attempts that failed otherwise.
    pub errors: u64,
    /// Hedges for each primary.
    pub hedge_share: f64,
    /// All others for each primary, sent.
    pub extra_share: f64,
    /// Attempts that a replica began to execute, for each primary: what goes beyond 1 is the extra load.
    pub executed_share: f64,
}

/// How complete the answers were.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Coverage {
    /// The mean share of the documents that an answer covers; a query without an answer covers nothing.
    pub mean: f64,
    /// The least that an answer covers.
    pub min: f64,
    /// The share of the queries that cover everything.
    pub full_share: f64,
    /// Queries that the deadline cut short.
    pub timed_out: u64,
    /// The share of the queries that were answered before all leaves were, because enough was covered.
    pub early_share: f64,
    /// Queries sent away for overload.
    pub refused: u64,
    /// Queries answered with another error.
    pub failed: u64,
}

/// Queries per second at each cluster, by what became of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Rates {
    /// Those that arrived.
    pub offered: f64,
    /// Those answered from all documents: the goodput.
    pub complete: f64,
    /// Those answered from some.
    pub partial: f64,
    /// Those without an answer.
    pub unanswered: f64,
}

/// How the replicas fared.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Replicas {
    /// The share of the time in which their servers were at work.
    pub utilisation: f64,
    /// The most requests in the hands of one replica at a time, from the start of the run.
    pub in_hand_max: u32,
    /// The least share of its leaf's executions that a replica had.
    pub share_min: f64,
    /// How often a root ejected one, from the start of the run.
    pub ejections: u64,
    /// How many of these came back.
    pub returns: u64,
}

/// The curve's quantiles: dense where a tail is.
const CURVE: [f64; 21] = [
    0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 0.998, 0.999, 0.9995, 0.9998,
    0.9999, 0.99999, 1.0,
];

impl Report {
    pub(super) fn new(config: &SimulationConfig, outcomes: &[Outcome]) -> Self {
        let samples: Vec<Sample> = outcomes
            .iter()
            .flat_map(|run| run.samples.iter().copied())
            .collect();
        let answered = samples.iter().filter(|sample| sample.end == End::Answered);
        let mut sorted: Vec<u32> = answered.map(|sample| sample.latency_us).collect();
        sorted.sort_unstable();
        let fast = sorted.partition_point(|latency_us| u64::from(*latency_us) < config.slow_ms * 1_000);
        Self {
            queries: samples.len() as u64,
            simulated_seconds: outcomes.iter().map(|run| run.simulated.as_secs_f64()).sum(),
            latency_ms: Percentiles::of(&sorted),
            slow_share: (sorted.len() - fast) as f64 / sorted.len().max(1) as f64,
            attempts: attempts(outcomes),
            coverage: coverage(&samples),
            rates: rates(
                &samples,
                outcomes.iter().map(|run| run.window.as_secs_f64()).sum(),
            ),
            replicas: replicas(config, outcomes),
            curve: CURVE.map(|quantile| (quantile, at(&sorted, quantile))).to_vec(),
            config: config.clone(),
            sorted_us: sorted,
        }
    }

    /// The milliseconds that this share of the answers (0 to 1) does not exceed.
    #[must_use]
    pub fn latency_at(&self, quantile: f64) -> f64 {
        at(&self.sorted_us, quantile)
    }
}

impl Percentiles {
    fn of(sorted_us: &[u32]) -> Self {
        let sum: f64 = sorted_us.iter().map(|latency_us| f64::from(*latency_us)).sum();
        Self {
            mean: sum / sorted_us.len().max(1) as f64 / 1e3,
            p50: at(sorted_us, 0.5),
            p90: at(sorted_us, 0.9),
            p95: at(sorted_us, 0.95),
            p99: at(sorted_us, 0.99),
            p999: at(sorted_us, 0.999),
            max: at(sorted_us, 1.0),
        }
    }
}

/// The milliseconds of a quantile among sorted microseconds.
fn at(sorted_us: &[u32], quantile: f64) -> f64 {
    let latency_us = sorted_us.get(rank(sorted_us.len(), quantile)).copied();
    f64::from(latency_us.unwrap_or(0)) / 1e3
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
    let sum = |of: &dyn Fn(&Counts) -> u64| {
        let counted = |run: &Outcome| of(&run.after.counts) - of(&run.before.counts);
        outcomes.iter().map(counted).sum::<u64>()
    };
    let sent = |kind: AttemptKind| sum(&|counts| counts.attempts[kind as usize]);
    let primaries = sent(AttemptKind::Primary);
    let (hedges, tied) = (sent(AttemptKind::Hedge), sent(AttemptKind::Tied));
    let (retries, probes) = (sent(AttemptKind::Retry), sent(AttemptKind::Probe));
    let share = |count: u64| count as f64 / primaries.max(1) as f64;
    Attempts {
        primaries,
        hedges,
        tied,
        retries,
        probes,
        hedges_won: sum(&|counts| counts.answered[AttemptKind::Hedge as usize]),
        cancelled: sum(&|counts| counts.cancelled),
        yielded: sum(&|counts| counts.yielded),
        shed: sum(&|counts| counts.shed),
        expired: sum(&|counts| counts.expired),
        errors: sum(&|counts| counts.errors),
        hedge_share: share(hedges),
        extra_share: share(hedges + tied + retries + probes),
        executed_share: share(sum(&|counts| counts.begun)),
    }
}

fn coverage(samples: &[Sample]) -> Coverage {
    let count = |is: fn(&Sample) -> bool| samples.iter().filter(|sample| is(sample)).count() as u64;
    let all = samples.len().max(1) as f64;
    let answered = samples.iter().filter(|sample| sample.end == End::Answered);
    Coverage {
        mean: samples.iter().map(|sample| sample.covered).sum::<f64>() / all,
        min: answered.map(|sample| sample.covered).fold(1.0, f64::min),
        full_share: count(|sample| sample.covered >= 1.0) as f64 / all,
        timed_out: count(|sample| sample.timed_out),
        early_share: count(|sample| sample.early) as f64 / all,
        refused: count(|sample| sample.end == End::Refused),
        failed: count(|sample| sample.end == End::Failed),
    }
}

fn rates(samples: &[Sample], seconds: f64) -> Rates {
    let rate = |is: fn(&Sample) -> bool| {
        let count = samples.iter().filter(|sample| is(sample)).count();
        if seconds > 0.0 {
            count as f64 / seconds
        } else {
            0.0
        }
    };
    Rates {
        offered: rate(|_| true),
        complete: rate(|sample| sample.covered >= 1.0),
        partial: rate(|sample| sample.end == End::Answered && sample.covered < 1.0),
        unanswered: rate(|sample| sample.end != End::Answered),
    }
}

fn replicas(config: &SimulationConfig, outcomes: &[Outcome]) -> Replicas {
    let all_servers = f64::from(config.leaves) * f64::from(config.replicas) * f64::from(config.servers);
    let busy = |run: &Outcome| {
        let (before, after) = (&run.before, &run.after);
        let busy_seconds = (after.counts.busy_us - before.counts.busy_us) as f64 / 1e6;
        (busy_seconds, after.at.duration_since(before.at).as_secs_f64())
    };
    let (busy, time) = outcomes
        .iter()
        .map(busy)
        .fold((0.0, 0.0), |sum, one| (sum.0 + one.0, sum.1 + one.1));
    let shares = outcomes.iter().flat_map(|run| shares(run, config.replicas));
    let ejections: Ejections = outcomes.iter().map(|run| run.ejections).sum();
    Replicas {
        utilisation: if time > 0.0 {
            busy / time / all_servers
        } else {
            0.0
        },
        in_hand_max: outcomes
            .iter()
            .map(|run| run.after.counts.in_hand_max)
            .max()
            .unwrap_or(0),
        share_min: shares.fold(1.0, f64::min),
        ejections: ejections.begun,
        returns: ejections.ended,
    }
}

/// Each replica's share of what its leaf executed.
fn shares(run: &Outcome, replicas: u32) -> Vec<f64> {
    let begun = run.after.begun.iter().zip(&run.before.begun);
    let begun: Vec<u64> = begun.map(|(after, before)| after - before).collect();
    let shares = |leaf: &[u64]| {
        let all = leaf.iter().sum::<u64>().max(1) as f64;
        leaf.iter().map(|begun| *begun as f64 / all).collect::<Vec<f64>>()
    };
    begun.chunks(replicas as usize).flat_map(shares).collect()
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
