//! Two runs beside each other: what became slower, by more than a threshold and more than the runs' own noise.

mod judge;
#[cfg(test)]
mod judge_tests;
mod table;

use std::path::PathBuf;

use clap::Args;

use crate::error::BenchError;
use crate::runs::folder::Run;

pub(crate) use judge::Comparison;

/// Compare two runs; the exit code is 1 if something became slower.
///
/// A figure counts as worse if it is so by more than the threshold, and by more than the rounds of both runs together were
/// apart: those of the one do not overlap with those of the other then. The exit code is 2 if the runs cannot be compared.
#[derive(Debug, Args)]
#[command(
    after_help = "Example: make bench-compare OLD=benches/runs/2026-11-20-intel-xeon-2-cores NEW=target/bench-runs/2026-12-01-intel-xeon-2-cores"
)]
pub(crate) struct CompareFlags {
    /// The folder of the run before.
    old: PathBuf,
    /// The folder of the run after.
    new: PathBuf,
    /// How many times as bad a figure must have become.
    #[arg(long, default_value_t = 1.10, value_parser = threshold)]
    threshold: f64,
}

/// Reads both runs and compares them; they must have something in common.
pub(crate) fn run(flags: &CompareFlags) -> Result<Comparison, BenchError> {
    let (old, new) = (Run::read(&flags.old)?, Run::read(&flags.new)?);
    let comparison = Comparison::of(&old, &new, flags.threshold);
    if comparison.rows.is_empty() {
        return Err(BenchError::NothingInCommon);
    }
    Ok(comparison)
}

fn threshold(text: &str) -> Result<f64, String> {
    let threshold: f64 = text.parse().map_err(|_| "it is no number".to_owned())?;
    if threshold.is_finite() && threshold >= 1.0 {
        Ok(threshold)
    } else {
        Err("it must be at least 1".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::runs::entry::{Measurement, Suite, Unit, combined};
    use crate::runs::machine::tests::machine;

    #[test]
    fn runs_without_a_common_figure_cannot_be_compared() {
        let folder = tempfile::tempdir().unwrap();
        let written = |name: &str, figure: &str| {
            let entries = combined(&[vec![Measurement::new(figure, 2.0, Unit::Nanoseconds)]]);
            let suite = "micro".to_owned();
            let run = Run {
                machine: machine(2),
                suites: vec![Suite { suite, entries }],
            };
            let inside = folder.path().join(name);
            run.write(&inside).unwrap();
            inside
        };
        let (old, new) = (written("old", "merge"), written("new", "race"));
        let compared = |new| {
            run(&CompareFlags {
                old: old.clone(),
                new,
                threshold: 1.10,
            })
        };
        assert!(matches!(compared(new), Err(BenchError::NothingInCommon)));
        assert!(compared(old.clone()).is_ok());
    }
}
