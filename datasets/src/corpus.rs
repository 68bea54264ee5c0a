//! What every loader produces: documents, what is known about them beforehand, and what was left out.

use std::fmt;
use std::path::Path;

use serde::Serialize;

use crate::compression::{Compression, Meter};
use crate::error::DatasetError;

/// One document, ready to be sent as two lines of a `_bulk` body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    /// The document's `_id`, never empty.
    pub id: String,
    /// The document's fields: one valid JSON object as text, without a newline in it.
    pub source: String,
}

impl Document {
    /// A document of fields that are always valid JSON: a struct of strings, numbers and lists of them.
    pub(crate) fn of(id: &str, fields: &impl Serialize) -> Self {
        Self {
            id: id.to_owned(),
            source: serde_json::to_string(fields)
                .expect("structs of strings and numbers are always valid JSON"),
        }
    }
}

/// What is known about a corpus before it is read, enough to draw a progress bar.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CorpusInfo {
    /// A short name for people, made from the path.
    pub name: String,
    /// About how many documents will come, if that can be known without reading them.
    pub documents_hint: Option<u64>,
    /// About how many bytes of text will come, decompressed, if that can be known without reading them.
    pub bytes_hint: Option<u64>,
}

/// A name for people: that of the folder, or that of the file without what says how it is written.
pub(crate) fn name(path: &Path, extensions: &[&str]) -> String {
    // The name of `.` or `..` is that of the folder it stands for.
    let whole = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let name = whole.file_name().unwrap_or(whole.as_os_str()).to_string_lossy();
    if path.is_dir() {
        return name.into_owned();
    }
    let (stem, _) = Compression::of_name(&name);
    let stem = extensions
        .iter()
        .find_map(|extension| stem.strip_suffix(extension))
        .unwrap_or(stem);
    stem.to_owned()
}

/// How many files or records of a corpus were left out on purpose so far, by reason. What cannot be read is not among them:
/// it is an error.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Skipped {
    /// Files or records larger than the loader's limit.
    pub too_large: u64,
    /// Files whose content or name is not UTF-8.
    pub not_utf8: u64,
    /// Files that exist twice under the same id, of which the first was taken.
    pub duplicate: u64,
    /// Pages that only lead to another one.
    pub redirect: u64,
    /// Files and records that the format has for other ends: talk pages, votes, lists of stop words.
    pub other_kind: u64,
}

impl Skipped {
    /// The number of files and records left out for any reason.
    #[must_use]
    pub fn total(self) -> u64 {
        let Self {
            too_large,
            not_utf8,
            duplicate,
            redirect,
            other_kind,
        } = self;
        too_large + not_utf8 + duplicate + redirect + other_kind
    }
}

impl fmt::Display for Skipped {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let reasons = [
            (self.too_large, "too large"),
            (self.not_utf8, "not UTF-8"),
            (self.duplicate, "duplicate"),
            (self.redirect, "redirect"),
            (self.other_kind, "of another kind"),
        ];
        let mut separator = "";
        for (count, reason) in reasons.into_iter().filter(|(count, _)| *count > 0) {
            write!(formatter, "{separator}{count} {reason}")?;
            separator = ", ";
        }
        if separator.is_empty() {
            formatter.write_str("none")
        } else {
            Ok(())
        }
    }
}

/// The reading side of one format: a blocking iterator that also counts what it leaves out.
pub trait Source: Iterator<Item = Result<Document, DatasetError>> + Send {
    /// What was left out so far; final once the iterator has ended.
    fn skipped(&self) -> Skipped {
        Skipped::default()
    }
}

/// A corpus that has been opened: iterate over it for its documents.
///
/// An error about one record or file ([`DatasetError::is_about_one_record`]) does not end the iteration: the caller decides
/// whether to go on with the next document or to stop. After any other error the iterator has ended.
pub struct Corpus {
    info: CorpusInfo,
    meter: Option<Meter>,
    source: Box<dyn Source>,
}

impl Corpus {
    /// Makes a corpus of a format's reader.
    #[must_use]
    pub fn new(info: CorpusInfo, source: impl Source + 'static) -> Self {
        Self {
            info,
            meter: None,
            source: Box::new(source),
        }
    }

    /// The same corpus, which tells how much of its files has been read.
    #[must_use]
    pub(crate) fn metered(self, meter: Meter) -> Self {
        Self {
            meter: Some(meter),
            ..self
        }
    }

    /// How much of the files has been read, if that is counted. A clone of it can be read while others read the corpus.
    #[must_use]
    pub fn meter(&self) -> Option<Meter> {
        self.meter.clone()
    }

    /// What is known about the corpus beforehand.
    #[must_use]
    pub fn info(&self) -> &CorpusInfo {
        &self.info
    }

    /// What was left out so far; final once the iterator has ended.
    #[must_use]
    pub fn skipped(&self) -> Skipped {
        self.source.skipped()
    }
}

impl Iterator for Corpus {
    type Item = Result<Document, DatasetError>;

    fn next(&mut self) -> Option<Self::Item> {
        self.source.next()
    }
}

impl fmt::Debug for Corpus {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Corpus")
            .field("info", &self.info)
            .finish_non_exhaustive()
    }
}
