//! How many replicas a root has ejected, from its metrics, as an operator would count them.

use std::iter::Sum;
use std::sync::Arc;

use root_service::members::{EjectionCause, Replica, Standing};
use root_service::metrics::Levels;
use root_service::search::Searches;

/// Ejections since the start of the run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Ejections {
    /// Replicas that were ejected. Probes that find one no better prolong its ejection, and are not counted.
    pub(super) begun: u64,
    /// Of these, those that serve again.
    pub(super) ended: u64,
}

impl Ejections {
    /// Those of one root.
    pub(super) fn of(root: &Searches) -> Self {
        let begun = begun(&root.metrics.text(&Levels::default()));
        let is_ejected = |replica: &&Arc<Replica>| replica.standing() == Standing::Ejected;
        let now = root.members.replicas().filter(is_ejected).count() as u64;
        Self {
            begun,
            ended: begun.saturating_sub(now),
        }
    }
}

impl Sum for Ejections {
    fn sum<I: Iterator<Item = Self>>(all: I) -> Self {
        all.fold(Self::default(), |sum, one| Self {
            begun: sum.begun + one.begun,
            ended: sum.ended + one.ended,
        })
    }
}

/// The ejections that the metrics count, without those that prolong one.
fn begun(metrics: &str) -> u64 {
    let count = |line: &str| {
        let (labels, count) = line
            .strip_prefix("gleaner_root_ejections_total{")?
            .split_once('}')?;
        let prolongs = labels.contains(&format!("cause=\"{}\"", EjectionCause::Probe.name()));
        if prolongs {
            None
        } else {
            count.trim().parse::<u64>().ok()
        }
    };
    metrics.lines().filter_map(count).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn probes_that_prolong_an_ejection_are_no_ejections() {
        let metrics = r#"# TYPE gleaner_root_ejections counter
gleaner_root_ejections_total{leaf="0",replica="1",cause="slowness"} 2
gleaner_root_ejections_total{leaf="0",replica="1",cause="probe"} 7
gleaner_root_ejections_total{leaf="3",replica="0",cause="failures"} 1
gleaner_root_budget_tokens 5"#;
        assert_eq!(begun(metrics), 3);
    }
}
