//! `GET|POST /_search/scroll` and `DELETE /_search/scroll`.

use axum::extract::State;
use serde_json::{Map, Value};
use shared::deadline::Deadline;
use shared::limits;
use tokio::time::Instant;

use super::answer::{Shape, bytes};
use super::pit::{closed, texts};
use super::scroll;
use crate::api::answer::{Answer, Handled};
use crate::api::body::{Payload, on_cpu};
use crate::api::json;
use crate::api::params::Params;
use crate::api::path::Target;
use crate::api::state::Api;
use crate::api::targets;
use crate::dsl::parse_keep_alive;
use crate::error::{ApiError, brief};

/// The next page.
pub(in crate::api) async fn next(
    State(api): State<Api>,
    Target(path): Target,
    mut params: Params,
    payload: Payload,
) -> Handled {
    let arrived = Instant::now();
    let bare_total = params.flag("rest_total_hits_as_int")?;
    let (mut id, mut keep) = (path.or(params.text("scroll_id")), params.text("scroll"));
    params.finish()?;
    for (key, value) in body(&api, payload).await? {
        match (key.as_str(), value) {
            ("scroll_id", Value::String(text)) => id = Some(text),
            ("scroll", Value::String(text)) => keep = Some(text),
            (other, _) => return Err(unknown(other, "[scroll_id] and [scroll], which are strings")),
        }
    }
    let id = id.ok_or_else(|| ApiError::Validation("scrollId is missing".to_owned()))?;
    let keep = keep.map(|text| parse_keep_alive("scroll", &text)).transpose()?;
    let page = scroll::next(&api, &id, keep, arrived).await?;
    render(page, bare_total).await
}

/// A page as JSON.
pub(super) async fn render(page: scroll::Page, bare_total: Option<bool>) -> Handled {
    let mut command = page.command;
    command.rest_total_hits_as_int = bare_total.unwrap_or(command.rest_total_hits_as_int);
    let shape = Shape::of(&command).with_lead("_scroll_id", page.id);
    let (result, names) = (page.result, page.names);
    let json = on_cpu(bytes(&result), move || {
        shape.render(targets::shown(&names), &result)
    })
    .await?;
    Ok(Answer::raw_json(json))
}

/// Lets go of scrolls.
pub(in crate::api) async fn clear(
    State(api): State<Api>,
    Target(path): Target,
    mut params: Params,
    payload: Payload,
) -> Handled {
    let deadline = Deadline::after(Instant::now(), api.search_timeout());
    let named = path.or(params.text("scroll_id"));
    params.finish()?;
    let list = |text: String| text.split(',').map(str::to_owned).collect::<Vec<String>>();
    let mut ids = named.map(list).unwrap_or_default();
    for (key, value) in body(&api, payload).await? {
        match key.as_str() {
            "scroll_id" => ids = texts(&value)?,
            other => return Err(unknown(other, "[scroll_id]")),
        }
    }
    if ids.is_empty() {
        return Err(ApiError::Validation("no scroll ids specified".to_owned()));
    }
    if ids.len() > limits::CONTEXT_IDS_MAX {
        return Err(ApiError::illegal(format!(
            "[{}] scrolls are to be closed, the limit is [{}]",
            ids.len(),
            limits::CONTEXT_IDS_MAX
        )));
    }
    if ids == ["_all"] {
        let (_, freed) = api.app.close_all_pits(true, deadline).await;
        return Ok(closed(freed));
    }
    let scrolls: Vec<_> = ids.iter().map(|id| scroll::read(id)).collect::<Result<_, _>>()?;
    let mut freed = 0;
    for scroll in &scrolls {
        freed += api.app.close_pit(&scroll.pit, deadline).await;
    }
    Ok(closed(freed))
}

async fn body(api: &Api, payload: Payload) -> Result<Map<String, Value>, ApiError> {
    let body = payload.read(&api.bodies, limits::SEARCH_BODY_BYTES_MAX).await?;
    Ok(json::optional_object("a scroll", &body.bytes)?.unwrap_or_default())
}

fn unknown(key: &str, expected: &str) -> ApiError {
    ApiError::illegal(format!(
        "Unknown parameter [{}] in request body or parameter is of the wrong type; expected {expected}",
        brief(key)
    ))
}
