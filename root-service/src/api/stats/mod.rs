//! Numbers about indexes, the cluster and its nodes, from what replicas say of themselves.

pub(super) mod calls;
pub(super) mod cluster;
pub(super) mod indexes;
pub(super) mod nodes;
mod numbers;
