//! `GET /_cat/shards[/{index}]`: one row per copy of a shard.

use axum::extract::State;

use super::sizes::ByteUnit;
use super::table::{Column, Row, View};
use crate::api::answer::Handled;
use crate::api::cluster::{Copies, CopyState, ShardCopies};
use crate::api::media::Accepted;
use crate::api::params::Params;
use crate::api::path::Target;
use crate::api::service::nodes::{address, host, node_name};
use crate::api::targets;
use crate::app::{App, Leniency};

const COLUMNS: [Column; 12] = [
    Column::left("index", &["i", "idx"], "index name"),
    Column::right("shard", &["s", "sh"], "shard number"),
    Column::left(
        "prirep",
        &["p", "pr", "primaryOrReplica"],
        "p for the first copy that serves, r for the others; all are equal",
    ),
    Column::left("state", &["st"], "STARTED, INITIALIZING or UNASSIGNED"),
    Column::right("docs", &["d", "dc"], "documents that searches see"),
    Column::right("store", &["sto"], "bytes on the replica's disk"),
    Column::left("ip", &[], "address of the replica"),
    Column::left("node", &["n"], "leaf-{leaf}-{replica}"),
    Column::right("leaf", &["l"], "the leaf that the shard is placed on").on_request(),
    Column::right("position.applied", &["pa"], "last log position applied").on_request(),
    Column::right(
        "position.committed",
        &["pc"],
        "last log position that searches see",
    )
    .on_request(),
    Column::right("segments.count", &["sc", "segmentsCount"], "number of segments").on_request(),
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
    params.finish()?;
    let cluster = app.cluster();
    let targets = target.resolve(&cluster.catalog, leniency)?;
    let mut rows = Vec::new();
    for (name, meta) in targets {
        for shard in &Copies::of(meta, &cluster).shards {
            rows.extend(shard_rows(name, shard, bytes));
        }
    }
    Ok(view.answer(&COLUMNS, rows))
}

fn shard_rows(name: &str, shard: &ShardCopies<'_>, bytes: ByteUnit) -> Vec<Row> {
    let common = |prirep: &str, state: &str| {
        [name, &shard.shard.to_string(), prirep, state]
            .map(|cell| Some(cell.to_owned()))
            .to_vec()
    };
    let leaf = Some(shard.leaf.to_string());
    if shard.copies.is_empty() {
        let mut row = common("p", "UNASSIGNED");
        row.extend([None, None, None, None, leaf, None, None, None]);
        return vec![row];
    }
    let first = shard
        .copies
        .iter()
        .position(|copy| copy.state == CopyState::Started);
    let row = |(nth, copy): (usize, &crate::api::cluster::Copy<'_>)| {
        let prirep = if nth == first.unwrap_or(0) { "p" } else { "r" };
        let state = match copy.state {
            CopyState::Started => "STARTED",
            CopyState::Initializing => "INITIALIZING",
            CopyState::Unassigned => "UNASSIGNED",
        };
        // What a replica said before it went out of reach is old news.
        let status = copy.status.filter(|_| copy.state != CopyState::Unassigned);
        let mut row = common(prirep, state);
        row.extend([
            status.map(|status| status.documents.to_string()),
            status.map(|status| bytes.show(status.bytes)),
            Some(host(address(&copy.replica.url)).to_owned()),
            Some(node_name(copy.replica)),
            leaf.clone(),
            status.map(|status| status.applied.to_string()),
            status.map(|status| status.committed.to_string()),
            status.map(|status| status.segments.to_string()),
        ]);
        row
    };
    shard.copies.iter().enumerate().map(row).collect()
}
