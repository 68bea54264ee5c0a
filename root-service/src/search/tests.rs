//! The flow of a query over scripted leaves, under a paused clock.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use shared::analysis::Analyzer;
use shared::catalog::{Catalog, IndexMeta, SearchDefaults};
use shared::deadline::Deadline;
use shared::ids::{IndexUuid, Position, Shard};
use shared::mapping::{Field, FieldKind, Mapping};
use shared::wire::{LeafError, Load, ShardState, ShardStatus, StatusResponse};
use tokio::time::Instant;
use uuid::Uuid;

use super::{AsOf, SearchResult, Searches, TailConfig};
use crate::attempt::{HedgeConfig, HedgeMode};
use crate::client::scripted::{Act, ScriptedLeaves};
use crate::client::{CallError, Endpoint};
use crate::dsl::search_body::SearchCommand;
use crate::error::ApiError;

pub(super) const MS: Duration = Duration::from_millis(1);
pub(super) const LEAVES: u32 = 4;
const INDEX: IndexUuid = IndexUuid(Uuid::from_u128(5));

/// A cluster of 4 leaves with 2 replicas each; every shard has 100 documents.
pub(super) struct Stage {
    pub(super) leaves: Arc<ScriptedLeaves>,
    pub(super) searches: Searches,
    catalog: Catalog,
}

pub(super) fn endpoint(leaf: u32, replica: u32) -> Endpoint {
    Arc::from(format!("{leaf}/{replica}"))
}

impl Stage {
    pub(super) fn new() -> Self {
        Self::with(LEAVES, HedgeMode::Delayed)
    }

    /// A cluster whose index has so many shards, and whose root hedges so.
    pub(super) fn with(shards: u32, mode: HedgeMode) -> Self {
        let now = Instant::now();
        let mut mapping = Mapping::default();
        let analyzer = Analyzer::standard();
        let text = Field::new(FieldKind::text(analyzer));
        mapping.add("title", text, 4).unwrap();
        let meta = IndexMeta {
            uuid: INDEX,
            shards,
            text_slots: 4,
            refresh_interval_ms: None,
            created_ms: 0,
            mapping,
        };
        let placement = meta.placement(LEAVES);
        let indexes = BTreeMap::from([("i".to_owned(), meta)]);
        let endpoints = (0..LEAVES)
            .map(|leaf| vec![endpoint(leaf, 0), endpoint(leaf, 1)])
            .collect();
        let leaves = Arc::new(ScriptedLeaves::default());
        let tail = TailConfig {
            hedge: HedgeConfig {
                mode,
                delay_unknown: 10 * MS,
                ..HedgeConfig::default()
            },
            ..TailConfig::default()
        };
        let rng = shared::random::from_seed(1);
        let searches = Searches::new(endpoints, leaves.clone(), tail, rng, now);
        for replica in searches.members.replicas() {
            let hosted = placement
                .iter()
                .zip(0..)
                .filter(|(leaf, _)| **leaf == replica.leaf);
            let shards = hosted.map(|(_, shard)| status(Shard(shard))).collect();
            let instance = Uuid::from_u128(1);
            let load = Load::default();
            replica.heard(
                StatusResponse {
                    leaf: replica.leaf,
                    instance,
                    catalog_version: 1,
                    shards,
                    load,
                },
                now,
            );
        }
        Self {
            leaves,
            searches,
            catalog: Catalog {
                cluster: uuid::Uuid::nil(),
                version: 1,
                leaves: LEAVES,
                indexes,
                aliases: std::collections::BTreeMap::new(),
                search: SearchDefaults::default(),
            },
        }
    }

    pub(super) fn script_leaf(&self, leaf: u32, act: &Act) {
        for replica in 0..2 {
            self.leaves.script(&endpoint(leaf, replica), act.clone());
        }
    }

    pub(super) async fn search(&self, command: &SearchCommand) -> Result<SearchResult, ApiError> {
        self.search_within(command, 1_000 * MS).await
    }

    pub(super) async fn search_within(
        &self,
        command: &SearchCommand,
        timeout: Duration,
    ) -> Result<SearchResult, ApiError> {
        self.search_as_of(command, AsOf::default(), timeout).await
    }

