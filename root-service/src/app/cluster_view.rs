//! What the root knows of the cluster at one moment, for those who report it.

use std::sync::Arc;

use shared::catalog::Catalog;
use shared::ids::Leaf;
use shared::wire::StatusResponse;

/// What the root knows of the cluster at one moment.
#[derive(Clone, Debug)]
pub struct ClusterView {
    /// The catalog.
    pub catalog: Arc<Catalog>,
    /// Every replica that the root was told of, by leaf and number.
    pub replicas: Vec<ReplicaView>,
}

/// What the root knows of one replica.
#[derive(Clone, Debug)]
pub struct ReplicaView {
    /// The leaf it serves.
    pub leaf: Leaf,
    /// Its number among the leaf's replicas.
    pub number: u32,
    /// Where it listens.
    pub url: String,
    /// Whether its last status poll was answered.
    pub reachable: bool,
    /// What it said last.
    pub status: Option<StatusResponse>,
}
