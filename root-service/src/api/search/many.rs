//! `GET|POST /_msearch`: many searches in one request, each with its own answer or error.

use axum::extract::State;
use futures::stream::{self, StreamExt as _};
use shared::deadline::Deadline;
use shared::limits;
use tokio::time::Instant;

use super::answer::{Shape, bytes};
use super::many_lines::{self, Item};
use super::pit;
use crate::api::answer::{Answer, Handled};
use crate::api::body::{Payload, on_cpu};
use crate::api::media::BodyType;
use crate::api::params::Params;
use crate::api::path::Target;
use crate::api::state::Api;
use crate::api::targets;
use crate::app::Leniency;
use crate::dsl::SearchCommand;
use crate::error::ApiError;

/// Searches of one request that are under way at a time, if the client does not want fewer. Each takes part in the
/// admission of searches by itself, so a request of many does not push the others away.
const AT_ONCE: usize = 16;

/// The handler.
pub(in crate::api) async fn search(
    State(api): State<Api>,
    Target(target): Target,
    mut params: Params,
    payload: Payload,
) -> Handled {
    let arrived = Instant::now();
    let (_, leniency) = targets::take(None, &mut params, Leniency::default())?;
    let at_once: Option<usize> = params.value("max_concurrent_searches")?;
    if at_once == Some(0) {
        return Err(ApiError::illegal("maxConcurrentSearchRequests must be positive"));
    }
    let at_once = at_once.unwrap_or(AT_ONCE).min(AT_ONCE);
    let common = common(&mut params);
    params.finish()?;
    let body = payload
        .read_as(
            &[BodyType::Json, BodyType::Ndjson],
            &api.bodies,
            limits::MSEARCH_BODY_BYTES_MAX,
        )
        .await?;
    let defaults = many_lines::Defaults {
        index: target,
        leniency,
        parameters: common,
    };
    let (items, _body) = on_cpu(body.bytes.len(), move || {
        (many_lines::read(&body.bytes, &defaults), body)
    })
    .await;
    let answers: Vec<Vec<u8>> = stream::iter(items?)
        .map(|item| answer(api.clone(), item))
        .buffered(at_once)
        .collect()
        .await;
    let mut json = format!("{{\"took\":{},\"responses\":[", arrived.elapsed().as_millis()).into_bytes();
    for (nth, answer) in answers.into_iter().enumerate() {
        if nth > 0 {
            json.push(b',');
        }
        json.extend_from_slice(&answer);
    }
    json.extend_from_slice(b"]}");
    Ok(Answer::raw_json(json))
}

/// Parameters of the URL that hold for each search.
fn common(params: &mut Params) -> Vec<(String, String)> {
    ["rest_total_hits_as_int", "search_type", "typed_keys"]
        .iter()
        .filter_map(|name| Some(((*name).to_owned(), params.text(name)?)))
        .collect()
}

/// One search's answer, which ends with its status.
async fn answer(api: Api, item: Result<Item, ApiError>) -> Vec<u8> {
    let answered = match item {
        Ok(item) => one(&api, item).await,
        Err(error) => Err(error),
    };
    match answered {
        Ok(mut json) => {
            json.pop();
            json.extend_from_slice(b",\"status\":200}");
            json
        }
        Err(error) => serde_json::to_vec(&error.body()).expect("errors have string keys only"),
    }
}

async fn one(api: &Api, item: Item) -> Result<Vec<u8>, ApiError> {
    let began = Instant::now();
    let Item {
        targets,
        leniency,
        parameters,
        body,
    } = item;
    let command = on_cpu(body.len(), move || SearchCommand::parse(&body, &parameters)).await?;
    let timeout = command.timeout.unwrap_or_else(|| api.search_timeout());
    let shape = Shape::of(&command);
    let deadline = Deadline::after(began, timeout);
    let (result, indexes, shape) =
        pit::search_either(api, (&targets, leniency), &command, shape, deadline).await?;
    on_cpu(bytes(&result), move || {
        shape.render(targets::shown(&indexes), &result)
    })
    .await
}
