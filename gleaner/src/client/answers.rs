//! The parts of the API's answers that the commands read.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Value, value::RawValue};

/// How much of an answer that cannot be understood is shown, in characters.
const EXCERPT_CHARS: usize = 300;

/// The answer to a search.
#[derive(Clone, Debug, Deserialize)]
pub struct SearchAnswer {
    /// Milliseconds at the root.
    pub took: u64,
    /// Whether the deadline cut something off.
    pub timed_out: bool,
    /// How the shards fared.
    #[serde(rename = "_shards")]
    pub shards: Shards,
    /// What was found.
    pub hits: Hits,
    /// Which part of the documents the answer was computed from.
    pub coverage: Coverage,
}

impl SearchAnswer {
    /// Whether every document was considered, and nothing failed or was cut off.
    pub fn is_complete(&self) -> bool {
        !self.timed_out
            && self.shards.failed == 0
            && self.shards.successful == self.shards.total
            && self.coverage.documents.covered == self.coverage.documents.total
            && self.coverage.leaves.answered == self.coverage.leaves.total
    }

    /// The ids of the hits, best first.
    pub fn ids(&self) -> Vec<&str> {
        self.hits.hits.iter().map(|hit| hit.id.as_str()).collect()
    }
}

/// Shards of one search.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Shards {
    /// All that were asked.
    pub total: u32,
    /// Those that answered.
    pub successful: u32,
    /// Those that did not.
    pub failed: u32,
    /// Why they did not.
    #[serde(default)]
    pub failures: Vec<ShardFailure>,
}

/// Why a shard did not answer.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct ShardFailure {
    /// The shard.
    pub shard: u32,
    /// What happened.
    pub reason: FailureReason,
}

/// What happened to a shard.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct FailureReason {
    /// In words.
    pub reason: String,
}

/// The hits of one search.
#[derive(Clone, Debug, Deserialize)]
pub struct Hits {
    /// How many documents match; none if the request does not want to know.
    pub total: Option<Total>,
    /// The best of them, best first.
    pub hits: Vec<Hit>,
}

/// How many documents match.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Total {
    /// The number.
    pub value: u64,
    /// `eq` if it is exact, `gte` if there may be more.
    pub relation: String,
}

/// One document that was found.
#[derive(Clone, Debug, Deserialize)]
pub struct Hit {
    /// Its id.
    #[serde(rename = "_id")]
    pub id: String,
    /// Its score; none when sorted by something else.
    #[serde(rename = "_score")]
    pub score: Option<f32>,
    /// Its fields, as far as they were asked for.
    #[serde(rename = "_source", default)]
    pub source: Value,
}

/// Which part of the documents an answer was computed from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub struct Coverage {
    /// In documents.
    pub documents: Documents,
    /// In leaves.
    pub leaves: Leaves,
    /// What took the rest away.
    pub degraded: Degraded,
}

/// Documents of the index, and those that the answer considered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub struct Documents {
    /// All.
    pub total: u64,
    /// Considered.
    pub covered: u64,
}

/// Leaves that were asked, and those that answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub struct Leaves {
    /// Asked.
    pub total: u32,
    /// Answered.
    pub answered: u32,
}

/// Shards that are missing from an answer, by reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub struct Degraded {
    /// Late.
    pub timeout: u32,
    /// Failed.
    pub failed: u32,
}

/// The cluster's health.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Health {
    /// In one word.
    pub status: Color,
    /// Replicas of leaves that the root can reach.
    #[serde(rename = "number_of_data_nodes")]
    pub data_nodes: usize,
}

/// One copy of a shard: a row of `_cat/shards`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct ShardCopy {
    /// The shard.
    pub shard: String,
    /// `STARTED` if it can be searched.
    pub state: String,
    /// The last log position that its searches see; none while it is not known.
    #[serde(rename = "position.committed")]
    pub committed: Option<String>,
}

/// How many of the copies of the shards can be searched.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Color {
    /// All.
    Green,
    /// At least one of each shard.
    Yellow,
    /// None of some shard.
    Red,
}

/// The answer to a bulk request.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BulkAnswer {
    /// The operations that were not carried out.
    pub rejected: Vec<Rejected>,
}

/// One operation of a bulk request that was not carried out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rejected {
    /// The document's id.
    pub id: String,
    /// The HTTP status that it would have had alone.
    pub status: u16,
    /// Why.
    pub reason: String,
}

#[derive(Deserialize)]
struct BulkBody<'body> {
    errors: bool,
    #[serde(borrow)]
    items: &'body RawValue,
}

#[derive(Deserialize)]
struct BulkItem {
    #[serde(rename = "_id", default)]
    id: Option<String>,
    status: u16,
    error: Option<Value>,
}

impl BulkAnswer {
    /// Reads the items only if one of them failed.
    pub(super) fn parse(body: &[u8]) -> Result<Self, serde_json::Error> {
        let body: BulkBody<'_> = serde_json::from_slice(body)?;
        if !body.errors {
            return Ok(Self::default());
        }
        let items: Vec<BTreeMap<String, BulkItem>> = serde_json::from_str(body.items.get())?;
        let rejected = items
            .into_iter()
            .flat_map(BTreeMap::into_values)
            .filter_map(|item| {
                item.error.map(|error| Rejected {
                    id: item.id.unwrap_or_default(),
                    status: item.status,
                    reason: error["reason"]
                        .as_str()
                        .map_or_else(|| error.to_string(), str::to_owned),
                })
            })
            .collect();
        Ok(Self { rejected })
    }
}

/// The reason in an error body, or the beginning of the body if it is no such thing.
pub(super) fn reason(body: &[u8]) -> String {
    let parsed: Option<Value> = serde_json::from_slice(body).ok();
    let reason = parsed
        .as_ref()
        .and_then(|value| value["error"]["reason"].as_str());
    match reason {
        Some(reason) => reason.to_owned(),
        None => String::from_utf8_lossy(body)
            .chars()
            .take(EXCERPT_CHARS)
            .collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rejected_operations_are_told_with_their_reason() {
        let body = br#"{"took":3,"errors":true,"items":[
            {"index":{"_id":"1","status":201,"result":"created"}},
            {"create":{"_id":"2","status":409,"error":{"type":"version_conflict_engine_exception","reason":"already there"}}},
            {"delete":{"status":400,"error":"odd"}}]}"#;
        let rejected = |id: &str, status, reason: &str| Rejected {
            id: id.to_owned(),
            status,
            reason: reason.to_owned(),
        };
        assert_eq!(
            BulkAnswer::parse(body).unwrap().rejected,
            [rejected("2", 409, "already there"), rejected("", 400, "\"odd\"")]
        );
    }

    #[test]
    fn items_are_not_read_when_all_went_in() {
        let body = br#"{"took":3,"errors":false,"items":[{"index":{"unexpected":"shape"}}]}"#;
        assert_eq!(BulkAnswer::parse(body).unwrap(), BulkAnswer::default());
    }

    #[test]
    fn the_reason_of_an_error_is_found_in_any_body() {
        let proper =
            br#"{"error":{"type":"parsing_exception","reason":"unknown query [mtch]"},"status":400}"#;
        assert_eq!(reason(proper), "unknown query [mtch]");
        assert_eq!(reason(b"bad gateway"), "bad gateway");
        assert_eq!(reason(&[0xff; 1000]).chars().count(), EXCERPT_CHARS);
    }
}
