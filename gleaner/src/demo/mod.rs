//! `gleaner demo`: a cluster, real text, queries, two failures, and the same queries again.

mod error;
mod latency;
mod load;
mod material;
mod questions;
mod show;
mod storm;
mod vocabulary;

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use tempfile::TempDir;
use tokio::time::Instant;

use crate::cluster::{self, Cluster, ClusterPlan, Event, Events};
use crate::interrupt::Interrupts;
use crate::screen::Screen;
pub use error::DemoError;
use material::Material;
use questions::Answered;

/// How long the replicas of a leaf may differ before the show goes on.
const CATCH_UP_MAX: Duration = Duration::from_mins(2);

/// What is shown, and where.
#[derive(Clone, Debug)]
pub struct DemoConfig {
    /// The cluster; its folder counts only if it is kept.
    pub cluster: ClusterPlan,
    /// What becomes of its folder.
    pub data: DataFolder,
    /// The text to load; the local cargo registry if there is none.
    pub corpus: Option<PathBuf>,
    /// Load only so many documents.
    pub documents_max: Option<u64>,
    /// End after the show.
    pub exit: bool,
}

/// What becomes of the cluster's folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DataFolder {
    /// A folder of its own, removed at the end.
    Temporary,
    /// The plan's.
    Kept,
}

/// How the show ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Verdict {
    /// Every answer was complete, and the same before and after the failures.
    Complete,
    /// At least one was not.
    Incomplete,
    /// Somebody had seen enough.
    Interrupted,
}

/// Runs the demo. The exit code says whether every answer was complete, if it ends by itself.
///
/// # Errors
/// [`DemoError`].
pub async fn run(mut config: DemoConfig) -> Result<ExitCode, DemoError> {
    let screen = Screen::of_process();
    let mut interrupts = Interrupts::listen()?;
    // Found out first: whoever mistyped the path should not wait for a cluster.
    let material = Material::open(config.corpus.clone()).await?;
    // Removed when it is dropped, after the cluster has stopped.
    let _temporary = temporary_folder(&mut config)?;
    let (sender, mut events) = cluster::events();
    let started = Instant::now();
    let starting = screen.spinner("starting the processes");
    let cluster = tokio::select! {
        cluster = Cluster::start(&config.cluster, &sender) => cluster?,
        () = interrupts.next() => return Ok(ExitCode::SUCCESS),
    };
    drop(starting);
    show::opening(&screen, &config.cluster, &cluster, started.elapsed());
    let outcome = tokio::select! {
        outcome = perform(&screen, &config, &cluster, material) => outcome,
        () = interrupts.next() => Ok(Verdict::Interrupted),
        () = narrate(&mut events, &screen) => Ok(Verdict::Interrupted),
    };
    let has_audience = matches!(outcome, Ok(Verdict::Complete | Verdict::Incomplete));
    if has_audience && !config.exit {
        show::stays_up(&screen);
        tokio::select! {
            () = interrupts.next() => {}
            () = narrate(&mut events, &screen) => {}
        }
    }
    let stopping = screen.spinner("stopping");
    cluster.stop().await;
    drop(stopping);
    Ok(match outcome? {
        Verdict::Complete | Verdict::Interrupted => ExitCode::SUCCESS,
        Verdict::Incomplete => ExitCode::FAILURE,
    })
}

/// The acts of the show.
async fn perform(
    screen: &Screen,
    config: &DemoConfig,
    cluster: &Cluster,
    material: Material,
) -> Result<Verdict, DemoError> {
    let client = cluster.client();
    let (index, questions, fields) = (
        material.index.clone(),
        material.questions.clone(),
        material.fields.clone(),
    );
    load::load(screen, client, material, config).await?;
    let loaded = Instant::now();
    let waiting = screen.spinner("waiting until every replica has caught up");
    // One that is behind would be passed over, which is not what is shown here.
    let all_caught_up = cluster.caught_up(&index, CATCH_UP_MAX).await?;
    drop(waiting);
    show::caught_up(screen, all_caught_up, loaded.elapsed());
    let mut before: Vec<Answered> = Vec::new();
    show::heading(screen, "Some queries");
    for question in &questions {
        let answered = question.ask(client, &index).await?;
        show::answer(screen, question, &answered, &fields);
        before.push(answered);
    }
    let mut verdict = Verdict::Complete;
    if before.iter().any(|answered| !answered.answer.is_complete()) {
        verdict = Verdict::Incomplete;
    }
    match storm::Victims::choose(&config.cluster) {
        Some(victims) => {
            let survived = storm::storm(screen, cluster, &victims, &index, &questions, &before).await?;
            if !survived {
                verdict = Verdict::Incomplete;
            }
        }
        None => show::no_storm(screen),
    }
    show::to_try(screen, cluster.url(), &index, &questions);
    Ok(verdict)
}

fn temporary_folder(config: &mut DemoConfig) -> Result<Option<TempDir>, DemoError> {
    match config.data {
        DataFolder::Kept => Ok(None),
        DataFolder::Temporary => {
            let folder = tempfile::Builder::new().prefix("gleaner-demo-").tempdir()?;
            folder.path().clone_into(&mut config.cluster.data);
            Ok(Some(folder))
        }
    }
}

/// Says what happens to the processes, for as long as it is polled. Their warnings are in their logs: two failures make
/// many.
async fn narrate(events: &mut Events, screen: &Screen) {
    while let Some(event) = events.recv().await {
        match event {
            Event::Died { .. } | Event::Back { .. } | Event::NotStarted { .. } => {
                screen.line(format_args!("  {}", screen.style().alarm(&format!("↻ {event}"))));
            }
            Event::Warning { .. } => {}
        }
    }
    std::future::pending::<()>().await;
}
