//! What is asked and written: query logs, bodies and corpora become prepared requests.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use benches::load::Requests;
use serde_json::{Value, json};

use super::LoadCommandError;

/// Where a query goes in a template.
const PLACE: &str = "{{query}}";
/// The most bodies that are prepared: more would be memory that the service has not.
pub const QUERIES_MAX: usize = 1_000_000;

/// What is sent.
#[derive(Clone, Debug, PartialEq)]
pub struct Material {
    /// The searches, if there are any.
    pub searches: Option<Searches>,
    /// The writes, if there are any.
    pub writes: Option<Writes>,
}

/// Searches.
#[derive(Clone, Debug, PartialEq)]
pub struct Searches {
    /// Where their texts or bodies come from.
    pub from: SearchesFrom,
    /// Hits asked for, unless a body or template says it.
    pub size: Option<u32>,
    /// Whether documents come along, unless a body or template says it.
    pub source: Option<bool>,
}

/// Where searches come from.
#[derive(Clone, Debug, PartialEq)]
pub enum SearchesFrom {
    /// A query log: each text in the text fields of the index, or in these.
    Log {
        /// `id<TAB>text<TAB>weight`.
        log: PathBuf,
        /// The fields; those of the mapping if there are none.
        fields: Vec<String>,
    },
    /// A query log: each text in a body of the user's.
    Template {
        /// `id<TAB>text<TAB>weight`.
        log: PathBuf,
        /// JSON with `{{query}}` in it.
        body: PathBuf,
    },
    /// Bodies, one on each line.
    Bodies(PathBuf),
}

/// Writes.
#[derive(Clone, Debug, PartialEq)]
pub struct Writes {
    /// Their share of all requests, 0 to 1.
    pub share: f64,
    /// What is written, over and over.
    pub corpus: PathBuf,
    /// Documents that are read from it.
    pub documents_max: usize,
    /// Documents of one request.
    pub bulk: usize,
}

/// Requests, ready to be sent.
#[derive(Debug)]
pub(super) struct Prepared {
    pub(super) requests: Arc<Requests>,
    /// Whether there were more searches than are prepared.
    pub(super) is_cut: bool,
}

/// Bodies of searches with their weights.
struct Bodies {
    bodies: Vec<(String, f64)>,
    /// Whether there were more of them than are wanted.
    is_cut: bool,
}

impl Bodies {
    /// At most so many.
    fn collect(
        mut all: impl Iterator<Item = Result<(String, f64), LoadCommandError>>,
        most: usize,
    ) -> Result<Self, LoadCommandError> {
        let bodies = all.by_ref().take(most).collect::<Result<_, _>>()?;
        Ok(Self {
            bodies,
            is_cut: all.next().is_some(),
        })
    }
}

impl Material {
    /// Prepares the requests, of which those by text are to search in these fields. Files are read on a thread that may block.
    pub(super) async fn prepare(self, fields: Vec<String>) -> Result<Prepared, LoadCommandError> {
        let reading = tokio::task::spawn_blocking(move || self.read(&fields));
        // It is not aborted, and it does not panic.
        reading
            .await
            .unwrap_or_else(|error| std::panic::resume_unwind(error.into_panic()))
    }

    fn read(self, fields: &[String]) -> Result<Prepared, LoadCommandError> {
        let documents = match &self.writes {
            Some(writes) => writes.documents()?,
            None => Vec::new(),
        };
        let Some(searches) = &self.searches else {
            let bulk = self.writes.map_or(1, |writes| writes.bulk);
            return Ok(Prepared {
                requests: Arc::new(Requests::writes(&documents, bulk)?),
                is_cut: false,
            });
        };
        let Bodies { bodies, is_cut } = searches.bodies(fields, QUERIES_MAX)?;
        let mut requests = Requests::searches(bodies)?;
        if let Some(writes) = self.writes {
            requests = requests.with_writes(writes.share, &documents, writes.bulk)?;
        }
        Ok(Prepared {
            requests: Arc::new(requests),
            is_cut,
        })
    }
}

