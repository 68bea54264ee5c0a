//! Predictions beside what was measured: how far the model is off, and what may be believed.

use std::collections::BTreeMap;

use super::fit::{is_seen, median, shards_per_leaf, steady};
use super::in_parallel::in_parallel;
use super::model::{Model, Trial, Where};
use super::planned::{Check, Hits, Ladder, Trust};
use crate::measured::{Histogram, Point, Shape, Stragglers, Sweep};
use crate::simulate::{Report, SimulateError, simulate};

/// An error of p99 up to this is a hit.
const ERROR_MAX: f64 = 0.2;
/// This share of the held-out points must be hits.
const HITS_MIN: f64 = 0.8;
/// Fewer held-out points say nothing.
const HELD_OUT_MIN: u32 = 3;
/// Points with fewer answers have no p99 worth a comparison: five are slower than it.
const ANSWERS_MIN: u64 = 500;
/// Queries that are simulated for one point.
const QUERIES: u32 = 5_000;
/// Nine times in ten a value is within so many standard deviations of the mean.
const NINE_IN_TEN: f64 = 1.645;
/// The same for a chance that decides whether a point is looked at at all.
const UNDECIDED: f64 = 2.0;

/// Points that can be compared with predictions, and how many cannot.
pub(super) struct Comparable<'a> {
    points: Vec<Pooled<'a>>,
    pub(super) left_out: u32,
}

/// All measurements of one shape at one rate.
struct Pooled<'a> {
    points: Vec<&'a Point>,
    latency: Histogram,
}

/// Looks for the points that can be compared.
pub(super) fn comparable(sweep: &Sweep) -> Comparable<'_> {
    let mut pools: BTreeMap<(String, u64), Vec<&Point>> = BTreeMap::new();
    for point in steady(sweep) {
        pools.entry(key(point)).or_default().push(point);
    }
    let unsteady = sweep.points.len() - pools.values().map(Vec::len).sum::<usize>();
    let pooled = pools.into_values().map(Pooled::new);
    let (points, others): (Vec<_>, Vec<_>) =
        pooled.partition(|pooled| pooled.latency.count() >= ANSWERS_MIN && !pooled.is_undecided());
    Comparable {
        points,
        left_out: count(unsteady + others.len()),
    }
}

/// Simulates every point that can be compared, by the rules of the machine that measured.
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
    let Comparable { points, .. } = comparable(sweep);
    let mut done = 0;
    progress(done, points.len());
    let one = |pooled: &Pooled<'_>| {
        let trial = trial(sweep, pooled.first());
        Ok(pooled.check(beside(model, &trial, &pooled.latency)?, seen))
    };
    in_parallel(&points, threads, one, || {
        done += 1;
        progress(done, points.len());
    })
}

/// Simulates a trial beside latencies that are known of it and that its model was not made of.
pub(super) fn beside(model: &Model, trial: &Trial, latency: &Histogram) -> Result<Check, SimulateError> {
    let predicted = Ladder::of(&simulate(&model.simulation(trial), 1)?);
    let measured = measured(latency);
    Ok(Check {
        shape: trial.shape,
        rate_per_second: trial.rate_per_second,
        held_out: true,
        times: 1,
        answers: latency.count(),
        measured,
        measured_p99: range(latency, 0.99),
        predicted,
        measured_complete: 1.0,
        error_p99: predicted.p99 / measured.p99.max(1e-3) - 1.0,
        noise_p99: None,
    })
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
        shards_per_leaf: shards_per_leaf(f64::from(sweep.corpus.shards), point.shape.leaves),
        replica_down: false,
    }
}

impl<'a> Pooled<'a> {
    fn new(points: Vec<&'a Point>) -> Self {
        let mut latency = Histogram::default();
        for point in &points {
            latency.merge(&point.load.reads.latency);
        }
        Self { points, latency }
    }

    fn first(&self) -> &'a Point {
        self.points[0]
    }

    /// Whether chance decides on which side of p99 the stragglers lie: about one query in a hundred meets one.
    fn is_undecided(&self) -> bool {
        let Shape {
            leaves,
            replicas,
            hedging,
            stragglers,
        } = self.first().shape;
        match stragglers {
            Stragglers::Share { share, .. } if !(hedging && replicas > 1) => {
                let met = 1.0 - (1.0 - share).powf(f64::from(leaves));
                let deviation = (0.01 * 0.99 / self.latency.count().max(1) as f64).sqrt();
                (met - 0.01).abs() <= UNDECIDED * deviation
            }
            Stragglers::None | Stragglers::Share { .. } | Stragglers::One { .. } => false,
        }
    }

    fn check(&self, check: Check, seen: &[u32]) -> Check {
        let reads = self.points.iter().map(|point| &point.load.reads.outcomes);
        let (complete, all) = reads.fold((0, 0), |(complete, all), outcomes| {
            (complete + outcomes.complete, all + outcomes.all())
        });
        Check {
            held_out: !is_seen(self.first(), seen),
            times: count(self.points.len()),
            measured_complete: complete as f64 / all.max(1) as f64,
            noise_p99: self.noise(),
            ..check
        }
    }

    /// How much p99 differs between the measurements: (largest − smallest) / smallest.
    fn noise(&self) -> Option<f64> {
        let p99 = |point: &&Point| point.load.reads.latency.quantile_ms(0.99);
        let times = self.points.iter().map(p99);
        let (least, most) = times.fold((f64::MAX, 0.0_f64), |(least, most), time| {
            (least.min(time), most.max(time))
        });
        (self.points.len() > 1).then(|| most / least.max(1e-3) - 1.0)
    }
}

