//! `suggest` of a search body: what is to be suggested for which texts.

mod completion;
mod phrase;
mod spelling;
mod term;
#[cfg(test)]
mod tests;

use serde_json::{Map, Value};
use shared::limits;

pub use completion::{Completion, How};
pub use phrase::{Generator, Phrase};
pub use term::Term;

use super::read::At;
use crate::error::{ApiError, brief};

/// A suggestion as it was asked for.
#[derive(Clone, Debug, PartialEq)]
pub struct Named {
    /// Its name in the answer.
    pub name: String,
    /// The text that is suggested for, as the answer repeats it.
    pub text: String,
    /// What is to be suggested.
    pub what: What,
}

/// What is to be suggested.
#[derive(Clone, Debug, PartialEq)]
pub enum What {
    /// Similar words for each word.
    Term(Term),
    /// Likelier texts.
    Phrase(Box<Phrase>),
    /// Inputs that begin with the text.
    Completion(Completion),
}

/// What every kind of suggestion has.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Common {
    /// Whose words or inputs.
    pub field: String,
    /// What cuts the text into words, if not what the field says.
    pub analyzer: Option<String>,
    /// How many options are shown.
    pub size: u32,
    /// How many are ranked.
    pub ranked: u32,
}

/// Options that are shown unless the client says otherwise.
const SIZE_DEFAULT: u32 = 5;
/// At least so many are ranked unless the client says otherwise.
const RANKED_DEFAULT: u32 = 5;

/// The texts of a suggestion, by how it names them.
#[derive(Default)]
struct Texts {
    text: Option<String>,
    prefix: Option<String>,
    regex: Option<String>,
}

/// Reads the value of `suggest`.
///
/// # Errors
/// A 400 that names the suggestion and what is wrong with it, or the limit that is exceeded.
pub fn parse(value: &Value) -> Result<Vec<Named>, ApiError> {
    let object = At::new("search", "suggest").object(value)?;
    let mut all_text = None;
    let mut suggestions = Vec::new();
    if let Some(text) = object.get("text").filter(|text| !text.is_object()) {
        all_text = Some(checked_text(At::new("suggest", "text").words(text)?)?);
    }
    for (name, value) in object {
        match value {
            Value::Object(suggestion) => suggestions.push(named(name, suggestion, all_text.as_deref())?),
            _ if name == "text" => {}
            _ => {
                return Err(ApiError::illegal(format!(
                    "[suggest] does not support [{}]",
                    brief(name)
                )));
            }
        }
    }
    let completed: u64 = suggestions.iter().map(completions).sum();
    if completed > limits::COMPLETION_SIZE_MAX.into() {
        return Err(ApiError::illegal(format!(
            "the completions of the search show [{completed}] options, the limit is [{}]",
            limits::COMPLETION_SIZE_MAX
        )));
    }
    if suggestions.len() > limits::SUGGESTIONS_MAX {
        return Err(ApiError::illegal(format!(
            "[suggest] has [{}] suggestions, the limit is [{}]",
            suggestions.len(),
            limits::SUGGESTIONS_MAX
        )));
    }
    Ok(suggestions)
}

/// How many documents a suggestion shows.
fn completions(named: &Named) -> u64 {
    match &named.what {
        What::Completion(completion) => completion.common.size.into(),
        What::Term(_) | What::Phrase(_) => 0,
    }
}

/// The suggestion that the URL asks for: `suggest_field`, `suggest_text`, `suggest_mode` and `suggest_size`.
///
/// # Errors
/// As [`parse`].
pub fn of_url(
    field: &str,
    text: Option<&str>,
    mode: Option<&str>,
    size: Option<&str>,
) -> Result<Named, ApiError> {
    let mut options = Map::new();
    options.insert("field".to_owned(), field.into());
    for (key, value) in [("suggest_mode", mode), ("size", size)] {
        if let Some(value) = value {
            options.insert(key.to_owned(), value.into());
        }
    }
    let mut suggestion = Map::new();
    suggestion.insert("term".to_owned(), options.into());
    named(field, &suggestion, text)
}

