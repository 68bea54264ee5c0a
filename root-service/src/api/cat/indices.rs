//! `GET /_cat/indices[/{index}]`: one row per index.

use axum::extract::State;
use shared::catalog::IndexMeta;

use super::sizes::ByteUnit;
use super::table::{Column, Row, View};
use crate::api::answer::Handled;
use crate::api::cluster::{Color, Copies, extra_replicas};
use crate::api::media::Accepted;
use crate::api::params::Params;
use crate::api::path::Target;
use crate::api::targets;
use crate::app::{App, ClusterView, Leniency};

const COLUMNS: [Column; 10] = [
    Column::left("health", &["h"], "current health status"),
    Column::left("status", &["s"], "open/close status"),
    Column::left("index", &["i", "idx"], "index name"),
    Column::left("uuid", &["id"], "index uuid"),
    Column::right(
        "pri",
        &["p", "shards.primary", "shardsPrimary"],
        "number of shards",
    ),
    Column::right(
        "rep",
        &["r", "shards.replica", "shardsReplica"],
        "replicas of each leaf beyond the first",
    ),
    Column::right("docs.count", &["dc", "docsCount"], "documents that searches see"),
    Column::right(
        "docs.deleted",
        &["dd", "docsDeleted"],
        "deleted documents still on disk",
    ),
    Column::right("store.size", &["ss", "storeSize"], "bytes on all replicas"),
    Column::right("pri.store.size", &[], "bytes on one replica of each shard"),
];

/// The handler.
pub(in crate::api) async fn get(
    State(app): State<App>,
    Target(target): Target,
    accepted: Accepted,
    mut params: Params,
) -> Handled {
    let (target, leniency) = targets::take(target.as_deref(), &mut params, Leniency::default())?;
    let view = View::take(&mut params, accepted, &COLUMNS)?;
    let bytes: ByteUnit = params.value("bytes")?.unwrap_or_default();
    let health: Option<Color> = params.value("health")?;
    params.finish()?;
    let cluster = app.cluster();
    let targets = target.resolve(&cluster.catalog, leniency)?;
    let rows = targets
        .into_iter()
        .filter_map(|(name, meta)| row(name, meta, &cluster, bytes, health))
        .collect();
    Ok(view.answer(&COLUMNS, rows))
}

fn row(
    name: &str,
    meta: &IndexMeta,
    cluster: &ClusterView,
    bytes: ByteUnit,
    health: Option<Color>,
) -> Option<Row> {
    let copies = Copies::of(meta, cluster);
    let color = copies.color();
    if health.is_some_and(|wanted| wanted != color) {
        return None;
    }
    let cells = [
        color.to_string(),
        "open".to_owned(),
        name.to_owned(),
        meta.uuid.to_string(),
        meta.shards.to_string(),
        extra_replicas(cluster).to_string(),
        copies.sum_once(|shard| shard.documents).to_string(),
        copies.sum_once(|shard| shard.deleted).to_string(),
        bytes.show(copies.sum_all(|shard| shard.bytes)),
        bytes.show(copies.sum_once(|shard| shard.bytes)),
    ];
    Some(cells.into_iter().map(Some).collect())
}
