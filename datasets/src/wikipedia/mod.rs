//! Dumps of Wikipedia and other wikis: `*-pages-articles*.xml.bz2`, its articles as readable text.

mod markup;
mod wikitext;

use std::path::Path;

use serde::Serialize;

use crate::compression;
use crate::corpus::{Corpus, Document, Skipped};
use crate::error::{DatasetError, RecordProblem};
use crate::formats::{Field, FieldKind};
use crate::xml::{self, Records, Step, XmlReader};

/// The largest page that becomes a document, in bytes of wikitext: 8 MiB. Wikis allow 2 MiB.
pub const PAGE_BYTES_MAX: usize = 8 * 1024 * 1024;

/// The namespaces whose names are remembered; wikis have about 30.
const NAMESPACES_MAX: usize = 1000;

/// The fields of a document.
pub(crate) const FIELDS: &[Field] = &[
    Field::new("id", FieldKind::Keyword),
    Field::new("title", FieldKind::Text),
    Field::new("body", FieldKind::Text),
    Field::new("timestamp", FieldKind::Date),
    Field::new("categories", FieldKind::Keyword),
];

/// Opens a dump, also compressed (`.bz2` in one or several streams, `.gz`, `.zst`).
///
/// Articles become documents: pages of the first namespace that are no redirects. The others are counted in
/// [`Corpus::skipped`], and so are pages over [`PAGE_BYTES_MAX`]. A document's id is the page's.
///
/// # Errors
///
/// If the file cannot be opened. What is wrong inside of it comes out of the iterator.
pub fn open(path: &Path) -> Result<Corpus, DatasetError> {
    xml::corpus(path, path, Articles::default())
}

/// Whether a path is a dump, by its name or its beginning.
pub(crate) fn recognises(path: &Path) -> bool {
    let stem = compression::stem(path);
    if !stem.contains(".xml") || !path.is_file() || compression::unpacking(path).is_some() {
        return false;
    }
    stem.contains("-pages-articles") || compression::begins_with(path, "<mediawiki")
}

/// What the wiki calls files and categories, besides what every wiki calls them.
#[derive(Clone, Debug, Default)]
struct Namespaces {
    files: Vec<String>,
    categories: Vec<String>,
}

impl Namespaces {
    fn add(&mut self, key: &str, name: &str) {
        let names = match key {
            "6" => &mut self.files,
            "14" => &mut self.categories,
            _ => return,
        };
        if names.len() < NAMESPACES_MAX {
            names.push(name.to_lowercase());
        }
    }

    fn is_file(&self, prefix: &str) -> bool {
        let prefix = prefix.to_lowercase();
        matches!(prefix.as_str(), "file" | "image" | "media") || self.files.contains(&prefix)
    }

    fn is_category(&self, prefix: &str) -> bool {
        let prefix = prefix.to_lowercase();
        prefix == "category" || self.categories.contains(&prefix)
    }
}

/// A page as far as it has been read.
#[derive(Debug, Default)]
struct Page {
    title: String,
    namespace: String,
    id: String,
    timestamp: String,
    text: String,
    is_redirect: bool,
    is_too_large: bool,
}

impl Page {
    /// The text of an element inside of the page, by its name and depth.
    fn field(&mut self, depth: usize, name: &str) -> Option<&mut String> {
        match (depth, name) {
            (3, "title") => Some(&mut self.title),
            (3, "ns") => Some(&mut self.namespace),
            (3, "id") => Some(&mut self.id),
            (4, "timestamp") => Some(&mut self.timestamp),
            (4, "text") => Some(&mut self.text),
            _ => None,
        }
    }

    /// Adds a piece of text, as long as there is room for it.
    fn add(&mut self, depth: usize, name: &str, text: &str) {
        let was_too_large = self.is_too_large;
        let Some(field) = self.field(depth, name) else {
            return;
        };
        if field.len() + text.len() > PAGE_BYTES_MAX {
            field.clear();
            self.is_too_large = true;
        } else if !was_too_large {
            field.push_str(text);
        }
    }
}

/// The articles of a dump.
#[derive(Default)]
struct Articles {
    namespaces: Namespaces,
    skipped: Skipped,
}

#[derive(Serialize)]
struct Fields<'page> {
    id: &'page str,
    title: &'page str,
    body: &'page str,
    #[serde(skip_serializing_if = "str::is_empty")]
    timestamp: &'page str,
    categories: &'page [String],
}

impl Records for Articles {
    const ROOT: &'static str = "mediawiki";

    fn begin(&mut self, xml: &mut XmlReader) -> Result<Option<Document>, DatasetError> {
        if xml.name() == "namespace" {
            self.namespace(xml)?;
            return Ok(None);
        }
        if xml.depth() != 2 || xml.name() != "page" {
            return Ok(None);
        }
        let page = page(xml)?;
        xml.count_record();
        self.document(&page).map_err(|problem| xml.problem(problem))
    }

    fn skipped(&self) -> Skipped {
        self.skipped
    }
}

/// Reads to the end of the page that has begun. A dump of whole histories has several texts: the last one counts.
fn page(xml: &mut XmlReader) -> Result<Page, DatasetError> {
    let mut page = Page::default();
    let mut inside = String::new();
    while let Some(step) = xml.next_step() {
        match step? {
            Step::Start => {
                inside.clear();
                inside.push_str(xml.name());
                page.is_redirect |= xml.depth() == 3 && inside == "redirect";
                if let Some(field) = page.field(xml.depth(), &inside) {
                    field.clear();
                }
            }
            Step::Text => page.add(xml.depth(), &inside, xml.text()),
            Step::End if xml.depth() == 1 => break,
            Step::End => inside.clear(),
        }
    }
    Ok(page)
}

impl Articles {
    /// The name of a namespace, in front of the first page.
    fn namespace(&mut self, xml: &mut XmlReader) -> Result<(), DatasetError> {
        let mut key = String::new();
        let attributes = xml.each_attribute(|name, value| {
            if name == "key" {
                value.clone_into(&mut key);
            }
        });
        attributes.map_err(|problem| xml.problem(problem))?;
        if let Some(Step::Text) = xml.next_step().transpose()? {
            self.namespaces.add(&key, xml.text());
        }
        Ok(())
    }

    /// None for a page that is left out.
    fn document(&mut self, page: &Page) -> Result<Option<Document>, RecordProblem> {
        if page.is_too_large {
            self.skipped.too_large += 1;
            return Ok(None);
        }
        // Old dumps have no namespaces.
        if !matches!(page.namespace.trim(), "" | "0") {
            self.skipped.other_kind += 1;
            return Ok(None);
        }
        if page.is_redirect {
            self.skipped.redirect += 1;
            return Ok(None);
        }
        let (id, title) = (page.id.trim(), page.title.trim());
        for (value, field) in [(id, "<id>"), (title, "<title>")] {
            if value.is_empty() {
                return Err(RecordProblem::Missing { field });
            }
        }
        let plain = wikitext::read(&page.text, &self.namespaces);
        let fields = Fields {
            id,
            title,
            body: &plain.text,
            timestamp: page.timestamp.trim(),
            categories: &plain.categories,
        };
        Ok(Some(Document::of(id, &fields)))
    }
}

#[cfg(test)]
mod tests;
