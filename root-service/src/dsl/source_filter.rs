//! `_source` filtering: which parts of a document a hit shows.

use serde_json::{Map, Value};
use shared::limits;

use super::pattern::fits;
use crate::error::{ApiError, brief};

/// Patterns of one filter, includes and excludes together. No filter that a person means has more.
const PATTERNS_MAX: usize = 256;

/// Which parts of a document to show.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceFilter {
    shown: bool,
    includes: Vec<String>,
    excludes: Vec<String>,
}

impl SourceFilter {
    /// The whole document.
    pub const ALL: Self = Self {
        shown: true,
        includes: Vec::new(),
        excludes: Vec::new(),
    };

    /// No `_source` at all.
    pub const NOTHING: Self = Self {
        shown: false,
        includes: Vec::new(),
        excludes: Vec::new(),
    };

    /// A filter by paths, each of which may hold `*`. No includes mean everything; excludes win.
    ///
    /// # Errors
    /// A 400 that names the limit, for too many or too long patterns.
    pub fn by_patterns(includes: Vec<String>, excludes: Vec<String>) -> Result<Self, ApiError> {
        let count = includes.len() + excludes.len();
        if count > PATTERNS_MAX {
            return Err(ApiError::illegal(format!(
                "[_source] has [{count}] patterns, the limit is [{PATTERNS_MAX}]"
            )));
        }
        let long = |pattern: &&String| pattern.len() > limits::FIELD_NAME_BYTES_MAX;
        if let Some(pattern) = includes.iter().chain(&excludes).find(long) {
            return Err(ApiError::illegal(format!(
                "the [_source] pattern [{}] has [{}] bytes, the limit is [{}]",
                brief(pattern),
                pattern.len(),
                limits::FIELD_NAME_BYTES_MAX
            )));
        }
        Ok(Self {
            shown: true,
            includes,
            excludes,
        })
    }

    /// Reads `_source` of a body: a bool, a pattern, a list of patterns, or `{includes, excludes}`.
    ///
    /// # Errors
    /// A 400 that says what is expected.
    pub fn parse(value: &Value) -> Result<Self, ApiError> {
        match value {
            Value::Bool(true) => Ok(Self::ALL),
            Value::Bool(false) => Ok(Self::NOTHING),
            Value::String(_) | Value::Array(_) => Self::by_patterns(patterns(value)?, Vec::new()),
            Value::Object(object) => {
                let (mut includes, mut excludes) = (Vec::new(), Vec::new());
                for (key, value) in object {
                    match key.as_str() {
                        "includes" | "include" => includes = patterns(value)?,
                        "excludes" | "exclude" => excludes = patterns(value)?,
                        other => {
                            return Err(ApiError::parsing(format!(
                                "Unknown key [{}] in [_source]; expected [includes] or [excludes]",
                                brief(other)
                            )));
                        }
                    }
                }
                Self::by_patterns(includes, excludes)
            }
            Value::Null | Value::Number(_) => Err(expected(value)),
        }
    }

    /// Whether hits have a `_source` at all.
    pub fn is_shown(&self) -> bool {
        self.shown
    }

    /// Whether the stored document can be shown as it is, without parsing it.
    pub fn is_whole(&self) -> bool {
        self.shown && self.excludes.is_empty() && self.includes.iter().all(|pattern| pattern == "*")
    }

    /// The parts of a document to show, in their order. Objects of which nothing is left are left out, unless they are
    /// included themselves.
    pub fn apply(&self, document: &Map<String, Value>) -> Map<String, Value> {
        if self.is_whole() {
            return document.clone();
        }
        if !self.shown {
            return Map::new();
        }
        let mut path = String::new();
        self.object(document, &mut path, self.includes.is_empty())
    }

    fn object(&self, object: &Map<String, Value>, path: &mut String, included: bool) -> Map<String, Value> {
        let mut kept = Map::new();
        let parent_len = path.len();
        for (name, value) in object {
            if parent_len > 0 {
                path.push('.');
            }
            path.push_str(name);
            if !any(&self.excludes, path, parent_len) {
                let included = included || any(&self.includes, path, parent_len);
                if let Some(value) = self.value(value, path, included) {
                    kept.insert(name.clone(), value);
                }
            }
            path.truncate(parent_len);
        }
        kept
    }

    fn value(&self, value: &Value, path: &mut String, included: bool) -> Option<Value> {
        match value {
            Value::Object(object) => {
                let kept = self.object(object, path, included);
                (included || !kept.is_empty()).then_some(Value::Object(kept))
            }
            Value::Array(values) => {
                let kept: Vec<Value> = values
                    .iter()
                    .filter_map(|value| self.value(value, path, included))
                    .collect();
                (included || !kept.is_empty()).then_some(Value::Array(kept))
            }
            scalar => included.then(|| scalar.clone()),
        }
    }
}

/// Whether a pattern means a path, or what of it begins after the parent: a name with dots in it stands for objects.
fn any(patterns: &[String], path: &str, parent_len: usize) -> bool {
    let dots = path[parent_len..].match_indices('.');
    let objects = dots.map(|(at, _)| &path[..parent_len + at]);
    let mut paths = objects.filter(|object| object.len() > parent_len).chain([path]);
    paths.any(|path| patterns.iter().any(|pattern| fits(pattern, path)))
}

fn patterns(value: &Value) -> Result<Vec<String>, ApiError> {
    match value {
        Value::String(pattern) => Ok(vec![pattern.clone()]),
        Value::Array(values) => values
            .iter()
            .map(|value| value.as_str().map(str::to_owned).ok_or_else(|| expected(value)))
            .collect(),
        _ => Err(expected(value)),
    }
}

fn expected(found: &Value) -> ApiError {
    ApiError::parsing(format!(
        "[_source] expects true, false, a pattern, a list of patterns, or an object of [includes] and [excludes], \
         but found [{}]",
        brief(&found.to_string())
    ))
}

#[cfg(test)]
#[path = "source_filter_tests.rs"]
mod tests;
