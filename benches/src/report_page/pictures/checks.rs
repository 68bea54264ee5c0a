//! Pictures of what was measured beside what the model says of it.

use super::latency::{RUNGS, mention_objective, without_empty};
use super::{Picture, leaves_axis};
use crate::charts::{Axis, Chart, Hue, Kind, Marker, Place, Scale, Series, Stroke, Unit};
use crate::measured::{Shape, Stragglers};
use crate::plan::{Check, Plan};
use crate::words::{count, counted, ms, rate, stragglers as stragglers_words, without_leaves};

/// Parts a line.
const GAP: Place = Place {
    x: f64::NAN,
    y: f64::NAN,
    from_y: 0.0,
};

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

    fn measured(&self, value: impl Fn(&Check) -> f64) -> Vec<Place> {
        let place = |check: &&Check| Place::at(f64::from(check.shape.leaves), value(check));
        self.checks.iter().map(place).collect()
    }

    fn predicted(&self, value: impl Fn(&Check) -> f64) -> Vec<Place> {
        let mut places = self.measured(value);
        places.dedup_by_key(|place| place.x);
        places
    }

    /// Between which latencies each measured p99 lies.
    fn spread(&self, hue: Hue) -> Series {
        let ends = self.checks.iter().flat_map(|check| {
            let x = f64::from(check.shape.leaves);
            let (from, to) = check.measured_p99;
            [Place::at(x, from), Place::at(x, to), GAP]
        });
        Series::line("p99, nine in ten", hue, Stroke::Thin, ends.collect()).unnamed()
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
    for rung in RUNGS {
        let predicted = group.predicted(|check| rung.known_ms(&check.predicted, check.answers));
        series.push(Series::line(rung.name, rung.hue, rung.stroke, predicted));
    }
    let p99 = RUNGS.into_iter().find(|rung| rung.name == "p99");
    series.extend(p99.map(|rung| group.spread(rung.hue)));
    for rung in RUNGS {
        let measured = group.measured(|check| rung.known_ms(&check.measured, check.answers));
        let name = format!("{}, measured", rung.name);
        series.push(Series::points(name, rung.hue, rung.marker, measured).unnamed());
    }
    without_empty(&mut series);
    Some(Picture {
        file: "latency-measured",
        see: format!(
            "Root, leaves and load shared one machine here, so more leaves do not bring more processors: what counts is how close \
             the points are to the model’s lines. {SPREAD}"
        ),
        chart: Chart {
            title: "Latency against leaves, measured and modelled".to_owned(),
            subtitle: format!(
                "Markers: measured. Lines: the model. {}, {}",
                group.name(),
                group.at_rate()
            ),
            x: leaves_axis(group.checks.iter().map(|check| check.shape.leaves)),
            y: Axis::new("latency of a query", Scale::Log, Unit::Milliseconds),
            series,
            mentions: vec![mention_objective(plan)],
        },
    })
}

/// What the thin lines are.
const SPREAD: &str = "A thin line at a measured p99 is where it lies with nine chances in ten, for all that so few answers tell.";

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
    let first = slow.first()?.at_rate();
    let is_one_rate = slow.iter().all(|group| group.at_rate() == first);
    let name = |group: &Group<'_>| {
        if is_one_rate {
            group.name()
        } else {
            format!("{}, {}", group.name(), group.at_rate())
        }
    };
    let looks = [
        (Hue::Green, Stroke::Dotted, Marker::Disc),
        (Hue::Vermillion, Stroke::Dashed, Marker::Triangle),
        (Hue::Blue, Stroke::Bold, Marker::Square),
        (Hue::Purple, Stroke::Solid, Marker::Ring),
    ];
    let mut series = Vec::new();
    for (group, (hue, stroke, _)) in slow.iter().zip(looks) {
        let predicted = group.predicted(|check| check.predicted.p99);
        series.push(Series::line(name(group), hue, stroke, predicted));
    }
    series.extend(slow.iter().zip(looks).map(|(group, (hue, ..))| group.spread(hue)));
    for (group, (hue, _, marker)) in slow.iter().zip(looks) {
        let measured = group.measured(|check| check.measured.p99);
        series.push(Series::points(format!("{}, measured", name(group)), hue, marker, measured).unnamed());
    }
    let leaves = slow
        .iter()
        .flat_map(|group| group.checks.iter().map(|check| check.shape.leaves));
    let subtitle = format!(
        "Markers: measured. Lines: the model. {}{}",
        stragglers_words(script),
        if is_one_rate {
            format!("; {first}")
        } else {
            String::new()
        }
    );
    Some(Picture {
        file: "latency-stragglers",
        see: format!("{}{SPREAD}", with_most_leaves(&slow)),
        chart: Chart {
            title: "p99 with stragglers, measured and modelled".to_owned(),
            subtitle,
            x: leaves_axis(leaves),
            y: Axis::new("p99 of a query", Scale::Log, Unit::Milliseconds),
            series,
            mentions: vec![mention_objective(plan)],
        },
    })
}

