//! The reports as files: JSON for programs, with what was planned, and the seconds as CSV for spreadsheets.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use benches::load::LoadPlan;
use benches::measured::{Arrivals, LoadReport, Objective, VERSION};
use serde::{Deserialize, Serialize};

use super::{LoadCommandError, LoadConfig};

/// What `gleaner load --json` writes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LoadFile {
    /// [`VERSION`]: another one means that something means something else.
    pub version: u32,
    /// What was to be done at each service.
    pub plan: PlanWritten,
    /// What the first service was to meet.
    pub objective: Option<Objective>,
    /// The services, the first one first.
    pub targets: Vec<TargetWritten>,
}

/// What was to be done, without anything secret.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PlanWritten {
    /// How requests followed each other.
    pub arrivals: Arrivals,
    /// Seconds before it counted.
    pub warmup_seconds: f64,
    /// Seconds that counted, of each service.
    pub duration_seconds: f64,
    /// The generator's own patience.
    pub timeout_ms: u64,
    /// The seed of gaps, queries and the mix.
    pub seed: u64,
    /// Threads of the generator.
    pub threads: u32,
    /// The share of writes, 0 to 1.
    pub write_share: f64,
    /// Whether all services got their load at once.
    pub at_once: bool,
    /// Turns that they took otherwise.
    pub turns: u32,
}

/// A service and what was found.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TargetWritten {
    /// The index that was searched and written to.
    pub index: String,
    /// What was found.
    pub report: LoadReport,
}

/// Writes the files that are wanted.
pub(super) fn write(config: &LoadConfig, reports: &[LoadReport]) -> Result<(), LoadCommandError> {
    if let Some(path) = &config.json {
        let mut json = serde_json::to_vec_pretty(&file(config, reports))?;
        json.push(b'\n');
        put(path, &json)?;
    }
    if let Some(path) = &config.csv {
        put(path, csv(reports).as_bytes())?;
    }
    Ok(())
}

fn put(path: &Path, bytes: &[u8]) -> Result<(), LoadCommandError> {
    fs::write(path, bytes).map_err(|source| LoadCommandError::File {
        path: path.to_owned(),
        source,
    })
}

fn file(config: &LoadConfig, reports: &[LoadReport]) -> LoadFile {
    let plan: &LoadPlan = &config.plans[0];
    let target = |(plan, report): (&LoadPlan, &LoadReport)| TargetWritten {
        index: plan.index.clone(),
        report: report.clone(),
    };
    let writes = config.material.writes.as_ref();
    LoadFile {
        version: VERSION,
        plan: PlanWritten {
            arrivals: plan.arrivals,
            warmup_seconds: plan.warmup.as_secs_f64(),
            duration_seconds: plan.duration.as_secs_f64(),
            timeout_ms: u64::try_from(plan.timeout.as_millis()).unwrap_or(u64::MAX),
            seed: plan.seed,
            threads: u32::try_from(plan.threads).unwrap_or(u32::MAX),
            write_share: writes.map_or(0.0, |writes| writes.share),
            at_once: config.at_once,
            turns: config.turns,
        },
        objective: config.objective,
        targets: config.plans.iter().zip(reports).map(target).collect(),
    }
}

/// A line for each second of each service.
fn csv(reports: &[LoadReport]) -> String {
    let mut text = "target,second,due,complete,others,p50_ms,p99_ms\n".to_owned();
    for (target, report) in reports.iter().enumerate() {
        for (nth, second) in report.timeline.iter().enumerate() {
            let (due, complete, others) = (second.due, second.complete, second.others);
            // Writing to a string does not fail.
            let _ = writeln!(
                text,
                "{target},{nth},{due},{complete},{others},{},{}",
                second.p50_ms, second.p99_ms
            );
        }
    }
    text
}

#[cfg(test)]
#[path = "files_tests.rs"]
mod tests;
