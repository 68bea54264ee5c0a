//! What is searched and what is asked: the corpus with the fields that hold its text, and the query log as bodies of searches.

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};

use benches::load::Requests;
use bytes::Bytes;
use datasets::Corpus;
use serde_json::{Map, Value, json};

use super::{SweepConfig, SweepError};

/// How many documents are looked at to find the fields with text.
const SAMPLE_DOCUMENTS: usize = 200;
/// What fields that people search in are usually called.
const USUAL_FIELDS: [&str; 12] = [
    "title",
    "name",
    "headline",
    "subject",
    "heading",
    "body",
    "text",
    "abstract",
    "content",
    "description",
    "summary",
    "plot",
];
/// Different words that a root is asked for to warm it up: times the fields, it keeps the statistics of so many.
const WARM_WORDS_MAX: usize = 14_000;
/// Clauses of one query that warms a root up; a root takes 1,024.
const WARM_CLAUSES: usize = 800;

/// What is searched and what is asked.
pub(super) struct Material {
    pub(super) corpus: Corpus,
    pub(super) book: Book,
}

/// The query log as bodies of searches.
#[derive(Clone, Debug)]
pub(super) struct Book {
    /// What people call the log.
    pub(super) name: String,
    /// The fields that are searched.
    pub(super) fields: Vec<String>,
    /// The texts of the log and their weights.
    texts: Vec<(String, f64)>,
    size: u32,
    source: bool,
}

impl Material {
    /// Opens the corpus and reads the log. Blocks.
    pub(super) fn open(config: &SweepConfig) -> Result<Self, SweepError> {
        let corpus = datasets::open(&config.corpus)?;
        let fields = match config.fields.as_slice() {
            [] => text_fields(&config.corpus, &corpus.info().name)?,
            named => {
                check_fields(named, &config.corpus, &corpus.info().name)?;
                named.to_vec()
            }
        };
        let queries = datasets::queries::read(&config.queries)?;
        let texts: Vec<(String, f64)> = queries
            .into_iter()
            .map(|query| (query.text, query.weight))
            .collect();
        if !texts.iter().any(|(_, weight)| *weight > 0.0) {
            return Err(SweepError::NoQueries(config.queries.clone()));
        }
        let book = Book {
            name: name_of(&config.queries),
            fields,
            texts,
            size: config.size,
            source: config.source,
        };
        Ok(Self { corpus, book })
    }
}

/// `arxiv-title-words` of `queries/arxiv-title-words.tsv.zst`.
fn name_of(path: &Path) -> String {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    name.split('.').next().unwrap_or_default().to_owned()
}

/// Refuses a field that no document of the sample has text in: it would be measured how fast nothing is found.
fn check_fields(named: &[String], path: &Path, name: &str) -> Result<(), SweepError> {
    let sample = sample(path)?;
    let has_text = |field: &String| sample.iter().any(|document| has_text(document, field));
    match named.iter().find(|field| !has_text(field)) {
        None => Ok(()),
        Some(field) => Err(SweepError::NoSuchField {
            field: field.clone(),
            name: name.to_owned(),
            looked_at: SAMPLE_DOCUMENTS,
        }),
    }
}

/// Whether a document has text at a path such as `author.name`.
fn has_text(document: &Map<String, Value>, path: &str) -> bool {
    fn is_text(value: &Value) -> bool {
        match value {
            Value::String(_) => true,
            Value::Array(values) => values.iter().any(is_text),
            _ => false,
        }
    }
    if document.get(path).is_some_and(is_text) {
        return true;
    }
    let Some((first, rest)) = path.split_once('.') else {
        return false;
    };
    match document.get(first) {
        Some(Value::Object(inner)) => has_text(inner, rest),
        Some(Value::Array(inner)) => inner
            .iter()
            .filter_map(Value::as_object)
            .any(|inner| has_text(inner, rest)),
        _ => false,
    }
}

