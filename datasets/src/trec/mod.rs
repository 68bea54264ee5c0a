//! TREC's documents: `<DOC><DOCNO>…</DOCNO><TEXT>…</TEXT></DOC>`, one behind the other, in a file or in a folder of files.

mod record;

use std::io;
use std::path::{Path, PathBuf};

use serde::Serialize;
use walkdir::DirEntry;

use crate::compression::{self, Meter};
use crate::corpus::{self, Corpus, CorpusInfo, Document, Skipped, Source};
use crate::error::{DatasetError, RecordProblem};
use crate::formats::{Field, FieldKind};
use crate::walk::{self, Hidden};
use record::{Cut, Records};

/// The largest document, in bytes: 16 MiB.
pub const RECORD_BYTES_MAX: usize = 16 * 1024 * 1024;

/// How many files of a folder are looked at to tell whether it holds documents of TREC.
const LOOKED_AT_MAX: usize = 64;

/// How many files and folders are passed over for that.
const WALKED_MAX: usize = 1000;

/// The fields of a document.
pub(crate) const FIELDS: &[Field] = &[
    Field::new("title", FieldKind::Text),
    Field::new("body", FieldKind::Text),
];

/// Opens a file or a folder of files, also compressed (`.gz`, `.zst`, `.bz2`).
///
/// A document's id is its `DOCNO`. `TITLE`, `HEADLINE`, `HL`, `HEAD`, `TTL` or `TI` becomes `title`; `LP`, `LEADPARA` and
/// `TEXT`, or else everything that is no heading, become `body`, without their markup. Text that is not UTF-8 is read as Latin-1, as the old
/// collections are written. Files of a folder that hold no documents are counted in [`Corpus::skipped`].
///
/// # Errors
///
/// If the file or folder cannot be opened. What is wrong inside of it comes out of the iterator.
pub fn open(path: &Path) -> Result<Corpus, DatasetError> {
    let files = || walk::files(path, Hidden::LeftAlone);
    let bytes_all = files()
        .flatten()
        .map(|file| file.path().metadata().map_or(0, |metadata| metadata.len()))
        .sum();
    let info = CorpusInfo {
        name: corpus::name(path, &[".txt", ".trec", ".sgml", ".sgm", ".dat"]),
        documents_hint: None,
        bytes_hint: None,
    };
    let meter = Meter::new(bytes_all);
    let documents = Documents {
        files: Box::new(files()),
        is_folder: path.is_dir(),
        current: None,
        meter: meter.clone(),
        skipped: Skipped::default(),
    };
    Ok(Corpus::new(info, documents).metered(meter))
}

/// Whether a path is a file that begins with a document, or a folder in which one of the first files does.
pub(crate) fn recognises(path: &Path) -> bool {
    if path.is_dir() {
        return walk::entries(path, Hidden::LeftAlone)
            .take(WALKED_MAX)
            .flatten()
            .filter(walk::is_file)
            .take(LOOKED_AT_MAX)
            .any(|entry| begins_with_document(entry.path()).unwrap_or(false));
    }
    path.is_file() && begins_with_document(path).unwrap_or(false)
}

fn begins_with_document(path: &Path) -> io::Result<bool> {
    let beginning = compression::beginning(path)?;
    let beginning = beginning.trim_start_matches(|first: char| first.is_whitespace() || first == '\u{feff}');
    let tag = beginning.get(..record::BEGIN.len());
    Ok(tag.is_some_and(|tag| tag.eq_ignore_ascii_case(record::BEGIN)))
}

/// The documents of all files.
struct Documents {
    files: Box<dyn Iterator<Item = Result<DirEntry, DatasetError>> + Send>,
    is_folder: bool,
    current: Option<OpenFile>,
    meter: Meter,
    skipped: Skipped,
}

/// The file that is being read.
struct OpenFile {
    path: PathBuf,
    records: Records,
    count: u64,
}

#[derive(Serialize)]
struct Fields<'record> {
    title: &'record str,
    body: &'record str,
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
            let Some(current) = &mut self.current else {
                let file = self.files.next()?;
                if let Err(error) = file.and_then(|file| self.begin(file.into_path())) {
                    return Some(Err(error));
                }
                continue;
            };
            let cut = match current.records.next() {
                Ok(Some(cut)) => cut,
                Ok(None) => {
                    self.current = None;
                    continue;
                }
                Err(source) => {
                    let error = DatasetError::broken_off(&current.path, current.count, source);
                    self.end();
                    return Some(Err(error));
                }
            };
            current.count += 1;
            let document = match cut {
                Cut::Whole(text) => record::parse(&text),
                Cut::TooLarge => {
                    self.skipped.too_large += 1;
                    continue;
                }
                Cut::Unfinished => Err(RecordProblem::Missing { field: "</DOC>" }),
            };
            return Some(match document {
                Ok(record) => Ok(Document::of(
                    &record.id,
                    &Fields {
                        title: &record.title,
                        body: &record.body,
                    },
                )),
                Err(problem) => Err(DatasetError::Record {
                    path: current.path.clone(),
                    record: current.count,
                    problem,
                }),
            });
        }
    }
}

impl Documents {
    /// Opens the next file. In a folder lie others too: queries, judgments, a text that explains it all.
    fn begin(&mut self, path: PathBuf) -> Result<(), DatasetError> {
        if let Some(command) = compression::unpacking(&path) {
            return Err(DatasetError::Packed { path, command });
        }
        if self.is_folder {
            match begins_with_document(&path) {
                Ok(true) => {}
                Ok(false) => {
                    self.skipped.other_kind += 1;
                    return Ok(());
                }
                Err(source) if compression::needs_long_window(&source) => {
                    self.end();
                    return Err(DatasetError::LongWindow { path });
                }
                Err(source) => return Err(DatasetError::File { path, source }),
            }
        }
        match compression::open(&path, &self.meter) {
            Ok(reader) => {
                self.current = Some(OpenFile {
                    path,
                    records: Records::new(reader, RECORD_BYTES_MAX),
                    count: 0,
                });
                Ok(())
            }
            Err(source) => {
                self.end();
                Err(DatasetError::Open { path, source })
            }
        }
    }

    /// Ends the iteration.
    fn end(&mut self) {
        self.current = None;
        self.files = Box::new(std::iter::empty());
    }
}

#[cfg(test)]
mod tests;
