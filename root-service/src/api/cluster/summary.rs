//! Health in numbers: the answer of `_cluster/health`, without waiting.

use std::fmt;
use std::str::FromStr;

use serde_json::{Map, Value, json};
use shared::catalog::IndexMeta;

use super::copies::{Copies, CopyState};
use crate::app::ClusterView;

/// How well the shards are served; greater is worse.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::api) enum Color {
    /// Every shard by all replicas of its leaf.
    #[default]
    Green,
    /// Every shard by some replica.
    Yellow,
    /// A shard by none.
    Red,
}

impl fmt::Display for Color {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Green => "green",
            Self::Yellow => "yellow",
            Self::Red => "red",
        })
    }
}

impl FromStr for Color {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.to_ascii_lowercase().as_str() {
            "green" => Ok(Self::Green),
            "yellow" => Ok(Self::Yellow),
            "red" => Ok(Self::Red),
            _ => Err("expected [green], [yellow] or [red]"),
        }
    }
}

/// Shards counted by the state of their copies.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::api) struct Counts {
    /// The worst colour.
    pub(in crate::api) color: Color,
    /// Shards.
    pub(in crate::api) shards: usize,
    /// Shards that some replica serves.
    pub(in crate::api) active_primary: usize,
    /// Copies that serve.
    pub(in crate::api) active: usize,
    /// Copies that are catching up.
    pub(in crate::api) initializing: usize,
    /// Copies that are out of reach, failed, or not there yet.
    pub(in crate::api) unassigned: usize,
}

impl Counts {
    fn of(copies: &Copies<'_>) -> Self {
        let total = |state| copies.shards.iter().map(|shard| shard.count(state)).sum();
        // A shard whose leaf has no replica at all lacks at least one copy.
        let nowhere = copies
            .shards
            .iter()
            .filter(|shard| shard.copies.is_empty())
            .count();
        Self {
            color: copies.color(),
            shards: copies.shards.len(),
            active_primary: copies.shards.iter().filter(|shard| shard.started() > 0).count(),
            active: total(CopyState::Started),
            initializing: total(CopyState::Initializing),
            unassigned: total(CopyState::Unassigned) + nowhere,
        }
    }

    fn add(&mut self, other: &Self) {
        self.color = self.color.max(other.color);
        self.shards += other.shards;
        self.active_primary += other.active_primary;
        self.active += other.active;
        self.initializing += other.initializing;
        self.unassigned += other.unassigned;
    }

    fn put(&self, into: &mut Map<String, Value>) {
        for (key, value) in [
            ("active_primary_shards", self.active_primary),
            ("active_shards", self.active),
            ("relocating_shards", 0),
            ("initializing_shards", self.initializing),
            ("unassigned_shards", self.unassigned),
            ("unassigned_primary_shards", self.shards - self.active_primary),
        ] {
            into.insert(key.to_owned(), value.into());
        }
    }

    fn active_percent(&self) -> f64 {
        match self.active + self.initializing + self.unassigned {
            0 => 100.0,
            all => self.active as f64 * 100.0 / all as f64,
        }
    }
}

/// The health of some indexes, and of the nodes.
#[derive(Clone, Debug, Default, PartialEq)]
pub(in crate::api) struct Summary {
    /// All of the indexes together.
    pub(in crate::api) counts: Counts,
    /// Each with its name and its replicas beyond the first.
    pub(in crate::api) indexes: Vec<(String, Counts, usize)>,
    /// Processes that serve, this root included.
    pub(in crate::api) nodes: usize,
    /// Replicas in reach.
    pub(in crate::api) data_nodes: usize,
}

impl Summary {
    /// Derives the health of these indexes.
    pub(in crate::api) fn of<'a>(
        indexes: impl Iterator<Item = (&'a str, &'a IndexMeta)>,
        view: &ClusterView,
    ) -> Self {
        let data_nodes = view.replicas.iter().filter(|replica| replica.reachable).count();
        let mut summary = Self {
            nodes: data_nodes + 1,
            data_nodes,
            ..Self::default()
        };
        let extra = extra_replicas(view);
        for (name, meta) in indexes {
            let counts = Counts::of(&Copies::of(meta, view));
            summary.counts.add(&counts);
            summary.indexes.push((name.to_owned(), counts, extra));
        }
        summary
    }

    /// The body of `_cluster/health`.
    pub(in crate::api) fn to_json(&self, cluster_name: &str, timed_out: bool, with_indexes: bool) -> Value {
        let mut json = Map::new();
        json.insert("cluster_name".to_owned(), cluster_name.into());
        json.insert("status".to_owned(), self.counts.color.to_string().into());
        json.insert("timed_out".to_owned(), timed_out.into());
        json.insert("number_of_nodes".to_owned(), self.nodes.into());
        json.insert("number_of_data_nodes".to_owned(), self.data_nodes.into());
        self.counts.put(&mut json);
        for key in [
            "delayed_unassigned_shards",
            "number_of_pending_tasks",
            "number_of_in_flight_fetch",
            "task_max_waiting_in_queue_millis",
        ] {
            json.insert(key.to_owned(), 0.into());
        }
        json.insert(
            "active_shards_percent_as_number".to_owned(),
            self.counts.active_percent().into(),
        );
        if with_indexes {
            let indexes = self.indexes.iter().map(|(name, counts, extra)| {
                let mut index = Map::new();
                index.insert("status".to_owned(), counts.color.to_string().into());
                index.insert("number_of_shards".to_owned(), counts.shards.into());
                index.insert("number_of_replicas".to_owned(), (*extra).into());
                counts.put(&mut index);
                (name.clone(), Value::Object(index))
            });
            json.insert("indices".to_owned(), json!(indexes.collect::<Map<_, _>>()));
        }
        Value::Object(json)
    }
}

/// How many replicas a leaf has beyond the first, over the best-served leaf: what Elasticsearch calls an index's replicas.
pub(in crate::api) fn extra_replicas(view: &ClusterView) -> usize {
    let mut most = 0;
    for leaf in 0..view.catalog.leaves {
        let of_leaf = view.replicas.iter().filter(|replica| replica.leaf.0 == leaf);
        most = most.max(of_leaf.count());
    }
    most.saturating_sub(1)
}

#[cfg(test)]
#[path = "summary_tests.rs"]
mod tests;
