//! What is read and written: measurements are never lost, and prices go with their plan.

use std::fs;

use super::example::{plan, sweep};
use super::tests::file_of;
use super::*;
use crate::measured::VERSION;

#[test]
fn what_was_written_can_be_read_again() {
    let folder = tempfile::tempdir().unwrap();
    let (sweep, plan) = (sweep(), plan());
    let file = file_of(&sweep, folder.path(), SWEEP);
    let report = Report {
        plan: &plan,
        sweep: Some(&file),
        prices: None,
    };
    write(&report, folder.path()).unwrap();
    // Floats may differ in their last digit, so what is compared are counts and texts.
    let read = read_sweep(&folder.path().join(SWEEP)).unwrap().sweep;
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
        error.ends_with(&format!(
            "old.json is a plan of version {}, this program reads version {VERSION}: make it again",
            VERSION + 1
        )),
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

#[test]
fn measurements_are_never_replaced_by_others() {
    let (folder, elsewhere) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let (here, there) = (folder.path(), elsewhere.path());
    let sweep = sweep();
    let tuesday = file_of(&sweep, here, SWEEP);
    let bytes = fs::read(here.join(SWEEP)).unwrap();
    assert_eq!(tuesday.put(here).unwrap(), SWEEP);
    let mut other = sweep.clone();
    other.took_seconds += 1.0;
    let monday = file_of(&other, here, "monday.json");
    assert_eq!(monday.put(here).unwrap(), "monday.json");
    let far = file_of(&other, there, SWEEP);
    assert!(matches!(far.may_go_to(here), Err(ReportError::OtherSweep { .. })));
    assert!(matches!(far.put(here), Err(ReportError::OtherSweep { .. })));
    // The same measurements again are no others.
    let same = file_of(&sweep, there, "again.json");
    assert_eq!(same.put(here).unwrap(), SWEEP);
    assert_eq!(fs::read(here.join(SWEEP)).unwrap(), bytes);
    // A folder that is not there yet gets them.
    let new = there.join("new");
    assert_eq!(same.put(&new).unwrap(), SWEEP);
    assert_eq!(fs::read(new.join(SWEEP)).unwrap(), bytes);
    let named = file_of(&sweep, there, PLAN);
    assert!(matches!(named.may_go_to(there), Err(ReportError::Taken { .. })));
}

#[test]
fn prices_are_found_beside_their_plan_and_leave_with_it() {
    let folder = tempfile::tempdir().unwrap();
    let (plan, place) = (plan(), folder.path().join(PLAN));
    let prices = Prices {
        core_hour: 1.0,
        gibibyte_hour: 0.0,
        currency: "$".to_owned(),
    };
    let put = |prices| {
        let report = Report {
            plan: &plan,
            sweep: None,
            prices,
        };
        write(&report, folder.path()).unwrap();
        read_prices(&place).unwrap()
    };
    assert_eq!(put(Some(&prices)), Some(prices.clone()));
    assert_eq!(put(None), None);
}
