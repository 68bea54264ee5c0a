//! Predictions beside what was measured: how far the model is off, and what may be believed.

use std::collections::BTreeMap;

use super::fit::{is_seen, steady};
use super::model::{Model, Trial, Where};
use super::planned::{Check, Ladder, Trust};
use crate::measured::{Point, Shape, Stragglers, Sweep};
use crate::simulate::{Report, SimulateError, simulate};

/// An error of p99 up to this is a hit.
const ERROR_MAX: f64 = 0.2;
/// This share of the held-out points must be hits.
const HITS_MIN: f64 = 0.8;
/// Fewer held-out points say nothing.
const HELD_OUT_MIN: usize = 3;
/// Points with fewer answers have no p99 worth a comparison.
const ANSWERS_MIN: u64 = 300;
/// Queries that are simulated for one point.
const QUERIES: u32 = 2_500;

/// Simulates every measured point that has enough answers, by the rules of the machine that measured.
///
/// # Errors
/// [`SimulateError`] if one cannot be simulated.
pub(super) fn checks(
    sweep: &Sweep,
    model: &Model,
    seen: &[u32],
    threads: usize,
    mut progress: impl FnMut(usize, usize),
) -> Result<Vec<Check>, SimulateError> {
    let noise = noise_by_point(sweep);
    let fit_for_it = |point: &&Point| point.load.reads.latency.count() >= ANSWERS_MIN;
    let points: Vec<&Point> = steady(sweep).filter(fit_for_it).collect();
    let mut done: BTreeMap<(String, u64), Ladder> = BTreeMap::new();
    let mut checks = Vec::with_capacity(points.len());
    for (number, point) in points.iter().enumerate() {
        progress(number, points.len());
        let key = key(point);
        let predicted = if let Some(ladder) = done.get(&key) {
            *ladder
        } else {
            let simulation = model.simulation(&trial(sweep, point));
            let ladder = Ladder::of(&simulate(&simulation, threads)?);
            done.insert(key.clone(), ladder);
            ladder
        };
        let measured = measured(point);
        checks.push(Check {
            shape: point.shape,
            rate_per_second: point.rate_per_second,
            held_out: !is_seen(point, seen),
            measured,
            predicted,
            measured_complete: point.load.reads.availability(),
            error_p99: predicted.p99 / measured.p99.max(1e-3) - 1.0,
            noise_p99: noise.get(&key).copied(),
        });
    }
    progress(points.len(), points.len());
    Ok(checks)
}

/// The same as was measured.
fn trial(sweep: &Sweep, point: &Point) -> Trial {
    Trial {
        shape: point.shape,
        machines: Where::Together {
            cores: sweep.machine.cores,
        },
        rate_per_second: point.rate_per_second,
        hedge_quantile: None,
        queries: QUERIES,
        scale: 1.0,
    }
}

impl Ladder {
    /// The latencies of a simulation.
    pub(super) fn of(report: &Report) -> Self {
        let latency = &report.latency_ms;
        Self {
            p50: latency.p50,
            p90: latency.p90,
            p95: latency.p95,
            p99: latency.p99,
            p999: latency.p999,
        }
    }
}

fn measured(point: &Point) -> Ladder {
    let at = |quantile| point.load.reads.latency.quantile_ms(quantile);
    Ladder {
        p50: at(0.5),
        p90: at(0.9),
        p95: at(0.95),
        p99: at(0.99),
        p999: at(0.999),
    }
}

/// Equal for points that were measured under the same conditions.
fn key(point: &Point) -> (String, u64) {
    let Shape {
        leaves,
        replicas,
        hedging,
        stragglers,
    } = point.shape;
    let hedging = hedging && replicas > 1;
    let shape = format!("{leaves}/{replicas}/{hedging}/{stragglers}");
    (shape, point.rate_per_second.to_bits())
}

/// How much p99 differs between measurements of the same point: (largest − smallest) / smallest.
fn noise_by_point(sweep: &Sweep) -> BTreeMap<(String, u64), f64> {
    let mut repeats: BTreeMap<(String, u64), Vec<f64>> = BTreeMap::new();
    for point in &sweep.points {
        let p99 = point.load.reads.latency.quantile_ms(0.99);
        repeats.entry(key(point)).or_default().push(p99);
    }
    let spread = |times: Vec<f64>| {
        let (least, most) = times.iter().fold((f64::MAX, 0.0_f64), |(least, most), time| {
            (least.min(*time), most.max(*time))
        });
        (times.len() > 1).then(|| most / least.max(1e-3) - 1.0)
    };
    repeats
        .into_iter()
        .filter_map(|(key, times)| Some((key, spread(times)?)))
        .collect()
}

/// What the checks say about the model.
pub(super) fn trust(checks: &[Check]) -> Trust {
    let mut errors: Vec<f64> = checks
        .iter()
        .filter(|check| check.held_out)
        .map(|check| check.error_p99.abs())
        .collect();
    errors.sort_by(f64::total_cmp);
    let hits = errors.iter().filter(|error| **error <= ERROR_MAX).count();
    let mut noises: Vec<f64> = checks.iter().filter_map(|check| check.noise_p99).collect();
    noises.sort_by(f64::total_cmp);
    let noise = noises.get(noises.len() / 2).copied();
    let enough = errors.len() >= HELD_OUT_MIN;
    let known = enough && hits as f64 >= HITS_MIN * errors.len() as f64;
    let count = |length: usize| u32::try_from(length).unwrap_or(u32::MAX);
    let trust = Trust {
        held_out: count(errors.len()),
        within_fifth: count(hits),
        error_p99_median: errors.get(errors.len() / 2).copied().unwrap_or(0.0),
        error_p99_max: errors.last().copied().unwrap_or(0.0),
        noise_p99: noise,
        known,
        text: String::new(),
    };
    let text = trust_text(&trust, checks);
    Trust { text, ..trust }
}

fn trust_text(trust: &Trust, checks: &[Check]) -> String {
    if trust.held_out == 0 {
        return "Nothing was held out, so nobody knows how far these predictions are off: measure more shapes.".to_owned();
    }
    let percent = |share: f64| format!("{:.0} %", share * 100.0);
    let noise = trust.noise_p99.map_or_else(String::new, |noise| {
        format!(
            " Measuring the same point twice gives p99s that differ by {} here.",
            percent(noise)
        )
    });
    let figures = format!(
        "Of {} points that the model had not seen, {} are predicted within 20 % at p99 (median error {}, largest {}).{noise}",
        trust.held_out,
        trust.within_fifth,
        percent(trust.error_p99_median),
        percent(trust.error_p99_max),
    );
    if trust.known {
        return figures;
    }
    let quiet = checks
        .iter()
        .filter(|check| check.held_out && check.shape.stragglers == Stragglers::None);
    let quiet_hits = quiet
        .clone()
        .filter(|check| check.error_p99.abs() <= ERROR_MAX)
        .count();
    format!(
        "The model does not know this system to a fifth: read its curves for their shape, not for their milliseconds. \
         {figures} Without stragglers it is {quiet_hits} of {}.",
        quiet.count()
    )
}
