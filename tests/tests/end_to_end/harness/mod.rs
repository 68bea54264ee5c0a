//! What every test needs: clusters of real processes, requests to them, and order among the tests.

mod api;
mod cluster;
mod executioner;
mod folder;
mod found;
mod loading;
mod process;
mod seed;
mod shared_cluster;
mod waiting;

pub(crate) use api::{Answer, Api, JSON, NDJSON, bulk_delete_line, bulk_index_lines};
pub(crate) use cluster::{Cluster, Member, Shape, program};
pub(crate) use folder::Folder;
pub(crate) use found::Found;
pub(crate) use loading::{load_changing, send};
pub(crate) use process::Process;
pub(crate) use seed::seed;
pub(crate) use shared_cluster::{Borrowed, SharedCluster};
pub(crate) use waiting::{alone, eventually};
