//! Keys of buckets, with a total order.

use std::cmp::Ordering;
use std::hash::{Hash, Hasher};

use serde::{Deserialize, Serialize};

/// A real number, ordered by [`f64::total_cmp`].
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Real(f64);

impl Real {
    /// The number; the negative zero is the positive one.
    pub fn new(number: f64) -> Self {
        Self(number + 0.0)
    }

    /// The number.
    pub fn get(self) -> f64 {
        self.0
    }

    /// The whole number that it is, if it is one that real numbers tell from its neighbours.
    #[expect(clippy::cast_possible_truncation, reason = "whole, and of at most 53 bits")]
    pub(super) fn whole(self) -> Option<i64> {
        (self.0.fract() == 0.0 && self.0.abs() <= 9_007_199_254_740_992.0).then_some(self.0 as i64)
    }
}

impl PartialEq for Real {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Real {}

impl PartialOrd for Real {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Real {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.total_cmp(&other.0)
    }
}

impl Hash for Real {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.to_bits().hash(state);
    }
}

/// The key of a bucket.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Key {
    /// No value; comes first.
    Null,
    /// The number of a range or filter.
    Nth(u32),
    /// A truth value.
    Boolean(bool),
    /// A whole number, a date in milliseconds, or the number of an interval.
    Long(i64),
    /// A real number.
    Double(Real),
    /// A keyword.
    Str(String),
    /// A combination.
    Tuple(Vec<Key>),
    /// No value, where it comes last.
    NullLast,
}

impl Key {
    /// About how many bytes it takes.
    pub fn bytes(&self) -> usize {
        let behind = match self {
            Self::Null
            | Self::NullLast
            | Self::Nth(_)
            | Self::Boolean(_)
            | Self::Long(_)
            | Self::Double(_) => 0,
            Self::Str(text) => text.len(),
            Self::Tuple(keys) => keys.iter().map(Self::bytes).sum(),
        };
        size_of::<Self>() + behind
    }

    /// The order of combinations whose parts may each be in descending order.
    pub fn compare(&self, other: &Self, descending: &[bool]) -> Ordering {
        for (nth, (a, b)) in self.parts().iter().zip(other.parts()).enumerate() {
            let order = if descending.get(nth).copied().unwrap_or(false) {
                b.cmp(a)
            } else {
                a.cmp(b)
            };
            if order != Ordering::Equal {
                return order;
            }
        }
        Ordering::Equal
    }

    /// Those of a combination; any other key is its only one.
    fn parts(&self) -> &[Self] {
        match self {
            Self::Tuple(parts) => parts,
            other => std::slice::from_ref(other),
        }
    }
}
