//! Points in time: they hold exactly what the log says up to them, whatever comes later, for as long as they are wanted.

use std::sync::Arc;
use std::time::Duration;

use shared::clock;
use shared::ids::Position;
use shared::limits;
use shared::log::Operation;
use shared::wire::PinSelection;
use tokio::time::Instant;
use uuid::Uuid;

use super::harness::{Harness, delete, found, ids, index, outcomes, refresh, soon};
use crate::shard::pins::{Pinning, Pins};
use crate::shard::{HostedShard, Stop};
use crate::view::View;

const PIN: Uuid = Uuid::from_u128(1);

/// Wanted for an hour from now.
fn pin() -> Operation {
    pin_until(PIN, clock::now_ms() + 3_600_000)
}

fn pin_until(id: Uuid, until_ms: i64) -> Operation {
    Operation::Pin {
        id,
        scroll: false,
        until_ms,
    }
}

async fn pinned(shard: &HostedShard, position: Position) -> Option<Arc<View>> {
    shard.hint(position);
    shard.pinned(PIN, position, soon()).await.unwrap()
}

#[tokio::test]
async fn a_point_in_time_holds_its_batch_and_nothing_later() {
    let mut harness = Harness::new();
    let shard = harness.start_ready("a").await;
    harness
        .write(&shard, vec![index("x", "old"), index("y", "old")])
        .await;
    let at = harness.append(vec![index("z", "old"), pin()]).await;
    let last = harness
        .append(vec![index("a", "new"), index("y", "new"), delete("x")])
        .await;
    let told = outcomes(&shard, at).await;
    assert_eq!(told.len(), 1, "a point in time has no outcome");
    let view = pinned(&shard, at).await.unwrap();
    assert_eq!(view.position, at);
    let then = found(&view);
    assert_eq!(ids(&then), ["x", "y", "z"]);
    assert!(then.iter().all(|document| document.source.contains("old")));
    assert_eq!(ids(&refresh(&shard, last).await), ["a", "y", "z"]);
    assert_eq!(ids(&found(&pinned(&shard, at).await.unwrap())), ["x", "y", "z"]);
    assert_eq!(
        shard.view_of(view.generation).unwrap().position,
        at,
        "a fetch finds what a search of it found"
    );
}

#[tokio::test]
async fn where_nothing_is_to_be_committed_the_view_is_kept_as_it_is() {
    let mut harness = Harness::new();
    let shard = harness.start_ready("a").await;
    harness.write(&shard, vec![index("x", "one")]).await;
    refresh(&shard, Position(1)).await;
    let generation = shard.view().unwrap().generation;
    let at = harness.append(vec![pin()]).await;
    let view = pinned(&shard, at).await.unwrap();
    assert_eq!((view.generation, view.position), (generation, at));
    assert_eq!(shard.progress().committed, at);
}

#[tokio::test]
async fn merges_and_the_removal_of_files_leave_a_point_in_time_alone() {
    let mut harness = Harness::new();
    let shard = harness.start_ready("a").await;
    harness
        .write(&shard, vec![index("x", "old"), index("y", "old")])
        .await;
    let at = harness.append(vec![pin()]).await;
    let view = pinned(&shard, at).await.unwrap();
    let before = found(&view);
    let segment = view.searcher.segment_readers()[0].segment_id().uuid_string();
    let folder = harness.path("a");
    let on_disk = || {
        let files = std::fs::read_dir(&folder).unwrap();
        let names = files.map(|file| file.unwrap().file_name().into_string().unwrap());
        names.filter(|name| name.starts_with(&segment)).count()
    };
    assert!(on_disk() > 0);
    let mut number = 0;
    while on_disk() > 0 {
        number += 1;
        assert!(number < 500, "the segment is not merged away");
        let batch = vec![
            delete("x"),
            index("y", "new"),
            index(&format!("id{number}"), "new"),
        ];
        let position = harness.append(batch).await;
        refresh(&shard, position).await;
    }
    assert_eq!(found(&pinned(&shard, at).await.unwrap()), before);
}

