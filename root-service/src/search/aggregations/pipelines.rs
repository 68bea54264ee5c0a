//! Pipeline aggregations: what is computed of finished results.

use shared::aggregation::{Distinct, Key, Stats};

use super::normalize::normalize;
use super::order;
use super::outcome::{Bucket, Outcome};
use super::show;
use crate::dsl::aggregations::{Pipeline, PipelineKind};
use crate::error::{ApiError, brief};
use crate::resolve::aggregations::paths::parts;
use crate::resolve::aggregations::{Node, What};

/// Computes those that stand beside the buckets they are computed of.
pub(super) fn beside(nodes: &[Node], outcomes: &mut [Outcome]) {
    for at in 0..nodes.len() {
        if let What::Pipeline(pipeline) = &nodes[at].what
            && pipeline.kind.is_sibling()
        {
            outcomes[at] = over_buckets(pipeline, nodes, outcomes);
        }
    }
}

fn over_buckets(pipeline: &Pipeline, nodes: &[Node], outcomes: &[Outcome]) -> Outcome {
    let (first, rest) = pipeline
        .path
        .split_once('>')
        .unwrap_or((&pipeline.path, "_count"));
    let place = nodes.iter().position(|node| node.name == first.trim());
    let Some((node, Outcome::Buckets(list))) = place.map(|place| (&nodes[place], &outcomes[place])) else {
        return Outcome::Nothing;
    };
    let mut stats = Stats::default();
    let numbers: Vec<(f64, &Bucket)> = list
        .buckets
        .iter()
        .filter_map(|bucket| {
            Some((
                bucket.number_or_gap(&node.inner, rest.trim(), pipeline.gaps)?,
                bucket,
            ))
        })
        .collect();
    for (number, _) in &numbers {
        stats.add(*number);
    }
    let any = stats.count > 0;
    let extreme = |number: f64| {
        let at = numbers.iter().filter(|(of, _)| *of == number);
        let keys = at
            .map(|(_, bucket)| show::key_text(&node.what, &bucket.key))
            .collect();
        Outcome::Extreme(any.then_some(number), keys)
    };
    match &pipeline.kind {
        PipelineKind::Avg => Outcome::Number(stats.average()),
        PipelineKind::Sum => Outcome::Number(Some(stats.sum.value())),
        PipelineKind::Min => extreme(stats.min),
        PipelineKind::Max => extreme(stats.max),
        PipelineKind::Stats | PipelineKind::ExtendedStats { .. } => Outcome::Stats(stats),
        PipelineKind::Percentiles { percents, .. } => {
            let mut sorted: Vec<f64> = numbers.iter().map(|(number, _)| *number).collect();
            sorted.sort_by(f64::total_cmp);
            Outcome::Percentiles(
                percents
                    .iter()
                    .map(|percent| nearest(&sorted, *percent))
                    .collect(),
            )
        }
        PipelineKind::Derivative { .. }
        | PipelineKind::SerialDiff { .. }
        | PipelineKind::CumulativeSum
        | PipelineKind::CumulativeCardinality
        | PipelineKind::Normalize(_)
        | PipelineKind::BucketSort { .. } => Outcome::Nothing,
    }
}

/// The number of sorted ones that is nearest to a percent of the way, as Elasticsearch has it over buckets.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a place among numbers, not negative"
)]
fn nearest(sorted: &[f64], percent: f64) -> Option<f64> {
    let last = sorted.len().checked_sub(1)?;
    sorted
        .get((percent / 100.0 * last as f64).round() as usize)
        .copied()
}

