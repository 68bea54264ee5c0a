//! What comes first: what to run, what is expected of it, and how far that can be believed.

use super::html::Html;
use super::percentiles::AtObjective;
use super::{Report, variants};
use crate::plan::{Hits, Plan, Trust};
use crate::words::{bytes, count, counted, date, figure, ms, nines, objective, percent, percentile, rate};

/// Title, recommendation and trust.
pub(super) fn write(html: &mut Html, report: &Report<'_>) {
    html.inside("header", "", |html| {
        html.element("p", "kind", "Gleaner: how many leaves?");
        html.element("h1", "", title(report));
        html.element("p", "facts", facts(report));
    });
    // Doubt comes first: whoever reads only one box must not miss it.
    if report.plan.trust.known {
        recommendation(html, report);
        trust(html, report.plan);
    } else {
        trust(html, report.plan);
        recommendation(html, report);
    }
    break_even(html, report.plan);
}

/// What was searched.
pub(super) fn title(report: &Report<'_>) -> String {
    let plan = report.plan;
    let measured = report.measured().map(|sweep| &sweep.corpus);
    let corpus = measured.or(plan.evidence.corpus.as_ref());
    match corpus {
        Some(corpus) => format!("{}, {} documents", corpus.name, count(corpus.documents)),
        None => format!("{} documents", count(plan.demand.documents)),
    }
}

fn facts(report: &Report<'_>) -> String {
    let (sweep, plan) = (report.measured(), report.plan);
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

fn recommendation(html: &mut Html, report: &Report<'_>) {
    let plan = report.plan;
    let chosen = &plan.recommendation;
    let class = match (chosen.meets, plan.trust.known) {
        (true, true) => "answer met",
        (true, false) => "answer doubtful",
        (false, _) => "answer missed",
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
        expected(html, report);
        variants::write(html, plan);
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
            ", at most {} for leaves",
            counted(cores, "core", "cores")
        ))
    );
    match (plan.recommendation.meets, plan.trust.known) {
        (true, true) => format!("✓ Meets what was asked: {asked}."),
        (true, false) => {
            format!("? Would meet what was asked, by a model that is not confirmed: {asked}.")
        }
        (false, true) => {
            format!("✗ Nothing within the budget meets what was asked: {asked}. This comes nearest.")
        }
        (false, false) => format!(
            "✗ Nothing within the budget would meet what was asked, by a model that is not confirmed: {asked}. This comes nearest."
        ),
    }
}

fn expected(html: &mut Html, report: &Report<'_>) {
    let plan = report.plan;
    let predicted = &plan.recommendation.predicted;
    let mut figures = vec![
        (
            AtObjective::of(plan, predicted).words(),
            format!("{}, predicted", percentile(plan.demand.objective.quantile)),
        ),
        (
            nines(predicted.availability),
            "answers from all documents".to_owned(),
        ),
        (
            rate(predicted.highest_per_second),
            "queries per second: the highest rate seen to meet the latency, with as many roots as it takes"
                .to_owned(),
        ),
        (
            count(predicted.cores.into()),
            format!("cores, with {}", counted(predicted.roots, "root", "roots")),
        ),
        (bytes(predicted.memory_bytes), "memory".to_owned()),
    ];
    let month = report.prices.map(|prices| {
        let month = prices.words(prices.month(predicted));
        (month, "a month, for cores and memory".to_owned())
    });
    figures.extend(month);
    figures.extend([
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
        (
            percent(predicted.root_utilisation),
            "of the roots’ processors used".to_owned(),
        ),
    ]);
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
    let hits = |hits: Hits, which: &str| {
        let figure = format!(
            "{} of {}",
            count(hits.within_fifth.into()),
            count(hits.held_out.into())
        );
        (
            figure,
            format!("points not seen by the model, {which}, predicted within 20 % at p99"),
        )
    };
    let kinds = [
        (trust.quiet, "with nothing wrong"),
        (trust.straggling, "with stragglers"),
    ];
    let tried = kinds.into_iter().filter(|(kind, _)| kind.held_out > 0);
    let mut figures: Vec<(String, String)> = tried.map(|(kind, which)| hits(kind, which)).collect();
    figures.extend([
        (
            percent(trust.error_p99_median),
            "error of p99 at these points, median".to_owned(),
        ),
        (
            percent(trust.error_p99_max),
            "error of p99 at these points, largest".to_owned(),
        ),
    ]);
    let noise = trust.noise_p99.map(|noise| {
        let what = "difference of p99 when one point is measured again";
        (percent(noise), what.to_owned())
    });
    figures.extend(noise);
    if trust.left_out > 0 {
        let what = "points left out: they say nothing about a model";
        figures.push((count(trust.left_out.into()), what.to_owned()));
    }
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
}

fn break_even(html: &mut Html, plan: &Plan) {
    html.inside("p", "note", |html| {
        html.text(format_args!(
            "Break-even: about {}. From there on a leaf spends more on being asked than on its documents.",
            leaves(plan.costs.break_even_leaves)
        ));
    });
}

/// So many leaves, of which there are no fractions.
pub(super) fn leaves(number: f64) -> String {
    let number = number.ceil();
    format!(
        "{} {}",
        figure(number),
        if number == 1.0 { "leaf" } else { "leaves" }
    )
}
