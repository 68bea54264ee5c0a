//! What people read at the end.

use super::examples::{config, report};
use super::*;

fn text(reports: &[LoadReport]) -> String {
    lines(&config(reports.len()), reports, Style::PLAIN).join("\n")
}

/// The cells of the first line that begins so.
fn cells<'a>(text: &'a str, start: &str) -> Vec<&'a str> {
    let line = text.lines().find(|line| line.starts_with(start));
    line.unwrap_or_else(|| panic!("{start} is not in:\n{text}"))
        .split("  ")
        .map(str::trim)
        .filter(|cell| !cell.is_empty())
        .collect()
}

#[test]
fn services_stand_side_by_side_with_their_ratio() {
    let text = text(&[report(1.0), report(3.0)]);
    assert_eq!(cells(&text, "p50"), ["p50", "5.00 ms", "15.0 ms", "3.00"]);
    assert_eq!(
        cells(&text, "answered/s"),
        ["answered/s", "499.0", "499.0", "1.00"]
    );
    assert_eq!(cells(&text, "complete"), ["complete", "99.800 %", "99.800 %"]);
    assert_eq!(cells(&text, "refused"), ["refused (429, 503)", "2", "2"]);
    for part in [
        "A: reads without a complete answer",
        "429 busy",
        "in turns",
        "B: the generator began 99 % of",
    ] {
        assert!(text.contains(part), "{part} is not in:\n{text}");
    }
    for part in ["writes", "root", "up to", "WARNING", "timed out"] {
        assert!(!text.contains(part), "{part} is in:\n{text}");
    }
}

#[test]
fn quantiles_end_where_there_are_too_few_requests_or_no_answers() {
    let text = text(&[report(1.0)]);
    assert_eq!(cells(&text, "p99  "), ["p99", "10.0 ms"]);
    assert_eq!(
        cells(&text, "p99.9"),
        ["p99.9", "–"],
        "it is among those that were not answered"
    );
    assert!(!text.contains("p99.99"), "{text}");
    assert!(text.contains("up to"), "{text}");
}

#[test]
fn a_generator_that_was_too_slow_is_named_as_such() {
    let mut slow = report(1.0);
    slow.generator.busiest = 0.93;
    slow.generator.not_sent = 7;
    slow.generator.waited = 9;
    let text = text(&[slow]);
    for part in [
        "WARNING: the generator was held up",
        "93 % of a core",
        "7 requests were never sent",
        "9 requests waited",
    ] {
        assert!(text.contains(part), "{part} is not in:\n{text}");
    }
}

#[test]
fn a_generator_that_never_sleeps_is_judged_by_its_lateness() {
    let mut awake = report(1.0);
    awake.generator.awake = true;
    awake.generator.busiest = 1.0;
    let said = text(&[awake.clone()]);
    assert!(
        said.contains("100 % of a core, as it never slept") && !said.contains("WARNING"),
        "{said}"
    );
    awake.late.record(Duration::from_millis(5));
    assert!(text(&[awake]).contains("WARNING"));
}

#[test]
fn a_service_that_falls_behind_has_no_rate_of_answers_that_came_afterwards() {
    let mut behind = report(1.0);
    behind.reads.answered_meanwhile = 100;
    assert_eq!(cells(&text(&[behind]), "answered/s"), ["answered/s", "50.0"]);
}

#[test]
fn requests_that_the_generator_came_to_too_late_are_its_fault() {
    let mut behind = report(1.0);
    behind.generator.not_sent = 7;
    behind.generator.too_late = 7;
    let text = text(&[behind]);
    assert!(
        text.contains("7 requests were never sent, as the generator was behind"),
        "{text}"
    );
    assert!(
        text.contains("WARNING") && !text.contains("--under-way"),
        "{text}"
    );
}

#[test]
fn a_root_tells_its_extra_load() {
    let root = RootCounts {
        primaries: 1_000,
        hedges: 40,
        retries: 10,
        ..RootCounts::default()
    };
    let mut gleaner = report(1.0);
    gleaner.root = Some(root);
    let text = text(&[gleaner, report(1.0)]);
    assert_eq!(cells(&text, "hedges  "), ["hedges", "40", "–"]);
    assert_eq!(cells(&text, "extra load"), ["extra load", "5.0 %", "–"]);
}

#[test]
fn an_objective_counts_those_that_were_not_answered() {
    let judged = |text: &str, refused: u64| {
        let mut report = report(1.0);
        report.reads.outcomes.refused = refused;
        objective(text.parse().unwrap(), &report)
    };
    assert!(judged("p99<50ms", 0).0);
    assert!(!judged("p99<9ms", 0).0);
    let (is_met, said) = judged("p99.9<50ms", 2);
    assert!(!is_met && said.contains("too many were not answered"), "{said}");
    // The rule is that of the sweep, which wants whole answers, too.
    let (is_met, said) = judged("p99<50ms", 2);
    assert!(
        !is_met && said.ends_with("it is 10.0 ms, only 99.800 % complete"),
        "{said}"
    );
}

#[test]
fn a_histogram_shows_where_times_are() {
    let mut times = Histogram::default();
    for us in [900, 1_000, 1_000, 70_000] {
        times.record(Duration::from_micros(us));
    }
    let lines = histogram(&times);
    assert_eq!(lines.len(), 2, "{lines:?}");
    assert!(
        lines[0].contains("75.00 % (3)") && lines[1].contains("25.00 % (1)"),
        "{lines:?}"
    );
    assert!(histogram(&Histogram::default()).is_empty());
}
