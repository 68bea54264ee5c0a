//! The course of a sweep: load, explore each number of leaves, measure every shape, and a few of them again.

use std::sync::Arc;
use std::time::Duration;

use benches::measured::{Corpus, Highest, Profile, QueryLog, Shape, Stragglers, Sweep};
use benches::sweep::{
    Exploring, HighestSearch, Pace, RootKind, Timetable, Visit, Window, common_rates, exploring,
    weighted_sample,
};
use tokio::task::spawn_blocking;
use tokio::time::{Instant, sleep};

use super::alone::{Asker, median_seconds};
use super::lab::{INDEX, Lab};
use super::material::{Book, Material};
use super::point::{Bench, RunPlan};
use super::probe::Probe;
use super::show::{self, Show};
use super::{SweepConfig, SweepError};
use crate::bulk::{self, BulkPlan, Loaded};
use crate::client::Client;
use crate::screen::number::{grouped, megabytes, seconds};

/// The first rate that is tried, as a share of what one client alone gets answered.
const FIRST_RATE: f64 = 0.5;
/// How often the gap around the highest rate is halved.
const HALVINGS: u32 = 2;
/// After a rate that was too high, before another one is tried.
const RECOVERY: Duration = Duration::from_millis(500);
/// How often the leaf is asked whether it still merges segments, and for how long at most.
const SETTLING: (Duration, Duration) = (Duration::from_millis(1_100), Duration::from_mins(1));

/// Everything that the course works with.
struct Course<'a> {
    config: &'a SweepConfig,
    show: &'a Show<'a>,
    lab: &'a mut Lab,
    found: &'a mut Sweep,
    book: Book,
    bench: Bench,
    pace: Pace,
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
    let mut course = Course {
        pace: Pace::guess(found.machine.cores),
        config,
        show,
        lab,
        found,
        book,
        bench,
    };
    course.load(corpus).await?;
    course.explore_all().await?;
    course.measure_all().await
}

