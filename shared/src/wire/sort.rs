//! The order of hits when it is not the score's alone.
//!
//! Leaves and roots compare by the same function, so that the order of a page does not depend on how an index is cut.

use std::cmp::Ordering;

use serde::{Deserialize, Serialize};

use crate::mapping::coded::Code;

/// One criterion of an order; the first that tells two hits apart decides.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SortKey {
    /// What is compared.
    pub by: SortBy,
    /// Whether the greatest comes first.
    pub descending: bool,
    /// Which value of a document with several counts.
    pub mode: SortMode,
    /// Where documents without a value come, or what they count as.
    pub missing: Missing,
}

/// What a criterion compares.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum SortBy {
    /// The score.
    Score,
    /// The document key: an order that means nothing and is the same everywhere.
    Key,
    /// The document id.
    Id,
    /// A whole number, or a date in milliseconds, by the full path of the field.
    Long(String),
    /// A real number.
    Double(String),
    /// A string.
    Text(String),
    /// A truth value; false comes before true.
    Boolean(String),
    /// A field that no document has.
    Nothing,
    /// A real number of a type with the digits of 32 bits; it is shown with no more.
    Float(String),
    /// A string that stands for something else in the same order.
    Code(String, Code),
}

/// Which value of a document with several counts. Strings know the least and the greatest only.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum SortMode {
    /// The least.
    Min,
    /// The greatest.
    Max,
    /// Their sum.
    Sum,
    /// Their mean.
    Avg,
    /// The one in the middle, or the mean of the two there.
    Median,
}

/// Where documents without a value come.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Missing {
    /// After all others, whatever the direction.
    Last,
    /// Before all others.
    First,
    /// Where this value would be.
    As(SortValue),
}

/// What a document has for a criterion.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum SortValue {
    /// No value.
    Missing,
    /// A score.
    Score(f32),
    /// A document key.
    Key(u64),
    /// A whole number, or a date.
    Long(i64),
    /// A real number.
    Double(f64),
    /// A string, or an id.
    Text(String),
    /// A truth value.
    Boolean(bool),
}

impl SortValue {
    /// About how many bytes it takes.
    pub fn bytes(&self) -> usize {
        size_of::<Self>()
            + if let Self::Text(text) = self {
                text.len()
            } else {
                0
            }
    }
}

/// Criteria of one order, at most.
pub const SORT_KEYS_MAX: usize = 16;

impl SortKey {
    /// Which of two values comes first.
    pub fn compare(&self, a: &SortValue, b: &SortValue) -> Ordering {
        match (a == &SortValue::Missing, b == &SortValue::Missing) {
            (true, true) => Ordering::Equal,
            (true, false) => self.where_missing(),
            (false, true) => self.where_missing().reverse(),
            (false, false) => self.directed(ascending(a, b)),
        }
    }

    /// An order of values, in the direction of the criterion.
    pub fn directed(&self, ascending: Ordering) -> Ordering {
        if self.descending {
            ascending.reverse()
        } else {
            ascending
        }
    }

    /// Where a missing value comes beside one that is there.
    pub fn where_missing(&self) -> Ordering {
        match self.missing {
            Missing::First => Ordering::Less,
            Missing::Last | Missing::As(_) => Ordering::Greater,
        }
    }
}

/// Which of two documents comes first by these criteria, given what they have for each.
pub fn compare(keys: &[SortKey], a: &[SortValue], b: &[SortValue]) -> Ordering {
    keys.iter()
        .zip(a.iter().zip(b))
        .map(|(key, (a, b))| key.compare(a, b))
        .find(|order| order.is_ne())
        .unwrap_or(Ordering::Equal)
}

fn ascending(a: &SortValue, b: &SortValue) -> Ordering {
    use SortValue::{Boolean, Double, Key, Long, Missing, Score, Text};
    match (a, b) {
        (Long(a), Long(b)) => a.cmp(b),
        (Double(a), Double(b)) => a.total_cmp(b),
        (Text(a), Text(b)) => a.cmp(b),
        (Boolean(a), Boolean(b)) => a.cmp(b),
        (Score(a), Score(b)) => a.total_cmp(b),
        (Key(a), Key(b)) => a.cmp(b),
        // A criterion has values of one kind; those of another, from who knows where, come in some order all the same.
        (Long(_) | Double(_) | Text(_) | Boolean(_) | Score(_) | Key(_) | Missing, _) => {
            kind(a).cmp(&kind(b))
        }
    }
}

fn kind(value: &SortValue) -> u8 {
    match value {
        SortValue::Missing => 0,
        SortValue::Score(_) => 1,
        SortValue::Key(_) => 2,
        SortValue::Long(_) => 3,
        SortValue::Double(_) => 4,
        SortValue::Text(_) => 5,
        SortValue::Boolean(_) => 6,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(descending: bool, missing: Missing) -> SortKey {
        SortKey {
            by: SortBy::Long("n".to_owned()),
            descending,
            mode: SortMode::Min,
            missing,
        }
    }

    #[test]
    fn missing_values_stay_where_they_belong_whatever_the_direction() {
        let (one, two, none) = (SortValue::Long(1), SortValue::Long(2), SortValue::Missing);
        for descending in [false, true] {
            let last = key(descending, Missing::Last);
            assert_eq!(last.compare(&none, &one), Ordering::Greater);
            assert_eq!(last.compare(&two, &none), Ordering::Less);
            let first = key(descending, Missing::First);
            assert_eq!(first.compare(&none, &one), Ordering::Less);
            assert_eq!(first.compare(&none, &none), Ordering::Equal);
            assert_eq!(last.compare(&one, &two).is_lt(), !descending);
        }
    }

    #[test]
    fn the_first_criterion_that_tells_two_apart_decides() {
        let keys = [key(false, Missing::Last), key(true, Missing::Last)];
        let of = |a, b| [SortValue::Long(a), SortValue::Long(b)];
        assert_eq!(compare(&keys, &of(1, 1), &of(1, 2)), Ordering::Greater);
        assert_eq!(compare(&keys, &of(0, 1), &of(1, 2)), Ordering::Less);
        assert_eq!(compare(&keys, &of(1, 2), &of(1, 2)), Ordering::Equal);
    }
}
