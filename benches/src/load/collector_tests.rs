//! Figures of requests whose times are given.

use super::*;

const MS: Duration = Duration::from_millis(1);

/// A request that was due at some time, and was begun and sent so much later, and answered so much later than that.
fn ended(due_ms: u32, late_ms: u32, service_ms: u32, end: End) -> Ended {
    let begun = (due_ms + late_ms) * MS;
    let reason = (end != End::Complete).then(|| format!("{end:?}"));
    Ended {
        kind: Kind::Read,
        due: due_ms * MS,
        begun: Some(begun),
        exchange: Some((begun, begun + service_ms * MS)),
        verdict: Verdict {
            end,
            coverage: if end == End::Partial { 0.5 } else { 1.0 },
            reason,
        },
    }
}

#[test]
fn the_warm_up_is_left_out_and_the_rest_adds_up() {
    let mut collector = Collector::new(1_000 * MS, 1_000 * MS);
    for due_ms in [0, 999] {
        collector.add(ended(due_ms, 0, 500, End::Failed));
    }
    collector.add(ended(1_000, 2, 10, End::Complete));
    collector.add(ended(1_500, 0, 30, End::Partial));
    collector.add(ended(3_100, 0, 1, End::Refused));
    collector.add(Ended {
        begun: None,
        exchange: None,
        ..ended(3_200, 0, 0, End::NotSent)
    });
    let (reads, writes, late, not_sent, timeline) = collector.finish();
    assert_eq!((reads.due, reads.outcomes.all(), writes.due), (4, 4, 0));
    assert_eq!((reads.outcomes.complete, reads.outcomes.partial), (1, 1));
    assert_eq!(
        (reads.outcomes.refused, reads.outcomes.timed_out, not_sent),
        (1, 1, 1)
    );
    assert_eq!(reads.coverage, 0.75);
    assert_eq!(
        (reads.latency.count(), reads.service.count(), late.count()),
        (2, 2, 3)
    );
    let near = |found: f64, ms: f64| assert!((found / ms - 1.0).abs() < 2e-3, "{found} is not {ms}");
    near(reads.latency.quantile_ms(0.5), 12.0);
    near(reads.service.quantile_ms(0.5), 10.0);
    near(late.max_ms(), 2.0);
    assert_eq!(reads.reasons.len(), 3);
    let counts: Vec<_> = timeline
        .iter()
        .map(|second| (second.due, second.complete, second.others))
        .collect();
    assert_eq!(counts, [(2, 1, 1), (0, 0, 0), (2, 0, 2)]);
    assert_eq!((timeline[0].p50_ms, timeline[0].p99_ms), (12.0, 30.0));
}

#[test]
fn a_long_run_keeps_its_seconds_and_not_their_requests() {
    let mut collector = Collector::new(Duration::ZERO, 1_000 * MS);
    for second in 0..100 {
        collector.add(ended(second * 1_000, 0, second + 1, End::Complete));
        collector.tick(1, (second + 1) * 1_000 * MS);
        assert!(collector.timeline.open.len() < 10);
    }
    let (.., timeline) = collector.finish();
    assert_eq!(timeline.len(), 100);
    assert_eq!((timeline[0].p99_ms, timeline[99].p99_ms), (1.0, 100.0));
}

#[test]
fn the_present_is_the_last_seconds() {
    let mut collector = Collector::new(Duration::ZERO, 1_000 * MS);
    let mut last = LastSeconds::default();
    for second in 1..=20_u32 {
        for nth in 0..10 {
            let ms = if second <= 10 { 100 } else { 10 };
            collector.add(ended(second * 1_000 + nth, 0, ms, End::Complete));
        }
        last = collector.tick(u64::from(second) * 10, second * 1_000 * MS);
        assert_eq!(
            (last.due_per_second, last.answered_per_second),
            (10.0, 10.0),
            "{second}"
        );
    }
    assert_eq!(last.latency.count, 50);
    assert!(last.latency.max_ms < 11.0, "{last:?}");
    assert_eq!(collector.p99_ms().len(), 20);
}

#[test]
fn reasons_that_are_always_new_do_not_fill_memory() {
    let mut collector = Collector::new(Duration::ZERO, 1_000 * MS);
    for nth in 0..1_000 {
        let mut ended = ended(nth, 0, 1, End::Failed);
        ended.verdict.reason = Some(format!("{nth}"));
        collector.add(ended);
    }
    let (reads, ..) = collector.finish();
    assert_eq!(reads.reasons.len(), REASONS_MAX + 1);
    assert_eq!(reads.reasons.values().sum::<u64>(), 1_000);
}

#[test]
fn whoever_waits_in_vain_is_shown() {
    let mut collector = Collector::new(Duration::ZERO, 1_000 * MS);
    collector.add(ended(0, 0, 1, End::Complete));
    collector.add(Ended {
        exchange: None,
        ..ended(1, 0, 0, End::TimedOut)
    });
    let last = collector.tick(2, 1_100 * MS);
    assert_eq!((last.answered_per_second, last.latency.count), (1.0, 2));
    assert!(last.latency.max_ms > 999.0, "{last:?}");
    let (reads, ..) = collector.finish();
    assert_eq!(reads.latency.count(), 1, "it has no latency, but it is counted");
}
