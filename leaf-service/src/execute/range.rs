//! Ranges over the column of an exact field.
//!
//! tantivy's own range query panics on bounds of two types, and is wrong at the edges where bounds of real numbers meet
//! a column of whole ones (a segment in which every value of a `double` happens to be whole).

use std::ops::{Bound as Edge, RangeInclusive};

use shared::wire::clause::{Bound, Value};
use tantivy::columnar::{Column, ColumnIndex, ColumnType, MonotonicallyMappableToU64, StrColumn};
use tantivy::query::{AllScorer, ConstScorer, EmptyScorer, Explanation, Scorer, Weight};
use tantivy::{DocId, DocSet, Score, SegmentReader, TERMINATED};

use super::terms;
use super::weights::unexplained;

/// Matches documents with a value within bounds; scores the boost.
pub(super) struct RangeWeight {
    column: String,
    lower: Bound,
    upper: Bound,
}

impl RangeWeight {
    /// At least one bound is not open, and both are of one kind; booleans are not ranged over.
    pub(super) fn new(path: &str, lower: &Bound, upper: &Bound) -> Self {
        Self {
            column: terms::column(path),
            lower: lower.clone(),
            upper: upper.clone(),
        }
    }

    fn is_text(&self) -> bool {
        [&self.lower, &self.upper].into_iter().any(|bound| {
            matches!(
                bound,
                Bound::Included(Value::Str(_)) | Bound::Excluded(Value::Str(_))
            )
        })
    }

    /// The segment's column and the values in it that are within the bounds, both as order-preserving integers.
    fn within(&self, reader: &SegmentReader) -> tantivy::Result<Option<(Column<u64>, RangeInclusive<u64>)>> {
        if self.is_text() {
            let Some(column) = reader.fast_fields().str(&self.column)? else {
                return Ok(None);
            };
            let ords = text_range(&column, &self.lower, &self.upper)?;
            return Ok(ords.map(|range| (column.ords().clone(), range)));
        }
        for handle in reader.fast_fields().dynamic_column_handles(&self.column)? {
            let range = match handle.column_type() {
                ColumnType::I64 => whole_range(
                    &self.lower,
                    &self.upper,
                    i128::from(i64::MIN),
                    i128::from(i64::MAX),
                )
                .map(|(first, last)| to_i64(first).to_u64()..=to_i64(last).to_u64()),
                ColumnType::U64 => whole_range(&self.lower, &self.upper, 0, i128::from(u64::MAX))
                    .map(|(first, last)| to_u64(first)..=to_u64(last)),
                ColumnType::F64 => {
                    real_range(&self.lower, &self.upper).map(|(first, last)| first.to_u64()..=last.to_u64())
                }
                ColumnType::Bytes
                | ColumnType::Str
                | ColumnType::Bool
                | ColumnType::IpAddr
                | ColumnType::DateTime => continue,
            };
            let column = handle.open_u64_lenient()?;
            return Ok(column.zip(range));
        }
        Ok(None)
    }
}

impl Weight for RangeWeight {
    fn scorer(&self, reader: &SegmentReader, boost: Score) -> tantivy::Result<Box<dyn Scorer>> {
        let Some((column, range)) = self.within(reader)? else {
            return Ok(Box::new(EmptyScorer));
        };
        let (first, last) = (column.min_value(), column.max_value());
        if last < *range.start() || *range.end() < first {
            return Ok(Box::new(EmptyScorer));
        }
        let all_within = *range.start() <= first && last <= *range.end();
        if all_within && matches!(column.index, ColumnIndex::Full) {
            return Ok(Box::new(ConstScorer::new(
                AllScorer::new(reader.max_doc()),
                boost,
            )));
        }
        Ok(Box::new(ConstScorer::new(
            RangeDocs::new(column, range, reader.max_doc()),
            boost,
        )))
    }

    fn explain(&self, _reader: &SegmentReader, _doc: DocId) -> tantivy::Result<Explanation> {
        Err(unexplained())
    }
}

/// The ordinals of the strings within bounds; `None` if there can be none.
fn text_range(
    column: &StrColumn,
    lower: &Bound,
    upper: &Bound,
) -> tantivy::Result<Option<RangeInclusive<u64>>> {
    let edge = |bound: &Bound| match bound {
        Bound::Included(Value::Str(text)) => Edge::Included(text.clone().into_bytes()),
        Bound::Excluded(Value::Str(text)) => Edge::Excluded(text.clone().into_bytes()),
        Bound::Open | Bound::Included(_) | Bound::Excluded(_) => Edge::Unbounded,
    };
    let (lower, upper) = column.dictionary().term_bounds_to_ord(edge(lower), edge(upper))?;
    let first = match lower {
        Edge::Included(ord) => Some(ord),
        Edge::Excluded(ord) => ord.checked_add(1),
        Edge::Unbounded => Some(0),
    };
    let last = match upper {
        Edge::Included(ord) => Some(ord),
        Edge::Excluded(ord) => ord.checked_sub(1),
        Edge::Unbounded => Some(u64::MAX),
    };
    Ok(first
        .zip(last)
        .filter(|(first, last)| first <= last)
        .map(|(first, last)| first..=last))
}

