//! What a plan says, for a terminal.

use std::path::Path;

use benches::plan::{Curve, Plan, Predicted};
use benches::report_page::{Prices, is_known, nines};

use crate::cli::file_url;
use crate::screen::Screen;
use crate::screen::table::Table;

/// Numbers of leaves that are shown; the report has all of them.
const SHOWN: [u32; 8] = [1, 2, 4, 8, 16, 32, 100, 1_000];

/// Shows the recommendation and how far it can be trusted, doubt first; then the curve that it is on.
pub(super) fn show(plan: &Plan, prices: Option<&Prices>, out: &Path, screen: &Screen) {
    screen.line("");
    if plan.trust.known {
        recommendation(plan, prices, screen);
        trust(plan, screen);
    } else {
        trust(plan, screen);
        recommendation(plan, prices, screen);
    }
    curve(plan, screen);
    let page = out.join("report.html");
    screen.line(format_args!("  report   {}", page.display()));
    screen.line(format_args!(
        "           {}",
        screen.style().dim(&file_url(&page))
    ));
}

fn recommendation(plan: &Plan, prices: Option<&Prices>, screen: &Screen) {
    let style = screen.style();
    let chosen = &plan.recommendation;
    if chosen.meets && !plan.trust.known {
        screen.line(format_args!(
            "  {}",
            style.alarm("This would meet what is asked, by a model that is not confirmed:")
        ));
    }
    let month = prices.map_or_else(String::new, |prices| {
        format!(
            " A month of it costs {}.",
            prices.words(prices.month(&chosen.predicted))
        )
    });
    for line in wrapped(&format!("{}{month}", chosen.why), screen.columns()) {
        screen.line(format_args!("  {}", style.bold(&line)));
    }
    screen.line("");
}

fn trust(plan: &Plan, screen: &Screen) {
    let style = screen.style();
    for line in wrapped(&plan.trust.text, screen.columns()) {
        let line = if plan.trust.known {
            style.dim(&line)
        } else {
            style.alarm(&line)
        };
        screen.line(format_args!("  {line}"));
    }
    screen.line("");
}

fn curve(plan: &Plan, screen: &Screen) {
    let recommended = &plan.recommendation;
    let is_it =
        |curve: &&Curve| curve.replicas == recommended.replicas && curve.hedging == recommended.hedging;
    let Some(curve) = plan.curves.iter().find(is_it) else {
        return;
    };
    let hedging = if curve.hedging { ", hedging" } else { "" };
    let shape = match curve.replicas {
        1 => "1 replica".to_owned(),
        replicas => format!("{replicas} replicas"),
    };
    screen.line(format_args!(
        "  With {shape}{hedging}, at {} queries a second:",
        rate(plan.demand.rate_per_second)
    ));
    let mut table = Table::new(
        &[
            "", "leaves", "p50", "p99", "p99.9", "complete", "extra", "most/s", "cores", "memory",
        ],
        1,
    );
    let shown = curve
        .points
        .iter()
        .filter(|point| is_shown(point, recommended.leaves));
    for point in shown {
        table.row(row(point, recommended.leaves));
    }
    for line in table.lines(screen.style()) {
        screen.line(format_args!("  {line}"));
    }
    let objective = plan.demand.objective;
    let legend = format!(
        "* {}, + meets {objective} too; – too few queries were simulated to know it; most/s is the highest rate that was seen to \
         meet it, with as many roots as it takes",
        if recommended.meets {
            "recommended"
        } else {
            "nearest"
        }
    );
    for line in wrapped(&legend, screen.columns()) {
        screen.line(format_args!("  {line}"));
    }
    screen.line("");
}

fn is_shown(point: &Predicted, recommended: u32) -> bool {
    SHOWN.contains(&point.leaves) || point.leaves == recommended
}

/// Small rates have fractions that matter.
fn rate(per_second: f64) -> String {
    let decimals = usize::from(per_second < 10.0);
    format!("{per_second:.decimals$}")
}

fn row(point: &Predicted, recommended: u32) -> Vec<String> {
    let mark = match (point.leaves == recommended, point.meets) {
        (true, _) => "*",
        (false, true) => "+",
        (false, false) => "",
    };
    let ms = |quantile: f64, ms: f64| {
        if is_known(quantile, point.queries.into()) {
            format!("{ms:.1} ms")
        } else {
            "–".to_owned()
        }
    };
    vec![
        mark.to_owned(),
        point.leaves.to_string(),
        ms(0.5, point.latency.p50),
        ms(0.99, point.latency.p99),
        ms(0.999, point.latency.p999),
        nines(point.availability),
        format!("{:.1} %", point.extra_share * 100.0),
        rate(point.highest_per_second),
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
