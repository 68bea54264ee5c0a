//! Applies operations to a shard's index. What comes of them depends on the log alone, so all replicas agree.
//!
//! An operation that indexes a document whose JSON does not go into the index under the mapping (no root would have accepted
//! it) is applied all the same, with its JSON stored and none of its fields indexed: it counts, it has its version, it is
//! found by id. So outcomes never depend on the mapping that a replica happens to know.

use parking_lot::Mutex;
use shared::log::Operation;
use shared::mapping::Mapping;
use shared::wire::{OpResult, Outcome};
use tantivy::{TantivyDocument, Term};

use super::engine::Engine;
use super::payload::Payload;
use super::pending::{Pending, Written};
use crate::schema::{ShardSchema, Stamp};

/// What a section did, besides its outcomes.
pub(crate) struct Applied {
    pub(crate) outcomes: Vec<Outcome>,
    /// Whether the index is to change at all: conflicts and missing documents change nothing.
    pub(crate) changed: bool,
    /// Bytes of the operations that changed it.
    pub(crate) bytes: usize,
}

/// Applies one batch's operations in their order. `tally` counts on; its position is left to the caller.
///
/// After an error the engine's writer is of no use, and what was applied since the last commit is lost.
pub(crate) fn apply(
    engine: &Engine,
    pending: &Mutex<Pending>,
    mapping: &Mapping,
    operations: &[Operation],
    tally: &mut Payload,
) -> tantivy::Result<Applied> {
    let mut applied = Applied {
        outcomes: Vec::with_capacity(operations.len()),
        changed: false,
        bytes: 0,
    };
    for operation in operations {
        let id = operation.id();
        let known = pending.lock().get(id);
        let previous = match known {
            Some(Written::Live(version)) => Some(version),
            Some(Written::Gone) => None,
            None => engine.ids().version(id)?,
        };
        let (result, version) = match (operation, previous) {
            (Operation::Index { create: true, .. }, Some(there)) => (OpResult::Conflict, there),
            (Operation::Index { source, routing, .. }, _) => {
                let stamp = Stamp {
                    id,
                    routing: routing.as_deref(),
                    version: previous.unwrap_or(0) + 1,
                    seq_no: tally.seq_no,
                };
                if previous.is_some() {
                    delete(engine, id);
                } else {
                    tally.documents += 1;
                }
                engine
                    .writer()
                    .add_document(document(engine.schema(), stamp, source, mapping)?)?;
                let result = previous.map_or(OpResult::Created, |_| OpResult::Updated);
                (result, stamp.version)
            }
            (Operation::Delete { .. }, Some(there)) => {
                delete(engine, id);
                tally.documents = tally.documents.saturating_sub(1);
                (OpResult::Deleted, there + 1)
            }
            (Operation::Delete { .. }, None) => (OpResult::NotFound, 1),
        };
        if matches!(result, OpResult::Created | OpResult::Updated | OpResult::Deleted) {
            let written = if result == OpResult::Deleted {
                Written::Gone
            } else {
                Written::Live(version)
            };
            pending.lock().set(id, written);
            applied.changed = true;
            applied.bytes += operation.bytes();
        }
        applied.outcomes.push(Outcome {
            result,
            version,
            seq_no: tally.seq_no,
        });
        tally.seq_no += 1;
    }
    Ok(applied)
}

fn delete(engine: &Engine, id: &str) {
    engine
        .writer()
        .delete_term(Term::from_field_text(engine.schema().id, id));
}

fn document(
    schema: &ShardSchema,
    stamp: Stamp<'_>,
    source: &str,
    mapping: &Mapping,
) -> tantivy::Result<TantivyDocument> {
    let failed = match schema.document(stamp, source, mapping) {
        Ok(document) => return Ok(document),
        Err(error) => error,
    };
    tracing::error!(id = stamp.id, error = %failed, "a document does not fit the mapping; stored without its fields");
    let unmapped = Mapping::default();
    schema
        .document(stamp, source, &unmapped)
        .or_else(|_| schema.document(stamp, "{}", &unmapped))
        .map_err(|error| tantivy::TantivyError::InternalError(error.to_string()))
}
