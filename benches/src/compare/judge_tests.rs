//! Regressions, noise and machines, over runs made by hand.

use super::judge::{Comparison, Machines, Verdict};
use crate::runs::calibration;
use crate::runs::entry::{Measurement, Suite, Unit, combined};
use crate::runs::folder::Run;
use crate::runs::machine::tests::machine;

/// A run on a machine of so many cores, of a suite of these figures: name, unit, one value for each round.
fn run(cores: usize, loop_ms: Option<f64>, figures: &[(&str, Unit, &[f64])]) -> Run {
    let rounds = |figures: &[(&str, Unit, &[f64])]| -> Vec<Vec<Measurement>> {
        let one = |(name, unit, values): &(&str, Unit, &[f64])| -> Vec<Vec<Measurement>> {
            let round = |value: &f64| vec![Measurement::new(*name, *value, *unit)];
            values.iter().map(round).collect()
        };
        figures.iter().flat_map(one).collect()
    };
    let suite = |name: &str, figures: &[(&str, Unit, &[f64])]| Suite {
        suite: name.to_owned(),
        entries: combined(&rounds(figures)),
    };
    let speed = loop_ms.map(|ms| {
        let figures: [(&str, Unit, &[f64]); 1] = [(calibration::LOOP, Unit::Milliseconds, &[ms])];
        suite(calibration::SUITE, &figures)
    });
    Run {
        machine: machine(cores),
        suites: speed.into_iter().chain([suite("micro", figures)]).collect(),
    }
}

/// The verdict on one figure of one machine.
fn verdict(unit: Unit, old: &[f64], new: &[f64]) -> Verdict {
    let (old, new) = (
        run(2, Some(50.0), &[("merge", unit, old)]),
        run(2, Some(50.0), &[("merge", unit, new)]),
    );
    let comparison = Comparison::of(&old, &new, 1.10);
    assert_eq!(comparison.machines, Machines::Same);
    comparison.rows[0].verdict
}

#[test]
fn a_run_compared_with_itself_is_clean() {
    let figures: [(&str, Unit, &[f64]); 3] = [
        ("merge", Unit::Nanoseconds, &[10.0, 12.0, 11.0]),
        ("queries", Unit::PerSecond, &[900.0, 1_000.0]),
        ("incomplete", Unit::Mishaps, &[0.0]),
    ];
    let run = run(2, Some(50.0), &figures);
    let comparison = Comparison::of(&run, &run, 1.0);
    assert!(comparison.is_clean() && comparison.rows.len() == 3);
    assert!(comparison.only_old.is_empty() && comparison.only_new.is_empty());
    assert!(
        comparison
            .rows
            .iter()
            .all(|row| row.worse == 1.0 && row.verdict == Verdict::Same)
    );
}

#[test]
fn a_regression_exceeds_the_threshold() {
    let times = |new| verdict(Unit::Nanoseconds, &[100.0], &[new]);
    assert_eq!(times(109.0), Verdict::Same);
    assert_eq!(times(111.0), Verdict::Regression);
    assert_eq!(times(92.0), Verdict::Same);
    assert_eq!(times(90.0), Verdict::Better);
}

#[test]
fn a_regression_exceeds_the_noise_of_both_runs() {
    let steady = [100.0, 100.0, 100.0];
    assert_eq!(
        verdict(Unit::Nanoseconds, &steady, &[130.0, 120.0, 140.0]),
        Verdict::Regression
    );
    assert_eq!(
        verdict(Unit::Nanoseconds, &steady, &[130.0, 100.0, 160.0]),
        Verdict::Same
    );
    assert_eq!(
        verdict(Unit::Nanoseconds, &[90.0, 100.0, 115.0], &[130.0, 125.0, 135.0]),
        Verdict::Same
    );
}

#[test]
fn rounds_that_overlap_are_no_regression() {
    let overlapping = verdict(Unit::Nanoseconds, &[10.0, 10.0, 20.0], &[13.0, 26.0, 26.0]);
    assert_eq!(overlapping, Verdict::Same);
    let other_way = verdict(Unit::Nanoseconds, &[13.0, 26.0, 26.0], &[10.0, 10.0, 20.0]);
    assert_eq!(other_way, Verdict::Same);
    let apart = verdict(Unit::Nanoseconds, &[10.0, 10.0, 20.0], &[30.0, 32.0, 33.0]);
    assert_eq!(apart, Verdict::Regression);
}

#[test]
fn a_rate_is_worse_when_it_falls() {
    assert_eq!(verdict(Unit::PerSecond, &[100.0], &[80.0]), Verdict::Regression);
    assert_eq!(verdict(Unit::PerSecond, &[100.0], &[120.0]), Verdict::Better);
}

