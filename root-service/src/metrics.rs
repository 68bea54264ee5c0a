//! What a root counts and measures, as `GET /metrics` shows it.
//!
//! Series of closed sets of labels are all there from the beginning, at zero, so that rates are right from the first event on.

use std::sync::atomic::AtomicU64;
use std::time::Duration;

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};
use shared::metrics::{self, counters, histograms, observe};
use shared::wire::AttemptKind;

use crate::attempt::{AttemptEnd, AttemptRecord};
use crate::members::{EjectionCause, Phase};
use crate::search::Coverage;

/// The metrics of one root.
#[derive(Debug)]
pub struct RootMetrics {
    registry: Registry,
    /// By round, kind and outcome; see [`place`].
    attempts: Vec<Counter>,
    attempt_seconds: Vec<Histogram>,
    round_seconds: Vec<Histogram>,
    budget_refused: Vec<Counter>,
    ejections: Family<EjectionLabels, Counter>,
    searches: Vec<Counter>,
    search_seconds: Histogram,
    coverage: Histogram,
    /// Gauges, set when the metrics are read.
    gauges: Gauges,
}

type Decimal = Gauge<f64, AtomicU64>;

#[derive(Debug, Default)]
struct Gauges {
    budget: Decimal,
    ejected: Family<ReplicaLabels, Gauge>,
    hedge_delay: Family<LeafLabels, Decimal>,
    running: Gauge,
    running_max: Gauge,
}

/// What stands in a root's gauges at one moment.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Levels {
    /// Tokens of the attempt budget.
    pub budget_tokens: f64,
    /// Each replica, by leaf and number, and whether it is ejected.
    pub replicas: Vec<(u32, u32, bool)>,
    /// After how long each leaf's query round is hedged.
    pub hedge_delays: Vec<(u32, Duration)>,
    /// Searches under way.
    pub searches_running: u64,
    /// How many may be.
    pub searches_running_max: u64,
}

