//! What goes wrong, with which replicas, and when.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// A fault during a window of simulated time.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fault {
    /// What happens.
    pub effect: Effect,
    /// At which leaf; at all of them if none is named.
    #[serde(default)]
    pub leaf: Option<u32>,
    /// At which replica of it; at all of them, at the same time, if none is named.
    #[serde(default)]
    pub replica: Option<u32>,
    /// When it begins, after the start of the run.
    #[serde(default)]
    pub from_ms: u64,
    /// When it ends; never if not said.
    #[serde(default)]
    pub to_ms: Option<u64>,
}

/// What a fault does.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Effect {
    /// Requests that begin take this many times as long.
    Slow {
        /// The factor.
        factor: f64,
    },
    /// Connections are accepted and nothing is answered; at the end the process goes on where it stood.
    Hung,
    /// Connections are refused, and those under way break; at the end a new process is there.
    Dead,
    /// Dead again and again, beginning with a time alive.
    Flapping {
        /// Time alive.
        up_ms: u64,
        /// Time dead.
        down_ms: u64,
    },
}

impl Fault {
    pub(super) fn makes_sense(&self, leaves: u32, replicas: u32) -> bool {
        let effect = match self.effect {
            Effect::Slow { factor } => factor > 0.0 && factor <= 1e6,
            Effect::Hung | Effect::Dead => true,
            Effect::Flapping { up_ms, down_ms } => up_ms > 0 && down_ms > 0,
        };
        effect
            && self.leaf.is_none_or(|leaf| leaf < leaves)
            && self.replica.is_none_or(|replica| replica < replicas)
            && self.to_ms.is_none_or(|to| to > self.from_ms)
    }

    fn concerns(&self, leaf: u32, replica: u32) -> bool {
        self.leaf.is_none_or(|named| named == leaf) && self.replica.is_none_or(|named| named == replica)
    }

    fn end_ms(&self) -> u64 {
        self.to_ms.unwrap_or(u64::MAX)
    }

    fn active(&self, at_ms: u64) -> bool {
        (self.from_ms..self.end_ms()).contains(&at_ms)
    }

    /// The next window in which the process is dead that ends after `at_ms`.
    fn dead_window(&self, at_ms: u64) -> Option<(u64, u64)> {
        let window = match self.effect {
            Effect::Dead => (self.from_ms, self.end_ms()),
            Effect::Flapping { up_ms, down_ms } => {
                let period = up_ms.saturating_add(down_ms);
                let turn = at_ms.saturating_sub(self.from_ms) / period;
                let start = self
                    .from_ms
                    .saturating_add(turn.saturating_mul(period))
                    .saturating_add(up_ms);
                (start, start.saturating_add(down_ms).min(self.end_ms()))
            }
            Effect::Slow { .. } | Effect::Hung => return None,
        };
        (at_ms < window.1 && window.0 < self.end_ms()).then_some(window)
    }

    /// How many times a new process has been started until `at_ms`.
    fn restarts(&self, at_ms: u64) -> u64 {
        match self.effect {
            Effect::Dead => u64::from(at_ms >= self.end_ms()),
            Effect::Flapping { up_ms, down_ms } => {
                at_ms.min(self.end_ms()).saturating_sub(self.from_ms) / up_ms.saturating_add(down_ms)
            }
            Effect::Slow { .. } | Effect::Hung => 0,
        }
    }
}

/// One replica's faults. Times are since the start of the run.
#[derive(Clone, Debug, Default)]
pub(super) struct ReplicaFaults(Vec<Fault>);

impl ReplicaFaults {
    pub(super) fn of(faults: &[Fault], leaf: u32, replica: u32) -> Self {
        let mine = faults.iter().filter(|fault| fault.concerns(leaf, replica));
        Self(mine.cloned().collect())
    }

    /// Whether nothing ever goes wrong.
    pub(super) fn none(&self) -> bool {
        self.0.is_empty()
    }

    /// The factor of the service time.
    pub(super) fn factor(&self, at: Duration) -> f64 {
        let slow = |fault: &Fault| match fault.effect {
            Effect::Slow { factor } if fault.active(ms(at)) => factor,
            _ => 1.0,
        };
        self.0.iter().map(slow).product()
    }

    /// When it next is dead: now, if the time is not after `at`.
    pub(super) fn death(&self, at: Duration) -> Option<Duration> {
        let starts = self.0.iter().filter_map(|fault| fault.dead_window(ms(at)));
        starts.map(|(start, _)| Duration::from_millis(start)).min()
    }

    /// Whether it is dead.
    pub(super) fn dead(&self, at: Duration) -> bool {
        self.death(at).is_some_and(|death| death <= at)
    }

    /// If it hangs: until when.
    pub(super) fn hung(&self, at: Duration) -> Option<Duration> {
        let hung = |fault: &&Fault| fault.effect == Effect::Hung && fault.active(ms(at));
        let ends = self.0.iter().filter(hung).map(Fault::end_ms);
        ends.max().map(Duration::from_millis)
    }

    /// How many times a new process has been started.
    pub(super) fn restarts(&self, at: Duration) -> u64 {
        self.0.iter().map(|fault| fault.restarts(ms(at))).sum()
    }
}

fn ms(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn at(ms: u64) -> Duration {
        Duration::from_millis(ms)
    }

    fn only(effect: Effect, from_ms: u64, to_ms: Option<u64>) -> ReplicaFaults {
        let fault = Fault {
            effect,
            leaf: Some(1),
            replica: None,
            from_ms,
            to_ms,
        };
        assert!(ReplicaFaults::of(std::slice::from_ref(&fault), 0, 0).none());
        ReplicaFaults::of(&[fault], 1, 0)
    }

    #[test]
    fn a_fault_lasts_for_its_window() {
        let slow = only(Effect::Slow { factor: 3.0 }, 10, Some(20));
        assert_eq!(
            [9, 10, 19, 20].map(|ms| slow.factor(at(ms))),
            [1.0, 3.0, 3.0, 1.0]
        );
        let hung = only(Effect::Hung, 10, Some(20));
        assert_eq!((hung.hung(at(9)), hung.hung(at(10))), (None, Some(at(20))));
        let dead = only(Effect::Dead, 10, Some(20));
        assert_eq!([9, 10, 20].map(|ms| dead.dead(at(ms))), [false, true, false]);
        assert_eq!((dead.death(at(3)), dead.death(at(20))), (Some(at(10)), None));
        assert_eq!((dead.restarts(at(19)), dead.restarts(at(20))), (0, 1));
    }

    #[test]
    fn a_flapping_replica_dies_again_and_again() {
        let flapping = only(
            Effect::Flapping {
                up_ms: 10,
                down_ms: 5,
            },
            100,
            Some(140),
        );
        let dead: Vec<u64> = (90..150).filter(|ms| flapping.dead(at(*ms))).collect();
        assert_eq!(dead, [110, 111, 112, 113, 114, 125, 126, 127, 128, 129]);
        assert_eq!((flapping.restarts(at(114)), flapping.restarts(at(130))), (0, 2));
    }
}
