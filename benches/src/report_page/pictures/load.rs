//! Pictures of how much load a shape bears, and what hedging adds to it.

use super::{Picture, curve_leaves, leaves_axis, lines, recommendation};
use crate::charts::{Axis, Chart, Hue, Line, Marker, Mention, Place, Scale, Series, Stroke, Unit};
use crate::measured::{Point, Shape, Stragglers, Sweep};
use crate::plan::Plan;
use crate::words::{objective, percent, without_leaves};

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
    let mut see = "Measured where everything shares one machine, so each further leaf takes processors from the others: \
                   the height is what this machine bears."
        .to_owned();
    if never > 0 {
        see.push_str(" At 0, no rate that was tried met the objective.");
    }
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
    let mut series = lines(plan, |point| point.highest_per_second);
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
        see: "With cores of its own for every replica, throughput grows with the leaves until the part that does not \
              divide fills them; where a line is missing, no rate meets the objective."
            .to_owned(),
        chart: Chart {
            title: "Highest rate that meets the objective, predicted".to_owned(),
            subtitle: format!("{}; every replica with cores of its own", objective(&plan.demand.objective)),
            x: leaves_axis(curve_leaves(plan.curves.iter())),
            y: Axis::new("queries per second", Scale::Log, Unit::PerSecond),
            series,
            mentions,
        },
    })
}

/// Requests to leaves beyond the first ones.
pub(super) fn extra(sweep: Option<&Sweep>, plan: &Plan) -> Picture {
    let mut series: Vec<Series> = lines(plan, |point| point.extra_share);
    series.retain(|series| !series.name.contains("no hedging") && series.name != "1 replica");
    let calm = measured_extra(sweep, |stragglers| stragglers == Stragglers::None);
    let slow = measured_extra(sweep, |stragglers| stragglers != Stragglers::None);
    let leaves: Vec<u32> = curve_leaves(plan.curves.iter()).collect();
    for (name, hue, marker, places) in [
        ("measured", Hue::Ink, Marker::Ring, calm),
        (
            "measured, with stragglers",
            Hue::Vermillion,
            Marker::Triangle,
            slow,
        ),
    ] {
        if !places.is_empty() {
            series.push(Series::points(name, hue, marker, places));
        }
    }
    let chosen = plan.recommendation.predicted.extra_share;
    Picture {
        file: "extra-load",
        see: format!(
            "What hedging costs: the recommendation sends {} more requests to leaves than there are first ones. The budget \
             that hedges and retries share bounds it.",
            percent(chosen)
        ),
        chart: Chart {
            title: "Extra load of hedging".to_owned(),
            subtitle: "Hedges and retries, as a share of the first requests to leaves".to_owned(),
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
    Some((counts.hedges + counts.retries + counts.tied) as f64 / counts.primaries as f64)
}
