//! What each error looks like outside: status, type, and the body in Elasticsearch's shape.

use serde_json::{Map, Value, json};

use super::{ApiError, FailedShard};

impl ApiError {
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
            Self::StrictMapping(_) => (400, "strict_dynamic_mapping_exception"),
            Self::IndexExists { .. } => (400, "resource_already_exists_exception"),
            Self::IndexNotFound { .. } => (404, "index_not_found_exception"),
            Self::NoSearchContext(_) => (404, "search_context_missing_exception"),
            Self::DocumentNotFound { .. } => (404, "resource_not_found_exception"),
            Self::TemplateNotFound(_) => (404, "resource_not_found_exception"),
            Self::IndexName { .. } => (400, "invalid_index_name_exception"),
            Self::AliasName { .. } => (400, "invalid_alias_name_exception"),
            Self::AliasesMissing(_) => (404, "aliases_not_found_exception"),
            Self::DocumentMissing { .. } => (404, "document_missing_exception"),
            Self::SeqNoConflict { .. } => (409, "version_conflict_engine_exception"),
            Self::VersionConflict { .. } => (409, "version_conflict_engine_exception"),
            Self::TooManyBuckets { .. } => (400, "too_many_buckets_exception"),
            Self::AggregationMemory { .. } => (429, "circuit_breaking_exception"),
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
            Self::Query {
                index: Some(index), ..
            } => put("index", index.as_str().into()),
            Self::AliasesMissing(aliases) => {
                put("resource.type", "aliases".into());
                put("resource.id", aliases.as_str().into());
            }
            Self::VersionConflict { index, shard, .. }
            | Self::SeqNoConflict { index, shard, .. }
            | Self::DocumentMissing { index, shard, .. } => {
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
