//! The field by which hits are collapsed, and what its values are called.

use serde_json::Value as Json;
use shared::mapping::{FieldKind, Kept, Mapping};
use shared::query::{Edge, Query, QueryKind};
use shared::wire::sort::{Missing, SortBy, SortKey, SortMode, SortValue};

use super::sort;
use crate::error::{ApiError, brief};

/// Resolves the field against a mapping.
///
/// # Errors
/// A 400 for a field that the mapping does not have, and for text.
pub fn group_by(field: &str, mapping: &Mapping) -> Result<SortBy, ApiError> {
    let Some((kind, options)) = mapping.lookup(field) else {
        return Err(ApiError::illegal(format!(
            "no mapping found for `{}` in order to collapse on",
            brief(field)
        )));
    };
    let name = || field.to_owned();
    let by = match kind.kept() {
        Kept::Whole => SortBy::Long(name()),
        Kept::Real if kind.is_single() => SortBy::Float(name()),
        Kept::Real => SortBy::Double(name()),
        Kept::Text => SortBy::Text(name()),
        Kept::Code(code) => SortBy::Code(name(), code),
        Kept::Truth => SortBy::Boolean(name()),
        Kept::Words | Kept::Inputs => {
            return Err(ApiError::illegal(format!(
                "unknown type for collapse field `{}`, only keywords and numbers are accepted",
                brief(field)
            )));
        }
    };
    if options.no_doc_values {
        return Err(ApiError::illegal(format!(
            "cannot collapse on field `{}` without `doc_values`",
            brief(field)
        )));
    }
    Ok(by)
}

/// A group's value as an answer shows it; `null` for documents without one.
pub fn shown(by: &SortBy, value: &SortValue) -> Json {
    match value {
        SortValue::Missing => Json::Null,
        SortValue::Boolean(truth) => (*truth).into(),
        value => {
            let key = SortKey {
                by: by.clone(),
                descending: false,
                mode: SortMode::Min,
                missing: Missing::Last,
            };
            sort::shown(&key, value)
        }
    }
}

/// What the members of a group match.
pub fn members((field, by): (&str, &SortBy), mapping: &Mapping, value: &SortValue) -> Query {
    let name = || field.to_owned();
    let shown = shown(by, value);
    if shown.is_null() {
        return Query::new(QueryKind::Bool {
            must: Vec::new(),
            should: Vec::new(),
            filter: Vec::new(),
            must_not: vec![Query::new(QueryKind::Exists { field: name() })],
            minimum_should_match: None,
        });
    }
    // However the field's dates are written: this one is a number of milliseconds.
    if matches!(mapping.kind(field), Some(FieldKind::Date { .. })) {
        return Query::new(QueryKind::Range {
            field: name(),
            lower: Edge::Included(shown.clone()),
            upper: Edge::Included(shown),
            format: Some("epoch_millis".to_owned()),
        });
    }
    Query::new(QueryKind::Term {
        field: name(),
        value: shown,
    })
}
