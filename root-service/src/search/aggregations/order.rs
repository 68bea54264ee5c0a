//! The order of buckets. What has no number comes last in either direction, and ties go by key.

use std::cmp::Ordering;

use super::outcome::Bucket;
use crate::dsl::aggregations::{Gaps, Order, OrderBy};
use crate::resolve::aggregations::Node;

/// Orders buckets by what is inside of them.
pub(super) fn sort(buckets: &mut Vec<Bucket>, orders: &[Order], nodes: &[Node]) {
    if let [
        Order {
            by: OrderBy::Key,
            descending: false,
        },
    ] = orders
    {
        // They come by key.
        return;
    }
    let mut keyed: Vec<(Vec<Option<f64>>, Bucket)> = std::mem::take(buckets)
        .into_iter()
        .map(|bucket| (numbers(&bucket, orders, nodes), bucket))
        .collect();
    keyed.sort_by(|(numbers_a, a), (numbers_b, b)| {
        let pairs = orders.iter().zip(numbers_a.iter().zip(numbers_b));
        let by_orders =
            pairs.map(|(order, (number_a, number_b))| compare(order, (a, *number_a), (b, *number_b)));
        by_orders
            .fold(Ordering::Equal, Ordering::then)
            .then_with(|| a.key.cmp(&b.key))
    });
    buckets.extend(keyed.into_iter().map(|(_, bucket)| bucket));
}

fn numbers(bucket: &Bucket, orders: &[Order], nodes: &[Node]) -> Vec<Option<f64>> {
    let number = |order: &Order| match &order.by {
        OrderBy::Count | OrderBy::Key => None,
        OrderBy::Path(path) => bucket.number(nodes, path).filter(|number| !number.is_nan()),
    };
    orders.iter().map(number).collect()
}

fn compare(order: &Order, a: (&Bucket, Option<f64>), b: (&Bucket, Option<f64>)) -> Ordering {
    let ascending = match &order.by {
        OrderBy::Count => a.0.count.cmp(&b.0.count),
        OrderBy::Key => a.0.key.cmp(&b.0.key),
        OrderBy::Path(_) => match (a.1, b.1) {
            (Some(a), Some(b)) => a.total_cmp(&b),
            (Some(_), None) => return Ordering::Less,
            (None, Some(_)) => return Ordering::Greater,
            (None, None) => Ordering::Equal,
        },
    };
    if order.descending {
        ascending.reverse()
    } else {
        ascending
    }
}

/// Orders buckets as `bucket_sort` does: those without a number are dropped, unless gaps count as 0, and ties stay as they are.
pub(super) fn bucket_sort(buckets: &mut Vec<Bucket>, orders: &[Order], nodes: &[Node], gaps: Gaps) {
    let has_number = |bucket: &Bucket, order: &Order| match &order.by {
        OrderBy::Count | OrderBy::Key => true,
        OrderBy::Path(path) => bucket.number_or_gap(nodes, path, gaps).is_some(),
    };
    buckets.retain(|bucket| orders.iter().all(|order| has_number(bucket, order)));
    buckets.sort_by(|a, b| {
        let number = |bucket: &Bucket, order: &Order| match &order.by {
            OrderBy::Count | OrderBy::Key => None,
            OrderBy::Path(path) => bucket.number_or_gap(nodes, path, gaps),
        };
        let by_orders = orders
            .iter()
            .map(|order| compare(order, (a, number(a, order)), (b, number(b, order))));
        by_orders.fold(Ordering::Equal, Ordering::then)
    });
}