/// What was measured where stragglers matter most.
fn with_most_leaves(groups: &[Group<'_>]) -> String {
    let checks = groups
        .iter()
        .flat_map(|group| group.checks.iter().map(move |check| (group, *check)));
    let Some(most) = checks.clone().map(|(_, check)| check.shape.leaves).max() else {
        return String::new();
    };
    let found: Vec<String> = checks
        .filter(|(_, check)| check.shape.leaves == most)
        .map(|(group, check)| format!("{} with {}", ms(check.measured.p99), group.name()))
        .collect();
    format!(
        "At {}, p99 was measured as {}. ",
        counted(most, "leaf", "leaves"),
        found.join(", ")
    )
}

/// Predicted against measured p99, with the band that counts as right.
pub(super) fn errors(plan: &Plan) -> Option<Picture> {
    let known = plan.checks.iter();
    let known: Vec<&Check> = known
        .filter(|check| check.measured.p99 > 0.0 && check.predicted.p99 > 0.0)
        .collect();
    let places = |held_out: bool| -> Vec<Place> {
        let of_kind = known.iter().filter(|check| check.held_out == held_out);
        of_kind
            .map(|check| Place::at(check.measured.p99, check.predicted.p99))
            .collect()
    };
    let (from, to) = ends(&known)?;
    // Many places, because the band's ends are cut off where the picture ends.
    let band = (0..=60).map(|step| from * (to / from).powf(f64::from(step) / 60.0));
    let band = band.map(|x| Place {
        x,
        y: x * 1.2,
        from_y: x * 0.8,
    });
    let exact = [from, to].map(|x| Place::at(x, x));
    let spread = known.iter().flat_map(|check| {
        let (low, high) = check.measured_p99;
        [
            Place::at(low, check.predicted.p99),
            Place::at(high, check.predicted.p99),
            GAP,
        ]
    });
    let spread = spread.collect();
    let axis = |label: &str| Axis::new(label, Scale::Log, Unit::Milliseconds).from_to(from, to);
    Some(Picture {
        file: "errors",
        see: errors_seen(plan),
        chart: Chart {
            title: "Predicted against measured p99".to_owned(),
            subtitle: "Below the line: predicted too fast. Above it: too slow.".to_owned(),
            x: axis("measured p99"),
            y: axis("predicted p99"),
            series: vec![
                Series::new("within 20 %", Kind::Area, Hue::Green, band.collect()),
                Series::line("exact", Hue::Soft, Stroke::Solid, exact.to_vec()),
                Series::line(
                    "where measured p99 lies, nine chances in ten",
                    Hue::Soft,
                    Stroke::Thin,
                    spread,
                ),
                Series::points("seen by the model", Hue::Blue, Marker::Ring, places(false)),
                Series::points(
                    "not seen by the model",
                    Hue::Vermillion,
                    Marker::Triangle,
                    places(true),
                ),
            ],
            mentions: Vec::new(),
        },
    })
}

/// From where to where both axes reach, if there is anything.
fn ends(checks: &[&Check]) -> Option<(f64, f64)> {
    let all = checks.iter().flat_map(|check| {
        let (low, high) = check.measured_p99;
        [check.measured.p99, check.predicted.p99, low, high]
    });
    let (least, most) = all
        .filter(|p99| *p99 > 0.0)
        .fold((f64::INFINITY, 0.0_f64), |(least, most), p99| {
            (least.min(p99), most.max(p99))
        });
    (most > 0.0).then_some((least / 1.3, most * 1.3))
}

fn errors_seen(plan: &Plan) -> String {
    let hits = plan.trust.all();
    let counted = if hits.held_out > 0 {
        format!(
            " What counts are the points that the model had not seen: {} of {} are inside.",
            count(hits.within_fifth.into()),
            count(hits.held_out.into())
        )
    } else {
        String::new()
    };
    format!(
        "Every point is a shape at a rate, with all its measurements together: on the line, the prediction was exact; inside the \
         band, it was within 20 %.{counted} An error whose thin line reaches the band may be chance."
    )
}
