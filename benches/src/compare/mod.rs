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
/// A figure counts as worse if it is so by more than the threshold, and by more than both runs' rounds were apart.
#[derive(Debug, Args)]
#[command(
    after_help = "Example: cargo run --release -p benches -- compare benches/runs/2026-11-20-intel-xeon-2-cores target/bench-runs/2026-12-01-intel-xeon-2-cores"
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

/// Reads both runs and compares them.
pub(crate) fn run(flags: &CompareFlags) -> Result<Comparison, BenchError> {
    let (old, new) = (Run::read(&flags.old)?, Run::read(&flags.new)?);
    Ok(Comparison::of(&old, &new, flags.threshold))
}

fn threshold(text: &str) -> Result<f64, String> {
    let threshold: f64 = text.parse().map_err(|_| "it is no number".to_owned())?;
    if threshold.is_finite() && threshold >= 1.0 {
        Ok(threshold)
    } else {
        Err("it must be at least 1".to_owned())
    }
}
