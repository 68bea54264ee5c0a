//! The course of a sweep: load, explore each number of leaves, measure every shape, and a few of them again.

mod exploring;
mod loading;

use std::sync::Arc;

use benches::measured::{Highest, QueryLog, Shape, Stragglers, Sweep};
use benches::sweep::{Pace, RootKind, Timetable, Visit, common_rates, weighted_sample};
use tokio::task::spawn_blocking;
use tokio::time::Instant;

use super::alone::{Asker, median_seconds};
use super::lab::{INDEX, Lab};
use super::material::{Book, Material};
use super::point::{Bench, RunPlan};
use super::probe::Probe;
use super::show::Show;
use super::{SweepConfig, SweepError};

/// The first rate that is tried, as a share of what one client alone gets answered.
const FIRST_RATE: f64 = 0.5;

/// Everything that the course works with.
struct Course<'a> {
    config: &'a SweepConfig,
    show: &'a Show<'a>,
    lab: &'a mut Lab,
    found: &'a mut Sweep,
    book: Book,
    bench: Bench,
    pace: Pace,
    /// The queries that are asked alone: everybody is asked the first of them, as many as there is time for.
    sample: Vec<usize>,
}

/// Runs the course to its end. What it finds on the way is in `found`, also if it is dropped before.
pub(super) async fn run(
    config: &SweepConfig,
    show: &Show<'_>,
    lab: &mut Lab,
    found: &mut Sweep,
) -> Result<(), SweepError> {
    let opened = config.clone();
    let material = show.during(
        "reading the corpus",
        spawn_blocking(move || Material::open(&opened)),
    );
    let Material { corpus, book } = material.await.map_err(std::io::Error::other)??;
    found.queries = QueryLog {
        name: book.name.clone(),
        distinct: book.weights().len() as u64,
        weights: book.weights(),
    };
    let bench = Bench {
        probe: Probe::new()?,
        requests: Arc::new(book.requests()?),
        search_timeout: config.search_timeout,
    };
    let mut rng = shared::random::from_seed(config.seed);
    let sample = weighted_sample(&book.weights(), config.profile_queries, &mut rng)
        .map_err(|_| SweepError::NoQueries(config.queries.clone()))?;
    let mut course = Course {
        pace: Pace::guess(found.machine.cores),
        config,
        show,
        lab,
        found,
        book,
        bench,
        sample,
    };
    course.load(corpus).await?;
    course.explore_all().await?;
    course.measure_all().await
}

