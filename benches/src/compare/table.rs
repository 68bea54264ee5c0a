//! A comparison for people.

use std::fmt;

use super::judge::{Comparison, Machines, Row, Verdict};
use crate::runs::shown;

impl fmt::Display for Comparison {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.machines.fmt(f)?;
        if self.noise_unknown {
            writeln!(f, "warning: a run of one round knows nothing of its noise\n")?;
        }
        if self.lost > 0 {
            writeln!(
                f,
                "warning: the new run lacks {} figures of suites that it has measured: were they filtered out, or renamed? \
                 They are named below\n",
                self.lost
            )?;
        }
        writeln!(
            f,
            "| measured | old | new | times as bad | noise | |\n|---|---|---|---|---|---|"
        )?;
        for row in &self.rows {
            row.fmt(f)?;
        }
        writeln!(f)?;
        for (run, names) in [("old", &self.only_old), ("new", &self.only_new)] {
            for name in names {
                writeln!(f, "only in the {run} run: {name}")?;
            }
        }
        let (worse, better) = (
            self.regressions().count(),
            self.rows
                .iter()
                .filter(|row| row.verdict == Verdict::Better)
                .count(),
        );
        let regressions = if worse == 1 { "regression" } else { "regressions" };
        writeln!(
            f,
            "{} figures compared: {worse} {regressions}, {better} better. One counts from {:.2} times on, and beyond its noise.",
            self.rows.len(),
            self.threshold
        )
    }
}

impl fmt::Display for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let verdict = match self.verdict {
            Verdict::Same => "",
            Verdict::Better => "better",
            Verdict::Regression => "**regression**",
        };
        let (old, new) = (shown(self.old, self.unit), shown(self.new, self.unit));
        let (name, worse, noise) = (&self.name, self.worse, 100.0 * self.noise);
        writeln!(
            f,
            "| {name} | {old} | {new} | {worse:.2} | {noise:.0} % | {verdict} |"
        )
    }
}

impl fmt::Display for Machines {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Same => Ok(()),
            Self::Drifted(slower) => writeln!(
                f,
                "warning: the machine itself took {slower:.2} times as long for fixed work in the new run: something else \
                 was running, or its clock was another\n"
            ),
            Self::Scaled(slower) => writeln!(
                f,
                "warning: two different machines. The new one takes {slower:.2} times as long for fixed work, and the old \
                 figures are scaled by that; memory, disk and cores differ in other ways, so trust large ratios only\n"
            ),
            Self::Unrelated => writeln!(
                f,
                "warning: two different machines, and not both tell their speed: the ratios mean little\n"
            ),
        }
    }
}
