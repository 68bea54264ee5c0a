//! How it was measured and what the model assumes, so that a colleague can judge it.

use super::html::Html;
use super::top::leaves;
use super::{PLAN, PRICES, Report};
use crate::measured::{Arrivals, Sweep};
use crate::plan::{Costs, Plan};
use crate::words::{bytes, count, counted, date, figure, ms, nines, objective, rate, span, stragglers, us};

/// All lists, and where the data are; `sweep_name` is what the measurements are called there.
pub(super) fn write(html: &mut Html, report: &Report<'_>, sweep_name: Option<&str>) {
    let (sweep, plan) = (report.measured(), report.plan);
    html.inside("section", "", |html| {
        html.element("h2", "", "How it was measured");
        list(html, &measured(sweep, plan));
        html.element("h2", "", "What was asked of the planner");
        list(html, &demanded(report));
        html.element("h2", "", "What the model says of a query");
        list(html, &costs(plan));
        assumptions(html);
        html.element("h2", "", "The data");
        html.inside("p", "", |html| {
            html.link(PLAN, PLAN);
            html.raw(": the plan with all predictions. ");
            if let Some(name) = sweep_name {
                html.link(name, name);
                html.raw(": the measurements, with the histogram of every run. ");
            }
            if report.prices.is_some() {
                html.link(PRICES, PRICES);
                html.raw(": what machines cost. ");
            }
            html.raw("The pictures are in the folder ");
            html.link("pictures/", "pictures");
            html.raw(", as SVG and as PNG.");
        });
    });
}

