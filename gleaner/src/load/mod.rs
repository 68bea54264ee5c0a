//! `gleaner load`: load on any service with the Elasticsearch API, or on several side by side.

mod display;
mod error;
mod fields;
mod files;
mod material;
mod panel;
mod summary;
mod turns;

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use benches::load::{Aside, LoadPlan};
use benches::measured::{LoadReport, Objective};
use tokio::sync::watch;

use crate::interrupt::Interrupts;
use crate::screen::Screen;
use display::Display;
pub use error::LoadCommandError;
pub use files::{LoadFile, PlanWritten, TargetWritten};
pub use material::{Material, QUERIES_MAX, Searches, SearchesFrom, Writes};
pub use summary::TARGETS_MAX;

/// How long a request beside the load may take.
const ASIDE_TIMEOUT: Duration = Duration::from_secs(10);

/// What is to be done.
#[derive(Clone, Debug)]
pub struct LoadConfig {
    /// The services and what each of them gets: the same schedule, and the same queries.
    pub plans: Vec<LoadPlan>,
    /// What is sent.
    pub material: Material,
    /// Whether all services get their load at once; otherwise they take turns.
    pub at_once: bool,
    /// Into how many slices the time of each service is cut when they take turns.
    pub turns: u32,
    /// Where the reports are written as JSON.
    pub json: Option<PathBuf>,
    /// Where the seconds are written as CSV.
    pub csv: Option<PathBuf>,
    /// What the first service is to meet.
    pub objective: Option<Objective>,
}

/// Puts the load on the services, shows it, and reports. The exit code is a failure if the objective is
/// missed, or nothing was answered.
///
/// # Errors
/// [`LoadCommandError`] if there is nothing to report.
pub async fn run(config: LoadConfig) -> Result<ExitCode, LoadCommandError> {
    let screen = Screen::of_process();
    let mut interrupts = Interrupts::listen().map_err(LoadCommandError::Signals)?;
    let (stopping, stop) = watch::channel(false);
    let all = async {
        let reports = measure(&screen, &config, stop).await?;
        files::write(&config, &reports)?;
        for line in summary::lines(&config, &reports, screen.style()) {
            screen.line(line);
        }
        Ok(verdict(&screen, &config, &reports))
    };
    let interrupted = async {
        interrupts.next().await;
        screen.note(
            "  Ctrl-C: no more is sent, and the last answers are waited for. Again to end without a report.",
        );
        stopping.send_replace(true);
        interrupts.next().await;
    };
    tokio::select! {
        code = all => code,
        () = interrupted => Err(LoadCommandError::Interrupted),
    }
}

/// The reports of all services, in their order.
async fn measure(
    screen: &Screen,
    config: &LoadConfig,
    stop: watch::Receiver<bool>,
) -> Result<Vec<LoadReport>, LoadCommandError> {
    let mut requests = Vec::new();
    for plan in &config.plans {
        let service = Aside::of(plan, ASIDE_TIMEOUT).await?;
        let material = config.material.clone();
        requests.push(material.prepare(&service, plan).await?);
    }
    let display = Display::new(screen, &config.plans);
    if config.at_once {
        turns::at_once(&config.plans, &requests, &display, &stop).await
    } else {
        turns::in_turns(&config.plans, config.turns, &requests, &display, &stop).await
    }
}

/// Whether the first service answered at all, and meets the objective if there is one: said, and as an exit code.
fn verdict(screen: &Screen, config: &LoadConfig, reports: &[LoadReport]) -> ExitCode {
    let Some(report) = reports.first() else {
        return ExitCode::FAILURE;
    };
    let style = screen.style();
    let is_met = if let Some(objective) = config.objective {
        let (is_met, said) = summary::objective(objective, report);
        screen.line("");
        screen.line(if is_met {
            style.good(&said)
        } else {
            style.bad(&said)
        });
        is_met
    } else {
        report.reads.latency.count() + report.writes.latency.count() > 0
    };
    if is_met {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}
