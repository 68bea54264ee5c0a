//! Reads text files line by line, compressed or not, with a limit on a line's length.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use flate2::read::MultiGzDecoder;

use crate::error::{DatasetError, LineProblem};

/// Bytes of decompressed text that are held between reads.
const BUFFER_BYTES: usize = 256 * 1024;

/// A zstd frame's header is never longer than this.
const ZSTD_HEADER_BYTES_MAX: u64 = 18;

/// How a file is compressed, as its name says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Compression {
    None,
    Zstd,
    Gzip,
}

impl Compression {
    /// Splits a file name into what is in front of `.zst` or `.gz`, and the compression.
    pub(crate) fn of_name(name: &str) -> (&str, Self) {
        if let Some(stem) = name.strip_suffix(".zst") {
            (stem, Self::Zstd)
        } else if let Some(stem) = name.strip_suffix(".gz") {
            (stem, Self::Gzip)
        } else {
            (name, Self::None)
        }
    }

    fn of_path(path: &Path) -> Self {
        path.file_name()
            .and_then(|name| name.to_str())
            .map_or(Self::None, |name| Self::of_name(name).1)
    }
}

/// A file's lines, one at a time, in a buffer that is used again.
pub(crate) struct LineReader {
    path: PathBuf,
    reader: Box<dyn BufRead + Send>,
    line_bytes_max: usize,
    buffer: Vec<u8>,
    line: u64,
    ended: bool,
}

impl LineReader {
    /// Opens a file whose name says whether it is compressed.
    pub(crate) fn open(path: &Path, line_bytes_max: usize) -> Result<Self, DatasetError> {
        let reader = open_text(path).map_err(|source| DatasetError::Open {
            path: path.to_owned(),
            source,
        })?;
        Ok(Self {
            path: path.to_owned(),
            reader,
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
                    return Some(Err(DatasetError::Read {
                        path: self.path.clone(),
                        line: self.line,
                        source,
                    }));
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
            DatasetError::Read {
                path: self.path.clone(),
                line: self.line,
                source,
            }
        })
    }
}

/// About how many bytes the file's text has once decompressed, if the file says so.
pub(crate) fn text_bytes_hint(path: &Path) -> Option<u64> {
    let mut file = File::open(path).ok()?;
    let file_bytes = file.metadata().ok()?.len();
    match Compression::of_path(path) {
        Compression::None => Some(file_bytes),
        Compression::Zstd => {
            let mut header = Vec::new();
            file.by_ref()
                .take(ZSTD_HEADER_BYTES_MAX)
                .read_to_end(&mut header)
                .ok()?;
            let text_bytes = zstd::zstd_safe::get_frame_content_size(&header).ok()??;
            // The header tells about the first of possibly many frames: less text than file means there are more.
            (text_bytes >= file_bytes).then_some(text_bytes)
        }
        // gzip notes the size of its last member only, modulo 4 GiB: no hint is better than a wrong one.
        Compression::Gzip => None,
    }
}

fn open_text(path: &Path) -> io::Result<Box<dyn BufRead + Send>> {
    let file = File::open(path)?;
    Ok(match Compression::of_path(path) {
        Compression::None => Box::new(BufReader::with_capacity(BUFFER_BYTES, file)),
        Compression::Zstd => Box::new(BufReader::with_capacity(
            BUFFER_BYTES,
            zstd::stream::read::Decoder::new(file)?,
        )),
        Compression::Gzip => {
            let decoder = MultiGzDecoder::new(BufReader::new(file));
            Box::new(BufReader::with_capacity(BUFFER_BYTES, decoder))
        }
    })
}

#[cfg(test)]
#[path = "lines_tests.rs"]
mod tests;
