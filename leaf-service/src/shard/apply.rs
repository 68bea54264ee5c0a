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
use super::pending::{Pending, Seen, Written};
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
        // A point in time is taken after the batch, and has no outcome.
        let Some(id) = operation.id() else { continue };
        let previous = previous(engine, pending, id)?;
        if let Some(conflict) = conflict(operation, previous, tally.seq_no) {
            applied.outcomes.push(conflict);
            tally.seq_no += 1;
            continue;
        }
        let (result, version) = match (operation, previous) {
            (Operation::Index { source, routing, .. } | Operation::IndexIf { source, routing, .. }, _) => {
                let stamp = Stamp {
                    id,
                    routing: routing.as_deref(),
                    version: previous.map_or(0, |seen| seen.version) + 1,
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
            (Operation::Delete { .. } | Operation::DeleteIf { .. }, Some(there)) => {
                delete(engine, id);
                tally.documents = tally.documents.saturating_sub(1);
                (OpResult::Deleted, there.version + 1)
            }
            (Operation::Delete { .. } | Operation::DeleteIf { .. }, None) => (OpResult::NotFound, 1),
            (Operation::Pin { .. }, _) => continue,
        };
        if result != OpResult::NotFound {
            let written = if result == OpResult::Deleted {
                Written::Gone
            } else {
                Written::Live(Seen {
                    version,
                    seq_no: tally.seq_no,
                })
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

/// The document that an operation finds at its id.
fn previous(engine: &Engine, pending: &Mutex<Pending>, id: &str) -> tantivy::Result<Option<Seen>> {
    let known = pending.lock().get(id);
    match known {
        Some(Written::Live(seen)) => Ok(Some(seen)),
        Some(Written::Gone) => Ok(None),
        None => engine.ids().find(id),
    }
}

/// The outcome of an operation that finds something else than it requires: then it changes nothing.
fn conflict(operation: &Operation, there: Option<Seen>, seq_no: u64) -> Option<Outcome> {
    let outcome = |version, seq_no| Outcome {
        result: OpResult::Conflict,
        version,
        seq_no,
    };
    match (operation, there) {
        (Operation::Index { create: true, .. }, Some(there)) => Some(outcome(there.version, seq_no)),
        (
            Operation::IndexIf { seq_no: required, .. } | Operation::DeleteIf { seq_no: required, .. },
            there,
        ) => match there {
            Some(there) if there.seq_no == *required => None,
            Some(there) => Some(outcome(there.version, there.seq_no)),
            None => Some(outcome(0, seq_no)),
        },
        (Operation::Index { .. } | Operation::Delete { .. } | Operation::Pin { .. }, _) => None,
    }
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
