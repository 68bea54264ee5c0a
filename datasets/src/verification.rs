//! Reads everything of a corpus and says what is there, what is wrong with it, and whether it is the same as elsewhere.

use std::collections::HashSet;
use std::path::Path;

use xxhash_rust::xxh3::xxh3_64;

use crate::corpus::{Corpus, Document, Skipped};
use crate::error::DatasetError;
use crate::fingerprint::Fingerprint;
use crate::judged;
use crate::qrels::{self, Qrels};
use crate::queries::{self, Query};

/// How many ids are remembered to find those that come twice: about 300 MB of memory. More documents are read, but not
/// compared with the ones before.
pub const IDS_MAX: usize = 1 << 24;

/// How many examples of each problem are kept; the others are only counted.
const EXAMPLES_MAX: usize = 5;

/// How many problems there are of one kind, and the first of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Findings {
    /// How many there are.
    pub count: u64,
    /// The first few, for people.
    pub first: Vec<String>,
}

impl Findings {
    fn add(&mut self, finding: impl FnOnce() -> String) {
        self.count += 1;
        if self.first.len() < EXAMPLES_MAX {
            self.first.push(finding());
        }
    }
}

/// What a corpus holds, as far as it has been read.
#[derive(Debug, Default)]
pub struct Verification {
    /// Documents.
    pub documents: u64,
    /// Their size as JSON, in bytes.
    pub bytes: u64,
    /// What tells whether two corpora are the same.
    pub fingerprint: Fingerprint,
    /// What was left out on purpose, which is no problem.
    pub skipped: Skipped,
    /// Records that are no documents, and what is wrong with them.
    pub malformed: Findings,
    /// Ids that came before.
    pub duplicates: Findings,
    /// Whether every id was compared with all before it: false past [`IDS_MAX`] documents.
    pub all_compared: bool,
    /// Queries; none if there is no file with them.
    pub queries: Option<u64>,
    /// Judgments; none if there is no file with them.
    pub judgments: Option<u64>,
    /// Documents that are judged and do not exist.
    pub missing_documents: Findings,
    /// Queries that are judged and do not exist.
    pub missing_queries: Findings,
    /// Files and folders that cannot be read, or not to their end.
    pub unreadable: Findings,
}

impl Verification {
    /// Reads the corpus that was opened at `path`, and the queries and judgments that lie there.
    ///
    /// `progress` is called after every document. What is wrong is noted, and nothing is an error: also of a corpus
    /// that breaks off, what there is is counted.
    pub fn run(path: &Path, corpus: &mut Corpus, mut progress: impl FnMut(&Self)) -> Self {
        let mut verification = Self {
            all_compared: true,
            ..Self::default()
        };
        let judged = judged::find(path);
        let queries = judged.queries.map(|file| queries::read(&file));
        let queries: Option<Vec<Query>> = verification.readable(queries);
        let qrels: Option<Qrels> = verification.readable(judged.qrels.map(|file| qrels::read(&file)));
        let mut missing: HashSet<&str> = qrels
            .iter()
            .flat_map(Qrels::iter)
            .flat_map(|(_, judgments)| judgments.documents())
            .collect();
        let mut ids = HashSet::new();
        for document in corpus.by_ref() {
            match document {
                Ok(document) => {
                    missing.remove(document.id.as_str());
                    verification.add(&document, &mut ids);
                }
                Err(error) => verification.problem(&error),
            }
            progress(&verification);
        }
        verification.skipped = corpus.skipped();
        let mut missing: Vec<&str> = missing.into_iter().collect();
        missing.sort_unstable();
        for id in missing {
            verification.missing_documents.add(|| id.to_owned());
        }
        verification.compare(queries.as_deref(), qrels.as_ref());
        verification
    }

    /// Whether something is wrong.
    #[must_use]
    pub fn is_wrong(&self) -> bool {
        self.problems().iter().any(|(_, findings)| findings.count > 0)
    }

    /// Every kind of problem, whether there are any of it or not.
    #[must_use]
    pub fn problems(&self) -> [(&'static str, &Findings); 5] {
        [
            ("unreadable", &self.unreadable),
            ("malformed", &self.malformed),
            ("duplicate ids", &self.duplicates),
            ("judged documents that are missing", &self.missing_documents),
            ("judged queries that are missing", &self.missing_queries),
        ]
    }

    fn add(&mut self, document: &Document, ids: &mut HashSet<u64>) {
        self.documents += 1;
        self.bytes += document.source.len() as u64;
        self.fingerprint.add(document);
        // Hashes in place of ids: two of 16 million are the same by chance once in a hundred thousand corpora.
        let hash = xxh3_64(document.id.as_bytes());
        if ids.len() >= IDS_MAX {
            self.all_compared = false;
        } else if !ids.insert(hash) {
            self.duplicates.add(|| document.id.clone());
        }
    }

    fn problem(&mut self, error: &DatasetError) {
        let findings = match error {
            DatasetError::Line { .. } | DatasetError::Record { .. } => &mut self.malformed,
            DatasetError::Open { .. }
            | DatasetError::File { .. }
            | DatasetError::Packed { .. }
            | DatasetError::LongWindow { .. }
            | DatasetError::Read { .. }
            | DatasetError::Xml { .. }
            | DatasetError::UnknownFormat { .. }
            | DatasetError::NoSuchFormat { .. }
            | DatasetError::NoLocalRegistry { .. }
            | DatasetError::NoHome => &mut self.unreadable,
        };
        findings.add(|| error.to_string());
    }

    fn readable<T>(&mut self, read: Option<Result<T, DatasetError>>) -> Option<T> {
        match read? {
            Ok(read) => Some(read),
            Err(error) => {
                self.unreadable.add(|| error.to_string());
                None
            }
        }
    }

    fn compare(&mut self, queries: Option<&[Query]>, qrels: Option<&Qrels>) {
        self.queries = queries.map(|queries| queries.len() as u64);
        self.judgments = qrels.map(|qrels| qrels.judgments() as u64);
        let (Some(queries), Some(qrels)) = (queries, qrels) else {
            return;
        };
        let known: HashSet<&str> = queries.iter().map(|query| query.id.as_str()).collect();
        for (query, _) in qrels.iter().filter(|(query, _)| !known.contains(query)) {
            self.missing_queries.add(|| query.to_owned());
        }
    }
}

#[cfg(test)]
#[path = "verification_tests.rs"]
mod tests;
