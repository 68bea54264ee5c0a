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
const TITLES: [&str; 6] = ["TITLE", "HEADLINE", "HL", "HEAD", "TTL", "TI"];

/// Tags that hold the text. Some collections mark the beginning of an article by itself, outside of what they call its text.
const TEXTS: [&str; 3] = ["LP", "LEADPARA", "TEXT"];

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
    let number = Sections::of(text, &upper, "DOCNO").next_from(0);
    let id = number.map_or("", |found| found.content.trim());
    if id.is_empty() {
        return Err(RecordProblem::Missing { field: "<DOCNO>" });
    }
    let title = TITLES
        .iter()
        .map(|tag| joined(&sections(text, &upper, &[tag])))
        .map(|title| one_line(&html::read(&title).text))
        .find(|title| !title.is_empty());
    let mut marked = joined(&sections(text, &upper, &TEXTS));
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

/// The contents, each a paragraph of its own.
fn joined(sections: &[Section<'_>]) -> String {
    let contents = sections.iter().flat_map(|section| [section.content, "\n<p>\n"]);
    contents.collect()
}

/// The sections of several tags in the order of the document, without those inside of others.
fn sections<'text>(text: &'text str, upper: &'text str, tags: &[&str]) -> Vec<Section<'text>> {
    let mut ahead: Vec<_> = tags
        .iter()
        .filter_map(|tag| {
            let mut of_tag = Sections::of(text, upper, tag);
            Some((of_tag.next_from(0)?, of_tag))
        })
        .collect();
    let mut found: Vec<Section<'_>> = Vec::new();
    while let Some(first) = (0..ahead.len()).min_by_key(|at| ahead[*at].0.begin) {
        let (next, of_tag) = &mut ahead[first];
        let behind = found.last().map_or(0, |last| last.end);
        let is_inside = next.begin < behind;
        let from = if is_inside { behind } else { next.end };
        match of_tag.next_from(from) {
            Some(later) if is_inside => *next = later,
            Some(later) => found.push(std::mem::replace(next, later)),
            None if is_inside => drop(ahead.swap_remove(first)),
            None => found.push(ahead.swap_remove(first).0),
        }
    }
    found
}

/// The sections of one tag. `upper` is the same text in capital letters.
struct Sections<'text> {
    text: &'text str,
    upper: &'text str,
    opening: String,
    closing: String,
    /// The end that was found last, so that it is not looked for again by each beginning in front of it.
    closing_at: usize,
}

impl<'text> Sections<'text> {
    fn of(text: &'text str, upper: &'text str, tag: &str) -> Self {
        Self {
            text,
            upper,
            opening: format!("<{tag}>"),
            closing: format!("</{tag}>"),
            closing_at: 0,
        }
    }

    /// The first section that begins at a place or behind it; the places must not go back.
    fn next_from(&mut self, from: usize) -> Option<Section<'text>> {
        let begin = from + self.upper[from..].find(&self.opening)?;
        let inside = begin + self.opening.len();
        if self.closing_at < inside {
            self.closing_at = inside + self.upper[inside..].find(&self.closing)?;
        }
        Some(Section {
            content: &self.text[inside..self.closing_at],
            begin,
            end: self.closing_at + self.closing.len(),
        })
    }
}

/// The text without the sections that are no text.
fn without_headings(text: &str, upper: &str) -> String {
    let tags = [&HEADINGS[..], &TITLES].concat();
    let mut left = String::new();
    let mut at = 0;
    for section in sections(text, upper, &tags) {
        left.push_str(&text[at..section.begin]);
        at = section.end;
    }
    left.push_str(&text[at..]);
    left
}
