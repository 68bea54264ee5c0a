//! How time is shared out, over small and large grids.

use super::*;

/// The most telling first, as they come.
const RATES: [f64; 3] = [60.0, 85.0, 35.0];

const LATE: Stragglers = Stragglers::Share {
    share: 0.01,
    delay_ms: 100,
};

fn usual() -> Grid {
    Grid::new([1, 2, 4, 8, 16], [1, 2], [false, true], [Stragglers::None, LATE]).unwrap()
}

fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

/// What a timetable takes if its windows are as long as the first one makes expect, whose weight is 1.
fn total(timetable: &Timetable, pace: &Pace, left: Duration) -> f64 {
    let window = timetable.window(pace, left, 0, 0);
    let one = (window.warmup + window.measured).as_secs_f64();
    let weights = timetable
        .visits()
        .iter()
        .flat_map(|visit| timetable.weights_of(visit));
    let runs: f64 = weights.map(|weight| weight * one + pace.per_run).sum();
    starts(timetable.visits(), pace) + runs
}

#[test]
fn the_usual_grid_fits_into_seven_minutes_on_two_cores() {
    let (grid, pace, left) = (usual(), Pace::guess(2), seconds(400));
    let exploring = exploring(&grid, &pace, left).unwrap();
    assert!(exploring.step.measured >= seconds(2), "{exploring:?}");
    let left = Exploring::rest(left);
    let timetable = Timetable::new(&grid, &pace, left, &RATES, false).unwrap();
    let window = timetable.window(&pace, left, 0, 0);
    assert!(window.measured >= seconds(4), "{window:?}");
    assert!((total(&timetable, &pace, left) - left.as_secs_f64()).abs() < 1.0);
    let healthy = timetable.visits()[0].runs.iter();
    let rates: Vec<usize> = healthy
        .filter(|(shape, _)| shape.stragglers == Stragglers::None)
        .map(|(_, rate)| *rate)
        .collect();
    assert_eq!(rates, [0, 1]);
}

#[test]
fn lower_rates_are_measured_for_longer() {
    let (grid, pace, left) = (usual(), Pace::guess(2), seconds(1_000));
    let timetable = Timetable::new(&grid, &pace, left, &RATES, true).unwrap();
    let measured = [0, 1, 2].map(|done| timetable.window(&pace, left, 0, done).measured);
    assert!(
        measured[1] < measured[0] && measured[0] < measured[2],
        "{measured:?}"
    );
}

#[test]
fn every_shape_is_measured_at_the_most_telling_rate_whatever_the_time() {
    let (grid, pace) = (usual(), Pace::guess(2));
    for minutes in [2, 5, 20, 200] {
        let timetable = Timetable::new(&grid, &pace, seconds(minutes * 60), &RATES, false).unwrap();
        let runs: Vec<_> = timetable.visits().iter().flat_map(|visit| &visit.runs).collect();
        for shape in grid.shapes() {
            assert!(runs.contains(&&(shape, 0)), "{shape} in {minutes} minutes");
        }
        for shape in grid.repeated() {
            assert_eq!(
                runs.iter().filter(|run| ***run == (shape, 0)).count(),
                2,
                "{shape}"
            );
        }
    }
}

#[test]
fn more_time_brings_more_rates_and_then_highest_rates() {
    let (grid, pace) = (usual(), Pace::guess(2));
    let count = |minutes: u64| {
        let timetable = Timetable::new(&grid, &pace, seconds(minutes * 60), &RATES, false).unwrap();
        let runs: usize = timetable.visits().iter().map(|visit| visit.runs.len()).sum();
        let highest: usize = timetable.visits().iter().map(|visit| visit.highest.len()).sum();
        (runs, highest)
    };
    assert_eq!(count(2), (30 + 3, 0));
    assert_eq!(count(60), (90 + 3, 5));
    assert!(count(4).0 < count(8).0);
}

