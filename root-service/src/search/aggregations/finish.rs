//! Merged results become finished ones: buckets are chosen, ordered and counted.

use std::collections::BTreeMap;
use std::sync::Arc;

use shared::aggregation::{Aggregation, Bucket as Merged, Buckets, Key, Partial, TopHits};
use shared::limits;

use super::histogram::{self, Steps};
use super::order;
use super::outcome::{Best, Bucket, List, Outcome, ShownHit};
use super::pipelines;
use crate::dsl::aggregations::{Order, OrderBy};
use crate::error::ApiError;
use crate::resolve::aggregations::{Node, Plan, TopHitsShown, What};

/// Finishes the results of a whole request.
pub(super) fn finish(plan: &Plan, merged: Vec<Partial>) -> Result<Vec<Outcome>, ApiError> {
    Finisher { buckets: 0 }.level(&plan.nodes, &plan.wire, merged)
}

/// What is counted on the way.
struct Finisher {
    buckets: usize,
}

impl Finisher {
    fn level(
        &mut self,
        nodes: &[Node],
        wire: &[Aggregation],
        merged: Vec<Partial>,
    ) -> Result<Vec<Outcome>, ApiError> {
        let mut computed = wire.iter().zip(merged);
        let mut outcomes = Vec::with_capacity(nodes.len());
        for node in nodes {
            outcomes.push(match node.what {
                What::Pipeline(_) => Outcome::Nothing,
                _ => match computed.next() {
                    Some((wire, merged)) => self.one(node, wire, merged)?,
                    None => return Err(ApiError::Internal),
                },
            });
        }
        pipelines::beside(nodes, &mut outcomes);
        Ok(outcomes)
    }

    fn one(&mut self, node: &Node, wire: &Aggregation, merged: Partial) -> Result<Outcome, ApiError> {
        Ok(match (&node.what, merged) {
            (What::Percentiles { percents, ranks, .. }, Partial::Quantiles(quantiles)) => {
                let at = |number: &f64| {
                    if *ranks {
                        quantiles.share_to(*number).map(|share| 100.0 * share)
                    } else {
                        quantiles.at(number / 100.0)
                    }
                };
                Outcome::Percentiles(percents.iter().map(at).collect())
            }
            (What::Deviation, Partial::Quantiles(quantiles)) => Outcome::Number(quantiles.median_deviation()),
            (_, Partial::Weighted(weighted)) => Outcome::Number(weighted.average()),
            (What::TopHits(top), Partial::TopHits(best)) => Outcome::Best(shown(top, best)),
            (_, Partial::Stats(stats)) => Outcome::Stats(stats),
            (_, Partial::Count(count)) => Outcome::Count(count),
            (_, Partial::Distinct(distinct)) => Outcome::Distinct(distinct),
            (What::Single, Partial::Buckets(mut buckets)) => {
                let merged = buckets.kept.remove(&Key::Nth(0));
                Outcome::Single(self.bucket(node, wire, Key::Nth(0), merged)?)
            }
            (_, Partial::Buckets(buckets)) => {
                let mut list = self.list(node, wire, buckets)?;
                pipelines::within(node, &mut list.buckets)?;
                Outcome::Buckets(list)
            }
            (_, Partial::Quantiles(_) | Partial::TopHits(_)) => return Err(ApiError::Internal),
        })
    }

    fn list(&mut self, node: &Node, wire: &Aggregation, buckets: Buckets) -> Result<List, ApiError> {
        let chosen: Vec<(Key, Option<Merged>)> = match &node.what {
            What::Terms { .. } => return self.terms(node, wire, buckets),
            What::Composite { sources, size } => {
                let descending: Vec<bool> = sources.iter().map(|source| source.descending).collect();
                let mut all: Vec<(Key, Merged)> = buckets.kept.into_iter().collect();
                all.sort_by(|(a, _), (b, _)| a.compare(b, &descending));
                all.truncate(*size);
                all.into_iter().map(|(key, merged)| (key, Some(merged))).collect()
            }
            What::Histogram { intervals, .. } => histogram::shown(buckets.kept, intervals, Steps::One)?,
            What::Dates {
                intervals, rounding, ..
            } => histogram::shown(buckets.kept, intervals, Steps::Dates(*rounding))?,
            What::Ranges { ranges, .. } => numbered(buckets.kept, ranges.iter().map(|range| range.nth)),
            What::Filters { count, .. } => {
                let count = u32::try_from(*count).unwrap_or(u32::MAX);
                numbered(buckets.kept, 0..count)
            }
            What::Single
            | What::Metric { .. }
            | What::Cardinality { .. }
            | What::Percentiles { .. }
            | What::Deviation
            | What::Weighted
            | What::TopHits(_)
            | What::Pipeline(_) => return Err(ApiError::Internal),
        };
        let mut list = List {
            buckets: self.buckets(node, wire, chosen)?,
            ..List::default()
        };
        if let What::Histogram { intervals, .. } | What::Dates { intervals, .. } = &node.what {
            order::sort(&mut list.buckets, &intervals.orders, &node.inner);
        }
        Ok(list)
    }

