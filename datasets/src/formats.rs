//! Picks the loader for a path. A new format is a module with `recognises` and `open`, and one entry in the table here.

use std::fs;
use std::path::{Path, PathBuf};

use crate::compression;
use crate::corpus::Corpus;
use crate::error::{DatasetError, NAMED_MAX};
use crate::{arxiv, beir, cargo_registry, ndjson, stack_exchange, text_folder, trec, wikipedia};

/// How many files of a folder of no known format are looked at to say which of them could be opened.
const LOOKED_AT_MAX: usize = 1000;

/// A corpus format: what it is called, how to tell that a path holds it, and how to open it.
#[derive(Debug)]
pub struct Format {
    /// The name by which it can be asked for.
    pub name: &'static str,
    /// What it is, in a few words.
    pub what: &'static str,
    /// The fields of its documents, as far as the format knows them.
    pub fields: &'static [Field],
    recognises: fn(&Path) -> bool,
    open: fn(&Path) -> Result<Corpus, DatasetError>,
}

/// One field of a format's documents.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Field {
    /// The field's name.
    pub name: &'static str,
    /// What is in it.
    pub kind: FieldKind,
}

impl Field {
    /// A field.
    pub(crate) const fn new(name: &'static str, kind: FieldKind) -> Self {
        Self { name, kind }
    }
}

/// What is in a field, for whoever makes an index for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FieldKind {
    /// Text to be searched by its words.
    Text,
    /// A value to filter by and to count, as a whole.
    Keyword,
    /// A name that is searched by its words and counted as a whole.
    Name,
    /// A day or a moment.
    Date,
    /// A whole number.
    Whole,
}

/// All formats; the first that recognises a path opens it. The ones that look at more than a name come last, and those
/// that take less for their own come before those that take more.
static FORMATS: &[Format] = &[
    Format {
        name: "beir",
        what: "a BEIR folder: corpus.jsonl, queries.jsonl, qrels/*.tsv",
        fields: beir::FIELDS,
        recognises: beir::recognises,
        open: beir::open,
    },
    Format {
        name: "arxiv",
        what: "arXiv's metadata: arxiv-metadata-oai-snapshot.json, or the folder with it",
        fields: arxiv::FIELDS,
        recognises: arxiv::recognises,
        open: arxiv::open,
    },
    Format {
        name: "ndjson",
        what: "a JSON object on each line: *.ndjson, *.jsonl, *.json, a folder with docs.ndjson.zst",
        fields: &[],
        recognises: ndjson::recognises,
        open: ndjson::open,
    },
    Format {
        name: "stack-exchange",
        what: "a Stack Exchange site: Posts.xml, or the folder of its dump",
        fields: stack_exchange::FIELDS,
        recognises: stack_exchange::recognises,
        open: stack_exchange::open,
    },
    Format {
        name: "wikipedia",
        what: "a dump of a wiki: *-pages-articles*.xml.bz2",
        fields: wikipedia::FIELDS,
        recognises: wikipedia::recognises,
        open: wikipedia::open,
    },
    Format {
        name: "cargo-registry",
        what: "a cargo home: the sources of the crates under registry/src",
        fields: cargo_registry::FIELDS,
        recognises: cargo_registry::recognises,
        open: cargo_registry::open_home,
    },
    Format {
        name: "trec",
        what: "TREC's documents, <DOC> by <DOC>: a file, or a folder of them",
        fields: trec::FIELDS,
        recognises: trec::recognises,
        open: trec::open,
    },
    Format {
        name: "text",
        what: "a folder of text: *.txt, *.rst, *.md, *.markdown, *.html, *.htm",
        fields: text_folder::FIELDS,
        recognises: text_folder::recognises,
        open: text_folder::open,
    },
];

/// All formats, in the order in which they are tried.
#[must_use]
pub fn formats() -> &'static [Format] {
    FORMATS
}

impl Format {
    /// The format of that name.
    ///
    /// # Errors
    ///
    /// [`DatasetError::NoSuchFormat`] names those that there are.
    pub fn named(name: &str) -> Result<&'static Self, DatasetError> {
        FORMATS
            .iter()
            .find(|format| format.name == name)
            .ok_or_else(|| DatasetError::NoSuchFormat {
                name: name.to_owned(),
                known: FORMATS.iter().map(|format| format.name).collect(),
            })
    }

    /// The format of what is at `path`.
    ///
    /// # Errors
    ///
    /// If there is nothing at `path`, or no format recognises it.
    pub fn of(path: &Path) -> Result<&'static Self, DatasetError> {
        fs::metadata(path).map_err(|source| DatasetError::Open {
            path: path.to_owned(),
            source,
        })?;
        FORMATS
            .iter()
            .find(|format| (format.recognises)(path))
            .ok_or_else(|| unknown(path))
    }

    /// Opens the corpus at `path`, whether or not it looks like this format.
    ///
    /// # Errors
    ///
    /// If there is nothing at `path`, or it cannot be opened.
    pub fn open(&self, path: &Path) -> Result<Corpus, DatasetError> {
        fs::metadata(path).map_err(|source| DatasetError::Open {
            path: path.to_owned(),
            source,
        })?;
        (self.open)(path)
    }
}

/// Opens the corpus at `path` with the loader that recognises it.
///
/// # Errors
///
/// If there is nothing at `path`, no format recognises it, or its loader cannot open it.
pub fn open(path: &Path) -> Result<Corpus, DatasetError> {
    Format::of(path)?.open(path)
}

/// Why nothing recognises a path: it could be opened if it were unpacked, or what lies in it could.
fn unknown(path: &Path) -> DatasetError {
    let mut inside: Vec<PathBuf> = fs::read_dir(path)
        .into_iter()
        .flatten()
        .flatten()
        .take(LOOKED_AT_MAX)
        .map(|entry| entry.path())
        .collect();
    inside.sort();
    // Telling what a file is can mean opening it: no more of them than are shown, and one that tells that there are more.
    let candidates: Vec<String> = inside
        .iter()
        .filter(|path| FORMATS.iter().any(|format| (format.recognises)(path)))
        .filter_map(|path| Some(path.file_name()?.to_str()?.to_owned()))
        .take(NAMED_MAX + 1)
        .collect();
    let own = std::iter::once(path).filter(|path| path.is_file());
    let packed = own
        .chain(inside.iter().map(PathBuf::as_path))
        .find_map(|file| Some((file, compression::unpacking(file)?)));
    match packed {
        Some((file, command)) if candidates.is_empty() => DatasetError::Packed {
            path: file.to_owned(),
            command,
        },
        _ => DatasetError::UnknownFormat {
            path: path.to_owned(),
            candidates,
        },
    }
}

#[cfg(test)]
#[path = "formats_tests.rs"]
mod tests;
