//! What a hit shows of its document beside the source: values of fields, and highlights.

use std::collections::HashSet;
use std::sync::Arc;

use serde_json::{Map, Value, json};
use shared::mapping::Mapping;
use shared::query::Query;

use super::splice::Object;
use crate::dsl::SearchCommand;
use crate::dsl::fields::FieldWish;
use crate::dsl::highlight::HighlightSpec;
use crate::error::ApiError;
use crate::highlight::{Budget, Highlighter};
use crate::search::{FoundDocument, Group};
use crate::shown_fields::{FieldShower, Values};

/// What a search wants to see beside the source.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Beside {
    query: Query,
    highlight: Option<Arc<HighlightSpec>>,
    fields: Vec<FieldWish>,
    columns: Vec<FieldWish>,
}

/// What a hit shows.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Parts {
    /// `fields`; empty if there are none.
    pub(super) fields: Map<String, Value>,
    /// `highlight`; empty if there is nothing.
    pub(super) highlight: Map<String, Value>,
}

impl Parts {
    /// Adds what there is to a hit, among the fields the one whose value makes its group.
    pub(super) fn put(&self, group: Option<&Group>, hit: &mut Object) {
        if let Some(group) = group {
            let mut fields = self.fields.clone();
            fields.insert(group.field.clone(), json!([group.shown]));
            hit.put("fields", &fields);
        } else if !self.fields.is_empty() {
            hit.put("fields", &self.fields);
        }
        if !self.highlight.is_empty() {
            hit.put("highlight", &self.highlight);
        }
    }
}

impl Beside {
    /// What a command asks for, if it asks for any of it.
    pub(super) fn of(command: &SearchCommand) -> Option<Self> {
        command.reads_fields().then(|| Self {
            query: command.query.clone(),
            highlight: command.highlight.clone(),
            fields: command.fields.clone(),
            columns: command.docvalue_fields.clone(),
        })
    }
}

/// Shows the hits of one answer, each along the mapping of its own index.
pub(super) struct Shower<'a> {
    beside: Option<&'a Beside>,
    indexes: Vec<OfIndex<'a>>,
    budget: Budget,
}

/// What is made once for all hits of an index.
struct OfIndex<'a> {
    mapping: &'a Mapping,
    fields: FieldShower<'a>,
    highlighter: Option<Highlighter<'a>>,
}

impl<'a> Shower<'a> {
    pub(super) fn new(beside: Option<&'a Beside>) -> Self {
        Self {
            beside,
            indexes: Vec::new(),
            budget: Budget::default(),
        }
    }

    /// What one hit shows.
    ///
    /// # Errors
    /// A 400 for what its index cannot show, or past a limit.
    pub(super) fn show(&mut self, hit: &'a FoundDocument) -> Result<Parts, ApiError> {
        let (Some(beside), Some(mapping), Some(document)) =
            (self.beside, hit.mapping.as_deref(), &hit.document)
        else {
            return Ok(Parts::default());
        };
        let known = self
            .indexes
            .iter()
            .position(|of| std::ptr::eq(of.mapping, mapping));
        let nth = if let Some(nth) = known {
            nth
        } else {
            self.indexes.push(OfIndex::new(beside, mapping)?);
            self.indexes.len() - 1
        };
        let of = &self.indexes[nth];
        let source: Map<String, Value> = serde_json::from_str(&document.source).map_err(|error| {
            // It was an object when it was written.
            tracing::error!(%error, "a stored document is no JSON object");
            ApiError::Internal
        })?;
        let values = Values::read(&source, mapping, &of.names());
        let highlight = match &of.highlighter {
            Some(highlighter) => highlighter.highlight(&hit.id, &values, &mut self.budget)?,
            None => Map::new(),
        };
        Ok(Parts {
            fields: of.fields.show(&values),
            highlight,
        })
    }
}

impl<'a> OfIndex<'a> {
    fn new(beside: &'a Beside, mapping: &'a Mapping) -> Result<Self, ApiError> {
        let now_ms = shared::clock::now_ms();
        let highlighter = beside.highlight.as_deref();
        Ok(Self {
            mapping,
            fields: FieldShower::new(&beside.fields, &beside.columns, mapping)?,
            highlighter: highlighter
                .map(|spec| Highlighter::new(spec, &beside.query, mapping, now_ms))
                .transpose()?,
        })
    }

    /// The fields whose values are needed.
    fn names(&self) -> HashSet<&str> {
        let highlighted = self.highlighter.iter().flat_map(Highlighter::names);
        self.fields.names().chain(highlighted).collect()
    }
}

#[cfg(test)]
#[path = "beside_tests.rs"]
mod tests;
