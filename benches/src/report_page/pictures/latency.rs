//! Pictures of latencies that are predicted, and of stragglers.

use super::super::percentiles::{AtObjective, is_known};
use super::{Picture, curve_leaves, curve_name, leaves_axis, lines, recommendation, recommended};
use crate::charts::{Axis, Chart, Hue, Line, Marker, Mention, Place, Scale, Series, Stroke, Unit};
use crate::measured::Stragglers;
use crate::plan::{Curve, Ladder, Plan, Predicted, StragglerPoint};
use crate::words::{count, counted, ms, nines, objective, percent, percentile, rate};

/// A percentile that pictures show, and how it looks.
pub(super) struct Rung {
    pub(super) name: &'static str,
    quantile: f64,
    value: fn(&Ladder) -> f64,
    pub(super) hue: Hue,
    pub(super) stroke: Stroke,
    pub(super) marker: Marker,
}

impl Rung {
    /// The latency, if so many queries are enough to know it.
    pub(super) fn known_ms(&self, ladder: &Ladder, queries: u64) -> f64 {
        if is_known(self.quantile, queries) {
            (self.value)(ladder)
        } else {
            f64::NAN
        }
    }
}

/// From the fastest.
pub(super) const RUNGS: [Rung; 4] = [
    Rung {
        name: "p50",
        quantile: 0.5,
        value: |ladder| ladder.p50,
        hue: Hue::Green,
        stroke: Stroke::Dotted,
        marker: Marker::Disc,
    },
    Rung {
        name: "p90",
        quantile: 0.9,
        value: |ladder| ladder.p90,
        hue: Hue::Blue,
        stroke: Stroke::Dashed,
        marker: Marker::Square,
    },
    Rung {
        name: "p99",
        quantile: 0.99,
        value: |ladder| ladder.p99,
        hue: Hue::Vermillion,
        stroke: Stroke::Bold,
        marker: Marker::Triangle,
    },
    Rung {
        name: "p99.9",
        quantile: 0.999,
        value: |ladder| ladder.p999,
        hue: Hue::Purple,
        stroke: Stroke::Solid,
        marker: Marker::Ring,
    },
];

/// The legend is not for what is nowhere.
pub(super) fn without_empty(series: &mut Vec<Series>) {
    series.retain(|series| series.places.iter().any(|place| place.y.is_finite()));
}

/// The objective as a line across.
pub(super) fn mention_objective(plan: &Plan) -> Mention {
    Mention {
        at: Line::Across(plan.demand.objective.latency_ms),
        name: format!("objective: {}", objective(&plan.demand.objective)),
    }
}

/// Latency against leaves for what is recommended, each replica with processors of its own.
pub(super) fn predicted(plan: &Plan) -> Option<Picture> {
    let curve = recommended(plan)?;
    let mut series = RUNGS
        .map(|rung| {
            let place = |point: &Predicted| {
                let y = rung.known_ms(&point.latency, point.queries.into());
                Place::at(f64::from(point.leaves), y)
            };
            let places: Vec<Place> = curve.points.iter().map(place).collect();
            Series::line(rung.name, rung.hue, rung.stroke, places)
        })
        .to_vec();
    without_empty(&mut series);
    let mut see = format!(
        "Leaves share what divides of a query, and each of them is one more that can be late. {}",
        course(plan, curve)
    );
    if curve
        .points
        .iter()
        .any(|point| !is_known(0.999, point.queries.into()))
    {
        see.push_str(
            " With many leaves fewer queries were simulated: a percentile is left out where fewer than five of them lie beyond it.",
        );
    }
    Some(Picture {
        file: "latency-predicted",
        see,
        chart: Chart {
            title: "Latency against leaves, predicted".to_owned(),
            subtitle: format!(
                "{}, {} queries per second, every replica with cores of its own",
                curve_name(curve),
                rate(plan.demand.rate_per_second)
            ),
            x: leaves_axis(curve_leaves(std::iter::once(curve))),
            y: Axis::new("latency of a query", Scale::Log, Unit::Milliseconds),
            series,
            mentions: vec![mention_objective(plan), recommendation(plan)],
        },
    })
}

/// What the latency of the objective does from the fewest leaves to the most.
fn course(plan: &Plan, curve: &Curve) -> String {
    let name = percentile(plan.demand.objective.quantile);
    let known = |point: &Predicted| match AtObjective::of(plan, point) {
        AtObjective::Known(latency) => Some((point.leaves, latency)),
        AtObjective::Lost | AtObjective::TooFew => None,
    };
    let course: Vec<(u32, f64)> = curve.points.iter().filter_map(known).collect();
    let least = course.iter().min_by(|one, other| one.1.total_cmp(&other.1));
    let (Some(first), Some(least), Some(last)) = (course.first(), least, course.last()) else {
        return format!("{name} is not known for any of them.");
    };
    let at = |(leaves, latency): &(u32, f64)| {
        format!("{} with {}", ms(*latency), counted(*leaves, "leaf", "leaves"))
    };
    match (least == first, least == last) {
        (true, true) => format!("{name} is {}.", at(first)),
        (true, false) => format!(
            "{name} is lowest with the fewest: {}, and {}.",
            at(first),
            at(last)
        ),
        (false, true) => format!("{name} is lowest with the most: {}, and {}.", at(first), at(last)),
        (false, false) => format!(
            "{name} is {}, at its lowest {}, and {}.",
            at(first),
            at(least),
            at(last)
        ),
    }
}

