//! Tables of everything that was measured and predicted, for those who want the figures.

use super::html::Html;
use super::percentiles::{AtObjective, is_known};
use super::pictures::curve_name;
use super::pictures::load::extra_share;
use super::{Report, checked};
use crate::measured::{Highest, Point, Sweep};
use crate::plan::{Curve, Plan, Predicted};
use crate::words::{
    bytes, count, counted, figure, ms, nines, objective, percent, rate, stragglers_short, without_leaves,
};

/// All tables.
pub(super) fn write(html: &mut Html, report: &Report<'_>) {
    let plan = report.plan;
    checked::write(html, plan);
    if let Some(sweep) = report.measured() {
        measured(html, sweep);
        highest(html, sweep);
    }
    if plan.curves.is_empty() {
        return;
    }
    html.inside("section", "", |html| {
        html.element("h2", "", "Predicted");
        html.inside("p", "", |html| {
            html.text(format_args!(
                "At {} queries per second, every replica with cores of its own. ✓ meets {} and the availability{}. “Highest” is the \
                 highest rate that was seen to meet the latency, with as many roots as it takes. A percentile is left out (–) \
                 where fewer than five of the simulated queries lie beyond it.",
                rate(plan.demand.rate_per_second),
                objective(&plan.demand.objective),
                if plan.trust.known {
                    ""
                } else {
                    ", by a model that is not confirmed"
                }
            ));
        });
        for curve in &plan.curves {
            let chosen = &plan.recommendation;
            if curve.replicas == chosen.replicas && curve.hedging == chosen.hedging {
                predicted(html, report, curve);
            }
        }
        html.raw("<details><summary>All shapes</summary>\n");
        for curve in &plan.curves {
            predicted(html, report, curve);
        }
        html.raw("</details>\n");
    });
}

/// A table in a box that scrolls, with a line of headings.
pub(super) fn table(html: &mut Html, caption: &str, headings: &[&str], rows: impl FnOnce(&mut Html)) {
    html.scroll(caption, |html| sortable(html, caption, headings, rows));
}

fn sortable(html: &mut Html, caption: &str, headings: &[&str], rows: impl FnOnce(&mut Html)) {
    html.inside("table", "sortable", |html| {
        html.element("caption", "", caption);
        html.inside("thead", "", |html| {
            html.inside("tr", "", |html| {
                for heading in headings {
                    html.raw(if WORDS.contains(heading) {
                        "<th scope=\"col\">"
                    } else {
                        "<th scope=\"col\" class=\"n\">"
                    });
                    html.text(heading);
                    html.raw("</th>");
                }
            });
        });
        html.inside("tbody", "", rows);
    });
}

/// Columns that hold words; all others hold figures.
const WORDS: [&str; 5] = ["hedging", "stragglers", "shape", "meets", "not seen"];

const MEASURED: [&str; 14] = [
    "leaves",
    "replicas",
    "hedging",
    "stragglers",
    "queries/s",
    "p50",
    "p90",
    "p99",
    "p99.9",
    "complete",
    "extra",
    "CPU/query",
    "of it root",
    "memory",
];

fn measured(html: &mut Html, sweep: &Sweep) {
    html.inside("section", "", |html| {
        html.element("h2", "", "Measured");
        html.inside("p", "", |html| {
            html.text(format_args!(
                "Latencies from when a request was due; the deeper the tint, the nearer to the objective of {}, and ✗ beyond \
                 it. “Lost” is a percentile that falls among requests without an answer, – one that fewer than five requests lie \
                 beyond. “Extra” is what the root sent of searches and fetches beyond the first requests, over these.",
                objective(&sweep.objective)
            ));
        });
        table(html, "Every run under load", &MEASURED, |html| {
            for point in &sweep.points {
                html.inside("tr", "", |html| measured_row(html, sweep, point));
            }
        });
    });
}

fn measured_row(html: &mut Html, sweep: &Sweep, point: &Point) {
    let shape = point.shape;
    html.cell("n", shape.leaves.into(), count(shape.leaves.into()));
    html.cell("n", shape.replicas.into(), count(shape.replicas.into()));
    html.cell(
        "",
        f64::from(u8::from(shape.hedging)),
        if shape.hedging { "on" } else { "off" },
    );
    html.element("td", "", stragglers_short(shape.stragglers));
    html.cell("n", point.rate_per_second, rate(point.rate_per_second));
    for quantile in [0.5, 0.9, 0.99, 0.999] {
        latency_cell(html, sweep, point, quantile);
    }
    let complete = point.load.reads.availability();
    html.cell(
        if complete < 1.0 { "n short" } else { "n" },
        complete,
        nines(complete),
    );
    optional_cell(html, extra_share(point), percent);
    let cpu = cpu_ms_per_query(point);
    optional_cell(html, cpu, ms);
    let both = point.resources.root_cpu_seconds + point.resources.leaves_cpu_seconds;
    let root = cpu
        .filter(|_| both > 0.0)
        .map(|_| point.resources.root_cpu_seconds / both);
    optional_cell(html, root, percent);
    let memory = (point.resources.root_memory_bytes + point.resources.leaves_memory_bytes) as f64;
    html.cell("n", memory, bytes(memory));
}

