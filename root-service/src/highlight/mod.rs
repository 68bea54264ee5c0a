//! Highlighting: the passages of a hit's fields that match, with the words of the query marked.
//!
//! It works on the stored documents of a page, after the search: texts are analyzed again, and what the query looks for in
//! a field is found among their tokens. Nothing of it depends on where a document was found.
//!
//! `wanted` reads a query, `matchers` and `phrases` find, `boundaries` and `passages` cut and choose, `mark`
//! writes.

mod boundaries;
mod field;
mod mark;
mod matchers;
mod passages;
mod phrases;
#[cfg(test)]
mod tests;
mod wanted;

use std::collections::BTreeMap;

use serde_json::{Map, Value};
use shared::limits;
use shared::mapping::{FieldKind, Mapping};
use shared::query::Query;

use crate::dsl::highlight::{FieldHighlight, HighlightSpec};
use crate::dsl::pattern::fits;
use crate::error::ApiError;
use crate::resolve::{self, Expanded};
use crate::shown_fields::Values;
use field::{Analyzed, Highlighted};
use wanted::Wanted;

/// What is left of a search's limits: they hold for all of its hits together.
#[derive(Debug)]
pub struct Budget {
    text_bytes: usize,
    shown_bytes: usize,
}

impl Default for Budget {
    fn default() -> Self {
        Self {
            text_bytes: limits::HIGHLIGHT_TEXT_BYTES_MAX,
            shown_bytes: limits::HIGHLIGHT_SHOWN_BYTES_MAX,
        }
    }
}

impl Budget {
    /// Takes from the text that may be looked through.
    fn look(&mut self, bytes: usize) -> Result<(), ApiError> {
        let left = self.text_bytes.checked_sub(bytes);
        self.text_bytes = left.ok_or_else(|| {
            ApiError::illegal(format!(
                "[highlight] would look through more than the limit of [{}] bytes of text; ask for fewer hits or fields, or \
                 set [max_analyzed_offset]",
                limits::HIGHLIGHT_TEXT_BYTES_MAX
            ))
        })?;
        Ok(())
    }

    /// Takes from the fragments that may be shown.
    fn show(&mut self, bytes: usize) -> Result<(), ApiError> {
        let left = self.shown_bytes.checked_sub(bytes);
        self.shown_bytes = left.ok_or_else(|| {
            ApiError::illegal(format!(
                "the fragments of [highlight] exceed the limit of [{}] bytes; ask for fewer hits, fields or fragments",
                limits::HIGHLIGHT_SHOWN_BYTES_MAX
            ))
        })?;
        Ok(())
    }
}

/// Highlights hits of one index.
pub struct Highlighter<'a> {
    fields: Vec<Highlighted<'a>>,
}

impl<'a> Highlighter<'a> {
    /// What a search says, along one index's mapping. `query` is what was searched for.
    ///
    /// # Errors
    /// A 400 for a query to highlight that does not fit the index.
    pub fn new(
        spec: &'a HighlightSpec,
        query: &Query,
        mapping: &'a Mapping,
        now_ms: i64,
    ) -> Result<Self, ApiError> {
        let searched = wanted::wanted(query, mapping)?;
        let mut fields: Vec<Highlighted<'a>> = Vec::new();
        for of in &spec.fields {
            let own = match of.options.query.as_deref() {
                Some(own) => {
                    // It is not searched for, so nobody has looked at it along the mapping yet.
                    resolve::resolve_expanded(own, mapping, now_ms, &Expanded::new())?;
                    Some(wanted::wanted(own, mapping)?)
                }
                None => None,
            };
            let wanted = own.as_ref().unwrap_or(&searched);
            for (name, kind) in named(of, mapping) {
                fields.retain(|field| field.name != name);
                let sources = sources(of, &name, kind, wanted, mapping);
                fields.push(Highlighted {
                    name,
                    options: &of.options,
                    sources,
                });
            }
        }
        Ok(Self { fields })
    }

    /// The names of the fields whose values it needs.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.fields.iter().map(|field| field.name.as_str())
    }

    /// The fragments of a document, by field; fields without any are left out.
    ///
    /// # Errors
    /// A 400 past a limit.
    pub fn highlight(
        &self,
        id: &str,
        values: &Values<'_>,
        budget: &mut Budget,
    ) -> Result<Map<String, Value>, ApiError> {
        let mut shown = Map::new();
        for field in &self.fields {
            let fragments = field.fragments(id, &values.texts(&field.name), budget)?;
            if !fragments.is_empty() {
                shown.insert(field.name.clone(), fragments.into());
            }
        }
        Ok(shown)
    }
}

/// The text and keyword fields that a name means.
fn named<'a>(of: &FieldHighlight, mapping: &'a Mapping) -> Vec<(String, &'a FieldKind)> {
    if of.name.contains('*') {
        return mapping
            .all()
            .filter(|(name, kind)| kind.is_worded() && fits(&of.name, name))
            .collect();
    }
    let kind = mapping.kind(&of.name).filter(|kind| kind.is_worded());
    kind.map(|kind| (of.name.clone(), kind)).into_iter().collect()
}

/// The ways in which a field's text is cut into words, with what is looked for among them.
fn sources<'a>(
    of: &FieldHighlight,
    name: &str,
    kind: &'a FieldKind,
    wanted: &BTreeMap<String, Wanted>,
    mapping: &'a Mapping,
) -> Vec<Analyzed<'a>> {
    if !of.options.require_field_match {
        return vec![Analyzed::new(kind, wanted.values())];
    }
    let own = Analyzed::new(kind, wanted.get(name));
    let others = of.options.matched_fields.iter().filter(|other| *other != name);
    let others = others.filter_map(|other| Some(Analyzed::new(mapping.kind(other)?, wanted.get(other))));
    std::iter::once(own).chain(others).collect()
}
