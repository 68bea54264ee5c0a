//! Sums over copies of shards, in the shape that all statistics have.

use serde_json::{Value, json};

use crate::api::cluster::Copies;

/// What is counted of copies.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Numbers {
    /// Live documents that searches see.
    pub(super) documents: u64,
    /// Deleted documents still on disk.
    pub(super) deleted: u64,
    /// Bytes on disk.
    pub(super) bytes: u64,
    /// Segments.
    pub(super) segments: u64,
}

impl Numbers {
    /// Over one copy of each shard.
    pub(super) fn once(copies: &Copies<'_>) -> Self {
        Self {
            documents: copies.sum_once(|shard| shard.documents),
            deleted: copies.sum_once(|shard| shard.deleted),
            bytes: copies.sum_once(|shard| shard.bytes),
            segments: copies.sum_once(|shard| u64::from(shard.segments)),
        }
    }

    /// Over all copies.
    pub(super) fn all(copies: &Copies<'_>) -> Self {
        Self {
            documents: copies.sum_all(|shard| shard.documents),
            deleted: copies.sum_all(|shard| shard.deleted),
            bytes: copies.sum_all(|shard| shard.bytes),
            segments: copies.sum_all(|shard| u64::from(shard.segments)),
        }
    }

    /// Adds others.
    pub(super) fn add(&mut self, other: Self) {
        self.documents += other.documents;
        self.deleted += other.deleted;
        self.bytes += other.bytes;
        self.segments += other.segments;
    }

    /// As answers show them; `wanted` chooses the groups.
    pub(super) fn show(self, wanted: impl Fn(&str) -> bool) -> Value {
        let mut shown = json!({});
        if wanted("docs") {
            shown["docs"] = json!({"count": self.documents, "deleted": self.deleted});
        }
        if wanted("store") {
            shown["store"] = json!({"size_in_bytes": self.bytes});
        }
        if wanted("segments") {
            shown["segments"] = json!({"count": self.segments});
        }
        shown
    }
}
