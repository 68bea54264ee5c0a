//! The plan of a query: which leaf is asked for which shards, and for how many hits.

use std::collections::BTreeMap;
use std::sync::Arc;

use shared::catalog::IndexMeta;
use shared::ids::{IndexUuid, Leaf, Shard};
use shared::wire::clause::{Expansion, LeafQuery};
use shared::wire::sort::SortBy;
use shared::wire::{Pin, ShardTarget};

use super::as_of::AsOf;
use super::explained::Questions;
use crate::members::Members;
use crate::resolve::aggregations::Plan as Aggregations;
use crate::resolve::sort::Order;
use crate::resolve::{Blend, Resolved};
use crate::suggest::Suggestion;

/// What is to be done for one query.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Plan {
    /// The index.
    pub(super) index: IndexUuid,
    /// What to look for.
    pub(super) query: LeafQuery,
    /// The text slots that it scores on.
    pub(super) slots: Vec<u16>,
    /// Terms of it that are scored as one.
    pub(super) blends: Vec<Blend>,
    /// Words of it of which it is not known yet what they stand for.
    pub(super) unknown: Vec<Expansion>,
    /// Shards that did not tell what words of it stand for, with their leaves.
    pub(super) untold: Vec<(Leaf, Shard)>,
    /// The leaves to ask, each for its shards. Every shard of the index is there once.
    pub(super) leaves: BTreeMap<Leaf, Vec<ShardTarget>>,
    /// The point in time that is searched, if one is.
    pub(super) pin: Option<Pin>,
    /// The order of hits.
    pub(super) order: Order,
    /// Whether scores are wanted although hits are not ordered by them.
    pub(super) scores: bool,
    /// Only the best hit of all that have the same value here.
    pub(super) collapse: Option<SortBy>,
    /// What is asked about the hits of the page.
    pub(super) questions: Questions,
    /// How many hits each leaf sends: the whole window, because all of it may be on one leaf.
    pub(super) k: u32,
    /// Whether the hits' documents come along: with one leaf its ranking is the final one.
    pub(super) documents: bool,
    /// Up to how many matches each leaf counts.
    pub(super) count_max: u64,
    /// What each leaf computes of all matches, if anything.
    pub(super) aggregations: Option<Arc<Aggregations>>,
    /// The documents to aggregate, if they are others than those that match `query`.
    pub(super) aggregated: Option<LeafQuery>,
    /// What is to be suggested besides.
    pub(super) suggestions: Arc<[Suggestion]>,
}

/// What the client wants of the ranking.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Window {
    /// Hits to skip.
    pub(super) from: u32,
    /// Hits to return.
    pub(super) size: u32,
    /// Count matches up to this number; `u64::MAX` counts all, 0 none.
    pub(super) count_to: u64,
    /// Whether the hits' documents are wanted.
    pub(super) documents: bool,
}

/// A page of more hits is fetched in a phase of its own, so that a leaf's answer stays bounded.
const DOCUMENTS_ALONG_MAX: u32 = 100;

impl Plan {
    /// Plans a query over all shards of an index.
    pub(super) fn new(
        meta: &IndexMeta,
        placement: &[Leaf],
        members: &Members,
        resolved: Resolved,
        window: Window,
        as_of: AsOf,
    ) -> Self {
        let position_min = as_of.position_min;
        let leaves: BTreeMap<Leaf, Vec<ShardTarget>> = leaves_of(meta, placement, members)
            .into_iter()
            .map(|(leaf, shards)| {
                let target = |shard| ShardTarget { shard, position_min };
                (leaf, shards.into_iter().map(target).collect())
            })
            .collect();
        Self {
            index: meta.uuid,
            pin: as_of.pin,
            slots: crate::resolve::scored_slots(&resolved.query),
            query: resolved.query,
            blends: resolved.blends,
            unknown: resolved.unknown,
            untold: Vec::new(),
            documents: window.documents
                && leaves.len() == 1
                && window.from == 0
                && window.size <= DOCUMENTS_ALONG_MAX,
            leaves,
            order: Order::default(),
            scores: false,
            collapse: None,
            questions: Questions::default(),
            aggregations: None,
            aggregated: None,
            suggestions: Arc::default(),
            k: if window.size == 0 {
                0
            } else {
                window.from + window.size
            },
            // One more than asked for tells "exactly that many" from "at least".
            count_max: window.count_to.saturating_add(u64::from(window.count_to > 0)),
        }
    }

    /// Whether hits have scores.
    pub(super) fn is_scored(&self) -> bool {
        let keys = &self.order.keys;
        keys.is_empty() || self.scores || keys.iter().any(|key| key.by == SortBy::Score)
    }

    /// All shards, with their leaves.
    pub(super) fn shards(&self) -> impl Iterator<Item = (Leaf, ShardTarget)> + '_ {
        self.leaves
            .iter()
            .flat_map(|(leaf, targets)| targets.iter().map(|target| (*leaf, *target)))
    }
}

/// The shards of an index by the leaf to ask for them.
pub(crate) fn leaves_of(
    meta: &IndexMeta,
    placement: &[Leaf],
    members: &Members,
) -> BTreeMap<Leaf, Vec<Shard>> {
    let mut leaves: BTreeMap<Leaf, Vec<Shard>> = BTreeMap::new();
    for (shard, planned) in (0..meta.shards).map(Shard).zip(placement) {
        leaves
            .entry(members.route(meta.uuid, shard, *planned))
            .or_default()
            .push(shard);
    }
    leaves
}
