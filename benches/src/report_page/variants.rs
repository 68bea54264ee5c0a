//! The recommended shape as it is asked for, and in better and in worse times.

use super::html::Html;
use super::percentiles::AtObjective;
use crate::plan::{Plan, Predicted};
use crate::words::{nines, percent, percentile, stragglers};

/// A small table, and whose stragglers these are.
pub(super) fn write(html: &mut Html, plan: &Plan) {
    let chosen = &plan.recommendation;
    let usual = if chosen.without_stragglers.is_some() {
        format!("as above, with {}", stragglers(plan.demand.stragglers))
    } else {
        "as above".to_owned()
    };
    let mut variants = vec![(usual, &chosen.predicted)];
    let calm = chosen.without_stragglers.as_ref();
    variants.extend(calm.map(|calm| ("without stragglers".to_owned(), calm)));
    let down = chosen.replica_down.as_ref();
    variants.extend(down.map(|down| ("while one replica is down".to_owned(), down)));
    if variants.len() > 1 {
        html.scroll("The recommended shape in other circumstances", |html| {
            table(html, plan, &variants);
        });
    }
    if plan.demand.stragglers_assumed {
        html.inside("p", "note", |html| {
            html.text(format_args!(
                "The stragglers are assumed: {} is the sweep’s script, not observed; ",
                stragglers(plan.demand.stragglers)
            ));
            html.element("code", "", "--stragglers none");
            html.raw(" leaves it out.");
        });
    }
}

fn table(html: &mut Html, plan: &Plan, variants: &[(String, &Predicted)]) {
    let latency = percentile(plan.demand.objective.quantile);
    html.inside("table", "", |html| {
        html.inside("thead", "", |html| {
            html.inside("tr", "", |html| {
                html.raw("<th scope=\"col\">the same shape</th>");
                for heading in [latency.as_str(), "complete", "extra", "leaves’ CPU used"] {
                    html.raw("<th scope=\"col\" class=\"n\">");
                    html.text(heading);
                    html.raw("</th>");
                }
            });
        });
        html.inside("tbody", "", |html| {
            for (name, predicted) in variants {
                html.inside("tr", "", |html| {
                    html.element("td", "", name);
                    let latency = AtObjective::of(plan, predicted);
                    let misses = latency.misses(&plan.demand.objective);
                    html.element("td", if misses { "n heat4" } else { "n" }, latency.words());
                    html.element("td", "n", nines(predicted.availability));
                    html.element("td", "n", percent(predicted.extra_share));
                    html.element("td", "n", percent(predicted.utilisation));
                });
            }
        });
    });
}
