//! Values of fields beside a hit's source: `fields` as their types read them, `docvalue_fields` as columns hold them.

mod columns;
mod read;
mod sources;
#[cfg(test)]
mod tests;

use serde_json::{Map, Value};
use shared::document::FieldValue;
use shared::mapping::{FieldKind, Mapping};

use crate::dsl::fields::FieldWish;
use crate::dsl::pattern::fits;
use crate::error::{ApiError, brief};
use crate::resolve;
use crate::resolve::aggregations::Shown;

pub use read::Values;

/// Shows fields of hits of one index.
pub struct FieldShower<'a> {
    fields: Vec<Prepared<'a>>,
}

/// One field to show.
struct Prepared<'a> {
    name: String,
    kind: &'a FieldKind,
    dates: Option<Shown>,
    /// Whether values are shown as a column holds them: in their order, and of strings each once.
    as_column: bool,
}

impl<'a> FieldShower<'a> {
    /// What a search wants to see, along one index's mapping. Names that it does not have show nothing.
    ///
    /// # Errors
    /// A 400 for a field that has no column, or a format that it cannot have.
    pub fn new(fields: &[FieldWish], columns: &[FieldWish], mapping: &'a Mapping) -> Result<Self, ApiError> {
        let mut shower = Self { fields: Vec::new() };
        // What both name is shown as `fields` do.
        for (wishes, as_column) in [(columns, true), (fields, false)] {
            for wish in wishes {
                shower.add(wish, as_column, mapping)?;
            }
        }
        Ok(shower)
    }

    fn add(&mut self, wish: &FieldWish, as_column: bool, mapping: &'a Mapping) -> Result<(), ApiError> {
        let named: Vec<(String, &FieldKind)> = if wish.is_pattern() {
            let fitting = mapping.all().filter(|(name, _)| fits(&wish.name, name));
            fitting.collect()
        } else {
            let kind = mapping.kind(&wish.name);
            kind.map(|kind| (wish.name.clone(), kind)).into_iter().collect()
        };
        for (name, kind) in named {
            if as_column && !has_column(&name, mapping) {
                // A pattern means the fields that can be shown.
                if wish.is_pattern() {
                    continue;
                }
                return Err(no_column(&name, kind));
            }
            let dates = dates(wish, &name, kind)?;
            self.fields.retain(|field| field.name != name);
            self.fields.push(Prepared {
                name,
                kind,
                dates,
                as_column,
            });
        }
        Ok(())
    }

    /// The names of the fields whose values it needs.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.fields.iter().map(|field| field.name.as_str())
    }

    /// A document's values, always in lists; fields without any are left out.
    pub fn show(&self, values: &Values<'_>) -> Map<String, Value> {
        let mut shown = Map::new();
        for field in &self.fields {
            let of_field = values.of(&field.name);
            let list: Vec<Value> = if matches!(field.kind, FieldKind::Completion(_)) {
                values.sources_of(&field.name)
            } else if field.as_column {
                let sorted = columns::sorted(of_field);
                sorted.into_iter().map(|value| field.value(value)).collect()
            } else {
                of_field.iter().map(|value| field.value(value)).collect()
            };
            if !list.is_empty() {
                shown.insert(field.name.clone(), list.into());
            }
        }
        shown
    }
}

impl Prepared<'_> {
    fn value(&self, value: &FieldValue<'_>) -> Value {
        match value {
            FieldValue::Text { text, .. } | FieldValue::Keyword(text) => text.as_ref().into(),
            FieldValue::Long(number) => (*number).into(),
            FieldValue::Unsigned(number) => (*number).into(),
            FieldValue::Double(number) => self.real(*number),
            FieldValue::Boolean(truth) => (*truth).into(),
            FieldValue::Date(ms) => {
                let text = self.dates.as_ref().and_then(|dates| dates.text_of_whole(*ms));
                text.map_or_else(|| (*ms).into(), Value::from)
            }
            FieldValue::Ip(address) => address.to_string().into(),
        }
    }

    /// A real number with as many digits as its type has.
    #[expect(clippy::cast_possible_truncation, reason = "the type has no more digits")]
    fn real(&self, number: f64) -> Value {
        match self.kind {
            FieldKind::Float | FieldKind::HalfFloat => {
                let short = (number as f32).to_string().parse::<f64>();
                short.unwrap_or(number).into()
            }
            _ => number.into(),
        }
    }
}

fn has_column(name: &str, mapping: &Mapping) -> bool {
    mapping.lookup(name).is_some_and(|(kind, options)| {
        !matches!(kind, FieldKind::Text { .. } | FieldKind::Completion(_)) && !options.no_doc_values
    })
}

fn no_column(name: &str, kind: &FieldKind) -> ApiError {
    if matches!(kind, FieldKind::Text { .. }) {
        return resolve::sort::is_text(name);
    }
    ApiError::illegal(format!(
        "Can't load fielddata on [{}] because fielddata is unsupported on fields of type [{}]. Use doc values instead.",
        brief(name),
        kind.name()
    ))
}

/// How a field's dates are shown.
fn dates(wish: &FieldWish, name: &str, kind: &FieldKind) -> Result<Option<Shown>, ApiError> {
    match (kind, wish.format.as_deref()) {
        (FieldKind::Date { formats }, asked) => Shown::date(asked, formats).map(Some),
        // Of the fields that a pattern means, those that have dates are shown so.
        (_, Some(_)) if !wish.is_pattern() => Err(ApiError::illegal(format!(
            "Field [{}] of type [{}] doesn't support formats.",
            brief(name),
            kind.name()
        ))),
        _ => Ok(None),
    }
}
