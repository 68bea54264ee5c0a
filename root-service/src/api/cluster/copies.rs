//! Where the copies of an index's shards are, and in what state: the ground of health and of the `_cat` tables.

use shared::catalog::IndexMeta;
use shared::ids::{Leaf, Shard};
use shared::wire::{ShardState, ShardStatus};

use super::summary::Color;
use crate::app::{ClusterView, ReplicaView};

/// The copies of one index.
#[derive(Clone, Debug)]
pub(in crate::api) struct Copies<'a> {
    /// One for each shard, in order.
    pub(in crate::api) shards: Vec<ShardCopies<'a>>,
}

/// The copies of one shard: those of its leaf, planned or there, and any that another leaf still serves.
#[derive(Clone, Debug)]
pub(in crate::api) struct ShardCopies<'a> {
    /// The shard.
    pub(in crate::api) shard: Shard,
    /// The leaf that it is placed on.
    pub(in crate::api) leaf: Leaf,
    /// Its copies, those of its leaf first, by the replicas' numbers.
    pub(in crate::api) copies: Vec<Copy<'a>>,
}

/// One copy of a shard.
#[derive(Clone, Debug)]
pub(in crate::api) struct Copy<'a> {
    /// The replica that has it, or should.
    pub(in crate::api) replica: &'a ReplicaView,
    /// In what state.
    pub(in crate::api) state: CopyState,
    /// What the replica said of it last.
    pub(in crate::api) status: Option<&'a ShardStatus>,
}

/// The state of a copy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::api) enum CopyState {
    /// It answers searches.
    Started,
    /// It is catching up with the log.
    Initializing,
    /// It is out of reach, failed, or not there yet.
    Unassigned,
}

impl<'a> Copies<'a> {
    /// Derives the copies of an index.
    pub(in crate::api) fn of(meta: &IndexMeta, view: &'a ClusterView) -> Self {
        let placement = meta.placement(view.catalog.leaves.max(1));
        let shards = (0..meta.shards)
            .zip(placement)
            .map(|(shard, leaf)| ShardCopies::of(meta, Shard(shard), leaf, view))
            .collect();
        Self { shards }
    }

    /// The worst of the shards' colours; green without shards.
    pub(in crate::api) fn color(&self) -> Color {
        self.shards
            .iter()
            .map(ShardCopies::color)
            .max()
            .unwrap_or(Color::Green)
    }

    /// Sums something over the best copy of each shard.
    pub(in crate::api) fn sum_once(&self, of: impl Fn(&ShardStatus) -> u64) -> u64 {
        self.shards
            .iter()
            .filter_map(|shard| shard.newest()?.status)
            .map(of)
            .sum()
    }

    /// Sums something over every copy that is there.
    pub(in crate::api) fn sum_all(&self, of: impl Fn(&ShardStatus) -> u64) -> u64 {
        self.shards
            .iter()
            .flat_map(|shard| &shard.copies)
            .filter(|copy| copy.state != CopyState::Unassigned)
            .filter_map(|copy| copy.status)
            .map(of)
            .sum()
    }
}

impl<'a> ShardCopies<'a> {
    fn of(meta: &IndexMeta, shard: Shard, leaf: Leaf, view: &'a ClusterView) -> Self {
        let copy = |replica: &'a ReplicaView| {
            let status = replica.status.as_ref().and_then(|status| {
                let mine = |there: &&ShardStatus| there.index == meta.uuid && there.shard == shard;
                status.shards.iter().find(mine)
            });
            let state = match status.map(|status| &status.state) {
                _ if !replica.reachable => CopyState::Unassigned,
                Some(ShardState::Ready) => CopyState::Started,
                Some(ShardState::Recovering) => CopyState::Initializing,
                Some(ShardState::Failed(_)) | None => CopyState::Unassigned,
            };
            Copy {
                replica,
                state,
                status,
            }
        };
        let (planned, others): (Vec<_>, Vec<_>) = view
            .replicas
            .iter()
            .map(copy)
            .partition(|copy| copy.replica.leaf == leaf);
        let mut copies = planned;
        copies.sort_by_key(|copy| copy.replica.number);
        copies.extend(others.into_iter().filter(|copy| copy.state == CopyState::Started));
        Self { shard, leaf, copies }
    }

    /// Green: every replica of its leaf is in reach and ready. Yellow: some replica is. Red: none.
    pub(in crate::api) fn color(&self) -> Color {
        let mut planned = self
            .copies
            .iter()
            .filter(|copy| copy.replica.leaf == self.leaf)
            .peekable();
        let complete = planned.peek().is_some() && planned.all(|copy| copy.state == CopyState::Started);
        if complete {
            Color::Green
        } else if self.started() > 0 {
            Color::Yellow
        } else {
            Color::Red
        }
    }

    /// How many copies answer searches.
    pub(in crate::api) fn started(&self) -> usize {
        self.count(CopyState::Started)
    }

    /// How many copies are in a state.
    pub(in crate::api) fn count(&self, state: CopyState) -> usize {
        self.copies.iter().filter(|copy| copy.state == state).count()
    }

    /// The started copy that has committed most.
    pub(in crate::api) fn newest(&self) -> Option<&Copy<'a>> {
        self.copies
            .iter()
            .filter(|copy| copy.state == CopyState::Started)
            .max_by_key(|copy| copy.status.map(|status| status.committed))
    }
}
