//! Everything that a client can be told is wrong, and its shape on the wire: status, Elasticsearch's type, reason.
//!
//! What the log says of a failure is written where it happens; what stands here is for clients, and tells no secrets.

mod shape;
#[cfg(test)]
mod tests;

use shared::catalog::NotOne;
use shared::document::DocumentError;
use shared::ids::NameError;
use shared::limits;
use shared::mapping::MappingError;

/// A place in a request body, counted from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// The line.
    pub line: usize,
    /// The column, in bytes.
    pub col: usize,
}

impl From<&serde_json::Error> for Place {
    fn from(error: &serde_json::Error) -> Self {
        Self {
            line: error.line().max(1),
            col: error.column().max(1),
        }
    }
}

/// Why one shard contributed nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FailedShard {
    /// The index.
    pub index: String,
    /// The shard's number.
    pub shard: u32,
    /// Elasticsearch's name for the kind of failure.
    pub kind: &'static str,
    /// What happened, for people.
    pub reason: String,
}

/// An error that a client reads.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ApiError {
    /// A query or a body that cannot be understood.
    #[error("{reason}")]
    Parsing {
        /// What is wrong and what would be right.
        reason: String,
        /// Where, if it is known.
        at: Option<Place>,
    },
    /// A body that is not JSON.
    #[error("{reason}")]
    Malformed {
        /// What is wrong.
        reason: String,
        /// Where.
        at: Option<Place>,
    },
    /// A value that cannot be, in the URL or in a body.
    #[error("{0}")]
    IllegalArgument(String),
    /// A request without something that it needs.
    #[error("Validation Failed: 1: {0};")]
    Validation(String),
    /// A query that does not fit the index's mapping.
    #[error("{reason}")]
    Query {
        /// The index, if it is known yet; see [`ApiError::in_index`].
        index: Option<String>,
        /// What is wrong and what would be right.
        reason: String,
    },
    /// A mapping that is refused.
    #[error("Failed to parse mapping: {0}")]
    Mapping(String),
    /// A document that is refused.
    #[error("{0}")]
    Document(String),
    /// A document with a field that the mapping does not have, where it takes no new ones.
    #[error("{0}")]
    StrictMapping(String),
    /// An index of that name is there.
    #[error("index [{index}/{uuid}] already exists")]
    IndexExists {
        /// Its name.
        index: String,
        /// Its uuid.
        uuid: String,
    },
    /// No index of that name is there.
    #[error("no such index [{index}]")]
    IndexNotFound {
        /// The name.
        index: String,
    },
    /// A point in time or a scroll that was closed, or whose time is up.
    #[error("No search context found for id [{0}]")]
    NoSearchContext(uuid::Uuid),
    /// A document that is not there, where only its source was asked for.
    #[error("Document not found [{index}]/[{id}]")]
    DocumentNotFound {
        /// The index.
        index: String,
        /// The document's id.
        id: String,
    },
    /// A template that is not there.
    #[error("index template matching [{0}] not found")]
    TemplateNotFound(String),
    /// A name that an index cannot have.
    #[error("{reason}")]
    IndexName {
        /// The name, cut to a printable length.
        index: String,
        /// The rule that it breaks.
        reason: String,
    },
    /// A name that an alias cannot have.
    #[error("Invalid alias name [{alias}]: {reason}")]
    AliasName {
        /// The name, cut to a printable length.
        alias: String,
        /// The rule that it breaks.
        reason: String,
    },
    /// Aliases that are not there, where they should be removed or shown.
    #[error("aliases [{0}] missing")]
    AliasesMissing(String),
    /// A document that is to be changed is not there.
    #[error("[{id}]: document missing")]
    DocumentMissing {
        /// The index.
        index: String,
        /// Its shard.
        shard: u32,
        /// The document's id.
        id: String,
    },
    /// A document is not as it was when the writer saw it.
    #[error("[{id}]: version conflict, required seqNo [{required}], primary term [1]. {}", found(*.current))]
    SeqNoConflict {
        /// The index.
        index: String,
        /// Its shard.
        shard: u32,
        /// The document's id.
        id: String,
        /// The number that the writer saw.
        required: u64,
        /// The number that it has; `None` if it is gone.
        current: Option<u64>,
    },
    /// A document that was to be created is there.
    #[error("[{id}]: version conflict, document already exists (current version [{version}])")]
    VersionConflict {
        /// The index.
        index: String,
        /// Its shard.
        shard: u32,
        /// The document's id.
        id: String,
        /// The version that is there.
        version: u64,
    },
    /// An answer of too many buckets.
    #[error(
        "Trying to create too many buckets. Must be less than or equal to: [{buckets_max}]. Ask for fewer, or for pages \
         of a [composite]"
    )]
    TooManyBuckets {
        /// The limit.
        buckets_max: usize,
    },
    /// Aggregations that would take too much memory.
    #[error("[aggregations] Data too large, they would take more than the limit of [{bytes_max}] bytes")]
    AggregationMemory {
        /// The limit.
        bytes_max: usize,
    },
    /// A body past its limit.
    #[error(
        "the body of this request is larger than the limit of [{bytes_max}] bytes; send it in smaller parts"
    )]
    BodyTooLarge {
        /// The limit.
        bytes_max: usize,
    },
    /// A body of another kind than JSON or NDJSON.
    #[error(
        "Content-Type header [{0}] is not supported; use [application/json], or [application/x-ndjson] for bulks"
    )]
    ContentType(String),
    /// A client that accepts no kind of answer that is offered.
    #[error("Invalid media-type value on headers [Accept]: [{0}] is not supported; use [application/json]")]
    Accept(String),
    /// A body compressed in a way that is not offered.
    #[error("Content-Encoding [{0}] is not supported; use [gzip] or none")]
    ContentEncoding(String),
    /// A path that is there, with a method that it does not take.
    #[error("Incorrect HTTP method for uri [{uri}] and method [{method}], allowed: [{allowed}]")]
    MethodNotAllowed {
        /// The path.
        uri: String,
        /// The method.
        method: String,
        /// The methods that it takes, separated by commas, as in the `Allow` header.
        allowed: String,
    },
    /// A path that leads nowhere.
    #[error("no handler found for uri [{uri}] and method [{method}]")]
    NoHandler {
        /// The path.
        uri: String,
        /// The method.
        method: String,
    },
    /// The service has too much to do.
    #[error("rejected execution: {reason}; try again in {retry_after_seconds} s")]
    Rejected {
        /// What is full.
        reason: String,
        /// When to try again, for the `Retry-After` header.
        retry_after_seconds: u64,
    },
    /// The answer covers less than everything, and the client wanted all or nothing.
    #[error("Partial shards failure: {0}; set [allow_partial_search_results] to take what is there")]
    Incomplete(String),
    /// The deadline came first.
    #[error("{0}")]
    Deadline(String),
    /// No shard could answer.
    #[error("all shards failed")]
    AllShardsFailed(Vec<FailedShard>),
    /// The object store cannot be read or written now. Nothing was acknowledged.
    #[error("{0}")]
    StorageUnavailable(String),
    /// A fault of the service itself. The log has the details.
    #[error("an internal error prevented the answer; the log of the service says more")]
    Internal,
}

