//! Cuts a file of TREC's into documents, and a document into its parts. It is SGML without its rules: nothing is escaped,
//! tags differ from collection to collection, so only the few that are known are looked for.

use std::io::{self, BufRead, Read as _};

use crate::error::RecordProblem;
use crate::html;

/// What a document begins with.
pub(super) const BEGIN: &str = "<DOC>";

/// What a document ends with.
const END: &[u8] = b"</DOC>";

/// Tags that hold the title; collections differ.
const TITLES: [&str; 5] = ["TITLE", "HEADLINE", "HL", "HEAD", "TTL"];

/// Tags that hold neither title nor text, where a collection does not mark its text.
const HEADINGS: [&str; 10] = [
    "DOCNO",
    "DOCID",
    "DOCHDR",
    "DOCOLDNO",
    "FILEID",
    "DATE",
    "DATE_TIME",
    "PUB",
    "BYLINE",
    "PARENT",
];

/// One document, cut out of a file.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Cut {
    /// From its beginning to its end.
    Whole(String),
    /// A document that is larger than the limit.
    TooLarge,
    /// The file ends in the middle of it.
    Unfinished,
}

/// The documents of a file.
pub(super) struct Records {
    reader: Box<dyn BufRead + Send>,
    bytes_max: usize,
    buffer: Vec<u8>,
}

impl Records {
    pub(super) fn new(reader: Box<dyn BufRead + Send>, bytes_max: usize) -> Self {
        Self {
            reader,
            bytes_max,
            buffer: Vec::new(),
        }
    }

    /// The next document.
    pub(super) fn next(&mut self) -> io::Result<Option<Cut>> {
        self.buffer.clear();
        let mut is_too_large = false;
        loop {
            // Every document ends with this byte, so none is missed between two of them.
            let room = self.bytes_max.saturating_sub(self.buffer.len()) + 1;
            let room = u64::try_from(room).unwrap_or(u64::MAX);
            let read = self
                .reader
                .by_ref()
                .take(room)
                .read_until(b'>', &mut self.buffer)?;
            if read == 0 {
                let is_blank = !is_too_large && self.buffer.trim_ascii().is_empty();
                return Ok((!is_blank).then_some(Cut::Unfinished));
            }
            let tail = self.buffer.len().saturating_sub(END.len());
            if self.buffer[tail..].eq_ignore_ascii_case(END) {
                return Ok(Some(if is_too_large {
                    Cut::TooLarge
                } else {
                    Cut::Whole(text(&self.buffer))
                }));
            }
            if self.buffer.len() > self.bytes_max {
                is_too_large = true;
                self.buffer.drain(..tail);
            }
        }
    }
}

/// UTF-8, or else Latin-1, in which every byte is the character of its number.
fn text(bytes: &[u8]) -> String {
    match str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => bytes.iter().copied().map(char::from).collect(),
    }
}

/// A document's parts.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Record {
    pub(super) id: String,
    pub(super) title: String,
    pub(super) body: String,
}

/// Reads one document.
pub(super) fn parse(text: &str) -> Result<Record, RecordProblem> {
    let upper = text.to_ascii_uppercase();
    let id = section(text, &upper, "DOCNO", 0).map_or("", |found| found.content.trim());
    if id.is_empty() {
        return Err(RecordProblem::Missing { field: "<DOCNO>" });
    }
    let title = TITLES
        .iter()
        .filter_map(|tag| section(text, &upper, tag, 0))
        .map(|found| one_line(&html::read(found.content).text))
        .find(|title| !title.is_empty());
    let mut marked = String::new();
    let mut from = 0;
    while let Some(found) = section(text, &upper, "TEXT", from) {
        from = found.end;
        marked.push_str(found.content);
        marked.push('\n');
    }
    if marked.is_empty() {
        marked = without_headings(text, &upper);
    }
    let page = html::read(&marked);
    Ok(Record {
        id: id.to_owned(),
        title: title.unwrap_or(page.title),
        body: page.text,
    })
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What stands between a tag and its end.
struct Section<'text> {
    content: &'text str,
    begin: usize,
    end: usize,
}

/// The first section of that tag from a place on. `upper` is the same text in capital letters.
fn section<'text>(text: &'text str, upper: &str, tag: &str, from: usize) -> Option<Section<'text>> {
    let begin = from + upper[from..].find(&format!("<{tag}>"))?;
    let inside = begin + tag.len() + 2;
    let closing = format!("</{tag}>");
    let end = inside + upper[inside..].find(&closing)?;
    Some(Section {
        content: &text[inside..end],
        begin,
        end: end + closing.len(),
    })
}

/// The text without the sections that are no text.
fn without_headings(text: &str, upper: &str) -> String {
    let mut gone: Vec<(usize, usize)> = HEADINGS
        .iter()
        .chain(&TITLES)
        .filter_map(|tag| section(text, upper, tag, 0))
        .map(|found| (found.begin, found.end))
        .collect();
    gone.sort_unstable();
    let mut left = String::new();
    let mut at = 0;
    for (begin, end) in gone {
        left.push_str(&text[at..begin.max(at)]);
        at = at.max(end);
    }
    left.push_str(&text[at..]);
    left
}