type Facts = Vec<(&'static str, String)>;

fn list(html: &mut Html, facts: &Facts) {
    html.inside("dl", "", |html| {
        for (name, fact) in facts {
            html.element("dt", "", name);
            html.element("dd", "", fact);
        }
    });
}

fn measured(sweep: Option<&Sweep>, plan: &Plan) -> Facts {
    let evidence = &plan.evidence;
    let mut facts: Facts = Vec::new();
    if let Some(sweep) = sweep {
        sweep_facts(&mut facts, sweep);
    } else {
        facts.push(("From", evidence.from.clone()));
        facts.extend(evidence.queries.clone().map(|queries| ("Queries", queries)));
    }
    let leaves: Vec<String> = evidence.leaves.iter().map(u32::to_string).collect();
    if !leaves.is_empty() {
        facts.push(("Numbers of leaves", leaves.join(", ")));
    }
    facts.push(("Requests measured", count(evidence.requests)));
    facts
}

fn sweep_facts(facts: &mut Facts, sweep: &Sweep) {
    let (machine, corpus) = (&sweep.machine, &sweep.corpus);
    facts.push((
        "Machine",
        format!(
            "{}, {}, {}: root, leaves and the load generator shared it",
            machine.processor,
            counted(machine.cores, "core", "cores"),
            bytes(machine.memory_bytes as f64)
        ),
    ));
    facts.push((
        "When",
        format!("{}, for {}", date(sweep.began_ms), span(sweep.took_seconds)),
    ));
    facts.push((
        "Corpus",
        format!(
            "{}: {} documents, {} as JSON, {} as an index of {}; loaded in {}",
            corpus.name,
            count(corpus.documents),
            bytes(corpus.source_bytes as f64),
            bytes(corpus.index_bytes as f64),
            counted(corpus.shards, "shard", "shards"),
            span(corpus.load_seconds)
        ),
    ));
    facts.push((
        "Query log",
        format!(
            "{}: {} different queries, by weight; {} hits of each",
            sweep.queries.name,
            count(sweep.queries.distinct),
            count(sweep.size.into())
        ),
    ));
    facts.push(("Arrivals", arrivals(sweep)));
    facts.push((
        "Deadline",
        format!("{} for each query", ms(sweep.timeout_ms as f64)),
    ));
    for note in &sweep.notes {
        facts.push(("To know besides", note.clone()));
    }
    facts.push((
        "Latency",
        "from when a request was due, not from when it was sent: a service that stalls is charged for those who would have \
         waited (no coordinated omission)"
            .to_owned(),
    ));
}

fn arrivals(sweep: &Sweep) -> String {
    let Some(first) = sweep.points.first() else {
        return "no run under load".to_owned();
    };
    let kind = match first.load.arrivals {
        Arrivals::Poisson { .. } => "open loop, Poisson arrivals",
        Arrivals::Constant { .. } => "open loop, constant arrivals",
        Arrivals::Closed { .. } => "closed loop",
    };
    let seconds = |combine: fn(f64, f64) -> f64, start: f64| {
        sweep
            .points
            .iter()
            .map(|point| point.load.seconds)
            .fold(start, combine)
    };
    let (least, most) = (seconds(f64::min, f64::INFINITY), seconds(f64::max, 0.0));
    let rates = |combine: fn(f64, f64) -> f64, start: f64| {
        sweep
            .points
            .iter()
            .map(|point| point.rate_per_second)
            .fold(start, combine)
    };
    let (slowest, fastest) = (rates(f64::min, f64::INFINITY), rates(f64::max, 0.0));
    let late = sweep.points.iter().map(|point| point.load.late.quantile_ms(0.99));
    format!(
        "{kind}, {} to {} per second in {} runs of {} to {}; the generator itself was at most {} late at p99",
        rate(slowest),
        rate(fastest),
        count(sweep.points.len() as u64),
        span(least),
        span(most),
        ms(late.fold(0.0, f64::max))
    )
}

fn demanded(report: &Report<'_>) -> Facts {
    let demand = &report.plan.demand;
    let cores = |cores: u32| counted(cores, "core", "cores");
    let mut script = stragglers(demand.stragglers);
    if demand.stragglers_assumed {
        script.push_str(": the sweep’s script, not observed; --stragglers none leaves it out");
    }
    let mut facts = vec![
        ("Objective", objective(&demand.objective)),
        (
            "Rate",
            format!("{} queries per second", rate(demand.rate_per_second)),
        ),
        (
            "Availability",
            format!(
                "{} of the answers from all documents. Every replica and every root is up {} of the time; there are at least two roots. \
                 The latency while a replica is down is simulated for the recommended shape",
                nines(demand.availability_min),
                nines(demand.replica_availability)
            ),
        ),
        (
            "Budget",
            demand
                .cores_max
                .map_or_else(|| "none".to_owned(), |most| format!("{} for leaves", cores(most))),
        ),
        (
            "Processors",
            format!(
                "{} for each replica, {} for each root",
                cores(demand.cores_per_replica),
                cores(demand.cores_per_root)
            ),
        ),
        ("Network", format!("{} for each message", ms(demand.network_ms))),
        ("Stragglers", script),
        (
            "Shards",
            format!("{} on each leaf", figure(demand.shards_per_leaf)),
        ),
        ("Documents", count(demand.documents)),
        ("Deadline", ms(demand.timeout_ms as f64)),
    ];
    let prices = report.prices.map(|prices| ("Prices", prices.sentence()));
    facts.extend(prices);
    facts
}

fn costs(plan: &Plan) -> Facts {
    let costs = &plan.costs;
    vec![
        (
            "For the documents",
            format!(
                "{} of processor time on average, which the leaves share; {} for the query that costs more than 99 of 100",
                us(costs.divided_us),
                us(costs.divided_p99_us)
            ),
        ),
        ("At each leaf", at_each_leaf(costs)),
        (
            "Hits",
            format!(
                "{} of a page are fetched, from the leaves that hold them; a single leaf sends them along",
                figure(costs.hits)
            ),
        ),
        (
            "At the root",
            format!(
                "{} for the query, {} for each request to a leaf",
                us(costs.root_fixed_us),
                us(costs.root_per_call_us)
            ),
        ),
        (
            "While nobody asks",
            format!(
                "{} at the root and {} at the replica for each status poll, of which there are four a second for each replica",
                us(costs.root_poll_us),
                us(costs.leaf_poll_us)
            ),
        ),
        (
            "Between them",
            format!("{} in which nobody computes", us(costs.wire_us)),
        ),
        (
            "Memory",
            format!(
                "{} for a replica, {} more for a million documents; {} for a root",
                bytes(costs.replica_memory_bytes),
                bytes(costs.document_memory_bytes * 1e6),
                bytes(costs.root_memory_bytes)
            ),
        ),
        (
            "Break-even",
            format!(
                "{}: from there on a leaf spends more on being asked, there and at the root, than on its documents",
                leaves(costs.break_even_leaves)
            ),
        ),
    ]
}

fn at_each_leaf(costs: &Costs) -> String {
    let shards = if costs.shard_measured {
        format!("{} for each of its shards", us(costs.shard_us))
    } else {
        "nothing for each of its shards, because that was not measured and is with the documents".to_owned()
    };
    format!(
        "{} for each request, {} for each search and {shards}, however few documents there are; {} where documents are fetched",
        us(costs.leaf_per_call_us),
        us(costs.search_us),
        us(costs.fetch_us)
    )
}

/// What a prediction rests on that was not measured.
fn assumptions(html: &mut Html) {
    html.element("h2", "", "What the model assumes");
    html.inside("ul", "", |html| {
        for assumption in [
            "Root code is the product’s own, run over simulated leaves on a simulated clock: choice of replicas, hedges, \
             retries and budgets are not modelled but executed.",
            "The distribution of a leaf’s execution time is the measured one with its tail, no normal one; a leaf’s share of \
             the divided part shrinks with its share of the documents.",
            "Documents and the cost of finding them are spread evenly over the leaves; queries arrive independently of each \
             other and of what replicas do.",
            "Processors of the machines to be bought are as fast as those of the machine that measured, and nobody else uses \
             them.",
            "Stragglers are late independently of each other; a common cause, such as a full network, is not among them.",
        ] {
            html.element("li", "", assumption);
        }
    });
}
