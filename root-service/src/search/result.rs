//! What a search came to, before it becomes JSON.

use std::sync::Arc;

use std::time::Duration;

use serde_json::Value;
use shared::ids::{Leaf, Shard};
use shared::mapping::Mapping;
use shared::query::Query;
use shared::wire::StoredDocument;
use shared::wire::group::GroupKey;
use shared::wire::sort::{SortKey, SortValue};

use super::aggregations::Aggregated;
use super::coverage::Coverage;
use super::explained::Said;
use super::profile::Profile;
use crate::suggest::result::Suggested;

/// A search's answer.
#[derive(Clone, Debug, Default)]
pub struct SearchResult {
    /// Milliseconds from arrival to the end of the merge.
    pub took_ms: u64,
    /// Whether the deadline cut the answer short.
    pub timed_out: bool,
    /// What became of the shards.
    pub shards: ShardsSummary,
    /// How many documents match; `None` if the request did not want to know.
    pub total: Option<Total>,
    /// The best score over all matches; `None` without hits.
    pub max_score: Option<f32>,
    /// The order of the hits, if it is not by score alone.
    pub order: Vec<SortKey>,
    /// The page asked for.
    pub hits: Vec<FoundDocument>,
    /// What was computed of all matches, if anything was asked for.
    pub aggregations: Option<Aggregated>,
    /// What is suggested, if anything was asked for.
    pub suggestions: Vec<Suggested>,
    /// Which part of the documents the answer was computed from.
    pub coverage: Coverage,
    /// The longest that any of the work waited at its leaf.
    pub queued_max: Duration,
    /// How it came about, if the request wants to know.
    pub profile: Option<Profile>,
}

/// How many documents match.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Total {
    /// The count.
    pub value: u64,
    /// Whether it is exact, or only a lower bound.
    pub exact: bool,
}

/// `_shards` of an answer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ShardsSummary {
    /// All shards of the index.
    pub total: u32,
    /// Those that contributed all their documents.
    pub successful: u32,
    /// Those that did not, with the reason.
    pub failures: Vec<ShardReport>,
}

/// Why one shard did not contribute all its documents.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShardReport {
    /// The index, in an answer over several.
    pub index: Option<Arc<str>>,
    /// The shard.
    pub shard: Shard,
    /// The leaf that hosts it.
    pub leaf: Leaf,
    /// What kind of failure.
    pub cause: Cause,
    /// The reason, for people.
    pub reason: String,
}

/// The kinds of degradation that coverage tells apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    /// The deadline came first.
    Timeout,
    /// Enough was covered without it, and the request did not want to wait for more.
    Early,
    /// Every replica that was tried refused for overload.
    Shed,
    /// The replicas failed or were out of reach.
    Failed,
    /// No replica holds the point in time that was to be searched.
    NoPin,
}

/// The group of a hit that stands for others.
#[derive(Clone, Debug, PartialEq)]
pub struct Group {
    /// What tells it from other groups.
    pub key: GroupKey,
    /// The field whose value makes it.
    pub field: String,
    /// That value, as answers show it.
    pub shown: Value,
    /// What its members match.
    pub members: Query,
}

/// One hit of the page, with its document.
#[derive(Clone, Debug, Default)]
pub struct FoundDocument {
    /// The index that it is in, in an answer over several.
    pub index: Option<Arc<str>>,
    /// Its id.
    pub id: String,
    /// Its score; `None` if nobody wanted to know.
    pub score: Option<f32>,
    /// What it has for each criterion of the order.
    pub sort: Vec<SortValue>,
    /// What else is said of it, if the request asks.
    pub said: Option<Box<Said>>,
    /// Its group, if hits are collapsed.
    pub group: Option<Box<Group>>,
    /// Hits of its group, by the names under which they were asked for.
    pub inner_hits: Vec<(String, SearchResult)>,
    /// The stored document; `None` if nothing of it was asked for, or it could not be fetched any more.
    pub document: Option<StoredDocument>,
    /// The fields of its index, if parts of the document are to be shown as they read them.
    pub mapping: Option<Arc<Mapping>>,
}

impl Cause {
    /// Elasticsearch's name for it.
    pub fn kind(self) -> &'static str {
        match self {
            Self::Timeout => "timeout_exception",
            Self::Early => "min_coverage_reached_exception",
            Self::Shed => "es_rejected_execution_exception",
            Self::Failed => "no_shard_available_action_exception",
            Self::NoPin => "search_context_missing_exception",
        }
    }
}
