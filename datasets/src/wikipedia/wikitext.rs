//! Turns wikitext into readable text: one pass from left to right, in time that grows with the text alone.
//!
//! Templates, tables, references and formulas go, links become what is shown of them, headings and lists become lines.
//! It does not run templates: a few that only dress a text up are undressed, all others are left out.

use super::Namespaces;
use super::markup::{self, Element};

/// How deep templates, links and tables are followed into each other; `MediaWiki` itself stops at 40.
const OPEN_MAX: usize = 40;

/// Categories of one page that are kept; pages have a few dozen at most.
const CATEGORIES_MAX: usize = 1000;

/// What is readable on a page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Plain {
    pub(super) text: String,
    /// The names of its categories, without their prefix.
    pub(super) categories: Vec<String>,
}

/// Reads the text of one page.
pub(super) fn read(wikitext: &str, namespaces: &Namespaces) -> Plain {
    let mut scanner = Scanner {
        source: wikitext,
        at: 0,
        out: String::with_capacity(wikitext.len() / 2),
        open: Vec::new(),
        external_links: 0,
        heading: false,
        unclosed: Vec::new(),
        categories: Vec::new(),
        namespaces,
    };
    scanner.run();
    Plain {
        text: markup::tidy(&scanner.out),
        categories: scanner.categories,
    }
}

/// What can be inside of each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Template,
    Link,
    Table,
}

/// Something that has begun and not ended yet.
struct Open {
    kind: Kind,
    /// Where in the output its content begins.
    start: usize,
}

struct Scanner<'page> {
    source: &'page str,
    at: usize,
    out: String,
    open: Vec<Open>,
    /// External links of the current line whose bracket is still open.
    external_links: usize,
    /// Whether the current line is a heading.
    heading: bool,
    /// Elements that have no end any more behind some place, so that it is not looked for again and again.
    unclosed: Vec<Element>,
    categories: Vec<String>,
    namespaces: &'page Namespaces,
}

