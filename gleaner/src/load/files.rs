//! The reports as files: JSON for programs, with what was planned, and the seconds as CSV for spreadsheets.

use std::fmt::Write as _;
use std::io;
use std::path::{Path, PathBuf};

use benches::load::LoadPlan;
use benches::measured::{Arrivals, LoadReport, Objective, VERSION};
use serde::Serialize;
use tokio::task::spawn_blocking;

use super::{Found, LoadCommandError, LoadConfig, SearchesFrom, whole_file};

/// What `gleaner load --json` writes.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct LoadFile {
    /// [`VERSION`].
    pub version: u32,
    /// What was to be done at each service.
    pub plan: PlanWritten,
    /// What was sent.
    pub asked: AskedWritten,
    /// What the first service was to meet.
    pub objective: Option<Objective>,
    /// The services, the first one first.
    pub targets: Vec<TargetWritten>,
    /// What a reader has to know besides, in sentences.
    pub notes: Vec<String>,
}

/// What was sent: where it came from, and what was made of it.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct AskedWritten {
    /// The query log.
    pub queries: Option<PathBuf>,
    /// The body with a place for the query.
    pub body: Option<PathBuf>,
    /// Complete bodies.
    pub bodies: Option<PathBuf>,
    /// The fields that texts were searched in, unless a body says it.
    pub fields: Vec<String>,
    /// Hits asked for, unless a body says it; the service decides if nothing is said.
    pub size: Option<u32>,
    /// Whether documents came along, in the same way.
    pub source: Option<bool>,
    /// The documents that were written.
    pub corpus: Option<PathBuf>,
    /// Documents of one write.
    pub bulk: Option<usize>,
}

/// What was to be done, without anything secret.
#[derive(Clone, Debug, PartialEq, Serialize)]
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
    /// Whether they never slept.
    pub awake: bool,
    /// Connections that might be open at once.
    pub connections: usize,
    /// Requests that might wait for their answers at once.
    pub under_way: usize,
    /// The share of writes, 0 to 1.
    pub write_share: f64,
    /// Whether all services got their load at once.
    pub at_once: bool,
    /// Turns that they took otherwise.
    pub turns: u32,
}

/// A service and what was found.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TargetWritten {
    /// The index that was searched and written to.
    pub index: String,
    /// What was found.
    pub report: LoadReport,
}

/// Sees whether the files that are wanted can be written, before there is anything to lose.
pub(super) async fn prepare(config: &LoadConfig) -> Result<(), LoadCommandError> {
    for path in [&config.json, &config.csv].into_iter().flatten() {
        blocking(path, whole_file::prepare).await?;
    }
    Ok(())
}

/// Writes the files that are wanted.
pub(super) async fn write(config: &LoadConfig, found: &Found) -> Result<(), LoadCommandError> {
    if let Some(path) = &config.json {
        let mut json = serde_json::to_vec_pretty(&file(config, found))?;
        json.push(b'\n');
        blocking(path, move |path| whole_file::write(path, &json)).await?;
    }
    if let Some(path) = &config.csv {
        let text = csv(&found.reports);
        blocking(path, move |path| whole_file::write(path, text.as_bytes())).await?;
    }
    Ok(())
}

/// Runs file work on a blocking thread; an error names the file.
async fn blocking(
    path: &Path,
    work: impl FnOnce(&Path) -> io::Result<()> + Send + 'static,
) -> Result<(), LoadCommandError> {
    let to = path.to_owned();
    let outcome = spawn_blocking(move || work(&to)).await;
    let outcome = outcome.map_err(io::Error::other).flatten();
    outcome.map_err(|source| LoadCommandError::File {
        path: path.to_owned(),
        source,
    })
}

fn file(config: &LoadConfig, found: &Found) -> LoadFile {
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
            awake: plan.awake,
            connections: plan.connections_max,
            under_way: plan.under_way_max,
            write_share: writes.map_or(0.0, |writes| writes.share),
            at_once: config.at_once,
            turns: config.turns,
        },
        asked: asked(config, &found.fields),
        objective: config.objective,
        targets: config.plans.iter().zip(&found.reports).map(target).collect(),
        notes: found.notes.clone(),
    }
}

/// Files by their paths: what is in them may be anybody's.
fn asked(config: &LoadConfig, fields: &[String]) -> AskedWritten {
    let (searches, writes) = (&config.material.searches, &config.material.writes);
    let mut asked = AskedWritten {
        fields: fields.to_vec(),
        size: searches.as_ref().and_then(|searches| searches.size),
        source: searches.as_ref().and_then(|searches| searches.source),
        corpus: writes.as_ref().map(|writes| writes.corpus.clone()),
        bulk: writes.as_ref().map(|writes| writes.bulk),
        ..AskedWritten::default()
    };
    match searches.as_ref().map(|searches| &searches.from) {
        Some(SearchesFrom::Log { log, .. }) => asked.queries = Some(log.clone()),
        Some(SearchesFrom::Template { log, body }) => {
            asked.queries = Some(log.clone());
            asked.body = Some(body.clone());
        }
        Some(SearchesFrom::Bodies(bodies)) => asked.bodies = Some(bodies.clone()),
        None => {}
    }
    asked
}

/// A line for each second of each turn of each service. Times are empty where nothing was answered.
fn csv(reports: &[LoadReport]) -> String {
    let mut text = "target,turn,second,due,complete,others,p50_ms,p99_ms\n".to_owned();
    let cell = |ms: Option<f64>| ms.map_or_else(String::new, |ms| ms.to_string());
    for (target, report) in reports.iter().enumerate() {
        for turn in report.timeline.chunk_by(|a, b| a.turn == b.turn) {
            for (nth, second) in turn.iter().enumerate() {
                let (turn, due, complete, others) = (second.turn, second.due, second.complete, second.others);
                let (p50, p99) = (cell(second.p50_ms), cell(second.p99_ms));
                // Writing to a string does not fail.
                let _ = writeln!(
                    text,
                    "{target},{turn},{nth},{due},{complete},{others},{p50},{p99}"
                );
            }
        }
    }
    text
}

#[cfg(test)]
#[path = "files_tests.rs"]
mod tests;
