//! A plan as it is written to files, and drawn in the report.

use serde::{Deserialize, Serialize};

use crate::measured::{Corpus, Machine, Objective, Shape, Stragglers};

/// What the planner found.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Plan {
    /// [`crate::measured::VERSION`].
    pub version: u32,
    /// When it was made, in milliseconds since 1970.
    pub made_ms: u64,
    /// What it rests on.
    pub evidence: Evidence,
    /// What was asked of it.
    pub demand: Demand,
    /// What a query costs.
    pub costs: Costs,
    /// Predictions beside what was measured, by the rules of the machine that measured.
    pub checks: Vec<Check>,
    /// What follows from them.
    pub trust: Trust,
    /// Predictions for other numbers of leaves, each replica with processors of its own.
    pub curves: Vec<Curve>,
    /// How many queries meet a straggler: Burns' arithmetic and the simulator's.
    pub stragglers: Vec<StragglerPoint>,
    /// Which ones: those of the demand, or Burns' if it has no share of them.
    pub stragglers_drawn: Stragglers,
    /// What to run; nothing if no shape meets the objective within the budget.
    pub recommendation: Recommendation,
}

/// What a plan rests on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Evidence {
    /// A sweep's file, or the address of a root.
    pub from: String,
    /// Where it was measured, if known.
    pub machine: Option<Machine>,
    /// What was searched, if known.
    pub corpus: Option<Corpus>,
    /// The query log, if known.
    pub queries: Option<String>,
    /// Numbers of leaves that were measured.
    pub leaves: Vec<u32>,
    /// Requests that were measured.
    pub requests: u64,
}

/// What is asked of the cluster, and what may be spent.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Demand {
    /// The latency to meet.
    pub objective: Objective,
    /// Queries per second, on average.
    pub rate_per_second: f64,
    /// The share of the queries to be answered from all documents.
    pub availability_min: f64,
    /// Processor cores that may be used by leaves, at most.
    pub cores_max: Option<u32>,
    /// Cores of each replica.
    pub cores_per_replica: u32,
    /// Cores of each root.
    pub cores_per_root: u32,
    /// How long a message takes between machines, in milliseconds.
    pub network_ms: f64,
    /// Searches that are late for reasons of their own, at every replica.
    pub stragglers: Stragglers,
    /// Whether these are the ones that the sweep made itself: nobody has seen them on machines that serve.
    pub stragglers_assumed: bool,
    /// Shards of each leaf.
    pub shards_per_leaf: f64,
    /// The share of the time in which a replica is up.
    pub replica_availability: f64,
    /// The documents to be planned for.
    pub documents: u64,
    /// The deadline of each query, in milliseconds.
    pub timeout_ms: u64,
}

/// What a query costs, in microseconds of processor time unless said otherwise.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Costs {
    /// At the root, however many leaves are asked.
    pub root_fixed_us: f64,
    /// At the root, for each call to a leaf.
    pub root_per_call_us: f64,
    /// At the leaf, for each call, beside its execution.
    pub leaf_per_call_us: f64,
    /// At the leaf, for each search, however few documents and shards it has.
    pub search_us: f64,
    /// At the leaf, for each of its shards, however few documents that has.
    pub shard_us: f64,
    /// Whether [`Costs::shard_us`] was measured; otherwise it is in what divides.
    pub shard_measured: bool,
    /// Shards of each leaf that is planned.
    pub shards_per_leaf: f64,
    /// At all leaves together, for the documents: divides by the leaves.
    pub divided_us: f64,
    /// The same of the query that costs more than 99 of 100.
    pub divided_p99_us: f64,
    /// At the leaf, for fetching documents of the page.
    pub fetch_us: f64,
    /// Hits of a page that are fetched, on average.
    pub hits: f64,
    /// At the root, for each status poll of a replica; there are four a second.
    pub root_poll_us: f64,
    /// At the replica, for each of them, and all else that it does while nobody asks.
    pub leaf_poll_us: f64,
    /// Time between root and leaf in which nobody computes, there and back; the median.
    pub wire_us: f64,
    /// Memory of a replica without documents, in bytes.
    pub replica_memory_bytes: f64,
    /// Memory of a replica for each document, in bytes.
    pub document_memory_bytes: f64,
    /// Memory of a root, in bytes.
    pub root_memory_bytes: f64,
    /// From this number of leaves on a leaf spends more on being asked than on its documents.
    pub break_even_leaves: f64,
    /// Whether the split was measured at several numbers of leaves; from one alone it is an estimate.
    pub split_measured: bool,
}

/// What a query costs at some number of leaves, in microseconds of processor time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CostAt {
    /// At the root.
    pub root_us: f64,
    /// At all leaves together, for being asked: calls, fetches, and what does not divide of the searches.
    pub asked_us: f64,
    /// At all leaves together, for the documents.
    pub documents_us: f64,
}

impl Costs {
    /// Calls of a query to leaves: a search of each, and a fetch from those that hold hits of the page.
    #[must_use]
    pub fn calls(&self, leaves: f64) -> f64 {
        leaves + fetches(leaves, self.hits)
    }

    /// What a query costs at so many leaves, without hedges.
    #[must_use]
    pub fn at(&self, leaves: f64) -> CostAt {
        let calls = self.calls(leaves);
        // A single leaf sends the documents along: without a call, but not without reading them.
        let fetches = if leaves > 1.0 {
            calls - leaves
        } else {
            self.hits.min(1.0)
        };
        let search_us = self.search_us + self.shards_per_leaf * self.shard_us;
        CostAt {
            root_us: self.root_fixed_us + calls * self.root_per_call_us,
            asked_us: leaves * search_us + calls * self.leaf_per_call_us + fetches * self.fetch_us,
            documents_us: self.divided_us,
        }
    }

