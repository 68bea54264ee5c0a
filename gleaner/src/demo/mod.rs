//! `gleaner demo`: a cluster, real text, queries, two failures, and the same queries again.

mod error;
mod latency;
mod material;
mod questions;
mod show;
mod storm;
mod vocabulary;

use std::path::PathBuf;
use std::process::ExitCode;

use tokio::sync::mpsc;
use tokio::time::Instant;

use crate::bulk::{self, BulkPlan, Loaded};
use crate::client::Client;
use crate::cluster::{self, Cluster, ClusterPlan, Event, Events};
use crate::interrupt::Interrupts;
use crate::screen::Screen;
use crate::screen::number::{grouped, megabytes, rate, seconds};
pub use error::DemoError;
use material::Material;
use show::Stage;

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

/// What the show was like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Verdict {
    /// Every answer was complete, and the same before and after the failures.
    Complete,
    /// At least one was not.
    Incomplete,
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
    let temporary = match config.data {
        DataFolder::Temporary => Some(tempfile::Builder::new().prefix("gleaner-demo-").tempdir()?),
        DataFolder::Kept => None,
    };
    if let Some(folder) = &temporary {
        folder.path().clone_into(&mut config.cluster.data);
    }
    let (sender, mut events) = cluster::events();
    let started = Instant::now();
    let starting = screen.spinner("starting the processes");
    let cluster = tokio::select! {
        cluster = Cluster::start(&config.cluster, &sender) => cluster?,
        () = interrupts.next() => return Ok(ExitCode::SUCCESS),
    };
    drop(starting);
    show::opening(&screen, &config, &cluster, started.elapsed());
    let outcome = tokio::select! {
        outcome = perform(&screen, &config, &cluster, material) => outcome,
        () = interrupts.next() => Ok(Verdict::Complete),
        () = narrate(&mut events, &screen) => Ok(Verdict::Complete),
    };
    if !config.exit && outcome.is_ok() {
        show::closing(&screen, cluster.url());
        tokio::select! {
            () = interrupts.next() => {}
            () = narrate(&mut events, &screen) => {}
        }
    }
    let stopping = screen.spinner("stopping");
    cluster.stop().await;
    drop(stopping);
    Ok(match outcome? {
        Verdict::Complete => ExitCode::SUCCESS,
        Verdict::Incomplete => ExitCode::FAILURE,
    })
}
