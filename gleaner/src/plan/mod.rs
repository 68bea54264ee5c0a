//! `gleaner plan`: reads what was measured, lets the planner think, and shows what it found.

mod summary;
mod watch;

use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use benches::measured::{Objective, Stragglers};
use benches::plan::{
    Demand, ObservedError, Plan, PlanError, PlanOrder, Step, observe, plan, plan_observed, usual_demand,
};
use benches::report_page::{self, Prices, Report, ReportError};

use crate::cli::Problems;
use crate::screen::Screen;
pub use watch::WatchError;

/// Hits of a page, where nobody says.
const HITS: u32 = 10;

/// What is planned from.
#[derive(Clone, Debug, PartialEq)]
pub enum Source {
    /// The file of a sweep.
    Sweep(PathBuf),
    /// A cluster that serves.
    Cluster {
        /// The address of a root.
        root: String,
        /// Those of some replicas.
        leaves: Vec<String>,
        /// How long their metrics are watched.
        window: Duration,
    },
}

/// What to plan.
#[derive(Clone, Debug)]
pub struct PlanConfig {
    /// From what.
    pub source: Source,
    /// What is asked of the cluster, where the measurements suggest nothing.
    pub usual: Demand,
    /// Queries per second, if said.
    pub rate: Option<f64>,
    /// Documents, if said.
    pub documents: Option<u64>,
    /// The objective, if said.
    pub objective: Option<Objective>,
    /// Stragglers, if said.
    pub stragglers: Option<Stragglers>,
    /// What machines cost, if said.
    pub prices: Option<Prices>,
    /// The folder of the report.
    pub out: PathBuf,
}

/// Why there is no plan.
#[derive(Debug, thiserror::Error)]
pub enum PlanCommandError {
    /// The flags make no sense.
    #[error(transparent)]
    Flags(#[from] Problems),
    /// Nobody has measured anything, or it lies elsewhere.
    #[error("there is no sweep at {}: `gleaner load sweep` makes one, and --sweep says where it is", path.display())]
    NoSweep {
        /// Where it was looked for.
        path: PathBuf,
    },
    /// A file cannot be read or written.
    #[error(transparent)]
    Report(#[from] ReportError),
    /// The measurements do not make a plan.
    #[error(transparent)]
    Plan(#[from] PlanError),
    /// The metrics of a cluster cannot be had.
    #[error(transparent)]
    Watch(#[from] WatchError),
    /// They say too little.
    #[error(transparent)]
    Observed(#[from] ObservedError),
    /// The thread that thinks has died.
    #[error("the planner failed: {0}")]
    Thread(io::Error),
}

/// Plans, writes the report, and says what it found.
///
/// # Errors
/// [`PlanCommandError`]
pub async fn run(config: PlanConfig) -> Result<(), PlanCommandError> {
    let screen = Screen::of_process();
    let (out, prices) = (config.out.clone(), config.prices.clone());
    let watched = match &config.source {
        Source::Sweep(_) => None,
        Source::Cluster { root, leaves, window } => {
            let _watching = screen.spinner(format!("watching {root} for {} s", window.as_secs()));
            Some(watch::watch(root, leaves, *window).await?)
        }
    };
    let bar = screen.bar(1_000);
    let (sender, mut steps) = tokio::sync::mpsc::unbounded_channel();
    let thinking = tokio::task::spawn_blocking(move || {
        let progress = |step| {
            // Nobody looks.
            let _ = sender.send(step);
        };
        match watched {
            None => from_sweep(&config, progress),
            Some(watched) => from_cluster(&config, &watched, progress),
        }
    });
    while let Some(step) = steps.recv().await {
        show(&bar, step);
    }
    let made = thinking
        .await
        .map_err(|panic| PlanCommandError::Thread(io::Error::other(panic)))?;
    drop(bar);
    let plan = made?;
    summary::show(&plan, prices.as_ref(), &out, &screen);
    Ok(())
}

/// Checking takes about a quarter of the time.
fn show(bar: &crate::screen::Progress<'_>, step: Step) {
    let part = |done: usize, all: usize, of: u64| of * done as u64 / all.max(1) as u64;
    match step {
        Step::Checking(done, all) => bar.set(
            part(done, all, 250),
            format!("trying the model at {all} measured points"),
        ),
        Step::Predicting(done, all) => bar.set(250 + part(done, all, 750), "simulating 1 to 1,000 leaves"),
    }
}

fn order(config: &PlanConfig, from: String, demand: &Demand) -> PlanOrder {
    let usual = &config.usual;
    PlanOrder {
        from,
        demand: Demand {
            objective: config.objective.unwrap_or(demand.objective),
            rate_per_second: config.rate.unwrap_or(demand.rate_per_second),
            stragglers: config.stragglers.unwrap_or(demand.stragglers),
            stragglers_assumed: config.stragglers.is_none() && demand.stragglers_assumed,
            documents: config.documents.unwrap_or(demand.documents),
            timeout_ms: demand.timeout_ms,
            ..usual.clone()
        },
        made_ms: u64::try_from(shared::clock::now_ms()).unwrap_or(0),
        threads: std::thread::available_parallelism().map_or(1, std::num::NonZero::get),
    }
}

fn from_sweep(config: &PlanConfig, progress: impl FnMut(Step)) -> Result<Plan, PlanCommandError> {
    let Source::Sweep(path) = &config.source else {
        unreachable!("whoever was watched is no file");
    };
    let file = report_page::read_sweep(path).map_err(|error| no_sweep(path, error))?;
    // Now: nobody wants to hear of it after minutes of planning.
    file.may_go_to(&config.out)?;
    let sweep = &file.sweep;
    let order = order(config, path.display().to_string(), &usual_demand(sweep));
    let plan = plan(sweep, &order, progress)?;
    let report = Report {
        plan: &plan,
        sweep: Some(&file),
        prices: config.prices.as_ref(),
    };
    report_page::write(&report, &config.out)?;
    Ok(plan)
}

/// A file that is not there says little: what makes it says more.
fn no_sweep(path: &Path, error: ReportError) -> PlanCommandError {
    match error {
        ReportError::File { source, .. } if source.kind() == io::ErrorKind::NotFound => {
            PlanCommandError::NoSweep {
                path: path.to_owned(),
            }
        }
        error => PlanCommandError::Report(error),
    }
}

fn from_cluster(
    config: &PlanConfig,
    watched: &watch::Cluster,
    progress: impl FnMut(Step),
) -> Result<Plan, PlanCommandError> {
    let observed = observe(&watched.root, &watched.replicas, HITS, watched.seconds)?;
    let demand = Demand {
        rate_per_second: observed.rate_per_second,
        documents: observed.documents,
        ..Demand::default()
    };
    let mut order = order(config, watched.url.clone(), &demand);
    // It is in the way between root and leaves that was observed.
    order.demand.network_ms = 0.0;
    let plan = plan_observed(&observed, &order, progress)?;
    let report = Report {
        plan: &plan,
        sweep: None,
        prices: config.prices.as_ref(),
    };
    report_page::write(&report, &config.out)?;
    Ok(plan)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_sweep_says_what_makes_one() {
        let path = Path::new("no/such/sweep.json");
        let error = no_sweep(path, report_page::read_sweep(path).unwrap_err()).to_string();
        assert_eq!(
            error,
            "there is no sweep at no/such/sweep.json: `gleaner load sweep` makes one, and --sweep says where it is"
        );
    }
}
