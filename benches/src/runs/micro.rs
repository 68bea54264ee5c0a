//! The micro-benchmarks as a suite: their own program runs them, and leaves its estimates as JSON.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use serde::Deserialize;
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::Command;

use super::entry::{Measurement, Unit};
use crate::error::BenchError;

/// How the micro-benchmarks are run.
#[derive(Clone, Debug)]
pub(crate) struct MicroSettings {
    /// Their program; by default the newest beside this one.
    pub program: Option<PathBuf>,
    /// Only those whose name has a match of this pattern.
    pub only: Option<String>,
    /// Seconds before each that do not count.
    pub warm_up_s: f64,
    /// Seconds that count, about.
    pub measure_s: f64,
}

/// What Criterion writes beside its estimates.
#[derive(Deserialize)]
struct Benchmark {
    full_id: String,
}

/// Criterion's estimates, in nanoseconds for each iteration.
#[derive(Deserialize)]
struct Estimates {
    median: Estimate,
}

#[derive(Deserialize)]
struct Estimate {
    point_estimate: f64,
}

/// Runs them once, and tells the median of each.
pub(crate) async fn run(settings: &MicroSettings) -> Result<Vec<Measurement>, BenchError> {
    let program = settings.program.clone().map_or_else(newest, Ok)?;
    let home = tempfile::tempdir()?;
    let mut running = Command::new(&program)
        .args(["--bench", "--noplot"])
        .args(["--warm-up-time", &settings.warm_up_s.to_string()])
        .args(["--measurement-time", &settings.measure_s.to_string()])
        .args(["--sample-size", "20"])
        .args(&settings.only)
        .env("CRITERION_HOME", home.path())
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .map_err(|error| BenchError::Micro(format!("{}: {error}", program.display())))?;
    if let Some(stdout) = running.stdout.take() {
        let mut lines = BufReader::new(stdout).lines();
        while let Some(line) = lines.next_line().await? {
            if line.contains("time:") {
                eprintln!("  {line}");
            }
        }
    }
    let status = running.wait().await?;
    if !status.success() {
        return Err(BenchError::Micro(format!("{}: {status}", program.display())));
    }
    let mut measured = Vec::new();
    collect(home.path(), &mut measured)?;
    Ok(measured)
}

/// The program that was built last: each set of features of the dependencies has one of its own.
fn newest() -> Result<PathBuf, BenchError> {
    let folder = std::env::current_exe()?.with_file_name("deps");
    let is_program = |path: &PathBuf| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        name.starts_with("micro-") && path.extension().is_none()
    };
    let mut programs = Vec::new();
    for file in fs::read_dir(&folder)? {
        let file = file?;
        if is_program(&file.path()) {
            programs.push((file.metadata()?.modified()?, file.path()));
        }
    }
    let newest = programs.into_iter().max();
    newest
        .map(|(_, path)| path)
        .ok_or_else(|| BenchError::Micro(format!("there is none in {}", folder.display())))
}

/// The medians under a folder: each benchmark has a folder `new` somewhere below.
fn collect(folder: &Path, into: &mut Vec<Measurement>) -> Result<(), BenchError> {
    let mut inside = Vec::new();
    for file in fs::read_dir(folder)? {
        let path = file?.path();
        if path.is_dir() {
            inside.push(path);
        }
    }
    inside.sort_unstable();
    for path in inside {
        let (benchmark, estimates) = (path.join("benchmark.json"), path.join("estimates.json"));
        if path.ends_with("new") && estimates.is_file() {
            let Benchmark { full_id } = serde_json::from_slice(&fs::read(benchmark)?)?;
            let Estimates { median } = serde_json::from_slice(&fs::read(estimates)?)?;
            into.push(Measurement::new(
                full_id,
                median.point_estimate,
                Unit::Nanoseconds,
            ));
        } else {
            collect(&path, into)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_medians_of_this_run_are_collected() {
        let home = tempfile::tempdir().unwrap();
        let benchmark = |of: &str, full_id: &str, median: f64| {
            let folder = home.path().join(of);
            fs::create_dir_all(&folder).unwrap();
            let id = serde_json::json!({"group_id": "g", "full_id": full_id});
            fs::write(folder.join("benchmark.json"), id.to_string()).unwrap();
            let estimates = serde_json::json!({"mean": {}, "median": {"point_estimate": median}});
            fs::write(folder.join("estimates.json"), estimates.to_string()).unwrap();
        };
        benchmark("merge/by score/2 leaves/new", "merge/by score/2 leaves", 7.5);
        benchmark("merge/by score/2 leaves/base", "merge/by score/2 leaves", 9.0);
        benchmark("race/new", "race", 3.0);
        let mut measured = Vec::new();
        collect(home.path(), &mut measured).unwrap();
        let expected = [("merge/by score/2 leaves", 7.5), ("race", 3.0)];
        assert_eq!(
            measured,
            expected.map(|(name, ns)| Measurement::new(name, ns, Unit::Nanoseconds))
        );
    }
}
