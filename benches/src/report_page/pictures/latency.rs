//! Pictures of latencies that are predicted, and of stragglers.

use super::super::top::at_objective;
use super::{Picture, curve_leaves, curve_name, leaves_axis, lines, recommendation, recommended};
use crate::charts::{Axis, Chart, Hue, Line, Marker, Mention, Place, Scale, Series, Stroke, Unit};
use crate::measured::Stragglers;
use crate::plan::{Ladder, Plan, StragglerPoint};
use crate::words::{counted, ms, nines, objective, percent, rate};

/// The percentiles that pictures show, from the fastest: their name, where they are, and how they look.
type Rung = (&'static str, fn(&Ladder) -> f64, Hue, Stroke, Marker);

/// See [`Rung`].
pub(super) const RUNGS: [Rung; 4] = [
    (
        "p50",
        |ladder| ladder.p50,
        Hue::Green,
        Stroke::Dotted,
        Marker::Disc,
    ),
    (
        "p90",
        |ladder| ladder.p90,
        Hue::Blue,
        Stroke::Dashed,
        Marker::Square,
    ),
    (
        "p99",
        |ladder| ladder.p99,
        Hue::Vermillion,
        Stroke::Bold,
        Marker::Triangle,
    ),
    (
        "p99.9",
        |ladder| ladder.p999,
        Hue::Purple,
        Stroke::Solid,
        Marker::Ring,
    ),
];

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
    let places = |value: fn(&Ladder) -> f64| {
        let place =
            |point: &crate::plan::Predicted| Place::at(f64::from(point.leaves), value(&point.latency));
        curve.points.iter().map(place).collect()
    };
    let series = RUNGS.map(|(name, value, hue, stroke, _)| Series::line(name, hue, stroke, places(value)));
    let fastest = curve.points.iter().min_by(|one, other| {
        at_objective(plan, &one.latency)
            .1
            .total_cmp(&at_objective(plan, &other.latency).1)
    })?;
    let (name, least) = at_objective(plan, &fastest.latency);
    Some(Picture {
        file: "latency-predicted",
        see: format!(
            "Leaves share the part of a query that divides, and each adds one more that can be slow: {name} falls to {} \
             at {} and rises from there.",
            ms(least),
            counted(fastest.leaves, "leaf", "leaves")
        ),
        chart: Chart {
            title: "Latency against leaves, predicted".to_owned(),
            subtitle: format!(
                "{}, {} queries per second, every replica with cores of its own",
                curve_name(curve),
                rate(plan.demand.rate_per_second)
            ),
            x: leaves_axis(curve_leaves(std::iter::once(curve))),
            y: Axis::new("latency of a query", Scale::Log, Unit::Milliseconds),
            series: series.into(),
            mentions: vec![mention_objective(plan), recommendation(plan)],
        },
    })
}

/// What replicas and hedging change, at the percentile of the objective.
pub(super) fn choices(plan: &Plan) -> Option<Picture> {
    if plan.curves.len() < 2 {
        return None;
    }
    let name = at_objective(plan, &Ladder::default()).0;
    Some(Picture {
        file: "latency-choices",
        see: "Where the line of a choice is below the objective, that choice meets it at this rate; a line that ends \
              or climbs steeply has run out of processors."
            .to_owned(),
        chart: Chart {
            title: format!("What replicas and hedging change: {name}, predicted"),
            subtitle: format!(
                "{} queries per second, every replica with cores of its own",
                rate(plan.demand.rate_per_second)
            ),
            x: leaves_axis(curve_leaves(plan.curves.iter())),
            y: Axis::new(format!("{name} of a query"), Scale::Log, Unit::Milliseconds),
            series: lines(plan, |point| at_objective(plan, &point.latency).1),
            mentions: vec![mention_objective(plan)],
        },
    })
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
    let (p, late) = match plan.demand.stragglers {
        Stragglers::None => (String::new(), String::new()),
        Stragglers::Share { share, delay_ms } => (
            format!("p = {}: ", percent(share)),
            format!(", by {}", ms(delay_ms as f64)),
        ),
        Stragglers::One { delay_ms } => (
            "one replica: ".to_owned(),
            format!(", by {}", ms(delay_ms as f64)),
        ),
    };
    Some(Picture {
        file: "stragglers",
        see: format!(
            "A query is as slow as its slowest leaf: at {}, {} of the queries wait for a straggler by the formula, \
             and {} with a second replica and hedging.",
            counted(example.leaves, "leaf", "leaves"),
            nines(example.formula),
            percent(example.with_hedging)
        ),
        chart: Chart {
            title: "Queries that wait for a straggler".to_owned(),
            subtitle: format!("{p}the share of a replica’s searches that is late{late}; L: leaves"),
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
