//! Relevance judgments in TREC's format, `query iteration document relevance` separated by white space, and in BEIR's:
//! `query<TAB>document<TAB>relevance` below a heading.

use std::collections::btree_map::Entry as QueryEntry;
use std::collections::{BTreeMap, HashMap};
use std::path::Path;

use crate::error::{DatasetError, LineProblem};
use crate::lines::LineReader;

/// The longest line that is read, in bytes: 16 KiB.
pub const LINE_BYTES_MAX: usize = 16 * 1024;

/// The judgments of a set of queries.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Qrels {
    queries: BTreeMap<String, Judgments>,
}

/// The judgments of one query. A document without one counts as not relevant.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Judgments {
    relevance: HashMap<String, i32>,
}

impl Qrels {
    /// The judged queries and their judgments, ordered by the query's id.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Judgments)> {
        self.queries
            .iter()
            .map(|(query, judgments)| (query.as_str(), judgments))
    }

    /// The judgments of one query, if it is judged.
    #[must_use]
    pub fn get(&self, query: &str) -> Option<&Judgments> {
        self.queries.get(query)
    }

    /// How many judgments there are in all.
    #[must_use]
    pub fn judgments(&self) -> usize {
        self.queries
            .values()
            .map(|judgments| judgments.relevance.len())
            .sum()
    }

    /// Adds a judgment; false if there already is one for the same query and document.
    pub fn add(&mut self, query: &str, document: &str, relevance: i32) -> bool {
        let judgments = match self.queries.entry(query.to_owned()) {
            QueryEntry::Vacant(vacant) => vacant.insert(Judgments::default()),
            QueryEntry::Occupied(occupied) => occupied.into_mut(),
        };
        let is_new = !judgments.relevance.contains_key(document);
        if is_new {
            judgments.relevance.insert(document.to_owned(), relevance);
        }
        is_new
    }
}

impl Judgments {
    /// A document's relevance as judged: above zero is relevant, higher is better; 0 if it was not judged.
    #[must_use]
    pub fn relevance(&self, document: &str) -> i32 {
        self.relevance.get(document).copied().unwrap_or(0)
    }

    /// The ids of the documents that were judged, in no particular order.
    pub fn documents(&self) -> impl Iterator<Item = &str> {
        self.relevance.keys().map(String::as_str)
    }

    /// The relevances of the relevant documents, in no particular order.
    pub fn relevant(&self) -> impl Iterator<Item = i32> {
        self.relevance
            .values()
            .copied()
            .filter(|relevance| *relevance > 0)
    }
}

/// The beginning of the heading that BEIR's judgments have.
const BEIR_HEADING: &str = "query-id\tcorpus-id\t";

/// Reads judgments, also compressed (`.zst`, `.gz`, `.bz2`).
///
/// # Errors
///
/// If the file cannot be read, or at the first line that is not a judgment or judges a document a second time.
pub fn read(path: &Path) -> Result<Qrels, DatasetError> {
    let mut lines = LineReader::open(path, LINE_BYTES_MAX)?;
    let mut qrels = Qrels::default();
    let mut add = add_line as fn(&mut Qrels, &str) -> Result<(), LineProblem>;
    let mut is_first = true;
    while let Some(line) = lines.next_line() {
        let line = line?;
        if std::mem::take(&mut is_first) && line.starts_with(BEIR_HEADING) {
            add = add_beir_line;
            continue;
        }
        add(&mut qrels, line).map_err(|problem| lines.problem(problem))?;
    }
    Ok(qrels)
}

fn add_beir_line(qrels: &mut Qrels, line: &str) -> Result<(), LineProblem> {
    let columns: Vec<&str> = line.split('\t').map(str::trim).collect();
    let [query, document, relevance] = columns[..] else {
        return Err(LineProblem::NotAJudgment);
    };
    add_judgment(qrels, query, document, relevance)
}

fn add_line(qrels: &mut Qrels, line: &str) -> Result<(), LineProblem> {
    let columns: Vec<&str> = line.split_whitespace().collect();
    let [query, _iteration, document, relevance] = columns[..] else {
        return Err(LineProblem::NotAJudgment);
    };
    add_judgment(qrels, query, document, relevance)
}

fn add_judgment(qrels: &mut Qrels, query: &str, document: &str, relevance: &str) -> Result<(), LineProblem> {
    let relevance = relevance.parse().map_err(|_| LineProblem::NotAJudgment)?;
    if qrels.add(query, document, relevance) {
        Ok(())
    } else {
        Err(LineProblem::Repeated {
            what: format!("the judgment of document {document:?} for query {query:?}"),
        })
    }
}

#[cfg(test)]
#[path = "qrels_tests.rs"]
mod tests;
