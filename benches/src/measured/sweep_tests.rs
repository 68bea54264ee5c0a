//! How objectives and scripts are read, and when an objective is met.

use super::*;

#[test]
fn objectives_and_scripts_read_as_they_are_written() {
    for text in ["p99<50ms", "p99.9<200ms", "p50<1500ms"] {
        assert_eq!(text.parse::<Objective>().unwrap().to_string(), text);
    }
    let seconds: Objective = " p99.9 <= 1.5s".parse().unwrap();
    assert_eq!((seconds.quantile, seconds.latency_ms), (0.999, 1_500.0));
    for text in ["none", "1%:100ms", "0.1%:2000ms", "one:30ms"] {
        assert_eq!(text.parse::<Stragglers>().unwrap().to_string(), text);
    }
}

#[test]
fn an_objective_wants_fast_and_whole_answers() {
    let objective: Objective = "p99<50ms".parse().unwrap();
    let answered = |fast: u64, slow: u64, lost: u64| {
        let mut operations = Operations::default();
        operations.latency.record_us(10_000, fast);
        operations.latency.record_us(60_000, slow);
        operations.outcomes.complete = fast + slow;
        operations.outcomes.timed_out = lost;
        operations
    };
    assert!(objective.is_met_by(&answered(9_910, 90, 0)));
    assert!(!objective.is_met_by(&answered(9_890, 110, 0)));
    assert!(objective.is_met_by(&answered(9_995, 0, 5)));
    assert!(!objective.is_met_by(&answered(9_980, 0, 20)));
    assert!(!objective.is_met_by(&answered(0, 0, 0)));
}

#[test]
fn what_makes_no_sense_is_refused() {
    for text in [
        "", "99<50ms", "p99", "p0<1ms", "p100<1ms", "p99<0ms", "p99<50", "p99<2h",
    ] {
        assert_eq!(text.parse::<Objective>(), Err(ObjectiveError(text.to_owned())));
    }
    for text in ["", "1:100ms", "0%:1ms", "101%:1ms", "one:0ms", "one", "1%:nanms"] {
        assert_eq!(text.parse::<Stragglers>(), Err(StragglersError(text.to_owned())));
    }
}
