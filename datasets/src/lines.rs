//! Reads text files line by line, compressed or not, with a limit on a line's length.

use std::io::{self, BufRead, Read};
use std::path::{Path, PathBuf};

use crate::compression::{self, Meter};
use crate::error::{DatasetError, LineProblem};

/// A file's lines, one at a time, in a buffer that is used again.
pub(crate) struct LineReader {
    path: PathBuf,
    reader: Box<dyn BufRead + Send>,
    meter: Meter,
    line_bytes_max: usize,
    buffer: Vec<u8>,
    line: u64,
    ended: bool,
}

impl LineReader {
    /// Opens a file whose name says whether it is compressed.
    pub(crate) fn open(path: &Path, line_bytes_max: usize) -> Result<Self, DatasetError> {
        let meter = Meter::of_file(path);
        let reader = compression::open(path, &meter).map_err(|source| DatasetError::Open {
            path: path.to_owned(),
            source,
        })?;
        Ok(Self {
            path: path.to_owned(),
            reader,
            meter,
            line_bytes_max,
            buffer: Vec::new(),
            line: 0,
            ended: false,
        })
    }

    /// The next line that is not blank, without white space around it.
    ///
    /// A line that is too long or not UTF-8 is an error after which reading can go on with the next line; a failed read
    /// is final.
    pub(crate) fn next_line(&mut self) -> Option<Result<&str, DatasetError>> {
        loop {
            if self.ended {
                return None;
            }
            match self.fill() {
                Ok(0) => {
                    self.ended = true;
                    return None;
                }
                Ok(_) => self.line += 1,
                Err(source) => {
                    self.ended = true;
                    return Some(Err(DatasetError::broken_off(&self.path, self.line, source)));
                }
            }
            if self.content_bytes() > self.line_bytes_max {
                let problem = LineProblem::TooLong {
                    bytes_max: self.line_bytes_max,
                };
                return Some(Err(self
                    .skip_rest_of_line()
                    .err()
                    .unwrap_or_else(|| self.problem(problem))));
            }
            if !self.buffer.trim_ascii().is_empty() {
                break;
            }
        }
        // A second look at the buffer, because a borrow that is returned from inside the loop would last for all of it.
        match str::from_utf8(&self.buffer) {
            Ok(text) => Some(Ok(text.trim_start_matches('\u{feff}').trim())),
            Err(_) => Some(Err(self.problem(LineProblem::NotUtf8))),
        }
    }

    /// How much of the file has been read.
    pub(crate) fn meter(&self) -> Meter {
        self.meter.clone()
    }

    /// An error about the line that was read last.
    pub(crate) fn problem(&self, problem: LineProblem) -> DatasetError {
        DatasetError::Line {
            path: self.path.clone(),
            line: self.line,
            problem,
        }
    }

    /// Reads one line into the buffer, or its beginning if it is too long. Returns the number of bytes read.
    fn fill(&mut self) -> io::Result<usize> {
        self.buffer.clear();
        // Two bytes more than the content may have: room for the line's end, and the proof that it is too long.
        let limit = u64::try_from(self.line_bytes_max).map_or(u64::MAX, |bytes| bytes.saturating_add(2));
        self.reader
            .by_ref()
            .take(limit)
            .read_until(b'\n', &mut self.buffer)
    }

    /// The length of the buffered line without its end.
    fn content_bytes(&self) -> usize {
        let line = self.buffer.strip_suffix(b"\n").unwrap_or(&self.buffer);
        line.strip_suffix(b"\r").unwrap_or(line).len()
    }

    /// Reads past the end of a line of which only the beginning is in the buffer.
    fn skip_rest_of_line(&mut self) -> Result<(), DatasetError> {
        if self.buffer.ends_with(b"\n") {
            return Ok(());
        }
        // Not `read_until`: it would collect the very bytes that there is no room for.
        self.reader.skip_until(b'\n').map(|_| ()).map_err(|source| {
            self.ended = true;
            DatasetError::broken_off(&self.path, self.line, source)
        })
    }
}

#[cfg(test)]
#[path = "lines_tests.rs"]
mod tests;