    pub(super) async fn search_as_of(
        &self,
        command: &SearchCommand,
        as_of: AsOf,
        timeout: Duration,
    ) -> Result<SearchResult, ApiError> {
        let deadline = Deadline::after(Instant::now(), timeout);
        self.searches
            .search(&self.catalog, "i", command, as_of, deadline)
            .await
    }
}

fn status(shard: Shard) -> ShardStatus {
    ShardStatus {
        index: INDEX,
        shard,
        state: ShardState::Ready,
        applied: Position(1),
        committed: Position(1),
        documents: 100,
        deleted: 0,
        bytes: 0,
        segments: 1,
    }
}

fn all_or_nothing() -> SearchCommand {
    SearchCommand {
        allow_partial_search_results: Some(false),
        ..SearchCommand::default()
    }
}

#[tokio::test(start_paused = true)]
async fn a_healthy_cluster_covers_everything() {
    let result = Stage::new().search(&SearchCommand::default()).await.unwrap();
    assert_eq!((result.shards.total, result.shards.successful), (4, 4));
    assert_eq!(
        (result.coverage.documents_total, result.coverage.documents_covered),
        (400, 400)
    );
    assert_eq!((result.coverage.leaves_answered, result.timed_out), (4, false));
}

#[tokio::test(start_paused = true)]
async fn a_hung_leaf_costs_its_share_and_the_answer_comes_by_the_deadline() {
    let stage = Stage::new();
    stage.script_leaf(2, &Act::Hang);
    let began = Instant::now();
    let result = stage.search(&SearchCommand::default()).await.unwrap();
    assert!(began.elapsed() <= 1_000 * MS);
    assert!(result.timed_out);
    assert_eq!((result.shards.total, result.shards.successful), (4, 3));
    assert_eq!(
        (result.coverage.documents_total, result.coverage.documents_covered),
        (400, 300)
    );
    assert_eq!(
        (result.coverage.shards_timeout, result.coverage.leaves_answered),
        (1, 3)
    );
    assert!(
        !result.total.unwrap().exact,
        "a count over part of the documents is a lower bound"
    );
}

#[tokio::test(start_paused = true)]
async fn one_hung_replica_costs_nothing_but_the_hedge() {
    let stage = Stage::new();
    stage.leaves.script(&endpoint(1, 0), Act::Hang);
    for _ in 0..20 {
        let began = Instant::now();
        let result = stage.search(&SearchCommand::default()).await.unwrap();
        assert_eq!(result.coverage.documents_covered, 400);
        assert!(began.elapsed() <= 20 * MS, "{:?}", began.elapsed());
    }
}

#[tokio::test(start_paused = true)]
async fn all_or_nothing_is_a_504_when_a_leaf_is_missing() {
    let stage = Stage::new();
    stage.script_leaf(
        0,
        &Act::Fail(MS, CallError::Refused(LeafError::Internal("broken".to_owned()))),
    );
    assert_eq!(
        stage
            .search(&SearchCommand::default())
            .await
            .unwrap()
            .coverage
            .shards_failed,
        1
    );
    assert_eq!(stage.search(&all_or_nothing()).await.unwrap_err().status(), 504);
}

#[tokio::test(start_paused = true)]
async fn a_cluster_that_sheds_everything_answers_429_and_one_that_fails_everywhere_503() {
    let stage = Stage::new();
    for (refusal, status) in [(LeafError::Shed, 429), (LeafError::NotHosted, 503)] {
        for leaf in 0..LEAVES {
            stage.script_leaf(leaf, &Act::Fail(MS, CallError::Refused(refusal.clone())));
        }
        assert_eq!(
            stage
                .search(&SearchCommand::default())
                .await
                .unwrap_err()
                .status(),
            status
        );
    }
}

#[tokio::test(start_paused = true)]
async fn an_unknown_index_is_a_404() {
    let stage = Stage::new();
    let deadline = Deadline::after(Instant::now(), MS);
    let command = SearchCommand::default();
    let answer = stage
        .searches
        .search(&stage.catalog, "j", &command, AsOf::default(), deadline)
        .await;
    assert_eq!(answer.unwrap_err().status(), 404);
}
