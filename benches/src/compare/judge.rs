//! What became better or worse between two runs; pure.

use crate::runs::calibration;
use crate::runs::entry::{Better, Entry, Speed, Unit};
use crate::runs::folder::Run;

/// Runs of one machine whose speeds differ by more than this were not made under the same conditions.
const SPEED_DRIFT_MAX: f64 = 1.05;

/// Two runs beside each other.
#[derive(Debug)]
pub(crate) struct Comparison {
    /// The figures that both have, in the order of the old run.
    pub rows: Vec<Row>,
    /// What only the old run has.
    pub only_old: Vec<String>,
    /// How many of them are of a suite that the new run has measured too.
    pub lost: usize,
    /// What only the new run has.
    pub only_new: Vec<String>,
    /// What is known of the machines.
    pub machines: Machines,
    /// Whether one of the runs has a single round, and so knows nothing of its noise.
    pub noise_unknown: bool,
    /// How many times as bad a figure must have become.
    pub threshold: f64,
}

/// One figure of both runs.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    /// Suite and name.
    pub name: String,
    /// In what.
    pub unit: Unit,
    /// The old figure, as a machine of the new run's speed would have it.
    pub old: f64,
    /// The new figure.
    pub new: f64,
    /// How many times as bad the new one is, whichever direction is good: below 1 it is better.
    pub worse: f64,
    /// How far the rounds of both runs were apart, together, as a share of the old figure: a smaller difference says nothing.
    pub noise: f64,
    /// What follows.
    pub verdict: Verdict,
}

/// What became of a figure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// As far as the runs can tell, nothing.
    Same,
    /// It is better, by more than threshold and noise.
    Better,
    /// It is worse, by more than threshold and noise.
    Regression,
}

/// How the machines of two runs relate.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Machines {
    /// One machine, at one speed as far as it was measured.
    Same,
    /// One machine, which was so many times as slow in the new run.
    Drifted(f64),
    /// Two machines, of which the new one is so many times as slow; the old figures are scaled by that.
    Scaled(f64),
    /// Two machines, and nothing tells their speeds.
    Unrelated,
}

impl Comparison {
    /// Compares two runs.
    pub(crate) fn of(old: &Run, new: &Run, threshold: f64) -> Self {
        let machines = Machines::of(old, new);
        let slower = match machines {
            Machines::Scaled(slower) => slower,
            Machines::Same | Machines::Drifted(_) | Machines::Unrelated => 1.0,
        };
        let (before, after) = (named(old), named(new));
        let same = |name: &str, unit: Unit, among: &[(String, &Entry)]| {
            let there = among.iter().find(|(other, _)| other == name);
            there
                .map(|(_, entry)| (*entry).clone())
                .filter(|entry| entry.unit == unit)
        };
        let row = |(name, old): &(String, &Entry)| {
            let new = same(name, old.unit, &after)?;
            Some(Row::of(name, &scaled(old, slower), &new, threshold))
        };
        let only = |these: &[(String, &Entry)], those: &[(String, &Entry)]| -> Vec<String> {
            let missing = these
                .iter()
                .filter(|(name, entry)| same(name, entry.unit, those).is_none());
            missing.map(|(name, _)| name.clone()).collect()
        };
        let only_old = only(&before, &after);
        let is_measured = |name: &&String| {
            let mut suites = new.suites.iter();
            suites.any(|suite| name.starts_with(&format!("{}: ", suite.suite)))
        };
        Self {
            rows: before.iter().filter_map(row).collect(),
            lost: only_old.iter().filter(is_measured).count(),
            only_old,
            only_new: only(&after, &before),
            machines,
            noise_unknown: old.machine.rounds.min(new.machine.rounds) < 2,
            threshold,
        }
    }

    /// The figures that became worse.
    pub(crate) fn regressions(&self) -> impl Iterator<Item = &Row> {
        self.rows.iter().filter(|row| row.verdict == Verdict::Regression)
    }

    /// Whether nothing became worse.
    pub(crate) fn is_clean(&self) -> bool {
        self.regressions().next().is_none()
    }
}

impl Row {
    fn of(name: &str, old: &Entry, new: &Entry, threshold: f64) -> Self {
        let worse = match old.better {
            Better::Lower => ratio(new.value, old.value),
            Better::Higher => ratio(old.value, new.value),
        };
        let spread = old.spread + new.spread;
        // Figures that are further apart than both ranges are wide come from ranges that do not overlap.
        let verdict = if (new.value - old.value).abs() <= spread {
            Verdict::Same
        } else if worse > threshold {
            Verdict::Regression
        } else if worse < 1.0 / threshold {
            Verdict::Better
        } else {
            Verdict::Same
        };
        Self {
            name: name.to_owned(),
            unit: old.unit,
            old: old.value,
            new: new.value,
            worse,
            noise: if spread == 0.0 { 0.0 } else { spread / old.value },
            verdict,
        }
    }
}

impl Machines {
    fn of(old: &Run, new: &Run) -> Self {
        let slower = speed(old)
            .zip(speed(new))
            .map(|(old, new)| ratio(new.value, old.value));
        match (old.machine.is_like(&new.machine), slower) {
            (true, Some(slower)) if slower.max(1.0 / slower) > SPEED_DRIFT_MAX => Self::Drifted(slower),
            (true, _) => Self::Same,
            (false, Some(slower)) => Self::Scaled(slower),
            (false, None) => Self::Unrelated,
        }
    }
}

/// How long the machine of a run needed for the fixed piece of work.
fn speed(run: &Run) -> Option<&Entry> {
    let suite = run
        .suites
        .iter()
        .find(|suite| suite.suite == calibration::SUITE)?;
    suite.entries.iter().find(|entry| entry.name == calibration::LOOP)
}

/// A figure as a machine that is so many times as slow would have it.
fn scaled(entry: &Entry, slower: f64) -> Entry {
    let factor = match entry.unit.speed() {
        Speed::Divides => slower,
        Speed::Multiplies => 1.0 / slower,
        Speed::Nothing => 1.0,
    };
    Entry {
        value: entry.value * factor,
        spread: entry.spread * factor,
        ..entry.clone()
    }
}

/// All figures but that of the machine itself, each with its suite's name.
fn named(run: &Run) -> Vec<(String, &Entry)> {
    let mut named = Vec::new();
    for suite in run
        .suites
        .iter()
        .filter(|suite| suite.suite != calibration::SUITE)
    {
        for entry in &suite.entries {
            named.push((format!("{}: {}", suite.suite, entry.name), entry));
        }
    }
    named
}

/// How many times as much; nothing is as much as nothing.
fn ratio(these: f64, those: f64) -> f64 {
    if these == those { 1.0 } else { these / those }
}
