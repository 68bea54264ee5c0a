//! What a plan says, for a terminal.

use std::path::Path;

use benches::plan::{Plan, Predicted};

use crate::cli::file_url;
use crate::screen::Screen;
use crate::screen::table::Table;

/// Numbers of leaves that are shown; the report has all of them.
const SHOWN: [u32; 8] = [1, 2, 4, 8, 16, 32, 100, 1_000];

/// Shows the recommendation, how far it can be trusted, and the curve that it is on.
pub(super) fn show(plan: &Plan, out: &Path, screen: &Screen) {
    let style = screen.style();
    let recommended = &plan.recommendation;
    screen.line("");
    for line in wrapped(&recommended.why, screen.columns()) {
        screen.line(format_args!("  {}", style.bold(&line)));
    }
    screen.line("");
    for line in wrapped(&plan.trust.text, screen.columns()) {
        let line = if plan.trust.known {
            style.dim(&line)
        } else {
            style.alarm(&line)
        };
        screen.line(format_args!("  {line}"));
    }
    screen.line("");
    let curve = plan
        .curves
        .iter()
        .find(|curve| curve.replicas == recommended.replicas && curve.hedging == recommended.hedging);
    if let Some(curve) = curve {
        let hedging = if curve.hedging { ", hedging" } else { "" };
        let shape = match curve.replicas {
            1 => "1 replica".to_owned(),
            replicas => format!("{replicas} replicas"),
        };
        let asked = plan.demand.objective.to_string();
        screen.line(format_args!(
            "  With {shape}{hedging}, at {:.0} queries a second:",
            plan.demand.rate_per_second
        ));
        let mut table = Table::new(
            &[
                "", "leaves", "p50", "p99", "p99.9", "complete", "extra", "most/s", "cores", "memory",
            ],
            1,
        );
        for point in curve
            .points
            .iter()
            .filter(|point| is_shown(point, recommended.leaves))
        {
            table.row(row(point, recommended.leaves));
        }
        for line in table.lines(style) {
            screen.line(format_args!("  {line}"));
        }
        screen.line(format_args!("  * recommended, + meets {asked} too"));
        screen.line("");
    }
    let page = out.join("report.html");
    screen.line(format_args!("  report   {}", page.display()));
    screen.line(format_args!("           {}", style.dim(&file_url(&page))));
}

fn is_shown(point: &Predicted, recommended: u32) -> bool {
    SHOWN.contains(&point.leaves) || point.leaves == recommended
}

fn row(point: &Predicted, recommended: u32) -> Vec<String> {
    let mark = match (point.leaves == recommended, point.meets) {
        (true, _) => "*",
        (false, true) => "+",
        (false, false) => "",
    };
    let ms = |ms: f64| format!("{ms:.1} ms");
    vec![
        mark.to_owned(),
        point.leaves.to_string(),
        ms(point.latency.p50),
        ms(point.latency.p99),
        ms(point.latency.p999),
        format!("{:.2} %", point.availability * 100.0),
        format!("{:.1} %", point.extra_share * 100.0),
        format!("{:.0}", point.highest_per_second),
        point.cores.to_string(),
        format!("{:.0} MB", point.memory_bytes / 1e6),
    ]
}

/// The words of a paragraph in lines of at most so many columns.
fn wrapped(text: &str, columns: usize) -> Vec<String> {
    let columns = columns.saturating_sub(4).max(20);
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        let line = lines.last_mut().expect("there is always a line");
        let length = line.chars().count();
        if length > 0 && length + 1 + word.chars().count() > columns {
            lines.push(word.to_owned());
        } else {
            if length > 0 {
                line.push(' ');
            }
            line.push_str(word);
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_hold_whole_words() {
        assert_eq!(
            wrapped("one two three four five six", 24),
            ["one two three four", "five six"]
        );
        let long = "x".repeat(50);
        assert_eq!(wrapped(&format!("a {long} b"), 24), ["a", long.as_str(), "b"]);
    }
}
