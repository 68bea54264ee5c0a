//! The seam between the root and its leaves: one trait above HTTP, so that the same root runs against real leaves,
//! scripted ones, and simulated ones.

mod http;
#[cfg(test)]
pub mod scripted;

use std::sync::Arc;

use futures::future::BoxFuture;
use shared::wire::suggest::{CompleteRequest, CompleteResponse};
use shared::wire::{
    ApplyRequest, ApplyResponse, CatalogNotice, ExplainRequest, ExplainResponse, FetchRequest, FetchResponse,
    GetRequest, LeafError, PinRequest, PinResponse, RefreshRequest, RefreshResponse, SearchRequest,
    SearchResponse, StatisticsRequest, StatisticsResponse, StatusResponse,
};

pub use http::HttpLeafClient;

/// Where a replica listens, as a base URL without a slash at its end.
pub type Endpoint = Arc<str>;

/// An answer on its way. Dropping it cancels the call, and the work that the leaf does for it.
pub type Reply<T> = BoxFuture<'static, Result<T, CallError>>;

/// Why a call to a replica failed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CallError {
    /// The replica is out of reach, or the connection broke.
    #[error("cannot reach {endpoint}: {reason}")]
    Connection {
        /// Where it should be.
        endpoint: String,
        /// What the network said.
        reason: String,
    },
    /// The replica refused.
    #[error("{0}")]
    Refused(LeafError),
    /// The replica answered with something that is no message of this version.
    #[error("{endpoint} speaks another protocol: {reason}")]
    Protocol {
        /// Where.
        endpoint: String,
        /// What did not fit.
        reason: String,
    },
}

impl CallError {
    /// Whether another replica may succeed where this one failed.
    pub fn retryable(&self) -> bool {
        match self {
            Self::Connection { .. } | Self::Protocol { .. } => true,
            Self::Refused(refusal) => match refusal {
                LeafError::Shed | LeafError::NotHosted | LeafError::Draining | LeafError::Internal(_) => true,
                LeafError::Expired | LeafError::BadRequest(_) | LeafError::Yielded => false,
            },
        }
    }
}

/// Calls to one replica. Implementations have no time-outs of their own: the caller's deadline is the only one.
pub trait LeafClient: Send + Sync + 'static {
    /// The query phase.
    fn search(&self, to: &Endpoint, request: &SearchRequest) -> Reply<SearchResponse>;
    /// Completions of texts.
    fn complete(&self, to: &Endpoint, request: &CompleteRequest) -> Reply<CompleteResponse>;
    /// The statistics round.
    fn statistics(&self, to: &Endpoint, request: &StatisticsRequest) -> Reply<StatisticsResponse>;
    /// The fetch phase.
    fn fetch(&self, to: &Endpoint, request: &FetchRequest) -> Reply<FetchResponse>;
    /// Whether documents match, and why.
    fn explain(&self, to: &Endpoint, request: &ExplainRequest) -> Reply<ExplainResponse>;
    /// One document by id, up to date.
    fn get(&self, to: &Endpoint, request: &GetRequest) -> Reply<FetchResponse>;
    /// Apply the log up to a position.
    fn apply(&self, to: &Endpoint, request: &ApplyRequest) -> Reply<ApplyResponse>;
    /// Commit up to a position.
    fn refresh(&self, to: &Endpoint, request: &RefreshRequest) -> Reply<RefreshResponse>;
    /// Keep points in time for longer, or let them go.
    fn pins(&self, to: &Endpoint, request: &PinRequest) -> Reply<PinResponse>;
    /// A newer catalog is there.
    fn catalog(&self, to: &Endpoint, notice: CatalogNotice) -> Reply<()>;
    /// What the replica hosts.
    fn status(&self, to: &Endpoint) -> Reply<StatusResponse>;
}
