//! `suggest` of an answer.

use serde_json::json;

use super::splice::{Object, push_source};
use crate::dsl::SourceFilter;
use crate::error::ApiError;
use crate::suggest::result::{Completed, Corrected, Entry, Found, Suggested};
use crate::suggest::spelling::Similar;

/// How suggestions are shown.
#[derive(Clone, Copy)]
pub(super) struct Shown<'a> {
    /// The index, where options do not name theirs.
    pub(super) index: &'a str,
    /// What is shown of documents.
    pub(super) source: &'a SourceFilter,
    /// Whether names tell the kind.
    pub(super) typed_keys: bool,
}

impl Shown<'_> {
    /// Appends all suggestions, by name.
    pub(super) fn push(&self, json: &mut Vec<u8>, suggestions: &[Suggested]) -> Result<(), ApiError> {
        let mut all = Object::into(std::mem::take(json));
        for Suggested { name, found } in suggestions {
            let kind = match found {
                Found::Term { .. } => "term",
                Found::Phrase { .. } => "phrase",
                Found::Completion { .. } => "completion",
            };
            let name = if self.typed_keys {
                format!("{kind}#{name}")
            } else {
                name.clone()
            };
            let json = all.key(&name);
            match found {
                Found::Term { entries, .. } => list(json, entries, |json, entry| {
                    push_entry(json, entry, |json, option| {
                        term(json, option);
                        Ok(())
                    })
                })?,
                Found::Phrase { entry, .. } => list(json, std::slice::from_ref(entry), |json, entry| {
                    push_entry(json, entry, |json, option| {
                        phrase(json, option);
                        Ok(())
                    })
                })?,
                Found::Completion { entry, .. } => list(json, std::slice::from_ref(entry), |json, entry| {
                    push_entry(json, entry, |json, option| self.completion(json, option))
                })?,
            }
        }
        *json = all.finish();
        Ok(())
    }

    fn completion(&self, json: &mut Vec<u8>, option: &Completed) -> Result<(), ApiError> {
        let mut shown = Object::into(std::mem::take(json));
        shown
            .put("text", &option.rank.text)
            .put("_index", option.index.as_deref().unwrap_or(self.index))
            .put("_id", &option.rank.id)
            .put("_score", &(option.rank.score as f32));
        if let Some(document) = &option.document {
            if let Some(routing) = &document.routing {
                shown.put("_routing", routing);
            }
            if self.source.is_shown() {
                push_source(shown.key("_source"), &document.source, self.source)?;
            }
        }
        *json = shown.finish();
        Ok(())
    }
}

/// About how many bytes suggestions are.
pub(super) fn bytes(suggestions: &[Suggested]) -> usize {
    let completed = |option: &Completed| {
        256 + option
            .document
            .as_ref()
            .map_or(0, |document| document.source.len())
    };
    let one = |suggested: &Suggested| match &suggested.found {
        Found::Term { entries, .. } => entries.iter().map(|entry| 96 * (1 + entry.options.len())).sum(),
        Found::Phrase { entry, .. } => 2 * entry.text.len() * (1 + entry.options.len()),
        Found::Completion { entry, .. } => entry.options.iter().map(completed).sum::<usize>(),
    };
    suggestions.iter().map(one).sum()
}

fn term(json: &mut Vec<u8>, option: &Similar) {
    let mut shown = Object::into(std::mem::take(json));
    shown
        .put("text", &option.text)
        .put("score", &option.score)
        .put("freq", &option.frequency);
    *json = shown.finish();
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "scores are shown with the digits of a float"
)]
fn phrase(json: &mut Vec<u8>, option: &Corrected) {
    let mut shown = Object::into(std::mem::take(json));
    shown.put("text", &option.text);
    if let Some(highlighted) = &option.highlighted {
        shown.put("highlighted", highlighted);
    }
    shown.put("score", &(option.score as f32));
    *json = shown.finish();
}

fn push_entry<T>(
    json: &mut Vec<u8>,
    entry: &Entry<T>,
    option: impl Fn(&mut Vec<u8>, &T) -> Result<(), ApiError>,
) -> Result<(), ApiError> {
    let mut shown = Object::into(std::mem::take(json));
    shown
        .put("text", &json!(entry.text))
        .put("offset", &entry.offset)
        .put("length", &entry.length);
    list(shown.key("options"), &entry.options, option)?;
    *json = shown.finish();
    Ok(())
}

/// Appends a list.
fn list<T>(
    json: &mut Vec<u8>,
    items: &[T],
    push: impl Fn(&mut Vec<u8>, &T) -> Result<(), ApiError>,
) -> Result<(), ApiError> {
    json.push(b'[');
    for (nth, item) in items.iter().enumerate() {
        if nth > 0 {
            json.push(b',');
        }
        push(json, item)?;
    }
    json.push(b']');
    Ok(())
}