/// The least and greatest whole numbers within bounds and `least..=greatest`.
fn whole_range(lower: &Bound, upper: &Bound, least: i128, greatest: i128) -> Option<(i128, i128)> {
    let first = match lower {
        Bound::Included(Value::Long(number)) => i128::from(*number),
        Bound::Excluded(Value::Long(number)) => i128::from(*number) + 1,
        Bound::Included(Value::Double(number)) => truncated(number.ceil()),
        Bound::Excluded(Value::Double(number)) => truncated(number.floor()).saturating_add(1),
        Bound::Open | Bound::Included(_) | Bound::Excluded(_) => least,
    };
    let last = match upper {
        Bound::Included(Value::Long(number)) => i128::from(*number),
        Bound::Excluded(Value::Long(number)) => i128::from(*number) - 1,
        Bound::Included(Value::Double(number)) => truncated(number.floor()),
        Bound::Excluded(Value::Double(number)) => truncated(number.ceil()).saturating_sub(1),
        Bound::Open | Bound::Included(_) | Bound::Excluded(_) => greatest,
    };
    let (first, last) = (first.max(least), last.min(greatest));
    (first <= last).then_some((first, last))
}

/// The least and greatest real numbers within bounds.
fn real_range(lower: &Bound, upper: &Bound) -> Option<(f64, f64)> {
    let first = match lower {
        Bound::Included(Value::Double(number)) => *number,
        Bound::Excluded(Value::Double(number)) => number.next_up(),
        Bound::Included(Value::Long(number)) => real_of(*number, f64::next_up, |real, whole| real < whole),
        Bound::Excluded(Value::Long(number)) => real_of(*number, f64::next_up, |real, whole| real <= whole),
        Bound::Open | Bound::Included(_) | Bound::Excluded(_) => f64::NEG_INFINITY,
    };
    let last = match upper {
        Bound::Included(Value::Double(number)) => *number,
        Bound::Excluded(Value::Double(number)) => number.next_down(),
        Bound::Included(Value::Long(number)) => real_of(*number, f64::next_down, |real, whole| real > whole),
        Bound::Excluded(Value::Long(number)) => real_of(*number, f64::next_down, |real, whole| real >= whole),
        Bound::Open | Bound::Included(_) | Bound::Excluded(_) => f64::INFINITY,
    };
    // The two zeros are one number, but apart in the column's order.
    let first = if first == 0.0 { -0.0 } else { first };
    let last = if last == 0.0 { 0.0 } else { last };
    (first <= last).then_some((first, last))
}

/// The real number nearest to a whole one, moved once while `outside` says that it is not within the bound.
fn real_of(whole: i64, step: fn(f64) -> f64, outside: fn(i128, i128) -> bool) -> f64 {
    let nearest = whole as f64;
    if outside(truncated(nearest), i128::from(whole)) {
        step(nearest)
    } else {
        nearest
    }
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "the argument is whole; past the ends of 128 bits it saturates, far outside of every column"
)]
fn truncated(whole: f64) -> i128 {
    whole as i128
}

fn to_i64(number: i128) -> i64 {
    i64::try_from(number).expect("clamped to the range of i64")
}

fn to_u64(number: i128) -> u64 {
    u64::try_from(number).expect("clamped to the range of u64")
}

/// How many documents are looked at together at first; doubles while the scan goes straight on.
const SCAN_MIN: u32 = 128;
/// How many at most.
const SCAN_MAX: u32 = 1 << 16;

/// The documents of a column with a value in a range, found by scanning it in pieces.
struct RangeDocs {
    column: Column<u64>,
    range: RangeInclusive<u64>,
    max_doc: DocId,
    /// Matches of the piece that ends before `scanned`, ascending.
    found: Vec<DocId>,
    at: usize,
    scanned: DocId,
    piece: u32,
}

impl RangeDocs {
    fn new(column: Column<u64>, range: RangeInclusive<u64>, max_doc: DocId) -> Self {
        let mut docs = Self {
            column,
            range,
            max_doc,
            found: Vec::new(),
            at: 0,
            scanned: 0,
            piece: SCAN_MIN,
        };
        docs.scan();
        docs
    }

    /// Scans on until a piece has a match or the column ends.
    fn scan(&mut self) {
        self.found.clear();
        self.at = 0;
        while self.found.is_empty() && self.scanned < self.max_doc {
            let end = self.scanned.saturating_add(self.piece).min(self.max_doc);
            self.column
                .get_docids_for_value_range(self.range.clone(), self.scanned..end, &mut self.found);
            self.scanned = end;
            self.piece = (self.piece * 2).min(SCAN_MAX);
        }
    }
}

impl DocSet for RangeDocs {
    fn advance(&mut self) -> DocId {
        self.at += 1;
        if self.at >= self.found.len() {
            self.scan();
        }
        self.doc()
    }

    fn seek(&mut self, target: DocId) -> DocId {
        if target > self.doc() {
            if target < self.scanned {
                self.at += self.found[self.at..].partition_point(|doc| *doc < target);
            } else {
                self.scanned = target;
                self.piece = SCAN_MIN;
                self.at = self.found.len();
            }
            if self.at >= self.found.len() {
                self.scan();
            }
        }
        self.doc()
    }

    fn doc(&self) -> DocId {
        self.found.get(self.at).copied().unwrap_or(TERMINATED)
    }

    fn size_hint(&self) -> u32 {
        self.column.values.num_vals().min(self.max_doc)
    }

    /// A scan costs the same however few documents match.
    fn cost(&self) -> u64 {
        u64::from(self.max_doc)
    }
}
