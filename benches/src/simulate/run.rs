//! One run: queries arrive at a cluster on a paused clock, and what becomes of them is noted.

use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;
use rand::RngExt as _;
use rand::rngs::StdRng;
use root_service::members::poll_forever;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep};

use super::asked::Asked;
use super::clock::{Clock, paused_runtime};
use super::cluster::Cluster;
use super::config::{Arrivals, SimulationConfig};
use super::counts::Counts;
use super::ejections::Ejections;

/// All roots have polled once when this has passed.
const POLLED_WITHIN: Duration = Duration::from_millis(250);

/// What became of one query.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sample {
    pub(super) latency_us: u32,
    pub(super) end: End,
    /// The share of the documents that its answer covers; 0 if there is none.
    pub(super) covered: f64,
    pub(super) timed_out: bool,
    /// Enough was covered before all had answered.
    pub(super) early: bool,
}

/// How a query ended for its client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// With an answer, complete or not.
    Answered,
    /// Sent away for overload.
    Refused,
    /// With another error.
    Failed,
}

/// What became of a run's queries, and what it took.
pub(super) struct Outcome {
    pub(super) samples: Vec<Sample>,
    /// What happened before the measured queries.
    pub(super) before: Standing,
    pub(super) after: Standing,
    /// From the first measured query's arrival to that of the last.
    pub(super) window: Duration,
    pub(super) simulated: Duration,
    pub(super) ejections: Ejections,
}

/// Where a run stands at one moment.
pub(super) struct Standing {
    pub(super) counts: Counts,
    /// Requests that each replica has begun to execute, by leaf.
    pub(super) begun: Vec<u64>,
    pub(super) at: Instant,
}

/// Simulates the run of that number.
pub(super) fn run(config: &SimulationConfig, number: u32) -> Result<Outcome, std::io::Error> {
    // The measured queries are shared out evenly; the first runs get what is left over.
    let share = config.queries / config.runs + u32::from(number < config.queries % config.runs);
    // Far apart, because each root of a run has a seed of its own.
    let seed = config
        .seed
        .wrapping_mul(0x9e37_79b9_7f4a_7c15)
        .wrapping_add(u64::from(number) << 32);
    let (runtime, idle) = paused_runtime()?;
    Ok(runtime.block_on(async {
        let clock = match config.machines {
            Some(_) => Clock::fine(idle),
            None => Clock::Coarse,
        };
        drive(config, share, seed, clock).await
    }))
}

async fn drive(config: &SimulationConfig, queries: u32, seed: u64, clock: Clock) -> Outcome {
    let began = Instant::now();
    let cluster = Cluster::new(config, seed, &clock);
    let mut polls = JoinSet::new();
    for (root, delay) in cluster.roots.iter().zip(phases(config.roots)) {
        let (members, client) = (root.searches.members.clone(), root.searches.client.clone());
        polls.spawn(async move {
            sleep(delay).await;
            poll_forever(members, client).await;
        });
    }
    let asked = Arc::new(Asked::new(config, &cluster, clock.clone()));
    let mut arrivals = ArrivalTimes::new(config, shared::random::from_seed(seed ^ 0xa55a));
    let mut choice = shared::random::from_seed(seed ^ 0x5aa5);
    let samples = Arc::new(Mutex::new(Vec::with_capacity(queries as usize)));
    let mut before = Standing::of(&cluster);
    let mut under_way = JoinSet::new();
    for number in 0..config.warmup_queries.saturating_add(queries) {
        clock.sleep_until(began + arrivals.next()).await;
        while under_way.try_join_next().is_some() {}
        if number == config.warmup_queries {
            // Queries that have just arrived are sent before the count.
            tokio::task::yield_now().await;
            before = Standing::of(&cluster);
        }
        let root = cluster.roots[number as usize % cluster.roots.len()].clone();
        let measured = (number >= config.warmup_queries).then(|| samples.clone());
        let asked = asked.clone();
        let query = asked.choose(&mut choice);
        under_way.spawn(async move {
            let sample = asked.ask(&root, query).await;
            if let Some(samples) = measured {
                samples.lock().push(sample);
            }
        });
    }
    let window = before.at.elapsed();
    while under_way.join_next().await.is_some() {}
    Outcome {
        samples: std::mem::take(&mut *samples.lock()),
        before,
        after: Standing::of(&cluster),
        window,
        simulated: began.elapsed(),
        ejections: cluster
            .roots
            .iter()
            .map(|root| Ejections::of(&root.searches))
            .sum(),
    }
}

/// When each root begins to poll: processes that started at different times do not poll at the same time.
fn phases(roots: u32) -> impl Iterator<Item = Duration> {
    (0..roots).map(move |root| POLLED_WITHIN * root / roots)
}

impl Standing {
    fn of(cluster: &Cluster) -> Self {
        Self {
            counts: cluster.leaves.counts(),
            begun: cluster.leaves.begun(),
            at: Instant::now(),
        }
    }
}

/// When queries arrive, since the start of the run.
struct ArrivalTimes {
    kind: Arrivals,
    gap: f64,
    now: f64,
    rng: StdRng,
}

impl ArrivalTimes {
    fn new(config: &SimulationConfig, rng: StdRng) -> Self {
        Self {
            kind: config.arrivals,
            gap: 1.0 / config.rate_per_second,
            now: 0.0,
            rng,
        }
    }

    fn next(&mut self) -> Duration {
        self.now += match self.kind {
            Arrivals::Constant => self.gap,
            Arrivals::Poisson => -self.gap * (1.0 - self.rng.random::<f64>()).ln(),
        };
        Duration::from_secs_f64(self.now)
    }
}
