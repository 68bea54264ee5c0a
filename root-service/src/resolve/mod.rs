//! Queries made executable: fields become places in the index, words become terms, boosts move to the leaves.
use shared::mapping::Mapping;
use shared::query::Query;
use shared::wire::clause::LeafQuery;
use crate::error::ApiError;
/// Resolves.
pub fn resolve(_query: &Query, _mapping: &Mapping, _now_ms: i64) -> Result<LeafQuery, ApiError> {
    Err(ApiError::Internal)
}
/// Text slots that are scored.
pub fn scored_slots(_query: &LeafQuery) -> Vec<u16> {
    Vec::new()
}
