//! A snapshot of a run as text: the panel of a terminal, and the one line of a log.

use std::time::Duration;

use benches::load::{Glimpse, Ladder, Phase, Snapshot};
use benches::measured::Outcomes;
use benches::scrape::RootCounts;

use crate::screen::Style;
use crate::screen::number::{grouped, rate};

/// The heights of a little diagram.
const HEIGHTS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
/// The width of the bar of progress.
const BAR: usize = 24;
/// Later than that, the generator shows in the figures.
pub(super) const LATE_P99_MS_MAX: f64 = 1.0;

/// The panel of a service.
pub(super) fn lines(name: &str, snapshot: &Snapshot, style: Style) -> Vec<String> {
    let mut lines = vec![
        format!("  {}  {}", style.bold(name), progress(snapshot, style)),
        row(
            style,
            "rate",
            &format!(
                "{}/s due · {}/s answered · {} under way",
                rate(snapshot.due_per_second),
                rate(snapshot.answered_per_second),
                grouped(snapshot.under_way)
            ),
        ),
        row(style, "now", &ladder(&snapshot.present)),
        row(style, "reads", &ladder(&snapshot.reads)),
    ];
    if snapshot.writes.count > 0 {
        lines.push(row(style, "writes", &ladder(&snapshot.writes)));
    }
    lines.push(row(style, "answers", &outcomes(&snapshot.outcomes, style)));
    let coverage = format!("{:.3} % of the documents, on average", snapshot.coverage * 100.0);
    lines.push(row(style, "coverage", &coverage));
    if let Some(root) = &snapshot.root {
        lines.push(row(style, "root", &attempts(root, snapshot.root_now.as_ref())));
    }
    lines.push(row(style, "p99", &seconds(&snapshot.seconds)));
    if snapshot.late_p99_ms > LATE_P99_MS_MAX {
        let late = format!("the generator itself is {} late at p99", ms(snapshot.late_p99_ms));
        lines.push(row(style, "", &style.alarm(&late)));
    }
    lines
}

/// The same in one line, for logs.
pub(super) fn line(name: &str, snapshot: &Snapshot) -> String {
    let Outcomes {
        complete, partial, ..
    } = snapshot.outcomes;
    let hedges = snapshot
        .root_now
        .map_or_else(String::new, |now| format!(" · {} hedges/s", now.hedges));
    format!(
        "{name}: {} · {}/s due, {}/s answered · {} · {} complete, {} partial, {} lost · coverage {:.2} %{hedges}",
        phase(snapshot),
        rate(snapshot.due_per_second),
        rate(snapshot.answered_per_second),
        ladder(&snapshot.present),
        grouped(complete),
        grouped(partial),
        grouped(snapshot.outcomes.lost()),
        snapshot.coverage * 100.0,
    )
}

fn row(style: Style, name: &str, text: &str) -> String {
    format!("    {} {text}", style.dim(&format!("{name:<9}")))
}

fn phase(snapshot: &Snapshot) -> String {
    let seconds = |time: Duration| time.as_secs_f64().round();
    let name = match snapshot.phase {
        Phase::WarmUp => "warming up",
        Phase::Measuring => "measuring",
        Phase::Draining => "waiting for the last answers",
    };
    format!(
        "{name}, {} of {} s",
        seconds(snapshot.elapsed),
        seconds(snapshot.planned)
    )
}

fn progress(snapshot: &Snapshot, style: Style) -> String {
    let share = snapshot.elapsed.as_secs_f64() / snapshot.planned.as_secs_f64().max(1e-9);
    let done = (1..=BAR)
        .filter(|step| *step as f64 <= share * BAR as f64)
        .count();
    let (bar, rest) = ("━".repeat(done), "─".repeat(BAR - done));
    format!("{}{} {}", style.command(&bar), style.dim(&rest), phase(snapshot))
}

/// Milliseconds with three digits.
pub(super) fn ms(ms: f64) -> String {
    match ms {
        ms if ms >= 10_000.0 => format!("{:.1} s", ms / 1e3),
        ms if ms >= 100.0 => format!("{ms:.0} ms"),
        ms if ms >= 10.0 => format!("{ms:.1} ms"),
        ms => format!("{ms:.2} ms"),
    }
}

fn ladder(ladder: &Ladder) -> String {
    if ladder.count == 0 {
        return "no answers yet".to_owned();
    }
    let time = |time: Option<f64>| time.map_or_else(|| "lost".to_owned(), ms);
    let steps = [
        ("p50", ladder.p50_ms),
        ("p90", ladder.p90_ms),
        ("p99", ladder.p99_ms),
        ("p99.9", ladder.p999_ms),
        ("max", ladder.max_ms),
    ];
    steps
        .map(|(name, step)| format!("{name} {}", time(step)))
        .join(" · ")
}

fn outcomes(outcomes: &Outcomes, style: Style) -> String {
    let mut parts = vec![style.good(&format!("{} complete", grouped(outcomes.complete)))];
    let others = [
        (outcomes.partial, "partial"),
        (outcomes.refused, "refused"),
        (outcomes.failed, "failed"),
        (outcomes.timed_out, "timed out"),
        (outcomes.broken, "broken"),
    ];
    for (count, name) in others.into_iter().filter(|(count, _)| *count > 0) {
        parts.push(style.bad(&format!("{} {name}", grouped(count))));
    }
    parts.join(" · ")
}

