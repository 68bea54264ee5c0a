//! BEIR's folders: `corpus.jsonl`, `queries.jsonl` and `qrels/*.tsv`.

use std::borrow::Cow;
use std::path::Path;

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::compression;
use crate::corpus::{self, Corpus, CorpusInfo, Document};
use crate::error::{DatasetError, LineProblem};
use crate::formats::{Field, FieldKind};
use crate::json_lines;
use crate::judged::{self, Judged};
use crate::ndjson;

/// The file with the documents.
const CORPUS: [&str; 1] = ["corpus.jsonl"];

/// The fields of a document.
pub(crate) const FIELDS: &[Field] = &[
    Field::new("title", FieldKind::Text),
    Field::new("body", FieldKind::Text),
];

/// Opens a folder, or its `corpus.jsonl` by itself, also compressed.
///
/// A document's id is its `_id`. Its `text` becomes `body`, as the other corpora call it; `metadata` stay as they are.
///
/// # Errors
///
/// If the file cannot be opened. What is wrong inside of it comes out of the iterator, with its line number.
pub fn open(path: &Path) -> Result<Corpus, DatasetError> {
    let file = compression::in_folder(path, &CORPUS).unwrap_or_else(|| path.to_owned());
    let info = CorpusInfo {
        name: corpus::name(path, &[".jsonl"]),
        documents_hint: None,
        bytes_hint: compression::text_bytes_hint(&file),
    };
    json_lines::corpus(&file, info, ndjson::LINE_BYTES_MAX, |line, _| document(line))
}

/// Whether a path is such a folder, by the names of what is in it. Many files by themselves are called `corpus.jsonl`.
pub(crate) fn recognises(path: &Path) -> bool {
    compression::in_folder(path, &CORPUS).is_some() && judged::find(path) != Judged::default()
}

#[derive(Deserialize)]
struct Passage<'line> {
    #[serde(borrow, rename = "_id")]
    id: Option<&'line RawValue>,
    #[serde(borrow)]
    title: Option<Cow<'line, str>>,
    #[serde(borrow)]
    text: Option<Cow<'line, str>>,
    #[serde(borrow)]
    metadata: Option<&'line RawValue>,
}

#[derive(Serialize)]
struct Fields<'line> {
    title: &'line str,
    body: &'line str,
    #[serde(skip_serializing_if = "Option::is_none")]
    metadata: Option<&'line RawValue>,
}

fn document(line: &str) -> Result<Document, LineProblem> {
    let passage: Passage<'_> = json_lines::object(line)?;
    let id = passage.id.ok_or(LineProblem::Missing { field: "_id" })?;
    let id = ndjson::id_text(id, "_id")?;
    let is_filled = |metadata: &&RawValue| !matches!(metadata.get(), "{}" | "null");
    let fields = Fields {
        title: passage.title.as_deref().unwrap_or_default(),
        body: passage.text.as_deref().unwrap_or_default(),
        metadata: passage.metadata.filter(is_filled),
    };
    Ok(Document::of(&id, &fields))
}

#[cfg(test)]
#[path = "beir_tests.rs"]
mod tests;
