//! Refresh: replicas commit up to a position, and from then on no search through this root misses it.
//!
//! One replica of each shard is enough to answer: the position is remembered, and every later search demands it of
//! whichever replica it asks, so a laggard is waited for or passed over, and never answers from before.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::time::Duration;

use parking_lot::RwLock;
use shared::deadline::Deadline;
use shared::ids::{IndexUuid, Leaf, Position, Shard};
use shared::wire::RefreshRequest;
use tokio::sync::mpsc;
use tokio::time::Instant;

use crate::client::LeafClient;
use crate::members::Members;
use crate::search::{Cause, ShardReport, ShardsSummary};

/// How long a replica that is slower than its siblings is still listened to.
const PATIENCE: Duration = Duration::from_secs(30);

/// The positions that searches demand.
#[derive(Debug, Default)]
pub struct Visible {
    positions: RwLock<HashMap<IndexUuid, Position>>,
}

impl Visible {
    /// What a search of the index must see at least.
    pub fn position(&self, index: IndexUuid) -> Position {
        self.positions.read().get(&index).copied().unwrap_or_default()
    }

    fn raise(&self, index: IndexUuid, position: Position) {
        let mut positions = self.positions.write();
        let known = positions.entry(index).or_default();
        *known = position.max(*known);
    }

    /// Forgets indexes that are gone.
    pub fn retain(&self, alive: impl Fn(IndexUuid) -> bool) {
        self.positions.write().retain(|index, _| alive(*index));
    }
}

/// What to refresh.
#[derive(Clone, Debug)]
pub struct Refresh {
    /// The index.
    pub index: IndexUuid,
    /// Its shards by the leaf to ask.
    pub leaves: BTreeMap<Leaf, Vec<Shard>>,
    /// Up to where.
    pub position: Position,
    /// Now, or with the next periodic commit.
    pub now: bool,
}

/// Refreshes; waits until every shard has one replica that has committed the position, or the deadline.
pub async fn refresh(
    members: &Members,
    client: &Arc<dyn LeafClient>,
    visible: &Visible,
    what: &Refresh,
    deadline: Deadline,
) -> ShardsSummary {
    let mut committed = ask(members, client, what);
    let mut missing: BTreeMap<Shard, Leaf> = what
        .leaves
        .iter()
        .flat_map(|(leaf, shards)| shards.iter().map(|shard| (*shard, *leaf)))
        .collect();
    let total = u32::try_from(missing.len()).unwrap_or(u32::MAX);
    while !missing.is_empty() {
        match tokio::time::timeout_at(deadline.instant(), committed.recv()).await {
            Ok(Some(shards)) => missing.retain(|shard, _| !shards.contains(shard)),
            Ok(None) | Err(_) => break,
        }
    }
    if missing.is_empty() {
        visible.raise(what.index, what.position);
    }
    let failures = missing
        .into_iter()
        .map(|(shard, leaf)| ShardReport {
            index: None,
            shard,
            leaf,
            cause: Cause::Timeout,
            reason: format!("no replica has committed position {} in time", what.position),
        })
        .collect::<Vec<_>>();
    ShardsSummary {
        total,
        successful: total - u32::try_from(failures.len()).unwrap_or(total),
        failures,
    }
}

/// Asks every reachable replica; what they have committed arrives on the receiver.
fn ask(
    members: &Members,
    client: &Arc<dyn LeafClient>,
    what: &Refresh,
) -> mpsc::UnboundedReceiver<Vec<Shard>> {
    let (sender, receiver) = mpsc::unbounded_channel();
    for (leaf, shards) in &what.leaves {
        let replicas = members
            .leaf(*leaf)
            .into_iter()
            .flat_map(|members| &members.replicas);
        for replica in replicas.filter(|replica| replica.reachable()) {
            let request = RefreshRequest {
                index: what.index,
                shards: shards.clone(),
                position: what.position,
                now: what.now,
                time_remaining_us: Deadline::after(Instant::now(), PATIENCE).remaining_us(Instant::now()),
            };
            let call = client.refresh(&replica.endpoint, &request);
            let status = client.status(&replica.endpoint);
            let (sender, replica, index, position) =
                (sender.clone(), replica.clone(), what.index, what.position);
            tokio::spawn(async move {
                if let Ok(Ok(response)) = tokio::time::timeout(PATIENCE, call).await {
                    for (shard, at) in &response.shards {
                        replica.saw(index, *shard, *at, None);
                    }
                    // How many documents there are now is asked at once: people look right after a refresh.
                    if let Ok(Ok(status)) = tokio::time::timeout(PATIENCE, status).await {
                        replica.heard(status, Instant::now());
                    }
                    let there = response
                        .shards
                        .iter()
                        .filter(|(_, at)| *at >= position)
                        .map(|(shard, _)| *shard);
                    // Nobody may be waiting any more.
                    let _ = sender.send(there.collect());
                }
            });
        }
    }
    receiver
}
