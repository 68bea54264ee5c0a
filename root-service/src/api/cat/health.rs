//! `GET /_cat/health`: the cluster's health on one line.

use axum::extract::State;
use shared::clock;

use super::table::{Column, View};
use crate::api::answer::Handled;
use crate::api::cluster::Summary;
use crate::api::media::Accepted;
use crate::api::params::Params;
use crate::api::state::Api;

const COLUMNS: [Column; 10] = [
    Column::left("epoch", &["t", "time"], "seconds since 1970-01-01 00:00:00"),
    Column::left("timestamp", &["ts", "hms", "hhmmss"], "time in HH:MM:SS"),
    Column::left("cluster", &["cl"], "cluster name"),
    Column::left("status", &["st"], "health status"),
    Column::right(
        "node.total",
        &["nt", "nodeTotal"],
        "roots and replicas that this root knows",
    ),
    Column::right("node.data", &["nd", "nodeData"], "replicas in reach"),
    Column::right("shards", &["sh", "shards.total"], "copies of shards that serve"),
    Column::right("pri", &["p", "shards.primary"], "shards that some replica serves"),
    Column::right(
        "init",
        &["i", "shards.initializing"],
        "copies that are catching up",
    ),
    Column::right("unassign", &["u", "shards.unassigned"], "copies that are missing"),
];

/// The handler.
pub(in crate::api) async fn get(State(api): State<Api>, accepted: Accepted, mut params: Params) -> Handled {
    let view = View::take(&mut params, accepted, &COLUMNS)?;
    params.finish()?;
    let cluster = api.app.cluster();
    let indexes = cluster.catalog.indexes.iter();
    let summary = Summary::of(indexes.map(|(name, meta)| (name.as_str(), meta)), &cluster);
    let now = clock::now_utc();
    let (hour, minute, second) = now.to_hms();
    let counts = &summary.counts;
    let cells = [
        now.unix_timestamp().to_string(),
        format!("{hour:02}:{minute:02}:{second:02}"),
        api.config.cluster_name.clone(),
        counts.color.to_string(),
        summary.nodes.to_string(),
        summary.data_nodes.to_string(),
        counts.active.to_string(),
        counts.active_primary.to_string(),
        counts.initializing.to_string(),
        counts.unassigned.to_string(),
    ];
    Ok(view.answer(&COLUMNS, vec![cells.into_iter().map(Some).collect()]))
}
