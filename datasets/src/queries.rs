//! Query logs: `id<TAB>text`, optionally with a weight or tags as the third column; BEIR's JSON lines; TREC's topics.

mod beir;
mod topics;

use std::collections::HashSet;
use std::path::Path;

use crate::compression;
use crate::error::{DatasetError, LineProblem};
use crate::lines::LineReader;

/// The longest line that is read, in bytes: 64 KiB.
pub const LINE_BYTES_MAX: usize = 64 * 1024;

/// One query of a log.
#[derive(Clone, Debug, PartialEq)]
pub struct Query {
    /// The query's id, as the judgments name it.
    pub id: String,
    /// The text that was searched for.
    pub text: String,
    /// How often the query occurs in relation to the others; 1 if the log does not say.
    pub weight: f64,
    /// What kind of query it is (`term`, `phrase`, `union:num_tokens_2`, …), if the log says so.
    pub tags: Vec<String>,
}

/// Reads a query log, also compressed (`.zst`, `.gz`, `.bz2`), in its own order.
///
/// - Tab-separated: a third column is the query's weight if it is a number, else its tags, separated by commas.
/// - `.jsonl`: BEIR's `{"_id": …, "text": …}`.
/// - A file that has `<top>` or `<topic …>` near its beginning: TREC's topics, whose titles are the queries.
///
/// # Errors
///
/// If the file cannot be read, or at the first line that is not a query or repeats an id.
pub fn read(path: &Path) -> Result<Vec<Query>, DatasetError> {
    let mut lines = LineReader::open(path, LINE_BYTES_MAX)?;
    let mut queries = Queries::default();
    if compression::beginning(path).is_ok_and(|beginning| topics::are_in(&beginning)) {
        topics::read(&mut lines, &mut queries)?;
        return Ok(queries.queries);
    }
    let read_line = if compression::has_extension(path, "jsonl") {
        beir::query
    } else {
        query
    };
    while let Some(line) = lines.next_line() {
        let added = read_line(line?).and_then(|query| queries.add(query));
        added.map_err(|problem| lines.problem(problem))?;
    }
    Ok(queries.queries)
}

/// Queries in their order, none twice.
#[derive(Default)]
struct Queries {
    queries: Vec<Query>,
    ids: HashSet<String>,
}

impl Queries {
    fn add(&mut self, query: Query) -> Result<(), LineProblem> {
        if query.id.is_empty() || query.text.is_empty() {
            return Err(LineProblem::EmptyQuery);
        }
        if !self.ids.insert(query.id.clone()) {
            return Err(LineProblem::Repeated {
                what: format!("the query id {:?}", query.id),
            });
        }
        self.queries.push(query);
        Ok(())
    }
}

impl Query {
    /// A query of which nothing more is known.
    fn plain(id: &str, text: &str) -> Self {
        Self {
            id: id.to_owned(),
            text: text.to_owned(),
            weight: 1.0,
            tags: Vec::new(),
        }
    }
}

/// Reads one line.
fn query(line: &str) -> Result<Query, LineProblem> {
    let columns: Vec<&str> = line.split('\t').map(str::trim).collect();
    let (id, text, third) = match columns[..] {
        [id, text] => (id, text, ""),
        [id, text, third] => (id, text, third),
        _ => {
            return Err(LineProblem::NotAQuery {
                columns: columns.len(),
            });
        }
    };
    if id.is_empty() || text.is_empty() {
        return Err(LineProblem::EmptyQuery);
    }
    // `nan` and `inf` parse as numbers, but as weights they mean nothing: they can only be tags.
    let number = third.parse::<f64>().ok().filter(|number| number.is_finite());
    let (weight, tags) = match number {
        Some(weight) if weight < 0.0 => return Err(LineProblem::NegativeWeight { weight }),
        Some(weight) => (weight, Vec::new()),
        None => (
            1.0,
            third
                .split(',')
                .map(str::trim)
                .filter(|tag| !tag.is_empty())
                .map(str::to_owned)
                .collect(),
        ),
    };
    Ok(Query {
        id: id.to_owned(),
        text: text.to_owned(),
        weight,
        tags,
    })
}

#[cfg(test)]
#[path = "queries_tests.rs"]
mod tests;
