//! Exact values: one, several, any; and ids.

use std::collections::BTreeSet;

use serde_json::Value as Json;
use shared::analysis::Token;
use shared::mapping::{FieldKind, Kept, Options, Rounding, Slot, coded};
use shared::wire::clause::{Bound, Clause, Field, Value};

use super::{Resolver, Scope, values};
use crate::dsl::pattern::fits;
use crate::error::{ApiError, brief};

/// Names that Elasticsearch gives to parts of a hit, and that cannot be searched here.
const NOT_SEARCHED: [&str; 9] = [
    "_field_names",
    "_index",
    "_primary_term",
    "_routing",
    "_score",
    "_seq_no",
    "_source",
    "_type",
    "_version",
];

impl Resolver<'_> {
    /// One value as it is.
    pub(super) fn term(&mut self, field: &str, value: &Json, scope: Scope) -> Result<Clause, ApiError> {
        if field == "_id" {
            return self.ids(vec![values::text_of(value)], scope);
        }
        let Some(kind) = self.mapping.kind(field) else {
            return unmapped(field);
        };
        self.count(1)?;
        self.exact(field, kind, value, scope)
    }

    /// One value of a field of any kind. Keywords and words score by BM25, as in Elasticsearch; numbers, booleans and
    /// dates score a constant.
    pub(super) fn exact(
        &mut self,
        field: &str,
        kind: &FieldKind,
        value: &Json,
        scope: Scope,
    ) -> Result<Clause, ApiError> {
        let boost = scope.boost;
        self.check_searchable(field)?;
        let place = match kind {
            FieldKind::Text { .. } => Field::Text(searched(field, kind)?),
            _ => Field::Exact(field.to_owned()),
        };
        match kind {
            FieldKind::Text { .. } => {
                let term = self.terms.number(&place, &values::text_of(value));
                Ok(Clause::Term { term, boost })
            }
            FieldKind::Keyword { .. } if scope.scored && !self.is_unindexed(field) => {
                let term = self
                    .terms
                    .number(&place, &kind.normalized(&values::text_of(value)));
                Ok(Clause::Term { term, boost })
            }
            FieldKind::Ip if is_network(value) => network(field, value, boost),
            FieldKind::Date { formats } => {
                let first = values::date(field, formats, value, Rounding::Down, self.now_ms)?;
                let last = values::date(field, formats, value, Rounding::Up, self.now_ms)?;
                Ok(span(field, first, last, boost))
            }
            _ => Ok(match values::exact(field, kind, value)? {
                Some(value) => Clause::AnyOf {
                    field: place,
                    values: vec![value],
                    boost,
                },
                None => Clause::Nothing,
            }),
        }
    }

    /// Refuses fields of which nothing can be found.
    pub(super) fn check_searchable(&self, field: &str) -> Result<(), ApiError> {
        match self.mapping.lookup(field) {
            Some((_, options)) if options.is_unsearchable() => Err(ApiError::query(format!(
                "failed to create query: Cannot search on field [{}] since it is not indexed nor has doc values.",
                brief(field)
            ))),
            _ => Ok(()),
        }
    }

    /// Whether a field is found by its column alone.
    fn is_unindexed(&self, field: &str) -> bool {
        let found = self.mapping.lookup(field);
        found.is_some_and(|(_, options)| options.not_indexed)
    }

    /// Any of some values; scores a constant.
    pub(super) fn values(&mut self, field: &str, given: &[Json], scope: Scope) -> Result<Clause, ApiError> {
        if field == "_id" {
            return self.ids(given.iter().map(values::text_of).collect(), scope);
        }
        let Some(kind) = self.mapping.kind(field) else {
            return unmapped(field);
        };
        let boost = scope.boost;
        self.check_searchable(field)?;
        let with_extent = match kind {
            FieldKind::Text { .. } | FieldKind::Date { .. } => true,
            FieldKind::Ip => given.iter().any(is_network),
            _ => false,
        };
        if with_extent {
            // Words have no column, dates and networks have an extent: these are alternatives like any other.
            let mut distinct: Vec<&Json> = Vec::new();
            let mut seen = BTreeSet::new();
            distinct.extend(given.iter().filter(|value| seen.insert(values::text_of(value))));
            let mut clauses = Vec::new();
            for value in distinct {
                clauses.push(self.term(field, value, Scope::UNSCORED)?);
            }
            return Ok(Clause::Constant {
                clause: Box::new(Clause::bool_of(Vec::new(), clauses, 1)),
                boost,
            });
        }
        self.count(1)?;
        let mut found = Vec::with_capacity(given.len());
        for value in given {
            found.extend(values::exact(field, kind, value)?);
        }
        Ok(any_of(Field::Exact(field.to_owned()), found, boost))
    }

    pub(super) fn ids(&mut self, ids: Vec<String>, scope: Scope) -> Result<Clause, ApiError> {
        self.count(1)?;
        let ids = ids.into_iter().map(Value::Str).collect();
        Ok(any_of(Field::Id, ids, scope.boost))
    }

    /// Any value of a field, of any field below an object, or of any field that fits a pattern.
    pub(super) fn exists(&mut self, field: &str, scope: Scope) -> Result<Clause, ApiError> {
        let boost = scope.boost;
        if field == "_id" {
            return self.all(scope);
        }
        if let Some((kind, options)) = self.mapping.lookup(field) {
            self.count(1)?;
            return Ok(if leaves_traces(kind, options) {
                has(field, kind, boost)
            } else {
                Clause::Nothing
            });
        }
        let below = format!("{field}.");
        let is_pattern = field.contains('*') && field.len() <= shared::limits::FIELD_NAME_BYTES_MAX;
        let (mut clauses, mut names) = (Vec::new(), Vec::new());
        for (path, whole) in &self.mapping.fields {
            let meant = path.starts_with(&below) || is_pattern && fits(field, path);
            if !meant || !leaves_traces(&whole.kind, &whole.options) {
                continue;
            }
            // Sub-fields hold the values of their field.
            match &whole.kind {
                FieldKind::Text { .. } => names.push(Value::Str(path.clone())),
                kind => clauses.push(has(path, kind, 1.0)),
            }
        }
        if !names.is_empty() {
            clauses.push(any_of(Field::Names, names, 1.0));
        }
        if clauses.is_empty() {
            return unmapped(field);
        }
        self.count(clauses.len())?;
        Ok(Clause::Constant {
            clause: Box::new(Clause::bool_of(Vec::new(), clauses, 1)),
            boost,
        })
    }
}

