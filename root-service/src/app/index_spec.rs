//! What a client decides about a new index, and the index that becomes of it.

use std::collections::BTreeMap;

use shared::catalog::{AliasOf, IndexMeta};
use shared::ids::IndexUuid;
use shared::limits;
use shared::mapping::Mapping;

use crate::error::ApiError;

/// How often replicas commit, unless the index says otherwise.
pub(crate) const REFRESH_INTERVAL_MS: u64 = 1_000;

/// What a client decides about a new index.
#[derive(Clone, Debug, Default)]
pub struct IndexSpec {
    /// `number_of_shards`; by default the number of leaves.
    pub shards: Option<u32>,
    /// `refresh_interval`; `Some(None)` is `-1`: only on request.
    pub refresh_interval_ms: Option<Option<u64>>,
    /// `index.mapping.text_fields.limit`: text slots of each shard.
    pub text_slots: Option<u16>,
    /// The fields.
    pub mapping: Mapping,
    /// Its aliases, by name.
    pub aliases: BTreeMap<String, AliasOf>,
}

/// The new index.
pub(super) fn new_meta(spec: &IndexSpec, leaves: u32) -> Result<IndexMeta, ApiError> {
    let shards = spec.shards.unwrap_or(leaves);
    if shards == 0 || shards > limits::SHARDS_MAX {
        let max = limits::SHARDS_MAX;
        return Err(ApiError::illegal(format!(
            "Failed to parse value [{shards}] for setting [index.number_of_shards] must be >= 1 and <= {max}"
        )));
    }
    let declared = spec.mapping.slots_used;
    let text_slots = spec
        .text_slots
        .unwrap_or(declared + limits::TEXT_SLOTS_SPARE)
        .min(limits::TEXT_SLOTS_MAX);
    if text_slots < declared {
        return Err(ApiError::illegal(format!(
            "the mapping has [{declared}] text fields, [index.mapping.text_fields.limit] is [{text_slots}]"
        )));
    }
    Ok(IndexMeta {
        uuid: IndexUuid::random(&mut shared::random::from_system()),
        shards,
        text_slots,
        refresh_interval_ms: spec.refresh_interval_ms.unwrap_or(Some(REFRESH_INTERVAL_MS)),
        created_ms: shared::clock::now_ms(),
        mapping: spec.mapping.clone(),
    })
}
