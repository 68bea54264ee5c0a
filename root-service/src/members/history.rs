//! What a root has seen of one leaf's replicas: how long they took, and what the judge makes of it. The replicas share it.

use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;
use rand::rngs::StdRng;
use shared::ids::Leaf;
use shared::wire::AttemptKind;
use tokio::time::Instant;

use super::ejection::{Judge, Standing, Told, Verdict};
use super::in_flight::End;
use super::latencies::{LeafLatencies, Phase};
use crate::attempt::AttemptRecord;
use crate::metrics::RootMetrics;

/// One leaf's history.
pub struct LeafHistory {
    leaf: Leaf,
    /// How long attempts took lately, by round.
    pub latencies: LeafLatencies,
    judge: Mutex<(Judge, StdRng)>,
    metrics: Arc<RootMetrics>,
}

impl LeafHistory {
    /// A leaf of which nothing was seen yet.
    pub(super) fn new(leaf: Leaf, judge: Judge, rng: StdRng, metrics: Arc<RootMetrics>) -> Self {
        Self {
            leaf,
            latencies: LeafLatencies::default(),
            judge: Mutex::new((judge, rng)),
            metrics,
        }
    }

    /// Whether a replica with so many requests in flight should be asked.
    pub(super) fn standing(&self, replica: u32, in_flight: u32) -> Standing {
        self.judge.lock().0.standing(replica as usize, in_flight)
    }

    /// What a replica of the leaf typically needs.
    pub(super) fn typical(&self) -> Option<Duration> {
        self.judge.lock().0.typical()
    }

    /// A new process of a replica is there.
    pub(super) fn restarted(&self, replica: u32) {
        self.judge.lock().0.restarted(replica as usize);
    }

    /// Whether a replica should be probed now, and how long an answer may take.
    pub(super) fn probe(&self, replica: u32, now: Instant) -> Option<Duration> {
        self.judge.lock().0.probe(replica as usize, now)
    }

    /// An attempt ended.
    pub(super) fn ended(&self, record: &AttemptRecord, end: End, told: Told) -> Option<Verdict> {
        self.metrics.attempt(record);
        let probe = record.kind == AttemptKind::Probe;
        let took = record.ended.saturating_duration_since(record.began);
        // A cancelled attempt counts with the time that it was given: leaving it out would cut off the tail.
        if !probe && matches!(end, End::Answered | End::Beaten | End::Cancelled) {
            self.latencies.record(record.phase, took);
        }
        let told = in_phase(record.phase, told);
        let verdict = {
            let (judge, rng) = &mut *self.judge.lock();
            let replica = record.replica as usize;
            if probe {
                judge.probed(replica, told, record.ended, rng)
            } else {
                judge.told(replica, told, record.ended)
            }
        };
        self.announce(record.replica, verdict)
    }

    /// A probe was wanted, and was not sent.
    pub(super) fn not_probed(&self, replica: u32, now: Instant) {
        let (judge, rng) = &mut *self.judge.lock();
        judge.probed(replica as usize, Told::Nothing, now, rng);
    }

    fn announce(&self, replica: u32, verdict: Option<Verdict>) -> Option<Verdict> {
        let name = || format!("leaf-{}/{replica}", self.leaf);
        match verdict? {
            Verdict::Suspected(cause) => {
                tracing::debug!(replica = name(), cause = cause.name(), "replica under suspicion");
            }
            Verdict::Cleared => tracing::debug!(replica = name(), "replica cleared by a probe"),
            Verdict::Ejected(cause, lasts) => {
                self.metrics.ejected(self.leaf.0, replica, cause);
                let (cause, for_ms) = (cause.name(), lasts.as_millis());
                tracing::warn!(replica = name(), cause, for_ms, "replica ejected");
            }
            Verdict::Returned => tracing::info!(replica = name(), "ejected replica serves again"),
        }
        verdict
    }
}

/// Latencies are compared in one round only: the others are of another size.
fn in_phase(phase: Phase, told: Told) -> Told {
    match (phase, told) {
        (Phase::Query, told) => told,
        (_, Told::Answered(_)) => Told::Worked,
        (_, Told::Beaten(_) | Told::GivenUp(_)) => Told::Nothing,
        (_, told) => told,
    }
}
