//! Fields as columns, and values as clients write them as keys and numbers.

use serde_json::Value;
use shared::aggregation::{Column, ColumnKind, Key, Kind as Wire, Real};
use shared::mapping::{DateFormats, FieldKind, Kept, Rounding};
use shared::wire::clause;

use super::shown::DateShown;
use super::{Resolved, Resolver, Shown, What};
use crate::dsl::aggregations::{Metric, MetricKind, Percentiles};
use crate::error::{ApiError, brief};
use crate::resolve::sort::no_doc_values;
use crate::resolve::values;

impl<'a> Resolver<'a> {
    /// The column of a field that has one, and its type; a field that is not mapped has no values.
    ///
    /// # Errors
    /// A 400 for text.
    pub(super) fn any_column(&self, field: &str) -> Result<(Column, Option<&'a FieldKind>), ApiError> {
        let kind = self.mapping.kind(field);
        let column = match kind {
            None if self.mapping.has_fields_below(field) || !field.starts_with('_') => ColumnKind::Nothing,
            None => {
                return Err(ApiError::illegal(format!(
                    "Fielddata access on the [{}] field is disallowed",
                    brief(field)
                )));
            }
            Some(_)
                if self
                    .mapping
                    .lookup(field)
                    .is_some_and(|(_, options)| options.no_doc_values) =>
            {
                return Err(no_doc_values(field, self.mapping));
            }
            Some(kind) => match kind.kept() {
                Kept::Words => return Err(self.no_fielddata(field)),
                Kept::Inputs => {
                    return Err(ApiError::illegal(format!(
                        "Fielddata is not supported on field [{}] of type [completion]",
                        brief(field)
                    )));
                }
                Kept::Text | Kept::Code(_) => ColumnKind::Str,
                Kept::Whole => ColumnKind::Long,
                Kept::Real => ColumnKind::Double,
                Kept::Truth => ColumnKind::Boolean,
            },
        };
        Ok((Self::column(field, column), kind))
    }

    /// As [`Resolver::any_column`], of numbers only.
    pub(super) fn numeric_column(
        &self,
        field: &str,
        aggregation: &str,
    ) -> Result<(Column, Option<&'a FieldKind>), ApiError> {
        let (column, kind) = self.any_column(field)?;
        if column.kind == ColumnKind::Str {
            return Err(ApiError::illegal(format!(
                "Field [{}] of type [{}] is not supported for aggregation [{aggregation}]",
                brief(field),
                kind.map_or("keyword", FieldKind::name)
            )));
        }
        Ok((column, kind))
    }

    /// As [`Resolver::any_column`], of dates only.
    pub(super) fn date_column(
        &self,
        field: &str,
        aggregation: &str,
    ) -> Result<(Column, Option<&'a FieldKind>), ApiError> {
        let (column, kind) = self.any_column(field)?;
        match kind {
            None | Some(FieldKind::Date { .. }) => Ok((column, kind)),
            Some(other) => Err(ApiError::illegal(format!(
                "Field [{}] of type [{}] is not supported for aggregation [{aggregation}]",
                brief(field),
                other.name()
            ))),
        }
    }

    fn no_fielddata(&self, field: &str) -> ApiError {
        let sub = self.mapping.fields.get(field).and_then(|whole| {
            let mut subs = whole.fields.iter();
            subs.find(|(_, sub)| sub.kind.kept() == Kept::Text)
        });
        let instead = match sub {
            Some((name, _)) => format!("Please use its keyword sub-field [{field}.{name}] instead."),
            None => "Please use a keyword field instead.".to_owned(),
        };
        ApiError::illegal(format!(
            "Fielddata is disabled on [{}]. Text fields are not optimised for operations that require per-document field \
             data like aggregations and sorting, so these operations are disabled by default. {instead}",
            brief(field)
        ))
    }

    /// How the numbers of a field are shown.
    pub(super) fn shown(
        kind: Option<&FieldKind>,
        format: Option<&str>,
        zone_ms: i64,
    ) -> Result<Shown, ApiError> {
        Ok(match kind {
            Some(FieldKind::Date { formats }) => Shown::Date(DateShown::new(format, formats, zone_ms)?),
            None if format.is_some() => {
                Shown::Date(DateShown::new(format, &DateFormats::default(), zone_ms)?)
            }
            _ if format.is_some() => {
                return Err(ApiError::illegal("[format] is offered for dates only"));
            }
            Some(FieldKind::Boolean) => Shown::Boolean,
            Some(kind) => match kind.kept() {
                Kept::Code(code) => Shown::Code(code),
                _ => Shown::Plain,
            },
            None => Shown::Plain,
        })
    }

