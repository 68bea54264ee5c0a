//! Any folder of text, Markdown and HTML as a corpus: each file a document.

mod page;

use std::fs::File;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use serde::Serialize;
use walkdir::{DirEntry, WalkDir};

use crate::corpus::{self, Corpus, CorpusInfo, Document, Skipped, Source};
use crate::error::DatasetError;
use crate::formats::{Field, FieldKind};
use crate::{arxiv, beir, ndjson, stack_exchange, wikipedia};
use page::Kind;

/// The largest file that becomes a document, in bytes: 8 MiB, more than any page for people has.
pub const FILE_BYTES_MAX: u64 = 8 * 1024 * 1024;

/// How deep folders are followed.
const DEPTH_MAX: usize = 64;

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
    for entry in walk(path)
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
        entries: Box::new(walk(path)),
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
        let other = [
            ndjson::recognises,
            beir::recognises,
            arxiv::recognises,
            stack_exchange::recognises,
            wikipedia::recognises,
        ];
        // A lone `.json` is far more often a setting than a corpus.
        path.extension().is_none_or(|extension| extension != "json") && other.iter().any(|other| other(path))
    };
    if entries
        .flatten()
        .take(WALKED_MAX)
        .any(|entry| is_corpus(&entry.path()))
    {
        return false;
    }
    walk(path)
        .take(WALKED_MAX)
        .flatten()
        .any(|entry| Kind::of(entry.path()).is_some())
}

/// Every file, sorted by name, folder by folder.
fn walk(path: &Path) -> impl Iterator<Item = walkdir::Result<DirEntry>> + Send + use<> {
    WalkDir::new(path)
        .max_depth(DEPTH_MAX)
        // Links could lead out of the folder, or in circles.
        .follow_links(false)
        .sort_by_file_name()
        .into_iter()
        .filter_entry(|entry| entry.depth() == 0 || !entry.file_name().as_encoded_bytes().starts_with(b"."))
        .filter(|entry| entry.as_ref().map_or(true, |entry| entry.file_type().is_file()))
}

/// The documents of a folder.
struct Documents {
    folder: PathBuf,
    entries: Box<dyn Iterator<Item = walkdir::Result<DirEntry>> + Send>,
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
            let Ok(entry) = self.entries.next()? else {
                self.skipped.unreadable += 1;
                continue;
            };
            let Some(kind) = Kind::of(entry.path()) else {
                continue;
            };
            let Some(path) = self.path_inside(entry.path()) else {
                self.skipped.not_utf8 += 1;
                continue;
            };
            let Ok(bytes) = read(entry.path()) else {
                self.skipped.unreadable += 1;
                continue;
            };
            if bytes.len() as u64 > FILE_BYTES_MAX {
                self.skipped.too_large += 1;
            } else if let Ok(text) = String::from_utf8(bytes) {
                return Some(Ok(document(&path, kind, &text)));
            } else {
                self.skipped.not_utf8 += 1;
            }
        }
    }
}

impl Documents {
    /// The path inside the folder, with `/` between its parts; none if it is not UTF-8.
    fn path_inside(&self, path: &Path) -> Option<String> {
        let inside = path.strip_prefix(&self.folder).ok()?;
        let parts: Option<Vec<&str>> = inside.iter().map(|part| part.to_str()).collect();
        Some(parts?.join("/"))
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

/// At most one byte more than a file may have.
fn read(path: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(path)?
        .take(FILE_BYTES_MAX + 1)
        .read_to_end(&mut bytes)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests;
