//! Points in time: `POST /{index}/_pit`, `DELETE /_pit`, OpenSearch's `_search/point_in_time`, and searches with `pit`.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use serde_json::{Map, Value, json};
use shared::clock;
use shared::deadline::Deadline;
use shared::limits;
use tokio::time::Instant;

use super::answer::Shape;
use super::context_id::{self, Kind};
use super::shards::ShardsShown;
use crate::api::answer::{Answer, Handled};
use crate::api::body::Payload;
use crate::api::json;
use crate::api::params::Params;
use crate::api::path::PathOf;
use crate::api::state::Api;
use crate::api::targets;
use crate::app::{Leniency, Opening, Pit, PitUse, Targets};
use crate::dsl::{SearchCommand, parse_keep_alive};
use crate::error::{ApiError, brief};
use crate::search::{SearchResult, ShardsSummary};

/// `POST /{index}/_pit`.
pub(in crate::api) async fn open(
    state: State<Api>,
    path: PathOf<String>,
    mut params: Params,
    payload: Payload,
) -> Handled {
    only_complete(&mut params, "allow_partial_search_results")?;
    let (id, shards) = open_any(state, path, params, payload).await?;
    Ok(Answer::json(&json!({"id": id, "_shards": shards})))
}

/// `POST /{index}/_search/point_in_time`.
pub(in crate::api) async fn open_opensearch(
    state: State<Api>,
    path: PathOf<String>,
    mut params: Params,
    payload: Payload,
) -> Handled {
    only_complete(&mut params, "allow_partial_pit_creation")?;
    let (id, shards) = open_any(state, path, params, payload).await?;
    Ok(Answer::json(
        &json!({"pit_id": id, "_shards": shards, "creation_time": clock::now_ms()}),
    ))
}

fn only_complete(params: &mut Params, name: &str) -> Result<(), ApiError> {
    if params.flag(name)? == Some(true) {
        return Err(ApiError::illegal(format!(
            "the parameter [{name}] is offered only as [false]"
        )));
    }
    Ok(())
}

async fn open_any(
    State(api): State<Api>,
    PathOf(index): PathOf<String>,
    mut params: Params,
    payload: Payload,
) -> Result<(String, ShardsShown), ApiError> {
    let deadline = Deadline::after(Instant::now(), api.search_timeout());
    let (targets, leniency) = targets::take(Some(&index), &mut params, Leniency::default())?;
    let keep = params.text("keep_alive");
    params.finish()?;
    let body = payload.read(&api.bodies, limits::SEARCH_BODY_BYTES_MAX).await?;
    let body = json::optional_object("opening a point in time", &body.bytes)?;
    if let Some(key) = body.unwrap_or_default().keys().next() {
        return Err(ApiError::illegal(format!(
            "[{}] is not offered in the body of opening a point in time",
            brief(key)
        )));
    }
    let Some(keep) = keep else {
        return Err(ApiError::Validation("[keep_alive] is not specified".to_owned()));
    };
    let opening = Opening {
        keep: parse_keep_alive("keep_alive", &keep)?,
        scroll: false,
    };
    let names = targets::names(&targets, leniency, &api.app)?;
    let pit = api.app.open_pit(&names, opening, deadline).await?;
    let catalog = api.app.catalog();
    let shards = names.iter().filter_map(|name| catalog.indexes.get(&**name));
    let total = shards.map(|meta| meta.shards).sum();
    let summary = ShardsSummary {
        total,
        successful: total,
        failures: Vec::new(),
    };
    Ok((id_of(&pit)?, super::shards::render("", &summary)))
}

/// `DELETE /_pit`.
pub(in crate::api) async fn close(State(api): State<Api>, params: Params, payload: Payload) -> Handled {
    let deadline = Deadline::after(Instant::now(), api.search_timeout());
    params.finish()?;
    let object = body(&api, payload).await?;
    let pit = match texts(only(&object, "id")?)?.as_slice() {
        [id] => read(id)?,
        _ => return Err(invalid("a list")),
    };
    Ok(closed(api.app.close_pit(&pit, deadline).await))
}

/// `DELETE /_search/point_in_time`.
pub(in crate::api) async fn close_opensearch(
    State(api): State<Api>,
    params: Params,
    payload: Payload,
) -> Handled {
    let deadline = Deadline::after(Instant::now(), api.search_timeout());
    params.finish()?;
    let object = body(&api, payload).await?;
    let ids = texts(only(&object, "pit_id")?)?;
    let pits: Vec<Pit> = ids.iter().map(|id| read(id)).collect::<Result<_, _>>()?;
    let mut shown = Vec::with_capacity(ids.len());
    for (id, pit) in ids.iter().zip(&pits) {
        api.app.close_pit(pit, deadline).await;
        shown.push(json!({"pit_id": id, "successful": true}));
    }
    Ok(Answer::json(&json!({"pits": shown})))
}

