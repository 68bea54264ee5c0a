//! Merges do not depend on order or cut.

use super::*;

#[test]
fn sums_are_exact_in_any_order() {
    let numbers = [1e16, 1.0, -1e16, 0.1, 1e-16, 3.5, 1e100, -1e100];
    let sum = |numbers: &[f64]| {
        let mut sum = ExactSum::default();
        for number in numbers {
            sum.add(*number);
        }
        sum
    };
    let mut backwards = numbers;
    backwards.reverse();
    let (first, second) = numbers.split_at(3);
    let mut merged = sum(second);
    merged.merge(&sum(first));
    // The true sum is a little more than half way to the next number.
    assert_eq!(sum(&numbers).value(), 4.6_f64.next_up());
    assert_eq!(sum(&backwards).value().to_bits(), sum(&numbers).value().to_bits());
    assert_eq!(merged.value().to_bits(), sum(&numbers).value().to_bits());
    assert_eq!(sum(&[0.1; 10]).value(), 1.0);
    assert_eq!(sum(&[]).value(), 0.0);
    assert_eq!(sum(&[f64::MAX, f64::MAX]).value(), f64::INFINITY);
}

#[test]
fn few_values_are_counted_exactly_and_many_nearly_so_however_they_are_cut() {
    for all in [10_u64, 3_000, 3_001, 100_000] {
        let hash = |number: u64| Distinct::hash(&Key::Long(i64::try_from(number).unwrap()));
        let of = |numbers: std::ops::Range<u64>| {
            let mut distinct = Distinct::default();
            numbers.for_each(|number| distinct.add(hash(number), 3_000));
            distinct
        };
        let whole = of(0..all);
        let mut cut = of(all / 3..all);
        cut.merge(&of(0..all / 2), 3_000);
        assert_eq!(cut, whole);
        let error = (whole.count() as f64 - all as f64).abs() / all as f64;
        assert!(error < if all <= 3_000 { 1e-9 } else { 0.03 }, "{all}: {error}");
    }
}

#[test]
fn quantiles_are_exact_for_few_numbers_and_nearly_so_for_many() {
    let of = |numbers: std::ops::Range<i32>| {
        let mut quantiles = Quantiles::default();
        numbers.for_each(|number| quantiles.add(f64::from(number)));
        quantiles
    };
    let few = of(1..6);
    assert_eq!(few.at(0.5), Some(3.0));
    assert_eq!(few.at(0.125), Some(1.5));
    assert_eq!((few.at(0.0), few.at(1.0)), (Some(1.0), Some(5.0)));
    assert_eq!(Quantiles::default().at(0.5), None);
    let whole = of(-5_000..5_000);
    let mut cut = of(-5_000..10);
    cut.merge(&of(10..5_000));
    assert_eq!(cut, whole);
    for share in [0.0, 0.01, 0.25, 0.75, 0.99, 1.0] {
        let (exact, near) = (-5_000.0 + share * 9_999.0, whole.at(share).unwrap());
        assert!(
            (near - exact).abs() <= exact.abs() * 0.006,
            "{share}: {near} {exact}"
        );
    }
}

#[test]
fn intervals_of_time_follow_the_calendar() {
    let at = |text: &str| {
        crate::mapping::DateFormats::default()
            .parse(text, crate::mapping::Rounding::Down)
            .unwrap()
    };
    let rounding = |unit, zone_ms, offset_ms| DateRounding {
        unit,
        zone_ms,
        offset_ms,
    };
    for (unit, zone_hours, text, first, next) in [
        (
            DateUnit::Months(1),
            0,
            "2024-02-29T13:00:00Z",
            "2024-02-01",
            "2024-03-01",
        ),
        (DateUnit::Months(3), 0, "2024-12-31", "2024-10-01", "2025-01-01"),
        (
            DateUnit::Months(12),
            0,
            "1969-12-31T23:59:59.999Z",
            "1969-01-01",
            "1970-01-01",
        ),
        (DateUnit::Week, 0, "2024-03-03", "2024-02-26", "2024-03-04"),
        (
            DateUnit::Fixed(86_400_000),
            0,
            "1969-12-31T01:00:00Z",
            "1969-12-31",
            "1970-01-01",
        ),
        (
            DateUnit::Months(1),
            2,
            "2024-02-29T22:30:00Z",
            "2024-02-29T22:00:00Z",
            "2024-03-31T22:00:00Z",
        ),
    ] {
        let rounding = rounding(unit, zone_hours * 3_600_000, 0);
        assert_eq!(rounding.round(at(text)), at(first), "{text}");
        assert_eq!(rounding.next(at(first)), at(next), "{text}");
    }
    let moved = rounding(DateUnit::Fixed(86_400_000), 0, 6 * 3_600_000);
    assert_eq!(
        moved.round(at("2024-01-02T05:00:00Z")),
        at("2024-01-01T06:00:00Z")
    );
    let distant = rounding(DateUnit::Months(12), 0, 0);
    assert!(distant.round(i64::MAX) > 0 && distant.next(i64::MIN) < 0);
}

#[test]
fn what_is_dropped_is_remembered() {
    let of = Aggregation {
        kind: Kind::Keyed(Keyed {
            sources: Vec::new(),
            keep: Keep::ByCount {
                descending: true,
                max: 2,
            },
            zeros: false,
        }),
        inner: Vec::new(),
    };
    let bucket = |count| Bucket {
        count,
        sure: 0,
        inner: Vec::new(),
    };
    let part = |counts: &[(&str, u64)]| {
        let kept = counts
            .iter()
            .map(|(key, count)| (Key::Str((*key).to_owned()), bucket(*count)));
        let mut part = Partial::Buckets(Buckets {
            kept: kept.collect(),
            ..Buckets::default()
        });
        part.prune(&of);
        part
    };
    let mut all = part(&[("a", 5), ("b", 3), ("c", 3), ("d", 1)]);
    all.merge(part(&[("c", 4)]), &of).unwrap();
    let Partial::Buckets(all) = all else { panic!() };
    assert_eq!((all.others, all.error), (4, 3));
    let counts: Vec<u64> = all.kept.values().map(|bucket| bucket.count).collect();
    assert_eq!(counts, [5, 3, 4]);
    assert_eq!(
        Partial::Count(1).merge(Partial::Stats(Stats::default()), &of),
        Err(Mismatch)
    );
}
