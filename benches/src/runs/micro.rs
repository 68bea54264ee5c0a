//! The micro-benchmarks as a suite: their own program runs them, and leaves its estimates as JSON.

use std::collections::VecDeque;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use serde::Deserialize;
use tokio::io::{AsyncBufReadExt as _, AsyncRead, BufReader};
use tokio::process::Command;

use super::entry::{Measurement, Unit};
use crate::error::BenchError;

/// How much of what the program says to its standard error is kept, for the case that it fails.
const SAID_LINES_MAX: usize = 20;

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
    let program = settings.program()?;
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
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .map_err(|error| BenchError::Micro(format!("{}: {error}", program.display())))?;
    let (stdout, stderr) = (running.stdout.take(), running.stderr.take());
    let mut said = VecDeque::new();
    let show = |line: String| {
        if line.contains("time:") {
            eprintln!("  {line}");
        }
    };
    // Both at once: a pipe that nobody empties would hold the program up.
    tokio::try_join!(
        each_line(stdout, show),
        each_line(stderr, |line| keep(&mut said, line))
    )?;
    let status = running.wait().await?;
    if !status.success() {
        return Err(BenchError::MicroFailed {
            program: program.display().to_string(),
            status,
            said: said.into_iter().collect::<Vec<_>>().join("\n"),
        });
    }
    let mut measured = Vec::new();
    collect(home.path(), &mut measured)?;
    if measured.is_empty() {
        let only = settings.only.clone();
        return Err(BenchError::NoMicro { only });
    }
    Ok(measured)
}

impl MicroSettings {
    /// The program that will run.
    pub(crate) fn program(&self) -> Result<PathBuf, BenchError> {
        self.program.clone().map_or_else(newest, Ok)
    }
}

/// Keeps the last lines.
fn keep(said: &mut VecDeque<String>, line: String) {
    if said.len() == SAID_LINES_MAX {
        said.pop_front();
    }
    said.push_back(line);
}

async fn each_line(from: Option<impl AsyncRead + Unpin>, mut each: impl FnMut(String)) -> io::Result<()> {
    let Some(from) = from else { return Ok(()) };
    let mut lines = BufReader::new(from).lines();
    while let Some(line) = lines.next_line().await? {
        each(line);
    }
    Ok(())
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

    async fn error_of(program: &str) -> String {
        let settings = MicroSettings {
            program: Some(PathBuf::from(program)),
            only: Some("merge".to_owned()),
            warm_up_s: 0.1,
            measure_s: 0.1,
        };
        run(&settings).await.unwrap_err().to_string()
    }

    #[tokio::test]
    async fn a_program_that_fails_is_quoted() {
        // A shell knows none of the flags, and says so.
        let said = error_of("/bin/sh").await;
        assert!(
            said.contains("/bin/sh: exit status: 2. It said last:\n"),
            "{said}"
        );
        assert!(said.to_lowercase().contains("option"), "{said}");
    }

    #[tokio::test]
    async fn a_filter_without_a_match_is_an_error() {
        let said = error_of("/bin/true").await;
        assert!(said.contains("no name has a match of --only merge"), "{said}");
    }

    #[test]
    fn of_what_is_said_the_last_lines_are_kept() {
        let mut said = VecDeque::new();
        for line in 1..=1000 {
            keep(&mut said, line.to_string());
        }
        assert_eq!(
            (said.len(), said[0].as_str(), said[19].as_str()),
            (20, "981", "1000")
        );
    }

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
