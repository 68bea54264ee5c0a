//! How the time of a sweep is shared out. Pure: the caller knows how much is left.
//!
//! First every number of leaves is explored: queries one by one, and the highest rate that meets the objective. Then every
//! shape is measured at common rates, in *visits*: one root after the other, each with all that is to be measured at it.

use std::time::Duration;

use super::window::{MEASURED_SECONDS_MAX, MEASURED_SECONDS_MIN, WARMUP, Window};
use super::{Grid, RootKind};
use crate::measured::{Shape, Stragglers};

/// The longest of a step towards the highest rate: it is to tell by and large, and others follow.
const STEP_SECONDS_MAX: f64 = 3.0;
/// Of the time after loading, what exploring may take.
const EXPLORING_SHARE: f64 = 0.42;
/// Of exploring, what single queries may take.
const PROFILE_SHARE: f64 = 0.25;
/// Steps of a search for the highest rate, on average, from a guess, and from a rate that is known to be near.
const STEPS_EXPECTED: f64 = 7.0;
/// See [`STEPS_EXPECTED`].
const STEPS_NEAR: usize = 5;
/// How many rates healthy shapes of one replica are measured at, how many all others, and how many seconds at least each of
/// these measurements has to have to be worth so many.
const RICHNESS: [(usize, usize, f64); 5] = [
    (3, 3, 8.0),
    (3, 2, 8.0),
    (3, 1, 5.0),
    (2, 1, 2.0),
    (1, 1, MEASURED_SECONDS_MIN),
];
/// With that many seconds for each measurement there is time for more highest rates.
const SECONDS_FOR_HIGHEST: f64 = 5.0;
/// A lower rate is measured for longer, so that as many queries are asked, within these bounds of the time for the first rate.
const WEIGHTS: (f64, f64) = (0.7, 1.7);

/// How long everything takes that is not measuring, in seconds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pace {
    /// Each process of a cluster that is started and stopped.
    per_process: f64,
    /// Each root that is made ready to be measured.
    per_root: f64,
    /// Around each run.
    per_run: f64,
    /// How long these things took so far, in relation to the guess.
    scale: f64,
}

impl Pace {
    /// A guess for a machine of so many cores, to be corrected by what is seen.
    #[must_use]
    pub fn guess(cores: u32) -> Self {
        let cores = f64::from(cores.clamp(1, 16));
        Self {
            per_process: 0.2 / cores,
            per_root: 0.6 + 0.8 / cores,
            per_run: 0.15,
            scale: 1.0,
        }
    }

    /// A root was made ready, with its leaves if they were started for it, and that took so long.
    pub fn saw(&mut self, root: RootKind, with_leaves: bool, took: Duration) {
        let guess = self.start(root, with_leaves) / self.scale;
        self.scale = f64::midpoint(self.scale, took.as_secs_f64() / guess);
    }

    /// A run took so long, with everything around it.
    pub fn saw_run(&mut self, window: Window, took: Duration) {
        let around = took.saturating_sub(window.warmup + window.measured);
        // Many runs: each says little. One that was far too much for its cluster says more, and others like it follow.
        self.per_run += 0.2 * (around.as_secs_f64() - self.per_run);
    }

    fn start(&self, root: RootKind, with_leaves: bool) -> f64 {
        let processes = if with_leaves {
            root.leaves * root.replicas
        } else {
            0
        };
        self.scale * (self.per_root + self.per_process * f64::from(processes))
    }
}

/// Everything that is measured at one root.
#[derive(Clone, Debug, PartialEq)]
pub struct Visit {
    /// The root.
    pub root: RootKind,
    /// Shapes, and at which of the common rates.
    pub runs: Vec<(Shape, usize)>,
    /// Shapes whose highest rate is searched for, when the healthy runs are done: a root remembers stragglers for a while.
    pub highest: Vec<Shape>,
}

/// How every number of leaves is explored.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Exploring {
    /// How long single queries may be asked at each.
    pub profile: Duration,
    /// How long each step towards the highest rate takes.
    pub step: Window,
}

/// The grid is more than the time allows.
#[derive(Clone, Copy, Debug, PartialEq, thiserror::Error)]
#[error("{runs} measurements and {starts} starts of clusters take {} minutes at least", minutes(*.seconds))]
pub struct TooLarge {
    /// Runs under load.
    pub runs: usize,
    /// Clusters that are started.
    pub starts: usize,
    /// The time after loading that they take at least.
    pub seconds: f64,
}

/// Half minutes, rounded up.
fn minutes(seconds: f64) -> f64 {
    (seconds / 30.0).ceil() / 2.0
}

impl Exploring {
    /// As short as may be: for whoever has less time than thought.
    #[must_use]
    pub fn shortest() -> Self {
        let step = Window::of_measured(MEASURED_SECONDS_MIN);
        Self {
            profile: step.measured * 2,
            step,
        }
    }

