//! The report's pictures: which there are, and what each of them shows.

mod checks;
mod cost;
mod latency;
pub(super) mod load;

use super::Report;
use crate::charts::{Axis, Chart, Hue, Line, Mention, Place, Scale, Series, Stroke, Unit};
use crate::plan::{Curve, Plan, Predicted};
use crate::words::counted;

/// A picture and its sentence.
#[derive(Debug)]
pub(super) struct Picture {
    /// Its file's name, without an ending.
    pub(super) file: &'static str,
    /// What to see in it.
    pub(super) see: String,
    /// What is drawn.
    pub(super) chart: Chart,
}

/// Every picture that there is something to show in.
pub(super) fn all(report: &Report<'_>) -> Vec<Picture> {
    let (sweep, plan) = (report.measured(), report.plan);
    let pictures = [
        checks::measured_latency(plan),
        latency::predicted(plan),
        latency::choices(plan),
        checks::stragglers(plan),
        latency::straggler_curve(plan),
        sweep.map(load::measured),
        load::predicted(plan),
        Some(load::extra(sweep, plan)),
        Some(cost::processor_time(sweep, plan)),
        cost::cores(plan),
        cost::memory(plan),
        cost::money(report),
        checks::errors(plan),
    ];
    let all = pictures.into_iter().flatten();
    all.filter(|picture| !picture.chart.is_empty()).collect()
}

/// The predictions for what is recommended.
fn recommended(plan: &Plan) -> Option<&Curve> {
    let chosen = &plan.recommendation;
    let is_it = |curve: &&Curve| curve.replicas == chosen.replicas && curve.hedging == chosen.hedging;
    plan.curves.iter().find(is_it).or(plan.curves.first())
}

/// A line up where the recommendation is.
fn recommendation(plan: &Plan) -> Mention {
    let leaves = plan.recommendation.leaves;
    Mention {
        at: Line::Up(f64::from(leaves)),
        name: format!(
            "{}: {}",
            match (plan.recommendation.meets, plan.trust.known) {
                (true, true) => "recommended",
                (true, false) => "recommended, not confirmed",
                (false, _) => "nearest",
            },
            counted(leaves, "leaf", "leaves")
        ),
    }
}

/// An axis of leaves that has some air at both ends, over all of these numbers.
fn leaves_axis(leaves: impl Iterator<Item = u32> + Clone) -> Axis {
    let least = f64::from(leaves.clone().min().unwrap_or(1).max(1));
    let most = f64::from(leaves.clone().max().unwrap_or(1).max(1));
    let axis = Axis::new("leaves", Scale::Log, Unit::Plain).from_to(least / 1.18, most * 1.18);
    if most / least > 64.0 {
        return axis;
    }
    // Few numbers of leaves: exactly those that there are, unless they are too close to each other.
    let mut ticks: Vec<f64> = leaves.filter(|leaves| *leaves > 0).map(f64::from).collect();
    ticks.sort_by(f64::total_cmp);
    ticks.dedup();
    let close = (most / least).max(1.0).powf(0.045);
    let mut last = 0.0;
    ticks.retain(|tick| {
        let keep = *tick > last * close || last == 0.0;
        last = if keep { *tick } else { last };
        keep
    });
    axis.with_ticks(ticks)
}

fn curve_leaves<'a>(curves: impl Iterator<Item = &'a Curve> + Clone) -> impl Iterator<Item = u32> + Clone {
    curves.flat_map(|curve| curve.points.iter().map(|point| point.leaves))
}

/// One line for each curve: colours tell replicas apart, and strokes tell all apart without colours.
fn lines<'a>(curves: impl Iterator<Item = &'a Curve>, value: impl Fn(&Predicted) -> f64) -> Vec<Series> {
    let mut series = Vec::new();
    for curve in curves {
        let (hue, hedging, alone) = match curve.replicas {
            0 | 1 => (Hue::Green, Stroke::Dotted, Stroke::Dotted),
            2 => (Hue::Blue, Stroke::Bold, Stroke::Dashed),
            _ => (Hue::Purple, Stroke::Solid, Stroke::Long),
        };
        let stroke = if curve.hedging { hedging } else { alone };
        let place = |point: &Predicted| Place::at(f64::from(point.leaves), value(point));
        let places = curve.points.iter().map(place).collect();
        series.push(Series::line(curve_name(curve), hue, stroke, places));
    }
    series
}

/// What a curve is for, in a few words.
pub(super) fn curve_name(curve: &Curve) -> String {
    match (curve.replicas, curve.hedging) {
        (1, _) => "1 replica".to_owned(),
        (replicas, true) => format!("{replicas} replicas, hedging"),
        (replicas, false) => format!("{replicas} replicas, no hedging"),
    }
}