/// What the root did beyond its first attempts.
fn attempts(root: &RootCounts, now: Option<&RootCounts>) -> String {
    let share = 100.0 * root.extra() as f64 / root.primaries.max(1) as f64;
    let now = now.map_or(0, |now| now.hedges);
    format!(
        "{now} hedges/s · {} hedges, {} won · {} retries · {share:.1} % extra load · {} ejections",
        grouped(root.hedges),
        grouped(root.hedges_won),
        grouped(root.retries),
        grouped(root.ejections)
    )
}

/// The last seconds as a little diagram, and in words what it reaches to.
fn seconds(seconds: &[Glimpse]) -> String {
    let lost = seconds.iter().filter(|second| **second == Glimpse::Lost).count();
    let without = if lost > 0 {
        format!(", {lost} of them lost")
    } else {
        String::new()
    };
    let (diagram, most) = (sparkline(seconds), ms(longest(seconds)));
    format!("{diagram}  each second, at most {most}{without}")
}

/// The longest p99 of the seconds that have one.
fn longest(seconds: &[Glimpse]) -> f64 {
    let known = seconds.iter().map(|second| match second {
        Glimpse::P99(ms) => *ms,
        Glimpse::Quiet | Glimpse::Lost => 0.0,
    });
    known.fold(0.0, f64::max)
}

/// A little diagram, as high as its highest value. Nothing is worse than to get no answer, and nothing is there where nobody asked.
fn sparkline(seconds: &[Glimpse]) -> String {
    let most = longest(seconds).max(1e-9);
    let height = |second: &Glimpse| match second {
        Glimpse::Quiet => ' ',
        Glimpse::Lost => HEIGHTS[HEIGHTS.len() - 1],
        Glimpse::P99(ms) => {
            let steps = HEIGHTS.len() as f64 * ms / most;
            // The lowest one that is not below the value.
            let nth = (1..HEIGHTS.len())
                .take_while(|step| (*step as f64) < steps)
                .count();
            HEIGHTS[nth]
        }
    };
    seconds.iter().map(height).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn snapshot() -> Snapshot {
        Snapshot {
            phase: Phase::Measuring,
            elapsed: Duration::from_secs(10),
            planned: Duration::from_secs(40),
            due_per_second: 1_234.0,
            present: Ladder {
                count: 7,
                p50_ms: Some(1.234),
                p90_ms: Some(2.0),
                p99_ms: Some(123.4),
                p999_ms: None,
                max_ms: Some(12_345.0),
            },
            outcomes: Outcomes {
                complete: 5_000,
                refused: 3,
                ..Outcomes::default()
            },
            coverage: 1.0,
            seconds: vec![Glimpse::P99(0.0), Glimpse::P99(10.0), Glimpse::P99(80.0)],
            ..Snapshot::default()
        }
    }

    #[test]
    fn a_panel_says_what_there_is_and_no_more() {
        let text = lines("http://a/docs", &snapshot(), Style::PLAIN).join("\n");
        for part in [
            "measuring, 10 of 40 s",
            "1,234/s due",
            "p50 1.23 ms · p90 2.00 ms · p99 123 ms · p99.9 lost",
            "max 12.3 s",
            "5,000 complete · 3 refused",
            "▁▁█  each second, at most 80.0 ms",
        ] {
            assert!(text.contains(part), "{part} is not in:\n{text}");
        }
        for part in ["writes", "partial", "hedges", "generator"] {
            assert!(!text.contains(part), "{part} is in:\n{text}");
        }
    }

    #[test]
    fn hedges_and_lateness_are_shown_when_there_are_some() {
        let root = RootCounts {
            primaries: 200,
            hedges: 4,
            ..RootCounts::default()
        };
        let snapshot = Snapshot {
            root: Some(root),
            root_now: Some(root),
            late_p99_ms: 2.5,
            ..snapshot()
        };
        let text = lines("a", &snapshot, Style::PLAIN).join("\n");
        assert!(
            text.contains("4 hedges/s") && text.contains("2.0 % extra load"),
            "{text}"
        );
        assert!(text.contains("the generator itself is 2.50 ms late"), "{text}");
        assert!(line("a", &snapshot).contains("4 hedges/s"));
    }

    #[test]
    fn diagrams_reach_from_the_lowest_to_the_highest() {
        let values: Vec<Glimpse> = (0..=8).map(|ms| Glimpse::P99(ms.into())).collect();
        assert_eq!(sparkline(&values), "▁▁▂▃▄▅▆▇█");
        assert_eq!(sparkline(&[Glimpse::P99(0.0); 2]), "▁▁");
        assert_eq!(sparkline(&[]), "");
    }

    #[test]
    fn a_stall_is_the_highest_of_all() {
        let shown = seconds(&[
            Glimpse::P99(5.0),
            Glimpse::Quiet,
            Glimpse::Lost,
            Glimpse::P99(10.0),
        ]);
        assert_eq!(shown, "▄ ██  each second, at most 10.0 ms, 1 of them lost");
    }
}
