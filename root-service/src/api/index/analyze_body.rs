//! Bodies of `_analyze`: a text, and what is to analyze it.

use serde_json::{Map, Value, json};
use shared::analysis::{Analysis, Analyzer};
use shared::mapping::{FieldKind, Mapping};

use super::analyze::is_built_in;
use crate::error::{ApiError, brief};

/// Texts of one call.
const TEXTS_MAX: usize = 1_000;

/// What is asked.
pub(super) struct Asked {
    pub(super) analyzer: Analyzer,
    /// The names of its parts, if it is made of some.
    pub(super) names: Option<Names>,
    pub(super) texts: Vec<String>,
    pub(super) explain: bool,
    pub(super) attributes: Vec<String>,
}

/// The names of the parts of an analyzer.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Names {
    pub(super) char_filters: Vec<String>,
    pub(super) tokenizer: String,
    pub(super) filters: Vec<String>,
}

impl Names {
    fn of(components: &Map<String, Value>) -> Self {
        let name = |part: &str, each: &Value| match each {
            Value::String(name) => name.clone(),
            each => {
                let kind = each.get("type").and_then(Value::as_str).unwrap_or("?");
                format!("__anonymous__{part}_{kind}")
            }
        };
        let names = |part: &str| match components.get(part) {
            None | Some(Value::Null) => Vec::new(),
            Some(Value::Array(list)) => list.iter().map(|each| name(part, each)).collect(),
            Some(one) => vec![name(part, one)],
        };
        Self {
            char_filters: names("char_filter"),
            tokenizer: names("tokenizer").pop().unwrap_or_else(|| "keyword".to_owned()),
            filters: names("filter"),
        }
    }
}

impl Asked {
    /// Reads a body for an index with that mapping, or for none.
    pub(super) fn read(body: &Map<String, Value>, mapping: Option<&Mapping>) -> Result<Self, ApiError> {
        let known = [
            "analyzer",
            "normalizer",
            "field",
            "tokenizer",
            "filter",
            "char_filter",
            "text",
            "explain",
            "attributes",
        ];
        if let Some(unknown) = body.keys().find(|key| !known.contains(&key.as_str())) {
            return Err(ApiError::parsing(format!(
                "[analyze] unknown field [{}]",
                brief(unknown)
            )));
        }
        let given = |key: &str| body.get(key).filter(|value| !value.is_null());
        let texts = match given("text") {
            None => return Err(ApiError::illegal("text is missing")),
            Some(texts) => strings("text", texts)?,
        };
        if texts.is_empty() || texts.len() > TEXTS_MAX {
            return Err(ApiError::illegal(format!(
                "[text] has [{}] texts, expected from [1] to the limit of [{TEXTS_MAX}]",
                texts.len()
            )));
        }
        let explain = match given("explain") {
            None => false,
            Some(Value::Bool(explain)) => *explain,
            Some(_) => return Err(ApiError::parsing("[analyze] [explain] expects [true] or [false]")),
        };
        let attributes = given("attributes").map(|names| strings("attributes", names));
        let (analyzer, names) = analyzer(body, mapping)?;
        Ok(Self {
            analyzer,
            names,
            texts,
            explain,
            attributes: attributes.transpose()?.unwrap_or_default(),
        })
    }
}

/// What is to analyze, with the names of its parts.
fn analyzer(
    body: &Map<String, Value>,
    mapping: Option<&Mapping>,
) -> Result<(Analyzer, Option<Names>), ApiError> {
    let none = Analysis::default();
    let analysis = mapping.map_or(&none, |mapping| &mapping.analysis);
    let given = |key: &str| body.get(key).filter(|value| !value.is_null());
    let parts = ["tokenizer", "filter", "char_filter"];
    let with_parts = parts.iter().any(|part| given(part).is_some());
    let named = ["analyzer", "normalizer", "field"];
    let mut named = named.iter().filter_map(|key| Some((*key, given(key)?)));
    match (named.next(), named.next()) {
        (Some(_), Some(_)) => Err(ApiError::illegal(
            "[analyze] takes one of [analyzer], [normalizer] and [field]",
        )),
        (Some((key, _)), None) if with_parts => Err(ApiError::illegal(format!(
            "cannot define extra components on a named {key}; leave out [tokenizer], [filter] and [char_filter]"
        ))),
        (Some((key, value)), None) => {
            let Value::String(name) = value else {
                return Err(ApiError::parsing(format!("[analyze] [{key}] expects a string")));
            };
            by_name(key, name, mapping, analysis)
        }
        (None, _) if with_parts => assembled(body, analysis),
        (None, _) => Ok((analysis.default_analyzer(), None)),
    }
}

fn by_name(
    key: &str,
    name: &str,
    mapping: Option<&Mapping>,
    analysis: &Analysis,
) -> Result<(Analyzer, Option<Names>), ApiError> {
    let missing = || ApiError::illegal(format!("failed to find {} [{}]", key, brief(name)));
    let found = match (key, mapping) {
        ("analyzer", _) => analysis.analyzer(name).ok_or_else(missing)?,
        ("normalizer", Some(_)) => analysis.normalizer(name).ok_or_else(missing)?,
        ("normalizer", None) => {
            return Err(ApiError::illegal(
                "analysis based on a normalizer requires an index",
            ));
        }
        (_, None) => {
            return Err(ApiError::illegal(
                "analysis based on a specific field requires an index",
            ));
        }
        (_, Some(mapping)) => match mapping.kind(name) {
            None => analysis.default_analyzer(),
            Some(FieldKind::Text { analyzer, .. }) => analyzer.clone(),
            Some(FieldKind::Keyword { normalizer, .. }) => {
                normalizer.clone().unwrap_or_else(Analyzer::keyword)
            }
            Some(_) => {
                return Err(ApiError::illegal(format!(
                    "Can't process field [{}], Analysis requests are only supported on tokenized fields",
                    brief(name)
                )));
            }
        },
    };
    if is_built_in(&found) {
        return Ok((found, None));
    }
    let definition = ["analyzer", "normalizer"].iter().find_map(|section| {
        let definition = analysis
            .settings()?
            .get(*section)?
            .get(found.name())?
            .as_object()?;
        let custom = definition.get("type").is_none_or(|kind| kind == "custom");
        custom.then_some(definition)
    });
    Ok((found, definition.map(Names::of)))
}

/// Components that the body names or holds. Without a tokenizer they are a normalizer.
fn assembled(body: &Map<String, Value>, analysis: &Analysis) -> Result<(Analyzer, Option<Names>), ApiError> {
    let mut components = Map::new();
    for part in ["tokenizer", "filter", "char_filter"] {
        if let Some(value) = body.get(part).filter(|value| !value.is_null()) {
            components.insert(part.to_owned(), value.clone());
        }
    }
    let names = Names::of(&components);
    let has_tokenizer = components.contains_key("tokenizer");
    let components = json!(components);
    let made = if has_tokenizer {
        analysis.assembled(&components)
    } else {
        analysis.assembled_normalizer(&components)
    };
    let made = made.map_err(|error| ApiError::illegal(error.to_string()))?;
    Ok((made, Some(names)))
}

/// A string, or a list of them.
fn strings(key: &str, value: &Value) -> Result<Vec<String>, ApiError> {
    let strings: Option<Vec<String>> = match value {
        Value::String(one) => Some(vec![one.clone()]),
        Value::Array(list) => list.iter().map(|each| each.as_str().map(str::to_owned)).collect(),
        _ => None,
    };
    strings
        .ok_or_else(|| ApiError::parsing(format!("[analyze] [{key}] expects a string or a list of strings")))
}
