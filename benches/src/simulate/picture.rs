//! The picture: latency over percentiles, a line for each report.

use super::report::Report;
use crate::charts::{Axis, Chart, Hue, Place, Scale, Series, Stroke, Unit};

/// A line of the picture.
#[derive(Clone, Copy, Debug)]
pub struct Line<'a> {
    /// What it is called: a few words.
    pub name: &'a str,
    /// What it shows.
    pub report: &'a Report,
}

const LOOKS: [(Hue, Stroke); 3] = [
    (Hue::Blue, Stroke::Bold),
    (Hue::Vermillion, Stroke::Dashed),
    (Hue::Green, Stroke::Dotted),
];

/// The lines as a chart.
pub fn picture(title: &str, lines: &[Line<'_>]) -> Chart {
    let series = lines
        .iter()
        .zip(LOOKS.iter().cycle())
        .map(|(line, (hue, stroke))| {
            let places = points(line.report).map(|(quantile, ms)| Place::at(quantile, ms));
            Series::line(line.name, *hue, *stroke, places.collect())
        });
    Chart {
        title: title.to_owned(),
        subtitle: String::new(),
        x: Axis::new("percentile of the queries", Scale::Nines, Unit::Percentile),
        y: Axis::new("latency of a query", Scale::Log, Unit::Milliseconds),
        series: series.collect(),
        mentions: Vec::new(),
    }
}

/// The part of the curve that the number of queries supports.
fn points(report: &Report) -> impl Iterator<Item = (f64, f64)> + '_ {
    let supported = 1.0 - 5.0 / report.queries.max(10) as f64;
    let inside = move |(quantile, _): &(f64, f64)| *quantile <= supported;
    report.curve.iter().copied().filter(inside)
}