    /// A value as the key of a bucket.
    pub(super) fn key(&self, field: &str, kind: &FieldKind, value: &Value) -> Result<Option<Key>, ApiError> {
        if let FieldKind::Date { formats } = kind {
            return self.date(field, formats, value).map(|ms| Some(Key::Long(ms)));
        }
        Ok(values::exact(field, kind, value)?.map(|value| match value {
            clause::Value::Str(text) => Key::Str(text),
            clause::Value::Long(number) => Key::Long(number),
            clause::Value::Double(number) => Key::Double(Real::new(number)),
            clause::Value::Boolean(truth) => Key::Boolean(truth),
        }))
    }

    /// The key of documents without a value.
    pub(super) fn key_of_missing(
        &self,
        field: &str,
        kind: Option<&FieldKind>,
        missing: Option<&Value>,
    ) -> Result<Option<Key>, ApiError> {
        match (kind, missing) {
            (_, None) => Ok(None),
            (Some(kind), Some(value)) => self.key(field, kind, value),
            (None, Some(value)) => Ok(Some(key_of_any(value))),
        }
    }

    /// The number of documents without a value.
    pub(super) fn number_of_missing(
        &self,
        field: &str,
        kind: Option<&FieldKind>,
        missing: Option<&Value>,
    ) -> Result<Option<f64>, ApiError> {
        let Some(key) = self.key_of_missing(field, kind, missing)? else {
            return Ok(None);
        };
        match key {
            Key::Long(number) => Ok(Some(number as f64)),
            Key::Double(number) => Ok(Some(number.get())),
            Key::Boolean(truth) => Ok(Some(f64::from(u8::from(truth)))),
            Key::Null | Key::NullLast | Key::Nth(_) | Key::Str(_) | Key::Tuple(_) => Err(ApiError::illegal(
                format!("[missing] of the field [{}] must be a number", brief(field)),
            )),
        }
    }

    /// An instant in milliseconds.
    pub(super) fn date(&self, field: &str, formats: &DateFormats, value: &Value) -> Result<i64, ApiError> {
        values::date(field, formats, value, Rounding::Down, self.now_ms)
    }

    pub(super) fn metric(&self, metric: &Metric) -> Result<Resolved, ApiError> {
        let field = &metric.field;
        let what = |shown| What::Metric {
            kind: metric.kind,
            shown,
            sigma: metric.sigma,
        };
        if metric.kind == MetricKind::ValueCount {
            let (column, _) = self.any_column(field)?;
            let missing = metric.missing.is_some();
            return Ok((Wire::Count { column, missing }, what(Shown::Plain)));
        }
        let (column, kind) = self.numeric_column(field, name_of(metric.kind))?;
        let missing = self.number_of_missing(field, kind, metric.missing.as_ref())?;
        let shown = Self::shown(kind, metric.format.as_deref(), 0)?;
        Ok((Wire::Stats { column, missing }, what(shown)))
    }

    pub(super) fn percentiles(&self, percentiles: &Percentiles) -> Result<Resolved, ApiError> {
        let field = &percentiles.field;
        let name = if percentiles.ranks {
            "percentile_ranks"
        } else {
            "percentiles"
        };
        let (column, kind) = self.numeric_column(field, name)?;
        let missing = self.number_of_missing(field, kind, percentiles.missing.as_ref())?;
        let what = What::Percentiles {
            percents: percentiles.percents.clone(),
            ranks: percentiles.ranks,
            keyed: percentiles.keyed,
            shown: Self::shown(kind, None, 0)?,
        };
        Ok((Wire::Quantiles { column, missing }, what))
    }
}

/// What a value is by itself, where no mapping says what it should be.
fn key_of_any(value: &Value) -> Key {
    match value {
        Value::Bool(truth) => Key::Boolean(*truth),
        Value::Number(number) => match (number.as_i64(), number.as_f64()) {
            (Some(number), _) => Key::Long(number),
            (None, Some(number)) => Key::Double(Real::new(number)),
            (None, None) => Key::Null,
        },
        other => Key::Str(values::text_of(other)),
    }
}

fn name_of(kind: MetricKind) -> &'static str {
    match kind {
        MetricKind::Min => "min",
        MetricKind::Max => "max",
        MetricKind::Avg => "avg",
        MetricKind::Sum => "sum",
        MetricKind::ValueCount => "value_count",
        MetricKind::Stats => "stats",
        MetricKind::ExtendedStats => "extended_stats",
    }
}
