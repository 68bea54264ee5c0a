//! What a run found, for people: services side by side, what was lost and why, and whether the figures can be trusted.

use std::time::Duration;

use benches::measured::{Arrivals, COMPLETE_MIN, Histogram, LoadReport, Objective, Operations};
use benches::scrape::RootCounts;

use super::LoadConfig;
use super::panel::{LATE_P99_MS_MAX, ms};
use crate::screen::Style;
use crate::screen::number::grouped;
use crate::screen::table::Table;

/// Services are named by letters: addresses are too long for columns.
const LETTERS: [&str; 4] = ["A", "B", "C", "D"];
/// How many services there may be.
pub const TARGETS_MAX: usize = LETTERS.len();
/// The columns of a table of so many services.
const HEADINGS: [&str; 8] = ["", "A", "B", "B / A", "C", "C / A", "D", "D / A"];
/// Quantiles that are shown if they are about at least one request.
const LADDER: [(&str, f64); 8] = [
    ("p50", 0.5),
    ("p75", 0.75),
    ("p90", 0.9),
    ("p95", 0.95),
    ("p99", 0.99),
    ("p99.9", 0.999),
    ("p99.99", 0.9999),
    ("p99.999", 0.99999),
];
/// Reasons that are shown of each service.
const REASONS_SHOWN: usize = 8;
/// A thread that is busier than this has no time left for what is due together.
const BUSIEST_MAX: f64 = 0.8;
/// The width of the bars of a histogram.
const BAR: f64 = 40.0;

/// A part of a report, a figure of that part, and counts.
type Kind = fn(&LoadReport) -> &Operations;
type Figure = fn(&Operations) -> f64;
type Count = fn(&Operations) -> u64;
type RootCount = fn(&RootCounts) -> u64;

/// All of it.
pub(super) fn lines(config: &LoadConfig, reports: &[LoadReport], style: Style) -> Vec<String> {
    let mut lines = vec![String::new()];
    for (nth, (plan, report)) in config.plans.iter().zip(reports).enumerate() {
        let name = format!("{}/{}", report.url, plan.index);
        lines.push(format!("{}  {}", style.bold(LETTERS[nth]), style.bold(&name)));
    }
    lines.push(format!("   {}", asked(config, reports)));
    let kinds: [(&str, Kind); 2] = [
        ("reads", |report| &report.reads),
        ("writes", |report| &report.writes),
    ];
    for (name, kind) in kinds {
        let operations: Vec<&Operations> = reports.iter().map(kind).collect();
        if operations.iter().any(|operations| operations.due > 0) {
            lines.extend([String::new(), style.bold(name)]);
            lines.extend(latencies(&operations).lines(style));
            lines.push(String::new());
            lines.extend(counts(&operations, reports).lines(style));
            if let [only] = operations[..]
                && only.latency.count() > 0
            {
                lines.push(String::new());
                lines.extend(histogram(&only.latency));
            }
        }
    }
    if reports.iter().any(|report| report.root.is_some()) {
        lines.extend([String::new(), style.bold("root")]);
        lines.extend(attempts(reports).lines(style));
    }
    for (nth, report) in reports.iter().enumerate() {
        lines.extend(reasons(LETTERS[nth], report, style));
    }
    lines.push(String::new());
    for (nth, report) in reports.iter().enumerate() {
        lines.extend(trust(LETTERS[nth], report, style));
    }
    lines
}

/// Whether an objective is met, and that in words.
pub(super) fn objective(objective: Objective, report: &LoadReport) -> (bool, String) {
    let (name, operations) = if report.reads.due > 0 {
        ("reads", &report.reads)
    } else {
        ("writes", &report.writes)
    };
    let found = operations.quantile_ms(objective.quantile);
    let is_met = objective.is_met_by(operations);
    let found = found.map_or_else(
        || "too many were not answered".to_owned(),
        |found| format!("it is {}", ms(found)),
    );
    let complete = operations.availability();
    let incomplete = if complete < COMPLETE_MIN {
        format!(", only {:.3} % complete", complete * 100.0)
    } else {
        String::new()
    };
    let verdict = if is_met { "met" } else { "missed" };
    (
        is_met,
        format!("{objective} is {verdict} by {name}: {found}{incomplete}"),
    )
}

fn asked(config: &LoadConfig, reports: &[LoadReport]) -> String {
    let plan = &config.plans[0];
    let arrivals = match plan.arrivals {
        Arrivals::Poisson { per_second } => {
            format!("{per_second} requests/s, independent of each other (Poisson)")
        }
        Arrivals::Constant { per_second } => format!("{per_second} requests/s at equal distances"),
        Arrivals::Closed { clients } => format!("closed loop of {clients} clients: waiting is not counted"),
    };
    let seconds = reports.iter().map(|report| report.seconds).fold(0.0, f64::max);
    let order = match (config.plans.len(), config.at_once) {
        (1, _) => "",
        (_, true) => ", all at once",
        (_, false) => ", in turns",
    };
    let writes = config.material.writes.as_ref();
    let writes = writes.map_or_else(String::new, |writes| {
        format!(", {:.1} % writes", writes.share * 100.0)
    });
    format!("{arrivals}{writes}; {seconds:.1} s measured{order}")
}

