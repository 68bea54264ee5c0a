//! Pictures of how much load a shape bears, and what hedging adds to it.

use super::{Picture, curve_leaves, curve_name, leaves_axis, lines, recommendation, recommended};
use crate::charts::{Axis, Chart, Hue, Line, Marker, Mention, Place, Scale, Series, Stroke, Unit};
use crate::measured::{Point, Shape, Stragglers, Sweep};
use crate::plan::{Plan, Predicted};
use crate::words::{counted, objective, percent, rate, without_leaves};

/// The highest rate that met the objective on the machine that measured.
pub(super) fn measured(sweep: &Sweep) -> Picture {
    let mut shapes: Vec<Shape> = Vec::new();
    for highest in &sweep.highest {
        let shape = Shape {
            leaves: 1,
            ..highest.shape
        };
        if !shapes.contains(&shape) {
            shapes.push(shape);
        }
    }
    let mut series = Vec::new();
    for (number, shape) in shapes.iter().take(LOOKS.len()).enumerate() {
        let belongs = |found: &Shape| Shape { leaves: 1, ..*found } == *shape;
        let mut places: Vec<Place> = sweep
            .highest
            .iter()
            .filter(|highest| belongs(&highest.shape))
            .map(|highest| Place::at(f64::from(highest.shape.leaves), highest.met_per_second))
            .collect();
        places.sort_by(|one, other| one.x.total_cmp(&other.x));
        let (hue, stroke, marker) = LOOKS[number];
        let name = without_leaves(shape);
        series.push(Series::line(name.clone(), hue, stroke, places.clone()));
        // Lines through one number of leaves are nothing to see: markers are.
        series.push(Series::points(name, hue, marker, places).unnamed());
    }
    let leaves = sweep.highest.iter().map(|highest| highest.shape.leaves);
    let never = sweep
        .highest
        .iter()
        .filter(|highest| highest.met_per_second <= 0.0)
        .count();
    let see = [
        "Measured where root, leaves and the load share one machine: a further leaf brings no processors."
            .to_owned(),
        bore(sweep),
        if never > 0 {
            " At 0, no rate that was tried met the objective.".to_owned()
        } else {
            String::new()
        },
    ]
    .concat();
    Picture {
        file: "throughput-measured",
        see,
        chart: Chart {
            title: "Highest rate that meets the objective, measured".to_owned(),
            subtitle: format!("{}; one machine for everything", objective(&sweep.objective)),
            x: leaves_axis(leaves),
            y: Axis::new("queries per second", Scale::Linear, Unit::PerSecond),
            series,
            mentions: Vec::new(),
        },
    }
}

/// What the machine that measured bore at most.
fn bore(sweep: &Sweep) -> String {
    let met = sweep
        .highest
        .iter()
        .filter(|highest| highest.met_per_second > 0.0);
    let most = met.max_by(|one, other| one.met_per_second.total_cmp(&other.met_per_second));
    most.map_or_else(String::new, |most| {
        format!(
            " It bore the most with {}, {}: {} queries per second.",
            counted(most.shape.leaves, "leaf", "leaves"),
            without_leaves(&most.shape),
            rate(most.met_per_second)
        )
    })
}

const LOOKS: [(Hue, Stroke, Marker); 8] = [
    (Hue::Green, Stroke::Solid, Marker::Disc),
    (Hue::Blue, Stroke::Dashed, Marker::Square),
    (Hue::Vermillion, Stroke::Bold, Marker::Triangle),
    (Hue::Purple, Stroke::Dotted, Marker::Ring),
    (Hue::Orange, Stroke::Solid, Marker::Square),
    (Hue::Sky, Stroke::Dashed, Marker::Triangle),
    (Hue::Ink, Stroke::Dotted, Marker::Cross),
    (Hue::Soft, Stroke::Solid, Marker::Disc),
];

