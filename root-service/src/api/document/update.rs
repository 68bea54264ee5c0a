//! `POST /{index}/_update/{id}`: changes a part of a document.

use axum::extract::State;
use serde_json::json;
use shared::deadline::Deadline;
use shared::limits;
use tokio::time::Instant;

use super::WriteParams;
use super::get::source_filter;
use super::update_body::{check_compare, check_retries, read_update};
use crate::api::answer::{Answer, Handled};
use crate::api::body::{Payload, on_cpu};
use crate::api::bulk::{Shown, source_text};
use crate::api::params::Params;
use crate::api::path::PathOf;
use crate::api::search::splice::push_source;
use crate::api::state::Api;
use crate::api::targets;
use crate::dsl::SourceFilter;
use crate::error::ApiError;
use crate::write::{WriteAction, WriteItem, Written};

/// The handler.
pub(in crate::api) async fn post(
    State(api): State<Api>,
    PathOf((index, id)): PathOf<(String, String)>,
    mut params: Params,
    payload: Payload,
) -> Handled {
    let arrived = Instant::now();
    let options = WriteParams::take(&mut params, api.config.write_timeout)?;
    let retries = check_retries(params.value("retry_on_conflict")?.unwrap_or(0))?;
    let asked = params.has("_source") || params.has("_source_includes") || params.has("_source_excludes");
    let filter = source_filter(&mut params)?;
    params.finish()?;
    check_compare(options.if_seq_no, retries)?;
    let body = payload.read(&api.bodies, limits::BODY_BYTES_MAX).await?;
    if body.bytes.iter().all(u8::is_ascii_whitespace) {
        return Err(ApiError::parsing("request body is required"));
    }
    let (read, _body) = on_cpu(body.bytes.len(), move || {
        let read = source_text(&body.bytes).and_then(|text| read_update(&text, retries));
        (read, body)
    })
    .await;
    let (update, shown) = read?;
    let item = WriteItem {
        index: targets::one(&index, "a document")?.to_owned(),
        id: Some(id),
        routing: options.routing.clone(),
        if_seq_no: options.if_seq_no,
        action: WriteAction::Update(Box::new(update)),
    };
    let deadline = Deadline::after(arrived, options.timeout);
    let results = api.app.write(vec![item], options.refresh, deadline).await;
    let written = results.into_iter().next().unwrap_or(Err(ApiError::Internal))?;
    let filter = if asked { Some(filter) } else { shown };
    answer(&written, filter.as_ref())
}

/// What came of it, with the document if the client wants it.
fn answer(written: &Written, filter: Option<&SourceFilter>) -> Handled {
    let (shown, status) = Shown::new(written);
    let wanted = filter.filter(|filter| filter.is_shown());
    let (Some(filter), Some(source), Some(outcome)) = (wanted, &written.source, written.outcome) else {
        return Ok(Answer::json(&shown).with_status(status));
    };
    let mut json = serde_json::to_vec(&shown).expect("the keys are strings");
    json.pop();
    let head = json!({"_seq_no": outcome.seq_no, "_primary_term": 1, "found": true}).to_string();
    json.extend_from_slice(b",\"get\":");
    json.extend_from_slice(head.trim_end_matches('}').as_bytes());
    json.extend_from_slice(b",\"_source\":");
    push_source(&mut json, source, filter)?;
    json.extend_from_slice(b"}}");
    Ok(Answer::raw_json(json).with_status(status))
}
