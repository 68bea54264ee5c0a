//! What travels between roots and leaves: one versioned set of messages, encoded with postcard.
//!
//! These are not the domain's types: [`crate::query::Query`] speaks of fields by name, [`clause::Clause`] speaks of
//! terms in a leaf's index. The version is part of every path, so that two versions can serve side by side.

pub mod clause;
mod codec;
mod document;
mod error;
mod explain;
pub mod group;
mod pin;
mod search;
pub mod sort;
mod status;
pub mod suggest;
mod write;

pub use codec::{CodecError, decode, encode};
pub use document::{Address, FetchItem, FetchRequest, FetchResponse, GetRequest, StoredDocument};
pub use error::LeafError;
pub use explain::{ExplainRequest, ExplainResponse, Explained, Explanation, Reason, ScoredQuery};
pub use pin::{HeldPin, PinRequest, PinResponse, PinSelection};
pub use search::{
    AttemptKind, CancelRequest, Hit, Pin, SearchRequest, SearchResponse, ShardAnswer, ShardFailure,
    ShardTarget, Statistics, StatisticsRequest, StatisticsResponse, TermStatistics, Tie,
};
pub use status::{CatalogNotice, Load, ShardState, ShardStatus, StatusResponse};
pub use write::{
    ApplyRequest, ApplyResponse, OpResult, Outcome, RefreshRequest, RefreshResponse, ShardApplied,
};

/// The paths that a leaf serves, all below the protocol's version.
pub mod path {
    /// Query phase: [`super::SearchRequest`] → [`super::SearchResponse`].
    pub const SEARCH: &str = "/internal/v1/search";
    /// The twin of a request has begun elsewhere: [`super::CancelRequest`] → nothing.
    pub const CANCEL: &str = "/internal/v1/cancel";
    /// Completions: [`super::suggest::CompleteRequest`] → [`super::suggest::CompleteResponse`].
    pub const COMPLETE: &str = "/internal/v1/complete";
    /// Statistics round: [`super::StatisticsRequest`] → [`super::StatisticsResponse`].
    pub const STATISTICS: &str = "/internal/v1/statistics";
    /// Fetch phase: [`super::FetchRequest`] → [`super::FetchResponse`].
    pub const FETCH: &str = "/internal/v1/fetch";
    /// Whether documents match, and why: [`super::ExplainRequest`] → [`super::ExplainResponse`].
    pub const EXPLAIN: &str = "/internal/v1/explain";
    /// One document by id, up to date: [`super::GetRequest`] → [`super::FetchResponse`] of one.
    pub const GET: &str = "/internal/v1/get";
    /// Apply the log up to a position and tell the outcomes: [`super::ApplyRequest`] → [`super::ApplyResponse`].
    pub const APPLY: &str = "/internal/v1/apply";
    /// Commit up to a position: [`super::RefreshRequest`] → [`super::RefreshResponse`].
    pub const REFRESH: &str = "/internal/v1/refresh";
    /// A newer catalog is there: [`super::CatalogNotice`] → nothing.
    pub const CATALOG: &str = "/internal/v1/catalog";
    /// Keep points in time for longer, or let them go: [`super::PinRequest`] → [`super::PinResponse`].
    pub const PINS: &str = "/internal/v1/pins";
    /// What the replica hosts and how busy it is: nothing → [`super::StatusResponse`].
    pub const STATUS: &str = "/internal/v1/status";
}
