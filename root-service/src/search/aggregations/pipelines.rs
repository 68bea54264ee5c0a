//! Pipeline aggregations: what is computed of finished results.

use shared::aggregation::Stats;

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
    match pipeline.kind {
        PipelineKind::Avg => Outcome::Number(stats.average()),
        PipelineKind::Sum => Outcome::Number(Some(stats.sum.value())),
        PipelineKind::Min => extreme(stats.min),
        PipelineKind::Max => extreme(stats.max),
        PipelineKind::Stats => Outcome::Stats(stats),
        PipelineKind::Derivative | PipelineKind::CumulativeSum | PipelineKind::BucketSort { .. } => {
            Outcome::Nothing
        }
    }
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
    let mut before: Option<f64> = None;
    let mut sum = 0.0;
    let mut first = true;
    for bucket in buckets {
        let number = bucket.number_or_gap(&node.inner, &pipeline.path, pipeline.gaps);
        let outcome = match pipeline.kind {
            PipelineKind::CumulativeSum => {
                sum += number.unwrap_or(0.0);
                Outcome::Number(Some(sum))
            }
            PipelineKind::Derivative => match (number, before) {
                _ if first => Outcome::Nothing,
                (Some(number), Some(before)) => Outcome::Number(Some(number - before)),
                _ => Outcome::Number(None),
            },
            _ => Outcome::Nothing,
        };
        (before, first) = (number, false);
        if let Some(place) = bucket.inner.get_mut(at) {
            *place = outcome;
        }
    }
}
