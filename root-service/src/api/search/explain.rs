//! `GET|POST /{index}/_explain/{id}`: whether a document matches a query, and how its score comes about.

use axum::extract::State;
use axum::http::StatusCode;
use shared::deadline::Deadline;
use shared::limits;
use tokio::time::Instant;

use super::explanation::Sayings;
use super::splice::Object;
use crate::api::answer::{Answer, Handled};
use crate::api::body::{Payload, on_cpu};
use crate::api::json;
use crate::api::params::Params;
use crate::api::path::PathOf;
use crate::api::state::Api;
use crate::api::targets;
use crate::dsl::SearchCommand;
use crate::error::{ApiError, brief};

/// Parameters that say what the query is.
pub(super) const QUERY_PARAMETERS: [&str; 5] = ["analyze_wildcard", "default_operator", "df", "lenient", "q"];

/// The handler.
pub(in crate::api) async fn explain(
    State(api): State<Api>,
    PathOf((index, id)): PathOf<(String, String)>,
    mut params: Params,
    payload: Payload,
) -> Handled {
    let deadline = Deadline::after(Instant::now(), api.search_timeout());
    let index = targets::one(&index, "an explanation")?;
    let parameters = query_parameters(&mut params);
    let routing = params.text("routing");
    params.finish()?;
    let body = payload.read(&api.bodies, limits::SEARCH_BODY_BYTES_MAX).await?;
    let command = on_cpu(body.bytes.len(), move || {
        let command = only_query("an explanation", &body.bytes, &parameters)?;
        command.ok_or_else(|| ApiError::Validation("Validation Failed: 1: query is missing;".to_owned()))
    })
    .await?;
    let of = (id.as_str(), routing.as_deref());
    let (index, explained) = api.app.explain(index, of, &command, deadline).await?;
    let parts = explained
        .as_ref()
        .map_or(0, |(explanation, _)| explanation.parts());
    on_cpu(128 * parts, move || {
        let mut json = Object::new();
        json.put("_index", &index).put("_id", &id);
        let Some((explanation, glossary)) = explained else {
            json.put("matched", &false);
            return Ok(Answer::raw_json(json.finish()).with_status(StatusCode::NOT_FOUND));
        };
        json.put("matched", &explanation.matches);
        let shown = Sayings::default().explanation(&explanation, &glossary, &id);
        json.put("explanation", &shown);
        Ok(Answer::raw_json(json.finish()))
    })
    .await
}

/// Takes those parameters that say what the query is.
pub(super) fn query_parameters(params: &mut Params) -> Vec<(String, String)> {
    QUERY_PARAMETERS
        .iter()
        .filter_map(|name| Some(((*name).to_owned(), params.text(name)?)))
        .collect()
}

/// The query of a body that has nothing else, or of the parameters; `None` without either. Nothing of the hits is asked for.
pub(super) fn only_query(
    call: &str,
    body: &[u8],
    parameters: &[(String, String)],
) -> Result<Option<SearchCommand>, ApiError> {
    let object = json::optional_object(call, body)?.unwrap_or_default();
    if let Some(key) = object.keys().find(|key| *key != "query") {
        return Err(ApiError::parsing(format!(
            "request does not support [{}]; {call} takes a [query] and nothing else",
            brief(key)
        )));
    }
    super::count::check_no_suggestion(call, parameters)?;
    if object.is_empty() && !parameters.iter().any(|(key, _)| key == "q") {
        return Ok(None);
    }
    Ok(Some(SearchCommand {
        size: 0,
        count_max: 0,
        ..SearchCommand::parse(body, parameters)?
    }))
}
