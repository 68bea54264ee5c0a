//! Pictures of what was measured beside what the model says of it.

use super::latency::{RUNGS, mention_objective};
use super::{Picture, leaves_axis};
use crate::charts::{Axis, Chart, Hue, Kind, Marker, Place, Scale, Series, Stroke, Unit};
use crate::measured::{Shape, Stragglers};
use crate::plan::{Check, Ladder, Plan};
use crate::words::{rate, stragglers as stragglers_words, without_leaves};

/// Points that differ by their leaves alone.
struct Group<'a> {
    shape: Shape,
    rate: Option<f64>,
    checks: Vec<&'a Check>,
}

impl Group<'_> {
    fn leaves(&self) -> usize {
        distinct_leaves(&self.checks)
    }

    fn name(&self) -> String {
        without_leaves(&Shape {
            stragglers: Stragglers::None,
            ..self.shape
        })
    }

    fn at_rate(&self) -> String {
        match self.rate {
            Some(per_second) => format!("{} queries per second", rate(per_second)),
            None => "each at its lowest rate".to_owned(),
        }
    }

    fn measured(&self, value: impl Fn(&Ladder) -> f64) -> Vec<Place> {
        let place = |check: &&Check| Place::at(f64::from(check.shape.leaves), value(&check.measured));
        self.checks.iter().map(place).collect()
    }

    fn predicted(&self, value: impl Fn(&Ladder) -> f64) -> Vec<Place> {
        let place = |check: &&Check| Place::at(f64::from(check.shape.leaves), value(&check.predicted));
        let mut places: Vec<Place> = self.checks.iter().map(place).collect();
        places.dedup_by_key(|place| place.x);
        places
    }
}

fn distinct_leaves(checks: &[&Check]) -> usize {
    let mut leaves: Vec<u32> = checks.iter().map(|check| check.shape.leaves).collect();
    leaves.sort_unstable();
    leaves.dedup();
    leaves.len()
}

/// Groups by everything but leaves, each at the rate that was measured at the most numbers of leaves.
fn groups(plan: &Plan) -> Vec<Group<'_>> {
    let mut shapes: Vec<Shape> = Vec::new();
    for check in &plan.checks {
        let shape = Shape {
            leaves: 1,
            ..check.shape
        };
        if !shapes.contains(&shape) {
            shapes.push(shape);
        }
    }
    shapes.into_iter().map(|shape| group(plan, shape)).collect()
}

fn group(plan: &Plan, shape: Shape) -> Group<'_> {
    let belongs = |check: &&Check| {
        shape
            == Shape {
                leaves: 1,
                ..check.shape
            }
    };
    let mut all: Vec<&Check> = plan.checks.iter().filter(belongs).collect();
    all.sort_by(|one, other| {
        let rates = one.rate_per_second.total_cmp(&other.rate_per_second);
        one.shape.leaves.cmp(&other.shape.leaves).then(rates)
    });
    let near = |one: f64, other: f64| (one - other).abs() <= 0.01 * one.abs().max(other.abs());
    let at = |rate: f64| -> Vec<&Check> {
        let at_rate = all.iter().filter(|check| near(check.rate_per_second, rate));
        at_rate.copied().collect()
    };
    let best = all
        .iter()
        .map(|check| check.rate_per_second)
        .max_by(|one, other| {
            let leaves = |rate: f64| distinct_leaves(&at(rate));
            leaves(*one).cmp(&leaves(*other)).then(one.total_cmp(other))
        })
        .unwrap_or(0.0);
    let checks = at(best);
    if distinct_leaves(&checks) >= 2 || distinct_leaves(&all) < 2 {
        return Group {
            shape,
            rate: Some(best),
            checks,
        };
    }
    let mut lowest = all;
    lowest.dedup_by_key(|check| check.shape.leaves);
    Group {
        shape,
        rate: None,
        checks: lowest,
    }
}

/// Latency against leaves on the machine that measured: points over the model's curve.
pub(super) fn measured_latency(plan: &Plan) -> Option<Picture> {
    let calm = groups(plan)
        .into_iter()
        .filter(|group| group.shape.stragglers == Stragglers::None);
    let group = calm.min_by_key(|group| {
        (
            usize::MAX - group.leaves(),
            group.shape.replicas,
            group.shape.hedging,
        )
    })?;
    let mut series = Vec::new();
    for (name, value, hue, stroke, _) in RUNGS {
        series.push(Series::line(name, hue, stroke, group.predicted(value)));
    }
    for (name, value, hue, _, marker) in RUNGS {
        series
            .push(Series::points(format!("{name}, measured"), hue, marker, group.measured(value)).unnamed());
    }
    Some(Picture {
        file: "latency-measured",
        see: "Root, leaves and load shared one machine here, so more leaves do not bring more processors: what counts is \
              how close the points are to the model’s lines."
            .to_owned(),
        chart: Chart {
            title: "Latency against leaves, measured and modelled".to_owned(),
            subtitle: format!("Markers: measured. Lines: the model. {}, {}", group.name(), group.at_rate()),
            x: leaves_axis(group.checks.iter().map(|check| check.shape.leaves)),
            y: Axis::new("latency of a query", Scale::Log, Unit::Milliseconds),
            series,
            mentions: vec![mention_objective(plan)],
        },
    })
}

