//! What the documents of one segment have for each criterion of an order, as numbers that compare quickly.

use std::cmp::Ordering;
use std::ops::Bound;

use shared::wire::sort::{Missing, SortBy, SortKey, SortMode, SortValue};
use tantivy::columnar::{Column, DynamicColumn, StrColumn};
use tantivy::{DocId, SegmentReader};

use crate::execute::error::ExecuteError;
use crate::execute::terms;
use crate::view::View;

/// What a document has for a criterion, within its segment.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::execute) enum Local {
    Missing,
    Score(f32),
    Key(u64),
    Long(i64),
    Double(f64),
    /// A string's place, see [`placed`].
    Text(u64),
    Boolean(bool),
}

/// One criterion over one segment.
pub(in crate::execute) struct SortColumn<'a> {
    key: &'a SortKey,
    values: Values<'a>,
    /// What documents without a value count as.
    missing: Local,
}

enum Values<'a> {
    Score,
    Key(&'a Column<u64>),
    Id(&'a StrColumn),
    Whole(DynamicColumn),
    Real(DynamicColumn),
    Text(StrColumn),
    Boolean(Column<bool>),
    Nothing,
}

impl<'a> SortColumn<'a> {
    pub(in crate::execute) fn open(
        key: &'a SortKey,
        view: &'a View,
        segment: u32,
    ) -> Result<Self, ExecuteError> {
        let reader = view.searcher.segment_reader(segment);
        let values = match &key.by {
            SortBy::Score => Values::Score,
            SortBy::Key => Values::Key(view.keys(segment)?),
            SortBy::Id => Values::Id(view.ids(segment)?),
            SortBy::Long(path) => numbers(reader, path)?.map_or(Values::Nothing, Values::Whole),
            SortBy::Double(path) | SortBy::Float(path) => {
                numbers(reader, path)?.map_or(Values::Nothing, Values::Real)
            }
            SortBy::Text(path) | SortBy::Code(path, _) => reader
                .fast_fields()
                .str(&terms::column(path))?
                .map_or(Values::Nothing, Values::Text),
            SortBy::Boolean(path) => reader
                .fast_fields()
                .column_opt::<bool>(&terms::column(path))?
                .map_or(Values::Nothing, Values::Boolean),
            SortBy::Nothing => Values::Nothing,
        };
        let mut column = Self {
            key,
            values,
            missing: Local::Missing,
        };
        if let Missing::As(value) = &key.missing {
            column.missing = column.local(value)?;
        }
        Ok(column)
    }

    /// What a document has.
    pub(in crate::execute) fn of(&self, doc: DocId, score: f32) -> Local {
        let found = match &self.values {
            Values::Score => Some(Local::Score(score)),
            Values::Key(keys) => keys.first(doc).map(Local::Key),
            Values::Id(ids) => ids.ords().first(doc).map(placed),
            Values::Whole(DynamicColumn::I64(column)) => {
                self.whole(column.values_for_doc(doc)).map(Local::Long)
            }
            Values::Whole(DynamicColumn::U64(column)) => {
                let values = column.values_for_doc(doc);
                self.whole(values.map(|value| i64::try_from(value).unwrap_or(i64::MAX)))
                    .map(Local::Long)
            }
            Values::Real(DynamicColumn::F64(column)) => {
                self.real(column.values_for_doc(doc)).map(Local::Double)
            }
            // Where all values of a segment happen to be whole, they are kept as such.
            Values::Real(DynamicColumn::I64(column)) => {
                let values = column.values_for_doc(doc).map(|value| value as f64);
                self.real(values).map(Local::Double)
            }
            Values::Real(DynamicColumn::U64(column)) => {
                let values = column.values_for_doc(doc).map(|value| value as f64);
                self.real(values).map(Local::Double)
            }
            Values::Whole(_) | Values::Real(_) | Values::Nothing => None,
            Values::Text(column) => {
                let ords = column.ords().values_for_doc(doc);
                let ord = if self.key.mode == SortMode::Max {
                    ords.max()
                } else {
                    ords.min()
                };
                ord.map(placed)
            }
            Values::Boolean(column) => {
                let values = column.values_for_doc(doc);
                let value = if self.key.mode == SortMode::Max {
                    values.max()
                } else {
                    values.min()
                };
                value.map(Local::Boolean)
            }
        };
        found.unwrap_or(self.missing)
    }

    fn whole(&self, values: impl Iterator<Item = i64>) -> Option<i64> {
        match self.key.mode {
            SortMode::Min => values.min(),
            SortMode::Max => values.max(),
            SortMode::Sum => values.map(i128::from).reduce(|a, b| a + b).map(saturated),
            SortMode::Avg => {
                let (mut sum, mut count) = (0_i128, 0_i128);
                values.for_each(|value| {
                    sum += i128::from(value);
                    count += 1;
                });
                // To the nearest, as Elasticsearch rounds.
                (count > 0).then(|| saturated((2 * sum + count).div_euclid(2 * count)))
            }
            SortMode::Median => {
                let mut sorted: Vec<i64> = values.collect();
                sorted.sort_unstable();
                let middle = sorted.len() / 2;
                let upper = i128::from(*sorted.get(middle)?);
                if sorted.len() % 2 == 1 {
                    return Some(saturated(upper));
                }
                let sum = i128::from(sorted[middle - 1]) + upper;
                Some(saturated((sum + 1).div_euclid(2)))
            }
        }
    }

    fn real(&self, values: impl Iterator<Item = f64>) -> Option<f64> {
        let mut sorted: Vec<f64> = values.collect();
        sorted.sort_unstable_by(f64::total_cmp);
        let (first, last) = (*sorted.first()?, *sorted.last()?);
        let sum = || sorted.iter().sum::<f64>();
        Some(match self.key.mode {
            SortMode::Min => first,
            SortMode::Max => last,
            SortMode::Sum => sum(),
            SortMode::Avg => sum() / sorted.len() as f64,
            SortMode::Median => {
                let middle = sorted.len() / 2;
                if sorted.len() % 2 == 1 {
                    sorted[middle]
                } else {
                    f64::midpoint(sorted[middle - 1], sorted[middle])
                }
            }
        })
    }

    /// A value from elsewhere, as it compares within this segment.
    pub(in crate::execute) fn local(&self, value: &SortValue) -> Result<Local, ExecuteError> {
        Ok(match value {
            SortValue::Missing => Local::Missing,
            SortValue::Score(score) => Local::Score(*score),
            SortValue::Key(key) => Local::Key(*key),
            SortValue::Long(number) => Local::Long(*number),
            SortValue::Double(number) => Local::Double(*number),
            SortValue::Boolean(truth) => Local::Boolean(*truth),
            SortValue::Text(text) => match self.dictionary() {
                None => Local::Text(0),
                Some(column) => place(column, text)?,
            },
        })
    }

    /// A document's value, as it compares everywhere.
    pub(in crate::execute) fn global(&self, local: Local) -> Result<SortValue, ExecuteError> {
        Ok(match local {
            Local::Missing => SortValue::Missing,
            Local::Score(score) => SortValue::Score(score),
            Local::Key(key) => SortValue::Key(key),
            Local::Long(number) => SortValue::Long(number),
            Local::Double(number) => SortValue::Double(number),
            Local::Boolean(truth) => SortValue::Boolean(truth),
            Local::Text(_) if local == self.missing => match &self.key.missing {
                Missing::As(value) => value.clone(),
                Missing::First | Missing::Last => SortValue::Missing,
            },
            Local::Text(place) => {
                let mut text = String::new();
                if let Some(column) = self.dictionary() {
                    column.ord_to_str((place - 1) / 2, &mut text)?;
                }
                SortValue::Text(text)
            }
        })
    }

    /// Which of two values comes first.
    pub(in crate::execute) fn compare(&self, a: Local, b: Local) -> Ordering {
        match (a == Local::Missing, b == Local::Missing) {
            (true, true) => Ordering::Equal,
            (true, false) => self.key.where_missing(),
            (false, true) => self.key.where_missing().reverse(),
            (false, false) => self.key.directed(ascending(a, b)),
        }
    }

    fn dictionary(&self) -> Option<&StrColumn> {
        match &self.values {
            Values::Id(ids) => Some(ids),
            Values::Text(column) => Some(column),
            _ => None,
        }
    }
}

fn saturated(number: i128) -> i64 {
    i64::try_from(number).unwrap_or(if number < 0 { i64::MIN } else { i64::MAX })
}

/// A column of numbers of whatever type the segment keeps them in.
fn numbers(reader: &SegmentReader, path: &str) -> Result<Option<DynamicColumn>, ExecuteError> {
    for handle in reader
        .fast_fields()
        .dynamic_column_handles(&terms::column(path))?
    {
        let column = handle.open().map_err(tantivy::TantivyError::from)?;
        if matches!(
            column,
            DynamicColumn::I64(_) | DynamicColumn::U64(_) | DynamicColumn::F64(_)
        ) {
            return Ok(Some(column));
        }
    }
    Ok(None)
}

/// The place of a string of the segment's dictionary by its number there. Places are odd, so that a string that is not
/// there has an even one between two of them.
fn placed(ord: u64) -> Local {
    Local::Text(2 * ord + 1)
}

/// Where a string is, or would be, among those of a dictionary.
fn place(column: &StrColumn, text: &str) -> Result<Local, ExecuteError> {
    let from = Bound::Included(text.as_bytes());
    let (first, _) = column
        .dictionary()
        .term_bounds_to_ord(from, Bound::<&[u8]>::Unbounded)?;
    let next = match first {
        Bound::Included(ord) => ord,
        Bound::Excluded(ord) => ord.saturating_add(1),
        Bound::Unbounded => 0,
    };
    let mut found = String::new();
    if next < column.num_terms() as u64 && column.ord_to_str(next, &mut found)? && found == text {
        return Ok(placed(next));
    }
    Ok(Local::Text(next.saturating_mul(2)))
}

fn ascending(a: Local, b: Local) -> Ordering {
    match (a, b) {
        (Local::Long(a), Local::Long(b)) => a.cmp(&b),
        (Local::Double(a), Local::Double(b)) => a.total_cmp(&b),
        (Local::Score(a), Local::Score(b)) => a.total_cmp(&b),
        (Local::Text(a) | Local::Key(a), Local::Text(b) | Local::Key(b)) => a.cmp(&b),
        (Local::Boolean(a), Local::Boolean(b)) => a.cmp(&b),
        // A criterion has values of one kind.
        _ => Ordering::Equal,
    }
}
