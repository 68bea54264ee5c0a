//! What comes first: what to run, what is expected of it, and how far that can be believed.

use super::html::Html;
use crate::measured::Sweep;
use crate::plan::{Ladder, Plan, Trust};
use crate::words::{bytes, count, counted, date, figure, ms, nines, objective, percent, percentile, rate};

/// Title, recommendation and trust.
pub(super) fn write(html: &mut Html, sweep: Option<&Sweep>, plan: &Plan) {
    html.inside("header", "", |html| {
        html.element("p", "kind", "Gleaner: how many leaves?");
        html.element("h1", "", title(sweep, plan));
        html.element("p", "facts", facts(sweep, plan));
    });
    recommendation(html, plan);
    trust(html, plan);
}

/// What was searched.
pub(super) fn title(sweep: Option<&Sweep>, plan: &Plan) -> String {
    let corpus = sweep.map(|sweep| &sweep.corpus).or(plan.evidence.corpus.as_ref());
    match corpus {
        Some(corpus) => format!("{}, {} documents", corpus.name, count(corpus.documents)),
        None => format!("{} documents", count(plan.demand.documents)),
    }
}

fn facts(sweep: Option<&Sweep>, plan: &Plan) -> String {
    let machine = sweep
        .map(|sweep| &sweep.machine)
        .or(plan.evidence.machine.as_ref());
    let mut facts = Vec::new();
    if let Some(machine) = machine {
        facts.push(format!(
            "measured on {}, {}, {}",
            machine.processor,
            counted(machine.cores, "core", "cores"),
            bytes(machine.memory_bytes as f64)
        ));
    }
    if let Some(sweep) = sweep {
        facts.push(date(sweep.began_ms));
    }
    facts.push(format!("planned {}", date(plan.made_ms)));
    facts.join(" · ")
}

fn recommendation(html: &mut Html, plan: &Plan) {
    let chosen = &plan.recommendation;
    let class = if chosen.meets {
        "answer met"
    } else {
        "answer missed"
    };
    html.inside("section", class, |html| {
        html.inside("h2", "verdict", |html| {
            html.text(format_args!(
                "{} × {}",
                counted(chosen.leaves, "leaf", "leaves"),
                counted(chosen.replicas, "replica", "replicas")
            ));
            html.element("span", "hedge", hedge(plan));
        });
        html.element("p", "state", state(plan));
        expected(html, plan);
        html.element("p", "why", &chosen.why);
    });
}

fn hedge(plan: &Plan) -> String {
    let chosen = &plan.recommendation;
    if chosen.hedging {
        format!(
            "hedge after {} of a leaf’s latency",
            percentile(chosen.hedge_quantile)
        )
    } else {
        "no hedging".to_owned()
    }
}

/// Whether the objective is met, in words: colours alone would not print.
fn state(plan: &Plan) -> String {
    let demand = &plan.demand;
    let asked = format!(
        "{} at {} queries per second, {} of the answers from all documents{}",
        objective(&demand.objective),
        rate(demand.rate_per_second),
        nines(demand.availability_min),
        demand.cores_max.map_or_else(String::new, |cores| format!(
            ", at most {}",
            counted(cores, "core", "cores")
        ))
    );
    if plan.recommendation.meets {
        format!("✓ Meets what was asked: {asked}.")
    } else {
        format!("✗ Nothing within the budget meets what was asked: {asked}. This comes nearest.")
    }
}

/// The latency at the quantile that the objective names, or the next one above that is known; and its name.
pub(super) fn at_objective(plan: &Plan, ladder: &Ladder) -> (&'static str, f64) {
    let quantile = plan.demand.objective.quantile;
    let rungs = [
        (0.5, "p50", ladder.p50),
        (0.9, "p90", ladder.p90),
        (0.95, "p95", ladder.p95),
        (0.99, "p99", ladder.p99),
    ];
    let rung = rungs.into_iter().find(|(known, ..)| quantile <= known + 1e-9);
    rung.map_or(("p99.9", ladder.p999), |(_, name, ms)| (name, ms))
}

fn expected(html: &mut Html, plan: &Plan) {
    let predicted = &plan.recommendation.predicted;
    let (name, latency) = at_objective(plan, &predicted.latency);
    let figures = [
        (ms(latency), format!("{name}, predicted")),
        (
            nines(predicted.availability),
            "answers from all documents".to_owned(),
        ),
        (
            rate(predicted.highest_per_second),
            "queries per second at most".to_owned(),
        ),
        (
            count(predicted.cores.into()),
            format!("cores, with {}", counted(predicted.roots, "root", "roots")),
        ),
        (bytes(predicted.memory_bytes), "memory".to_owned()),
        (
            ms(predicted.cpu_ms_per_query),
            "processor time of a query".to_owned(),
        ),
        (
            percent(predicted.extra_share),
            "extra requests to leaves".to_owned(),
        ),
        (
            percent(predicted.utilisation),
            "of the leaves’ processors used".to_owned(),
        ),
    ];
    tiles(html, &figures);
}

/// Figures that are read first, each with what it is.
fn tiles(html: &mut Html, figures: &[(String, String)]) {
    html.inside("ul", "tiles", |html| {
        for (figure, what) in figures {
            html.inside("li", "", |html| {
                html.element("strong", "", figure);
                html.raw(" ");
                html.element("span", "", what);
            });
        }
    });
}

/// How the predictions of points that the model had not seen turned out.
fn tried(trust: &Trust) -> Vec<(String, String)> {
    let mut figures = vec![
        (
            format!(
                "{} of {}",
                count(trust.all().within_fifth.into()),
                count(trust.all().held_out.into())
            ),
            "points not seen by the model predicted within 20 % at p99".to_owned(),
        ),
        (
            percent(trust.error_p99_median),
            "error of p99 there, median".to_owned(),
        ),
        (
            percent(trust.error_p99_max),
            "error of p99 there, largest".to_owned(),
        ),
    ];
    let noise = trust.noise_p99.map(|noise| {
        let what = "difference of p99 when one point is measured again";
        (percent(noise), what.to_owned())
    });
    figures.extend(noise);
    figures
}

fn trust(html: &mut Html, plan: &Plan) {
    let trust = &plan.trust;
    let class = if trust.known {
        "trust known"
    } else {
        "trust unknown"
    };
    html.inside("section", class, |html| {
        let heading = if trust.known {
            "How far this can be believed"
        } else {
            "The planner does not know"
        };
        html.element("h2", "", heading);
        if !trust.known {
            html.element(
                "p",
                "loud",
                "Do not buy machines by these predictions: they were not shown to be within 20 % of what was measured.",
            );
        }
        html.element("p", "", &trust.text);
        if trust.all().held_out > 0 {
            tiles(html, &tried(trust));
        }
        if !plan.costs.split_measured {
            html.element(
                "p",
                "",
                "One number of leaves was measured: which part of a query’s cost divides by the leaves is an estimate.",
            );
        }
    });
    html.inside("p", "note", |html| {
        html.text(format_args!(
            "Break-even: about {} leaves. Beyond, what every leaf costs besides outweighs what one more takes off the others.",
            figure(plan.costs.break_even_leaves.ceil())
        ));
    });
}
