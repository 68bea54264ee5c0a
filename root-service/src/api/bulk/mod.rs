//! `_bulk`: NDJSON read while it arrives, applied only when all of it was understood, answered item by item.

mod action;
mod answer;
pub(super) mod post;
mod reader;

#[cfg(fuzzing)]
use crate::write::WriteAction;

pub(super) use answer::{Shown, schema};
pub(super) use reader::source_text;

/// The documents that a bulk puts, read in chunks of so many bytes: what a fuzz target compares.
///
/// # Errors
/// What a client reads of a bulk that cannot be read.
#[cfg(fuzzing)]
pub fn sources(body: &[u8], chunk_bytes: usize) -> Result<Vec<String>, String> {
    let defaults = reader::Defaults {
        index: Some("films".to_owned()),
        routing: None,
    };
    let mut reader = reader::BulkReader::new(defaults);
    for chunk in body.chunks(chunk_bytes) {
        reader.feed(chunk).map_err(|error| error.to_string())?;
    }
    let bulk = reader.finish().map_err(|error| error.to_string())?;
    let sources = bulk.writes.into_iter().filter_map(|write| match write.action {
        WriteAction::Index { source } | WriteAction::Create { source } => Some(source),
        WriteAction::Update(update) => update.doc,
        WriteAction::Delete => None,
    });
    Ok(sources.collect())
}
