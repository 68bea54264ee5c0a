//! Tails over scripted leaves: sick replicas, missing shards, answers that are good enough.

use std::time::Duration;

use shared::ids::Shard;
use shared::wire::{AttemptKind, LeafError};
use tokio::time::Instant;

use super::tests::{LEAVES, MS, Stage, endpoint};
use crate::attempt::{AttemptEnd, HedgeMode};
use crate::client::CallError;
use crate::client::scripted::Act;
use crate::dsl::search_body::SearchCommand;
use crate::members::{Phase, Standing};

fn standing(stage: &Stage, leaf: u32, number: u32) -> Standing {
    let mut replicas = stage.searches.members.replicas();
    let replica = replicas.find(|replica| replica.leaf.0 == leaf && replica.number == number);
    replica.unwrap().standing()
}

/// Asks a plain question so many times, 10 ms apart, and expects complete answers.
async fn ask(stage: &Stage, times: u32) {
    ask_at_once(stage, times, 1).await;
}

/// As [`ask`], with so many at once.
async fn ask_at_once(stage: &Stage, times: u32, at_once: u32) {
    let command = SearchCommand::default();
    for _ in 0..times {
        let searches = (0..at_once).map(|_| stage.search(&command));
        for result in futures::future::join_all(searches).await {
            let coverage = result.unwrap().coverage;
            assert!(!coverage.degraded(), "{coverage:?}");
        }
        tokio::time::advance(10 * MS).await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_shard_that_one_replica_lacks_is_asked_of_the_other() {
    // Two shards a leaf, and one of them is missing on one replica: the other shard's answer is kept.
    let stage = Stage::with(2 * LEAVES, HedgeMode::Delayed);
    for leaf in 0..LEAVES {
        for shard in 0..2 * LEAVES {
            stage
                .leaves
                .script(&endpoint(leaf, 0), Act::Lack(MS, Shard(shard)));
            ask(&stage, 2).await;
        }
        stage.leaves.script(&endpoint(leaf, 0), Act::Answer(MS));
    }
}

#[tokio::test(start_paused = true)]
async fn what_was_given_is_kept_when_nobody_has_the_rest() {
    let stage = Stage::with(2 * LEAVES, HedgeMode::Delayed);
    for leaf in 0..LEAVES {
        stage.script_leaf(leaf, &Act::Lack(MS, Shard(3)));
    }
    let result = stage.search(&SearchCommand::default()).await.unwrap();
    assert_eq!((result.shards.total, result.shards.successful), (8, 7));
    assert_eq!(result.coverage.documents_covered, 700);
    assert_eq!(
        (result.coverage.shards_failed, result.coverage.leaves_answered),
        (1, 3)
    );
    assert_eq!(result.shards.failures[0].shard, Shard(3));
}

#[tokio::test(start_paused = true)]
async fn an_answer_does_not_wait_for_more_than_is_asked_for() {
    let stage = Stage::new();
    stage.script_leaf(2, &Act::Hang);
    let command = SearchCommand {
        min_coverage: Some(0.7),
        coverage_wait_max: Some(50 * MS),
        ..SearchCommand::default()
    };
    let began = Instant::now();
    let result = stage.search(&command).await.unwrap();
    let waited = began.elapsed();
    assert!(
        (40 * MS..=45 * MS).contains(&waited),
        "the rest of the slope: {waited:?}"
    );
    assert_eq!(result.coverage.documents_covered, 300);
    assert_eq!((result.coverage.shards_early, result.timed_out), (1, false));
    assert_eq!(result.shards.failures[0].cause, super::Cause::Early);
}

#[tokio::test(start_paused = true)]
async fn who_waits_for_everything_is_not_answered_early() {
    let stage = Stage::new();
    stage.script_leaf(2, &Act::Answer(30 * MS));
    for min_coverage in [None, Some(0.8), Some(1.0)] {
        let command = SearchCommand {
            min_coverage,
            ..SearchCommand::default()
        };
        let result = stage.search(&command).await.unwrap();
        assert!(!result.coverage.degraded(), "{min_coverage:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_profile_tells_of_every_attempt_and_how_it_ended() {
    let stage = Stage::new();
    stage.leaves.script(&endpoint(1, 0), Act::Hang);
    let command = SearchCommand {
        profile: true,
        ..SearchCommand::default()
    };
    // Whichever replica is asked first: within a few queries it is the one that hangs.
    let lost = async {
        loop {
            let profile = stage.search(&command).await.unwrap().profile.unwrap();
            let lost = profile
                .attempts
                .iter()
                .find(|attempt| attempt.end == AttemptEnd::Lost);
            if let Some(lost) = lost.cloned() {
                break (lost, profile);
            }
        }
    };
    let (lost, profile) = lost.await;
    assert_eq!(
        (lost.leaf.0, lost.replica, lost.kind),
        (1, 0, AttemptKind::Primary)
    );
    assert_eq!(lost.ended - lost.began, 10 * MS);
    let won = |kind| {
        let won = profile
            .attempts
            .iter()
            .filter(|attempt| attempt.end == AttemptEnd::Won);
        won.filter(|attempt| attempt.kind == kind && attempt.phase == Phase::Query)
            .count()
    };
    assert_eq!((won(AttemptKind::Primary), won(AttemptKind::Hedge)), (3, 1));
    let names: Vec<_> = profile.rounds.iter().map(|round| round.name).collect();
    assert_eq!(names, ["admit", "plan", "query", "merge"]);
    assert_eq!(profile.took, 10 * MS);
}

#[tokio::test(start_paused = true)]
async fn a_replica_that_fails_is_ejected_and_comes_back_by_probes() {
    let stage = Stage::new();
    for leaf in 0..LEAVES {
        stage.script_leaf(leaf, &Act::Answer(MS));
    }
    ask(&stage, 200).await;
    let broken = CallError::Refused(LeafError::Internal("broken".to_owned()));
    stage.leaves.script(&endpoint(0, 0), Act::Fail(MS, broken));
    let ask_until = async |wanted: Standing| {
        for asked in 0..10_000 {
            if standing(&stage, 0, 0) == wanted {
                return asked;
            }
            ask_at_once(&stage, 1, 16).await;
        }
        panic!("never {wanted:?}");
    };
    ask_until(Standing::Ejected).await;
    // While it is sick, only probes go there.
    let before = stage.leaves.calls(&endpoint(0, 0));
    ask(&stage, 1_000).await;
    let probes = stage.leaves.calls(&endpoint(0, 0)) - before;
    assert!(
        (2..=5).contains(&probes),
        "{probes} probes in 10 s, ever further apart"
    );
    stage.leaves.script(&endpoint(0, 0), Act::Answer(MS));
    ask_until(Standing::Serving).await;
    let text = stage.searches.metrics.text(&crate::metrics::Levels::default());
    let ejected = r#"gleaner_root_ejections_total{leaf="0",replica="0",cause="failures"} 1"#;
    assert!(text.contains(ejected), "{text}");
}

#[tokio::test(start_paused = true)]
async fn a_slow_replica_is_ejected_also_without_hedges() {
    let stage = Stage::with(LEAVES, HedgeMode::Off);
    for leaf in 0..LEAVES {
        stage.script_leaf(leaf, &Act::Answer(2 * MS));
    }
    ask(&stage, 200).await;
    stage.leaves.script(&endpoint(3, 1), Act::Answer(300 * MS));
    let began = Instant::now();
    while standing(&stage, 3, 1) != Standing::Ejected {
        assert!(began.elapsed() < Duration::from_mins(10), "never ejected");
        ask(&stage, 10).await;
    }
    let began = Instant::now();
    ask(&stage, 100).await;
    assert!(
        began.elapsed() < 100 * 13 * MS,
        "nobody meets it: {:?}",
        began.elapsed()
    );
}

#[tokio::test(start_paused = true)]
async fn leaves_that_shed_make_the_root_let_fewer_searches_in() {
    let stage = Stage::new();
    let limit = stage.searches.admission.limit();
    for leaf in 0..LEAVES {
        stage.script_leaf(leaf, &Act::Fail(MS, CallError::Refused(LeafError::Shed)));
    }
    for _ in 0..3 {
        assert_eq!(
            stage
                .search(&SearchCommand::default())
                .await
                .unwrap_err()
                .status(),
            429
        );
        tokio::time::advance(MS).await;
    }
    assert!(stage.searches.admission.limit() < limit * 6 / 10);
    assert_eq!(stage.searches.admission.running(), 0);
}

#[tokio::test(start_paused = true)]
async fn shards_that_do_not_tell_what_a_fuzzy_word_stands_for_are_not_complete() {
    // These leaves answer the round with nothing, as a leaf does for shards that it cannot speak of.
    let stage = Stage::new();
    for leaf in 0..LEAVES {
        stage.script_leaf(leaf, &Act::Mute(MS));
    }
    let fuzzy = SearchCommand::parse(br#"{"query": {"fuzzy": {"title": "whlae"}}}"#, &[]).unwrap();
    let result = stage.search(&fuzzy).await.unwrap();
    assert_eq!(
        (result.coverage.shards_timeout, result.shards.successful),
        (LEAVES, 0)
    );
    let all_or_nothing = SearchCommand {
        allow_partial_search_results: Some(false),
        ..fuzzy
    };
    assert_eq!(stage.search(&all_or_nothing).await.unwrap_err().status(), 504);
}

#[tokio::test(start_paused = true)]
async fn a_client_in_a_hurry_lowers_nobody_elses_limit() {
    let stage = Stage::new();
    let limit = stage.searches.admission.limit();
    for leaf in 0..LEAVES {
        stage.script_leaf(leaf, &Act::Fail(MS, CallError::Refused(LeafError::Shed)));
    }
    assert_eq!(
        stage
            .search_within(&SearchCommand::default(), 10 * MS)
            .await
            .unwrap_err()
            .status(),
        429
    );
    assert_eq!(stage.searches.admission.limit(), limit);
}