#[test]
fn a_mishap_where_there_was_none_is_a_regression() {
    assert_eq!(
        verdict(Unit::Mishaps, &[0.0, 0.0], &[3.0, 3.0]),
        Verdict::Regression
    );
    assert_eq!(verdict(Unit::Mishaps, &[3.0, 3.0], &[0.0, 0.0]), Verdict::Better);
    // Once in three rounds: as far as can be told, chance.
    assert_eq!(
        verdict(Unit::Mishaps, &[0.0, 0.0, 0.0], &[0.0, 0.0, 1.0]),
        Verdict::Same
    );
}

#[test]
fn what_one_run_lacks_is_named() {
    let old = run(
        2,
        None,
        &[("a", Unit::Nanoseconds, &[1.0]), ("b", Unit::Nanoseconds, &[1.0])],
    );
    let new = run(
        2,
        None,
        &[("b", Unit::PerSecond, &[1.0]), ("c", Unit::Nanoseconds, &[1.0])],
    );
    let comparison = Comparison::of(&old, &new, 1.10);
    assert!(comparison.rows.is_empty());
    assert_eq!(comparison.only_old, ["micro: a", "micro: b"]);
    assert_eq!(comparison.only_new, ["micro: b", "micro: c"]);
    assert_eq!(comparison.lost, 2);
    let said = comparison.to_string();
    assert!(
        said.contains("warning: the new run lacks 2 figures of suites that it has measured"),
        "{said}"
    );
    let nothing_measured = Comparison::of(&old, &run(2, None, &[]), 1.10);
    assert_eq!(nothing_measured.only_old.len(), 2);
}

#[test]
fn figures_of_another_machine_are_scaled_by_its_speed() {
    let figures = |ns: f64, rate: f64, mishaps: f64| -> [(&'static str, Unit, [f64; 1]); 3] {
        [
            ("merge", Unit::Nanoseconds, [ns]),
            ("queries", Unit::PerSecond, [rate]),
            ("incomplete", Unit::Mishaps, [mishaps]),
        ]
    };
    let on = |cores: usize, loop_ms: Option<f64>, figures: [(&'static str, Unit, [f64; 1]); 3]| {
        let figures = figures
            .each_ref()
            .map(|(name, unit, values)| (*name, *unit, values.as_slice()));
        run(cores, loop_ms, &figures)
    };
    let old = on(2, Some(50.0), figures(100.0, 1_000.0, 2.0));
    let slow = on(8, Some(100.0), figures(200.0, 500.0, 2.0));
    let comparison = Comparison::of(&old, &slow, 1.10);
    assert_eq!(comparison.machines, Machines::Scaled(2.0));
    assert!(comparison.rows.iter().all(|row| row.worse == 1.0));
    let slower_still = on(8, Some(100.0), figures(300.0, 400.0, 2.0));
    let verdicts: Vec<_> = Comparison::of(&old, &slower_still, 1.10)
        .rows
        .iter()
        .map(|row| row.verdict)
        .collect();
    assert_eq!(
        verdicts,
        [Verdict::Regression, Verdict::Regression, Verdict::Same]
    );
    let unmeasured = on(8, None, figures(200.0, 500.0, 2.0));
    assert_eq!(
        Comparison::of(&old, &unmeasured, 1.10).machines,
        Machines::Unrelated
    );
}

#[test]
fn a_machine_that_was_slower_than_before_is_told() {
    let at = |ms| run(2, Some(ms), &[("merge", Unit::Nanoseconds, &[100.0])]);
    let comparison = Comparison::of(&at(50.0), &at(60.0), 1.10);
    assert_eq!(comparison.machines, Machines::Drifted(1.2));
    assert!(comparison.to_string().contains("1.20"));
    assert_eq!(
        Comparison::of(&at(50.0), &at(51.0), 1.10).machines,
        Machines::Same
    );
}

#[test]
fn a_run_of_one_round_is_told() {
    let mut old = run(2, Some(50.0), &[("merge", Unit::Nanoseconds, &[100.0])]);
    assert!(!Comparison::of(&old, &old, 1.10).to_string().contains("one round"));
    old.machine.rounds = 1;
    assert!(Comparison::of(&old, &old, 1.10).to_string().contains("one round"));
}

#[test]
fn the_table_says_what_became_worse() {
    let old = run(
        2,
        Some(50.0),
        &[
            ("merge", Unit::Nanoseconds, &[1_000.0]),
            ("gone", Unit::Nanoseconds, &[1.0]),
        ],
    );
    let new = run(2, Some(50.0), &[("merge", Unit::Nanoseconds, &[1_500.0])]);
    let text = Comparison::of(&old, &new, 1.10).to_string();
    let row = "| micro: merge | 1.00 µs | 1.50 µs | 1.50 | 0 % | **regression** |";
    assert!(text.contains(row), "{text}");
    assert!(text.contains("only in the old run: micro: gone"), "{text}");
    assert!(text.contains("1 regression"), "{text}");
}
