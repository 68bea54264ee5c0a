//! The number of a bucket beside those of all.

use super::outcome::{Bucket, Outcome};
use crate::dsl::aggregations::{NormalizeMethod, Pipeline};
use crate::resolve::aggregations::Node;

/// Gives each bucket its normalised number, if it has one.
pub(super) fn normalize(
    method: NormalizeMethod,
    pipeline: &Pipeline,
    at: usize,
    node: &Node,
    buckets: &mut [Bucket],
) {
    let numbers: Vec<Option<f64>> = buckets
        .iter()
        .map(|bucket| bucket.number_or_gap(&node.inner, &pipeline.path, pipeline.gaps))
        .collect();
    let known: Vec<f64> = numbers.iter().copied().flatten().collect();
    for (bucket, number) in buckets.iter_mut().zip(numbers) {
        let normalised = number.map(|number| of(method, number, &known));
        if let Some(place) = bucket.inner.get_mut(at) {
            *place = Outcome::Number(normalised.filter(|number| number.is_finite()));
        }
    }
}

fn of(method: NormalizeMethod, number: f64, all: &[f64]) -> f64 {
    let count = all.len() as f64;
    let sum: f64 = all.iter().sum();
    let mean = sum / count;
    let (min, max) = all
        .iter()
        .fold((f64::INFINITY, f64::NEG_INFINITY), |(min, max), number| {
            (min.min(*number), max.max(*number))
        });
    match method {
        NormalizeMethod::Rescale0To1 => (number - min) / (max - min),
        NormalizeMethod::Rescale0To100 => 100.0 * (number - min) / (max - min),
        NormalizeMethod::PercentOfSum => number / sum,
        NormalizeMethod::Mean => (number - mean) / (max - min),
        NormalizeMethod::ZScore => {
            let squares: f64 = all.iter().map(|number| (number - mean).powi(2)).sum();
            (number - mean) / (squares / count).sqrt()
        }
        NormalizeMethod::Softmax => {
            // Less the greatest, so that no power is infinite.
            let sum: f64 = all.iter().map(|number| (number - max).exp()).sum();
            (number - max).exp() / sum
        }
    }
}
