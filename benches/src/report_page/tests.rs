//! The page is whole and sound, whatever the figures are.

use std::fs;

use super::example::{FOREIGN, plan, sweep};
use super::*;
use crate::measured::{Stragglers, VERSION};
use crate::plan::{Hits, Ladder};

/// The page's text; fails unless every element is closed, every picture is there, and every figure is a number.
fn page_of(sweep: Option<&Sweep>, plan: &Plan) -> String {
    let folder = tempfile::tempdir().unwrap();
    let written = write(sweep, plan, folder.path()).unwrap();
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
    assert!(place("The planner does not know") < place("<figure"));
    assert!(place("Do not buy machines") < place("<figure"));
    assert!(page.contains("✗ Nothing within the budget meets"));
    assert!(page.contains("nearest: 4"));
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
fn what_was_written_can_be_read_again() {
    let folder = tempfile::tempdir().unwrap();
    let (sweep, plan) = (sweep(), plan());
    write(Some(&sweep), &plan, folder.path()).unwrap();
    // Floats may differ in their last digit, so what is compared are counts and texts.
    let read = read_sweep(&folder.path().join(SWEEP)).unwrap();
    assert_eq!(
        (read.points.len(), read.queries),
        (sweep.points.len(), sweep.queries)
    );
    assert_eq!(
        read.points[3].load.reads.latency,
        sweep.points[3].load.reads.latency
    );
    let read = read_plan(&folder.path().join(PLAN)).unwrap();
    assert_eq!(
        (read.checks.len(), read.trust.text),
        (plan.checks.len(), plan.trust.text)
    );
}

#[test]
fn another_version_is_refused_by_name() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("old.json");
    fs::write(&path, format!("{{\"version\":{},\"whatever\":1}}", VERSION + 1)).unwrap();
    let error = read_plan(&path).unwrap_err().to_string();
    assert!(
        error.ends_with("old.json is a plan of version 2, this program reads version 1: make it again"),
        "{error}"
    );
    fs::write(&path, "[]").unwrap();
    assert!(matches!(
        read_sweep(&path),
        Err(ReportError::Json { what: "sweep", .. })
    ));
    let missing = read_sweep(&folder.path().join("none"));
    assert!(matches!(missing, Err(ReportError::File { .. })));
}