/// A latency, tinted by how near it is to the objective's; only the objective's own percentile can miss it.
fn latency_cell(html: &mut Html, sweep: &Sweep, point: &Point, quantile: f64) {
    let objective = sweep.objective;
    let is_judged = (quantile - objective.quantile).abs() < 1e-9;
    if !is_known(quantile, point.load.reads.outcomes.all()) {
        html.cell("n", -1.0, "–");
        return;
    }
    let Some(latency) = point.load.reads.quantile_ms(quantile) else {
        html.cell("n heat4", f64::MAX, if is_judged { "✗ lost" } else { "lost" });
        return;
    };
    let share = latency / objective.latency_ms;
    let class = match share {
        share if share > 1.0 => "n heat4",
        share if share > 0.75 => "n heat3",
        share if share > 0.5 => "n heat2",
        share if share > 0.25 => "n heat1",
        _ => "n",
    };
    let misses = is_judged && share > 1.0;
    html.cell(
        class,
        latency,
        format_args!("{}{}", if misses { "✗ " } else { "" }, ms(latency)),
    );
}

pub(super) fn optional_cell(html: &mut Html, value: Option<f64>, words: impl Fn(f64) -> String) {
    match value {
        Some(value) => html.cell("n", value, words(value)),
        None => html.cell("n", -1.0, "–"),
    }
}

/// What one query took at the root and at all leaves, if any was measured.
pub(super) fn cpu_ms_per_query(point: &Point) -> Option<f64> {
    let queries = point.load.reads.outcomes.all();
    let seconds = point.resources.root_cpu_seconds + point.resources.leaves_cpu_seconds;
    (queries > 0 && seconds > 0.0).then(|| seconds * 1e3 / queries as f64)
}

fn highest(html: &mut Html, sweep: &Sweep) {
    if sweep.highest.is_empty() {
        return;
    }
    html.inside("section", "", |html| {
        html.element("h2", "", "Highest rates");
        let headings = ["shape", "met the objective", "missed it"];
        table(html, "Queries per second on one machine", &headings, |html| {
            for Highest {
                shape,
                met_per_second,
                missed_per_second,
            } in &sweep.highest
            {
                html.inside("tr", "", |html| {
                    html.cell(
                        "",
                        f64::from(shape.leaves) * 100.0 + f64::from(shape.replicas),
                        format_args!(
                            "{}, {}",
                            counted(shape.leaves, "leaf", "leaves"),
                            without_leaves(shape)
                        ),
                    );
                    let met = if *met_per_second > 0.0 {
                        rate(*met_per_second)
                    } else {
                        "none".to_owned()
                    };
                    html.cell("n", *met_per_second, met);
                    match missed_per_second {
                        Some(missed) => html.cell("n", *missed, rate(*missed)),
                        None => html.cell("n", f64::MAX, "not reached"),
                    }
                });
            }
        });
    });
}

const PREDICTED: [&str; 15] = [
    "leaves",
    "meets",
    "p50",
    "p90",
    "p99",
    "p99.9",
    "availability",
    "highest queries/s",
    "extra",
    "leaves’ CPU used",
    "roots’ CPU used",
    "roots",
    "CPU/query",
    "cores",
    "memory",
];

fn predicted(html: &mut Html, report: &Report<'_>, curve: &Curve) {
    let plan = report.plan;
    let mut headings = PREDICTED.to_vec();
    headings.extend(report.prices.map(|_| "a month"));
    table(html, &curve_name(curve), &headings, |html| {
        for point in &curve.points {
            let chosen = &plan.recommendation;
            let is_chosen = chosen.leaves == point.leaves
                && chosen.replicas == curve.replicas
                && chosen.hedging == curve.hedging;
            let class = if is_chosen { "chosen" } else { "" };
            html.inside("tr", class, |html| predicted_row(html, report, point));
        }
    });
}

fn predicted_row(html: &mut Html, report: &Report<'_>, point: &Predicted) {
    let plan = report.plan;
    html.cell("n", point.leaves.into(), count(point.leaves.into()));
    html.cell(
        "",
        f64::from(u8::from(point.meets)),
        if point.meets { "✓" } else { "✗" },
    );
    let ladder = point.latency;
    for (quantile, latency) in [
        (0.5, ladder.p50),
        (0.9, ladder.p90),
        (0.99, ladder.p99),
        (0.999, ladder.p999),
    ] {
        predicted_latency(html, plan, point, (quantile, latency));
    }
    html.cell("n", point.availability, nines(point.availability));
    let highest = if point.highest_per_second > 0.0 {
        rate(point.highest_per_second)
    } else {
        "none".to_owned()
    };
    html.cell("n", point.highest_per_second, highest);
    html.cell("n", point.extra_share, percent(point.extra_share));
    html.cell("n", point.utilisation, percent(point.utilisation));
    html.cell("n", point.root_utilisation, percent(point.root_utilisation));
    html.cell("n", point.roots.into(), figure(point.roots.into()));
    html.cell("n", point.cpu_ms_per_query, ms(point.cpu_ms_per_query));
    html.cell("n", point.cores.into(), count(point.cores.into()));
    html.cell("n", point.memory_bytes, bytes(point.memory_bytes));
    if let Some(prices) = report.prices {
        let month = prices.month(point);
        html.cell("n", month, prices.words(month));
    }
}

/// A percentile of those that are answered; at the objective's own, queries without an answer are slower than all others.
fn predicted_latency(html: &mut Html, plan: &Plan, point: &Predicted, (quantile, latency): (f64, f64)) {
    let objective = plan.demand.objective;
    if (quantile - objective.quantile).abs() < 1e-9 {
        let at_objective = AtObjective::of(plan, point);
        let misses = at_objective.misses(&objective);
        let order = match at_objective {
            AtObjective::Known(latency) => latency,
            AtObjective::Lost => f64::MAX,
            AtObjective::TooFew => -1.0,
        };
        html.cell(if misses { "n heat4" } else { "n" }, order, at_objective.words());
    } else {
        let known = is_known(quantile, point.queries.into()).then_some(latency);
        optional_cell(html, known, ms);
    }
}
