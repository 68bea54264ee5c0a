//! When searches and gets see what was applied.

use std::time::Duration;

use shared::deadline::Deadline;
use shared::ids::Position;
use tokio::time::Instant;

use super::harness::{Harness, definition, delete, found, ids, index, refresh, soon};
use crate::shard::Unreached;

#[tokio::test]
async fn searches_see_nothing_before_a_commit_and_everything_after() {
    let mut harness = Harness::new();
    let shard = harness.start_ready("a").await;
    harness.write(&shard, vec![index("x", "one")]).await;
    assert_eq!(shard.view().unwrap().documents(), 0);
    assert_eq!(shard.progress().committed, Position(0));
    refresh(&shard, Position(1)).await;
    assert_eq!(shard.view().unwrap().documents(), 1);
    assert_eq!(shard.status().documents, 1);
    assert!(shard.status().bytes > 0);
}

#[tokio::test]
async fn a_periodic_commit_comes_by_itself() {
    let mut harness = Harness::new();
    harness
        .definition
        .send_replace(definition(1, &["title"], Some(10)));
    let shard = harness.start_ready("a").await;
    harness.write(&shard, vec![index("x", "one")]).await;
    shard.refreshed(Position(1), soon()).await.unwrap();
    assert_eq!(shard.committed(Position(1), soon()).await.unwrap().documents(), 1);
}

#[tokio::test]
async fn a_new_batch_is_found_without_being_told() {
    let mut harness = Harness::new();
    let shard = harness.start_ready("a").await;
    let log = std::sync::Arc::clone(&shard.log);
    let polling = tokio::spawn(async move { log.poll().await });
    let position = harness.append(vec![index("x", "one")]).await;
    shard.outcomes(position, soon()).await.unwrap();
    polling.abort();
}

#[tokio::test]
async fn whoever_waits_for_what_never_comes_hears_of_the_deadline() {
    let harness = Harness::new();
    let shard = harness.start_ready("a").await;
    let soon = Deadline::after(Instant::now(), Duration::from_millis(20));
    let waited = shard.refreshed(Position(9), soon).await;
    assert_eq!(waited, Err(Unreached::Deadline));
}

#[tokio::test]
async fn a_get_commits_only_for_an_id_that_was_written() {
    let mut harness = Harness::new();
    let shard = harness.start_ready("a").await;
    harness
        .write(&shard, vec![index("x", "one"), index("y", "one")])
        .await;
    let view = shard.up_to_date("other", Position(1), soon()).await.unwrap();
    assert_eq!(view.documents(), 0);
    let view = shard.up_to_date("x", Position(1), soon()).await.unwrap();
    assert_eq!(ids(&found(&view)), ["x", "y"]);
    harness.write(&shard, vec![delete("y")]).await;
    let view = shard.up_to_date("y", Position(2), soon()).await.unwrap();
    assert_eq!(ids(&found(&view)), ["x"]);
}

#[tokio::test]
async fn the_last_views_are_kept_for_fetches() {
    let mut harness = Harness::new();
    let shard = harness.start_ready("a").await;
    let mut generations = Vec::new();
    for n in 1..=6 {
        harness.write(&shard, vec![index(&format!("id{n}"), "one")]).await;
        refresh(&shard, Position(n)).await;
        generations.push(shard.view().unwrap().generation);
    }
    let kept: Vec<bool> = generations
        .iter()
        .map(|generation| shard.view_of(*generation).is_some())
        .collect();
    assert_eq!(kept, [false, false, true, true, true, true]);
    let third = shard.view_of(generations[2]).unwrap();
    assert_eq!(third.documents(), 3);
}
