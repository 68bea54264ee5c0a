//! Which intervals of a histogram are shown: gaps too, unless the request wants only those with documents.

use std::collections::BTreeMap;

use shared::aggregation::{Bucket, DateRounding, Key};
use shared::limits;

use crate::error::ApiError;
use crate::resolve::aggregations::Intervals;

/// The steps from one interval to the next.
#[derive(Clone, Copy)]
pub(super) enum Steps {
    /// Numbered ones.
    One,
    /// Intervals of time.
    Dates(DateRounding),
}

impl Steps {
    fn next(self, key: i64) -> Option<i64> {
        match self {
            Self::One => key.checked_add(1),
            Self::Dates(rounding) => Some(rounding.next(key)).filter(|next| *next > key),
        }
    }
}

/// The intervals to show, by key, each with its documents if it has any.
pub(super) fn shown(
    mut kept: BTreeMap<Key, Bucket>,
    intervals: &Intervals,
    steps: Steps,
) -> Result<Vec<(Key, Option<Bucket>)>, ApiError> {
    if let Some((first, last)) = intervals.hard {
        kept.retain(|key, _| matches!(key, Key::Long(key) if (first..=last).contains(key)));
    }
    if intervals.min_doc_count > 0 {
        let enough = kept
            .into_iter()
            .filter(|(_, bucket)| bucket.count >= intervals.min_doc_count);
        return Ok(enough.map(|(key, bucket)| (key, Some(bucket))).collect());
    }
    let end = |key: Option<(&Key, &Bucket)>| match key {
        Some((Key::Long(key), _)) => Some(*key),
        _ => None,
    };
    let (mut first, mut last) = (end(kept.first_key_value()), end(kept.last_key_value()));
    if let Some((from, to)) = intervals.extended {
        let (from, to) = match intervals.hard {
            Some((least, most)) => (from.max(least), to.min(most)),
            None => (from, to),
        };
        if from <= to {
            first = Some(first.map_or(from, |first| first.min(from)));
            last = Some(last.map_or(to, |last| last.max(to)));
        }
    }
    let (Some(first), Some(last)) = (first, last) else {
        return Ok(Vec::new());
    };
    let mut all = Vec::new();
    let mut at = Some(first);
    while let Some(key) = at.filter(|key| *key <= last) {
        if all.len() >= limits::BUCKETS_MAX {
            return Err(ApiError::TooManyBuckets {
                buckets_max: limits::BUCKETS_MAX,
            });
        }
        let key = Key::Long(key);
        let bucket = kept.remove(&key);
        all.push((key, bucket));
        at = steps.next(at.unwrap_or(last));
    }
    Ok(all)
}
