//! What the show is made of: a corpus, an index that suits it, and questions that it can answer.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use datasets::{Corpus, Document, cargo_registry};
use serde_json::{Map, Value, json};

use super::DemoError;
use super::questions::{self, Question};
use super::vocabulary::Vocabulary;

/// How many documents of an unknown corpus are read to get an idea of it.
const SAMPLE_DOCUMENTS: usize = 3000;
/// The name of the cargo registry's corpus, and of its index.
const REGISTRY: (&str, &str) = ("cargo-registry", "crates");
/// What fields with a title are usually called.
const TITLES: [&str; 5] = ["title", "name", "headline", "subject", "heading"];
/// What fields with the text are usually called.
const BODIES: [&str; 6] = ["body", "text", "abstract", "content", "description", "plot"];

/// What the show is made of.
#[derive(Debug)]
pub(super) struct Material {
    pub(super) corpus: Corpus,
    /// The name of the index.
    pub(super) index: String,
    /// The fields of its mapping.
    pub(super) properties: Value,
    pub(super) questions: Vec<Question>,
    pub(super) fields: Fields,
}

/// The fields that are searched and shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Fields {
    pub(super) title: String,
    pub(super) body: String,
}

impl Material {
    /// Opens the corpus at `path`, by default the local cargo registry.
    pub(super) async fn open(path: Option<PathBuf>) -> Result<Self, DemoError> {
        tokio::task::spawn_blocking(move || open(path.as_deref()))
            .await
            .map_err(std::io::Error::other)?
    }
}

fn open(path: Option<&Path>) -> Result<Material, DemoError> {
    let corpus = match path {
        Some(path) => datasets::open(path)?,
        None => cargo_registry::open()?,
    };
    let (registry, index) = REGISTRY;
    if corpus.info().name == registry {
        return Ok(Material {
            corpus,
            index: index.to_owned(),
            properties: registry_properties(),
            questions: questions::about_crates(),
            fields: Fields {
                title: "title".to_owned(),
                body: "body".to_owned(),
            },
        });
    }
    let name = corpus.info().name.clone();
    let sample: Vec<Map<String, Value>> = match path {
        Some(path) => datasets::open(path)?
            .take(SAMPLE_DOCUMENTS)
            .flatten()
            .filter_map(|document| object(&document))
            .collect(),
        None => Vec::new(),
    };
    let fields = Fields::of(&sample).ok_or(DemoError::NoText { name: name.clone() })?;
    let titles = sample
        .iter()
        .filter_map(|document| document.get(&fields.title)?.as_str());
    let questions = questions::about(&Vocabulary::of(titles), &fields);
    Ok(Material {
        corpus,
        index: index_name(&name),
        properties: json!({
            &fields.title: {"type": "text", "analyzer": "english"},
            &fields.body: {"type": "text", "analyzer": "english"},
        }),
        questions,
        fields,
    })
}

/// The other fields of a document are mapped when they come.
fn registry_properties() -> Value {
    let english = json!({"type": "text", "analyzer": "english"});
    let keyword = json!({"type": "keyword"});
    let long = json!({"type": "long"});
    json!({
        "path": keyword,
        "crate": {"type": "keyword", "fields": {"words": {"type": "text"}}},
        "version": keyword,
        "kind": keyword,
        "title": english,
        "body": english,
        "licence": keyword,
        "keywords": keyword,
        "bytes": long,
        "lines": long,
    })
}

fn object(document: &Document) -> Option<Map<String, Value>> {
    serde_json::from_str(&document.source).ok()
}

/// A corpus can be called anything; an index has rules.
fn index_name(corpus: &str) -> String {
    let name: String = corpus
        .to_lowercase()
        .chars()
        .map(|character| {
            if character.is_alphanumeric() || character == '.' {
                character
            } else {
                '-'
            }
        })
        .take(50)
        .collect();
    let name = name.trim_matches(['-', '.']);
    if name.is_empty() {
        "demo".to_owned()
    } else {
        name.to_owned()
    }
}

impl Fields {
    /// By their usual names; else the first field with text is the title, and the one with the most text the body.
    fn of(sample: &[Map<String, Value>]) -> Option<Self> {
        let mut bytes: BTreeMap<&str, usize> = BTreeMap::new();
        for (name, value) in sample.iter().flatten().filter(|(name, _)| *name != "id") {
            if let Value::String(text) = value {
                *bytes.entry(name).or_default() += text.len();
            }
        }
        let usual = |names: &[&'static str]| names.iter().copied().find(|name| bytes.contains_key(name));
        let first = || {
            let mut names = sample.iter().flat_map(Map::keys).map(String::as_str);
            names.find(|name| bytes.contains_key(name))
        };
        let longest = || {
            bytes
                .iter()
                .max_by_key(|(_, bytes)| **bytes)
                .map(|(name, _)| *name)
        };
        Some(Self {
            title: usual(&TITLES).or_else(first)?.to_owned(),
            body: usual(&BODIES).or_else(longest)?.to_owned(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(sample: &str) -> Option<(String, String)> {
        let sample: Vec<Map<String, Value>> = serde_json::from_str(sample).unwrap();
        Fields::of(&sample).map(|fields| (fields.title, fields.body))
    }

    #[test]
    fn fields_are_found_by_name_or_by_length() {
        let names = |title: &str, body: &str| Some((title.to_owned(), body.to_owned()));
        assert_eq!(
            fields(r#"[{"id":"x","body":"b","title":"a long one"}]"#),
            names("title", "body")
        );
        assert_eq!(
            fields(r#"[{"n":1,"z":"short","a":"much longer"}]"#),
            names("z", "a")
        );
        assert_eq!(fields(r#"[{"only":"text"}]"#), names("only", "only"));
        assert_eq!(fields(r#"[{"id":"x","n":1}]"#), None);
    }

    #[test]
    fn any_name_becomes_the_name_of_an_index() {
        assert_eq!(index_name("arxiv-1k"), "arxiv-1k");
        assert_eq!(index_name("_My Books (2)!"), "my-books--2");
        assert_eq!(index_name("***"), "demo");
    }
}