#[test]
fn chosen_rates_are_all_measured_or_refused() {
    let (grid, pace) = (usual(), Pace::guess(2));
    let timetable = Timetable::new(&grid, &pace, seconds(900), &[10.0, 20.0, 30.0, 40.0], true).unwrap();
    let runs: usize = timetable.visits().iter().map(|visit| visit.runs.len()).sum();
    assert_eq!(runs, 120 + 3);
    let refused = Timetable::new(&grid, &pace, seconds(60), &[10.0, 20.0, 30.0, 40.0], true).unwrap_err();
    assert!(refused.seconds > 60.0 && refused.runs == 123, "{refused}");
    let enough = Exploring::rest(Duration::from_secs_f64(refused.seconds * 1.001));
    assert!(Timetable::new(&grid, &pace, enough, &[10.0, 20.0, 30.0, 40.0], true).is_ok());
}

#[test]
fn a_search_that_takes_long_takes_its_time_from_all_that_follows() {
    let (grid, pace, left) = (usual(), Pace::guess(2), seconds(3_600));
    let timetable = Timetable::new(&grid, &pace, left, &RATES, false).unwrap();
    let visits = timetable.visits();
    let with_search = visits.iter().position(|visit| !visit.highest.is_empty()).unwrap();
    let visit = &visits[with_search];
    assert!(visit.healthy() > 0 && visit.healthy() < visit.runs.len());
    let left = seconds(300);
    let step = |nth| timetable.step_window(&pace, left, with_search, nth).measured;
    assert!(step(4) > step(0), "what is done needs no time any more");
    assert_eq!((step(5), step(13)), (step(4), step(4)));
    // Everything after the search is still to be done.
    let first_straggler = timetable
        .window(&pace, left, with_search, visit.healthy())
        .measured;
    assert!(first_straggler > step(13), "{first_straggler:?}");
}

#[test]
fn a_window_is_as_long_as_a_few_requests_need() {
    let window = Window::of_measured(1.0);
    assert_eq!(window.with_due(10.0, 100.0), window);
    assert_eq!(window.with_due(10.0, 2.0).measured, seconds(5));
    assert_eq!(
        window.with_due(10.0, 0.1).measured.as_secs_f64(),
        MEASURED_SECONDS_MAX
    );
}

#[test]
fn too_little_time_is_told_with_what_it_would_take() {
    let (grid, pace) = (usual(), Pace::guess(2));
    let refused = exploring(&grid, &pace, seconds(30)).unwrap_err();
    assert!(refused.seconds > 30.0);
    assert!(exploring(&grid, &pace, Duration::from_secs_f64(refused.seconds * 1.001)).is_ok());
    let text = TooLarge {
        runs: 3,
        starts: 2,
        seconds: 61.0,
    }
    .to_string();
    assert_eq!(
        text,
        "3 measurements and 2 starts of clusters take 1.5 minutes at least"
    );
}

#[test]
fn what_is_slower_than_thought_shortens_what_follows() {
    let (grid, left) = (usual(), seconds(240));
    let mut pace = Pace::guess(2);
    let timetable = Timetable::new(&grid, &pace, left, &RATES, false).unwrap();
    let before = timetable.window(&pace, left, 0, 0);
    let root = RootKind::alone(16);
    for _ in 0..8 {
        pace.saw(
            root,
            true,
            Duration::from_secs_f64(Pace::guess(2).start(root, true) * 2.0),
        );
    }
    assert!((pace.scale - 2.0).abs() < 0.01, "{pace:?}");
    let slower = timetable.window(&pace, left, 0, 0);
    assert!(slower.measured < before.measured);
    pace.saw_run(before, before.warmup + before.measured + seconds(2));
    assert!(timetable.window(&pace, left, 0, 0).measured < slower.measured);
    // Nothing left: the rest is as short as it may be, and ends soon.
    let last = timetable.window(&pace, Duration::ZERO, timetable.visits().len() - 1, 0);
    assert_eq!(last.measured.as_secs_f64(), MEASURED_SECONDS_MIN);
}
