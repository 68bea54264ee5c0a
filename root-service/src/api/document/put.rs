//! `PUT|POST /{index}/_doc/{id}`, `POST /{index}/_doc`, `PUT|POST /{index}/_create/{id}`.

use axum::extract::State;
use shared::deadline::Deadline;
use shared::limits;
use tokio::time::Instant;

use super::WriteParams;
use crate::api::answer::{Answer, Handled};
use crate::api::body::{Payload, on_cpu};
use crate::api::bulk::{Shown, source_text};
use crate::api::params::Params;
use crate::api::path::PathOf;
use crate::api::state::Api;
use crate::api::targets;
use crate::error::{ApiError, brief};
use crate::write::{WriteAction, WriteItem};

/// `PUT|POST /{index}/_doc/{id}`.
pub(in crate::api) async fn put(
    State(api): State<Api>,
    PathOf((index, id)): PathOf<(String, String)>,
    params: Params,
    payload: Payload,
) -> Handled {
    write_source(&api, &index, Some(id), false, params, payload).await
}

/// `POST /{index}/_doc`: the id is made here.
pub(in crate::api) async fn post(
    State(api): State<Api>,
    PathOf(index): PathOf<String>,
    params: Params,
    payload: Payload,
) -> Handled {
    write_source(&api, &index, None, false, params, payload).await
}

/// `PUT|POST /{index}/_create/{id}`.
pub(in crate::api) async fn create(
    State(api): State<Api>,
    PathOf((index, id)): PathOf<(String, String)>,
    params: Params,
    payload: Payload,
) -> Handled {
    write_source(&api, &index, Some(id), true, params, payload).await
}

async fn write_source(
    api: &Api,
    index: &str,
    id: Option<String>,
    create: bool,
    mut params: Params,
    payload: Payload,
) -> Handled {
    let arrived = Instant::now();
    let options = WriteParams::take(&mut params, api.config.write_timeout)?;
    let create = match params.text("op_type").as_deref() {
        None => create,
        Some("create") => true,
        Some("index") if !create => false,
        Some(other) => {
            return Err(ApiError::illegal(format!(
                "opType must be 'create' or 'index', and [create] for [_create], found: [{}]",
                brief(other)
            )));
        }
    };
    params.finish()?;
    let body = payload.read(&api.bodies, limits::BODY_BYTES_MAX).await?;
    let (source, _body) = on_cpu(body.bytes.len(), move || (source_text(&body.bytes), body)).await;
    let source = source?;
    if source.trim_ascii().is_empty() {
        return Err(ApiError::parsing("request body is required"));
    }
    let item = WriteItem {
        index: targets::one(index, "a document")?.to_owned(),
        id,
        routing: options.routing.clone(),
        if_seq_no: options.if_seq_no,
        action: if create {
            WriteAction::Create { source }
        } else {
            WriteAction::Index { source }
        },
    };
    write_one(api, item, &options, arrived).await
}

/// Writes one item and answers with what came of it.
pub(in crate::api) async fn write_one(
    api: &Api,
    item: WriteItem,
    options: &WriteParams,
    arrived: Instant,
) -> Handled {
    let deadline = Deadline::after(arrived, options.timeout);
    let results = api.app.write(vec![item], options.refresh, deadline).await;
    let written = results.into_iter().next().unwrap_or(Err(ApiError::Internal))?;
    let (shown, status) = Shown::new(&written);
    Ok(Answer::json(&shown).with_status(status))
}
