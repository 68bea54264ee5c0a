//! From the metrics of a cluster that serves to a model.
//!
//! One cluster has one number of leaves, and so does not show what divides by it. What is assumed instead is said in the plan:
//! the cheapest searches (the fifth percentile of the executions) found next to nothing, so what they cost does not divide;
//! what others cost beyond that does. Up to the ninth decile, executions differ because queries do, and are alike at all
//! leaves; beyond it, because machines do, each on its own.
//!
//! What clients waited is not used for the model: the cluster as it stands is simulated, and compared with that.

use super::checks;
use super::model::{Memory, Model, Trial, Where};
use super::planned::{Check, Demand, Trust};
use crate::measured::{Histogram, Shape, Stragglers};
use crate::scrape::Scrape;
use crate::simulate::{Latency, Overheads, QueryCost, SimulateError};
use crate::sweep::histogram;
use crate::words::{ms, percent};

/// Executions that stand for a search that finds nothing.
const CHEAPEST: f64 = 0.05;
/// Up to here queries differ, beyond machines do.
const QUERIES_DIFFER: f64 = 0.9;
/// Queries that stand for the log.
const QUERIES: u32 = 90;
/// Queries that are simulated of the cluster as it stands.
const QUERIES_CHECKED: u32 = 10_000;
/// Fewer searches do not show a tail.
const SEARCHES_MIN: u64 = 200;
/// No time is shorter, in milliseconds.
const SHORTEST_MS: f64 = 1e-4;

const SEARCHES: &str = "gleaner_root_search_seconds";
const EXECUTIONS: &str = "gleaner_leaf_execution_cpu_seconds";
const QUEUES: &str = "gleaner_leaf_queue_seconds";
const CPU: &str = "process_cpu_seconds_total";
const MEMORY: &str = "process_resident_memory_bytes";

/// Why metrics do not make a model.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum ObservedError {
    /// Too little happened.
    #[error(
        "only {searches} searches ended while the metrics were watched, {SEARCHES_MIN} are needed: watch for longer, with --window"
    )]
    TooFew {
        /// How many.
        searches: u64,
    },
    /// It is not a root.
    #[error("these are no metrics of a root of Gleaner: they name no leaf")]
    NotARoot,
    /// No leaf was asked.
    #[error(
        "no leaf reported a search: give the addresses of some replicas of different leaves, with --leaf"
    )]
    NoLeaves,
}

/// The metrics of one process at the beginning and at the end of a while.
#[derive(Clone, Debug)]
pub struct Watched {
    /// At the beginning.
    pub before: Scrape,
    /// At the end.
    pub after: Scrape,
}

/// What the metrics of a cluster say.
#[derive(Clone, Debug, PartialEq)]
pub struct Observed {
    /// The cluster in numbers.
    pub model: Model,
    /// How many leaves it has.
    pub leaves: u32,
    /// Replicas of each, as far as the root has heard of them.
    pub replicas: u32,
    /// Searches that ended meanwhile.
    pub searches: u64,
    /// The same per second.
    pub rate_per_second: f64,
    /// How long they took at the root.
    pub latency: Histogram,
    /// Documents of the index, by those of the leaves that were asked.
    pub documents: u64,
}

impl Watched {
    fn grown(&self, name: &str, labels: &[(&str, &str)]) -> f64 {
        (self.after.sum(name, labels) - self.before.sum(name, labels)).max(0.0)
    }

    fn now(&self, name: &str) -> f64 {
        self.after.sum(name, &[])
    }

    /// What a histogram has counted meanwhile.
    fn times(&self, name: &str, labels: &[(&str, &str)]) -> Histogram {
        let [before, after] = [&self.before, &self.after].map(|scrape| scrape.buckets(name, labels));
        histogram(&before, &after)
    }