impl Scanner<'_> {
    fn run(&mut self) {
        self.begin_line();
        while self.at < self.source.len() {
            let rest = &self.source[self.at..];
            let plain = rest.find(markup::is_special).unwrap_or(rest.len());
            self.out.push_str(&rest[..plain]);
            self.at += plain;
            if self.at < self.source.len() {
                self.special();
            }
        }
        self.end_line();
        // A table without an end goes on to the end of the page; all other unfinished markup is shown as it is.
        if let Some(table) = self.open.iter().find(|open| open.kind == Kind::Table) {
            self.out.truncate(table.start);
        }
    }

    /// The rest of the page begins with a character that may mean something.
    fn special(&mut self) {
        let rest = &self.source[self.at..];
        match rest.as_bytes()[0] {
            b'\n' => {
                self.end_line();
                self.out.push('\n');
                self.at += 1;
                self.begin_line();
            }
            b'{' if rest.starts_with("{{") => self.begin(Kind::Template),
            b'}' if rest.starts_with("}}") => self.end(Kind::Template),
            b'[' if rest.starts_with("[[") => self.begin(Kind::Link),
            b']' if rest.starts_with("]]") && self.is_open(Kind::Link) => self.end(Kind::Link),
            b']' if self.external_links > 0 => {
                self.external_links -= 1;
                self.at += 1;
            }
            b'[' => match markup::external_link_bytes(rest) {
                Some(bytes) => {
                    self.external_links += 1;
                    self.at += bytes;
                }
                None => self.literal(),
            },
            b'\'' => {
                let quotes = markup::run_of(rest, b'\'');
                if quotes == 1 {
                    self.literal();
                } else {
                    self.at += quotes;
                }
            }
            b'&' => match markup::entity(rest) {
                Some((character, bytes)) => {
                    self.out.push(character);
                    self.at += bytes;
                }
                None => self.literal(),
            },
            b'_' => match markup::magic_word_bytes(rest) {
                Some(bytes) => self.at += bytes,
                None => self.literal(),
            },
            b'<' => self.tag(),
            _ => self.literal(),
        }
    }

    fn literal(&mut self) {
        let character = self.source[self.at..].chars().next().unwrap_or_default();
        self.out.push(character);
        self.at += character.len_utf8();
    }

    /// At the beginning of a line stand lists, headings and tables.
    fn begin_line(&mut self) {
        let line = &self.source[self.at..];
        let inner = line.trim_start_matches([' ', ':']);
        if inner.starts_with("{|") {
            self.at += line.len() - inner.len();
            self.begin(Kind::Table);
        } else if inner.starts_with("|}") && self.is_open(Kind::Table) {
            self.at += line.len() - inner.len();
            self.end(Kind::Table);
        } else if line.starts_with('=') {
            self.heading = true;
            self.at += line.len() - line.trim_start_matches(['=', ' ']).len();
        } else if line.starts_with("----") {
            self.at += markup::run_of(line, b'-');
        } else {
            self.at += line.len() - line.trim_start_matches(['*', '#', ':', ';', ' ']).len();
        }
    }

    fn end_line(&mut self) {
        self.external_links = 0;
        if std::mem::take(&mut self.heading) {
            // Not further back: what is open would begin behind the end of the output.
            let floor = self.open.last().map_or(0, |open| open.start);
            let title = self.out[floor..].trim_end_matches(['=', ' ']).len();
            self.out.truncate(floor + title);
        }
    }

    fn is_open(&self, kind: Kind) -> bool {
        self.open.iter().any(|open| open.kind == kind)
    }

    /// Both brackets of a beginning or an end go, even where there is no other end: they are no text.
    fn begin(&mut self, kind: Kind) {
        self.at += 2;
        if self.open.len() < OPEN_MAX {
            let start = self.out.len();
            self.open.push(Open { kind, start });
        }
    }

    fn end(&mut self, kind: Kind) {
        self.at += 2;
        // What has begun inside of it and has no end of its own ends with it.
        let Some(nearest) = self.open.iter().rposition(|open| open.kind == kind) else {
            return;
        };
        let start = self.open[nearest].start;
        self.open.truncate(nearest);
        let shown = match kind {
            Kind::Table => String::new(),
            Kind::Template => markup::template_text(&self.out[start..]),
            Kind::Link => self.link_text(start),
        };
        self.out.truncate(start);
        self.out.push_str(&shown);
    }

    /// What is shown of a link, and a note of it if it is a category.
    fn link_text(&mut self, start: usize) -> String {
        let content = &self.out[start..];
        let (target, label) = content.split_once('|').unwrap_or((content, ""));
        let namespace = target
            .split_once(':')
            .map(|(prefix, name)| (prefix.trim(), name.trim()));
        match namespace {
            Some(("", name)) => if label.is_empty() { name } else { label }.to_owned(),
            Some((prefix, _)) if self.namespaces.is_file(prefix) => String::new(),
            Some((prefix, name)) if self.namespaces.is_category(prefix) => {
                if self.categories.len() < CATEGORIES_MAX && !name.is_empty() {
                    self.categories.push(name.to_owned());
                }
                String::new()
            }
            _ if label.is_empty() => target.to_owned(),
            _ => label.to_owned(),
        }
    }

    /// Comments and elements: the content of some is no text, that of others is no markup.
    fn tag(&mut self) {
        let rest = &self.source[self.at..];
        if rest.starts_with("<!--") {
            self.at += rest.find("-->").map_or(rest.len(), |end| end + "-->".len());
            return;
        }
        let Some(tag) = markup::tag(rest) else {
            self.literal();
            return;
        };
        self.at += tag.bytes;
        if tag.breaks_line {
            self.out.push('\n');
        }
        let Some(element) = tag.opens else { return };
        if self.unclosed.contains(&element) {
            return;
        }
        let content = &self.source[self.at..];
        let Some((content_bytes, end_bytes)) = markup::content(content, element) else {
            self.unclosed.push(element);
            return;
        };
        if element.is_text() {
            self.out.push_str(&content[..content_bytes]);
        }
        self.at += content_bytes + end_bytes;
    }
}

#[cfg(test)]
#[path = "wikitext_tests.rs"]
mod tests;