/// The first documents of a corpus.
fn sample(path: &Path) -> Result<Vec<Map<String, Value>>, SweepError> {
    let mut sample: Vec<Map<String, Value>> = Vec::new();
    for document in datasets::open(path)?.take(SAMPLE_DOCUMENTS) {
        match document {
            Ok(document) => sample.extend(serde_json::from_str::<Map<String, Value>>(&document.source)),
            Err(error) if error.is_about_one_record() => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(sample)
}

/// The fields with text: those with a usual name, else the one with the longest text.
fn text_fields(path: &Path, name: &str) -> Result<Vec<String>, SweepError> {
    let fields = text_fields_of(&sample(path)?);
    if fields.is_empty() {
        return Err(SweepError::NoText {
            name: name.to_owned(),
            looked_at: SAMPLE_DOCUMENTS,
        });
    }
    Ok(fields)
}

fn text_fields_of(sample: &[Map<String, Value>]) -> Vec<String> {
    let mut bytes: BTreeMap<&str, usize> = BTreeMap::new();
    for (name, value) in sample.iter().flatten() {
        if let Value::String(text) = value {
            *bytes.entry(name).or_default() += text.len();
        }
    }
    let usual = USUAL_FIELDS.iter().filter(|name| bytes.contains_key(**name));
    let usual: Vec<String> = usual.map(|name| (*name).to_owned()).collect();
    if !usual.is_empty() {
        return usual;
    }
    let longest = bytes
        .into_iter()
        .filter(|(name, _)| *name != "id")
        .max_by_key(|(_, bytes)| *bytes);
    longest.map(|(name, _)| name.to_owned()).into_iter().collect()
}

impl Book {
    /// The definition of the index: text with English stems, and one commit when everything is there, so that segments are as
    /// after a quiet night.
    pub(super) fn index(&self, shards: u32) -> Value {
        let english = |field: &String| (field.clone(), json!({"type": "text", "analyzer": "english"}));
        let properties: Map<String, Value> = self.fields.iter().map(english).collect();
        json!({
            "settings": {"number_of_shards": shards, "refresh_interval": "-1"},
            "mappings": {"properties": properties},
        })
    }

    /// How often each query of the log is asked in relation to the others.
    pub(super) fn weights(&self) -> Vec<f64> {
        self.texts.iter().map(|(_, weight)| *weight).collect()
    }

    /// Everything that the load generator asks.
    pub(super) fn requests(&self) -> Result<Requests, SweepError> {
        let bodies = (0..self.texts.len()).map(|nth| (self.body(nth).to_string(), self.texts[nth].1));
        Ok(Requests::searches(bodies)?)
    }

    /// One query, to be answered with its profile.
    pub(super) fn profiled(&self, nth: usize) -> Bytes {
        let mut body = self.body(nth);
        body["profile"] = true.into();
        Bytes::from(body.to_string())
    }

    fn body(&self, nth: usize) -> Value {
        let (text, _) = &self.texts[nth];
        json!({"query": self.query(text), "size": self.size, "_source": self.source})
    }

    fn query(&self, text: &str) -> Value {
        match self.fields.as_slice() {
            [field] => json!({"match": {field: text}}),
            fields => json!({"multi_match": {"query": text, "fields": fields}}),
        }
    }

    /// Bodies that ask for all words of the log, the most frequent first, and find nothing: a root knows their statistics
    /// afterwards, as one does that has run for a while, and has hardly bothered its leaves for it.
    pub(super) fn warming(&self) -> Vec<Bytes> {
        let mut frequencies: HashMap<&str, f64> = HashMap::new();
        for (text, weight) in &self.texts {
            for word in text.split_whitespace() {
                *frequencies.entry(word).or_default() += weight;
            }
        }
        let mut words: Vec<(&str, f64)> = frequencies.into_iter().collect();
        words.sort_unstable_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(b.0)));
        words.truncate(WARM_WORDS_MAX / self.fields.len());
        let nothing = json!({"ids": {"values": ["no such document"]}});
        let body = |words: &[(&str, f64)]| {
            let text: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
            let query = json!({"bool": {"filter": [nothing], "must": [self.query(&text.join(" "))]}});
            Bytes::from(json!({"query": query, "size": 0}).to_string())
        };
        words
            .chunks((WARM_CLAUSES / self.fields.len()).max(1))
            .map(body)
            .collect()
    }
}