    /// The time after loading, without the part for exploring.
    #[must_use]
    pub fn rest(left: Duration) -> Duration {
        left.mul_f64(1.0 - EXPLORING_SHARE)
    }
}

/// Shares the time after loading out: the part for exploring.
///
/// # Errors
/// [`TooLarge`] if that is not even enough for the shortest windows.
pub fn exploring(grid: &Grid, pace: &Pace, left: Duration) -> Result<Exploring, TooLarge> {
    let left = left.as_secs_f64();
    let roots: Vec<RootKind> = grid
        .leaves()
        .iter()
        .map(|&leaves| RootKind::alone(leaves))
        .collect();
    let starts: f64 = roots.iter().map(|root| pace.start(*root, true)).sum();
    let each = (left * EXPLORING_SHARE - starts) / roots.len() as f64;
    let step = (each * (1.0 - PROFILE_SHARE)) / STEPS_EXPECTED - pace.per_run;
    let least = Window::of_measured(MEASURED_SECONDS_MIN);
    let least_step = (least.warmup + least.measured).as_secs_f64();
    if step < least_step {
        let each_least = (least_step + pace.per_run) * STEPS_EXPECTED / (1.0 - PROFILE_SHARE);
        return Err(TooLarge {
            runs: 7 * roots.len(),
            starts: roots.len(),
            seconds: (starts + each_least * roots.len() as f64) / EXPLORING_SHARE,
        });
    }
    Ok(Exploring {
        profile: Duration::from_secs_f64(each * PROFILE_SHARE),
        step: Window::of_all(step, STEP_SECONDS_MAX),
    })
}

/// What is measured, visit by visit; the last visits repeat what others measured before.
#[derive(Clone, Debug, PartialEq)]
pub struct Timetable {
    visits: Vec<Visit>,
    repeats_from: usize,
    /// For each rate, how long it is measured in relation to the first.
    weights: Vec<f64>,
}

impl Timetable {
    /// As many of the common rates, of which the first tells the most, as there is time for. If they were `chosen` by
    /// somebody, all of them are measured.
    ///
    /// # Errors
    /// [`TooLarge`] if there is not even enough time for the shortest windows.
    pub fn new(
        grid: &Grid,
        pace: &Pace,
        left: Duration,
        rates: &[f64],
        chosen: bool,
    ) -> Result<Self, TooLarge> {
        let all = [(rates.len(), rates.len(), MEASURED_SECONDS_MIN)];
        let richness: &[_] = if chosen { &all } else { &RICHNESS };
        let mut poorest = Self::poorest(grid, rates);
        for &(healthy, others, seconds) in richness {
            let with_highest = Self::with(grid, rates, (healthy, others), true);
            if with_highest.measured_seconds(pace, left) >= seconds.max(SECONDS_FOR_HIGHEST) {
                return Ok(with_highest);
            }
            poorest = Self::with(grid, rates, (healthy, others), false);
            if poorest.measured_seconds(pace, left) >= seconds {
                return Ok(poorest);
            }
        }
        Err(poorest.too_large(pace))
    }

    /// One rate for each shape: for whoever has less time than thought.
    #[must_use]
    pub fn poorest(grid: &Grid, rates: &[f64]) -> Self {
        Self::with(grid, rates, (1, 1), false)
    }

    fn with(grid: &Grid, rates: &[f64], (healthy, others): (usize, usize), highest: bool) -> Self {
        let mut visits: Vec<Visit> = grid.roots().into_iter().map(Visit::new).collect();
        for visit in &mut visits {
            for shape in grid.shapes_of(visit.root) {
                let is_healthy = shape.stragglers == Stragglers::None;
                let wanted = if is_healthy && shape.replicas == 1 {
                    healthy
                } else {
                    others
                };
                visit
                    .runs
                    .extend((0..wanted.min(rates.len())).map(|rate| (shape, rate)));
                // Those of one replica are known from exploring.
                if highest && is_healthy && shape.replicas == 2 && shape.hedging {
                    visit.highest.push(shape);
                }
            }
        }
        let repeats_from = visits.len();
        for shape in grid.repeated() {
            let mut visit = Visit::new(RootKind::of(&shape));
            visit.runs.push((shape, 0));
            visits.push(visit);
        }
        let (least, most) = WEIGHTS;
        let weight = |rate: &f64| (rates[0] / rate).clamp(least, most);
        Self {
            visits,
            repeats_from,
            weights: rates.iter().map(weight).collect(),
        }
    }

    /// Whether a visit measures again what another one did.
    #[must_use]
    pub fn is_repeat(&self, visit: usize) -> bool {
        visit >= self.repeats_from
    }

    /// The visits, in their order.
    #[must_use]
    pub fn visits(&self) -> &[Visit] {
        &self.visits
    }

