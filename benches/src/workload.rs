//! What is measured: documents, and queries by class.

use std::fmt;
use std::path::PathBuf;

use clap::Args;
use datasets::Document;
use shared::analysis::Analyzer;

use crate::error::BenchError;

/// Where documents and queries come from.
#[derive(Clone, Debug, Args)]
pub(crate) struct DataFlags {
    /// An NDJSON file (also .zst) of documents with `title` and `body`; by default an arXiv set of the shared data sets.
    #[arg(long)]
    corpus: Option<PathBuf>,
    /// A query log, `id<TAB>text`; by default the arXiv title words of the shared data sets.
    #[arg(long)]
    queries_from: Option<PathBuf>,
}

/// Documents and queries in memory, so that reading them is not measured.
pub(crate) struct Workload {
    /// Where the documents come from.
    pub corpus: PathBuf,
    /// The documents.
    pub documents: Vec<Document>,
    /// The texts of the queries.
    pub queries: Vec<String>,
    /// Two queries in one: what takes more than a millisecond.
    long: Vec<String>,
}

/// How the words of a query are combined.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    /// Any word in any of the two fields, flattened into one bool of terms.
    Any,
    /// All words in the second field.
    All,
}

/// Queries that are measured together.
pub(crate) struct Class<'a> {
    /// What they are.
    pub name: &'static str,
    /// How words are combined.
    pub shape: Shape,
    /// The texts.
    pub queries: Vec<&'a str>,
}

/// The analyzed fields, by name; `title` first, the long one second.
pub(crate) const FIELDS: [&str; 2] = ["title", "body"];

impl Workload {
    /// Reads so many documents and queries from what the flags name; documents by default from this file of the arXiv
    /// sets.
    pub(crate) fn load(
        flags: &DataFlags,
        arxiv: &str,
        documents: usize,
        queries: usize,
    ) -> Result<Self, BenchError> {
        let found = |name: &str, file: &str| datasets::locate::dataset(name).map(|folder| folder.join(file));
        let corpus = flags.corpus.clone().or_else(|| found("arxiv", arxiv));
        let log = flags
            .queries_from
            .clone()
            .or_else(|| found("queries", "arxiv-title-words.tsv"));
        let (Some(corpus), Some(log)) = (corpus, log) else {
            return Err(BenchError::NoData);
        };
        let documents = datasets::open(&corpus)?
            .take(documents)
            .collect::<Result<Vec<_>, _>>()?;
        let queries = datasets::queries::read(&log)?
            .into_iter()
            .take(queries)
            .map(|query| query.text);
        let queries: Vec<String> = queries.collect();
        let words = |text: &str| Analyzer::standard().tokens(text).len();
        let long = queries
            .chunks_exact(2)
            .map(|pair| pair.join(" "))
            .filter(|text| (6..=10).contains(&words(text)))
            .take(400)
            .collect();
        Ok(Self {
            corpus,
            documents,
            queries,
            long,
        })
    }

    /// The queries by class: what a search box sends (any word, two fields), and conjunctions.
    pub(crate) fn classes(&self) -> Vec<Class<'_>> {
        let by_words = |least: usize, most: usize| -> Vec<&str> {
            let words = |text: &str| Analyzer::standard().tokens(text).len();
            self.queries
                .iter()
                .map(String::as_str)
                .filter(|text| (least..=most).contains(&words(text)))
                .collect()
        };
        vec![
            Class {
                name: "one word, two fields",
                shape: Shape::Any,
                queries: by_words(1, 1),
            },
            Class {
                name: "any of 2 to 3 words, two fields",
                shape: Shape::Any,
                queries: by_words(2, 3),
            },
            Class {
                name: "any of 4 to 5 words, two fields",
                shape: Shape::Any,
                queries: by_words(4, 5),
            },
            Class {
                name: "any of 6 to 10 words, two fields",
                shape: Shape::Any,
                queries: self.long.iter().map(String::as_str).collect(),
            },
            Class {
                name: "all of 2 to 5 words, body",
                shape: Shape::All,
                queries: by_words(2, 5),
            },
        ]
    }

    /// Bytes of all documents.
    pub(crate) fn bytes(&self) -> usize {
        self.documents.iter().map(|document| document.source.len()).sum()
    }
}

impl fmt::Display for Workload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = self.corpus.file_name().unwrap_or_default().to_string_lossy();
        let megabytes = self.bytes() as f64 / 1e6;
        let (documents, queries) = (self.documents.len(), self.queries.len());
        write!(
            f,
            "{documents} documents ({megabytes:.0} MB) of {name}, {queries} queries"
        )
    }
}
