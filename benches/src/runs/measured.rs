//! What has been measured so far, as the run that it would be if nothing came any more.

use super::SuiteName;
use super::calibration;
use super::entry::{Measurement, Suite, combined};
use super::folder::Run;
use super::machine::Machine;

/// The rounds of each suite so far.
pub(super) struct Measured {
    machine: Machine,
    /// The rounds of the machine itself.
    pub(super) speeds: Vec<Vec<Measurement>>,
    /// Each suite with its rounds.
    pub(super) suites: Vec<(SuiteName, Vec<Vec<Measurement>>)>,
}

impl Measured {
    pub(super) fn nothing(machine: Machine, suites: &[SuiteName]) -> Self {
        Self {
            machine,
            speeds: Vec::new(),
            suites: suites.iter().map(|suite| (*suite, Vec::new())).collect(),
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.suites.iter().all(|(_, rounds)| rounds.is_empty())
    }

    /// The run of the rounds so far, without the suites that had none.
    pub(super) fn run(&self) -> Run {
        let with_rounds = || self.suites.iter().filter(|(_, rounds)| !rounds.is_empty());
        let fewest = with_rounds().map(|(_, rounds)| rounds.len()).min().unwrap_or(0);
        let suite = |name: &str, rounds: &[Vec<Measurement>]| Suite {
            suite: name.to_owned(),
            entries: combined(rounds),
        };
        let speed = suite(calibration::SUITE, &self.speeds);
        let suites = with_rounds().map(|(name, rounds)| suite(name.name(), rounds));
        Run {
            machine: Machine {
                rounds: u32::try_from(fewest).unwrap_or(u32::MAX),
                ..self.machine.clone()
            },
            suites: std::iter::once(speed).chain(suites).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::entry::Unit;
    use super::super::machine::tests::machine;
    use super::*;

    #[test]
    fn a_run_that_ends_early_has_what_was_measured() {
        let figure = |value| vec![Measurement::new("figure", value, Unit::Nanoseconds)];
        let mut measured = Measured::nothing(machine(2), &[SuiteName::Micro, SuiteName::Tail]);
        assert!(measured.is_empty());
        measured.speeds.push(figure(1.0));
        measured.suites[0].1.push(figure(2.0));
        let names =
            |run: &Run| -> Vec<String> { run.suites.iter().map(|suite| suite.suite.clone()).collect() };
        let run = measured.run();
        assert_eq!(
            (names(&run), run.machine.rounds),
            (vec!["calibration".to_owned(), "micro".to_owned()], 1)
        );
        measured.suites[1].1.push(figure(3.0));
        measured.suites[0].1.push(figure(4.0));
        let run = measured.run();
        assert_eq!(
            (run.suites.len(), run.machine.rounds),
            (3, 1),
            "one suite had a single round"
        );
        assert_eq!(
            (run.suites[1].entries[0].value, run.suites[1].entries[0].spread),
            (3.0, 2.0)
        );
    }
}
