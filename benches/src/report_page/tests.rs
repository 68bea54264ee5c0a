//! The page is whole and sound, whatever the figures are.

use std::fs;

use super::example::{FOREIGN, plan, sweep};
use super::*;
use crate::measured::Stragglers;
use crate::plan::{Hits, Ladder};

/// A sweep as a file of this name in a folder.
pub(super) fn file_of(sweep: &Sweep, folder: &Path, name: &str) -> SweepFile {
    let path = folder.join(name);
    fs::write(&path, serde_json::to_vec(sweep).unwrap()).unwrap();
    read_sweep(&path).unwrap()
}

fn page_of(sweep: Option<&Sweep>, plan: &Plan) -> String {
    page_with(sweep, plan, None)
}

/// The page alone, which is drawn sooner than all files.
fn text_of(plan: &Plan) -> String {
    let report = Report {
        plan,
        sweep: None,
        prices: None,
    };
    page::page(&report, None, &pictures::all(&report)).unwrap()
}

/// The page's text; fails unless every element is closed, every picture is there, and every figure is a number.
fn page_with(sweep: Option<&Sweep>, plan: &Plan, prices: Option<&Prices>) -> String {
    let elsewhere = tempfile::tempdir().unwrap();
    let file = sweep.map(|sweep| file_of(sweep, elsewhere.path(), "monday.json"));
    let report = Report {
        plan,
        sweep: file.as_ref(),
        prices,
    };
    let folder = tempfile::tempdir().unwrap();
    let written = write(&report, folder.path()).unwrap();
    let page = fs::read_to_string(&written.page).unwrap();
    let mut reader = quick_xml::Reader::from_str(&page);
    let mut open = Vec::new();
    loop {
        match reader.read_event().unwrap() {
            quick_xml::events::Event::Start(tag) => open.push(tag.name().as_ref().to_owned()),
            quick_xml::events::Event::End(tag) => {
                assert_eq!(open.pop().as_deref(), Some(tag.name().as_ref()));
            }
            quick_xml::events::Event::Eof => break,
            _ => {}
        }
    }
    assert!(open.is_empty(), "{open:?}");
    for wrong in ["NaN", ">inf", " inf", "-inf", "null", "http://", "https://"] {
        let page = page.replace("http://www.w3.org/2000/svg", "");
        assert!(!page.contains(wrong), "{wrong:?} is in the page");
    }
    for picture in &written.pictures {
        assert!(
            fs::metadata(picture).unwrap().len() > 1_000,
            "{}",
            picture.display()
        );
    }
    assert_eq!(page.matches("<figure").count() * 2, written.pictures.len());
    page
}

#[test]
fn everything_is_in_the_page() {
    let page = page_of(Some(&sweep()), &plan());
    assert_eq!(page.matches("<figure").count(), 12);
    for text in [
        "4 leaves × 2 replicas",
        "hedge after p95 of a leaf’s latency",
        "✓ Meets what was asked: p99 &lt; 50 ms at 120 queries per second",
        "How far this can be believed",
        "1 − (1 − p)^L",
        "p99.9, measured",
        "2 replicas, hedging, 1 % of searches late by 100 ms",
        "✗ lost",
        "not seen by the model",
        "recommended: 4",
        "objective: p99 &lt; 50 ms",
        "every replica with cores of its own",
        "Every run under load",
        "not reached",
        "lost",
        "at most 16 cores for leaves",
        "the sweep’s script, not observed; --stragglers none leaves it out",
        "while one replica is down",
        "61 ms",
        "8 of 8",
        "5 of 6",
        "points left out",
        "Predicted beside measured",
        "of the roots’ processors used",
        "From there on a leaf spends more on being asked than on its documents",
        "15 µs for each of its shards",
        "there are at least two roots",
        "role=\"region\" aria-label=\"Points under load\"",
        "coordinated omission",
        "left out for lack of time",
        "plan.json",
        "sweep.json",
    ] {
        assert!(page.contains(text), "{text:?} is missing");
    }
    assert!(page.contains("Four leaves bring p99 to 18 ms"));
    assert!(page.contains("<tr class=\"chosen\">"));
}

#[test]
fn foreign_text_stays_text() {
    let page = page_of(Some(&sweep()), &plan());
    assert!(!page.contains("<script>alert"));
    assert!(page.contains("arXiv &lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt; &amp; &#39;others&#39;"));
    assert!(!page.contains(FOREIGN));
}

#[test]
fn a_plan_that_does_not_know_says_so_first() {
    let mut plan = plan();
    plan.trust.known = false;
    plan.trust.quiet = Hits::default();
    plan.trust.straggling = Hits::default();
    plan.costs.split_measured = false;
    plan.recommendation.meets = false;
    let page = page_of(Some(&sweep()), &plan);
    let place = |text: &str| page.find(text).unwrap_or_else(|| panic!("{text:?} is missing"));
    assert!(place("The planner does not know") < place("4 leaves × 2 replicas"));
    assert!(place("Do not buy machines") < place("4 leaves × 2 replicas"));
    assert!(page.contains("✗ Nothing within the budget would meet"));
    assert!(page.contains("nearest: 4"));
    plan.recommendation.meets = true;
    let page = text_of(&plan);
    assert!(page.contains("Would meet what was asked, by a model that is not confirmed"));
    assert!(page.contains("class=\"answer doubtful\"") && !page.contains("✓ Meets"));
    assert!(page.contains("recommended, not confirmed: 4"));
}

