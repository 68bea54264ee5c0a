//! The judge, told stories.

use rand::rngs::StdRng;

use super::*;

const MS: Duration = Duration::from_millis(1);

/// A leaf with some replicas whose every answer takes 20 ms, and all that goes with judging it.
struct Court {
    judge: Judge,
    rng: StdRng,
    now: Instant,
}

impl Court {
    fn new(replicas: usize) -> Self {
        let mut court = Self {
            judge: Judge::new(EjectionConfig::default(), replicas),
            rng: shared::random::from_seed(1),
            now: Instant::now(),
        };
        for replica in 0..replicas {
            for _ in 0..40 {
                assert_eq!(court.told(replica, Told::Answered(MS * 20)), None);
            }
        }
        court
    }

    fn told(&mut self, replica: usize, told: Told) -> Option<Verdict> {
        self.judge.told(replica, told, self.now)
    }

    /// Tells the same again and again until something is decided; the number of times it took.
    fn until_decided(&mut self, replica: usize, told: Told) -> Option<(u32, Verdict)> {
        (1..=100).find_map(|times| Some((times, self.told(replica, told)?)))
    }

    fn eject(&mut self, replica: usize) -> Duration {
        self.until_decided(replica, Told::Failed)
            .expect("it may be suspected");
        assert_eq!(self.probe(replica, Told::Failed), None);
        assert_eq!(self.probe(replica, Told::Failed), None);
        match self.probe(replica, Told::Failed) {
            Some(Verdict::Ejected(EjectionCause::Failures, lasts)) => lasts,
            other => panic!("{other:?}"),
        }
    }

    /// Sends a probe, which must be due, and tells how it ended.
    fn probe(&mut self, replica: usize, told: Told) -> Option<Verdict> {
        self.judge.probe(replica, self.now).expect("a probe is due");
        self.judge.probed(replica, told, self.now, &mut self.rng)
    }
}

#[tokio::test(start_paused = true)]
async fn two_bad_signs_in_a_row_make_suspect_and_a_good_one_between_forgives() {
    for (bad, good, cause) in [
        (Told::Failed, Told::Worked, EjectionCause::Failures),
        (
            Told::Beaten(MS * 50),
            Told::Answered(MS * 20),
            EjectionCause::Slowness,
        ),
    ] {
        let mut court = Court::new(2);
        for _ in 0..10 {
            assert_eq!((court.told(0, bad), court.told(0, good)), (None, None));
        }
        let decided = court.until_decided(0, bad);
        assert_eq!(decided, Some((2, Verdict::Suspected(cause))));
        assert_eq!(court.judge.standing(0, 0), Standing::Suspected);
        assert_eq!(court.judge.standing(1, 9), Standing::Serving);
    }
}

#[tokio::test(start_paused = true)]
async fn one_good_probe_clears_a_suspect_and_three_bad_ones_eject_it() {
    for (told, standing) in [
        (Told::Answered(MS * 25), Standing::Serving),
        (Told::Answered(MS * 500), Standing::Ejected),
        (Told::GivenUp(MS * 60), Standing::Ejected),
        (Told::Failed, Standing::Ejected),
    ] {
        let mut court = Court::new(2);
        court.until_decided(0, Told::Beaten(MS * 50));
        let verdict = (0..3).find_map(|_| court.probe(0, told)).unwrap();
        assert_eq!(court.judge.standing(0, 0), standing, "{told:?}");
        assert_eq!(verdict == Verdict::Cleared, standing == Standing::Serving);
    }
}

#[tokio::test(start_paused = true)]
async fn answers_far_slower_than_the_siblings_make_suspect_without_any_hedge() {
    let mut court = Court::new(3);
    let (times, verdict) = court.until_decided(2, Told::Answered(MS * 100)).unwrap();
    assert!((20..=32).contains(&times), "{times}");
    assert_eq!(verdict, Verdict::Suspected(EjectionCause::Slowness));
}

#[tokio::test(start_paused = true)]
async fn an_odd_slow_probe_ejects_nobody() {
    let mut court = Court::new(2);
    for _ in 0..10 {
        court.until_decided(0, Told::Beaten(MS * 50));
        assert_eq!(court.probe(0, Told::Answered(MS * 500)), None);
        assert_eq!(court.judge.standing(0, 0), Standing::Suspected);
        assert_eq!(court.probe(0, Told::Answered(MS * 20)), Some(Verdict::Cleared));
    }
}

