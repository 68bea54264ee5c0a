//! What leaves counted between two scrapes, as histograms.

use crate::measured::{Histogram, LeafTimes};
use crate::scrape::Scrape;

/// Waiting for a thread, by `call`.
const QUEUE: &str = "gleaner_leaf_queue_seconds";
/// Execution, by `call`.
const EXECUTION: &str = "gleaner_leaf_execution_seconds";
/// The processor time of all executions, by `call`.
const CPU: &str = "gleaner_leaf_execution_cpu_seconds_sum";

/// What leaves had counted of one kind of requests when they were asked: how many did not exceed each bound.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LeafCounts {
    queued: Vec<(f64, f64)>,
    executed: Vec<(f64, f64)>,
    cpu_seconds: f64,
}

impl LeafCounts {
    /// The counts of all leaves together, of the call `search` or `fetch`.
    #[must_use]
    pub fn of(leaves: &[Scrape], call: &str) -> Self {
        let mut counts = Self::default();
        for leaf in leaves {
            add(&mut counts.queued, leaf.buckets(QUEUE, &[("call", call)]));
            add(&mut counts.executed, leaf.buckets(EXECUTION, &[("call", call)]));
            counts.cpu_seconds += leaf.sum(CPU, &[("call", call)]);
        }
        counts
    }
}

/// All leaves have the same buckets: they are those of this program.
fn add(sum: &mut Vec<(f64, f64)>, buckets: Vec<(f64, f64)>) {
    if sum.is_empty() {
        *sum = buckets;
    } else {
        sum.iter_mut()
            .zip(buckets)
            .for_each(|(sum, bucket)| sum.1 += bucket.1);
    }
}

/// What was counted from `before` to `after`.
#[must_use]
pub fn leaf_times(before: &LeafCounts, after: &LeafCounts) -> LeafTimes {
    let executed = histogram(&before.executed, &after.executed);
    LeafTimes {
        requests: executed.count(),
        queued: histogram(&before.queued, &after.queued),
        executed,
        cpu_seconds: (after.cpu_seconds - before.cpu_seconds).max(0.0),
    }
}

/// What one histogram counted in between.
///
/// Each value counts as the middle of its bucket, by ratio: what is wrong with it is at most half a bucket, which is 12 %.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "counts and microseconds are whole and not negative, and a cast of floats saturates"
)]
pub(crate) fn histogram(before: &[(f64, f64)], after: &[(f64, f64)]) -> Histogram {
    let mut histogram = Histogram::default();
    let (mut lower, mut below) = (0.0, 0.0);
    for (at, &(upper, up_to)) in after.iter().enumerate() {
        let up_to = up_to - before.get(at).map_or(0.0, |(_, earlier)| *earlier);
        let middle_seconds = match (lower, upper) {
            (0.0, upper) => upper / 2.0,
            (lower, f64::INFINITY) => lower,
            (lower, upper) => f64::sqrt(lower * upper),
        };
        histogram.record_us(
            (middle_seconds * 1e6).round() as u64,
            (up_to - below).max(0.0) as u64,
        );
        (lower, below) = (upper, up_to);
    }
    histogram
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The metrics of a leaf that executed so many searches in up to 1, up to 4, and in more milliseconds.
    fn leaf(counts: [u64; 3]) -> Scrape {
        let [first, second, third] = counts;
        let text = ["queue", "execution"].map(|name| {
            let bucket = |bound: &str, count: u64| {
                format!("gleaner_leaf_{name}_seconds_bucket{{le=\"{bound}\",call=\"search\"}} {count}\n")
            };
            [
                bucket("0.001", first),
                bucket("0.004", first + second),
                bucket("+Inf", first + second + third),
                format!("gleaner_leaf_{name}_seconds_bucket{{le=\"0.001\",call=\"fetch\"}} 99\n"),
            ]
            .concat()
        });
        Scrape::parse(&text.concat()).unwrap()
    }

    #[test]
    fn what_came_in_between_is_told_by_the_middle_of_its_bucket() {
        let before = LeafCounts::of(&[leaf([5, 5, 0]), leaf([1, 0, 0])], "search");
        let after = LeafCounts::of(&[leaf([7, 8, 0]), leaf([1, 0, 4])], "search");
        let times = leaf_times(&before, &after);
        assert_eq!((times.requests, times.queued.count()), (9, 9));
        let buckets: Vec<_> = times.executed.buckets().collect();
        assert_eq!(buckets, [(500, 2), (2_000, 3), (4_001, 4)]);
    }

    #[test]
    fn leaves_that_say_nothing_have_done_nothing() {
        let nothing = LeafCounts::of(&[], "search");
        assert_eq!(leaf_times(&nothing, &nothing), LeafTimes::default());
    }
}