impl Course<'_> {
    /// Every shape at the common rates, visit by visit.
    async fn measure_all(&mut self) -> Result<(), SweepError> {
        let chosen = !self.config.rates.is_empty();
        let rates = if chosen {
            self.config.rates.clone()
        } else {
            self.rates()
        };
        let (grid, left) = (&self.config.grid, self.show.left());
        let timetable = Timetable::new(grid, &self.pace, left, &rates, chosen).unwrap_or_else(|_| {
            let note =
                "Loading and exploring took longer than thought: measurements are as few and short as possible.";
            self.found.notes.push(note.to_owned());
            Timetable::poorest(grid, &rates)
        });
        let shown: Vec<String> = rates.iter().map(|rate| format!("{rate}")).collect();
        self.show
            .heading(&format!("All shapes, at {} queries per second", shown.join(", ")));
        for (nth, visit) in timetable.visits().iter().enumerate() {
            self.visit(&timetable, nth, visit, &rates).await?;
        }
        Ok(())
    }

    fn rates(&self) -> Vec<f64> {
        let capacities: Vec<f64> = self
            .found
            .highest
            .iter()
            .map(|highest| highest.met_per_second)
            .collect();
        let slowest = self
            .found
            .profiles
            .iter()
            .map(median_seconds)
            .fold(1e-6, f64::max);
        common_rates(&capacities, FIRST_RATE / slowest)
    }

    /// Everything that is measured at one root.
    async fn visit(
        &mut self,
        timetable: &Timetable,
        nth: usize,
        visit: &Visit,
        rates: &[f64],
    ) -> Result<(), SweepError> {
        self.ready(visit.root).await?;
        let (healthy, others) = visit.runs.split_at(visit.healthy());
        let mut run = 0;
        for (shape, rate) in healthy {
            self.measure(timetable, (nth, run), *shape, (*rate, rates))
                .await?;
            run += 1;
        }
        // Before anything goes wrong: a root remembers for a while who was slow.
        let mut steps = 0;
        for shape in &visit.highest {
            steps = self
                .search_near(timetable, (nth, steps), *shape, rates[0])
                .await?;
        }
        for (shape, rate) in others {
            self.measure(timetable, (nth, run), *shape, (*rate, rates))
                .await?;
            run += 1;
        }
        Ok(())
    }

    /// A run of a visit: a shape at one of the common rates.
    async fn measure(
        &mut self,
        timetable: &Timetable,
        (visit, run): (usize, usize),
        shape: Shape,
        (rate, rates): (usize, &[f64]),
    ) -> Result<(), SweepError> {
        self.set(shape.stragglers).await?;
        let plan = RunPlan {
            shape,
            rate_per_second: rates[rate],
            window: timetable.window(&self.pace, self.show.left(), visit, run),
            // What is measured again is asked other queries at other times: that is part of the noise.
            seed: self.config.seed + u64::from(timetable.is_repeat(visit)),
        };
        self.run(plan).await.map(drop)
    }

    /// Searches for the highest rate of a shape, near that of one replica, or else near a rate that is known. How many steps the
    /// visit has taken then, of which so many were taken before.
    async fn search_near(
        &mut self,
        timetable: &Timetable,
        (visit, before): (usize, usize),
        shape: Shape,
        otherwise: f64,
    ) -> Result<usize, SweepError> {
        self.set(shape.stragglers).await?;
        let alone = |highest: &&Highest| highest.shape.leaves == shape.leaves && highest.shape.replicas == 1;
        let near = self.found.highest.iter().find(alone);
        let near = near.map_or(0.0, |highest| highest.met_per_second);
        let first = if near > 0.0 { near } else { otherwise };
        let mut steps = before;
        let window = |course: &Self| {
            let window = timetable.step_window(&course.pace, course.show.left(), visit, steps);
            steps += 1;
            window
        };
        self.find_highest(shape, first, window).await?;
        Ok(steps)
    }

    /// Lets things go wrong at the leaves as a script says, and only these.
    async fn set(&self, stragglers: Stragglers) -> Result<(), SweepError> {
        let leaves = self.lab.leaves();
        self.bench.probe.set(stragglers, &leaves, self.config.seed).await
    }

    /// Makes this root the one that runs, warm, and checks that it finds everything.
    async fn ready(&mut self, root: RootKind) -> Result<(), SweepError> {
        let began = Instant::now();
        let with_leaves = self
            .show
            .during(&format!("starting {}", shape_of(root)), self.lab.ready(root))
            .await?;
        // Leaves that have had another root still do what was asked of them there.
        self.set(Stragglers::None).await?;
        let found = self.lab.cluster().client().count(INDEX).await?;
        let loaded = self.found.corpus.documents;
        if found != loaded {
            return Err(SweepError::OtherDocuments { found, loaded });
        }
        let asker = Asker::new(&self.bench.probe, self.lab, INDEX);
        self.show
            .during(&format!("warming up {}", shape_of(root)), asker.warm(&self.book))
            .await?;
        self.pace.saw(root, with_leaves, began.elapsed());
        Ok(())
    }

    /// One run, and whether it met the objective; nothing if no query was due in it, which says nothing.
    async fn run(&mut self, plan: RunPlan) -> Result<Option<bool>, SweepError> {
        let what = format!("{}, {}/s", plan.shape, plan.rate_per_second);
        let began = Instant::now();
        // Boxed: what a run holds would make every future around it large.
        let running = Box::pin(self.bench.run(self.lab, plan));
        let point = self.show.during(&what, running).await?;
        self.pace.saw_run(plan.window, began.elapsed());
        self.show.point(&point);
        let reads = &point.load.reads;
        let met = (reads.due > 0).then(|| self.config.objective.is_met_by(reads));
        self.found.points.push(point);
        Ok(met)
    }
}

/// A root's shape, for people.
fn shape_of(root: RootKind) -> Shape {
    Shape {
        leaves: root.leaves,
        replicas: root.replicas,
        hedging: root.hedging,
        stragglers: Stragglers::None,
    }
}
