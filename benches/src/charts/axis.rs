//! Axes: from figures to places, and which figures are written beside them.

use std::ops::Range;

use plotters::coord::ranged1d::{KeyPointHint, NoDefaultFormatting, Ranged, ValueFormatter};

use super::numbers::{short, significant};

/// One direction of a picture.
#[derive(Clone, Debug, PartialEq)]
pub struct Axis {
    /// What it shows, with its unit.
    pub label: String,
    /// How figures become places.
    pub scale: Scale,
    /// In what figures are written.
    pub unit: Unit,
    /// From where to where; as far as there are figures if nothing is said.
    pub range: Option<(f64, f64)>,
    /// Figures to write beside it; chosen well if there are none.
    pub ticks: Vec<f64>,
}

/// How figures become places.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scale {
    /// By the figure.
    Linear,
    /// By its logarithm: for figures above 0.
    Log,
    /// By the logarithm of what is missing to 1: 0.9, 0.99 and 0.999 are at equal distances. For shares below 1.
    Nines,
}

/// In what figures are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Things that are counted.
    Plain,
    /// Milliseconds; seconds where there are many.
    Milliseconds,
    /// Shares, written as percent.
    Percent,
    /// Shares as percentiles: `99.9`.
    Percentile,
    /// Requests per second.
    PerSecond,
    /// 2^30 bytes.
    Gibibytes,
}

impl Axis {
    /// An axis as long as its figures.
    #[must_use]
    pub fn new(label: impl Into<String>, scale: Scale, unit: Unit) -> Self {
        Self {
            label: label.into(),
            scale,
            unit,
            range: None,
            ticks: Vec::new(),
        }
    }

    /// The same from here to there.
    #[must_use]
    pub fn from_to(mut self, from: f64, to: f64) -> Self {
        self.range = Some((from, to));
        self
    }

    /// The same with these figures beside it.
    #[must_use]
    pub fn with_ticks(mut self, ticks: Vec<f64>) -> Self {
        self.ticks = ticks;
        self
    }
}

impl Scale {
    /// Whether there is a place for the figure.
    pub(super) fn shows(self, value: f64) -> bool {
        value.is_finite()
            && match self {
                Self::Linear => true,
                Self::Log => value > 0.0,
                Self::Nines => (0.0..1.0).contains(&value),
            }
    }

    fn place(self, value: f64) -> f64 {
        match self {
            Self::Linear => value,
            Self::Log => value.max(f64::MIN_POSITIVE).log10(),
            Self::Nines => -(1.0 - value).max(f64::MIN_POSITIVE).log10(),
        }
    }
}

impl Unit {
    /// A figure beside an axis: short.
    pub(super) fn tick(self, value: f64) -> String {
        self.written(value, 3)
    }

    /// A figure beside a point.
    pub(super) fn exact(self, value: f64) -> String {
        self.written(value, 4)
    }

    fn written(self, value: f64, digits: usize) -> String {
        match self {
            Self::Plain | Self::PerSecond => short(value, digits),
            Self::Milliseconds if value.abs() >= 1e3 => format!("{} s", significant(value / 1e3, digits)),
            Self::Milliseconds => format!("{} ms", significant(value, digits)),
            Self::Percent => format!("{} %", significant(value * 100.0, digits)),
            Self::Percentile => significant(value * 100.0, 8),
            Self::Gibibytes => format!("{} GiB", significant(value, digits)),
        }
    }
}

/// An axis with its range and ticks settled, as the plotting library wants it.
#[derive(Clone, Debug)]
pub(super) struct Settled {
    scale: Scale,
    unit: Unit,
    from: f64,
    to: f64,
    ticks: Vec<f64>,
}

impl Settled {
    /// Settles an axis for these figures.
    pub(super) fn new(axis: &Axis, values: impl Iterator<Item = f64>) -> Self {
        let scale = axis.scale;
        let (least, most) = values
            .filter(|value| scale.shows(*value))
            .fold((f64::INFINITY, f64::NEG_INFINITY), |(least, most), value| {
                (least.min(value), most.max(value))
            });
        let (least, most) = if least <= most { (least, most) } else { (1.0, 10.0) };
        let (from, to) = axis.range.unwrap_or_else(|| match scale {
            Scale::Linear => linear_range(least, most),
            Scale::Log => (round_log(least * 0.97, false), round_log(most * 1.03, true)),
            Scale::Nines => (0.0, most),
        });
        let ticks = if axis.ticks.is_empty() {
            match scale {
                Scale::Linear => linear_ticks(from, to),
                Scale::Log => log_ticks(from, to),
                Scale::Nines => vec![0.0, 0.5, 0.9, 0.99, 0.999, 0.9999, 0.99999],
            }
        } else {
            axis.ticks.clone()
        };
        let inside = |tick: &f64| *tick >= from - from.abs() * 1e-9 && *tick <= to + to.abs() * 1e-9;
        Self {
            scale,
            unit: axis.unit,
            from,
            to,
            ticks: ticks.into_iter().filter(inside).collect(),
        }
    }

