//! arXiv's metadata as its public snapshot has them, `arxiv-metadata-oai-snapshot.json`: a JSON object on each line.

use std::borrow::Cow;
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::compression;
use crate::corpus::{self, Corpus, CorpusInfo, Document};
use crate::error::{DatasetError, LineProblem};
use crate::formats::{Field, FieldKind};
use crate::json_lines::{self, EXTENSIONS};

/// The longest line that is read, in bytes: 4 MiB. A paper with 3,000 authors has 200 KiB.
pub const LINE_BYTES_MAX: usize = 4 * 1024 * 1024;

/// What the file's name begins with.
const NAME: &str = "arxiv-metadata";

/// What it is called in a folder.
const SNAPSHOT: [&str; 1] = ["arxiv-metadata-oai-snapshot.json"];

/// The fields of a document.
pub(crate) const FIELDS: &[Field] = &[
    Field::new("id", FieldKind::Keyword),
    Field::new("title", FieldKind::Text),
    Field::new("body", FieldKind::Text),
    Field::new("authors", FieldKind::Name),
    Field::new("categories", FieldKind::Keyword),
    Field::new("primary_category", FieldKind::Keyword),
    Field::new("archive", FieldKind::Keyword),
    Field::new("created", FieldKind::Date),
    Field::new("updated", FieldKind::Date),
    Field::new("year", FieldKind::Whole),
    Field::new("num_authors", FieldKind::Whole),
    Field::new("doi", FieldKind::Keyword),
    Field::new("comments", FieldKind::Text),
];

/// Opens the snapshot, also compressed (`.zst`, `.gz`, `.bz2`), or the folder that holds it.
///
/// The abstract becomes `body`. Authors come as `First Last`, categories as a list of which the first is
/// `primary_category`; `created` is the day of the first version.
///
/// # Errors
///
/// If the file cannot be opened. What is wrong inside of it comes out of the iterator, with its line number.
pub fn open(path: &Path) -> Result<Corpus, DatasetError> {
    let file = compression::in_folder(path, &SNAPSHOT).unwrap_or_else(|| path.to_owned());
    let info = CorpusInfo {
        name: corpus::name(path, &EXTENSIONS),
        documents_hint: None,
        bytes_hint: None,
    };
    json_lines::corpus(&file, info, LINE_BYTES_MAX, |line, _| document(line))
}

/// Whether a path is a snapshot, or a folder that holds it, by its name.
pub(crate) fn recognises(path: &Path) -> bool {
    let stem = compression::stem(path);
    let is_json = EXTENSIONS.iter().any(|extension| stem.ends_with(extension));
    let is_file = stem.starts_with(NAME) && is_json && path.is_file();
    is_file || compression::in_folder(path, &SNAPSHOT).is_some()
}

/// A line of the snapshot, without what no field is made of.
#[derive(Deserialize)]
struct Paper<'line> {
    #[serde(borrow)]
    id: Option<Cow<'line, str>>,
    #[serde(borrow)]
    title: Option<Cow<'line, str>>,
    #[serde(borrow, rename = "abstract")]
    summary: Option<Cow<'line, str>>,
    #[serde(borrow)]
    categories: Option<Cow<'line, str>>,
    #[serde(borrow)]
    comments: Option<Cow<'line, str>>,
    #[serde(borrow)]
    doi: Option<Cow<'line, str>>,
    update_date: Option<Cow<'line, str>>,
    #[serde(default)]
    authors_parsed: Vec<Vec<String>>,
    #[serde(default)]
    versions: Vec<Version>,
}

#[derive(Deserialize)]
struct Version {
    created: Option<String>,
}

#[derive(Serialize)]
struct Fields<'line> {
    id: &'line str,
    title: String,
    body: String,
    authors: Vec<String>,
    categories: Vec<&'line str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    primary_category: Option<&'line str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    archive: Option<&'line str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    created: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    updated: Option<&'line str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    year: Option<u16>,
    num_authors: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    doi: Option<&'line str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    comments: Option<String>,
}

fn document(line: &str) -> Result<Document, LineProblem> {
    let paper: Paper<'_> = json_lines::object(line)?;
    let filled = |text: &'_ Option<Cow<'_, str>>| text.as_deref().is_some_and(|text| !text.trim().is_empty());
    for (is_there, field) in [(filled(&paper.id), "id"), (filled(&paper.title), "title")] {
        if !is_there {
            return Err(LineProblem::Missing { field });
        }
    }
    let id = paper.id.as_deref().unwrap_or_default();
    let categories: Vec<&str> = paper
        .categories
        .as_deref()
        .unwrap_or_default()
        .split_whitespace()
        .collect();
    let authors: Vec<String> = paper.authors_parsed.iter().map(|parts| author(parts)).collect();
    let created = paper
        .versions
        .first()
        .and_then(|version| day(version.created.as_deref()?));
    let fields = Fields {
        id,
        title: flat(paper.title.as_deref().unwrap_or_default()),
        body: flat(paper.summary.as_deref().unwrap_or_default()),
        num_authors: authors.len(),
        authors,
        primary_category: categories.first().copied(),
        archive: categories.first().and_then(|category| category.split('.').next()),
        categories,
        year: created.as_deref().and_then(|day| day.get(..4)?.parse().ok()),
        created,
        updated: paper.update_date.as_deref(),
        doi: paper.doi.as_deref(),
        comments: paper.comments.as_deref().map(flat),
    };
    Ok(Document::of(id, &fields))
}

/// Titles and abstracts are broken into lines.
fn flat(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// `["Wright", "Orville", "Jr"]` is Orville Wright Jr.
fn author(parts: &[String]) -> String {
    let part = |at: usize| {
        parts
            .get(at)
            .map(|part| part.trim())
            .filter(|part| !part.is_empty())
    };
    let in_order = [part(1), part(0), part(2)];
    in_order.into_iter().flatten().collect::<Vec<_>>().join(" ")
}

/// `2007-04-02` for `Mon, 2 Apr 2007 19:18:42 GMT`.
fn day(time: &str) -> Option<String> {
    const MONTHS: [&str; 12] = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ];
    let mut words = time.split_whitespace().skip(1);
    let day: u8 = words.next()?.parse().ok().filter(|day| (1..=31).contains(day))?;
    let name = words.next()?;
    let month = 1 + MONTHS.iter().position(|month| *month == name)?;
    let year: u16 = words
        .next()?
        .parse()
        .ok()
        .filter(|year| (1900..=2999).contains(year))?;
    Some(format!("{year}-{month:02}-{day:02}"))
}

#[cfg(test)]
#[path = "arxiv_tests.rs"]
mod tests;
