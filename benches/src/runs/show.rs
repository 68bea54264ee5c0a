//! The figures of a run for people.

use std::fmt;
use std::path::PathBuf;

use super::entry::Unit;
use super::folder::Run;

/// A run, and where it was written.
pub(crate) struct RunReport {
    /// The run.
    pub run: Run,
    /// Its folder.
    pub folder: PathBuf,
}

impl fmt::Display for RunReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let machine = &self.run.machine;
        writeln!(
            f,
            "{}, {} cores, {}; the median of {} rounds, and how far they were apart\n",
            machine.cpu, machine.cores, machine.rustc, machine.rounds
        )?;
        writeln!(f, "| measured | value | apart |\n|---|---|---|")?;
        for suite in &self.run.suites {
            for entry in &suite.entries {
                let value = shown(entry.value, entry.unit);
                let apart = 100.0 * entry.noise();
                writeln!(f, "| {}: {} | {value} | {apart:.1} % |", suite.suite, entry.name)?;
            }
        }
        writeln!(f, "\nWritten to {}", self.folder.display())
    }
}

/// A figure with three digits that count, and its unit.
pub(crate) fn shown(value: f64, unit: Unit) -> String {
    let (value, symbol) = match unit {
        Unit::Nanoseconds if value >= 1e6 => (value / 1e6, Unit::Milliseconds.symbol()),
        Unit::Nanoseconds if value >= 1e3 => (value / 1e3, Unit::Microseconds.symbol()),
        _ => (value, unit.symbol()),
    };
    let decimals = if value == 0.0 || value >= 100.0 {
        0
    } else if value >= 10.0 {
        1
    } else {
        2
    };
    format!("{value:.decimals$} {symbol}").trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_have_three_digits_that_count() {
        assert_eq!(shown(12.34, Unit::Nanoseconds), "12.3 ns");
        assert_eq!(shown(12_340.0, Unit::Nanoseconds), "12.3 µs");
        assert_eq!(shown(1_234_000.0, Unit::Nanoseconds), "1.23 ms");
        assert_eq!(shown(16_290.4, Unit::PerSecond), "16290 /s");
        assert_eq!(shown(0.0, Unit::Mishaps), "0");
    }
}
