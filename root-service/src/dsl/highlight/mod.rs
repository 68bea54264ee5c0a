//! `highlight` of a search: options for all fields, and for each. What a field does not say is what all do, and what all
//! do not say is Elasticsearch's default.

mod options;

use std::sync::Arc;

use serde_json::{Map, Value};
use shared::limits;
use shared::query::Query;

use super::fields::check_name;
use super::read::At;
use crate::error::ApiError;
use options::{Given, choice, limited, texts};

const PART: &str = "highlight";

/// What to highlight.
#[derive(Clone, Debug, PartialEq)]
pub struct HighlightSpec {
    /// The fields, in the order in which they were named.
    pub fields: Vec<FieldHighlight>,
}

/// A field to highlight, or several.
#[derive(Clone, Debug, PartialEq)]
pub struct FieldHighlight {
    /// A name, which may hold `*`.
    pub name: String,
    /// How.
    pub options: HighlightOptions,
}

/// How a field is highlighted.
#[derive(Clone, Debug, PartialEq)]
pub struct HighlightOptions {
    /// What stands before a marked word; the first of several, unless each word of the query has one of its own.
    pub pre_tags: Vec<String>,
    /// What stands after it.
    pub post_tags: Vec<String>,
    /// Whether each word of the query has the next of the tags.
    pub tag_per_word: bool,
    /// About how many characters a fragment has; 0 for whole sentences.
    pub fragment_size: usize,
    /// How many fragments at most; 0 for whole values.
    pub fragments: usize,
    /// About how many characters are shown of a value of which nothing matches.
    pub no_match_size: usize,
    /// Whether the best fragment comes first rather than the first.
    pub by_score: bool,
    /// Whether only what the query looks for in this field is marked.
    pub require_field_match: bool,
    /// What is marked, if not what is searched for.
    pub query: Option<Arc<Query>>,
    /// Whether the text is escaped as HTML.
    pub html: bool,
    /// Where fragments begin and end.
    pub boundaries: Boundaries,
    /// Fields whose words are marked in this one.
    pub matched_fields: Vec<String>,
    /// How many characters of a field are looked at, if the client says so.
    pub analyzed_max: Option<usize>,
}

/// Where fragments begin and end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Boundaries {
    /// At sentences; at words where a sentence is longer than a fragment.
    Sentence,
    /// At words.
    Word,
    /// At certain characters.
    Chars {
        /// The characters.
        chars: String,
        /// How far to look for one.
        scan_max: usize,
    },
}

/// Reads `highlight` of a body.
///
/// # Errors
/// A 400 that names the option, or the limit.
pub fn parse(value: &Value) -> Result<HighlightSpec, ApiError> {
    let mut general = Given::default();
    let mut fields: Vec<(&String, &Map<String, Value>)> = Vec::new();
    for (key, value) in At::new("search", PART).object(value)? {
        let at = At::new(PART, key);
        match key.as_str() {
            "fields" => fields = named(at, value)?,
            "encoder" => {
                general.html = Some(choice(at, value, &[("default", false), ("html", true)])?);
            }
            "tags_schema" => {
                if choice(at, value, &[("default", false), ("styled", true)])? {
                    general.pre_tags = Some((1..=10).map(styled).collect());
                    general.post_tags = Some(vec!["</em>".to_owned()]);
                }
            }
            _ => general.option(at, value)?,
        }
    }
    if fields.len() > limits::HIGHLIGHT_FIELDS_MAX {
        return Err(ApiError::illegal(format!(
            "[{PART}] has [{}] fields, the limit is [{}]",
            fields.len(),
            limits::HIGHLIGHT_FIELDS_MAX
        )));
    }
    general.check()?;
    let fields = fields
        .into_iter()
        .map(|(name, options)| field(name, options, &general))
        .collect::<Result<_, _>>()?;
    Ok(HighlightSpec { fields })
}

fn styled(nth: u32) -> String {
    format!("<em class=\"hlt{nth}\">")
}

/// A field and its options.
type NamedOptions<'a> = (&'a String, &'a Map<String, Value>);

/// `{"title": {}, "body": {}}`, or a list of such objects, whose order counts.
fn named<'a>(at: At<'_>, value: &'a Value) -> Result<Vec<NamedOptions<'a>>, ApiError> {
    let objects: Vec<&Value> = match value {
        Value::Array(entries) => entries.iter().collect(),
        object => vec![object],
    };
    let mut fields = Vec::new();
    for object in objects {
        for (name, options) in at.object(object)? {
            check_name(PART, name)?;
            fields.push((name, At::new(PART, name).object(options)?));
        }
    }
    Ok(fields)
}

fn field(name: &str, options: &Map<String, Value>, general: &Given) -> Result<FieldHighlight, ApiError> {
    let mut given = Given::default();
    for (key, value) in options {
        let at = At::new(PART, key);
        match key.as_str() {
            "matched_fields" => {
                let names = texts(at, value)?;
                for name in &names {
                    check_name(PART, name)?;
                }
                limited(at, names.len(), limits::HIGHLIGHT_FIELDS_MAX)?;
                given.matched_fields = Some(names);
            }
            _ => given.option(at, value)?,
        }
    }
    given.check()?;
    Ok(FieldHighlight {
        name: name.to_owned(),
        options: given.or(general).options(),
    })
}

#[cfg(test)]
mod tests;
