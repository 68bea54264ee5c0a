//! The figures of a run: what was measured, in which unit, and how far the rounds were apart.

use serde::{Deserialize, Serialize};

/// The figures of one suite, as a file of a run's folder holds them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Suite {
    /// Its name.
    pub suite: String,
    /// Its figures, in the order in which they were measured.
    pub entries: Vec<Entry>,
}

/// One figure of all rounds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Entry {
    /// What was measured, and over how much: figures are compared by their names alone.
    pub name: String,
    /// The median of the rounds.
    pub value: f64,
    /// In what.
    pub unit: Unit,
    /// Which direction is good.
    pub better: Better,
    /// From the least of the rounds to the greatest, in the unit.
    pub spread: f64,
}

/// One figure of one round.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Measurement {
    /// As [`Entry::name`].
    pub name: String,
    /// The figure.
    pub value: f64,
    /// In what.
    pub unit: Unit,
}

/// What figures are in. The unit decides which direction is good.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Unit {
    /// Nanoseconds.
    #[serde(rename = "ns")]
    Nanoseconds,
    /// Microseconds.
    #[serde(rename = "us")]
    Microseconds,
    /// Milliseconds.
    #[serde(rename = "ms")]
    Milliseconds,
    /// So many in a second.
    #[serde(rename = "1/s")]
    PerSecond,
    /// So many times as much as something else that was measured in the same round.
    #[serde(rename = "times")]
    Times,
    /// How often something happened that should not.
    #[serde(rename = "mishaps")]
    Mishaps,
}

/// Which direction is good.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Better {
    /// Less is better.
    Lower,
    /// More is better.
    Higher,
}

/// How a figure of a unit follows the speed of the machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Speed {
    /// A machine of twice the speed halves it.
    Divides,
    /// A machine of twice the speed doubles it.
    Multiplies,
    /// It does not.
    Nothing,
}

impl Unit {
    /// As it is written behind a figure.
    pub(crate) fn symbol(self) -> &'static str {
        match self {
            Self::Nanoseconds => "ns",
            Self::Microseconds => "µs",
            Self::Milliseconds => "ms",
            Self::PerSecond => "/s",
            Self::Times => "×",
            Self::Mishaps => "",
        }
    }

    /// Which direction is good.
    pub(crate) fn better(self) -> Better {
        match self {
            Self::PerSecond => Better::Higher,
            Self::Nanoseconds | Self::Microseconds | Self::Milliseconds | Self::Times | Self::Mishaps => {
                Better::Lower
            }
        }
    }

    /// What a faster machine does to it.
    pub(crate) fn speed(self) -> Speed {
        match self {
            Self::Nanoseconds | Self::Microseconds | Self::Milliseconds => Speed::Divides,
            Self::PerSecond => Speed::Multiplies,
            Self::Times | Self::Mishaps => Speed::Nothing,
        }
    }
}

impl Measurement {
    /// A figure.
    pub(crate) fn new(name: impl Into<String>, value: f64, unit: Unit) -> Self {
        Self {
            name: name.into(),
            value,
            unit,
        }
    }
}

impl Entry {
    /// The spread as a share of the value; infinite where the value is nothing and the rounds differ.
    pub(crate) fn noise(&self) -> f64 {
        if self.spread == 0.0 {
            0.0
        } else {
            self.spread / self.value
        }
    }
}

/// The figures of all rounds, in the order in which they first appeared. One that a round lacks, or could not tell because it
/// divided by nothing, is that of the others.
pub(crate) fn combined(rounds: &[Vec<Measurement>]) -> Vec<Entry> {
    let told = || {
        rounds
            .iter()
            .flatten()
            .filter(|measured| measured.value.is_finite())
    };
    let mut names: Vec<(&str, Unit)> = Vec::new();
    for measured in told() {
        if names.iter().all(|(name, _)| *name != measured.name) {
            names.push((&measured.name, measured.unit));
        }
    }
    let entry = |(name, unit): (&str, Unit)| {
        let of_name = told().filter(|measured| measured.name == name);
        let mut values: Vec<f64> = of_name.map(|measured| measured.value).collect();
        values.sort_unstable_by(f64::total_cmp);
        Entry {
            name: name.to_owned(),
            value: median(&values),
            unit,
            better: unit.better(),
            spread: values
                .last()
                .zip(values.first())
                .map_or(0.0, |(most, least)| most - least),
        }
    };
    names.into_iter().map(entry).collect()
}

/// The middle of sorted values, or the mean of the two there.
fn median(sorted: &[f64]) -> f64 {
    let middle = sorted.len() / 2;
    match sorted.len() {
        0 => 0.0,
        even if even.is_multiple_of(2) => f64::midpoint(sorted[middle - 1], sorted[middle]),
        _ => sorted[middle],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rounds_become_their_median_and_their_range() {
        let round = |merge: f64, rate: f64| {
            vec![
                Measurement::new("merge", merge, Unit::Nanoseconds),
                Measurement::new("rate", rate, Unit::PerSecond),
            ]
        };
        let entries = combined(&[round(10.0, 5.0), round(30.0, 6.0), round(12.0, 7.0)]);
        let figures: Vec<_> = entries.iter().map(|entry| (entry.value, entry.spread)).collect();
        assert_eq!(figures, [(12.0, 20.0), (6.0, 2.0)]);
        assert_eq!(entries[1].better, Better::Higher);
        assert_eq!(combined(&[round(10.0, 5.0), round(30.0, 5.0)])[0].value, 20.0);
    }

    #[test]
    fn a_figure_that_a_round_lacks_is_that_of_the_others() {
        let only = |name: &str| vec![Measurement::new(name, 1.0, Unit::Milliseconds)];
        let entries = combined(&[only("a"), only("b"), only("a")]);
        let names: Vec<_> = entries.iter().map(|entry| entry.name.as_str()).collect();
        assert_eq!(names, ["a", "b"]);
        assert!(combined(&[]).is_empty());
    }

    #[test]
    fn noise_is_a_share_of_the_value() {
        let rounds = |values: &[f64]| -> Vec<Vec<Measurement>> {
            let round = |value: &f64| vec![Measurement::new("late", *value, Unit::Mishaps)];
            values.iter().map(round).collect()
        };
        assert_eq!(combined(&rounds(&[4.0, 5.0, 4.0]))[0].noise(), 0.25);
        assert_eq!(combined(&rounds(&[0.0, 0.0, 0.0]))[0].noise(), 0.0);
        assert!(combined(&rounds(&[0.0, 0.0, 1.0]))[0].noise().is_infinite());
    }

    #[test]
    fn files_are_as_documented() {
        let suite = Suite {
            suite: "micro".to_owned(),
            entries: combined(&[vec![Measurement::new("merge", 1.5, Unit::Nanoseconds)]]),
        };
        let json = serde_json::to_value(&suite).unwrap();
        let expected = serde_json::json!({"suite": "micro", "entries": [
            {"name": "merge", "value": 1.5, "unit": "ns", "better": "lower", "spread": 0.0}]});
        assert_eq!(json, expected);
        assert_eq!(serde_json::from_value::<Suite>(json).unwrap(), suite);
    }
}