/// The highest rate where every replica has processors of its own.
pub(super) fn predicted(plan: &Plan) -> Option<Picture> {
    plan.curves.first()?;
    let demanded = Mention {
        at: Line::Across(plan.demand.rate_per_second),
        name: "demanded".to_owned(),
    };
    let mut series = lines(plan.curves.iter(), |point| point.highest_per_second);
    for series in &mut series {
        if series.places.iter().all(|place| place.y <= 0.0) {
            series.name.push_str(": no rate");
        }
    }
    let mentions = if plan.demand.rate_per_second > 0.0 {
        vec![demanded, recommendation(plan)]
    } else {
        vec![recommendation(plan)]
    };
    Some(Picture {
        file: "throughput-predicted",
        see: format!(
            "Each is the highest rate that was seen to meet the latency, with as many roots as it takes: a little more may do, \
             too. {}Where a line is missing, no rate was seen to meet it.",
            most(plan)
        ),
        chart: Chart {
            title: "Highest rate that meets the objective, predicted".to_owned(),
            subtitle: format!(
                "{}; every replica with cores of its own, and as many roots as it takes",
                objective(&plan.demand.objective)
            ),
            x: leaves_axis(curve_leaves(plan.curves.iter())),
            y: Axis::new("queries per second", Scale::Log, Unit::PerSecond),
            series,
            mentions,
        },
    })
}

/// Where the recommended choice bears the most.
fn most(plan: &Plan) -> String {
    let curve = recommended(plan);
    let best = curve.and_then(|curve| {
        let points = curve.points.iter().filter(|point| point.highest_per_second > 0.0);
        let most = points.max_by(|one, other| one.highest_per_second.total_cmp(&other.highest_per_second));
        most.map(|most| (curve, most))
    });
    best.map_or_else(String::new, |(curve, most)| {
        format!(
            "{}: at most {} queries per second, with {}. ",
            curve_name(curve),
            rate(most.highest_per_second),
            counted(most.leaves, "leaf", "leaves")
        )
    })
}

/// Requests to leaves beyond the first ones.
pub(super) fn extra(sweep: Option<&Sweep>, plan: &Plan) -> Picture {
    let hedging = plan.curves.iter().filter(|curve| curve.hedging);
    let mut series: Vec<Series> = lines(hedging, |point: &Predicted| point.extra_share);
    let simulated = series.len();
    let calm = measured_extra(sweep, |stragglers| stragglers == Stragglers::None);
    let slow = measured_extra(sweep, |stragglers| stragglers != Stragglers::None);
    let leaves: Vec<u32> = curve_leaves(plan.curves.iter()).collect();
    for (name, hue, marker, places) in [
        ("measured, all rounds", Hue::Ink, Marker::Ring, calm),
        (
            "measured, all rounds, with stragglers",
            Hue::Vermillion,
            Marker::Triangle,
            slow,
        ),
    ] {
        if !places.is_empty() {
            series.push(Series::points(name, hue, marker, places));
        }
    }
    let mut see = if plan.recommendation.hedging {
        format!(
            "What hedging costs: the recommendation sends {} more searches to leaves than there are first ones.",
            percent(plan.recommendation.predicted.extra_share)
        )
    } else {
        "What hedging would cost; the recommendation does without.".to_owned()
    };
    see.push_str(" The budget that hedges, retries and probes share bounds it.");
    if series.len() > simulated {
        see.push_str(
            " Lines and points count different things: lines are simulated searches alone; points are what the root counted of \
             searches and fetches together, which are divided by the first requests of both.",
        );
    }
    Picture {
        file: "extra-load",
        see,
        chart: Chart {
            title: "Extra load of hedging".to_owned(),
            subtitle: "Hedges, retries and probes, as a share of the first requests to leaves".to_owned(),
            x: leaves_axis(leaves.into_iter()),
            y: Axis::new("extra requests", Scale::Linear, Unit::Percent),
            series,
            mentions: Vec::new(),
        },
    }
}

/// The share that the root counted in runs with hedging.
fn measured_extra(sweep: Option<&Sweep>, is_wanted: impl Fn(Stragglers) -> bool) -> Vec<Place> {
    let points = sweep.map_or(&[][..], |sweep| &sweep.points);
    let hedging = points
        .iter()
        .filter(|point| point.shape.hedging && point.shape.replicas > 1 && is_wanted(point.shape.stragglers));
    let place = |point: &Point| Some(Place::at(f64::from(point.shape.leaves), extra_share(point)?));
    let mut places: Vec<Place> = hedging.filter_map(place).collect();
    places.sort_by(|one, other| one.x.total_cmp(&other.x));
    places
}

/// Requests to leaves beyond the first ones, as a share, if the root counted them.
pub(in super::super) fn extra_share(point: &Point) -> Option<f64> {
    let counts = point.load.root.as_ref().filter(|counts| counts.primaries > 0)?;
    let extra = counts.hedges + counts.retries + counts.tied + counts.probes;
    Some(extra as f64 / counts.primaries as f64)
}
