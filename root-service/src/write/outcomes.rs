//! What came of a batch: the replicas are told of the new position, and the first of each shard that has applied it
//! says what happened to each operation. All replicas decide alike.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use shared::ids::{IndexUuid, Leaf, Position, Shard};
use shared::wire::{ApplyRequest, Outcome};
use tokio::sync::watch;

use crate::catalogs::Catalogs;
use crate::client::LeafClient;
use crate::members::Members;

/// How long replicas are given to apply a batch before they are no longer listened to. The write is durable anyway.
const PATIENCE: Duration = Duration::from_mins(1);

/// Asks replicas for outcomes. Cheap to clone.
#[derive(Clone)]
pub(super) struct Outcomes {
    /// The members to ask.
    pub(super) members: Arc<Members>,
    /// How to ask them.
    pub(super) client: Arc<dyn LeafClient>,
    /// Where shards are.
    pub(super) catalogs: Arc<Catalogs>,
}

type Known = Arc<BTreeMap<Shard, Vec<Outcome>>>;

impl Outcomes {
    /// Tells every reachable replica of the shards' leaves about the position. The receiver sees the outcomes as they
    /// come; its sender is gone when nobody is left who could tell more.
    pub(super) fn ask(
        &self,
        index: IndexUuid,
        position: Position,
        shards: Vec<Shard>,
    ) -> watch::Receiver<Known> {
        let (known, receiver) = watch::channel(Known::default());
        for (leaf, shards) in self.by_leaf(index, shards) {
            let Some(members) = self.members.leaf(leaf) else {
                continue;
            };
            for replica in members.replicas.iter().filter(|replica| replica.reachable()) {
                let request = ApplyRequest {
                    index,
                    position,
                    shards: shards.clone(),
                    time_remaining_us: u64::try_from(PATIENCE.as_micros()).unwrap_or(u64::MAX),
                };
                let call = self.client.apply(&replica.endpoint, &request);
                let known = known.clone();
                // Not cancelled when another replica was first: closing its connection each time would cost more.
                tokio::spawn(async move {
                    if let Ok(Ok(response)) = tokio::time::timeout(PATIENCE, call).await {
                        learn(&known, response.shards);
                    }
                });
            }
        }
        receiver
    }

    fn by_leaf(&self, index: IndexUuid, shards: Vec<Shard>) -> BTreeMap<Leaf, Vec<Shard>> {
        let catalog = self.catalogs.current();
        let mut leaves: BTreeMap<Leaf, Vec<Shard>> = BTreeMap::new();
        if let Some((_, meta)) = catalog.by_uuid(index) {
            let placement = self.members.placements.of(&catalog, meta);
            for shard in shards {
                if let Some(planned) = placement.get(shard.0 as usize) {
                    leaves
                        .entry(self.members.route(index, shard, *planned))
                        .or_default()
                        .push(shard);
                }
            }
        }
        leaves
    }
}

fn learn(known: &watch::Sender<Known>, shards: Vec<shared::wire::ShardApplied>) {
    known.send_if_modified(|known| {
        let mut learnt = false;
        for applied in shards {
            if let Some(outcomes) = applied.outcomes
                && !known.contains_key(&applied.shard)
            {
                Arc::make_mut(known).insert(applied.shard, outcomes);
                learnt = true;
            }
        }
        learnt
    });
}
