//! One run: queries arrive at a cluster on a paused clock, and what becomes of them is noted.

use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;
use rand::RngExt as _;
use rand::rngs::StdRng;
use root_service::dsl::search_body::SearchCommand;
use root_service::members::poll_forever;
use shared::catalog::Catalog;
use shared::deadline::Deadline;
use shared::ids::Position;
use tokio::runtime::Builder;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep_until};

use super::cluster::{Cluster, INDEX};
use super::config::{Arrivals, SimulationConfig};
use super::leaves::Counts;
use root_service::search::Searches;

/// What became of one query.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sample {
    pub(super) latency_us: u32,
    /// The share of the documents that its answer covers; 0 if it failed.
    pub(super) covered: f64,
    pub(super) timed_out: bool,
    pub(super) failed: bool,
}

/// What became of a run's queries, and what it took.
pub(super) struct Outcome {
    pub(super) samples: Vec<Sample>,
    /// What happened before the measured queries.
    pub(super) before: Counts,
    pub(super) counts: Counts,
    pub(super) simulated: Duration,
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
    let runtime = Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()?;
    Ok(runtime.block_on(drive(config, share, seed)))
}

async fn drive(config: &SimulationConfig, queries: u32, seed: u64) -> Outcome {
    let began = Instant::now();
    let cluster = Cluster::new(config, seed);
    let mut polls = JoinSet::new();
    for root in &cluster.roots {
        polls.spawn(poll_forever(root.members.clone(), root.client.clone()));
    }
    let command = Arc::new(SearchCommand {
        size: 0,
        ..SearchCommand::default()
    });
    let mut arrivals = ArrivalTimes::new(config, shared::random::from_seed(seed ^ 0xa55a));
    let samples = Arc::new(Mutex::new(Vec::with_capacity(queries as usize)));
    let mut before = Counts::default();
    let mut under_way = JoinSet::new();
    for number in 0..config.warmup_queries.saturating_add(queries) {
        sleep_until(began + arrivals.next()).await;
        while under_way.try_join_next().is_some() {}
        if number == config.warmup_queries {
            // Queries that have just arrived are sent before the count.
            tokio::task::yield_now().await;
            before = cluster.leaves.counts();
        }
        let root = cluster.roots[number as usize % cluster.roots.len()].clone();
        let measured = (number >= config.warmup_queries).then(|| samples.clone());
        let query = ask(
            root,
            cluster.catalog.clone(),
            command.clone(),
            Duration::from_millis(config.timeout_ms),
        );
        under_way.spawn(async move {
            let sample = query.await;
            if let Some(samples) = measured {
                samples.lock().push(sample);
            }
        });
    }
    while under_way.join_next().await.is_some() {}
    Outcome {
        samples: std::mem::take(&mut *samples.lock()),
        before,
        counts: cluster.leaves.counts(),
        simulated: began.elapsed(),
    }
}

async fn ask(
    root: Arc<Searches>,
    catalog: Arc<Catalog>,
    command: Arc<SearchCommand>,
    timeout: Duration,
) -> Sample {
    let began = Instant::now();
    let deadline = Deadline::after(began, timeout);
    let answer = root
        .search(&catalog, INDEX, &command, Position::START, deadline)
        .await;
    let latency_us = u32::try_from(began.elapsed().as_micros()).unwrap_or(u32::MAX);
    match answer {
        Ok(result) => Sample {
            latency_us,
            covered: result.coverage.documents_covered as f64 / result.coverage.documents_total.max(1) as f64,
            timed_out: result.timed_out,
            failed: false,
        },
        Err(_) => Sample {
            latency_us,
            covered: 0.0,
            timed_out: false,
            failed: true,
        },
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