    fn distinct(&self, name: &str, label: &str) -> u32 {
        u32::try_from(self.after.label_values(name, label).len()).unwrap_or(u32::MAX)
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a cast of floats saturates, and times and counts are not negative"
)]
fn whole(value: f64) -> u64 {
    value.round() as u64
}

/// Makes a model of what a root and some of its leaves said within so many seconds.
///
/// # Errors
/// [`ObservedError`] if they say too little.
pub fn observe(
    root: &Watched,
    replicas: &[Watched],
    hits: u32,
    seconds: f64,
) -> Result<Observed, ObservedError> {
    let latency = root.times(SEARCHES, &[]);
    let leaves = root.distinct("gleaner_root_hedge_delay_seconds", "leaf");
    if leaves == 0 {
        return Err(ObservedError::NotARoot);
    }
    if latency.count() < SEARCHES_MIN {
        return Err(ObservedError::TooFew {
            searches: latency.count(),
        });
    }
    let [executed, queued, fetched] = [(EXECUTIONS, "search"), (QUEUES, "search"), (EXECUTIONS, "fetch")]
        .map(|(name, call)| together(replicas, name, call));
    if executed.count() == 0 {
        return Err(ObservedError::NoLeaves);
    }
    let attempts = root.times("gleaner_root_attempt_seconds", &[("round", "query")]);
    let calls = f64::from(leaves) + super::planned::fetches(f64::from(leaves), f64::from(hits));
    let overheads = Overheads {
        leaf_per_request_us: at_each_leaf(replicas, &executed, &fetched),
        fetch_us: fetched.mean_ms() * 1e3,
        ..at_root(root.grown(CPU, &[]) * 1e6 / latency.count() as f64, calls)
    };
    let at_leaf = executed.quantile_ms(0.5) + queued.quantile_ms(0.5);
    let between = overheads.root_per_request_us + overheads.leaf_per_request_us;
    let wire_ms = attempts.quantile_ms(0.5) - at_leaf - between / 1e3;
    let asked: f64 = replicas
        .iter()
        .map(|replica| replica.now("gleaner_leaf_documents"))
        .sum();
    let each = asked / replicas.len().max(1) as f64;
    let memory: f64 = replicas.iter().map(|replica| replica.now(MEMORY)).sum();
    let model = Model {
        queries: queries(&executed, leaves),
        noise: noise(&executed),
        wire: Latency::Constant {
            ms: wire_ms.max(SHORTEST_MS),
        },
        front: Latency::Constant { ms: SHORTEST_MS },
        overheads,
        shard_us: 0.0,
        shard_measured: false,
        hits: f64::from(hits),
        memory: Memory {
            replica: 0.0,
            document: memory / asked.max(1.0),
            root: root.now(MEMORY),
        },
        timeout_ms: 10_000,
        busy_saving: 0.0,
        crowding: 0.0,
        split_measured: false,
    };
    Ok(Observed {
        model,
        leaves,
        replicas: root.distinct("gleaner_root_replica_ejected", "replica").max(1),
        searches: latency.count(),
        rate_per_second: latency.count() as f64 / seconds.max(1e-3),
        latency,
        documents: whole(each * f64::from(leaves)),
    })
}

/// The processor time of a search at the root: as in clusters that were measured, a third is for the query, the rest for its
/// calls.
fn at_root(us: f64, calls: f64) -> Overheads {
    Overheads {
        root_fixed_us: us / 3.0,
        root_per_request_us: us * 2.0 / 3.0 / calls.max(1.0),
        ..Overheads::default()
    }
}

/// The processor time of replicas for each request, beside executions.
fn at_each_leaf(replicas: &[Watched], executed: &Histogram, fetched: &Histogram) -> f64 {
    let used_us = replicas
        .iter()
        .map(|replica| replica.grown(CPU, &[]))
        .sum::<f64>()
        * 1e6;
    let total_us = |times: &Histogram| times.mean_ms() * 1e3 * times.count() as f64;
    let answered = (executed.count() + fetched.count()).max(1);
    ((used_us - total_us(executed) - total_us(fetched)) / answered as f64).max(0.0)
}