#[tokio::test(start_paused = true)]
async fn a_probe_that_says_nothing_is_followed_by_another_a_little_later() {
    let mut court = Court::new(2);
    court.until_decided(0, Told::Failed);
    assert_eq!(court.probe(0, Told::Nothing), None);
    assert_eq!(court.judge.probe(0, court.now), None);
    court.now += MS * 100;
    assert_eq!(court.probe(0, Told::Answered(MS)), Some(Verdict::Cleared));
}

#[tokio::test(start_paused = true)]
async fn what_is_slow_for_all_or_only_for_a_third_of_the_queries_ejects_nobody() {
    let mut court = Court::new(2);
    for round in 0..1_000 {
        let latency = if round % 3 == 0 { MS * 900 } else { MS * 20 };
        assert_eq!(court.told(round % 2, Told::Answered(latency)), None);
    }
    let mut court = Court::new(2);
    for round in 0..1_000 {
        assert_eq!(court.told(round % 2, Told::Answered(MS * 900)), None);
    }
}

#[tokio::test(start_paused = true)]
async fn a_few_microseconds_more_are_not_far_slower() {
    let mut court = Court::new(2);
    for _ in 0..100 {
        court.told(0, Told::Answered(MS / 10));
        assert_eq!(court.told(1, Told::Answered(MS)), None);
    }
}

#[tokio::test(start_paused = true)]
async fn half_of_the_replicas_stay_whatever_happens() {
    for (replicas, most) in [(1, 0), (2, 1), (3, 1), (5, 2)] {
        let mut court = Court::new(replicas);
        for replica in 0..replicas {
            court.until_decided(replica, Told::Failed);
        }
        assert_eq!(court.judge.left_alone(), most, "of {replicas}");
    }
}

#[tokio::test(start_paused = true)]
async fn probes_come_after_the_back_off_one_at_a_time_and_three_good_ones_bring_it_back() {
    let mut court = Court::new(2);
    let lasts = court.eject(0);
    assert!((MS * 800..MS * 1_200).contains(&lasts), "{lasts:?}");
    assert_eq!(court.judge.probe(0, court.now), None);
    court.now += lasts;
    assert_eq!(court.judge.probe(1, court.now), None, "it serves");
    assert!(court.judge.probe(0, court.now).is_some());
    assert_eq!(court.judge.probe(0, court.now), None, "one is under way");
    let (judge, rng, now) = (&mut court.judge, &mut court.rng, court.now);
    assert_eq!(judge.probed(0, Told::Answered(MS * 30), now, rng), None);
    assert_eq!(court.probe(0, Told::Answered(MS * 30)), None);
    assert_eq!(court.probe(0, Told::Answered(MS * 30)), Some(Verdict::Returned));
    assert_eq!(court.judge.standing(0, 0), Standing::Serving);
    assert_eq!(court.judge.standing(0, 1), Standing::Beginning);
}

#[tokio::test(start_paused = true)]
async fn bad_probes_make_the_ejection_longer_up_to_a_limit_and_time_forgives() {
    let mut court = Court::new(2);
    let mut lasts = court.eject(0);
    for told in [
        Told::Failed,
        Told::Answered(MS * 500),
        Told::GivenUp(MS * 60),
        Told::Failed,
    ] {
        court.now += lasts;
        let Some(Verdict::Ejected(EjectionCause::Probe, longer)) = court.probe(0, told) else {
            panic!("{told:?} is no good probe");
        };
        assert!(longer > lasts, "{longer:?} after {lasts:?}");
        lasts = longer;
    }
    for _ in 0..10 {
        court.now += lasts;
        if let Some(Verdict::Ejected(_, longer)) = court.probe(0, Told::Failed) {
            lasts = longer;
        }
    }
    assert!(lasts <= Duration::from_secs(72), "{lasts:?}");
    court.now += lasts;
    for _ in 0..3 {
        court.probe(0, Told::Answered(MS * 20));
    }
    court.now += lasts * 5;
    assert!(court.eject(0) < MS * 1_200);
}

#[tokio::test(start_paused = true)]
async fn a_new_replica_begins_gently() {
    let mut judge = Judge::new(EjectionConfig::default(), 2);
    assert_eq!(judge.standing(0, 0), Standing::Serving);
    assert_eq!(judge.standing(0, 1), Standing::Beginning);
    for _ in 0..BEGUN {
        judge.told(0, Told::Answered(MS), Instant::now());
    }
    assert_eq!(judge.standing(0, 1_000), Standing::Serving);
    judge.restarted(0);
    assert_eq!(judge.standing(0, 1), Standing::Beginning);
}
