//! Health as derived from what replicas say.

use std::sync::Arc;

use shared::catalog::Catalog;
use shared::ids::{IndexUuid, Leaf, Position, Shard};
use shared::mapping::Mapping;
use shared::wire::{Load, ShardState, ShardStatus, StatusResponse};

use super::*;
use crate::app::ReplicaView;

const INDEX: IndexUuid = IndexUuid(uuid::Uuid::from_u128(7));

fn meta(shards: u32) -> IndexMeta {
    IndexMeta {
        uuid: INDEX,
        shards,
        text_slots: 8,
        refresh_interval_ms: Some(1_000),
        created_ms: 0,
        mapping: Mapping::default(),
    }
}

/// A replica that hosts the shards placed on its leaf, all in one state.
fn replica(meta: &IndexMeta, leaves: u32, leaf: u32, number: u32, state: &ShardState) -> ReplicaView {
    let mine = meta.placement(leaves).into_iter().enumerate();
    let shards = mine
        .filter(|(_, at)| at.0 == leaf)
        .map(|(shard, _)| status(u32::try_from(shard).unwrap(), state.clone()))
        .collect();
    view(leaf, number, shards)
}

fn status(shard: u32, state: ShardState) -> ShardStatus {
    ShardStatus {
        index: INDEX,
        shard: Shard(shard),
        state,
        applied: Position(3),
        committed: Position(2),
        documents: 10,
        deleted: 1,
        bytes: 100,
        segments: 1,
    }
}

fn view(leaf: u32, number: u32, shards: Vec<ShardStatus>) -> ReplicaView {
    ReplicaView {
        leaf: Leaf(leaf),
        number,
        url: format!("http://127.0.0.1:93{leaf}{number}"),
        reachable: true,
        status: Some(StatusResponse {
            leaf: Leaf(leaf),
            instance: uuid::Uuid::nil(),
            catalog_version: 1,
            shards,
            load: Load::default(),
        }),
    }
}

fn cluster(meta: &IndexMeta, leaves: u32, replicas: Vec<ReplicaView>) -> ClusterView {
    ClusterView {
        catalog: Arc::new(Catalog {
            cluster: uuid::Uuid::nil(),
            version: 1,
            leaves,
            indexes: [("a".to_owned(), meta.clone())].into(),
            ..Catalog::default()
        }),
        replicas,
    }
}

/// Two leaves with two replicas each, four shards, everything ready.
fn healthy() -> (IndexMeta, ClusterView) {
    let meta = meta(4);
    let replicas = [(0, 0), (0, 1), (1, 0), (1, 1)]
        .map(|(leaf, number)| replica(&meta, 2, leaf, number, &ShardState::Ready))
        .to_vec();
    let view = cluster(&meta, 2, replicas);
    (meta, view)
}

fn summary(meta: &IndexMeta, view: &ClusterView) -> Summary {
    Summary::of([("a", meta)].into_iter(), view)
}

#[test]
fn all_replicas_of_every_shard_make_it_green() {
    let (meta, view) = healthy();
    let json = summary(&meta, &view).to_json("gleaner", false, true);
    assert_eq!(json["status"], "green");
    assert_eq!(json["number_of_nodes"], 5);
    assert_eq!(json["number_of_data_nodes"], 4);
    assert_eq!(json["active_primary_shards"], 4);
    assert_eq!(json["active_shards"], 8);
    assert_eq!(json["unassigned_shards"], 0);
    assert_eq!(json["active_shards_percent_as_number"], 100.0);
    assert_eq!(json["indices"]["a"]["status"], "green");
    assert_eq!(json["indices"]["a"]["number_of_replicas"], 1);
}

#[test]
fn one_replica_out_of_reach_makes_it_yellow() {
    let (meta, mut view) = healthy();
    view.replicas[1].reachable = false;
    let summary = summary(&meta, &view);
    assert_eq!(summary.counts.color, Color::Yellow);
    assert_eq!((summary.counts.active, summary.counts.unassigned), (6, 2));
    assert_eq!(summary.counts.active_primary, 4);
    assert_eq!(summary.data_nodes, 3);
}

#[test]
fn a_replica_that_catches_up_makes_it_yellow() {
    let (meta, mut view) = healthy();
    view.replicas[3] = replica(&meta, 2, 1, 1, &ShardState::Recovering);
    let summary = summary(&meta, &view);
    assert_eq!(summary.counts.color, Color::Yellow);
    assert_eq!((summary.counts.active, summary.counts.initializing), (6, 2));
}

#[test]
fn a_shard_that_nobody_serves_makes_it_red() {
    let (meta, mut view) = healthy();
    view.replicas[0].reachable = false;
    view.replicas[1] = replica(&meta, 2, 0, 1, &ShardState::Failed("damaged".to_owned()));
    let summary = summary(&meta, &view);
    assert_eq!(summary.counts.color, Color::Red);
    assert_eq!(summary.counts.active_primary, 2);
}

#[test]
fn a_shard_that_another_leaf_still_serves_is_yellow() {
    let meta = meta(1);
    let home = meta.placement(2)[0];
    let elsewhere = view(1 - home.0, 0, vec![status(0, ShardState::Ready)]);
    let coming = view(home.0, 0, Vec::new());
    let view = cluster(&meta, 2, vec![coming, elsewhere]);
    let counts = summary(&meta, &view).counts;
    assert_eq!(counts.color, Color::Yellow);
    assert_eq!((counts.active, counts.unassigned), (1, 1));
}

#[test]
fn without_replicas_everything_is_red_and_without_indexes_green() {
    let meta = meta(2);
    let view = cluster(&meta, 1, Vec::new());
    let counts = summary(&meta, &view).counts;
    assert_eq!((counts.color, counts.unassigned), (Color::Red, 2));
    let none = Summary::of(std::iter::empty(), &view);
    assert_eq!(none.counts.color, Color::Green);
    assert_eq!(
        none.to_json("gleaner", false, false)["active_shards_percent_as_number"],
        100.0
    );
}

#[test]
fn documents_are_counted_once_and_bytes_on_every_copy() {
    let (meta, view) = healthy();
    let copies = Copies::of(&meta, &view);
    assert_eq!(copies.sum_once(|shard| shard.documents), 40);
    assert_eq!(copies.sum_all(|shard| shard.bytes), 800);
    assert_eq!(extra_replicas(&view), 1);
}
