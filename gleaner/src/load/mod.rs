//! `gleaner load`: load on any service with the Elasticsearch API, or on several side by side.

mod display;
mod error;
mod fields;
mod files;
mod material;
mod panel;
mod summary;
mod turns;
pub(crate) mod whole_file;

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use benches::load::{Aside, LoadPlan};
use benches::measured::{LoadReport, Objective};
use tokio::sync::watch;

use crate::interrupt::Interrupts;
use crate::screen::Screen;
use crate::screen::number::grouped;
use display::Display;
pub use error::LoadCommandError;
use fields::Fields;
pub use files::{AskedWritten, LoadFile, PlanWritten, TargetWritten};
pub use material::{Material, QUERIES_MAX, Searches, SearchesFrom, Writes};
pub use summary::TARGETS_MAX;
use turns::Turned;

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
        files::prepare(&config).await?;
        let found = measure(&screen, &config, stop).await?;
        for line in summary::lines(&config, &found.reports, screen.style()) {
            screen.line(line);
        }
        for note in &found.notes {
            screen.line(screen.style().alarm(&format!("   {note}")));
        }
        let code = verdict(&screen, &config, &found.reports);
        // What was found has been shown, whether or not it can be written.
        files::write(&config, &found).await?;
        Ok(code)
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

/// What was found.
#[derive(Debug)]
struct Found {
    /// Of all services, in their order.
    reports: Vec<LoadReport>,
    /// The fields that texts were searched in.
    fields: Vec<String>,
    /// What a reader has to know besides, in sentences.
    notes: Vec<String>,
}

/// Finds the services, prepares what they are asked, and asks it.
async fn measure(
    screen: &Screen,
    config: &LoadConfig,
    stop: watch::Receiver<bool>,
) -> Result<Found, LoadCommandError> {
    let mut services = Vec::new();
    for plan in &config.plans {
        services.push(Aside::of(plan, ASIDE_TIMEOUT).await?);
    }
    let fields = Fields::resolve(&config.material, &services, &config.plans).await?;
    if let Some(told) = fields.told() {
        screen.note(format!("  {told}"));
    }
    let (mut requests, mut is_cut) = (Vec::new(), false);
    // Each service has its own: they go through the documents that are written one by one.
    for _ in &config.plans {
        let prepared = config.material.clone().prepare(fields.names.clone()).await?;
        requests.push(prepared.requests);
        is_cut |= prepared.is_cut;
    }
    let display = Display::new(screen, &config.plans);
    let Turned { reports, mut notes } = if config.at_once {
        turns::at_once(&config.plans, &requests, &display, &stop).await?
    } else {
        turns::in_turns(&config.plans, config.turns, &requests, &display, &stop).await?
    };
    if is_cut {
        let most = grouped(QUERIES_MAX as u64);
        notes.push(format!(
            "There are more queries than {most}: only the first ones were asked."
        ));
    }
    Ok(Found {
        reports,
        fields: fields.names,
        notes,
    })
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
