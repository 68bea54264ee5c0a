//! Corpora as newline-delimited JSON: one object per line, in a file or in a folder with `docs.ndjson.zst`.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::compression;
use crate::corpus::{self, Corpus, CorpusInfo, Document};
use crate::error::{DatasetError, LineProblem};
use crate::json_lines::{self, EXTENSIONS};

/// The longest line that is read, in bytes: 16 MiB.
pub const LINE_BYTES_MAX: usize = 16 * 1024 * 1024;

/// The files that make a folder a corpus, best first.
const FOLDER_FILES: [&str; 2] = ["docs.ndjson", "docs.jsonl"];

/// Opens a `.ndjson`, `.jsonl` or `.json` file, also with `.zst`, `.gz` or `.bz2` behind it, or a folder with `docs.ndjson.zst`.
///
/// A document's id is its field `id`, else `_id`, a string or a number. If the first object has neither, none may have one,
/// and a document's id is its ordinal number in the file, from 1. `_id` is taken out of the source, where the search API does not allow it; `id` stays a field.
///
/// # Errors
///
/// If the file cannot be opened. What is wrong inside the file comes out of the iterator, with its line number.
pub fn open(path: &Path) -> Result<Corpus, DatasetError> {
    let file = if path.is_dir() {
        compression::in_folder(path, &FOLDER_FILES).ok_or_else(|| DatasetError::UnknownFormat {
            path: path.to_owned(),
            candidates: Vec::new(),
        })?
    } else {
        path.to_owned()
    };
    let info = CorpusInfo {
        name: corpus::name(path, &EXTENSIONS),
        documents_hint: None,
        bytes_hint: compression::text_bytes_hint(&file),
    };
    let mut numbering = Numbering::Unknown;
    json_lines::corpus(&file, info, LINE_BYTES_MAX, move |line, number| {
        document(line, number, &mut numbering)
    })
}

/// Whether a path is a file or folder that [`open`] takes, by its name.
pub(crate) fn recognises(path: &Path) -> bool {
    if path.is_dir() {
        return compression::in_folder(path, &FOLDER_FILES).is_some();
    }
    let stem = compression::stem(path);
    EXTENSIONS.iter().any(|extension| stem.ends_with(extension))
}

/// Where the ids of a file come from, which its first object decides: a number that is made up for one line could be the id
/// of another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Numbering {
    Unknown,
    Given,
    MadeUp,
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
fn document(line: &str, number: u64, numbering: &mut Numbering) -> Result<Document, LineProblem> {
    let ids: Ids<'_> = json_lines::object(line)?;
    let given = match (ids.id, ids.underscore_id) {
        (Some(id), _) => Some(id_text(id, "id")?),
        (None, Some(id)) => Some(id_text(id, "_id")?),
        (None, None) => None,
    };
    let id = match (given, *numbering) {
        (Some(id), Numbering::Unknown | Numbering::Given) => {
            *numbering = Numbering::Given;
            id
        }
        (None, Numbering::Unknown | Numbering::MadeUp) => {
            *numbering = Numbering::MadeUp;
            number.to_string()
        }
        (None, Numbering::Given) => return Err(LineProblem::Missing { field: "id" }),
        (Some(_), Numbering::MadeUp) => return Err(LineProblem::IdAmongNone),
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
