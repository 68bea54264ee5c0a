//! One run under load, with what it takes.

use std::sync::Arc;
use std::time::Duration;

use benches::load::{self, LoadPlan, Requests};
use benches::measured::{Arrivals, Point, Shape};
use benches::sweep::Window;
use tokio::time::sleep;

use super::SweepError;
use super::lab::{INDEX, Lab};
use super::probe::{Books, Probe};

/// What the generator waits beyond the deadline of a search: the root answers by it, and an answer takes a moment to arrive.
const GRACE: Duration = Duration::from_millis(500);

/// How runs are made.
pub(super) struct Bench {
    pub(super) probe: Probe,
    pub(super) requests: Arc<Requests>,
    /// How long a search may take.
    pub(super) search_timeout: Duration,
}

/// What one run is to be.
#[derive(Clone, Copy, Debug)]
pub(super) struct RunPlan {
    pub(super) shape: Shape,
    pub(super) rate_per_second: f64,
    pub(super) window: Window,
    /// The same seed asks the same at the same times: shapes are compared by it.
    pub(super) seed: u64,
}

impl Bench {
    /// Runs the log at a rate against the cluster that runs, whose stragglers have been set.
    ///
    /// Leaves are asked for their counts before and after everything, and the system for processor time exactly around what
    /// is measured: asking dozens of processes takes time of its own, and would be seen in the latencies.
    pub(super) async fn run(&self, lab: &mut Lab, plan: RunPlan) -> Result<Point, SweepError> {
        let RunPlan {
            shape,
            rate_per_second,
            window,
            seed,
        } = plan;
        let (leaves, members) = (lab.leaves(), lab.cluster().members());
        let before = self.probe.counts(&leaves).await?;
        let arrivals = Arrivals::Poisson {
            per_second: rate_per_second,
        };
        let plan = LoadPlan {
            warmup: window.warmup,
            duration: window.measured,
            timeout: self.search_timeout + GRACE,
            seed,
            ..LoadPlan::new(lab.cluster().url(), INDEX, arrivals)
        };
        let books = async {
            sleep(window.warmup).await;
            let first = Books::read(&members);
            sleep(window.measured).await;
            Books::read(&members).since(&first)
        };
        let (load, resources) = tokio::join!(load::run(plan, Arc::clone(&self.requests), None), books);
        let load = load?;
        let [searches, fetches] = self.probe.counts(&leaves).await?.since(&before);
        if let Some(died) = lab.death() {
            return Err(SweepError::Died(died));
        }
        Ok(Point {
            shape,
            rate_per_second,
            load,
            resources,
            searches,
            fetches,
        })
    }
}
