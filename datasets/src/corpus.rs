//! What every loader produces: documents, what is known about them beforehand, and what was left out.

use std::fmt;

use crate::error::DatasetError;

/// One document, ready to be sent as two lines of a `_bulk` body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    /// The document's `_id`, never empty.
    pub id: String,
    /// The document's fields: one valid JSON object as text, without a newline in it.
    pub source: String,
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

/// How many files of a corpus were left out so far, by reason.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Skipped {
    /// Files larger than the loader's limit.
    pub too_large: u64,
    /// Files whose content or name is not UTF-8.
    pub not_utf8: u64,
    /// Files that exist twice under the same id, of which the first was taken.
    pub duplicate: u64,
    /// Files and folders that could not be read: no permission, or removed in the meantime.
    pub unreadable: u64,
}

impl Skipped {
    /// The number of files left out for any reason.
    #[must_use]
    pub fn total(self) -> u64 {
        let Self {
            too_large,
            not_utf8,
            duplicate,
            unreadable,
        } = self;
        too_large + not_utf8 + duplicate + unreadable
    }
}

impl fmt::Display for Skipped {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let reasons = [
            (self.too_large, "too large"),
            (self.not_utf8, "not UTF-8"),
            (self.duplicate, "duplicate"),
            (self.unreadable, "unreadable"),
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
/// An error about one line ([`DatasetError::Line`]) does not end the iteration: the caller decides whether to go on
/// with the next document or to stop. After any other error the iterator has ended.
pub struct Corpus {
    info: CorpusInfo,
    source: Box<dyn Source>,
}

impl Corpus {
    /// Makes a corpus of a format's reader.
    #[must_use]
    pub fn new(info: CorpusInfo, source: impl Source + 'static) -> Self {
        Self {
            info,
            source: Box::new(source),
        }
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
