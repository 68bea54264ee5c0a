//! What roots are asked, and how a query goes from its client to its answer.

use std::sync::Arc;
use std::time::Duration;

use rand::rngs::StdRng;
use root_service::dsl::search_body::SearchCommand;
use root_service::error::ApiError;
use root_service::search::AsOf;
use shared::catalog::Catalog;
use shared::deadline::Deadline;
use tokio::time::Instant;

use super::clock::Clock;
use super::cluster::{Cluster, INDEX, Root};
use super::config::SimulationConfig;
use super::latency::Latency;
use super::leaves::us;
use super::machines::{Draws, Machines};
use super::run::{End, Sample};
use super::turn::Turn;

/// What a root asks its leaves to count to, for the query of number 0: counts below mean something else.
const FIRST: u64 = 2;

/// The number of the query that a leaf is asked, which travels in how far matches are to be counted: a field that the
/// root hands on as it is, and in which a simulated leaf has no other interest.
pub(super) fn query_of(count_max: u64) -> usize {
    usize::try_from(count_max.saturating_sub(FIRST)).unwrap_or(usize::MAX)
}

/// The queries, and their clients.
pub(super) struct Asked {
    catalog: Arc<Catalog>,
    command: SearchCommand,
    timeout: Duration,
    clock: Clock,
    log: Option<Log>,
}

/// Queries that cost different amounts, with what else is on their way.
struct Log {
    draws: Draws,
    front: Latency,
    root: Duration,
    client: Duration,
}

/// One query: which, and how long it is on its way to the root and back.
#[derive(Clone, Copy)]
pub(super) struct Query {
    number: u64,
    front: Duration,
}

impl Asked {
    pub(super) fn new(config: &SimulationConfig, cluster: &Cluster, clock: Clock) -> Self {
        let wait = |ms| config.min_coverage.map(|_| Duration::from_millis(ms));
        let log = |machines: &Machines| Log {
            draws: Draws::new(&machines.queries),
            front: machines.front.clone(),
            root: us(machines.overheads.root_fixed_us),
            client: us(machines.overheads.client_us),
        };
        let hits = config.machines.as_ref().map_or(0, |machines| machines.hits);
        Self {
            catalog: cluster.catalog.clone(),
            command: SearchCommand {
                size: hits,
                min_coverage: config.min_coverage,
                coverage_wait_min: wait(config.coverage_wait_min_ms),
                coverage_wait_max: wait(config.coverage_wait_max_ms),
                ..SearchCommand::default()
            },
            timeout: Duration::from_millis(config.timeout_ms),
            clock,
            log: config.machines.as_ref().map(log),
        }
    }

    /// The next query.
    pub(super) fn choose(&self, rng: &mut StdRng) -> Query {
        let Some(log) = &self.log else {
            return Query {
                number: 0,
                front: Duration::ZERO,
            };
        };
        Query {
            number: u64::try_from(log.draws.draw(rng)).unwrap_or(u64::MAX),
            front: us(log.front.draw(rng) * 1e3),
        }
    }

    /// Asks a root, and waits for its answer.
    pub(super) async fn ask(&self, root: &Root, query: Query) -> Sample {
        let began = Instant::now();
        self.under_way(root, query).await;
        let sample = self.answer(root, query, began).await;
        self.under_way(root, query).await;
        let latency_us = u32::try_from(began.elapsed().as_micros()).unwrap_or(u32::MAX);
        Sample { latency_us, ..sample }
    }

    /// One way between client and root, with half of what both compute.
    async fn under_way(&self, root: &Root, query: Query) {
        let (Some(log), Some(host)) = (&self.log, &root.host) else {
            return;
        };
        host.compute(log.client / 2).await;
        self.clock.sleep(query.front / 2).await;
        host.compute(log.root / 2).await;
    }

    async fn answer(&self, root: &Root, query: Query, began: Instant) -> Sample {
        let deadline = Deadline::after(began, self.timeout);
        let command = match &self.log {
            Some(_) => &SearchCommand {
                // The root asks its leaves for one more.
                count_max: query.number + FIRST - 1,
                ..self.command.clone()
            },
            None => &self.command,
        };
        let as_of = AsOf::default();
        let search = root
            .searches
            .search(&self.catalog, INDEX, command, as_of, deadline);
        let answer = Turn::of_its_own(search).await;
        let none = |end| Sample {
            latency_us: 0,
            end,
            covered: 0.0,
            timed_out: false,
            early: false,
        };
        match answer {
            Ok(result) => Sample {
                covered: result.coverage.share(),
                timed_out: result.timed_out,
                early: result.coverage.shards_early > 0,
                ..none(End::Answered)
            },
            Err(ApiError::Rejected { .. }) => none(End::Refused),
            Err(_) => none(End::Failed),
        }
    }
}
