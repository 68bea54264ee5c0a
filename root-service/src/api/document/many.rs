//! `GET|POST /_mget`: many documents by id, each with its own answer or error.

use axum::extract::State;
use futures::stream::{self, StreamExt as _};
use serde_json::{Map, Value};
use shared::deadline::Deadline;
use shared::limits;
use tokio::time::Instant;

use super::get::render;
use super::many_body::{self, Asked};
use crate::api::answer::{Answer, Handled};
use crate::api::body::{Payload, on_cpu};
use crate::api::json;
use crate::api::params::Params;
use crate::api::path::Target;
use crate::api::search::splice::Object;
use crate::api::state::Api;
use crate::error::ApiError;

/// Documents of one request that are looked up at a time.
const AT_ONCE: usize = 32;

/// The handler.
pub(in crate::api) async fn get(
    State(api): State<Api>,
    Target(index): Target,
    params: Params,
    payload: Payload,
) -> Handled {
    let deadline = Deadline::after(Instant::now(), api.search_timeout());
    let defaults = many_body::Defaults::take(index, params)?;
    let body = payload.read(&api.bodies, limits::SEARCH_BODY_BYTES_MAX).await?;
    let asked = on_cpu(body.bytes.len(), move || {
        let body: Map<String, Value> = json::object("mget", &body.bytes)?;
        many_body::read(&body, &defaults)
    })
    .await?;
    let mut answers = stream::iter(asked)
        .map(|asked| answer(api.clone(), asked, deadline))
        .buffered(AT_ONCE);
    let mut json = b"{\"docs\":[".to_vec();
    let mut first = true;
    while let Some(answer) = answers.next().await {
        if json.len() + answer.len() > limits::BODY_BYTES_MAX {
            return Err(ApiError::illegal(format!(
                "the documents have more than the limit of [{}] bytes together; ask for fewer at a time",
                limits::BODY_BYTES_MAX
            )));
        }
        if !std::mem::take(&mut first) {
            json.push(b',');
        }
        json.extend_from_slice(&answer);
    }
    json.extend_from_slice(b"]}");
    Ok(Answer::raw_json(json))
}

async fn answer(api: Api, asked: Asked, deadline: Deadline) -> Vec<u8> {
    let Asked {
        index,
        id,
        routing,
        filter,
    } = asked;
    let found = api.app.get(&index, &id, routing.as_deref(), deadline).await;
    let failed = |error: &ApiError| {
        let mut json = Object::new();
        let cause = error.cause();
        let mut whole = Map::new();
        whole.insert("root_cause".to_owned(), vec![Value::Object(cause.clone())].into());
        whole.extend(cause);
        json.put("_index", &index).put("_id", &id).put("error", &whole);
        json.finish()
    };
    let got = match found {
        Ok(got) => got,
        Err(error) => return failed(&error),
    };
    let Some(document) = got.document else {
        let mut json = Object::new();
        json.put("_index", &got.index)
            .put("_id", &id)
            .put("found", &false);
        return json.finish();
    };
    let name = got.index;
    let json = on_cpu(document.source.len(), move || render(&name, &document, &filter)).await;
    json.unwrap_or_else(|error| failed(&error))
}
