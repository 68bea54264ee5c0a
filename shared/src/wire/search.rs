//! The query phase and its statistics round.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::clause::{Expansion, LeafQuery, Term};
use super::sort::{SortBy, SortKey, SortValue};
use super::status::Load;
use crate::aggregation::{Aggregation, ShardAggregations};
use crate::ids::{IndexUuid, Position, Shard};

/// Why a request is sent: a leaf queues hedges behind primaries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum AttemptKind {
    /// The first request to a leaf.
    Primary,
    /// A second one, because the first takes long.
    Hedge,
    /// A second one, because the first failed.
    Retry,
    /// A second one that was sent along with the first: whichever replica begins tells the other not to; see [`Tie`].
    Tied,
    /// A copy of a request, whose answer nobody waits for: whether an ejected replica is well again.
    Probe,
}

impl AttemptKind {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Primary, Self::Hedge, Self::Retry, Self::Tied, Self::Probe];

    /// Its name in metrics, profiles and logs.
    pub fn name(self) -> &'static str {
        match self {
            Self::Primary => "primary",
            Self::Hedge => "hedge",
            Self::Retry => "retry",
            Self::Tied => "tied",
            Self::Probe => "probe",
        }
    }

    /// Whether a leaf may let it wait behind the others: somebody else is at work on the answer already.
    pub fn is_deferrable(self) -> bool {
        match self {
            Self::Hedge | Self::Probe => true,
            Self::Primary | Self::Retry | Self::Tied => false,
        }
    }
}

/// What ties a request to its twin at another replica of the leaf: the replica that begins to execute it tells the other
/// to take it out of its queue (Dean and Barroso, The Tail at Scale, 2013).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tie {
    /// The same for both requests, and for no others.
    pub id: Uuid,
    /// The base URL of the replica that has the twin.
    pub twin: String,
}

/// Tells a replica that the twin of a request has begun elsewhere. It takes the request out of its queue, or refuses it when
/// it arrives; one that has begun goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CancelRequest {
    /// Which: [`Tie::id`].
    pub tie: Uuid,
}

/// A shard to search, and how fresh it must be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShardTarget {
    /// Which.
    pub shard: Shard,
    /// The leaf waits (within the deadline) until the shard has committed this position, so that nobody who
    /// refreshed misses a document.
    pub position_min: Position,
}

/// A point in time: every replica keeps what it had committed at one position of the log, so that a search of many pages
/// sees the same documents on each, whichever replica answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pin {
    /// Which.
    pub id: Uuid,
    /// How long to keep it from now on at least, in milliseconds; 0 leaves it as it is.
    pub keep_ms: u64,
}

/// What one leaf is asked in the query phase.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SearchRequest {
    /// The index.
    pub index: IndexUuid,
    /// Its shards to search; others that the leaf hosts are not.
    pub shards: Vec<ShardTarget>,
    /// What to look for.
    pub query: LeafQuery,
    /// The statistics of the whole index: the same for every leaf, replica and attempt of one query.
    pub statistics: Statistics,
    /// How many hits are wanted over all named shards; 0 means none.
    pub k: u32,
    /// Their order; empty means by score, best first.
    pub sort: Vec<SortKey>,
    /// Only hits that come after these values in that order; one for each criterion, or none.
    pub after: Vec<SortValue>,
    /// Whether scores are wanted although hits are not ordered by them.
    pub scores: bool,
    /// Send the hits' stored documents along. A root asks so when only one leaf is asked: the leaf's ranking is the
    /// final one then, and the fetch phase is saved.
    pub documents: bool,
    /// Count matches up to this number per leaf: 0 means do not count, `u64::MAX` count all.
    pub count_max: u64,
    /// Only the best hit of all that have the same value here, a field by which hits could be ordered. Those without a
    /// value count as one that has the same.
    pub collapse: Option<SortBy>,
    /// Search the index as it was at a point in time, instead of as it is.
    pub pin: Option<Pin>,
    /// What to compute of all matches; empty if nothing.
    pub aggregations: Vec<Aggregation>,
    /// The documents to aggregate, if they are others than those that match `query`.
    pub aggregated: Option<LeafQuery>,
    /// Time left when the request was sent, in microseconds.
    pub time_remaining_us: u64,
    /// Why it is sent.
    pub attempt: AttemptKind,
    /// Its twin, if there is one.
    pub tie: Option<Tie>,
}