    /// Whether a figure lies inside.
    pub(super) fn holds(&self, value: f64) -> bool {
        self.scale.shows(value) && value >= self.from && value <= self.to
    }

    /// The figure, or the end of the axis that is nearest to it.
    pub(super) fn clamped(&self, value: f64) -> f64 {
        value.clamp(self.from, self.to)
    }

    /// Both ends.
    pub(super) fn ends(&self) -> (f64, f64) {
        (self.from, self.to)
    }
}

impl Ranged for Settled {
    type FormatOption = NoDefaultFormatting;
    type ValueType = f64;

    fn map(&self, value: &f64, (first, last): (i32, i32)) -> i32 {
        let place = |value| self.scale.place(value);
        let length = place(self.to) - place(self.from);
        let share = if length > 0.0 {
            (place(*value) - place(self.from)) / length
        } else {
            0.5
        };
        let pixels = (f64::from(last) - f64::from(first)) * share.clamp(-0.5, 1.5);
        #[expect(
            clippy::cast_possible_truncation,
            reason = "at most half a picture beside the picture"
        )]
        let pixel = (f64::from(first) + pixels).round() as i32;
        pixel
    }

    fn key_points<Hint: KeyPointHint>(&self, _: Hint) -> Vec<f64> {
        self.ticks.clone()
    }

    fn range(&self) -> Range<f64> {
        self.from..self.to
    }
}

impl ValueFormatter<f64> for Settled {
    fn format_ext(&self, value: &f64) -> String {
        self.unit.tick(*value)
    }
}

/// From 0 (or below) to a round figure above.
fn linear_range(least: f64, most: f64) -> (f64, f64) {
    let from = least.min(0.0);
    let length = if most > from { most - from } else { 1.0 };
    let step = step(length);
    let up = |value: f64| (value / step - 1e-9).ceil() * step;
    (-up(-from).max(0.0), up((from + length) * 1.02))
}

/// The distance of ticks: 1, 2 or 5 times a power of ten, for about five of them.
fn step(length: f64) -> f64 {
    let rough = length / 5.0;
    let power = 10_f64.powf(rough.log10().floor());
    let factor = [1.0, 2.0, 5.0].into_iter().find(|factor| factor * power >= rough);
    power * factor.unwrap_or(10.0)
}

fn linear_ticks(from: f64, to: f64) -> Vec<f64> {
    let step = step(to - from);
    let mut ticks = vec![(from / step).ceil() * step];
    while let Some(last) = ticks.last().filter(|last| **last + step <= to + step * 1e-6) {
        ticks.push(last + step);
    }
    ticks
}

/// The next of 1, 2, 5, 10, … below or above.
fn round_log(value: f64, up: bool) -> f64 {
    let power = 10_f64.powf(value.max(1e-9).log10().floor());
    let steps = [1.0, 2.0, 5.0, 10.0].map(|factor| factor * power);
    let found = if up {
        steps.into_iter().find(|step| *step >= value * (1.0 - 1e-9))
    } else {
        steps.into_iter().rev().find(|step| *step <= value * (1.0 + 1e-9))
    };
    found.unwrap_or(value)
}

/// 1, 2, 5, 10, …; only powers of ten over many of them, and every figure over few.
fn log_ticks(from: f64, to: f64) -> Vec<f64> {
    let decades = (to / from).log10();
    let factors: &[f64] = if decades < 1.0 {
        &[1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0]
    } else if decades <= 4.5 {
        &[1.0, 2.0, 5.0]
    } else {
        &[1.0]
    };
    let mut power = 10_f64.powf(from.log10().floor());
    let mut ticks = Vec::new();
    while power <= to * 1.001 {
        ticks.extend(factors.iter().map(|factor| factor * power));
        power *= 10.0;
    }
    ticks
}