/// Where a corpus is: a path, or the name of one in the shared folder of data sets.
pub fn find_corpus(typed: &str) -> Option<PathBuf> {
    let path = Path::new(typed);
    if path.exists() {
        return Some(path.to_owned());
    }
    let arxiv = match typed {
        "arxiv" => Some("arxiv-20k"),
        subset if subset.starts_with("arxiv-") => Some(subset),
        _ => None,
    };
    let name = match arxiv {
        Some(subset) => format!("arxiv/{subset}.ndjson.zst"),
        None => typed.to_owned(),
    };
    datasets::locate::dataset(&name)
}

/// The query log that goes with a corpus: one beside it, or the one of the shared folder that was made for it.
pub fn find_queries(corpus: &Path) -> Option<PathBuf> {
    if name_of(corpus).starts_with("arxiv-") {
        return datasets::locate::dataset("queries/arxiv-title-words.tsv");
    }
    let folder = if corpus.is_dir() { corpus } else { corpus.parent()? };
    Some(folder.join("queries.tsv")).filter(|path| path.exists())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn book(fields: &[&str]) -> Book {
        Book {
            name: "log".to_owned(),
            fields: fields.iter().map(|&field| field.to_owned()).collect(),
            texts: vec![("rare \"word\"".to_owned(), 1.0), ("often word".to_owned(), 5.0)],
            size: 10,
            source: false,
        }
    }

    #[test]
    fn one_field_is_matched_and_several_compete() {
        let one = String::from_utf8(book(&["title"]).profiled(0).to_vec()).unwrap();
        let expected =
            r#"{"query":{"match":{"title":"rare \"word\""}},"size":10,"_source":false,"profile":true}"#;
        assert_eq!(one, expected);
        let two = book(&["title", "body"]).body(1).to_string();
        assert!(
            two.contains(r#"{"multi_match":{"query":"often word","fields":["title","body"]}}"#),
            "{two}"
        );
    }

    #[test]
    fn every_word_warms_a_root_once_the_most_frequent_first() {
        let warming = book(&["title", "body"]).warming();
        assert_eq!(warming.len(), 1);
        let text = String::from_utf8(warming[0].to_vec()).unwrap();
        assert!(text.contains(r#""query":"often word \"word\" rare""#), "{text}");
    }

    #[test]
    fn fields_are_found_by_name_or_by_length() {
        let fields = |sample: &str| {
            let sample: Vec<Map<String, Value>> = serde_json::from_str(sample).unwrap();
            text_fields_of(&sample)
        };
        assert_eq!(
            fields(r#"[{"id":"x","body":"b","title":"t","year":1}]"#),
            ["title", "body"]
        );
        assert_eq!(fields(r#"[{"id":"a long one","z":"longer","a":"s"}]"#), ["z"]);
        assert_eq!(fields(r#"[{"id":"x","n":1}]"#), Vec::<String>::new());
    }

    #[test]
    fn a_misspelt_field_is_told_and_an_inner_one_is_found() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("docs.ndjson");
        let line = r#"{"id":"1","title":"t","year":1,"tags":["a"],"author":{"name":"n"}}"#;
        std::fs::write(&path, format!("{line}\n")).unwrap();
        let check = |field: &str| check_fields(&[field.to_owned()], &path, "docs");
        for field in ["title", "tags", "author.name"] {
            check(field).unwrap();
        }
        for field in ["titel", "year", "author", "author.nam"] {
            let said = check(field).unwrap_err().to_string();
            assert!(said.contains(field) && said.contains("--fields"), "{said}");
        }
    }

    #[test]
    fn names_are_those_of_files_without_their_endings() {
        assert_eq!(
            name_of(Path::new("a/b/arxiv-title-words.tsv.zst")),
            "arxiv-title-words"
        );
    }
}
