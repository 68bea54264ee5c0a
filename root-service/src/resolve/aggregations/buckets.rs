//! Aggregations with buckets, resolved.

use serde_json::Value;
use shared::aggregation::{
    Column, ColumnKind, DateRounding, DateUnit, Form, Keep, Key, Keyed, Kind as Wire, Like, Source,
};
use shared::limits;
use shared::mapping::{DateFormats, FieldKind};

use super::shown::DateShown;
use super::{Intervals, RangeShown, Resolved, Resolver, Shown, What};
use crate::dsl::aggregations::{DateHistogram, Filters, Histogram, Interval, Order, OrderBy, Ranges, Terms};
use crate::error::{ApiError, brief};
use crate::resolve::values;

impl Resolver<'_> {
    pub(super) fn terms(&self, terms: &Terms) -> Result<Resolved, ApiError> {
        let (mut sources, mut shown) = (Vec::new(), Vec::new());
        for (field, missing) in &terms.fields {
            let (column, kind) = self.any_column(field)?;
            let patterns = terms.like.fits.is_some() || terms.like.fits_not.is_some();
            if patterns && !matches!(column.kind, ColumnKind::Str | ColumnKind::Nothing) {
                return Err(ApiError::illegal(format!(
                    "Aggregation [terms] cannot support regular expression style include/exclude settings as they can only be \
                     applied to string fields. Use an array of values for include/exclude clauses on the field [{}]",
                    brief(field)
                )));
            }
            sources.push(Source {
                column,
                missing: self.key_of_missing(field, kind, missing.as_ref())?,
                form: Form::Value,
                only: terms
                    .include
                    .as_deref()
                    .map(|values| self.keys(field, kind, values))
                    .transpose()?,
                except: self.keys(field, kind, &terms.exclude)?,
                like: terms.like.clone(),
            });
            shown.push(Self::shown(kind, terms.format.as_deref(), 0)?);
        }
        let keep = match terms.orders.first() {
            Some(Order {
                by: OrderBy::Key,
                descending,
            }) if terms.min_doc_count <= 1 => Keep::ByKey {
                descending: vec![*descending; sources.len()],
                after: None,
                max: limits::SHARD_TERMS_MAX,
            },
            Some(Order {
                by: OrderBy::Count,
                descending,
            }) => Keep::ByCount {
                descending: *descending,
                max: limits::SHARD_TERMS_MAX,
            },
            _ => Keep::ByCount {
                descending: true,
                max: limits::SHARD_TERMS_MAX,
            },
        };
        let what = What::Terms {
            shown,
            multi: terms.multi,
            orders: terms.orders.clone(),
            size: terms.size as usize,
            min_doc_count: terms.min_doc_count,
            shows_error: terms.shows_error,
        };
        let zeros = terms.min_doc_count == 0;
        let keyed = Keyed { sources, keep, zeros };
        Ok((Wire::Keyed(keyed), what))
    }

    /// Values as keys, sorted; those that the field's type does not have are none.
    fn keys(&self, field: &str, kind: Option<&FieldKind>, values: &[Value]) -> Result<Vec<Key>, ApiError> {
        let Some(kind) = kind else { return Ok(Vec::new()) };
        let mut keys = Vec::with_capacity(values.len());
        for value in values {
            keys.extend(self.key(field, kind, value)?);
        }
        keys.sort();
        keys.dedup();
        Ok(keys)
    }

    pub(super) fn ranges(&self, ranges: &Ranges) -> Result<Resolved, ApiError> {
        let field = &ranges.field;
        let (column, kind) = if ranges.dates {
            self.date_column(field, "date_range")?
        } else {
            self.numeric_column(field, "range")?
        };
        let shown = match kind {
            None if ranges.dates => Shown::Date(DateShown::new(
                ranges.format.as_deref(),
                &DateFormats::default(),
                0,
            )?),
            kind => Self::shown(kind, ranges.format.as_deref(), 0)?,
        };
        let formats = Self::formats(kind, ranges.format.as_deref())?;
        let end = |value: &Option<Value>| {
            let Some(value) = value else { return Ok(None) };
            if matches!(shown, Shown::Date(_)) {
                return self.date(field, &formats, value).map(|ms| Some(ms as f64));
            }
            let number = values::number(field, &FieldKind::Double, value)?;
            Ok::<_, ApiError>(Some(number.real()))
        };
        let mut all = Vec::with_capacity(ranges.ranges.len());
        for (nth, range) in (0..).zip(&ranges.ranges) {
            let (from, to) = (end(&range.from)?, end(&range.to)?);
            let text = |end: Option<f64>| {
                end.map_or_else(
                    || "*".to_owned(),
                    |end| shown.text(end).unwrap_or_else(|| java_text(end)),
                )
            };
            let key = range.key.clone();
            all.push(RangeShown {
                nth,
                key: key.unwrap_or_else(|| format!("{}-{}", text(from), text(to))),
                from,
                to,
            });
        }
        let wire = Wire::Ranges {
            missing: self.number_of_missing(field, kind, ranges.missing.as_ref())?,
            column,
            ranges: all.iter().map(|range| (range.from, range.to)).collect(),
        };
        all.sort_by(|a, b| {
            let (from, to) = (f64::NEG_INFINITY, f64::INFINITY);
            let by_from = a.from.unwrap_or(from).total_cmp(&b.from.unwrap_or(from));
            by_from.then(a.to.unwrap_or(to).total_cmp(&b.to.unwrap_or(to)))
        });
        let what = What::Ranges {
            ranges: all,
            shown,
            keyed: ranges.keyed,
        };
        Ok((wire, what))
    }

    pub(super) fn histogram(&self, histogram: &Histogram) -> Result<Resolved, ApiError> {
        let Histogram {
            field,
            interval,
            offset,
            ..
        } = histogram;
        let (column, kind) = self.numeric_column(field, "histogram")?;
        let missing = self.number_of_missing(field, kind, histogram.missing.as_ref())?;
        let number = |value: f64| nearest(((value - offset) / interval).floor());
        let form = Form::Histogram {
            interval: *interval,
            offset: *offset,
        };
        let intervals = Intervals {
            orders: histogram.orders.clone(),
            min_doc_count: histogram.min_doc_count,
            extended: histogram
                .extended_bounds
                .map(|(min, max)| (number(min), number(max))),
            hard: histogram.hard_bounds.map(|(min, max)| {
                (
                    nearest((min / interval).ceil()),
                    nearest((max / interval).floor()),
                )
            }),
            keyed: histogram.keyed,
        };
        let what = What::Histogram {
            interval: *interval,
            offset: *offset,
            intervals,
        };
        let missing = missing.map(|value| Key::Long(number(value)));
        Ok((one_source(column, missing, form), what))
    }

    pub(super) fn date_histogram(&self, histogram: &DateHistogram) -> Result<Resolved, ApiError> {
        let field = &histogram.field;
        let (column, kind) = self.date_column(field, "date_histogram")?;
        let formats = Self::formats(kind, histogram.format.as_deref())?;
        let rounding = rounding(histogram.interval, histogram.zone_ms, histogram.offset_ms);
        let bounds = |bounds: &Option<(Value, Value)>| {
            let Some((min, max)) = bounds else { return Ok(None) };
            let (min, max) = (self.date(field, &formats, min)?, self.date(field, &formats, max)?);
            if max < min {
                return Err(ApiError::illegal(
                    "[date_histogram] bounds: min is greater than max",
                ));
            }
            Ok(Some((min, max)))
        };
        let intervals = Intervals {
            orders: histogram.orders.clone(),
            min_doc_count: histogram.min_doc_count,
            extended: bounds(&histogram.extended_bounds)?
                .map(|(min, max)| (rounding.round(min), rounding.round(max))),
            hard: bounds(&histogram.hard_bounds)?.map(|(min, max)| (min, max - 1)),
            keyed: histogram.keyed,
        };
        let missing = match &histogram.missing {
            Some(value) => Some(Key::Long(rounding.round(self.date(field, &formats, value)?))),
            None => None,
        };
        let shown = match kind {
            None => Shown::Date(DateShown::new(
                histogram.format.as_deref(),
                &formats,
                histogram.zone_ms,
            )?),
            kind => Self::shown(kind, histogram.format.as_deref(), histogram.zone_ms)?,
        };
        let what = What::Dates {
            rounding,
            shown,
            intervals,
        };
        Ok((one_source(column, missing, Form::Dates(rounding)), what))
    }

    /// The formats in which dates are read.
    pub(super) fn formats(kind: Option<&FieldKind>, asked: Option<&str>) -> Result<DateFormats, ApiError> {
        match (asked, kind) {
            (Some(asked), _) => {
                DateFormats::try_from(asked.to_owned()).map_err(|error| ApiError::illegal(error.to_string()))
            }
            (None, Some(FieldKind::Date { formats })) => Ok(formats.clone()),
            (None, _) => Ok(DateFormats::default()),
        }
    }

    pub(super) fn filters(&self, filters: &Filters) -> Result<Resolved, ApiError> {
        let mut queries = Vec::with_capacity(filters.filters.len());
        let mut keys: Option<Vec<String>> = Some(Vec::new());
        for (key, query) in &filters.filters {
            queries.push(self.query(query)?);
            keys = keys.zip(key.clone()).map(|(mut keys, key)| {
                keys.push(key);
                keys
            });
        }
        if let (Some(keys), Some(others)) = (&mut keys, &filters.others) {
            keys.push(others.clone());
        }
        let what = What::Filters {
            count: queries.len() + usize::from(filters.others.is_some()),
            keys,
        };
        let others = filters.others.is_some();
        Ok((Wire::Filters { queries, others }, what))
    }
}