fn named(name: &str, suggestion: &Map<String, Value>, all_text: Option<&str>) -> Result<Named, ApiError> {
    let mut texts = Texts::default();
    let mut kind: Option<(&str, &Map<String, Value>)> = None;
    for (key, value) in suggestion {
        let at = At::new("suggest", key);
        match (key.as_str(), value) {
            ("text", _) => texts.text = Some(checked_text(at.words(value)?)?),
            ("prefix", _) => texts.prefix = Some(checked_text(at.words(value)?)?),
            ("regex", _) => texts.regex = Some(checked_text(at.words(value)?)?),
            ("term" | "phrase" | "completion", Value::Object(options)) if kind.is_none() => {
                kind = Some((key, options));
            }
            ("term" | "phrase" | "completion", Value::Object(_)) => {
                return Err(ApiError::parsing(format!(
                    "the suggestion [{}] is of more than one kind",
                    brief(name)
                )));
            }
            (_, Value::Object(_)) => {
                return Err(ApiError::parsing(format!(
                    "unknown suggestion type [{}]; offered are term, phrase and completion",
                    brief(key)
                )));
            }
            _ => {
                return Err(ApiError::parsing(format!(
                    "suggestion does not support [{}]",
                    brief(key)
                )));
            }
        }
    }
    let Some((kind, options)) = kind else {
        return Err(ApiError::parsing("missing suggestion object"));
    };
    let required = || ApiError::illegal("The required text option is missing");
    let (text, what) = if kind == "completion" {
        let (text, completion) = completion::parse(options, &texts)?;
        (text, What::Completion(completion))
    } else {
        let text = texts.text.or(texts.prefix).or(texts.regex);
        let text = text.or(all_text.map(str::to_owned)).ok_or_else(required)?;
        let what = if kind == "term" {
            What::Term(term::parse(options)?)
        } else {
            What::Phrase(Box::new(phrase::parse(options)?))
        };
        (text, what)
    };
    Ok(Named {
        name: name.to_owned(),
        text,
        what,
    })
}

fn checked_text(text: String) -> Result<String, ApiError> {
    let length = text.chars().count();
    if length > limits::SUGGEST_TEXT_CHARS_MAX {
        return Err(ApiError::illegal(format!(
            "the text of a suggestion has [{length}] characters, the limit is [{}]",
            limits::SUGGEST_TEXT_CHARS_MAX
        )));
    }
    Ok(text)
}

/// What every kind has, while it is read.
struct Reading<'a> {
    kind: &'a str,
    field: Option<String>,
    analyzer: Option<String>,
    size: Option<u32>,
    ranked: Option<u32>,
    size_max: u32,
}

impl<'a> Reading<'a> {
    fn new(kind: &'a str, size_max: u32) -> Self {
        Self {
            kind,
            field: None,
            analyzer: None,
            size: None,
            ranked: None,
            size_max,
        }
    }

    /// Reads a parameter that every kind has; false if it is none.
    fn read(&mut self, key: &str, value: &Value) -> Result<bool, ApiError> {
        let at = At::new(self.kind, key);
        match key {
            "field" => self.field = Some(at.text(value)?),
            "analyzer" => self.analyzer = Some(at.text(value)?),
            "size" => self.size = Some(positive(at, value, self.size_max)?),
            "shard_size" => self.ranked = Some(positive(at, value, self.size_max)?),
            _ => return Ok(false),
        }
        Ok(true)
    }

    fn done(self) -> Result<Common, ApiError> {
        let missing = || ApiError::parsing("the required field option [field] is missing");
        let field = self.field.filter(|field| !field.is_empty()).ok_or_else(missing)?;
        let size = self.size.unwrap_or(SIZE_DEFAULT);
        Ok(Common {
            field,
            analyzer: self.analyzer,
            size,
            ranked: self.ranked.unwrap_or(RANKED_DEFAULT).max(size),
        })
    }
}

/// A number from 1 to a limit.
fn positive(at: At<'_>, value: &Value, max: u32) -> Result<u32, ApiError> {
    let given = at.whole(value)?;
    if given <= 0 {
        return Err(ApiError::illegal(format!(
            "[{}] [{}] must be positive, but was [{given}]",
            at.part, at.key
        )));
    }
    u32::try_from(given)
        .ok()
        .filter(|given| *given <= max)
        .ok_or_else(|| {
            ApiError::illegal(format!(
                "[{}] [{}] was [{given}], the limit is [{max}]",
                at.part, at.key
            ))
        })
}

/// The error for a parameter that a kind of suggestion does not have, or not here.
fn unsupported(kind: &str, key: &str) -> ApiError {
    ApiError::parsing(format!(
        "suggester[{kind}] doesn't support field [{}]",
        brief(key)
    ))
}