#[tokio::test]
async fn a_point_in_time_whose_time_is_up_costs_a_replay_nothing() {
    let mut harness = Harness::new();
    let shard = harness.start_ready("a").await;
    harness.write(&shard, vec![index("x", "one")]).await;
    let at = harness.append(vec![pin_until(PIN, clock::now_ms() - 1)]).await;
    assert!(pinned(&shard, at).await.is_none());
    assert_eq!(shard.progress().committed, Position::START);
}

#[tokio::test]
async fn a_restart_finds_the_point_in_time_that_the_last_commit_is() {
    let mut harness = Harness::new();
    let shard = harness.start_ready("a").await;
    harness.write(&shard, vec![index("x", "one")]).await;
    let at = harness.append(vec![pin()]).await;
    pinned(&shard, at).await.unwrap();
    shard.stop(Stop::Finish).await;
    let shard = harness.start_ready("a").await;
    assert_eq!(ids(&found(&pinned(&shard, at).await.unwrap())), ["x"]);
    let last = harness.append(vec![delete("x")]).await;
    refresh(&shard, last).await;
    assert_eq!(ids(&found(&pinned(&shard, at).await.unwrap())), ["x"]);
    shard.stop(Stop::Finish).await;
    // The commit that it was is no more: another replica has to be asked.
    let shard = harness.start_ready("a").await;
    assert!(pinned(&shard, at).await.is_none());
    let other = harness.start_ready("b").await;
    assert_eq!(ids(&found(&pinned(&other, at).await.unwrap())), ["x"]);
    assert_eq!(ids(&found(&other.view().unwrap())), [] as [&str; 0]);
}

#[tokio::test]
async fn what_is_let_go_is_gone_and_a_shard_that_ends_lets_go_of_all() {
    let mut harness = Harness::new();
    let shard = harness.start_ready("a").await;
    harness.write(&shard, vec![index("x", "one")]).await;
    let other = Uuid::from_u128(2);
    let at = harness
        .append(vec![pin(), pin_until(other, clock::now_ms() + 3_600_000)])
        .await;
    pinned(&shard, at).await.unwrap();
    let let_go = |which| shard.pins().keep(which, Duration::ZERO, Instant::now());
    assert_eq!(let_go(PinSelection::One(PIN)), [(PIN, at)]);
    assert!(pinned(&shard, at).await.is_none());
    assert_eq!(let_go(PinSelection::One(PIN)), []);
    assert_eq!(let_go(PinSelection::All { scrolls: true }), []);
    let weak = Arc::downgrade(&shard.pinned_now(other).unwrap());
    shard.stop(Stop::Abandon).await;
    drop(shard);
    assert!(weak.upgrade().is_none(), "its files can go");
}

#[tokio::test]
async fn points_in_time_are_kept_as_long_as_somebody_says_and_not_more_than_the_limit() {
    let harness = Harness::new();
    let shard = harness.start_ready("a").await;
    let view = shard.view().unwrap();
    let (pins, now) = (Pins::default(), Instant::now());
    let second = Duration::from_secs(1);
    let pinning = |id: u128| Pinning::of(&pin_until(Uuid::from_u128(id), 10_000), 0, now).unwrap();
    for id in 0..=limits::PINS_MAX as u128 {
        pins.keep_view(pinning(id), Arc::clone(&view), now);
    }
    assert_eq!(pins.count(), limits::PINS_MAX);
    let (first, last) = (Uuid::from_u128(0), Uuid::from_u128(limits::PINS_MAX as u128));
    assert!(pins.of(first, now).is_some() && pins.of(last, now).is_none());
    // Less than is left changes nothing.
    pins.keep(PinSelection::One(first), second, now);
    assert!(pins.of(first, now + 9 * second).is_some());
    pins.keep(PinSelection::One(first), 20 * second, now);
    assert!(pins.of(Uuid::from_u128(1), now + 10 * second).is_none());
    pins.expire(now + 10 * second);
    assert_eq!(pins.count(), 1);
    assert_eq!(pins.next_expiry(), Some(now + 20 * second));
    pins.keep_view(pinning(1), view, now + 21 * second);
    assert!(pins.of(first, now + 21 * second).is_none());
}
