//! TREC's topics: SGML in which few tags have an end. A topic's title is its query.

use super::{Queries, Query};
use crate::error::{DatasetError, LineProblem};
use crate::html;
use crate::lines::LineReader;

/// The parts of a topic that are read; everything else (`desc`, `narr`, …) is for the people who judge.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    Number,
    Title,
    Other,
}

/// A topic as far as it has been read.
#[derive(Default)]
struct Topic {
    number: String,
    title: String,
}

/// Whether a file with this beginning holds topics.
pub(super) fn are_in(beginning: &str) -> bool {
    let beginning = beginning.to_ascii_lowercase();
    ["<top>", "<topic ", "<topic>"]
        .iter()
        .any(|tag| beginning.contains(tag))
}

/// Reads all topics of a file.
pub(super) fn read(lines: &mut LineReader, queries: &mut Queries) -> Result<(), DatasetError> {
    let mut topic: Option<Topic> = None;
    let mut part = Part::Other;
    while let Some(line) = lines.next_line() {
        let line = line?.to_owned();
        let mut pieces = line.split('<');
        let before = pieces.next().unwrap_or_default();
        add(topic.as_mut(), part, before);
        for piece in pieces {
            let Some((tag, text)) = piece.split_once('>') else {
                add(topic.as_mut(), part, piece);
                continue;
            };
            let name = tag
                .split_whitespace()
                .next()
                .unwrap_or_default()
                .to_ascii_lowercase();
            match name.as_str() {
                "top" | "topic" => {
                    let number = attribute(tag, "number").unwrap_or_default();
                    let began = Topic {
                        number,
                        title: String::new(),
                    };
                    finish(topic.replace(began), queries).map_err(|problem| lines.problem(problem))?;
                    part = Part::Other;
                }
                "/top" | "/topic" => {
                    finish(topic.take(), queries).map_err(|problem| lines.problem(problem))?;
                    part = Part::Other;
                }
                "num" => part = Part::Number,
                // The web tracks have the query besides a title, or instead of it.
                "title" | "query" => {
                    part = Part::Title;
                    if let Some(topic) = &mut topic {
                        topic.title.clear();
                    }
                }
                _ => part = Part::Other,
            }
            add(topic.as_mut(), part, text);
        }
        add(topic.as_mut(), part, " ");
    }
    finish(topic, queries).map_err(|problem| lines.problem(problem))
}

fn add(topic: Option<&mut Topic>, part: Part, text: &str) {
    let Some(topic) = topic else { return };
    match part {
        Part::Number => topic.number.push_str(text),
        Part::Title => topic.title.push_str(text),
        Part::Other => {}
    }
}

fn finish(topic: Option<Topic>, queries: &mut Queries) -> Result<(), LineProblem> {
    let Some(topic) = topic else { return Ok(()) };
    let number = without_label(&topic.number, "Number:");
    let title = html::read(without_label(&topic.title, "Topic:")).text;
    let title: Vec<&str> = title.split_whitespace().collect();
    queries.add(Query::plain(number, &title.join(" ")))
}

/// `<num> Number: 301` has a label in front of what counts.
fn without_label<'text>(text: &'text str, label: &str) -> &'text str {
    let text = text.trim();
    match text.get(..label.len()) {
        Some(start) if start.eq_ignore_ascii_case(label) => text[label.len()..].trim(),
        _ => text,
    }
}

/// `7` for `number` in `topic number="7" type="faceted"`.
fn attribute(tag: &str, name: &str) -> Option<String> {
    let (_, rest) = tag.split_once(&format!("{name}="))?;
    let quote = rest.chars().next().filter(|quote| matches!(quote, '"' | '\''))?;
    let (value, _) = rest[1..].split_once(quote)?;
    Some(value.trim().to_owned())
}
