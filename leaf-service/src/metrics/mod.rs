//! What a leaf counts and measures, as `GET /metrics` shows it.
//!
//! Every series is there from the beginning, at zero, so that rates are right from the first event on; none is made by what
//! a request says.

mod labels;

use std::fmt::Debug;
use std::time::Duration;

use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};
use shared::metrics::{self, counters, histograms, observe};
use shared::wire::{AttemptKind, Load, ShardAnswer, ShardStatus};

use self::labels::{
    CallLabels, EffectLabels, OutcomeLabels, REASONS, ReasonLabels, RequestLabels, STATES, StageLabels,
    StateLabels,
};
pub(crate) use self::labels::{Effect, Outcome, Sent, Stage};
use crate::call::Call;

/// What all names begin with.
const PREFIX: &str = "gleaner_leaf";
/// The kind of a request that is no attempt, or was not read.
const NO_KIND: &str = "none";
/// Kinds, and none.
const KINDS: usize = AttemptKind::ALL.len() + 1;

/// The metrics of one leaf.
#[derive(Debug)]
pub(crate) struct LeafMetrics {
    registry: Registry,
    /// By call, kind and outcome; see [`place`].
    requests: Vec<Counter>,
    /// By call, as the others by their label.
    queue_seconds: Vec<Histogram>,
    execution_seconds: Vec<Histogram>,
    execution_cpu_seconds: Vec<Histogram>,
    cancelled: Vec<Counter>,
    shard_failures: Vec<Counter>,
    notices_sent: Vec<Counter>,
    notices_received: Vec<Counter>,
    documents_missed: Counter,
    coverage: Histogram,
    /// Set when the metrics are read.
    gauges: Gauges,
}

#[derive(Debug, Default)]
struct Gauges {
    queued: Gauge,
    running: Gauge,
    shards: Family<StateLabels, Gauge>,
    documents: Gauge,
    positions_behind: Gauge,
    catalog_version: Gauge,
}

/// What stands in a leaf's gauges at one moment.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Levels {
    /// How busy the pool is.
    pub(crate) load: Load,
    /// What is hosted.
    pub(crate) shards: Vec<ShardStatus>,
    /// How many batches the shard furthest behind has yet to apply, of those known to be there.
    pub(crate) positions_behind: u64,
    /// The catalog version known.
    pub(crate) catalog_version: u64,
}

/// Where the counter of requests of a call, a kind and an outcome is.
fn place(call: Call, kind: Option<AttemptKind>, outcome: Outcome) -> usize {
    let kind = kind.map_or(AttemptKind::ALL.len(), |kind| kind as usize);
    (call as usize * KINDS + kind) * Outcome::ALL.len() + outcome as usize
}

impl Default for LeafMetrics {
    fn default() -> Self {
        let mut registry = Registry::with_prefix(PREFIX);
        let calls = || Call::ALL.map(|call| CallLabels { call: call.name() });
        let into = &mut registry;
        let requests = requests(into);
        let help = "How long work waited for a thread before it was executed";
        let queue_seconds = histograms(into, "queue", help, calls());
        let help = "How long work was executed, up to where it was stopped";
        let execution_seconds = histograms(into, "execution", help, calls());
        let help =
            "How much processor time executions took: less than they lasted where others wanted the core";
        let execution_cpu_seconds = histograms(into, "execution_cpu", help, calls());
        let stages = Stage::ALL.map(|stage| StageLabels { stage: stage.name() });
        let help = "Work of the pool that was taken back, because its caller went away or its twin began";
        let cancelled = counters(into, "cancelled", help, stages);
        let reasons = REASONS.map(|reason| ReasonLabels { reason });
        let help = "Shards that were not searched to the end, by reason";
        let shard_failures = counters(into, "shard_failures", help, reasons);
        let outcomes = Sent::ALL.map(|sent| OutcomeLabels { outcome: sent.name() });
        let help = "Notices to other replicas that a tied search has begun here";
        let notices_sent = counters(into, "twin_notices_sent", help, outcomes);
        let effects = Effect::ALL.map(|effect| EffectLabels {
            effect: effect.name(),
        });
        let help = "Notices of other replicas that a tied search has begun there, by what they did";
        let notices_received = counters(into, "twin_notices_received", help, effects);
        let (documents_missed, coverage) = (Counter::default(), metrics::shares());
        let help = "Live documents that searches did not look at, because they were stopped";
        registry.register("search_documents_missed", help, documents_missed.clone());
        let help = "The share of their shards' live documents that searches looked at";
        let ratio = Unit::Other("ratio".to_owned());
        registry.register_with_unit("search_coverage", help, ratio, coverage.clone());
        Self {
            requests,
            queue_seconds,
            execution_seconds,
            execution_cpu_seconds,
            cancelled,
            shard_failures,
            notices_sent,
            notices_received,
            documents_missed,
            coverage,
            gauges: Gauges::registered(&mut registry),
            registry,
        }
    }
}