impl ApiError {
    /// A query or body that cannot be understood, at a place that is not known.
    pub fn parsing(reason: impl Into<String>) -> Self {
        Self::Parsing {
            reason: reason.into(),
            at: None,
        }
    }

    /// A value that cannot be.
    pub fn illegal(reason: impl Into<String>) -> Self {
        Self::IllegalArgument(reason.into())
    }

    /// A query that does not fit the mapping.
    pub fn query(reason: impl Into<String>) -> Self {
        Self::Query {
            index: None,
            reason: reason.into(),
        }
    }

    /// A body that is not JSON, with the place where it stops being it.
    pub fn malformed(error: &serde_json::Error) -> Self {
        let reason = error.to_string();
        let what = reason.split(" at line ").next().unwrap_or(&reason);
        let Place { line, col } = Place::from(error);
        Self::Malformed {
            reason: if what.starts_with("recursion limit") {
                format!("[{line}:{col}] the body is nested deeper than [128]: {what}")
            } else {
                format!("[{line}:{col}] the body is not valid JSON: {what}")
            },
            at: Some(Place { line, col }),
        }
    }

    /// The same error, saying which index it is about.
    pub fn in_index(self, name: &str) -> Self {
        match self {
            Self::Query { reason, .. } => Self::Query {
                index: Some(name.to_owned()),
                reason,
            },
            other => other,
        }
    }
}

/// How a conflict ends: what is there instead.
fn found(current: Option<u64>) -> String {
    match current {
        Some(seq_no) => format!("current document has seqNo [{seq_no}] and primary term [1]"),
        None => "but no document was found".to_owned(),
    }
}

impl From<NotOne> for ApiError {
    fn from(error: NotOne) -> Self {
        match error {
            NotOne::Absent(index) => Self::IndexNotFound { index },
            NotOne::Several { .. } | NotOne::NoWriteIndex(_) => Self::IllegalArgument(error.to_string()),
        }
    }
}

impl From<NameError> for ApiError {
    fn from(error: NameError) -> Self {
        let reason = error.to_string();
        match error {
            NameError::Index { name, .. } => Self::IndexName { index: name, reason },
            NameError::EmptyId | NameError::LongId { .. } => Self::IllegalArgument(reason),
        }
    }
}

impl From<MappingError> for ApiError {
    fn from(error: MappingError) -> Self {
        match error {
            MappingError::Conflict { .. }
            | MappingError::Parameter { .. }
            | MappingError::LateLayout { .. }
            | MappingError::Changes
            | MappingError::ObjectConflict { .. }
            | MappingError::Depth { .. }
            | MappingError::Fields
            | MappingError::TextFields { .. } => Self::IllegalArgument(error.to_string()),
            MappingError::UnknownParameter { .. }
            | MappingError::UnknownType { .. }
            | MappingError::Value { .. }
            | MappingError::Root(_)
            | MappingError::Name { .. }
            | MappingError::LongName { .. } => Self::Mapping(error.to_string()),
        }
    }
}

impl From<DocumentError> for ApiError {
    fn from(error: DocumentError) -> Self {
        match error {
            DocumentError::Mapping(error) => Self::from(error),
            DocumentError::Strict { .. } => Self::StrictMapping(error.to_string()),
            DocumentError::Json(_)
            | DocumentError::NotAnObject(_)
            | DocumentError::Value { .. }
            | DocumentError::ConcreteValue { .. }
            | DocumentError::ImmenseTerm { .. }
            | DocumentError::Large { .. }
            | DocumentError::Values
            | DocumentError::Depth => Self::Document(error.to_string()),
        }
    }
}

/// The beginning of something that a client sent, short enough for a message.
pub fn brief(text: &str) -> String {
    const SHOWN: usize = 80;
    if text.chars().nth(SHOWN).is_none() {
        return text.to_owned();
    }
    text.chars().take(SHOWN).chain(['…']).collect()
}

/// The error for a search body past [`limits::SEARCH_BODY_BYTES_MAX`].
pub fn search_body_too_large() -> ApiError {
    ApiError::BodyTooLarge {
        bytes_max: limits::SEARCH_BODY_BYTES_MAX,
    }
}