/// A table for services side by side, the later ones with their ratio to the first.
fn table(reports: usize) -> Table {
    Table::new(&HEADINGS[..2 * reports], 1)
}

/// A row of figures, and what they are to the first where that means something.
fn row(name: &str, figures: &[Option<f64>], write: impl Fn(f64) -> String, with_ratios: bool) -> Vec<String> {
    let mut cells = vec![name.to_owned()];
    let first = figures.first().copied().flatten();
    for (nth, figure) in figures.iter().enumerate() {
        cells.push(figure.map_or_else(|| "–".to_owned(), &write));
        if nth > 0 {
            let ratio = figure.zip(first).filter(|(_, first)| with_ratios && *first > 0.0);
            cells.push(ratio.map_or_else(String::new, |(figure, first)| format!("{:.2}", figure / first)));
        }
    }
    cells
}

/// Quantiles of the latency; those among requests that were not answered have none.
fn latencies(operations: &[&Operations]) -> Table {
    let mut table = table(operations.len());
    let all = operations
        .iter()
        .map(|operations| operations.outcomes.all())
        .max()
        .unwrap_or(0) as f64;
    // The last step is about one request in so many: fewer say nothing of it.
    for (name, quantile) in LADDER
        .into_iter()
        .filter(|(_, quantile)| all * (1.0 - quantile) >= 1.0 || *quantile <= 0.5)
    {
        let figures: Vec<_> = operations
            .iter()
            .map(|operations| operations.quantile_ms(quantile))
            .collect();
        table.row(row(name, &figures, ms, true));
    }
    let more: [(&str, Figure); 3] = [
        ("longest answered", |operations| operations.latency.max_ms()),
        ("mean of those answered", |operations| {
            operations.latency.mean_ms()
        }),
        ("p99 from sending on", |operations| {
            operations.service.quantile_ms(0.99)
        }),
    ];
    for (name, figure) in more {
        let figures: Vec<_> = operations
            .iter()
            .map(|operations| (operations.latency.count() > 0).then(|| figure(operations)))
            .collect();
        table.row(row(name, &figures, ms, true));
    }
    table
}

/// How requests ended. Zeros are left out, but for what everybody looks for.
fn counts(operations: &[&Operations], reports: &[LoadReport]) -> Table {
    let mut table = table(operations.len());
    let figures = |figure: &dyn Fn(&Operations) -> f64| -> Vec<Option<f64>> {
        operations
            .iter()
            .map(|operations| Some(figure(operations)))
            .collect()
    };
    let whole = |count: f64| format!("{count:.0}");
    let percent = |share: f64| format!("{:.3} %", share * 100.0);
    table.row(row(
        "due",
        &figures(&|operations| operations.due as f64),
        whole,
        false,
    ));
    let answered = operations.iter().zip(reports).map(|(operations, report)| {
        (report.seconds > 0.0).then(|| operations.answered_meanwhile as f64 / report.seconds)
    });
    let answered: Vec<_> = answered.collect();
    table.row(row("answered/s", &answered, |rate| format!("{rate:.1}"), true));
    table.row(row(
        "complete",
        &figures(&|operations| operations.availability()),
        percent,
        false,
    ));
    let others: [(&str, Count); 5] = [
        ("partial", |operations| operations.outcomes.partial),
        ("refused (429, 503)", |operations| operations.outcomes.refused),
        ("failed", |operations| operations.outcomes.failed),
        ("timed out", |operations| operations.outcomes.timed_out),
        ("broken connections", |operations| operations.outcomes.broken),
    ];
    for (name, count) in others {
        let counts = figures(&|operations| count(operations) as f64);
        if counts.iter().flatten().any(|count| *count > 0.0) {
            table.row(row(name, &counts, whole, false));
        }
    }
    table.row(row(
        "coverage",
        &figures(&|operations| operations.coverage),
        percent,
        false,
    ));
    table
}

