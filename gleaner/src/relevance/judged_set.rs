//! A judged set: documents, queries, and which documents are relevant to which query.

use std::path::{Path, PathBuf};

use datasets::judged;
use datasets::qrels::{self, Qrels};
use datasets::queries::{self, Query};
use datasets::{Corpus, CorpusInfo, DatasetError, Document};
use serde_json::{Map, Value};

use super::forms::TEXT_FIELD;

/// The fields whose texts make up the one text of a document, in this order.
const TEXT_PARTS: [&str; 4] = ["title", "body", "author", "extra"];

/// A judged set.
#[derive(Clone, Debug)]
pub struct JudgedSet {
    folder: PathBuf,
    /// What is known about the documents before they are read.
    pub info: CorpusInfo,
    /// The judgments.
    pub qrels: Qrels,
    queries: Vec<Query>,
}

impl JudgedSet {
    /// Opens the set in `folder`: a corpus, and the queries and judgments that [`judged::find`] finds in it. Blocks.
    ///
    /// # Errors
    /// If one of them is missing or is not what it should be.
    pub fn open(folder: &Path) -> Result<Self, DatasetError> {
        let found = judged::find(folder);
        // What is missing is missed under its usual name.
        let qrels_file = found.qrels.unwrap_or_else(|| folder.join("qrels.txt"));
        let queries_file = found.queries.unwrap_or_else(|| folder.join("queries.tsv"));
        Ok(Self {
            folder: folder.to_owned(),
            info: datasets::open(folder)?.info().clone(),
            qrels: qrels::read(&qrels_file)?,
            queries: queries::read(&queries_file)?,
        })
    }

    /// The queries that have judgments.
    pub fn judged_queries(&self) -> impl Iterator<Item = &Query> {
        self.queries
            .iter()
            .filter(|query| self.qrels.get(&query.id).is_some())
    }

    /// The documents, each with one more field that holds all of its text.
    pub(super) fn documents(&self) -> Result<WithText, DatasetError> {
        datasets::open(&self.folder).map(WithText)
    }
}

/// A corpus whose documents get the field [`TEXT_FIELD`].
pub(super) struct WithText(Corpus);

impl Iterator for WithText {
    type Item = Result<Document, DatasetError>;

    fn next(&mut self) -> Option<Self::Item> {
        let document = self.0.next()?;
        Some(document.map(with_text))
    }
}

fn with_text(document: Document) -> Document {
    // The loaders check that a source is an object; one that is not goes on as it is, and the cluster refuses it.
    let Ok(mut fields) = serde_json::from_str::<Map<String, Value>>(&document.source) else {
        return document;
    };
    let parts: Vec<&str> = TEXT_PARTS
        .iter()
        .filter_map(|part| fields.get(*part)?.as_str())
        .collect();
    let text = parts.join(" ");
    fields.insert(TEXT_FIELD.to_owned(), Value::String(text));
    Document {
        id: document.id,
        source: Value::Object(fields).to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_of_a_document_is_that_of_its_parts() {
        let document = Document {
            id: "1".to_owned(),
            source: r#"{"body":"of it","year":1958,"title":"All"}"#.to_owned(),
        };
        let source = with_text(document).source;
        assert_eq!(
            source,
            r#"{"body":"of it","year":1958,"title":"All","text":"All of it"}"#
        );
    }
}
