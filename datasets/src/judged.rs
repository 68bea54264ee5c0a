//! Finds the queries and judgments that belong to a folder of documents, by the names that such folders use.

use std::fs;
use std::path::{Path, PathBuf};

use crate::compression;

/// What queries are called, best first.
const QUERIES: [&str; 2] = ["queries.tsv", "queries.jsonl"];

/// What TREC's queries and judgments are called at their beginning.
const TREC_QUERIES: &str = "topics";
const TREC_QRELS: &str = "qrels";

/// Which of BEIR's judgments are taken, best first: figures are published for the first.
const BEIR_QRELS: [&str; 3] = ["test.tsv", "dev.tsv", "train.tsv"];

/// What lies beside the documents of a folder.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Judged {
    /// The queries, for [`crate::queries::read`].
    pub queries: Option<PathBuf>,
    /// The judgments, for [`crate::qrels::read`].
    pub qrels: Option<PathBuf>,
}

/// Looks into a folder; nothing is found beside a file.
///
/// Queries are `queries.tsv`, `queries.jsonl` or a file whose name begins with `topics`; judgments are in the folder
/// `qrels` (`test.tsv`, `dev.tsv`, `train.tsv`) or in a file whose name begins with `qrels`. Each can be compressed.
#[must_use]
pub fn find(folder: &Path) -> Judged {
    let Ok(entries) = fs::read_dir(folder) else {
        return Judged::default();
    };
    let mut files: Vec<PathBuf> = entries
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.is_file())
        .collect();
    files.sort();
    let named = |name: &str| files.iter().find(|file| compression::stem(file) == name);
    let beginning = |name: &str| {
        files
            .iter()
            .find(|file| compression::stem(file).starts_with(name))
    };
    Judged {
        queries: QUERIES
            .into_iter()
            .find_map(named)
            .or_else(|| beginning(TREC_QUERIES))
            .cloned(),
        qrels: named("qrels.txt")
            .cloned()
            .or_else(|| compression::in_folder(&folder.join(TREC_QRELS), &BEIR_QRELS))
            .or_else(|| beginning(TREC_QRELS).cloned()),
    }
}

#[cfg(test)]
#[path = "judged_tests.rs"]
mod tests;