/// Between which latencies a quantile lies, nine times in ten: how many of the values lie below it is a matter of chance, too.
fn range(latency: &Histogram, quantile: f64) -> (f64, f64) {
    let deviation = (quantile * (1.0 - quantile) / latency.count().max(1) as f64).sqrt();
    let at = |quantile: f64| latency.quantile_ms(quantile.clamp(0.0, 1.0));
    (
        at(quantile - NINE_IN_TEN * deviation),
        at(quantile + NINE_IN_TEN * deviation),
    )
}

fn measured(latency: &Histogram) -> Ladder {
    let at = |quantile| latency.quantile_ms(quantile);
    Ladder {
        p50: at(0.5),
        p90: at(0.9),
        p95: at(0.95),
        p99: at(0.99),
        p999: at(0.999),
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

fn count(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
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
    // In the order in which people would list them.
    let shape = format!("{replicas:03}/{hedging}/{leaves:04}/{stragglers}");
    (shape, point.rate_per_second.to_bits())
}

/// What the checks say about the model; `left_out` points could not be compared.
pub(super) fn trust(checks: &[Check], left_out: u32) -> Trust {
    let held_out = || checks.iter().filter(|check| check.held_out);
    let errors = || held_out().map(|check| check.error_p99.abs());
    let hits = |is_quiet: bool| {
        let those = held_out().filter(|check| (check.shape.stragglers == Stragglers::None) == is_quiet);
        let within = those.clone().filter(|check| check.error_p99.abs() <= ERROR_MAX);
        Hits {
            held_out: count(those.count()),
            within_fifth: count(within.count()),
        }
    };
    let (quiet, straggling) = (hits(true), hits(false));
    let noises: Vec<f64> = checks.iter().filter_map(|check| check.noise_p99).collect();
    let mut trust = Trust {
        quiet,
        straggling,
        left_out,
        error_p99_median: median(errors()),
        error_p99_max: errors().fold(0.0, f64::max),
        noise_p99: (!noises.is_empty()).then(|| median(noises)),
        known: false,
        text: String::new(),
    };
    // Points with stragglers are easy to hit: what is known of them must not make up for the others.
    trust.known = trust.all().held_out >= HELD_OUT_MIN
        && quiet.held_out > 0
        && quiet.is_enough()
        && straggling.is_enough();
    trust.text = text(&trust);
    trust
}

impl Hits {
    fn is_enough(self) -> bool {
        f64::from(self.within_fifth) >= HITS_MIN * f64::from(self.held_out)
    }
}

fn text(trust: &Trust) -> String {
    let all = trust.all();
    if all.held_out == 0 {
        return "Nothing was held out, so nobody knows how far these predictions are off: measure more shapes.".to_owned();
    }
    let percent = |share: f64| format!("{:.0} %", share * 100.0);
    let doubt = (!trust.known).then(|| {
        "The model does not know this system to a fifth: read its curves for their shape, not for their milliseconds.".to_owned()
    });
    let hits = format!(
        "Of {} measured points that the model had not seen, {} are predicted within 20 % at p99: {} of {} where nothing went wrong, \
         {} of {} with stragglers. The median error is {}, the largest {}.",
        all.held_out,
        all.within_fifth,
        trust.quiet.within_fifth,
        trust.quiet.held_out,
        trust.straggling.within_fifth,
        trust.straggling.held_out,
        percent(trust.error_p99_median),
        percent(trust.error_p99_max),
    );
    let noise = trust.noise_p99.map(|noise| {
        format!(
            "Measuring the same point twice gives p99s that differ by {} here.",
            percent(noise)
        )
    });
    let left_out = (trust.left_out > 0).then(|| {
        format!(
            "Another {} say nothing about it: too few answers, a rate that could not be kept up, or a p99 of which chance decides \
             whether it is a straggler.",
            trust.left_out
        )
    });
    let sentences: Vec<String> = [doubt, Some(hits), noise, left_out]
        .into_iter()
        .flatten()
        .collect();
    sentences.join(" ")
}
