//! `DELETE /{index}/_doc/{id}`: 404 if there was nothing, which is durable knowledge too.

use axum::extract::State;
use tokio::time::Instant;

use super::WriteParams;
use super::put::write_one;
use crate::api::answer::Handled;
use crate::api::params::Params;
use crate::api::path::PathOf;
use crate::api::state::Api;
use crate::api::targets;
use crate::write::{WriteAction, WriteItem};

/// The handler.
pub(in crate::api) async fn delete(
    State(api): State<Api>,
    PathOf((index, id)): PathOf<(String, String)>,
    mut params: Params,
) -> Handled {
    let arrived = Instant::now();
    let options = WriteParams::take(&mut params, api.config.write_timeout)?;
    params.finish()?;
    let item = WriteItem {
        index: targets::one(&index, "a document")?.to_owned(),
        id: Some(id),
        routing: options.routing.clone(),
        if_seq_no: options.if_seq_no,
        action: WriteAction::Delete,
    };
    write_one(&api, item, &options, arrived).await
}
