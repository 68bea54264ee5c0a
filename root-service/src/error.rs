//! Everything that a client can be told is wrong, and its shape on the wire: status, Elasticsearch's type, reason.
//!
//! What the log says of a failure is written where it happens; what stands here is for clients, and tells no secrets.

use serde_json::{Map, Value, json};
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
    /// A document that is not there, where only its source was asked for.
    #[error("Document not found [{index}]/[{id}]")]
    DocumentNotFound {
        /// The index.
        index: String,
        /// The document's id.
        id: String,
    },
    /// A name that an index cannot have.
    #[error("{reason}")]
    IndexName {
        /// The name, cut to a printable length.
        index: String,
        /// The rule that it breaks.
        reason: String,
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
    /// A body past its limit.
    #[error("the body of this request is larger than the limit of [{bytes_max}] bytes; send it in smaller parts")]
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
            reason: format!("[{line}:{col}] the body is not valid JSON: {what}"),
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

    /// The HTTP status.
    pub fn status(&self) -> u16 {
        self.shape().0
    }

    /// Elasticsearch's name for it.
    pub fn kind(&self) -> &'static str {
        self.shape().1
    }

    /// The one place that says what each error looks like outside.
    fn shape(&self) -> (u16, &'static str) {
        match self {
            Self::Parsing { .. } => (400, "parsing_exception"),
            Self::Malformed { .. } => (400, "x_content_parse_exception"),
            Self::IllegalArgument(_) => (400, "illegal_argument_exception"),
            Self::Validation(_) => (400, "action_request_validation_exception"),
            Self::Query { .. } => (400, "query_shard_exception"),
            Self::Mapping(_) => (400, "mapper_parsing_exception"),
            Self::Document(_) => (400, "document_parsing_exception"),
            Self::IndexExists { .. } => (400, "resource_already_exists_exception"),
            Self::IndexNotFound { .. } => (404, "index_not_found_exception"),
            Self::DocumentNotFound { .. } => (404, "resource_not_found_exception"),
            Self::IndexName { .. } => (400, "invalid_index_name_exception"),
            Self::VersionConflict { .. } => (409, "version_conflict_engine_exception"),
            Self::BodyTooLarge { .. } => (413, "content_too_long_exception"),
            Self::ContentType(_) => (406, "media_type_header_exception"),
            Self::Accept(_) => (406, "media_type_header_exception"),
            Self::ContentEncoding(_) => (415, "media_type_header_exception"),
            Self::MethodNotAllowed { .. } => (405, "method_not_allowed_exception"),
            Self::NoHandler { .. } => (400, "illegal_argument_exception"),
            Self::Rejected { .. } => (429, "es_rejected_execution_exception"),
            Self::Incomplete(_) => (504, "search_phase_execution_exception"),
            Self::Deadline(_) => (504, "timeout_exception"),
            Self::AllShardsFailed(_) => (503, "search_phase_execution_exception"),
            Self::StorageUnavailable(_) => (503, "status_exception"),
            Self::Internal => (500, "exception"),
        }
    }

    /// Seconds for the `Retry-After` header.
    pub fn retry_after_seconds(&self) -> Option<u64> {
        match self {
            Self::Rejected {
                retry_after_seconds, ..
            } => Some(*retry_after_seconds),
            _ => None,
        }
    }

    /// Methods for the `Allow` header.
    pub fn allowed_methods(&self) -> Option<&str> {
        match self {
            Self::MethodNotAllowed { allowed, .. } => Some(allowed),
            _ => None,
        }
    }

    /// `{"type", "reason", …}`: the error of one bulk item, and what the root cause of a whole answer says.
    pub fn cause(&self) -> Map<String, Value> {
        let mut cause = Map::new();
        cause.insert("type".to_owned(), self.kind().into());
        cause.insert("reason".to_owned(), self.to_string().into());
        self.details(&mut cause);
        cause
    }

    /// The whole body: `{"error": {"root_cause": […], "type", "reason", …}, "status": N}`.
    pub fn body(&self) -> Value {
        let cause = self.cause();
        let root_cause = match self {
            Self::AllShardsFailed(shards) => distinct_causes(shards),
            _ => vec![Value::Object(cause.clone())],
        };
        let mut error = Map::new();
        error.insert("root_cause".to_owned(), root_cause.into());
        error.extend(cause);
        json!({"error": error, "status": self.status()})
    }

    /// What some errors say besides type and reason.
    fn details(&self, into: &mut Map<String, Value>) {
        let mut put = |key: &str, value: Value| drop(into.insert(key.to_owned(), value));
        match self {
            Self::Parsing { at: Some(at), .. } | Self::Malformed { at: Some(at), .. } => {
                put("line", at.line.into());
                put("col", at.col.into());
            }
            Self::IndexExists { index, uuid } => {
                put("index_uuid", uuid.as_str().into());
                put("index", index.as_str().into());
            }
            Self::IndexNotFound { index } => {
                put("resource.type", "index_or_alias".into());
                put("resource.id", index.as_str().into());
                put("index_uuid", "_na_".into());
                put("index", index.as_str().into());
            }
            Self::IndexName { index, .. } => {
                put("index_uuid", "_na_".into());
                put("index", index.as_str().into());
            }
            Self::Query { index: Some(index), .. } => put("index", index.as_str().into()),
            Self::VersionConflict { index, shard, .. } => {
                put("shard", shard.to_string().into());
                put("index", index.as_str().into());
            }
            Self::BodyTooLarge { bytes_max } => put("bytes_max", (*bytes_max).into()),
            Self::AllShardsFailed(shards) => {
                put("phase", "query".into());
                put("grouped", true.into());
                put("failed_shards", shards.iter().map(failed_shard).collect());
            }
            _ => {}
        }
    }
}

/// How many distinct causes an answer lists when all shards failed.
const ROOT_CAUSES_MAX: usize = 8;

fn distinct_causes(shards: &[FailedShard]) -> Vec<Value> {
    let mut causes = Vec::new();
    for shard in shards {
        let cause = json!({"type": shard.kind, "reason": shard.reason});
        if causes.len() < ROOT_CAUSES_MAX && !causes.contains(&cause) {
            causes.push(cause);
        }
    }
    causes
}

fn failed_shard(shard: &FailedShard) -> Value {
    json!({
        "shard": shard.shard,
        "index": shard.index,
        "reason": {"type": shard.kind, "reason": shard.reason},
    })
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
            DocumentError::Json(_)
            | DocumentError::NotAnObject(_)
            | DocumentError::Value { .. }
            | DocumentError::Shape { .. }
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

#[cfg(test)]
#[path = "error_tests.rs"]
mod tests;
