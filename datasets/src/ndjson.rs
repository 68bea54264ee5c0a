//! Corpora as newline-delimited JSON: one object per line, in a file or in a folder with `docs.ndjson.zst`.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::compression;
use crate::corpus::{self, Corpus, CorpusInfo, Document, Source};
use crate::error::{DatasetError, LineProblem};
use crate::lines::LineReader;

/// The longest line that is read, in bytes: 16 MiB.
pub const LINE_BYTES_MAX: usize = 16 * 1024 * 1024;

/// What the file name of a corpus ends in, in front of `.zst`, `.gz` or `.bz2`.
const EXTENSIONS: [&str; 3] = [".ndjson", ".jsonl", ".json"];

/// The files that make a folder a corpus, best first.
const FOLDER_FILES: [&str; 8] = [
    "docs.ndjson.zst",
    "docs.ndjson.gz",
    "docs.ndjson.bz2",
    "docs.ndjson",
    "docs.jsonl.zst",
    "docs.jsonl.gz",
    "docs.jsonl.bz2",
    "docs.jsonl",
];

/// Opens a `.ndjson`, `.jsonl` or `.json` file, also with `.zst`, `.gz` or `.bz2` behind it, or a folder with `docs.ndjson.zst`.
///
/// A document's id is its field `id`, else `_id`, a string or a number; else the document's ordinal number in the
/// file, from 1. `_id` is taken out of the source, where the search API does not allow it; `id` stays a field.
///
/// # Errors
///
/// If the file cannot be opened. What is wrong inside the file comes out of the iterator, with its line number.
pub fn open(path: &Path) -> Result<Corpus, DatasetError> {
    let file = if path.is_dir() {
        folder_file(path).ok_or_else(|| DatasetError::UnknownFormat {
            path: path.to_owned(),
            candidates: Vec::new(),
        })?
    } else {
        path.to_owned()
    };
    let lines = LineReader::open(&file, LINE_BYTES_MAX)?;
    let info = CorpusInfo {
        name: name(path),
        documents_hint: None,
        bytes_hint: compression::text_bytes_hint(&file),
    };
    let meter = lines.meter();
    Ok(Corpus::new(info, Documents { lines, read: 0 }).metered(meter))
}

/// Whether a path is a file or folder that [`open`] takes, by its name.
pub(crate) fn recognises(path: &Path) -> bool {
    if path.is_dir() {
        return folder_file(path).is_some();
    }
    let stem = compression::stem(path);
    EXTENSIONS.iter().any(|extension| stem.ends_with(extension))
}

fn folder_file(folder: &Path) -> Option<PathBuf> {
    FOLDER_FILES
        .iter()
        .map(|file| folder.join(file))
        .find(|file| file.is_file())
}

/// `cacm` for the folder `cacm`, `arxiv-1k` for the file `arxiv-1k.ndjson.zst`.
fn name(path: &Path) -> String {
    corpus::name(path, &EXTENSIONS)
}

/// The documents of one file.
struct Documents {
    lines: LineReader,
    /// Lines read so far, good or bad, so that a document keeps its number when another is corrected.
    read: u64,
}

impl Source for Documents {}

impl Iterator for Documents {
    type Item = Result<Document, DatasetError>;

    fn next(&mut self) -> Option<Self::Item> {
        let line = match self.lines.next_line()? {
            Ok(line) => document(line, self.read + 1),
            Err(error) => {
                self.read += 1;
                return Some(Err(error));
            }
        };
        self.read += 1;
        Some(line.map_err(|problem| self.lines.problem(problem)))
    }
}

/// The fields that can hold the id; everything else is only checked to be valid JSON.
#[derive(Deserialize)]
struct Ids<'line> {
    #[serde(borrow)]
    id: Option<&'line RawValue>,
    #[serde(borrow, rename = "_id")]
    underscore_id: Option<&'line RawValue>,
}

/// Reads one line. The text of the object is kept as it is: nothing is parsed that nobody asks for.
fn document(line: &str, ordinal: u64) -> Result<Document, LineProblem> {
    if let Some(found) = line.chars().next().filter(|first| *first != '{') {
        return Err(LineProblem::NotAnObject { found });
    }
    let ids: Ids<'_> = serde_json::from_str(line)?;
    let id = match (ids.id, ids.underscore_id) {
        (Some(id), _) => id_text(id, "id")?,
        (None, Some(id)) => id_text(id, "_id")?,
        (None, None) => ordinal.to_string(),
    };
    let source = if ids.underscore_id.is_some() {
        without_underscore_id(line)?
    } else {
        line.to_owned()
    };
    Ok(Document { id, source })
}

/// An id as text: a string's content, or a number exactly as it is written.
pub(crate) fn id_text(value: &RawValue, field: &'static str) -> Result<String, LineProblem> {
    let raw = value.get();
    let text = match raw.as_bytes().first() {
        Some(b'"') => serde_json::from_str(raw)?,
        Some(b'-' | b'0'..=b'9') => raw.to_owned(),
        _ => String::new(),
    };
    if text.is_empty() {
        Err(LineProblem::InvalidId { field })
    } else {
        Ok(text)
    }
}

/// The object without its field `_id`; the other values stay as they are written, their order does not matter.
fn without_underscore_id(line: &str) -> Result<String, LineProblem> {
    let mut fields: BTreeMap<String, &RawValue> = serde_json::from_str(line)?;
    fields.remove("_id");
    Ok(serde_json::to_string(&fields)?)
}

#[cfg(test)]
#[path = "ndjson_tests.rs"]
mod tests;
