//! BEIR's folders: `corpus.jsonl`, `queries.jsonl` and `qrels/*.tsv`.

use std::borrow::Cow;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::compression;
use crate::corpus::{self, Corpus, CorpusInfo, Document, Source};
use crate::error::{DatasetError, LineProblem};
use crate::formats::{Field, FieldKind};
use crate::judged::{self, Judged};
use crate::lines::LineReader;
use crate::ndjson;

/// The files with the documents, best first.
const CORPUS_FILES: [&str; 4] = [
    "corpus.jsonl",
    "corpus.jsonl.zst",
    "corpus.jsonl.gz",
    "corpus.jsonl.bz2",
];

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
    let file = in_folder(path).unwrap_or_else(|| path.to_owned());
    let lines = LineReader::open(&file, ndjson::LINE_BYTES_MAX)?;
    let info = CorpusInfo {
        name: corpus::name(path, &[".jsonl"]),
        documents_hint: None,
        bytes_hint: compression::text_bytes_hint(&file),
    };
    let meter = lines.meter();
    Ok(Corpus::new(info, Documents { lines }).metered(meter))
}

/// Whether a path is such a folder, by the names of what is in it. Many files by themselves are called `corpus.jsonl`.
pub(crate) fn recognises(path: &Path) -> bool {
    in_folder(path).is_some() && judged::find(path) != Judged::default()
}

fn in_folder(folder: &Path) -> Option<PathBuf> {
    CORPUS_FILES
        .iter()
        .map(|file| folder.join(file))
        .find(|file| file.is_file())
}

/// The documents of the file.
struct Documents {
    lines: LineReader,
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

impl Source for Documents {}

impl Iterator for Documents {
    type Item = Result<Document, DatasetError>;

    fn next(&mut self) -> Option<Self::Item> {
        let document = match self.lines.next_line()? {
            Ok(line) => document(line),
            Err(error) => return Some(Err(error)),
        };
        Some(document.map_err(|problem| self.lines.problem(problem)))
    }
}

fn document(line: &str) -> Result<Document, LineProblem> {
    if let Some(found) = line.chars().next().filter(|first| *first != '{') {
        return Err(LineProblem::NotAnObject { found });
    }
    let passage: Passage<'_> = serde_json::from_str(line)?;
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
