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
    let mut collector = Collector::new(1_000 * MS, 60_000 * MS, 1_000 * MS);
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
    let not_sent = collector.not_sent;
    let (reads, writes, late, timeline) = collector.finish();
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
    assert_eq!(timeline[2].p99_ms, None, "a second without answers has no times");
    assert_eq!((timeline[0].p50_ms, timeline[0].p99_ms), (Some(12.0), Some(30.0)));
}

#[test]
fn a_long_run_keeps_its_seconds_and_not_their_requests() {
    let mut collector = Collector::new(Duration::ZERO, 1_000_000 * MS, 1_000 * MS);
    for second in 0..100 {
        collector.add(ended(second * 1_000, 0, second + 1, End::Complete));
        collector.tick(1, 0, (second + 1) * 1_000 * MS);
        assert!(collector.timeline.open.len() < 10);
    }
    let (.., timeline) = collector.finish();
    assert_eq!(timeline.len(), 100);
    assert_eq!(
        (timeline[0].p99_ms, timeline[99].p99_ms),
        (Some(1.0), Some(100.0))
    );
}

#[test]
fn the_present_is_the_last_seconds() {
    let mut collector = Collector::new(Duration::ZERO, 1_000_000 * MS, 1_000 * MS);
    let mut last = LastSeconds::default();
    for second in 1..=20_u32 {
        for nth in 0..10 {
            let ms = if second <= 10 { 100 } else { 10 };
            collector.add(ended(second * 1_000 + nth, 0, ms, End::Complete));
        }
        last = collector.tick(u64::from(second) * 10, 0, second * 1_000 * MS);
        assert_eq!(
            (last.due_per_second, last.answered_per_second),
            (10.0, 10.0),
            "{second}"
        );
    }
    assert_eq!(last.latency.count, 50);
    assert!(last.latency.max_ms.is_some_and(|ms| ms < 11.0), "{last:?}");
    assert_eq!(collector.seconds().len(), 20);
}

#[test]
fn reasons_that_are_always_new_do_not_fill_memory() {
    let mut collector = Collector::new(Duration::ZERO, 1_000_000 * MS, 1_000 * MS);
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
    let mut collector = Collector::new(Duration::ZERO, 1_000_000 * MS, 1_000 * MS);
    collector.add(ended(0, 0, 1, End::Complete));
    collector.add(Ended {
        exchange: None,
        ..ended(1, 0, 0, End::TimedOut)
    });
    let last = collector.tick(2, 0, 1_100 * MS);
    assert_eq!((last.answered_per_second, last.latency.count), (1.0, 2));
    assert!(last.latency.max_ms.is_some_and(|ms| ms > 999.0), "{last:?}");
    let (reads, ..) = collector.finish();
    assert_eq!(reads.latency.count(), 1, "it has no latency, but it is counted");
}

#[test]
fn a_stall_looks_worse_than_any_answer() {
    let mut collector = Collector::new(Duration::ZERO, 60_000 * MS, 1_000 * MS);
    collector.tick(0, 0, 1_000 * MS);
    collector.add(ended(1_500, 0, 20, End::Complete));
    collector.tick(1, 0, 2_000 * MS);
    collector.tick(2, 1, 3_000 * MS);
    collector.add(ended(3_500, 0, 1, End::Refused));
    let last = collector.tick(3, 0, 4_000 * MS);
    let [quiet, answered, stalled, refused] = collector.seconds()[..] else {
        panic!("four seconds are over");
    };
    assert_eq!(
        (quiet, stalled, refused),
        (Glimpse::Quiet, Glimpse::Lost, Glimpse::Lost)
    );
    assert!(
        matches!(answered, Glimpse::P99(ms) if (ms / 20.0 - 1.0).abs() < 2e-3),
        "{answered:?}"
    );
    // A quick refusal is no quick answer.
    assert_eq!((last.latency.count, last.latency.p99_ms), (2, None));
    assert!(last.latency.p50_ms.is_some());
}

#[test]
fn what_was_never_sent_waits_as_long_as_anybody() {
    let mut collector = Collector::new(Duration::ZERO, 60_000 * MS, 1_000 * MS);
    for end in [End::NotSent, End::TooLate] {
        collector.add(Ended {
            exchange: None,
            ..ended(1, 0, 0, end)
        });
    }
    let last = collector.tick(2, 0, 1_000 * MS);
    assert!(last.latency.p50_ms.is_some_and(|ms| ms > 999.0), "{last:?}");
    assert_eq!((collector.not_sent, collector.too_late), (2, 1));
}

#[test]
fn answers_after_the_measured_time_are_no_rate() {
    let mut collector = Collector::new(1_000 * MS, 2_000 * MS, 60_000 * MS);
    collector.add(ended(900, 0, 200, End::Complete));
    collector.add(ended(1_500, 0, 100, End::Partial));
    collector.add(ended(2_900, 0, 200, End::Complete));
    collector.add(ended(1_600, 0, 10, End::Refused));
    let (reads, ..) = collector.finish();
    assert_eq!((reads.answered_meanwhile, reads.latency.count()), (2, 2));
}
