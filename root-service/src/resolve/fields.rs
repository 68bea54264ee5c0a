//! Which fields a query over several fields means.

use std::collections::HashMap;
use std::rc::Rc;

use shared::mapping::{FieldKind, Kept, Mapping, SubField};

use super::Resolver;
use crate::dsl::pattern::fits;
use crate::error::{ApiError, brief};

/// Comparisons of names with patterns in one query; each costs at most the product of both lengths.
const COMPARISONS_MAX: usize = 20_000;
/// A pattern of field names, in bytes.
const PATTERN_BYTES_MAX: usize = 128;

/// Patterns of field names with what they stand for.
#[derive(Default)]
pub(super) struct Expansions {
    known: HashMap<String, Rc<[String]>>,
    comparisons: usize,
}

impl Expansions {
    /// The text and keyword fields that a pattern names.
    fn of(&mut self, pattern: &str, mapping: &Mapping) -> Result<Rc<[String]>, ApiError> {
        if let Some(names) = self.known.get(pattern) {
            return Ok(Rc::clone(names));
        }
        if pattern.len() > PATTERN_BYTES_MAX {
            return Err(ApiError::illegal(format!(
                "the pattern of field names [{}] has [{}] bytes, the limit is [{PATTERN_BYTES_MAX}]",
                brief(pattern),
                pattern.len()
            )));
        }
        let mut names = Vec::new();
        for (name, kind) in mapping.all() {
            self.comparisons += 1;
            if is_worded(kind) && fits(pattern, &name) {
                names.push(name);
            }
        }
        if self.comparisons > COMPARISONS_MAX {
            return Err(ApiError::illegal(
                "the query has too many patterns of field names for an index of so many fields; name the fields",
            ));
        }
        let names: Rc<[String]> = names.into();
        self.known.insert(pattern.to_owned(), Rc::clone(&names));
        Ok(names)
    }
}

/// Whether words can be looked for in it.
fn is_worded(kind: &FieldKind) -> bool {
    match kind.kept() {
        Kept::Words => kind.slot().is_some(),
        Kept::Text => true,
        Kept::Code(_) | Kept::Whole | Kept::Real | Kept::Truth | Kept::Inputs => false,
    }
}

/// All text fields, and the keyword fields that do not repeat one.
fn all_worded(mapping: &Mapping) -> Vec<(String, f32)> {
    let mut names = Vec::new();
    for (path, field) in &mapping.fields {
        let is_text = matches!(field.kind, FieldKind::Text { .. });
        if is_worded(&field.kind) {
            names.push((path.clone(), 1.0));
        }
        for (sub, SubField { kind, .. }) in &field.fields {
            if is_worded(kind) && !(is_text && matches!(kind, FieldKind::Keyword { .. })) {
                names.push((format!("{path}.{sub}"), 1.0));
            }
        }
    }
    names
}

impl Resolver<'_> {
    /// The fields with their boosts, patterns expanded, each once: boosts of a field that is named twice multiply.
    pub(super) fn expand(&mut self, fields: &[(String, f32)]) -> Result<Vec<(String, f32)>, ApiError> {
        self.expansions.expand(fields, self.mapping)
    }
}

/// The names of the fields that a query over several means.
///
/// # Errors
/// A 400 for patterns that are past a limit.
pub(crate) fn names(fields: &[(String, f32)], mapping: &Mapping) -> Result<Vec<String>, ApiError> {
    let expanded = Expansions::default().expand(fields, mapping)?;
    Ok(expanded.into_iter().map(|(name, _)| name).collect())
}

impl Expansions {
    fn expand(
        &mut self,
        fields: &[(String, f32)],
        mapping: &Mapping,
    ) -> Result<Vec<(String, f32)>, ApiError> {
        if fields.is_empty() {
            return Ok(all_worded(mapping));
        }
        let mut expanded: Vec<(String, f32)> = Vec::new();
        let mut places: HashMap<String, usize> = HashMap::new();
        let mut add = |name: &str, boost: f32| {
            if let Some(place) = places.get(name) {
                expanded[*place].1 *= boost;
            } else {
                places.insert(name.to_owned(), expanded.len());
                expanded.push((name.to_owned(), boost));
            }
        };
        for (name, boost) in fields {
            if name.contains('*') {
                for name in &*self.of(name, mapping)? {
                    add(name, *boost);
                }
            } else {
                add(name, *boost);
            }
        }
        Ok(expanded)
    }
}
