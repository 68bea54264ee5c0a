//! `GET /_cat/nodes`: this root and every replica that it was told of.

use axum::extract::State;
use axum::http::HeaderMap;
use axum::http::header::HOST;

use super::sizes::ByteUnit;
use super::table::{Column, Row, View};
use crate::api::answer::Handled;
use crate::api::media::Accepted;
use crate::api::params::Params;
use crate::api::service::nodes::{address, host, node_name};
use crate::api::state::Api;
use crate::app::ReplicaView;

const COLUMNS: [Column; 11] = [
    Column::left("ip", &["i"], "address"),
    Column::left(
        "node.role",
        &["r", "role", "nodeRole"],
        "i for a root, d for a replica",
    ),
    Column::left("master", &["m"], "always -: there is none"),
    Column::left("name", &["n"], "node name"),
    Column::left("state", &[], "up, or down if it is out of reach"),
    Column::left("http_address", &["http"], "where clients reach a root").on_request(),
    Column::left("version", &["v"], "Elasticsearch version whose API this is").on_request(),
    Column::right("leaf", &["l"], "the leaf that a replica serves").on_request(),
    Column::right("shards", &["sh"], "shards that a replica hosts").on_request(),
    Column::right("docs", &["d", "dc"], "documents that searches see there").on_request(),
    Column::right("disk.used", &["du", "diskUsed"], "bytes of its shards").on_request(),
];

/// The handler.
pub(in crate::api) async fn get(
    State(api): State<Api>,
    headers: HeaderMap,
    accepted: Accepted,
    mut params: Params,
) -> Handled {
    let view = View::take(&mut params, accepted, &COLUMNS)?;
    let bytes: ByteUnit = params.value("bytes")?.unwrap_or_default();
    params.finish()?;
    let used = headers.get(HOST).and_then(|host| host.to_str().ok());
    let http = api.config.publish_address.as_deref().or(used).unwrap_or_default();
    let text = |text: &str| Some(text.to_owned());
    let version = text(&api.config.elasticsearch_version);
    let mut rows = vec![vec![
        text(host(http)),
        text("i"),
        text("-"),
        text(&api.config.node_name),
        text("up"),
        text(http),
        version.clone(),
        None,
        None,
        None,
        None,
    ]];
    let cluster = api.app.cluster();
    rows.extend(
        cluster
            .replicas
            .iter()
            .map(|replica| row(replica, version.clone(), bytes)),
    );
    Ok(view.answer(&COLUMNS, rows))
}

fn row(replica: &ReplicaView, version: Option<String>, bytes: ByteUnit) -> Row {
    // What a replica said before it went out of reach is old news.
    let status = replica.status.as_ref().filter(|_| replica.reachable);
    let state = if replica.reachable { "up" } else { "down" };
    vec![
        Some(host(address(&replica.url)).to_owned()),
        Some("d".to_owned()),
        Some("-".to_owned()),
        Some(node_name(replica)),
        Some(state.to_owned()),
        None,
        version,
        Some(replica.leaf.to_string()),
        status.map(|status| status.shards.len().to_string()),
        status.map(|status| {
            status
                .shards
                .iter()
                .map(|shard| shard.documents)
                .sum::<u64>()
                .to_string()
        }),
        status.map(|status| bytes.show(status.shards.iter().map(|shard| shard.bytes).sum())),
    ]
}
