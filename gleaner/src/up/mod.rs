//! `gleaner up`: a local cluster until somebody asks to stop.

mod summary;

use std::ffi::OsString;
use std::io::{self, Write as _};

use tokio::time::Instant;

use crate::cluster::{self, Cluster, ClusterError, ClusterPlan, Events};
use crate::interrupt::Interrupts;
use crate::screen::Screen;
pub use summary::Summary;

/// What to start, and how to say so.
#[derive(Clone, Debug)]
pub struct UpConfig {
    /// The cluster.
    pub cluster: ClusterPlan,
    /// More arguments of `gleaner root`.
    pub root_flags: Vec<OsString>,
    /// Say in JSON that it is ready.
    pub json: bool,
}

/// Why there is no cluster.
#[derive(Debug, thiserror::Error)]
pub enum UpError {
    /// It does not start.
    #[error(transparent)]
    Cluster(#[from] ClusterError),
    /// The signals that stop it cannot be heard.
    #[error("cannot listen for signals: {0}")]
    Signals(#[from] io::Error),
}

/// Runs the cluster until SIGINT or SIGTERM.
///
/// # Errors
/// [`UpError`] if it does not start.
pub async fn run(config: UpConfig) -> Result<(), UpError> {
    let screen = Screen::of_process();
    let mut interrupts = Interrupts::listen()?;
    let (sender, mut events) = cluster::events();
    let started = Instant::now();
    let starting = screen.spinner(format!(
        "starting {} and a root",
        summary::leaf_replicas(config.cluster.leaves, config.cluster.replicas)
    ));
    let cluster = tokio::select! {
        cluster = Cluster::start_with(&config.cluster, &config.root_flags, &sender) => cluster?,
        () = interrupts.next() => return Ok(()),
        () = tell(&mut events, &screen) => return Ok(()),
    };
    drop(starting);
    let summary = Summary::new(&cluster.members());
    if config.json {
        // Nobody reads: the cluster serves all the same.
        let _ = writeln!(io::stdout(), "{}", summary.json());
    } else {
        summary.print(&config.cluster, started.elapsed(), &screen);
    }
    tokio::select! {
        () = interrupts.next() => {}
        () = tell(&mut events, &screen) => {}
    }
    let stopping = screen.spinner("stopping");
    tokio::select! {
        () = cluster.stop() => {}
        () = interrupts.next() => {}
        () = tell(&mut events, &screen) => {}
    }
    drop(stopping);
    Ok(())
}

/// Says what happens, for as long as it is polled.
async fn tell(events: &mut Events, screen: &Screen) {
    while let Some(event) = events.recv().await {
        screen.note(screen.style().alarm(&event.to_string()));
    }
    // Every sender is gone, which is no reason to end: the one who waits decides.
    std::future::pending::<()>().await;
}
