//! Dumps of Stack Exchange sites: the questions and answers in `Posts.xml`.

use std::path::Path;

use serde::Serialize;

use crate::compression;
use crate::corpus::{Corpus, Document, Skipped};
use crate::error::{DatasetError, RecordProblem};
use crate::formats::{Field, FieldKind};
use crate::html;
use crate::xml::{self, Records, XmlReader};

/// What the file is called in a folder.
const FILE: [&str; 1] = ["Posts.xml"];

/// The fields of a document.
pub(crate) const FIELDS: &[Field] = &[
    Field::new("id", FieldKind::Keyword),
    Field::new("kind", FieldKind::Keyword),
    Field::new("title", FieldKind::Text),
    Field::new("body", FieldKind::Text),
    Field::new("tags", FieldKind::Keyword),
    Field::new("score", FieldKind::Whole),
    Field::new("created", FieldKind::Date),
    Field::new("parent_id", FieldKind::Keyword),
    Field::new("accepted_answer_id", FieldKind::Keyword),
    Field::new("views", FieldKind::Whole),
    Field::new("answers", FieldKind::Whole),
];

/// Opens `Posts.xml`, also compressed (`.zst`, `.bz2`, `.gz`), or the folder of a site's dump that holds it.
///
/// Questions and answers become documents, their HTML as text. Posts of other kinds (wikis of tags, nominations) are
/// counted in [`Corpus::skipped`]. A document's id is the post's.
///
/// # Errors
///
/// If the file cannot be opened. What is wrong inside of it comes out of the iterator.
pub fn open(path: &Path) -> Result<Corpus, DatasetError> {
    let file = compression::in_folder(path, &FILE).unwrap_or_else(|| path.to_owned());
    xml::corpus(path, &file, Posts::default())
}

/// Whether a path is such a file or folder, by its name or its beginning.
pub(crate) fn recognises(path: &Path) -> bool {
    if path.is_dir() {
        return compression::in_folder(path, &FILE).is_some();
    }
    compression::has_extension(path, "xml")
        && (compression::stem(path) == "Posts.xml" || compression::begins_with(path, "<posts>"))
}

/// The posts of a site.
#[derive(Default)]
struct Posts {
    skipped: Skipped,
}

/// A row as it stands in the file; an attribute that is missing is empty.
#[derive(Debug, Default)]
struct Row {
    id: String,
    kind: String,
    title: String,
    body: String,
    tags: String,
    score: String,
    created: String,
    parent_id: String,
    accepted_answer_id: String,
    views: String,
    answers: String,
}

#[derive(Serialize)]
struct Fields<'row> {
    id: &'row str,
    kind: &'static str,
    #[serde(skip_serializing_if = "str::is_empty")]
    title: &'row str,
    body: &'row str,
    tags: Vec<&'row str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    score: Option<i64>,
    #[serde(skip_serializing_if = "String::is_empty")]
    created: String,
    #[serde(skip_serializing_if = "str::is_empty")]
    parent_id: &'row str,
    #[serde(skip_serializing_if = "str::is_empty")]
    accepted_answer_id: &'row str,
    #[serde(skip_serializing_if = "Option::is_none")]
    views: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    answers: Option<i64>,
}

impl Records for Posts {
    const ROOT: &'static str = "posts";

    fn begin(&mut self, xml: &mut XmlReader) -> Result<Option<Document>, DatasetError> {
        if xml.depth() != 2 || xml.name() != "row" {
            return Ok(None);
        }
        xml.count_record();
        row(xml)
            .and_then(|row| self.document(&row))
            .map_err(|problem| xml.problem(problem))
    }

    fn skipped(&self) -> Skipped {
        self.skipped
    }
}

/// The row that has begun.
fn row(xml: &XmlReader) -> Result<Row, RecordProblem> {
    let mut row = Row::default();
    xml.each_attribute(|name, value| {
        let field = match name {
            "Id" => &mut row.id,
            "PostTypeId" => &mut row.kind,
            "Title" => &mut row.title,
            "Body" => &mut row.body,
            "Tags" => &mut row.tags,
            "Score" => &mut row.score,
            "CreationDate" => &mut row.created,
            "ParentId" => &mut row.parent_id,
            "AcceptedAnswerId" => &mut row.accepted_answer_id,
            "ViewCount" => &mut row.views,
            "AnswerCount" => &mut row.answers,
            _ => return,
        };
        value.clone_into(field);
    })?;
    Ok(row)
}

impl Posts {
    /// None for a post of another kind.
    fn document(&mut self, row: &Row) -> Result<Option<Document>, RecordProblem> {
        for (value, field) in [(&row.id, "Id"), (&row.kind, "PostTypeId")] {
            if value.is_empty() {
                return Err(RecordProblem::Missing { field });
            }
        }
        let kind = match row.kind.as_str() {
            "1" => "question",
            "2" => "answer",
            _ => {
                self.skipped.other_kind += 1;
                return Ok(None);
            }
        };
        let fields = Fields {
            id: &row.id,
            kind,
            title: &row.title,
            body: &html::read(&row.body).text,
            tags: tags(&row.tags),
            score: number(&row.score, "Score")?,
            created: utc(&row.created),
            parent_id: &row.parent_id,
            accepted_answer_id: &row.accepted_answer_id,
            views: number(&row.views, "ViewCount")?,
            answers: number(&row.answers, "AnswerCount")?,
        };
        Ok(Some(Document::of(&row.id, &fields)))
    }
}

/// The names in `<rust><borrow-checker>`, or in `|rust|borrow-checker|` as dumps have them since 2024.
fn tags(text: &str) -> Vec<&str> {
    text.split(['<', '>', '|'])
        .filter(|tag| !tag.is_empty())
        .collect()
}

fn number(text: &str, field: &'static str) -> Result<Option<i64>, RecordProblem> {
    if text.is_empty() {
        return Ok(None);
    }
    text.parse().map(Some).map_err(|_| RecordProblem::NotANumber {
        field,
        found: text.chars().take(40).collect(),
    })
}

/// The dumps write UTC without saying so.
fn utc(time: &str) -> String {
    if time.is_empty() || time.ends_with('Z') {
        time.to_owned()
    } else {
        format!("{time}Z")
    }
}

#[cfg(test)]
#[path = "stack_exchange_tests.rs"]
mod tests;
