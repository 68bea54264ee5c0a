//! Every number of leaves alone: what queries cost when nobody else asks, what the processes take when nobody asks at all, and the
//! highest rate that meets the objective.

use std::time::Duration;

use benches::measured::{Highest, Idle, Profile, Shape, Stragglers};
use benches::sweep::{Exploring, HighestSearch, RootKind, Window, exploring};
use tokio::time::{Instant, sleep};

use super::super::SweepError;
use super::super::alone::{Asker, median_seconds};
use super::super::lab::INDEX;
use super::super::point::RunPlan;
use super::super::probe::Books;
use super::super::show;
use super::{Course, FIRST_RATE};

/// How often the gap around the highest rate is halved.
const HALVINGS: u32 = 2;
/// A step is long enough for so many queries to be due, on average: none at all would tell nothing.
const STEP_DUE_MIN: f64 = 10.0;
/// So many steps without a query end a search.
const UNDECIDED_MAX: u64 = 3;
/// After a rate that was too high, before another one is tried.
const RECOVERY: Duration = Duration::from_millis(500);
/// How long processes are looked at that nobody asks: several polls of every replica.
const IDLE: Duration = Duration::from_millis(1_500);
/// The most of the time for queries alone that this may take.
const IDLE_SHARE: f64 = 0.25;

impl Course<'_> {
    /// Queries alone and the highest rate for every number of leaves, the largest first: there a query asks the most of the
    /// processes, so that its sample, which is everybody's, fits the time.
    pub(super) async fn explore_all(&mut self) -> Result<(), SweepError> {
        let left = self.show.left();
        let grid = &self.config.grid;
        let times = exploring(grid, &self.pace, left).unwrap_or_else(|_| Exploring::shortest());
        self.show
            .heading("One replica of each leaf: queries alone, and the highest rate");
        let mut near = None;
        for &leaves in grid.leaves().iter().rev() {
            let highest = self.explore(leaves, &times, near).await?;
            near = Some(highest).filter(|rate| *rate > 0.0);
        }
        self.found.profiles.reverse();
        self.found.highest.reverse();
        Ok(())
    }

    /// One number of leaves. The highest rate of the one before is where the search begins.
    async fn explore(
        &mut self,
        leaves: u32,
        times: &Exploring,
        near: Option<f64>,
    ) -> Result<f64, SweepError> {
        let root = RootKind::alone(leaves);
        self.ready(root).await?;
        let idle_time = IDLE.min(times.profile.mul_f64(IDLE_SHARE));
        let what = format!("{}, queries alone", show::leaves(leaves));
        let asker = Asker::new(&self.bench.probe, self.lab, INDEX);
        let asked = asker.profile(&self.book, &self.sample, times.profile.saturating_sub(idle_time));
        let queries = self.show.during(&what, asked).await?;
        // All others are asked no more than fitted here.
        self.sample.truncate(queries.len() / 2);
        let what = format!("{}, nobody asks", show::leaves(leaves));
        let idle = self.show.during(&what, self.idle(idle_time)).await;
        let profile = Profile {
            leaves,
            documents: self.bench.probe.documents(&self.lab.leaves()).await?,
            idle: Some(idle),
            queries,
        };
        self.show.profile(&show::leaves(leaves), &profile);
        let first = near.unwrap_or_else(|| FIRST_RATE / median_seconds(&profile));
        self.found.profiles.push(profile);
        let shape = Shape {
            leaves,
            replicas: 1,
            hedging: false,
            stragglers: Stragglers::None,
        };
        let step = times.step;
        self.find_highest(shape, first, |_| step).await
    }

    /// What the processes take in so much time in which nobody asks them.
    async fn idle(&self, time: Duration) -> Idle {
        let members = self.lab.cluster().members();
        let (began, before) = (Instant::now(), Books::read(&members));
        sleep(time).await;
        let used = Books::read(&members).since(&before);
        Idle {
            seconds: began.elapsed().as_secs_f64(),
            root_cpu_seconds: used.root_cpu_seconds,
            leaves_cpu_seconds: used.leaves_cpu_seconds,
        }
    }

    /// The search for the highest rate of a shape, step by step. The stragglers have been set.
    pub(super) async fn find_highest(
        &mut self,
        shape: Shape,
        first: f64,
        mut window: impl FnMut(&Self) -> Window,
    ) -> Result<f64, SweepError> {
        let mut search = HighestSearch::new(first, HALVINGS);
        let mut undecided = 0;
        while let Some(rate) = search.next_rate() {
            let plan = RunPlan {
                shape,
                rate_per_second: rate,
                window: window(self).with_due(STEP_DUE_MIN, rate),
                seed: self.config.seed + undecided,
            };
            let Some(met) = self.run(plan).await? else {
                undecided += 1;
                if undecided == UNDECIDED_MAX {
                    break;
                }
                continue;
            };
            search.record(met);
            if !met {
                // What is late is over, and a root that let fewer queries in lets more in again.
                sleep(RECOVERY).await;
            }
        }
        let (met_per_second, missed_per_second) = search.found();
        self.found.highest.push(Highest {
            shape,
            met_per_second,
            missed_per_second,
        });
        Ok(met_per_second)
    }
}
