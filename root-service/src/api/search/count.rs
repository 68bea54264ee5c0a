//! `GET|POST /{index}/_count`: a search that shows nothing and counts everything.

use axum::extract::State;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;
use shared::deadline::Deadline;
use shared::limits;
use tokio::time::Instant;

use super::account::CoverageShown;
use super::answer::coverage;
use super::shards::{self, ShardsShown};
use crate::api::answer::{Answer, Handled};
use crate::api::body::{Payload, on_cpu};
use crate::api::json;
use crate::api::params::Params;
use crate::api::path::Target;
use crate::api::state::Api;
use crate::api::targets;
use crate::app::Leniency;
use crate::dsl::SearchCommand;
use crate::dsl::search_body::read_score;
use crate::error::{ApiError, brief};

/// Parameters that a search understands and that make sense for a count.
const PARAMETERS: [&str; 6] = [
    "analyze_wildcard",
    "default_operator",
    "df",
    "lenient",
    "preference",
    "q",
];

/// The answer.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Counted {
    count: u64,
    #[serde(rename = "_shards")]
    shards: ShardsShown,
    coverage: CoverageShown,
}

/// The handler; a path without an index means all.
pub(in crate::api) async fn count(
    State(api): State<Api>,
    Target(target): Target,
    mut params: Params,
    payload: Payload,
) -> Handled {
    let deadline = Deadline::after(Instant::now(), api.search_timeout());
    let (targets, leniency) = targets::take(target.as_deref(), &mut params, Leniency::default())?;
    let parameters: Vec<(String, String)> = PARAMETERS
        .iter()
        .filter_map(|name| Some(((*name).to_owned(), params.text(name)?)))
        .collect();
    let least = params.text("min_score").map(Value::String);
    let least = least.as_ref().map(read_score).transpose()?;
    params.finish()?;
    let body = payload.read(&api.bodies, limits::SEARCH_BODY_BYTES_MAX).await?;
    let command = on_cpu(body.bytes.len(), move || read(&body.bytes, &parameters, least)).await?;
    let indexes = targets::names(&targets, leniency, &api.app)?;
    let result = api.app.search_all(&indexes, &command, deadline).await?;
    Ok(Answer::json(&Counted {
        count: result.total.map_or(0, |total| total.value),
        shards: shards::render(targets::shown(&indexes), &result.shards),
        coverage: coverage(&result.coverage),
    }))
}

fn read(
    body: &[u8],
    parameters: &[(String, String)],
    score_min: Option<f32>,
) -> Result<SearchCommand, ApiError> {
    let object = json::optional_object("a count", body)?.unwrap_or_default();
    if let Some(key) = object.keys().find(|key| *key != "query") {
        return Err(ApiError::parsing(format!(
            "request does not support [{}]; a count takes a [query] and nothing else",
            brief(key)
        )));
    }
    check_no_suggestion("_count", parameters)?;
    let mut command = SearchCommand {
        size: 0,
        count_max: u64::MAX,
        // Whoever counts wants all, also where the cluster's searches are content with less.
        min_coverage: Some(1.0),
        ..SearchCommand::parse(body, parameters)?
    };
    if let Some(score_min) = score_min {
        command.score_at_least(score_min);
    }
    Ok(command)
}

/// Calls that only have a query do not take the suggestion of a search's URL.
pub(super) fn check_no_suggestion(call: &str, parameters: &[(String, String)]) -> Result<(), ApiError> {
    match parameters.iter().find(|(key, _)| key.starts_with("suggest_")) {
        Some((key, _)) => Err(ApiError::illegal(format!(
            "request [{call}] contains unrecognized parameter: [{}]",
            brief(key)
        ))),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_count_shows_nothing_and_counts_everything() {
        let command = read(br#"{"query":{"match":{"t":"x"}}}"#, &[], None).unwrap();
        assert_eq!((command.size, command.count_max), (0, u64::MAX));
        assert!(read(b"", &[("q".to_owned(), "x".to_owned())], None).is_ok());
    }

    #[test]
    fn a_count_takes_a_query_alone() {
        let error = read(br#"{"query":{"match_all":{}},"size":3}"#, &[], None).unwrap_err();
        assert!(error.to_string().contains("[size]"), "{error}");
        assert!(read(b"[]", &[], None).is_err());
        assert!(read(b"{", &[], None).is_err());
    }
}