/// p99 with stragglers, with and without what helps against them.
pub(super) fn stragglers(plan: &Plan) -> Option<Picture> {
    let all = groups(plan);
    let mut slow: Vec<Group<'_>> = all
        .into_iter()
        .filter(|group| group.shape.stragglers != Stragglers::None)
        .collect();
    let script = slow.iter().max_by_key(|group| group.leaves())?.shape.stragglers;
    slow.retain(|group| group.shape.stragglers == script);
    slow.sort_by_key(|group| (group.shape.replicas, group.shape.hedging));
    let looks = [
        (Hue::Green, Stroke::Dotted, Marker::Disc),
        (Hue::Vermillion, Stroke::Dashed, Marker::Triangle),
        (Hue::Blue, Stroke::Bold, Marker::Square),
        (Hue::Purple, Stroke::Solid, Marker::Ring),
    ];
    let mut series = Vec::new();
    for (group, (hue, stroke, _)) in slow.iter().zip(looks) {
        let name = group.name();
        series.push(Series::line(
            name,
            hue,
            stroke,
            group.predicted(|ladder| ladder.p99),
        ));
    }
    for (group, (hue, _, marker)) in slow.iter().zip(looks) {
        let name = format!("{}, measured", group.name());
        series.push(Series::points(name, hue, marker, group.measured(|ladder| ladder.p99)).unnamed());
    }
    let script = stragglers_words(script);
    let leaves = slow
        .iter()
        .flat_map(|group| group.checks.iter().map(|check| check.shape.leaves));
    Some(Picture {
        file: "latency-stragglers",
        see: "With stragglers, more leaves mean more queries that wait for one; a second replica helps only if it is \
              asked in time."
            .to_owned(),
        chart: Chart {
            title: "p99 with stragglers, measured and modelled".to_owned(),
            subtitle: format!("Markers: measured. Lines: the model. {script}; {}", slow.first()?.at_rate()),
            x: leaves_axis(leaves),
            y: Axis::new("p99 of a query", Scale::Log, Unit::Milliseconds),
            series,
            mentions: vec![mention_objective(plan)],
        },
    })
}

/// Predicted against measured p99, with the band that counts as right.
pub(super) fn errors(plan: &Plan) -> Option<Picture> {
    let known = |check: &&Check| check.measured.p99 > 0.0 && check.predicted.p99 > 0.0;
    let places = |held_out: bool| -> Vec<Place> {
        let of_kind = plan
            .checks
            .iter()
            .filter(known)
            .filter(|check| check.held_out == held_out);
        of_kind
            .map(|check| Place::at(check.measured.p99, check.predicted.p99))
            .collect()
    };
    let both = || {
        plan.checks
            .iter()
            .filter(known)
            .flat_map(|check| [check.measured.p99, check.predicted.p99])
    };
    let (least, most) = (both().fold(f64::INFINITY, f64::min), both().fold(0.0, f64::max));
    if most <= 0.0 {
        return None;
    }
    let (from, to) = (least / 1.3, most * 1.3);
    // Many places, because the band's ends are cut off where the picture ends.
    let band = (0..=60).map(|step| from * (to / from).powf(f64::from(step) / 60.0));
    let band = band.map(|x| Place {
        x,
        y: x * 1.2,
        from_y: x * 0.8,
    });
    let exact = [from, to].map(|x| Place::at(x, x));
    let axis = |label: &str| Axis::new(label, Scale::Log, Unit::Milliseconds).from_to(from, to);
    Some(Picture {
        file: "errors",
        see: "Every point is one run: on the line, the prediction was exact; inside the band, it was within 20 %; points \
              that the model had not seen are what counts."
            .to_owned(),
        chart: Chart {
            title: "Predicted against measured p99".to_owned(),
            subtitle: "Below the line: predicted too fast. Above it: too slow.".to_owned(),
            x: axis("measured p99"),
            y: axis("predicted p99"),
            series: vec![
                Series::new("within 20 %", Kind::Area, Hue::Green, band.collect()),
                Series::line("exact", Hue::Soft, Stroke::Solid, exact.to_vec()),
                Series::points("seen by the model", Hue::Blue, Marker::Ring, places(false)),
                Series::points("not seen by the model", Hue::Vermillion, Marker::Triangle, places(true)),
            ],
            mentions: Vec::new(),
        },
    })
}
