//! `POST /{index}/_delete_by_query`.

use axum::extract::State;
use axum::http::StatusCode;
use serde_json::{Value, json};
use shared::deadline::Deadline;
use shared::limits;
use tokio::time::Instant;

use crate::api::answer::{Answer, Handled};
use crate::api::body::Payload;
use crate::api::json;
use crate::api::params::Params;
use crate::api::path::PathOf;
use crate::api::state::Api;
use crate::api::targets;
use crate::app::{Deletion, Deletions, Leniency};
use crate::error::{ApiError, brief};

/// Documents of one page, unless the client says otherwise (as in Elasticsearch).
const PAGE: u32 = 1_000;

/// The handler.
pub(in crate::api) async fn post(
    State(api): State<Api>,
    PathOf(index): PathOf<String>,
    mut params: Params,
    payload: Payload,
) -> Handled {
    let arrived = Instant::now();
    let (targets, leniency) = targets::take(Some(&index), &mut params, Leniency::default())?;
    let mut deletion = read_params(&mut params)?;
    // The calls of a client wait as long as it takes; this is when the answer comes at the latest.
    let longest = std::time::Duration::from_secs(limits::TIMEOUT_SECONDS_MAX);
    let timeout = params.duration("timeout")?.unwrap_or(longest);
    params.finish()?;
    let body = payload.read(&api.bodies, limits::SEARCH_BODY_BYTES_MAX).await?;
    read_body(&body.bytes, &mut deletion)?;
    let indexes = targets::names(&targets, leniency, &api.app)?;
    let deadline = Deadline::after(arrived, timeout);
    let deletions = api.app.delete_matching(&indexes, &deletion, deadline).await?;
    Ok(render(&deletions, &deletion, arrived.elapsed().as_millis()))
}

fn read_params(params: &mut Params) -> Result<Deletion, ApiError> {
    let passes_conflicts = match params.text("conflicts").as_deref() {
        None | Some("abort") => false,
        Some("proceed") => true,
        Some(other) => {
            return Err(ApiError::illegal(format!(
                "conflicts may only be \"proceed\" or \"abort\" but was [{}]",
                brief(other)
            )));
        }
    };
    let page = params.value("scroll_size")?.unwrap_or(PAGE);
    if page == 0 || u64::from(page) > limits::RESULT_WINDOW_MAX {
        return Err(ApiError::illegal(format!(
            "[scroll_size] must be from [1] to [{}]",
            limits::RESULT_WINDOW_MAX
        )));
    }
    if params.flag("wait_for_completion")? == Some(false) {
        return Err(ApiError::illegal(
            "the parameter [wait_for_completion] is offered only as [true]",
        ));
    }
    if params
        .text("requests_per_second")
        .is_some_and(|value| value != "-1")
    {
        return Err(ApiError::illegal(
            "the parameter [requests_per_second] is offered only as [-1]",
        ));
    }
    if params
        .text("slices")
        .is_some_and(|value| value != "1" && value != "auto")
    {
        return Err(ApiError::illegal(
            "the parameter [slices] is offered only as [1] or [auto]",
        ));
    }
    // What was deleted is made visible page by page, and a search is over with its page.
    params.flag("refresh")?;
    Ok(Deletion {
        query: Value::Null,
        passes_conflicts,
        documents_max: params.value("max_docs")?.unwrap_or(u64::MAX),
        page,
    })
}

fn read_body(body: &[u8], deletion: &mut Deletion) -> Result<(), ApiError> {
    for (key, value) in json::object("delete by query", body)? {
        match (key.as_str(), value) {
            ("query", query) => deletion.query = query,
            ("max_docs", Value::Number(number)) if number.is_u64() => {
                deletion.documents_max = number.as_u64().unwrap_or(u64::MAX);
            }
            ("conflicts", Value::String(text)) if text == "abort" => deletion.passes_conflicts = false,
            ("conflicts", Value::String(text)) if text == "proceed" => deletion.passes_conflicts = true,
            (other, _) => {
                return Err(ApiError::parsing(format!(
                    "delete by query does not offer this [{}]; expected [query], [max_docs] and [conflicts]",
                    brief(other)
                )));
            }
        }
    }
    if deletion.query.is_null() {
        return Err(ApiError::Validation("query is missing".to_owned()));
    }
    // A query that cannot be is refused as it stands, and before anything is searched.
    crate::dsl::parse_query(&deletion.query)?;
    Ok(())
}

fn render(deletions: &Deletions, deletion: &Deletion, took_ms: u128) -> Answer {
    let mut status = StatusCode::OK;
    let mut failures = Vec::new();
    if let Some((index, id, error)) = &deletions.failure
        && !(deletion.passes_conflicts && matches!(error, ApiError::SeqNoConflict { .. }))
    {
        status = StatusCode::from_u16(error.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        failures.push(json!({"index": index, "id": id, "cause": error.cause(), "status": error.status()}));
    }
    Answer::json(&json!({
        "took": u64::try_from(took_ms).unwrap_or(u64::MAX),
        "timed_out": deletions.timed_out,
        "total": deletions.total,
        "deleted": deletions.deleted,
        "batches": deletions.batches,
        "version_conflicts": deletions.conflicts,
        "noops": 0,
        "retries": {"bulk": 0, "search": 0},
        "throttled_millis": 0,
        "requests_per_second": -1.0,
        "throttled_until_millis": 0,
        "failures": failures,
    }))
    .with_status(status)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::document::calls::DELETE_BY_QUERY;

    fn read(query: &str, body: &str) -> Result<Deletion, ApiError> {
        let mut params = Params::parse("/a/_delete_by_query", query)?.of(&DELETE_BY_QUERY);
        let mut deletion = read_params(&mut params)?;
        params.finish()?;
        read_body(body.as_bytes(), &mut deletion)?;
        Ok(deletion)
    }

    #[test]
    fn a_query_is_needed_and_conflicts_end_it_unless_they_are_to_be_passed_over() {
        let body = r#"{"query": {"match_all": {}}, "max_docs": 5}"#;
        let deletion = read("conflicts=proceed&scroll_size=10&refresh=true&slices=auto", body).unwrap();
        assert!(deletion.passes_conflicts);
        assert_eq!((deletion.page, deletion.documents_max), (10, 5));
        assert!(!read("", body).unwrap().passes_conflicts);
    }

    #[test]
    fn what_is_not_offered_is_refused_by_name() {
        let all = r#"{"query": {"match_all": {}}}"#;
        for (query, body, part) in [
            ("", "{}", "query is missing"),
            ("", r#"{"query": {"mach": {}}}"#, "[mach]"),
            ("", r#"{"query": {"match_all": {}}, "slice": {}}"#, "[slice]"),
            ("conflicts=ignore", all, "[ignore]"),
            ("wait_for_completion=false", all, "[wait_for_completion]"),
            ("scroll_size=10001", all, "[scroll_size]"),
            ("routing=a", all, "[routing]"),
            ("slices=4", all, "[slices]"),
        ] {
            let error = read(query, body).unwrap_err().to_string();
            assert!(error.contains(part), "{query} {body}: {error}");
        }
    }
}
