//! Any folder of text, Markdown and HTML as a corpus: each file a document.

mod page;

use std::path::{Path, PathBuf};

use serde::Serialize;
use walkdir::DirEntry;

use crate::corpus::{self, Corpus, CorpusInfo, Document, Skipped, Source};
use crate::error::DatasetError;
use crate::formats::{Field, FieldKind};
use crate::walk::{self, Hidden};
use crate::{arxiv, beir, ndjson, stack_exchange, wikipedia};
use page::Kind;

/// The largest file that becomes a document, in bytes: 8 MiB, more than any page for people has.
pub const FILE_BYTES_MAX: u64 = 8 * 1024 * 1024;

/// How many files and folders are passed over to tell whether there is text in a folder.
const WALKED_MAX: usize = 10_000;

/// The fields of a document.
pub(crate) const FIELDS: &[Field] = &[
    Field::new("path", FieldKind::Keyword),
    Field::new("kind", FieldKind::Keyword),
    Field::new("title", FieldKind::Text),
    Field::new("body", FieldKind::Text),
    Field::new("bytes", FieldKind::Whole),
];

/// Opens a folder, with the folders in it.
///
/// A document's id is its path in the folder. Its title is the first heading, else the file's name. Links are not
/// followed, and what begins with a dot is left alone. Files over [`FILE_BYTES_MAX`] and files that are not UTF-8 are
/// counted in [`Corpus::skipped`].
///
/// # Errors
///
/// If there is no folder, or it cannot be read.
pub fn open(path: &Path) -> Result<Corpus, DatasetError> {
    path.read_dir().map_err(|source| DatasetError::Open {
        path: path.to_owned(),
        source,
    })?;
    let (mut documents, mut bytes) = (0, 0);
    for entry in walk::files(path, Hidden::LeftAlone)
        .flatten()
        .filter(|entry| Kind::of(entry.path()).is_some())
    {
        let length = entry.metadata().map_or(0, |metadata| metadata.len());
        if length <= FILE_BYTES_MAX {
            documents += 1;
            bytes += length;
        }
    }
    let info = CorpusInfo {
        name: corpus::name(path, &[]),
        documents_hint: Some(documents),
        bytes_hint: Some(bytes),
    };
    let documents = Documents {
        folder: path.to_owned(),
        entries: Box::new(walk::files(path, Hidden::LeftAlone)),
        skipped: Skipped::default(),
    };
    Ok(Corpus::new(info, documents))
}

/// Whether a path is a folder with text in it, and not a folder of corpora with a text that explains them.
pub(crate) fn recognises(path: &Path) -> bool {
    let Ok(entries) = path.read_dir() else {
        return false;
    };
    let is_corpus = |path: &Path| {
        // A lone `.json` without a name that tells more is far more often a setting than a corpus.
        let is_setting = path.extension().is_some_and(|extension| extension == "json");
        let other = [
            beir::recognises,
            arxiv::recognises,
            stack_exchange::recognises,
            wikipedia::recognises,
        ];
        (!is_setting && ndjson::recognises(path)) || other.iter().any(|other| other(path))
    };
    if entries
        .flatten()
        .take(WALKED_MAX)
        .any(|entry| is_corpus(&entry.path()))
    {
        return false;
    }
    walk::entries(path, Hidden::LeftAlone)
        .take(WALKED_MAX)
        .flatten()
        .any(|entry| walk::is_file(&entry) && Kind::of(entry.path()).is_some())
}

/// The documents of a folder.
struct Documents {
    folder: PathBuf,
    entries: Box<dyn Iterator<Item = Result<DirEntry, DatasetError>> + Send>,
    skipped: Skipped,
}

#[derive(Serialize)]
struct Fields<'file> {
    path: &'file str,
    kind: &'static str,
    title: &'file str,
    body: &'file str,
    bytes: usize,
}

impl Source for Documents {
    fn skipped(&self) -> Skipped {
        self.skipped
    }
}

impl Iterator for Documents {
    type Item = Result<Document, DatasetError>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let document = match self.entries.next()? {
                Ok(entry) => self.document(entry.into_path()),
                Err(error) => Err(error),
            };
            if let Some(document) = document.transpose() {
                return Some(document);
            }
        }
    }
}

impl Documents {
    /// None for a file that is no text, or is left out.
    fn document(&mut self, file: PathBuf) -> Result<Option<Document>, DatasetError> {
        let Some(kind) = Kind::of(&file) else {
            return Ok(None);
        };
        let Some(path) = walk::path_inside(&self.folder, &file) else {
            self.skipped.not_utf8 += 1;
            return Ok(None);
        };
        match walk::read_text(&file, FILE_BYTES_MAX) {
            Ok(text) => {
                let text = text.or_skipped(&mut self.skipped);
                Ok(text.map(|text| document(&path, kind, &text)))
            }
            Err(source) => Err(DatasetError::File { path: file, source }),
        }
    }
}

fn document(path: &str, kind: Kind, text: &str) -> Document {
    let text = text.trim_start_matches('\u{feff}');
    let page = page::read(kind, text);
    let name = path.rsplit('/').next().unwrap_or(path);
    let fields = Fields {
        path,
        kind: kind.name(),
        title: if page.title.is_empty() { name } else { &page.title },
        body: &page.body,
        bytes: text.len(),
    };
    Document::of(path, &fields)
}

#[cfg(test)]
mod tests;