impl Course<'_> {
    /// Loads the corpus into one leaf; every other one starts on what it has indexed.
    async fn load(&mut self, corpus: datasets::Corpus) -> Result<(), SweepError> {
        let name = corpus.info().name.clone();
        let plan = BulkPlan {
            documents_max: self.config.documents_max,
            ..BulkPlan::default()
        };
        let (index, show) = (self.book.index(self.config.shards), self.show);
        let started = show
            .during("starting the first cluster", self.lab.start_empty())
            .await?;
        let client = started.client().clone();
        let loading = async {
            client.create_index(INDEX, &index).await?;
            let (loaded, _) = bulk::load(&client, INDEX, corpus, plan, |_| {}).await?;
            client.refresh(INDEX).await?;
            settle(&client).await?;
            Ok::<Loaded, SweepError>(loaded)
        };
        let loaded = show.during(&format!("loading {name}"), loading).await?;
        let documents = client.count(INDEX).await?;
        if documents == 0 {
            let rejected = loaded.rejected_first.first().map(|first| first.reason.clone());
            return Err(SweepError::NoDocuments(rejected.or(loaded.malformed_first)));
        }
        let index_bytes = show
            .during("stopping the first cluster", self.lab.keep_loaded())
            .await?;
        let took = loaded.took;
        self.found.corpus = Corpus {
            name,
            documents,
            source_bytes: loaded.bytes,
            index_bytes,
            shards: self.config.shards,
            load_seconds: took.as_secs_f64(),
        };
        let left_out = loaded.rejected + loaded.malformed;
        if left_out > 0 {
            self.found.notes.push(format!(
                "{} documents of the corpus could not be loaded.",
                grouped(left_out)
            ));
        }
        show.heading(&format!(
            "{} documents loaded once, in {}",
            grouped(documents),
            seconds(took)
        ));
        show.line(&format!(
            "{} shards, {} on disk; searched in {}; asked: {}, {} queries",
            self.config.shards,
            megabytes(index_bytes as f64),
            self.book.fields.join(", "),
            self.book.name,
            grouped(self.found.queries.distinct),
        ));
        Ok(())
    }

    /// Queries alone and the highest rate for every number of leaves, the largest first: there a query asks the most of the
    /// processes, so that its sample, which is everybody's, fits the time.
    async fn explore_all(&mut self) -> Result<(), SweepError> {
        let left = self.show.left();
        let grid = &self.config.grid;
        let times = exploring(grid, &self.pace, left).unwrap_or_else(|_| Exploring::shortest());
        let mut rng = shared::random::from_seed(self.config.seed);
        let mut sample = weighted_sample(&self.book.weights(), self.config.profile_queries, &mut rng)
            .map_err(|_| SweepError::NoQueries(self.config.queries.clone()))?;
        self.show
            .heading("One replica of each leaf: queries alone, and the highest rate");
        let mut near = None;
        for &leaves in grid.leaves().iter().rev() {
            let highest = self.explore(leaves, &mut sample, &times, near).await?;
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
        sample: &mut Vec<usize>,
        times: &Exploring,
        near: Option<f64>,
    ) -> Result<f64, SweepError> {
        let root = RootKind::alone(leaves);
        self.ready(root).await?;
        let what = format!("{}, queries alone", show::leaves(leaves));
        let asker = Asker::new(&self.bench.probe, self.lab);
        let asked = asker.profile(&self.book, sample, times.profile);
        let queries = self.show.during(&what, asked).await?;
        // All others are asked no more than fitted here.
        sample.truncate(queries.len() / 2);
        let profile = Profile {
            leaves,
            documents: self.bench.probe.documents(&self.lab.leaves()).await?,
            idle: None,
            queries,
        };
        self.show.profile(&profile);
        let first = near.unwrap_or_else(|| FIRST_RATE / median_seconds(&profile));
        self.found.profiles.push(profile);
        let shape = Shape {
            leaves,
            replicas: 1,
            hedging: false,
            stragglers: Stragglers::None,
        };
        let step = times.step;
        self.find_highest(shape, first, |_, _| step).await
    }

    /// The search for the highest rate of a shape, step by step. The stragglers have been set.
    async fn find_highest(
        &mut self,
        shape: Shape,
        first: f64,
        window: impl Fn(&Self, usize) -> Window,
    ) -> Result<f64, SweepError> {
        let mut search = HighestSearch::new(first, HALVINGS);
        let mut steps = 0;
        while let Some(rate) = search.next_rate() {
            let plan = RunPlan {
                shape,
                rate_per_second: rate,
                window: window(self, steps),
                seed: self.config.seed,
            };
            let met = self.run(plan).await?;
            search.record(met);
            steps += 1;
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
        for (done, (shape, rate)) in visit.runs.iter().enumerate() {
            self.set(shape.stragglers).await?;
            let plan = RunPlan {
                shape: *shape,
                rate_per_second: rates[*rate],
                window: timetable.window(&self.pace, self.show.left(), nth, done),
                // What is measured again is asked other queries at other times: that is part of the noise.
                seed: self.config.seed + u64::from(timetable.is_repeat(nth)),
            };
            self.run(plan).await?;
        }
        for shape in &visit.highest {
            self.set(shape.stragglers).await?;
            let alone =
                |highest: &&Highest| highest.shape.leaves == shape.leaves && highest.shape.replicas == 1;
            let near = self
                .found
                .highest
                .iter()
                .find(alone)
                .map_or(0.0, |highest| highest.met_per_second);
            let first = if near > 0.0 { near } else { rates[0] };
            let done = visit.runs.len();
            self.find_highest(*shape, first, |course, steps| {
                timetable.window(&course.pace, course.show.left(), nth, done + steps)
            })
            .await?;
        }
        Ok(())
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
        let asker = Asker::new(&self.bench.probe, self.lab);
        self.show
            .during(&format!("warming up {}", shape_of(root)), asker.warm(&self.book))
            .await?;
        self.pace.saw(root, with_leaves, began.elapsed());
        Ok(())
    }

    /// One run; true if it met the objective.
    async fn run(&mut self, plan: RunPlan) -> Result<bool, SweepError> {
        let what = format!("{}, {}/s", plan.shape, plan.rate_per_second);
        let began = Instant::now();
        let point = self.show.during(&what, self.bench.run(self.lab, plan)).await?;
        self.pace.saw_run(plan.window, began.elapsed());
        self.show.point(&point);
        let met = self.config.objective.is_met_by(&point.load.reads);
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

/// Waits until the leaf merges no more: all clusters are to have the same segments, and one that is done.
async fn settle(client: &Client) -> Result<(), SweepError> {
    let (every, most) = SETTLING;
    let until = Instant::now() + most;
    let mut before = client.segments(INDEX).await?;
    loop {
        sleep(every).await;
        let now = client.segments(INDEX).await?;
        if now == before || Instant::now() >= until {
            return Ok(());
        }
        before = now;
    }
}