fn one_source(column: Column, missing: Option<Key>, form: Form) -> Wire {
    Wire::Keyed(Keyed {
        sources: vec![Source {
            column,
            missing,
            form,
            only: None,
            except: Vec::new(),
            like: Like::default(),
        }],
        keep: Keep::All,
        zeros: false,
    })
}

/// How instants are rounded to an interval.
pub(super) fn rounding(interval: Interval, zone_ms: i64, offset_ms: i64) -> DateRounding {
    let unit = match interval {
        Interval::Fixed(ms) => DateUnit::Fixed(ms),
        Interval::Week => DateUnit::Week,
        Interval::Months(months) => DateUnit::Months(months),
    };
    DateRounding {
        unit,
        zone_ms,
        offset_ms,
    }
}

/// The whole number that is nearest; past 64 bits, the last one.
#[expect(
    clippy::cast_possible_truncation,
    reason = "`as` saturates, and so do intervals"
)]
pub(super) fn nearest(number: f64) -> i64 {
    number.round() as i64
}

/// A real number as Java writes it, as the keys of ranges have it.
pub fn java_text(number: f64) -> String {
    if number == 0.0 || (1e-3..1e7).contains(&number.abs()) {
        return format!("{number:?}");
    }
    let text = format!("{number:e}");
    match text.split_once('e') {
        Some((digits, exponent)) if digits.contains('.') => format!("{digits}E{exponent}"),
        Some((digits, exponent)) => format!("{digits}.0E{exponent}"),
        None => text,
    }
}
