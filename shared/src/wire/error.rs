//! Why a leaf refused a request as a whole. What only one shard suffers is in [`super::ShardFailure`].

use serde::{Deserialize, Serialize};

/// A leaf's refusal. It travels as the body of an HTTP answer that is not a success.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
pub enum LeafError {
    /// The queue is full, or the request could not finish in its remaining time. Another replica may do it.
    #[error("the replica is overloaded and refused the request")]
    Shed,
    /// The deadline had passed before execution began.
    #[error("the deadline passed before execution began")]
    Expired,
    /// The replica hosts none of the shards named. Another replica may.
    #[error("the replica does not host the shards")]
    NotHosted,
    /// The request's twin has begun elsewhere, and this one was not begun; see [`super::Tie`].
    #[error("the twin of the request has begun at another replica")]
    Yielded,
    /// The replica is shutting down. Another replica may do it.
    #[error("the replica is shutting down")]
    Draining,
    /// The request makes no sense; it would fail everywhere.
    #[error("bad request: {0}")]
    BadRequest(String),
    /// The replica failed; another may not.
    #[error("the replica failed: {0}")]
    Internal(String),
}

impl LeafError {
    /// The HTTP status that carries it.
    pub fn status(&self) -> u16 {
        match self {
            Self::Shed => 429,
            Self::Expired => 408,
            Self::NotHosted => 404,
            Self::Yielded => 409,
            Self::Draining => 503,
            Self::BadRequest(_) => 400,
            Self::Internal(_) => 500,
        }
    }
}
