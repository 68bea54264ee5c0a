//! What came of writes, as JSON: `{"took":3,"errors":false,"items":[{"index":{…}}]}`.
//!
//! The text is compact and its keys are in this order: shippers look for `"errors":true`, or, in an answer that was cut
//! off, for `"errors":false,"items":[`.

use axum::http::StatusCode;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Serialize;
use serde_json::{Map, Value};
use shared::wire::{OpResult, Outcome};

use super::reader::Item;
use crate::api::openapi::shapes::{by_name, list, named, of_type, open};
use crate::error::ApiError;
use crate::offered::{Offered, flag, of, whole};
use crate::write::{WriteResults, Written};

/// A write that is durable, as answers show it.
///
/// If no replica told what came of it in time, the result is `accepted` with status 202: the write is in the log and
/// will be applied, but whether it created, replaced or removed something, and with which version, is not known yet.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Written")]
pub(in crate::api) struct Shown<'a> {
    #[serde(rename = "_index")]
    index: &'a str,
    #[serde(rename = "_id")]
    id: &'a str,
    #[serde(rename = "_version", skip_serializing_if = "Option::is_none")]
    version: Option<u64>,
    result: &'static str,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    forced_refresh: bool,
    #[serde(rename = "_shards")]
    shards: Shards,
    #[serde(rename = "_seq_no", skip_serializing_if = "Option::is_none")]
    seq_no: Option<u64>,
    #[serde(rename = "_primary_term", skip_serializing_if = "Option::is_none")]
    primary_term: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<u16>,
}

/// Every replica applies what is in the log, so a durable write has succeeded for all of them.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "WrittenShards")]
struct Shards {
    total: u32,
    successful: u32,
    failed: u32,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "NotWritten")]
struct Failed<'a> {
    #[serde(rename = "_index")]
    index: &'a str,
    #[serde(rename = "_id")]
    id: Option<&'a str>,
    status: u16,
    error: Map<String, Value>,
}

impl<'a> Shown<'a> {
    /// A write, with the HTTP status that goes with it.
    pub(in crate::api) fn new(written: &'a Written) -> (Self, StatusCode) {
        let (result, status) = match written.outcome.map(|outcome| outcome.result) {
            Some(OpResult::Updated) if written.noop => ("noop", StatusCode::OK),
            Some(OpResult::Created) => ("created", StatusCode::CREATED),
            Some(OpResult::Updated) => ("updated", StatusCode::OK),
            Some(OpResult::Deleted) => ("deleted", StatusCode::OK),
            Some(OpResult::NotFound) => ("not_found", StatusCode::NOT_FOUND),
            Some(OpResult::Conflict) => ("noop", StatusCode::CONFLICT),
            None => ("accepted", StatusCode::ACCEPTED),
        };
        let known = |of: fn(Outcome) -> u64| written.outcome.map(of);
        let shown = Self {
            index: &written.index,
            id: &written.id,
            version: known(|outcome| outcome.version),
            result,
            forced_refresh: written.forced_refresh,
            shards: Shards {
                total: written.replicas_total,
                successful: written.replicas_total,
                failed: 0,
            },
            seq_no: known(|outcome| outcome.seq_no),
            primary_term: written.outcome.map(|_| 1),
            status: None,
        };
        (shown, status)
    }
}

/// The schema of the whole answer.
pub(in crate::api) fn schema(generator: &mut SchemaGenerator) -> Schema {
    fn items(generator: &mut SchemaGenerator) -> Schema {
        let (written, failed) = (
            of_type::<Shown<'static>>(generator),
            of_type::<Failed<'static>>(generator),
        );
        list(by_name(json_schema!({"anyOf": [written, failed]})))
    }
    const KEYS: &[Offered] = &[
        whole("took", "Milliseconds."),
        flag("errors", "Whether anything went wrong."),
        of("items", items, "What came of each operation, under its name."),
    ];
    named(generator, "BulkAnswer", |generator| open(KEYS, 3, generator))
}

/// The whole answer. `results` are those of the items without a refusal, in order.
pub(super) fn render(items: &[Item], results: WriteResults, took_ms: u128) -> Vec<u8> {
    let refused = items.iter().any(|item| item.refusal.is_some());
    let errors = refused || results.iter().any(Result::is_err);
    let mut out = Vec::with_capacity(64 + items.len() * 160);
    out.extend_from_slice(format!("{{\"took\":{took_ms},\"errors\":{errors},\"items\":[").as_bytes());
    let mut results = results.into_iter();
    for (nth, item) in items.iter().enumerate() {
        if nth > 0 {
            out.push(b',');
        }
        let result = match &item.refusal {
            Some(refusal) => Err(refusal.clone()),
            // A result for every write is what the service promises; without it, nothing is known to be durable.
            None => results.next().unwrap_or(Err(ApiError::Internal)),
        };
        out.extend_from_slice(b"{\"");
        out.extend_from_slice(item.verb.name().as_bytes());
        out.extend_from_slice(b"\":");
        match result {
            Ok(written) => {
                let (mut shown, status) = Shown::new(&written);
                shown.status = Some(status.as_u16());
                append(&mut out, &shown);
            }
            Err(error) => append(
                &mut out,
                &Failed {
                    index: &item.index,
                    id: item.id.as_deref(),
                    status: error.status(),
                    error: error.cause(),
                },
            ),
        }
        out.push(b'}');
    }
    out.extend_from_slice(b"]}");
    out
}

fn append(out: &mut Vec<u8>, value: &impl Serialize) {
    serde_json::to_writer(out, value).expect("writing to memory does not fail, and the keys are strings");
}

#[cfg(test)]
#[path = "answer_tests.rs"]
mod tests;