/// One histogram of all replicas.
fn together(replicas: &[Watched], name: &str, call: &str) -> Histogram {
    let mut all = Histogram::default();
    for replica in replicas {
        all.merge(&replica.times(name, &[("call", call)]));
    }
    all
}

/// Queries that cost what executions took, up to where machines differ rather than queries.
fn queries(executed: &Histogram, leaves: u32) -> Vec<QueryCost> {
    let fixed_us = executed.quantile_ms(CHEAPEST) * 1e3;
    let query = |number: u32| {
        let quantile = QUERIES_DIFFER * (f64::from(number) + 0.5) / f64::from(QUERIES);
        let us = executed.quantile_ms(quantile) * 1e3;
        QueryCost {
            weight: 1.0,
            fixed_us: fixed_us.min(us),
            divided_us: (us - fixed_us).max(0.0) * f64::from(leaves),
        }
    };
    (0..QUERIES).map(query).collect()
}

/// The factors beyond: one in ten executions is drawn from the tail. It multiplies whatever query it meets, so that it is in
/// relation to the mean of them.
fn noise(executed: &Histogram) -> Latency {
    let strata = (0..QUERIES).map(|number| {
        let quantile = QUERIES_DIFFER * (f64::from(number) + 0.5) / f64::from(QUERIES);
        executed.quantile_ms(quantile)
    });
    let usual = (strata.sum::<f64>() / f64::from(QUERIES)).max(SHORTEST_MS);
    let mut quantiles = vec![(0.0, 1.0), (QUERIES_DIFFER, 1.0)];
    for quantile in [0.901, 0.95, 0.98, 0.99, 0.995, 0.999, 1.0] {
        let last = quantiles.last().map_or(1.0, |(_, factor)| *factor);
        quantiles.push((quantile, (executed.quantile_ms(quantile) / usual).max(last)));
    }
    Latency::Empirical { quantiles }
}

impl Observed {
    /// The cluster as it stands, simulated, beside what its clients waited.
    ///
    /// # Errors
    /// [`SimulateError`].
    pub(super) fn check(&self, demand: &Demand) -> Result<Check, SimulateError> {
        let trial = Trial {
            shape: Shape {
                leaves: self.leaves,
                replicas: self.replicas,
                hedging: self.replicas > 1,
                stragglers: Stragglers::None,
            },
            machines: Where::Apart {
                replica: demand.cores_per_replica,
                root: demand.cores_per_root,
                roots: 1,
                // It is in the way that was observed.
                network_ms: 0.0,
            },
            rate_per_second: self.rate_per_second,
            hedge_quantile: None,
            queries: QUERIES_CHECKED,
            scale: 1.0,
            shards_per_leaf: 1.0,
            replica_down: false,
        };
        checks::beside(&self.model, &trial, &self.latency)
    }

    /// What that says.
    pub(super) fn trust(&self, check: &Check) -> Trust {
        let text = format!(
            "This rests on the metrics of one cluster of {} leaves. What divides by the leaves is an estimate: the cheapest searches are \
             taken for what does not divide. Simulated as it stands, the cluster has a p50 of {} and a p99 of {}; its clients waited {} and \
             {}, so that the model is off by {} at p99 where it was seen, and by nobody knows how much elsewhere. Read the curves for \
             their shape, and measure with `gleaner load sweep` before you decide.",
            self.leaves,
            ms(check.predicted.p50),
            ms(check.predicted.p99),
            ms(check.measured.p50),
            ms(check.measured.p99),
            percent(check.error_p99.abs()),
        );
        Trust {
            text,
            known: false,
            ..checks::trust(std::slice::from_ref(check), 0)
        }
    }
}

#[cfg(test)]
#[path = "observed_tests.rs"]
mod tests;
