//! `GET|POST /{index}/_validate/query`: whether a query is one, and what it means.

use axum::extract::State;
use serde_json::{Map, Value, json};
use shared::deadline::Deadline;
use shared::limits;
use tokio::time::Instant;

use super::explain::{only_query, query_parameters};
use crate::api::answer::{Answer, Handled};
use crate::api::body::{Payload, on_cpu};
use crate::api::params::Params;
use crate::api::path::Target;
use crate::api::state::Api;
use crate::api::targets;
use crate::app::Leniency;
use crate::error::ApiError;

/// The handler; a path without an index means all.
pub(in crate::api) async fn query(
    State(api): State<Api>,
    Target(target): Target,
    mut params: Params,
    payload: Payload,
) -> Handled {
    let deadline = Deadline::after(Instant::now(), api.search_timeout());
    let (targets, leniency) = targets::take(target.as_deref(), &mut params, Leniency::default())?;
    let parameters = query_parameters(&mut params);
    let explain = params.flag("explain")?.unwrap_or(false);
    // Every query is shown as it is executed, which is the same in all shards.
    for idle in ["rewrite", "all_shards"] {
        params.flag(idle)?;
    }
    params.finish()?;
    let body = payload.read(&api.bodies, limits::SEARCH_BODY_BYTES_MAX).await?;
    let read = on_cpu(body.bytes.len(), move || {
        Ok::<_, ApiError>(only_query("a validation", &body.bytes, &parameters))
    })
    .await?;
    let command = match read {
        Ok(command) => command.unwrap_or_default(),
        Err(error) if error.status() == 400 => return Ok(invalid(&error, explain)),
        Err(error) => return Err(error),
    };
    let indexes = targets::names(&targets, leniency, &api.app)?;
    let words = api.app.in_words(&indexes, &command, deadline).await?;
    let valid = words.iter().all(|(_, words)| words.is_ok());
    let shards = words.len();
    let mut answer = json!({
        "_shards": {"total": shards, "successful": shards, "failed": 0},
        "valid": valid,
    });
    if explain {
        let shown = words.iter().map(|(index, words)| {
            let (key, text) = match words {
                Ok(words) => ("explanation", words.clone()),
                Err(error) => ("error", reason(error)),
            };
            json!({"index": &**index, "valid": words.is_ok(), key: text})
        });
        answer["explanations"] = shown.collect();
    }
    Ok(Answer::json(&answer))
}

/// The answer for what cannot even be read.
fn invalid(error: &ApiError, explain: bool) -> Answer {
    let mut answer = Map::new();
    answer.insert("valid".to_owned(), Value::Bool(false));
    if explain {
        answer.insert("error".to_owned(), reason(error).into());
    }
    Answer::json(&Value::Object(answer))
}

fn reason(error: &ApiError) -> String {
    format!("{}: {error}", error.kind())
}