/// The slot of a text field.
///
/// # Errors
/// A 400 if it is not indexed.
pub(super) fn searched(field: &str, kind: &FieldKind) -> Result<Slot, ApiError> {
    kind.slot().ok_or_else(|| {
        ApiError::query(format!(
            "failed to create query: Cannot search on field [{}] since it is not indexed.",
            brief(field)
        ))
    })
}

/// Refuses phrases in text of which no positions are kept.
pub(super) fn positioned(field: &str, kind: &FieldKind, tokens: &[Token]) -> Result<(), ApiError> {
    match kind {
        FieldKind::Text { layout, .. } if tokens.len() > 1 && !layout.index_options.has_positions() => {
            Err(ApiError::query(format!(
                "failed to create query: field:[{}] was indexed without position data; cannot run PhraseQuery",
                brief(field)
            )))
        }
        _ => Ok(()),
    }
}

fn is_network(value: &Json) -> bool {
    value.as_str().is_some_and(|text| text.contains('/'))
}

/// The addresses of a network, such as `10.0.0.0/8`.
fn network(field: &str, value: &Json, boost: f32) -> Result<Clause, ApiError> {
    let text = values::text_of(value);
    let Some((first, last)) = coded::network(&text) else {
        return Err(ApiError::query(format!(
            "failed to create query: '{}' is not an IP string literal., for the field [{}]",
            brief(&text),
            brief(field)
        )));
    };
    Ok(Clause::Range {
        path: field.to_owned(),
        lower: Bound::Included(Value::Str(first)),
        upper: Bound::Included(Value::Str(last)),
        boost,
    })
}

/// A field that the mapping does not have matches nothing, as in Elasticsearch.
pub(super) fn unmapped(field: &str) -> Result<Clause, ApiError> {
    if NOT_SEARCHED.contains(&field) {
        return Err(ApiError::query(format!(
            "failed to create query: the field [{field}] cannot be searched; the fields of the mapping and [_id] can"
        )));
    }
    Ok(Clause::Nothing)
}

/// Whole numbers from the first to the last.
pub(super) fn span(path: &str, first: i64, last: i64, boost: f32) -> Clause {
    let path = path.to_owned();
    let bound = |end: i64, open: i64| match end {
        end if end == open => Bound::Open,
        end => Bound::Included(Value::Long(end)),
    };
    match (bound(first, i64::MIN), bound(last, i64::MAX)) {
        _ if first > last => Clause::Nothing,
        _ if first == last => Clause::AnyOf {
            field: Field::Exact(path),
            values: vec![Value::Long(first)],
            boost,
        },
        (Bound::Open, Bound::Open) => Clause::Exists { path, boost },
        (lower, upper) => Clause::Range {
            path,
            lower,
            upper,
            boost,
        },
    }
}

/// The error for a query that a field of this kind does not take.
pub(super) fn refuse(field: &str, kind: &FieldKind, why: &str) -> ApiError {
    ApiError::query(format!(
        "failed to create query: the field [{}] of type [{}] {why}",
        brief(field),
        kind.name()
    ))
}

/// Whether it can be known that a document has the field.
fn leaves_traces(kind: &FieldKind, options: &Options) -> bool {
    match kind.kept() {
        Kept::Words => kind.slot().is_some(),
        _ => !options.is_unsearchable(),
    }
}

fn has(path: &str, kind: &FieldKind, boost: f32) -> Clause {
    let path = path.to_owned();
    match kind {
        FieldKind::Text { .. } => Clause::AnyOf {
            field: Field::Names,
            values: vec![Value::Str(path)],
            boost,
        },
        _ => Clause::Exists { path, boost },
    }
}

fn any_of(field: Field, mut values: Vec<Value>, boost: f32) -> Clause {
    values::sort(&mut values);
    if values.is_empty() {
        return Clause::Nothing;
    }
    Clause::AnyOf { field, values, boost }
}