/// What replicas and hedging change, at the percentile of the objective.
pub(super) fn choices(plan: &Plan) -> Option<Picture> {
    if plan.curves.len() < 2 {
        return None;
    }
    let name = percentile(plan.demand.objective.quantile);
    let met: Vec<String> = plan
        .curves
        .iter()
        .map(|curve| format!("{}: {}", curve_name(curve), met_by(plan, curve)))
        .collect();
    Some(Picture {
        file: "latency-choices",
        see: format!(
            "Where each choice is fast enough at this rate: {}. A line has a gap where the percentile is among \
             queries without an answer, or was not simulated often enough.",
            met.join("; ")
        ),
        chart: Chart {
            title: format!("What replicas and hedging change: {name}, predicted"),
            subtitle: format!(
                "{} queries per second, every replica with cores of its own",
                rate(plan.demand.rate_per_second)
            ),
            x: leaves_axis(curve_leaves(plan.curves.iter())),
            y: Axis::new(format!("{name} of a query"), Scale::Log, Unit::Milliseconds),
            series: lines(plan.curves.iter(), |point| {
                AtObjective::of(plan, point).height_ms()
            }),
            mentions: vec![mention_objective(plan)],
        },
    })
}

/// With how many leaves a choice is fast enough.
fn met_by(plan: &Plan, curve: &Curve) -> String {
    let limit_ms = plan.demand.objective.latency_ms;
    let is_met = |point: &&Predicted| AtObjective::of(plan, point).height_ms() <= limit_ms;
    let met: Vec<u32> = curve
        .points
        .iter()
        .filter(is_met)
        .map(|point| point.leaves)
        .collect();
    let (Some(first), Some(last)) = (met.first(), met.last()) else {
        return "nowhere".to_owned();
    };
    let between = |point: &&Predicted| (*first..=*last).contains(&point.leaves);
    if curve.points.iter().filter(between).count() > met.len() {
        return format!("with some numbers of leaves up to {}", count((*last).into()));
    }
    if first == last {
        return format!("with {}", counted(*first, "leaf", "leaves"));
    }
    format!("with {first} to {} leaves", count((*last).into()))
}

/// How many queries wait for a straggler.
pub(super) fn straggler_curve(plan: &Plan) -> Option<Picture> {
    // Where Burns' example is, or as near as possible.
    let example = plan
        .stragglers
        .iter()
        .min_by_key(|point| point.leaves.abs_diff(100))?;
    let places = |value: fn(&StragglerPoint) -> f64| {
        let place = |point: &StragglerPoint| Place::at(f64::from(point.leaves), value(point));
        plan.stragglers.iter().map(place).collect::<Vec<_>>()
    };
    let formula = Series::line(
        "1 − (1 − p)^L",
        Hue::Ink,
        Stroke::Solid,
        places(|point| point.formula),
    );
    let without = places(|point| point.without_hedging);
    let with = places(|point| point.with_hedging);
    let mut see = format!(
        "A query is as slow as its slowest leaf: with {}, {} of the queries wait for a straggler by the formula, {} as simulated, \
         and {} with a second replica and hedging.",
        counted(example.leaves, "leaf", "leaves"),
        nines(example.formula),
        nines(example.without_hedging),
        percent(example.with_hedging)
    );
    if plan.stragglers_drawn != plan.demand.stragglers {
        see.push_str(
            " This is the usual example. It is not what was asked for: nothing else in this report is made with it.",
        );
    }
    Some(Picture {
        file: "stragglers",
        see,
        chart: Chart {
            title: "Queries that wait for a straggler".to_owned(),
            subtitle: drawn(plan.stragglers_drawn),
            x: leaves_axis(plan.stragglers.iter().map(|point| point.leaves)),
            y: Axis::new("share of the queries", Scale::Linear, Unit::Percent).from_to(0.0, 1.0),
            series: vec![
                formula,
                Series::line("with hedging, simulated", Hue::Blue, Stroke::Bold, with.clone()),
                Series::points("with hedging, simulated", Hue::Blue, Marker::Square, with).unnamed(),
                Series::points(
                    "without hedging, simulated",
                    Hue::Vermillion,
                    Marker::Triangle,
                    without,
                ),
            ],
            mentions: Vec::new(),
        },
    })
}

/// What the letters of the formula mean.
fn drawn(stragglers: Stragglers) -> String {
    match stragglers {
        Stragglers::Share { share, delay_ms } => format!(
            "p = {}: the share of a replica’s searches that is late, by {}; L: leaves",
            percent(share),
            ms(delay_ms as f64)
        ),
        // Those have no share; the planner draws none of them.
        Stragglers::None => "p = 0: no search is late; L: leaves".to_owned(),
        Stragglers::One { delay_ms } => {
            format!("one replica is late by {}; L: leaves", ms(delay_ms as f64))
        }
    }
}