fn requests(registry: &mut Registry) -> Vec<Counter> {
    let family = Family::<RequestLabels, Counter>::default();
    registry.register(
        "requests",
        "Requests by call, kind of attempt and outcome",
        family.clone(),
    );
    let mut requests = vec![Counter::default(); Call::ALL.len() * KINDS * Outcome::ALL.len()];
    for call in Call::ALL {
        for kind in AttemptKind::ALL.into_iter().map(Some).chain([None]) {
            // Only searches are attempts: the other calls have no series for the kinds.
            if kind.is_some() && call != Call::Search {
                continue;
            }
            for outcome in Outcome::ALL {
                requests[place(call, kind, outcome)] = family.get_or_create_owned(&RequestLabels {
                    call: call.name(),
                    kind: kind.map_or(NO_KIND, AttemptKind::name),
                    outcome: outcome.name(),
                });
            }
        }
    }
    requests
}

impl Gauges {
    fn registered(registry: &mut Registry) -> Self {
        let gauges = Self::default();
        registry.register("queued", "Work that waits for a thread", gauges.queued.clone());
        registry.register("running", "Work that is being executed", gauges.running.clone());
        registry.register("shards", "Shards hosted, by state", gauges.shards.clone());
        let help = "Live documents that searches see, over all shards";
        registry.register("documents", help, gauges.documents.clone());
        let help = "Batches of the log that the shard furthest behind has yet to apply";
        registry.register("positions_behind", help, gauges.positions_behind.clone());
        let help = "The catalog version known";
        registry.register("catalog_version", help, gauges.catalog_version.clone());
        gauges
    }

    fn set(&self, levels: &Levels) {
        let whole = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
        self.queued.set(i64::from(levels.load.queued));
        self.running.set(i64::from(levels.load.running));
        let mut shards = [0; STATES.len()];
        for shard in &levels.shards {
            shards[labels::state(&shard.state)] += 1;
        }
        for (state, shards) in STATES.into_iter().zip(shards) {
            self.shards.get_or_create(&StateLabels { state }).set(shards);
        }
        let documents = levels.shards.iter().map(|shard| shard.documents).sum();
        self.documents.set(whole(documents));
        self.positions_behind.set(whole(levels.positions_behind));
        self.catalog_version.set(whole(levels.catalog_version));
    }
}

impl LeafMetrics {
    /// A request ended.
    pub(crate) fn request(&self, call: Call, kind: Option<AttemptKind>, outcome: Outcome) {
        self.requests[place(call, kind, outcome)].inc();
    }

    /// Work began after so long in the queue.
    pub(crate) fn queued(&self, call: Call, waited: Duration) {
        observe(&self.queue_seconds[call as usize], waited);
    }

    /// Work ended after so long, and took so much processor time.
    pub(crate) fn executed(&self, call: Call, took: Duration, cpu: Duration) {
        observe(&self.execution_seconds[call as usize], took);
        observe(&self.execution_cpu_seconds[call as usize], cpu);
    }

    /// Work was taken back.
    pub(crate) fn cancelled(&self, stage: Stage) {
        self.cancelled[stage as usize].inc();
    }

    /// A search was answered.
    pub(crate) fn searched(&self, shards: &[ShardAnswer]) {
        let (mut documents, mut seen) = (0, 0);
        for shard in shards {
            documents += shard.documents;
            seen += shard.documents_seen;
            if let Some(failure) = &shard.failure {
                self.shard_failures[labels::reason(failure)].inc();
            }
        }
        self.documents_missed.inc_by(documents.saturating_sub(seen));
        let share = if documents == 0 {
            1.0
        } else {
            seen as f64 / documents as f64
        };
        self.coverage.observe(share);
    }

    /// A notice to a twin was sent, or not.
    pub(crate) fn notice_sent(&self, sent: Sent) {
        self.notices_sent[sent as usize].inc();
    }

    /// A notice of a twin came.
    pub(crate) fn notice_received(&self, effect: Effect) {
        self.notices_received[effect as usize].inc();
    }

    /// Everything as text, with the gauges at these levels.
    pub(crate) fn text(&self, levels: &Levels) -> String {
        self.gauges.set(levels);
        metrics::text(&self.registry)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_series_is_there_from_the_beginning() {
        let text = LeafMetrics::default().text(&Levels::default());
        let series = |name: &str| text.lines().filter(|line| line.starts_with(name)).count();
        let requests = (Call::ALL.len() + AttemptKind::ALL.len()) * Outcome::ALL.len();
        assert_eq!(series("gleaner_leaf_requests_total{"), requests);
        assert_eq!(series("gleaner_leaf_queue_seconds_count{"), Call::ALL.len());
        assert_eq!(series("gleaner_leaf_cancelled_total{"), 2);
        assert_eq!(series("gleaner_leaf_shards{"), 3);
        assert_eq!(series("gleaner_leaf_twin_notices_sent_total{"), 3);
        assert_eq!(series("gleaner_leaf_search_coverage_ratio_count"), 1);
    }

    #[test]
    fn each_event_is_counted_in_its_own_series() {
        let metrics = LeafMetrics::default();
        for call in Call::ALL {
            metrics.request(call, None, Outcome::Cancelled);
        }
        metrics.request(Call::Search, Some(AttemptKind::Probe), Outcome::Ok);
        metrics.cancelled(Stage::Running);
        let text = metrics.text(&Levels::default());
        let ones = text.lines().filter(|line| line.ends_with("} 1"));
        let ones: Vec<&str> = ones.filter(|line| !line.contains("le=")).collect();
        assert_eq!(ones.len(), Call::ALL.len() + 2, "{ones:#?}");
        let probe = r#"gleaner_leaf_requests_total{call="search",kind="probe",outcome="ok"} 1"#;
        assert!(ones.contains(&probe), "{ones:#?}");
    }
}