    /// What one of so many leaves costs for being asked: at the leaf, and at the root.
    #[must_use]
    pub fn each(&self, leaves: f64) -> (f64, f64) {
        let at = self.at(leaves);
        let root_us = (at.root_us - self.root_fixed_us) / leaves;
        (at.asked_us / leaves, root_us)
    }
}

impl CostAt {
    /// Everywhere together.
    #[must_use]
    pub fn sum_us(&self) -> f64 {
        self.root_us + self.asked_us + self.documents_us
    }
}

/// The leaves that hold hits of a page, if these are equally likely to be anywhere; none if a single leaf sends documents
/// along.
pub(super) fn fetches(leaves: f64, hits: f64) -> f64 {
    if leaves <= 1.0 {
        return 0.0;
    }
    leaves * (1.0 - (1.0 - 1.0 / leaves).powf(hits))
}

/// One measured point beside its prediction.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Check {
    /// Where.
    pub shape: Shape,
    /// Requests per second.
    pub rate_per_second: f64,
    /// Whether the model had not seen the point.
    pub held_out: bool,
    /// How many times it was measured; what follows is of all of them together.
    pub times: u32,
    /// Answers that were measured.
    pub answers: u64,
    /// What was measured.
    pub measured: Ladder,
    /// Between which latencies p99 lies, with nine chances in ten, when so many answers are all that is known of it.
    pub measured_p99: (f64, f64),
    /// What the model says.
    pub predicted: Ladder,
    /// The share of answers from all documents that was measured.
    pub measured_complete: f64,
    /// Predicted p99 over the measured one, minus 1.
    pub error_p99: f64,
    /// By how much p99 differs between repeated measurements here, as a share; if it was measured more than once.
    pub noise_p99: Option<f64>,
}

/// Latencies in milliseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Ladder {
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
}

/// How far predictions can be trusted.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Trust {
    /// Points that were held out, with nothing wrong in them.
    pub quiet: Hits,
    /// Points that were held out, with stragglers.
    pub straggling: Hits,
    /// Measured points that say nothing about a model: too few answers, a rate that could not be kept up, or a percentile that
    /// lies just at the share of the stragglers, so that chance decides whether it is one of them.
    pub left_out: u32,
    /// The median of the absolute errors at held-out points.
    pub error_p99_median: f64,
    /// The largest.
    pub error_p99_max: f64,
    /// By how much repeated measurements of one point differ, as a share; if any were repeated.
    pub noise_p99: Option<f64>,
    /// Whether the predictions may be believed to a fifth.
    pub known: bool,
    /// The same in words.
    pub text: String,
}

/// How many held-out points are predicted within a fifth at p99.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hits {
    /// Points.
    pub held_out: u32,
    /// Of these, with an error of at most 20 %.
    pub within_fifth: u32,
}

impl Trust {
    /// All points that were held out.
    #[must_use]
    pub fn all(&self) -> Hits {
        Hits {
            held_out: self.quiet.held_out + self.straggling.held_out,
            within_fifth: self.quiet.within_fifth + self.straggling.within_fifth,
        }
    }
}

/// Predictions over the number of leaves.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Curve {
    /// Replicas of each leaf.
    pub replicas: u32,
    /// Whether the root hedges.
    pub hedging: bool,
    /// By rising number of leaves.
    pub points: Vec<Predicted>,
}

/// A prediction for one shape at the demanded rate.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Predicted {
    /// Leaves.
    pub leaves: u32,
    /// How long clients wait.
    pub latency: Ladder,
    /// The latency at the objective's quantile in milliseconds, where queries without an answer are slower than all others; nothing
    /// if it is among these.
    pub at_objective_ms: Option<f64>,
    /// Whether latency and availability are met.
    pub meets: bool,
    /// The share of the queries answered from all documents, with replicas that are down as often as said.
    pub availability: f64,
    /// Queries that were simulated: a percentile beyond which fewer than five of them lie says little.
    pub queries: u32,
    /// The highest rate that meets the objective, in queries per second, with as many roots as it takes; 0 if none does.
    pub highest_per_second: f64,
    /// Requests to leaves beyond the first ones, as a share.
    pub extra_share: f64,
    /// The share of the leaves' processor time that is used.
    pub utilisation: f64,
    /// The same of the roots'.
    pub root_utilisation: f64,
    /// Roots that are needed.
    pub roots: u32,
    /// Processor milliseconds of a query, everywhere together.
    pub cpu_ms_per_query: f64,
    /// Cores of all replicas and roots.
    pub cores: u32,
    /// Memory of all replicas and roots, in bytes.
    pub memory_bytes: f64,
}

/// How many queries meet a straggler.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct StragglerPoint {
    /// Leaves.
    pub leaves: u32,
    /// `1 − (1 − p)^L`.
    pub formula: f64,
    /// The share of simulated queries that wait for a straggler, without hedging.
    pub without_hedging: f64,
    /// The same with two replicas and hedging.
    pub with_hedging: f64,
}

/// What to run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Recommendation {
    /// Whether the objective and the budget are met by it.
    pub meets: bool,
    /// Leaves.
    pub leaves: u32,
    /// Replicas of each.
    pub replicas: u32,
    /// Whether to hedge.
    pub hedging: bool,
    /// After which quantile of a leaf's latency.
    pub hedge_quantile: f64,
    /// What is expected of it.
    pub predicted: Predicted,
    /// The same if nothing goes wrong; nothing if nothing does anyway.
    pub without_stragglers: Option<Predicted>,
    /// The same while one replica is down; nothing if each leaf has only one.
    pub replica_down: Option<Predicted>,
    /// Why, in one paragraph.
    pub why: String,
}