    fn terms(&mut self, node: &Node, wire: &Aggregation, buckets: Buckets) -> Result<List, ApiError> {
        let What::Terms {
            orders,
            size,
            min_doc_count,
            ..
        } = &node.what
        else {
            return Err(ApiError::Internal);
        };
        let (others, error) = (buckets.others, buckets.error);
        let enough = buckets
            .kept
            .into_iter()
            .filter(|(_, bucket)| bucket.count >= *min_doc_count);
        let mut chosen: Vec<(Key, Option<Merged>)> =
            enough.map(|(key, bucket)| (key, Some(bucket))).collect();
        let by_inner = orders.iter().any(|order| matches!(order.by, OrderBy::Path(_)));
        let mut list = List {
            others,
            error: error_shown(orders, error),
            ..List::default()
        };
        if by_inner {
            // All are finished, and counted when it is known which are shown.
            let before = self.buckets;
            let mut all = Vec::with_capacity(chosen.len());
            for (key, merged) in chosen {
                all.push(self.bucket(node, wire, key, merged)?);
                self.buckets = before;
            }
            order::sort(&mut all, orders, &node.inner);
            list.others += all.iter().skip(*size).map(|bucket| bucket.count).sum::<u64>();
            all.truncate(*size);
            self.count(all.len())?;
            list.buckets = all;
            return Ok(list);
        }
        let count = |merged: &Option<Merged>| merged.as_ref().map_or(0, |merged| merged.count);
        chosen.sort_by(|(key_a, a), (key_b, b)| {
            let by = |order: &Order| {
                let ascending = match order.by {
                    OrderBy::Count => count(a).cmp(&count(b)),
                    OrderBy::Key | OrderBy::Path(_) => key_a.cmp(key_b),
                };
                if order.descending {
                    ascending.reverse()
                } else {
                    ascending
                }
            };
            let by_orders = orders.iter().map(by).find(|order| order.is_ne());
            by_orders.unwrap_or_else(|| key_a.cmp(key_b))
        });
        list.others += chosen
            .iter()
            .skip(*size)
            .map(|(_, merged)| count(merged))
            .sum::<u64>();
        chosen.truncate(*size);
        list.buckets = self.buckets(node, wire, chosen)?;
        Ok(list)
    }

    fn buckets(
        &mut self,
        node: &Node,
        wire: &Aggregation,
        chosen: Vec<(Key, Option<Merged>)>,
    ) -> Result<Vec<Bucket>, ApiError> {
        let mut all = Vec::with_capacity(chosen.len());
        for (key, merged) in chosen {
            all.push(self.bucket(node, wire, key, merged)?);
        }
        Ok(all)
    }

    /// A bucket; one that no shard sent is empty.
    fn bucket(
        &mut self,
        node: &Node,
        wire: &Aggregation,
        key: Key,
        merged: Option<Merged>,
    ) -> Result<Bucket, ApiError> {
        self.count(1)?;
        let (count, sure, inner) = match merged {
            Some(merged) => (merged.count, merged.sure, merged.inner),
            None => (0, 0, wire.inner.iter().map(Partial::empty).collect()),
        };
        Ok(Bucket {
            key,
            count,
            sure,
            inner: self.level(&node.inner, &wire.inner, inner)?,
        })
    }

    fn count(&mut self, buckets: usize) -> Result<(), ApiError> {
        self.buckets += buckets;
        if self.buckets > limits::BUCKETS_MAX {
            return Err(ApiError::TooManyBuckets {
                buckets_max: limits::BUCKETS_MAX,
            });
        }
        Ok(())
    }
}

/// The page of a bucket's best documents.
fn shown(top: &TopHitsShown, best: TopHits) -> Best {
    let shown = |hit| ShownHit {
        index: Arc::from(""),
        hit,
        document: None,
        gone: false,
    };
    Best {
        total: best.total,
        score_max: best.score_max,
        hits: best.hits.into_iter().skip(top.from).map(shown).collect(),
    }
}

/// Counts are off by what shards did not send; under other orders nobody knows.
fn error_shown(orders: &[Order], error: u64) -> i64 {
    match orders.first() {
        _ if error == 0 => 0,
        Some(Order {
            by: OrderBy::Count,
            descending: true,
        }) => i64::try_from(error).unwrap_or(i64::MAX),
        _ => -1,
    }
}

fn numbered(
    mut kept: BTreeMap<Key, Merged>,
    places: impl Iterator<Item = u32>,
) -> Vec<(Key, Option<Merged>)> {
    places
        .map(|nth| {
            let merged = kept.remove(&Key::Nth(nth));
            (Key::Nth(nth), merged)
        })
        .collect()
}