    /// How long a run of a visit (both counted from 0) may take, when so much time is left.
    #[must_use]
    pub fn window(&self, pace: &Pace, left: Duration, visit: usize, run: usize) -> Window {
        let visits = &self.visits[visit.min(self.visits.len())..];
        let weight = visits
            .first()
            .and_then(|visit| visit.runs.get(run))
            .map_or(1.0, |(_, rate)| self.weights[*rate]);
        let done = visits.first().map_or(0, |first| {
            if run < first.healthy() {
                run
            } else {
                run + first.steps()
            }
        });
        Window::of_all(
            weight * self.seconds_for_one(visits, done, pace, left),
            MEASURED_SECONDS_MAX,
        )
    }

    /// The same for a step of its searches for highest rates. A search that takes more steps than thought takes their time from
    /// everything that follows.
    #[must_use]
    pub fn step_window(&self, pace: &Pace, left: Duration, visit: usize, step: usize) -> Window {
        let visits = &self.visits[visit.min(self.visits.len())..];
        let done = visits.first().map_or(0, |first| {
            first.healthy() + step.min(first.steps().saturating_sub(1))
        });
        Window::of_all(
            self.seconds_for_one(visits, done, pace, left),
            MEASURED_SECONDS_MAX,
        )
    }

    /// What is measured at the first rate, warm-up excluded, if all takes as long as it is thought to.
    fn measured_seconds(&self, pace: &Pace, left: Duration) -> f64 {
        let all = self.seconds_for_one(&self.visits, 0, pace, left);
        (all / (1.0 + WARMUP.0)).max(all - WARMUP.1)
    }

    /// What is left, shared out by weights: what a run of weight 1 may take. So much of the first visit is done, whose leaves are
    /// there already then.
    fn seconds_for_one(&self, visits: &[Visit], done: usize, pace: &Pace, left: Duration) -> f64 {
        let (first, others) = visits.split_at(visits.len().min(1));
        let first = first.iter().flat_map(|visit| self.weights_of(visit)).skip(done);
        let others = others.iter().flat_map(|visit| self.weights_of(visit));
        let weights: Vec<f64> = first.chain(others).collect();
        let ahead = if done == 0 {
            visits
        } else {
            visits.get(1..).unwrap_or_default()
        };
        let around = starts(ahead, pace) + pace.per_run * weights.len() as f64;
        (left.as_secs_f64() - around) / weights.iter().sum::<f64>().max(1.0)
    }

    fn weights_of(&self, visit: &Visit) -> impl Iterator<Item = f64> {
        let (healthy, others) = visit.runs.split_at(visit.healthy());
        let weight = |(_, rate): &(Shape, usize)| self.weights[*rate];
        let healthy = healthy.iter().map(weight);
        let steps = std::iter::repeat_n(1.0, visit.steps());
        healthy.chain(steps).chain(others.iter().map(weight))
    }

    fn too_large(&self, pace: &Pace) -> TooLarge {
        let least = Window::of_measured(MEASURED_SECONDS_MIN);
        let run = (least.warmup + least.measured).as_secs_f64();
        let runs: usize = self.visits.iter().map(|visit| visit.runs.len()).sum();
        let weights = self.visits.iter().flat_map(|visit| self.weights_of(visit));
        let measuring: f64 = weights.map(|weight| weight * run + pace.per_run).sum();
        TooLarge {
            runs,
            starts: self.visits.len(),
            // Of the time after loading, exploring has its part, whoever needs more.
            seconds: (starts(&self.visits, pace) + measuring) / (1.0 - EXPLORING_SHARE),
        }
    }
}

/// What starting takes: leaves stay as they are from one root to the next beside it.
fn starts(visits: &[Visit], pace: &Pace) -> f64 {
    let before = std::iter::once(None).chain(visits.iter().map(Some));
    let start = |(before, visit): (Option<&Visit>, &Visit)| {
        let with_leaves = before.is_none_or(|before| !before.root.is_beside(&visit.root));
        pace.start(visit.root, with_leaves)
    };
    before.zip(visits).map(start).sum()
}

impl Visit {
    fn new(root: RootKind) -> Self {
        Self {
            root,
            runs: Vec::new(),
            highest: Vec::new(),
        }
    }

    /// How many of the runs, the first ones, are without stragglers.
    #[must_use]
    pub fn healthy(&self) -> usize {
        let is_healthy = |(shape, _): &&(Shape, usize)| shape.stragglers == Stragglers::None;
        self.runs.iter().take_while(is_healthy).count()
    }

    /// Steps that the searches for highest rates take on average.
    fn steps(&self) -> usize {
        self.highest.len() * STEPS_NEAR
    }
}

#[cfg(test)]
#[path = "timetable_tests.rs"]
mod tests;