#[test]
fn a_plan_of_a_running_root_has_no_sweep() {
    let mut plan = plan();
    plan.evidence.machine = None;
    plan.evidence.corpus = None;
    plan.checks.clear();
    let page = page_of(None, &plan);
    assert!(page.contains("How many leaves? 20,000 documents"));
    assert!(!page.contains("Every run under load"));
    assert_eq!(page.matches("<figure").count(), 8);
}

#[test]
fn one_number_of_leaves_is_enough() {
    let (mut sweep, mut plan) = (sweep(), plan());
    sweep.points.truncate(1);
    sweep.highest.truncate(1);
    plan.checks.truncate(1);
    plan.checks[0].noise_p99 = None;
    plan.stragglers.truncate(1);
    plan.curves.truncate(1);
    plan.curves[0].points.truncate(1);
    let page = page_of(Some(&sweep), &plan);
    assert!(page.contains("p99, measured"));
}

#[test]
fn zeros_and_nothing_at_all_are_no_reason_to_fail() {
    let (mut sweep, mut plan) = (sweep(), plan());
    plan.demand.rate_per_second = 0.0;
    plan.demand.stragglers = Stragglers::None;
    plan.checks.iter_mut().for_each(|check| {
        check.measured = Ladder::default();
        check.predicted = Ladder::default();
    });
    for point in plan.curves.iter_mut().flat_map(|curve| &mut curve.points) {
        point.highest_per_second = 0.0;
        point.latency = Ladder::default();
    }
    for point in &mut sweep.points {
        point.load.reads = crate::measured::Operations::default();
        point.load.root = None;
    }
    page_of(Some(&sweep), &plan);
    sweep.points.clear();
    sweep.highest.clear();
    plan.checks.clear();
    plan.curves.clear();
    plan.stragglers.clear();
    let page = page_of(Some(&sweep), &plan);
    assert!(page.contains("no run under load"));
}

#[test]
fn the_picture_of_stragglers_says_whose_they_are() {
    let mut plan = plan();
    let asked = "It is not what was asked for";
    assert!(!text_of(&plan).contains(asked));
    for script in ["none", "one:20ms"] {
        plan.demand.stragglers = script.parse().unwrap();
        plan.demand.stragglers_assumed = false;
        let page = text_of(&plan);
        assert!(page.contains("p = 1 %: the share of a replica’s searches that is late, by 100 ms"));
        assert!(page.contains(asked));
    }
}

#[test]
fn extra_load_is_that_of_hedging_alone() {
    let (plan, folder) = (plan(), tempfile::tempdir().unwrap());
    let file = file_of(&sweep(), folder.path(), SWEEP);
    let report = Report {
        plan: &plan,
        sweep: Some(&file),
        prices: None,
    };
    let pictures = pictures::all(&report);
    let extra = pictures
        .iter()
        .find(|picture| picture.file == "extra-load")
        .unwrap();
    let names: Vec<&str> = extra
        .chart
        .series
        .iter()
        .map(|series| series.name.as_str())
        .collect();
    assert_eq!(
        names,
        [
            "2 replicas, hedging",
            "3 replicas, hedging",
            "measured, all rounds",
            "measured, all rounds, with stragglers"
        ]
    );
    assert!(extra.see.contains("count different things"), "{}", extra.see);
}

#[test]
fn percentiles_of_too_few_queries_are_left_out() {
    let mut plan = plan();
    plan.checks.clear();
    let shown = |plan: &Plan| text_of(plan).matches("<title>p99.9: ").count();
    let all = plan.curves[2].points.len();
    // 60,000 queries over the leaves, and at least five beyond 99.9 %: up to 12 leaves.
    assert_eq!((all, shown(&plan)), (19, 7));
    for point in &mut plan.curves[2].points {
        point.queries = 499;
    }
    assert_eq!(shown(&plan), 0);
    let page = text_of(&plan);
    assert!(page.contains("p99 is not known for any of them"));
    plan.recommendation.predicted.queries = 499;
    assert!(text_of(&plan).contains("<strong>–</strong> <span>p99, predicted"));
}

#[test]
fn what_is_said_of_a_line_is_what_it_does() {
    let mut plan = plan();
    plan.curves = vec![plan.curves[2].clone()];
    let course = |plan: &Plan, latencies: [f64; 3]| {
        let mut plan = plan.clone();
        plan.curves[0].points.truncate(3);
        for (point, latency) in plan.curves[0].points.iter_mut().zip(latencies) {
            point.at_objective_ms = Some(latency);
        }
        text_of(&plan)
    };
    let rising = course(&plan, [3.0, 4.0, 5.0]);
    assert!(
        rising.contains("p99 is lowest with the fewest: 3 ms with 1 leaf, and 5 ms with 3 leaves."),
        "{rising}"
    );
    assert!(course(&plan, [5.0, 4.0, 3.0]).contains("lowest with the most"));
    let valley = course(&plan, [5.0, 3.0, 4.0]);
    assert!(valley.contains("at its lowest 3 ms with 2 leaves, and 4 ms with 3 leaves"));
}

#[test]
fn money_is_said_if_prices_are_known() {
    let prices = Prices {
        core_hour: 0.04,
        gibibyte_hour: 0.005,
        currency: "€".to_owned(),
    };
    let plan = plan();
    let page = page_with(None, &plan, Some(&prices));
    let month = prices.words(prices.month(&plan.recommendation.predicted));
    assert!(page.contains(&format!("<strong>{month}</strong>")), "{month}");
    assert!(page.contains("€0.04 for a core and €0.005 for a GiB"));
    assert!(page.contains("What a month costs against leaves") && page.contains("prices.json"));
    assert!(!text_of(&plan).contains("a month"));
}
