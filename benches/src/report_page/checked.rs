//! The table of predictions beside what was measured: which points are off.

use super::html::Html;
use super::percentiles::is_known;
use super::tables::{optional_cell, table};
use crate::measured::{Shape, Stragglers};
use crate::plan::{Check, Plan};
use crate::words::{count, counted, figure, ms, nines, percent, rate, stragglers_short, without_leaves};

/// An error of p99 up to this is a hit.
const ERROR_MAX: f64 = 0.2;

const HEADINGS: [&str; 13] = [
    "shape",
    "queries/s",
    "not seen",
    "p99",
    "nine in ten",
    "p99 predicted",
    "error",
    "noise",
    "p50",
    "p50 predicted",
    "answers",
    "times",
    "complete",
];

/// The table, worst predictions of what the model had not seen first.
pub(super) fn write(html: &mut Html, plan: &Plan) {
    if plan.checks.is_empty() {
        return;
    }
    html.inside("section", "", |html| {
        html.element("h2", "", "Predicted beside measured");
        html.element(
            "p",
            "",
            "By the rules of the machine that measured. “Nine in ten” is where the measured p99 lies with nine chances in ten, for \
             all that so many answers tell; “noise” is by how much it differed when it was measured again. ✗ is an error of more \
             than 20 % at a point that the model had not seen.",
        );
        let mut checks: Vec<&Check> = plan.checks.iter().collect();
        checks.sort_by(|one, other| {
            let seen = one.held_out.cmp(&other.held_out).reverse();
            seen.then(other.error_p99.abs().total_cmp(&one.error_p99.abs()))
        });
        table(html, "Points under load", &HEADINGS, |html| {
            for check in checks {
                html.inside("tr", "", |html| row(html, check));
            }
        });
        if plan.trust.left_out > 0 {
            html.inside("p", "note", |html| {
                html.text(format_args!(
                    "{} are not here: too few answers, a rate that could not be kept up, or a p99 of which chance decides whether \
                     it is a straggler.",
                    counted(plan.trust.left_out, "point", "points")
                ));
            });
        }
    });
}

fn row(html: &mut Html, check: &Check) {
    html.cell(
        "",
        f64::from(check.shape.leaves) + f64::from(check.shape.replicas) / 100.0,
        shape(&check.shape),
    );
    html.cell("n", check.rate_per_second, rate(check.rate_per_second));
    html.cell(
        "",
        f64::from(u8::from(check.held_out)),
        if check.held_out { "✓" } else { "" },
    );
    let known = |quantile: f64, latency: f64| is_known(quantile, check.answers).then_some(latency);
    optional_cell(html, known(0.99, check.measured.p99), ms);
    let (from, to) = check.measured_p99;
    optional_cell(html, known(0.99, from), |from| range(from, to));
    optional_cell(html, known(0.99, check.predicted.p99), ms);
    let is_off = check.held_out && check.error_p99.abs() > ERROR_MAX;
    html.cell(
        if is_off { "n heat4" } else { "n" },
        check.error_p99,
        format_args!("{}{}", if is_off { "✗ " } else { "" }, signed(check.error_p99)),
    );
    optional_cell(html, check.noise_p99, percent);
    optional_cell(html, known(0.5, check.measured.p50), ms);
    optional_cell(html, known(0.5, check.predicted.p50), ms);
    html.cell("n", check.answers as f64, count(check.answers));
    html.cell("n", check.times.into(), count(check.times.into()));
    let complete = check.measured_complete;
    html.cell(
        if complete < 1.0 { "n short" } else { "n" },
        complete,
        nines(complete),
    );
}

/// `15.6 – 17.7 ms`.
fn range(from_ms: f64, to_ms: f64) -> String {
    if to_ms < 1e3 {
        format!("{} – {}", figure(from_ms), ms(to_ms))
    } else {
        format!("{} – {}", ms(from_ms), ms(to_ms))
    }
}

/// In few words: figures are what the table is for.
fn shape(shape: &Shape) -> String {
    let calm = Shape {
        stragglers: Stragglers::None,
        ..*shape
    };
    let words = format!(
        "{}, {}",
        counted(shape.leaves, "leaf", "leaves"),
        without_leaves(&calm)
    );
    match shape.stragglers {
        Stragglers::None => words,
        stragglers @ (Stragglers::Share { .. } | Stragglers::One { .. }) => {
            format!("{words}, {}", stragglers_short(stragglers))
        }
    }
}

/// `+12 %`, `−3.4 %`.
fn signed(share: f64) -> String {
    let sign = if share > 0.0 { "+" } else { "" };
    format!("{sign}{}", percent(share))
}