/// Computes those inside of buckets that are computed from one bucket to the next, each after those that it is computed of;
/// then orders and cuts the buckets.
///
/// # Errors
/// A 400 if some are computed of each other.
pub(super) fn within(node: &Node, buckets: &mut Vec<Bucket>) -> Result<(), ApiError> {
    let pipeline_of = |node: &Node| match &node.what {
        What::Pipeline(pipeline) if !pipeline.kind.is_sibling() => Some(pipeline.clone()),
        _ => None,
    };
    let mut pending: Vec<(usize, Pipeline)> = node
        .inner
        .iter()
        .enumerate()
        .filter_map(|(at, inner)| Some((at, pipeline_of(inner)?)))
        .collect();
    let (sorts, mut steps): (Vec<_>, Vec<_>) = pending
        .drain(..)
        .partition(|(_, pipeline)| matches!(pipeline.kind, PipelineKind::BucketSort { .. }));
    while !steps.is_empty() {
        let waits = |pipeline: &Pipeline| {
            let (names, _) = parts(&pipeline.path);
            steps
                .iter()
                .any(|(at, _)| Some(node.inner[*at].name.as_str()) == names.first().copied())
        };
        let Some(ready) = steps.iter().position(|(_, pipeline)| !waits(pipeline)) else {
            return Err(ApiError::illegal(format!(
                "Cyclical dependency found with pipeline aggregations in [{}]",
                brief(&node.name)
            )));
        };
        let (at, pipeline) = steps.remove(ready);
        step_by_step(&pipeline, at, node, buckets);
    }
    for (_, pipeline) in sorts {
        if let PipelineKind::BucketSort { orders, from, size } = &pipeline.kind {
            order::bucket_sort(buckets, orders, &node.inner, pipeline.gaps);
            buckets.drain(..(*from).min(buckets.len()));
            buckets.truncate(size.unwrap_or(usize::MAX));
        }
    }
    Ok(())
}

fn step_by_step(pipeline: &Pipeline, at: usize, node: &Node, buckets: &mut [Bucket]) {
    match &pipeline.kind {
        PipelineKind::Normalize(method) => return normalize(*method, pipeline, at, node, buckets),
        PipelineKind::CumulativeCardinality => return cumulative(pipeline, at, node, buckets),
        _ => {}
    }
    let numbers: Vec<Option<f64>> = buckets
        .iter()
        .map(|bucket| bucket.number_or_gap(&node.inner, &pipeline.path, pipeline.gaps))
        .collect();
    let mut before: Option<(f64, Key)> = None;
    let mut sum = 0.0;
    for (nth, bucket) in buckets.iter_mut().enumerate() {
        let number = numbers[nth];
        let outcome = match &pipeline.kind {
            PipelineKind::CumulativeSum => {
                sum += number.unwrap_or(0.0);
                Outcome::Number(Some(sum))
            }
            PipelineKind::Derivative { unit_ms } => match (number, &before) {
                _ if nth == 0 => Outcome::Nothing,
                (Some(number), Some((before, key))) => {
                    let steps = unit_ms.and_then(|unit_ms| steps(key, &bucket.key, unit_ms));
                    Outcome::Slope(
                        Some(number - before),
                        steps.map(|steps| (number - before) / steps),
                    )
                }
                _ => Outcome::Slope(None, None),
            },
            PipelineKind::SerialDiff { lag } => {
                let before = nth.checked_sub(*lag).and_then(|before| numbers[before]);
                match number.zip(before) {
                    Some((number, before)) => Outcome::Number(Some(number - before)),
                    None => Outcome::Nothing,
                }
            }
            _ => Outcome::Nothing,
        };
        before = number.map(|number| (number, bucket.key.clone()));
        if let Some(place) = bucket.inner.get_mut(at) {
            *place = outcome;
        }
    }
}

/// How many units lie between the beginnings of two intervals of time.
fn steps(from: &Key, to: &Key, unit_ms: i64) -> Option<f64> {
    match (from, to) {
        (Key::Long(from), Key::Long(to)) => Some((to - from) as f64 / unit_ms as f64),
        _ => None,
    }
}

/// How many different values there are in each bucket and those before it.
fn cumulative(pipeline: &Pipeline, at: usize, node: &Node, buckets: &mut [Bucket]) {
    let place = node.inner.iter().position(|inner| inner.name == pipeline.path);
    let Some((place, What::Cardinality { exact_max, .. })) =
        place.map(|place| (place, &node.inner[place].what))
    else {
        return;
    };
    let mut all = Distinct::default();
    for bucket in buckets {
        if let Some(Outcome::Distinct(of)) = bucket.inner.get(place) {
            all.merge(of, *exact_max);
        }
        if let Some(place) = bucket.inner.get_mut(at) {
            *place = Outcome::Count(all.count());
        }
    }
}