impl Searches {
    /// The first of them, in their order.
    fn bodies(&self, fields: &[String], most: usize) -> Result<Bodies, LoadCommandError> {
        match &self.from {
            SearchesFrom::Log { log, .. } => {
                let body = |text: &str| json!({"query": {"multi_match": {"query": text, "fields": fields}}});
                let queries = datasets::queries::read(log)?.into_iter();
                let asked = queries.map(|query| Ok((self.completed(body(&query.text)), query.weight)));
                Bodies::collect(asked, most)
            }
            SearchesFrom::Template { log, body } => {
                let template = Template::read(body)?;
                let filled = |query: datasets::queries::Query| {
                    let text = template.filled(&query.text);
                    Ok((self.parsed(&text, || body.display().to_string())?, query.weight))
                };
                Bodies::collect(datasets::queries::read(log)?.into_iter().map(filled), most)
            }
            SearchesFrom::Bodies(path) => {
                let text = read(path)?;
                let lines = (1..)
                    .zip(text.lines())
                    .filter(|(_, line)| !line.trim().is_empty());
                let body = |(number, line): (usize, &str)| {
                    Ok((
                        self.parsed(line, || format!("line {number} of {}", path.display()))?,
                        1.0,
                    ))
                };
                Bodies::collect(lines.map(body), most)
            }
        }
    }

    /// The body of a text that has to be a JSON object.
    fn parsed(&self, text: &str, what: impl Fn() -> String) -> Result<String, LoadCommandError> {
        let body: serde_json::Map<String, Value> =
            serde_json::from_str(text).map_err(|source| LoadCommandError::Body { what: what(), source })?;
        Ok(self.completed(Value::Object(body)))
    }

    /// What the flags say, where the body does not.
    fn completed(&self, mut body: Value) -> String {
        let said = [
            ("size", self.size.map(Value::from)),
            ("_source", self.source.map(Value::from)),
        ];
        if let Value::Object(body) = &mut body {
            for (name, value) in said {
                if let Some(value) = value {
                    body.entry(name).or_insert(value);
                }
            }
        }
        body.to_string()
    }
}

impl Writes {
    fn documents(&self) -> Result<Vec<(String, String)>, LoadCommandError> {
        let documents = datasets::open(&self.corpus)?.take(self.documents_max);
        let documents = documents.map(|document| document.map(|document| (document.id, document.source)));
        Ok(documents.collect::<Result<_, _>>()?)
    }
}

/// A body with places for the query.
struct Template(String);

impl Template {
    fn read(path: &Path) -> Result<Self, LoadCommandError> {
        let text = read(path)?;
        if text.contains(PLACE) {
            Ok(Self(text))
        } else {
            Err(LoadCommandError::Template {
                path: path.to_owned(),
            })
        }
    }

    fn filled(&self, query: &str) -> String {
        let escaped = Value::from(query).to_string();
        let inner = &escaped[1..escaped.len() - 1];
        let mut filled = String::with_capacity(self.0.len() + escaped.len());
        let mut is_in_string = false;
        for (nth, part) in self.0.split(PLACE).enumerate() {
            if nth > 0 {
                // With or without quotation marks around it: it is a string in any case.
                filled.push_str(if is_in_string { inner } else { &escaped });
            }
            is_in_string ^= ends_in_string(part);
            filled.push_str(part);
        }
        filled
    }
}

/// Whether an odd number of quotation marks that count stands in a part of a JSON text.
fn ends_in_string(part: &str) -> bool {
    let mut is_odd = false;
    let mut is_escaped = false;
    for character in part.chars() {
        is_odd ^= character == '"' && !is_escaped;
        is_escaped = character == '\\' && !is_escaped;
    }
    is_odd
}

fn read(path: &Path) -> Result<String, LoadCommandError> {
    fs::read_to_string(path).map_err(|source| LoadCommandError::File {
        path: path.to_owned(),
        source,
    })
}

#[cfg(test)]
#[path = "material_tests.rs"]
mod tests;
