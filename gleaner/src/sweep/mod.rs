//! `gleaner load sweep`: local clusters of many shapes, loaded once, and measured one after the other.
//!
//! - `material` is the corpus and the query log; `lab` starts clusters on what the first of them has indexed, with
//!   `shard_folders`;
//! - `course` is what is measured in which order; `alone` asks single queries, `point` runs the log at a rate, `probe` reads what
//!   processes say meanwhile;
//! - `check` refuses what cannot come to a good end;
//! - `show` is the terminal and `file` the result. What can be decided without processes is in `benches::sweep`.

mod alone;
mod check;
mod course;
mod error;
mod file;
mod lab;
mod machine;
mod material;
mod point;
mod probe;
mod shard_folders;
mod show;

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use benches::measured::{self, Corpus, Objective, QueryLog, Sweep};
use benches::sweep::Grid;
use tokio::task::spawn_blocking;

use crate::interrupt::Interrupts;
use crate::screen::Screen;
pub use error::SweepError;
use lab::Lab;
pub use material::{find_corpus, find_queries};
use show::Show;

/// Of the given time, what loading and starting the first cluster may take before the grid counts as too large.
const LOADING_SHARE: f64 = 0.1;

/// What a sweep measures.
#[derive(Clone, Debug)]
pub struct SweepConfig {
    /// The program with the commands `root` and `leaf`.
    pub program: PathBuf,
    /// The corpus.
    pub corpus: PathBuf,
    /// Load only so many documents.
    pub documents_max: Option<u64>,
    /// The query log.
    pub queries: PathBuf,
    /// The fields that are searched; none: those that hold text.
    pub fields: Vec<String>,
    /// Which clusters.
    pub grid: Grid,
    /// Shards of the index.
    pub shards: u32,
    /// What a cluster is to meet.
    pub objective: Objective,
    /// How long a search may take.
    pub search_timeout: Duration,
    /// Hits of a page.
    pub size: u32,
    /// Whether hits come with their documents.
    pub source: bool,
    /// Rates at which all shapes are measured; none: made of what the clusters can bear.
    pub rates: Vec<f64>,
    /// Queries that are asked alone.
    pub profile_queries: usize,
    /// How long everything may take.
    pub time: Duration,
    /// Queries and their times follow from it.
    pub seed: u64,
    /// A folder for the clusters, kept; none: a temporary one.
    pub data: Option<PathBuf>,
    /// The file with the result.
    pub json: PathBuf,
}

/// How a sweep ended.
enum Ended {
    /// Everything was measured.
    Whole,
    /// Somebody had seen enough.
    Interrupted,
}

/// Runs a sweep and writes what it found, also if it is ended early or fails in between.
///
/// # Errors
/// [`SweepError`].
pub async fn run(config: SweepConfig) -> Result<ExitCode, SweepError> {
    let screen = Screen::of_process();
    let mut interrupts = Interrupts::listen()?;
    let checked = config.clone();
    // Before anything is started: what could only fail at the end.
    spawn_blocking(move || check::all(&checked))
        .await
        .map_err(std::io::Error::other)??;
    let mut lab = Lab::open(config.program.clone(), config.data.clone(), config.search_timeout)?;
    let mut found = nothing_yet(&config);
    let show = Show::begin(&screen, config.time, config.objective);
    let outcome = tokio::select! {
        outcome = course::run(&config, &show, &mut lab, &mut found) => outcome.map(|()| Ended::Whole),
        () = interrupts.next() => Ok(Ended::Interrupted),
    };
    found.took_seconds = show.elapsed().as_secs_f64();
    let closing = async {
        if outcome.is_err() {
            if let Some(logs) = lab.close_with_logs().await {
                let kept = format!("what its processes had to say is kept in {}", logs.display());
                show.line(&kept);
            }
        } else {
            lab.close().await;
        }
    };
    // A second Ctrl-C is heard, too; processes and folder go all the same then, but are not waited for.
    tokio::select! {
        () = show.during("stopping", closing) => {}
        () = interrupts.next() => {}
    }
    drop(show);
    match &outcome {
        Ok(Ended::Whole) => {}
        Ok(Ended::Interrupted) => found
            .notes
            .push("Ended early by whoever ran it: what is missing was not measured.".to_owned()),
        Err(error) => found.notes.push(format!("Ended early by an error: {error}")),
    }
    let is_worth_keeping = !found.profiles.is_empty() || !found.points.is_empty();
    if is_worth_keeping {
        // What was found is shown whether or not it can be written.
        file::summarize(&screen, &found);
        file::write(&config.json, &found).await?;
        screen.line(format_args!("written to {}", config.json.display()));
    }
    outcome.map(|ended| match ended {
        Ended::Whole => ExitCode::SUCCESS,
        Ended::Interrupted => ExitCode::FAILURE,
    })
}

fn nothing_yet(config: &SweepConfig) -> Sweep {
    Sweep {
        version: measured::VERSION,
        began_ms: u64::try_from(shared::clock::now_ms()).unwrap_or(0),
        took_seconds: 0.0,
        machine: machine::here(),
        corpus: Corpus {
            shards: config.shards,
            ..Corpus::default()
        },
        queries: QueryLog::default(),
        objective: config.objective,
        timeout_ms: u64::try_from(config.search_timeout.as_millis()).unwrap_or(u64::MAX),
        size: config.size,
        source: config.source,
        profiles: Vec::new(),
        one_shard: None,
        points: Vec::new(),
        highest: Vec::new(),
        notes: Vec::new(),
    }
}
