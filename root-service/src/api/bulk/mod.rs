//! `_bulk`: NDJSON read while it arrives, applied only when all of it was understood, answered item by item.

mod action;
mod answer;
pub(super) mod post;
mod reader;

pub(super) use answer::Shown;
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
    let sources = bulk.writes.iter().filter_map(|write| write.action.source());
    Ok(sources.map(str::to_owned).collect())
}
