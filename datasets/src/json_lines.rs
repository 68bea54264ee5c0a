//! What formats of JSON objects, one on each line, have in common.

use std::path::Path;

use serde::Deserialize;

use crate::corpus::{Corpus, CorpusInfo, Document, Source};
use crate::error::{DatasetError, LineProblem};
use crate::lines::LineReader;

/// What the name of such a file ends in, in front of `.zst`, `.gz` or `.bz2`.
pub(crate) const EXTENSIONS: [&str; 3] = [".ndjson", ".jsonl", ".json"];

/// The object on a line.
pub(crate) fn object<'line, T: Deserialize<'line>>(line: &'line str) -> Result<T, LineProblem> {
    match line.chars().next().filter(|first| *first != '{') {
        Some(found) => Err(LineProblem::NotAnObject { found }),
        None => Ok(serde_json::from_str(line)?),
    }
}

/// The corpus of a file of which each line is a document. `document` gets the line and its number among those that are not
/// blank, from 1.
pub(crate) fn corpus(
    file: &Path,
    info: CorpusInfo,
    line_bytes_max: usize,
    document: impl FnMut(&str, u64) -> Result<Document, LineProblem> + Send + 'static,
) -> Result<Corpus, DatasetError> {
    let lines = LineReader::open(file, line_bytes_max)?;
    let meter = lines.meter();
    let documents = Documents {
        lines,
        document,
        read: 0,
    };
    Ok(Corpus::new(info, documents).metered(meter))
}

/// The documents of one file.
struct Documents<F> {
    lines: LineReader,
    document: F,
    /// Lines read so far, good or bad, so that a document keeps its number when another is corrected.
    read: u64,
}

impl<F: FnMut(&str, u64) -> Result<Document, LineProblem> + Send> Source for Documents<F> {}

impl<F: FnMut(&str, u64) -> Result<Document, LineProblem>> Iterator for Documents<F> {
    type Item = Result<Document, DatasetError>;

    fn next(&mut self) -> Option<Self::Item> {
        let line = self.lines.next_line()?;
        self.read += 1;
        let document = match line {
            Ok(line) => (self.document)(line, self.read),
            Err(error) => return Some(Err(error)),
        };
        Some(document.map_err(|problem| self.lines.problem(problem)))
    }
}
