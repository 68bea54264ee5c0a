//! The corpus: papers, cut to a size that a debug build indexes a dozen times in a minute.

use std::path::Path;

use datasets::locate;
use serde_json::Value;

/// A real corpus, and enough of it.
const DATASET: &str = "arxiv/arxiv-20k.ndjson.zst";
/// How many of its documents are indexed into each layout.
const DOCUMENTS: usize = 3_000;

/// A document with its texts.
#[derive(Clone, Debug)]
pub(super) struct Paper {
    /// Its id.
    pub(super) id: String,
    /// Its JSON.
    pub(super) source: String,
    /// Its title.
    pub(super) title: String,
}

/// Every so-manieth document of the set, so that all years are there; none, said loudly, if the set is missing.
pub(super) fn read() -> Option<Vec<Paper>> {
    let path = locate::require(DATASET)?;
    let all: Vec<datasets::Document> = datasets::open(&path)
        .expect("the data set can be read")
        .collect::<Result<_, _>>()
        .expect("every line of it is a document");
    let step = (all.len() / DOCUMENTS).max(1);
    Some(
        all.into_iter()
            .step_by(step)
            .take(DOCUMENTS)
            .map(|document| paper(document, &path))
            .collect(),
    )
}

fn paper(document: datasets::Document, path: &Path) -> Paper {
    let source: Value = serde_json::from_str(&document.source).expect("sources are JSON");
    let title = source["title"].as_str();
    Paper {
        title: title
            .unwrap_or_else(|| panic!("a document of {} has no title", path.display()))
            .to_owned(),
        id: document.id,
        source: document.source,
    }
}
