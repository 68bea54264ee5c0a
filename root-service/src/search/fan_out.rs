//! Fan out: one leaf request per leaf, all at once, each through its own race of attempts.

use std::sync::Arc;

use futures::future::join_all;
use shared::ids::Leaf;
use shared::wire::{SearchRequest, SearchResponse, ShardTarget, Statistics};
use tokio::time::Instant;

use super::plan::Plan;
use super::time::Schedule;
use crate::attempt::{Attempted, Attempts, Failure};
use crate::client::LeafClient;
use crate::members::{Members, Phase};
use crate::search::Cause;

/// What one leaf came to.
pub(super) struct LeafOutcome {
    /// The leaf.
    pub(super) leaf: Leaf,
    /// The shards it was asked for.
    pub(super) shards: Vec<ShardTarget>,
    /// Its answer, or why there is none.
    pub(super) result: Result<Attempted<SearchResponse>, Failure>,
}

/// Asks all leaves of the plan; returns one outcome for each, by the end of the query phase at the latest.
pub(super) async fn fan_out(
    plan: &Plan,
    statistics: &Statistics,
    members: &Members,
    client: &Arc<dyn LeafClient>,
    attempts: &Attempts,
    schedule: Schedule,
) -> Vec<LeafOutcome> {
    let asked = plan.leaves.iter().map(async |(leaf, shards)| {
        let result = match members.leaf(*leaf) {
            None => Err(unknown(*leaf)),
            Some(leaf_members) => {
                let candidates = leaf_members.candidates(plan.index, shards);
                let call = |replica: &crate::members::Replica, attempt| {
                    let request = SearchRequest {
                        index: plan.index,
                        shards: shards.clone(),
                        query: plan.query.clone(),
                        statistics: statistics.clone(),
                        k: plan.k,
                        documents: plan.documents,
                        count_max: plan.count_max,
                        time_remaining_us: schedule.leaf.remaining_us(Instant::now()),
                        attempt,
                        tie: None,
                    };
                    client.search(&replica.endpoint, &request)
                };
                attempts
                    .run(leaf_members, candidates, Phase::Query, schedule.query, call)
                    .await
            }
        };
        LeafOutcome {
            leaf: *leaf,
            shards: shards.clone(),
            result,
        }
    });
    join_all(asked).await
}

/// A catalog may name more leaves than this root was told of.
fn unknown(leaf: Leaf) -> Failure {
    Failure {
        cause: Cause::Failed,
        reason: format!("this root was told of no replica of leaf {leaf}"),
    }
}
