//! One action line of a bulk: `{"index": {"_index": "a", "_id": "1"}}`.

use std::collections::BTreeMap;

use serde_json::value::RawValue;

use crate::api::document::check_retries;
use crate::error::{ApiError, brief};

/// What a line asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::api) enum Verb {
    /// Put a document.
    Index,
    /// Put a new document.
    Create,
    /// Change a document.
    Update,
    /// Remove a document.
    Delete,
}

impl Verb {
    /// As requests and answers write it.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Index => "index",
            Self::Create => "create",
            Self::Update => "update",
            Self::Delete => "delete",
        }
    }

    fn by_name(name: &str) -> Option<Self> {
        [Self::Index, Self::Create, Self::Update, Self::Delete]
            .into_iter()
            .find(|verb| verb.name() == name)
    }

    /// Whether the next line is its document.
    pub(super) fn has_source(self) -> bool {
        self != Self::Delete
    }
}

/// An action line, read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Action {
    /// What to do.
    pub(super) verb: Verb,
    /// The index, if the line names one.
    pub(super) index: Option<String>,
    /// The id, if the line names one.
    pub(super) id: Option<String>,
    /// The routing value, if the line names one.
    pub(super) routing: Option<String>,
    /// `if_seq_no` and `if_primary_term`, if the line names them.
    pub(super) condition: (Option<u64>, Option<u64>),
    /// How often an update begins again when somebody else was first.
    pub(super) retries: u32,
    /// Why this item is refused, if it is; the others go in.
    pub(super) refusal: Option<ApiError>,
}

type Fields<'a> = BTreeMap<String, &'a RawValue>;

impl Action {
    /// Reads the line of this number, from 1. An error is one of the whole request: after it, nobody knows any more
    /// which lines are actions and which are documents.
    pub(super) fn parse(line: &[u8], number: usize) -> Result<Self, ApiError> {
        let malformed =
            |what: &str| ApiError::illegal(format!("Malformed action/metadata line [{number}], {what}"));
        let line = std::str::from_utf8(line).map_err(|_| malformed("it is not valid UTF-8"))?;
        if !line.trim_start().starts_with('{') {
            return Err(malformed(&format!(
                "expected START_OBJECT but found [{}]",
                token(line)
            )));
        }
        let outer: Fields<'_> = serde_json::from_str(line)
            .map_err(|error| malformed(&format!("it is not valid JSON: {error}")))?;
        let mut entries = outer.into_iter();
        let (name, metadata) = entries
            .next()
            .ok_or_else(|| malformed("expected FIELD_NAME but found [END_OBJECT]"))?;
        let verb = Verb::by_name(&name).ok_or_else(|| {
            malformed(&format!(
                "expected field [create], [delete], [index] or [update] but found [{}]",
                brief(&name)
            ))
        })?;
        if entries.next().is_some() {
            return Err(malformed("expected END_OBJECT but found [FIELD_NAME]"));
        }
        if !metadata.get().starts_with('{') {
            return Err(malformed(&format!(
                "expected START_OBJECT but found [{}]",
                token(metadata.get())
            )));
        }
        let metadata: Fields<'_> = serde_json::from_str(metadata.get())
            .map_err(|error| malformed(&format!("it is not valid JSON: {error}")))?;
        let mut action = Self {
            verb,
            index: None,
            id: None,
            routing: None,
            condition: (None, None),
            retries: 0,
            refusal: None,
        };
        for (key, value) in metadata {
            action.set(&key, value.get(), number)?;
        }
        Ok(action)
    }

    fn set(&mut self, key: &str, raw: &str, number: usize) -> Result<(), ApiError> {
        if raw.starts_with(['{', '[']) && key != "dynamic_templates" {
            return Err(ApiError::illegal(format!(
                "Malformed action/metadata line [{number}], expected a simple value for field [{}] but found [{}]",
                brief(key),
                token(raw)
            )));
        }
        match key {
            "_index" => self.index = simple(raw),
            "_id" => self.id = simple(raw),
            "routing" | "_routing" => self.routing = simple(raw),
            "op_type" => match (self.verb, simple(raw).as_deref()) {
                (Verb::Index, Some("create")) => self.verb = Verb::Create,
                (Verb::Index, Some("index")) | (Verb::Create, Some("create")) => {}
                _ => self.refuse("[op_type] must be [index] or [create], and go with the action [index]"),
            },
            "require_alias" | "require_data_stream" if raw == "false" => {}
            "dynamic_templates" if raw == "{}" => {}
            "version"
            | "_version"
            | "version_type"
            | "pipeline"
            | "require_alias"
            | "require_data_stream"
            | "dynamic_templates" => {
                self.refuse(&format!("the action parameter [{key}] is not offered yet"));
            }
            "if_seq_no" => self.condition.0 = self.number(key, raw),
            "if_primary_term" => self.condition.1 = self.number(key, raw),
            "retry_on_conflict" | "_retry_on_conflict" if self.verb == Verb::Update => {
                match self.number(key, raw).map(check_retries) {
                    Some(Ok(retries)) => self.retries = retries,
                    Some(Err(error)) => drop(self.refusal.get_or_insert(error)),
                    None => {}
                }
            }
            "_source" if self.verb == Verb::Update && raw == "false" => {}
            "_source" if self.verb == Verb::Update => {
                self.refuse("the action parameter [_source] is offered only as [false]");
            }
            _ => {
                return Err(ApiError::illegal(format!(
                    "Action/metadata line [{number}] contains an unknown parameter [{}]",
                    brief(key)
                )));
            }
        }
        Ok(())
    }

    /// A whole number that is not negative; else the item is refused.
    fn number(&mut self, key: &str, raw: &str) -> Option<u64> {
        let number = simple(raw).and_then(|text| text.parse().ok());
        if number.is_none() {
            self.refuse(&format!("the action parameter [{key}] must be a whole number"));
        }
        number
    }

    /// Refuses this item alone; the first reason counts.
    fn refuse(&mut self, reason: &str) {
        self.refusal.get_or_insert_with(|| ApiError::illegal(reason));
    }
}

/// A string's text, or a number or truth value exactly as it was written; `None` for null.
fn simple(raw: &str) -> Option<String> {
    match raw.as_bytes().first() {
        Some(b'"') => serde_json::from_str(raw).ok(),
        Some(b'n') | None => None,
        Some(_) => Some(raw.to_owned()),
    }
}

/// What Elasticsearch calls the beginning of a JSON text.
fn token(json: &str) -> &'static str {
    match json.trim_start().as_bytes().first() {
        Some(b'{') => "START_OBJECT",
        Some(b'[') => "START_ARRAY",
        Some(b'"') => "VALUE_STRING",
        Some(b't' | b'f') => "VALUE_BOOLEAN",
        Some(b'n') => "VALUE_NULL",
        Some(b'-' | b'0'..=b'9') => "VALUE_NUMBER",
        Some(_) => "an unknown token",
        None => "the end of the line",
    }
}

#[cfg(test)]
#[path = "action_tests.rs"]
mod tests;