/// What roots did beyond first attempts.
fn attempts(reports: &[LoadReport]) -> Table {
    let mut table = table(reports.len());
    let whole = |count: f64| format!("{count:.0}");
    let counts: [(&str, RootCount); 7] = [
        ("first attempts", |root| root.primaries),
        ("hedges", |root| root.hedges),
        ("hedges won", |root| root.hedges_won),
        ("retries", |root| root.retries),
        ("tied", |root| root.tied),
        ("probes", |root| root.probes),
        ("ejections", |root| root.ejections),
    ];
    for (name, count) in counts {
        let figures: Vec<_> = reports
            .iter()
            .map(|report| report.root.map(|root| count(&root) as f64))
            .collect();
        table.row(row(name, &figures, whole, false));
    }
    let extra = |report: &LoadReport| {
        report
            .root
            .map(|root| root.extra() as f64 / root.primaries.max(1) as f64)
    };
    let figures: Vec<_> = reports.iter().map(extra).collect();
    table.row(row(
        "extra load",
        &figures,
        |share| format!("{:.1} %", share * 100.0),
        false,
    ));
    table
}

/// Latencies by powers of two.
fn histogram(times: &Histogram) -> Vec<String> {
    let mut steps: Vec<(u64, u64)> = Vec::new();
    for (us, count) in times.buckets() {
        let until = us.next_power_of_two();
        match steps.last_mut() {
            Some((last, sum)) if *last == until => *sum += count,
            _ => steps.push((until, count)),
        }
    }
    let most = steps.iter().map(|(_, count)| *count).max().unwrap_or(1) as f64;
    let all = times.count().max(1) as f64;
    let line = |(until, count): (u64, u64)| {
        // A bar is as long as its count, but one that is not zero can be seen.
        let width = (count as f64 / most * BAR).ceil();
        let bar: String = (0_u8..)
            .take_while(|step| f64::from(*step) < width)
            .map(|_| '█')
            .collect();
        let until = ms(Duration::from_micros(until).as_secs_f64() * 1e3);
        let share = 100.0 * count as f64 / all;
        format!("  up to {until:>9}  {bar} {share:.2} % ({})", grouped(count))
    };
    steps.into_iter().map(line).collect()
}

/// Why requests were not answered from all documents.
fn reasons(letter: &str, report: &LoadReport, style: Style) -> Vec<String> {
    let mut lines = Vec::new();
    for (name, operations) in [("reads", &report.reads), ("writes", &report.writes)] {
        let mut reasons: Vec<_> = operations.reasons.iter().collect();
        reasons.sort_by_key(|(_, count)| std::cmp::Reverse(**count));
        if !reasons.is_empty() {
            lines.extend([
                String::new(),
                style.bold(&format!("{letter}: {name} without a complete answer")),
            ]);
        }
        let shown = reasons.iter().take(REASONS_SHOWN);
        lines.extend(shown.map(|(reason, count)| format!("  {:>9}  {reason}", grouped(**count))));
        if reasons.len() > REASONS_SHOWN {
            lines.push(format!("  and {} more reasons", reasons.len() - REASONS_SHOWN));
        }
    }
    lines
}

/// What the generator itself did to the figures.
fn trust(letter: &str, report: &LoadReport, style: Style) -> Vec<String> {
    let generator = &report.generator;
    let late = report.late.quantile_ms(0.99);
    let busiest = generator.busiest * 100.0;
    let said = format!(
        "{letter}: the generator began 99 % of the requests within {} of when they were due;",
        ms(late)
    );
    let awake = if generator.awake {
        ", as it never slept"
    } else {
        ""
    };
    let effort = format!(
        "   the busiest of {} took {busiest:.0} % of a core{awake}; {} connections",
        threads(generator.threads),
        grouped(generator.connections)
    );
    let mut lines = vec![style.dim(&said), style.dim(&effort)];
    // A thread that never sleeps is busy all the time: that says nothing.
    let is_too_busy = !generator.awake && generator.busiest > BUSIEST_MAX;
    if late > LATE_P99_MS_MAX || is_too_busy || generator.too_late > 0 {
        lines.push(style.alarm(
            "   WARNING: the generator was held up: these figures are about it as well as about the service.",
        ));
        lines
            .push(style.alarm("   Give it more --threads, a core that nobody else uses, or a lower --rate."));
    }
    if generator.waited > 0 {
        lines.push(format!(
            "   {} requests waited for one of the --connections; their latency includes it",
            grouped(generator.waited)
        ));
    }
    let too_many = generator.not_sent.saturating_sub(generator.too_late);
    for (count, why) in [
        (too_many, "--under-way allows no more at once"),
        (
            generator.too_late,
            "the generator was behind by more than the timeout",
        ),
    ] {
        if count > 0 {
            lines.push(style.alarm(&format!(
                "   {} requests were never sent, as {why}; they count as timed out",
                grouped(count)
            )));
        }
    }
    lines
}

fn threads(threads: u32) -> String {
    if threads == 1 {
        "1 thread".to_owned()
    } else {
        format!("{threads} threads")
    }
}

#[cfg(test)]
#[path = "summary_examples.rs"]
pub(super) mod examples;
#[cfg(test)]
#[path = "summary_tests.rs"]
mod tests;