/// How a search ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SearchEnd {
    /// With all documents covered.
    Complete,
    /// With some of them covered.
    Partial,
    /// With an error.
    Failed,
    /// Refused because too many were under way.
    Rejected,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct AttemptLabels {
    round: &'static str,
    kind: &'static str,
    outcome: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct KindLabels {
    kind: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RoundLabels {
    round: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OutcomeLabels {
    outcome: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct LeafLabels {
    leaf: u32,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct ReplicaLabels {
    leaf: u32,
    replica: u32,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct EjectionLabels {
    leaf: u32,
    replica: u32,
    cause: &'static str,
}

impl SearchEnd {
    const ALL: [Self; 4] = [Self::Complete, Self::Partial, Self::Failed, Self::Rejected];

    fn name(self) -> &'static str {
        match self {
            Self::Complete => "complete",
            Self::Partial => "partial",
            Self::Failed => "failed",
            Self::Rejected => "rejected",
        }
    }
}

/// Where the counter of attempts of a round, a kind and an outcome is.
fn place(phase: Phase, kind: AttemptKind, end: AttemptEnd) -> usize {
    (phase as usize * AttemptKind::ALL.len() + kind as usize) * AttemptEnd::ALL.len() + end as usize
}

impl Default for RootMetrics {
    fn default() -> Self {
        let mut registry = Registry::with_prefix("gleaner_root");
        let names = Phase::ALL.map(|phase| RoundLabels { round: phase.name() });
        let attempt_seconds = histograms(
            &mut registry,
            "attempt",
            "How long attempts took that won, by round",
            names.clone(),
        );
        let round_seconds = histograms(
            &mut registry,
            "round",
            "How long the rounds of searches took, all leaves included",
            names,
        );
        let kinds = AttemptKind::ALL.map(|kind| KindLabels { kind: kind.name() });
        let budget_refused = counters(
            &mut registry,
            "budget_refusals",
            "Attempts beyond the first that were wanted and that the budget had no token for",
            kinds,
        );
        let ends = SearchEnd::ALL.map(|end| OutcomeLabels { outcome: end.name() });
        let searches = counters(&mut registry, "searches", "Searches by outcome", ends);
        let ejections = Family::default();
        registry.register("ejections", "Ejections of replicas by cause", ejections.clone());
        let search_seconds = metrics::latencies();
        let help = "How long searches took, from their arrival to the end of the fetch";
        registry.register_with_unit("search", help, Unit::Seconds, search_seconds.clone());
        let coverage = metrics::shares();
        let help = "The share of the documents that answers of searches cover";
        registry.register_with_unit(
            "search_coverage",
            help,
            Unit::Other("ratio".to_owned()),
            coverage.clone(),
        );
        Self {
            attempts: attempts(&mut registry),
            attempt_seconds,
            round_seconds,
            budget_refused,
            ejections,
            searches,
            search_seconds,
            coverage,
            gauges: Gauges::registered(&mut registry),
            registry,
        }
    }
}

fn attempts(registry: &mut Registry) -> Vec<Counter> {
    let labels = Phase::ALL.into_iter().flat_map(|phase| {
        AttemptKind::ALL.into_iter().flat_map(move |kind| {
            AttemptEnd::ALL.map(|end| AttemptLabels {
                round: phase.name(),
                kind: kind.name(),
                outcome: end.name(),
            })
        })
    });
    counters(
        registry,
        "attempts",
        "Requests to leaves by round, kind and outcome",
        labels,
    )
}

impl Gauges {
    fn registered(registry: &mut Registry) -> Self {
        let gauges = Self::default();
        registry.register(
            "budget_tokens",
            "Attempts beyond the first that the budget would allow now",
            gauges.budget.clone(),
        );
        registry.register(
            "replica_ejected",
            "1 for a replica that this root has ejected",
            gauges.ejected.clone(),
        );
        registry.register_with_unit(
            "hedge_delay",
            "How long a leaf's query is waited for before it is hedged",
            Unit::Seconds,
            gauges.hedge_delay.clone(),
        );
        registry.register("searches_running", "Searches under way", gauges.running.clone());
        registry.register(
            "searches_running_max",
            "How many searches may be under way; it falls when leaves are overloaded",
            gauges.running_max.clone(),
        );
        gauges
    }

    fn set(&self, levels: &Levels) {
        let whole = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
        self.budget.set(levels.budget_tokens);
        self.running.set(whole(levels.searches_running));
        self.running_max.set(whole(levels.searches_running_max));
        for (leaf, replica, ejected) in levels.replicas.iter().copied() {
            self.ejected
                .get_or_create(&ReplicaLabels { leaf, replica })
                .set(i64::from(ejected));
        }
        for (leaf, delay) in levels.hedge_delays.iter().copied() {
            self.hedge_delay
                .get_or_create(&LeafLabels { leaf })
                .set(delay.as_secs_f64());
        }
    }
}

impl RootMetrics {
    /// An attempt ended.
    pub fn attempt(&self, record: &AttemptRecord) {
        self.attempts[place(record.phase, record.kind, record.end)].inc();
        if record.end == AttemptEnd::Won {
            let took = record.ended.saturating_duration_since(record.began);
            observe(&self.attempt_seconds[record.phase as usize], took);
        }
    }

    /// The budget had no token for an attempt.
    pub fn budget_refused(&self, kind: AttemptKind) {
        self.budget_refused[kind as usize].inc();
    }

    /// A round of a search ended.
    pub fn round(&self, phase: Phase, took: Duration) {
        observe(&self.round_seconds[phase as usize], took);
    }

    /// A replica was ejected.
    pub fn ejected(&self, leaf: u32, replica: u32, cause: EjectionCause) {
        let cause = cause.name();
        self.ejections
            .get_or_create(&EjectionLabels { leaf, replica, cause })
            .inc();
    }

    /// A search ended after so long.
    pub fn search(&self, end: SearchEnd, took: Duration) {
        self.searches[end as usize].inc();
        if end != SearchEnd::Rejected {
            observe(&self.search_seconds, took);
        }
    }

    /// A search was answered with this coverage.
    pub fn covered(&self, coverage: &Coverage) {
        self.coverage.observe(coverage.share());
    }

    /// Everything as text, with the gauges at these levels.
    pub fn text(&self, levels: &Levels) -> String {
        self.gauges.set(levels);
        metrics::text(&self.registry)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_attempt_has_a_place_of_its_own() {
        let metrics = RootMetrics::default();
        let mut places = std::collections::BTreeSet::new();
        for phase in Phase::ALL {
            for kind in AttemptKind::ALL {
                places.extend(AttemptEnd::ALL.map(|end| place(phase, kind, end)));
            }
        }
        assert_eq!(places.len(), metrics.attempts.len());
        assert_eq!(places.last(), Some(&(metrics.attempts.len() - 1)));
    }

    #[test]
    fn an_attempt_is_counted_under_its_labels() {
        let metrics = RootMetrics::default();
        let now = tokio::time::Instant::now();
        metrics.attempt(&AttemptRecord {
            leaf: shared::ids::Leaf(1),
            replica: 0,
            phase: Phase::Query,
            kind: AttemptKind::Hedge,
            began: now,
            ended: now + Duration::from_millis(3),
            end: AttemptEnd::Lost,
            work: None,
        });
        metrics.ejected(3, 1, EjectionCause::Slowness);
        let levels = Levels {
            budget_tokens: 1.5,
            replicas: vec![(3, 1, true)],
            ..Levels::default()
        };
        let text = metrics.text(&levels);
        for line in [
            r#"gleaner_root_attempts_total{round="query",kind="hedge",outcome="lost"} 1"#,
            r#"gleaner_root_attempts_total{round="query",kind="hedge",outcome="won"} 0"#,
            r#"gleaner_root_ejections_total{leaf="3",replica="1",cause="slowness"} 1"#,
            r#"gleaner_root_replica_ejected{leaf="3",replica="1"} 1"#,
            "gleaner_root_budget_tokens 1.5",
            r#"gleaner_root_searches_total{outcome="complete"} 0"#,
        ] {
            assert!(text.contains(line), "{line} is missing in\n{text}");
        }
    }
}