/// `DELETE /_search/point_in_time/_all`.
pub(in crate::api) async fn close_all(State(api): State<Api>, params: Params) -> Handled {
    let deadline = Deadline::after(Instant::now(), api.search_timeout());
    params.finish()?;
    let (pits, _) = api.app.close_all_pits(false, deadline).await;
    let shown = |pit: &Pit| Ok(json!({"pit_id": id_of(pit)?, "successful": true}));
    let shown: Vec<Value> = pits.iter().map(shown).collect::<Result<_, ApiError>>()?;
    Ok(Answer::json(&json!({"pits": shown})))
}

/// What closing came to: 404 if there was nothing, as in Elasticsearch.
pub(super) fn closed(freed: usize) -> Answer {
    let status = if freed == 0 {
        StatusCode::NOT_FOUND
    } else {
        StatusCode::OK
    };
    Answer::json(&json!({"succeeded": true, "num_freed": freed})).with_status(status)
}

/// Searches the point in time that a command names, else the indexes of the expression. Returns the indexes too, and the shape
/// with the id that leads to more.
pub(super) async fn search_either(
    api: &Api,
    (targets, leniency): (&Targets, Leniency),
    command: &SearchCommand,
    shape: Shape,
    deadline: Deadline,
) -> Result<(SearchResult, Vec<Arc<str>>, Shape), ApiError> {
    let Some(spec) = &command.pit else {
        let indexes = targets::names(targets, leniency, &api.app)?;
        let result = api.app.search_all(&indexes, command, deadline).await?;
        return Ok((result, indexes, shape));
    };
    if *targets != Targets::or_all(None) {
        return Err(ApiError::Validation(
            "[indices] cannot be used with point in time. Do not specify any index with point in time."
                .to_owned(),
        ));
    }
    let pit = read(&spec.id)?;
    let how = PitUse {
        keep: spec.keep_alive,
        now_ms: None,
    };
    let result = api.app.search_pit(&pit, how, command, deadline).await?;
    let indexes = pit.indexes.into_iter().map(|index| index.name).collect();
    Ok((result, indexes, shape.with_lead("pit_id", spec.id.clone())))
}

/// The id of a point in time.
fn id_of(pit: &Pit) -> Result<String, ApiError> {
    context_id::encode(Kind::Pit, pit).ok_or_else(|| {
        ApiError::illegal(format!(
            "the names of the indexes are too long for the id of a point in time, which has at most [{}] bytes; name \
             fewer indexes",
            limits::CONTEXT_ID_BYTES_MAX
        ))
    })
}

fn read(id: &str) -> Result<Pit, ApiError> {
    let pit: Option<Pit> = context_id::decode(Kind::Pit, id);
    pit.filter(is_sound).ok_or_else(|| invalid(id))
}

/// Whether a root could have made it: names in their order, each once, and not too many.
pub(super) fn is_sound(pit: &Pit) -> bool {
    pit.indexes.len() <= limits::SEARCH_INDEXES_MAX && pit.indexes.is_sorted_by(|a, b| a.name < b.name)
}

fn invalid(id: &str) -> ApiError {
    ApiError::illegal(format!("invalid id: [{}]", brief(id)))
}

async fn body(api: &Api, payload: Payload) -> Result<Map<String, Value>, ApiError> {
    let body = payload.read(&api.bodies, limits::SEARCH_BODY_BYTES_MAX).await?;
    json::object("closing a point in time", &body.bytes)
}

/// Reads the only key of a body.
fn only<'a>(object: &'a Map<String, Value>, name: &str) -> Result<&'a Value, ApiError> {
    if let Some(other) = object.keys().find(|key| *key != name) {
        return Err(ApiError::parsing(format!(
            "unknown key [{}]; expected [{name}]",
            brief(other)
        )));
    }
    object
        .get(name)
        .ok_or_else(|| ApiError::Validation(format!("{name} is empty")))
}

/// A string, or a list of them.
pub(super) fn texts(value: &Value) -> Result<Vec<String>, ApiError> {
    let values = match value {
        Value::Array(values) => values.as_slice(),
        one => std::slice::from_ref(one),
    };
    if values.len() > limits::CONTEXT_IDS_MAX {
        return Err(ApiError::illegal(format!(
            "[{}] ids are to be closed, the limit is [{}]",
            values.len(),
            limits::CONTEXT_IDS_MAX
        )));
    }
    let text = |value: &Value| {
        value
            .as_str()
            .map(str::to_owned)
            .ok_or_else(|| invalid(&value.to_string()))
    };
    values.iter().map(text).collect()
}