/// Global BM25 statistics, over live documents only, so they depend on the documents and not on merges.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Statistics {
    /// Live documents of the index.
    pub documents: u64,
    /// For each text slot that the query scores on: its number and the sum of its field lengths, as BM25 sees lengths
    /// (quantised to one byte).
    pub tokens: Vec<(u16, u64)>,
    /// Live documents that contain each term, parallel to [`LeafQuery::terms`].
    pub frequencies: Vec<u64>,
}

/// One hit of the query phase: enough to order it and to fetch it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Hit {
    /// The shard it is in.
    pub shard: Shard,
    /// Its score, finite.
    pub score: f32,
    /// Its document key, the last criterion of the order.
    pub key: u64,
    /// Its id.
    pub id: String,
    /// What it has for each criterion of the request's order.
    pub sort: Vec<SortValue>,
    /// What it has in the field by which hits are collapsed, if they are.
    pub group: Option<SortValue>,
    /// Where the replica that found it can read it at once.
    pub address: super::Address,
}

/// What a shard contributed to an answer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ShardAnswer {
    /// Which.
    pub shard: Shard,
    /// The position that the searched commit holds.
    pub position: Position,
    /// Live documents of the shard.
    pub documents: u64,
    /// Live documents that were considered: fewer if the deadline stopped the search.
    pub documents_seen: u64,
    /// Matches counted, up to the request's `count_max` (over all of the leaf's shards).
    pub count: u64,
    /// Why documents are missing, if any are.
    pub failure: Option<ShardFailure>,
    /// The results of the request's aggregations, over the documents that were considered; `None` if there are none.
    pub aggregations: Option<ShardAggregations>,
}

/// Why a shard did not contribute all its documents.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ShardFailure {
    /// The deadline came first; the hits are what was found by then.
    Deadline,
    /// This replica does not host the shard, or not yet.
    NotReady,
    /// The search failed; the text is for people.
    Failed(String),
    /// This replica does not have the point in time: it was let go, or the replica started after it.
    NoSuchPin,
}

/// A leaf's answer: its hits in order, best first, and what each shard contributed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SearchResponse {
    /// One for each shard asked for.
    pub shards: Vec<ShardAnswer>,
    /// At most `k`, by the request's order, then ascending document key.
    pub hits: Vec<Hit>,
    /// The hits' stored documents, in their order, if the request wants them; else empty.
    pub documents: Vec<super::StoredDocument>,
    /// How busy the replica is.
    pub load: Load,
    /// Microseconds in the queue.
    pub queued_us: u64,
    /// Microseconds of execution.
    pub executed_us: u64,
    /// Microseconds of processor time in them.
    pub cpu_us: u64,
}

/// Asks for the statistics of some shards.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StatisticsRequest {
    /// The index.
    pub index: IndexUuid,
    /// Which shards, and how fresh.
    pub shards: Vec<ShardTarget>,
    /// Text slots whose lengths are wanted.
    pub slots: Vec<u16>,
    /// Terms whose document frequencies are wanted.
    pub terms: Vec<Term>,
    /// Words of which the shards' best terms are wanted.
    pub expansions: Vec<Expansion>,
    /// The point in time that is searched, if one is.
    pub pin: Option<Pin>,
    /// Time left when the request was sent, in microseconds.
    pub time_remaining_us: u64,
}

/// The statistics of one shard at one position; a pure function of both.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TermStatistics {
    /// Which.
    pub shard: Shard,
    /// The committed position that they describe.
    pub position: Position,
    /// Live documents.
    pub documents: u64,
    /// Sum of the field lengths, parallel to the request's `slots`.
    pub tokens: Vec<u64>,
    /// Live documents with the term, parallel to the request's `terms`.
    pub frequencies: Vec<u64>,
    /// The best terms of live documents, at most `terms_max`, best first; parallel to the request's `expansions`.
    pub expansions: Vec<Vec<String>>,
}

/// The statistics of the shards that are ready; others are left out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StatisticsResponse {
    /// In no particular order.
    pub shards: Vec<TermStatistics>,
}
