//! Crashes, damage, full disks: nothing is lost, nothing is applied twice, nothing wrong is served.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use shared::ids::Position;
use shared::wire::OpResult::{Created, Updated};
use shared::wire::ShardState;

use super::faults::Faults;
use super::harness::{Harness, copy_folder, delete, ids, index, outcome, outcomes, refresh, soon};
use crate::shard::{Stop, Unreached};

#[tokio::test]
async fn a_crash_resumes_after_the_last_commit() {
    let mut harness = Harness::new();
    let shard = harness.start_ready("a").await;
    harness
        .write(&shard, vec![index("x", "one"), index("y", "one")])
        .await;
    refresh(&shard, Position(1)).await;
    let second = harness.append(vec![index("x", "two"), delete("y")]).await;
    let before = outcomes(&shard, second).await;
    copy_folder(&harness.path("a"), &harness.path("crashed"));

    let crashed = harness.start("crashed");
    crashed.until(|state| *state == ShardState::Ready).await;
    assert_eq!(
        crashed.progress().committed,
        second,
        "caught up before it is ready"
    );
    assert_eq!(outcomes(&crashed, second).await, before, "applied anew, alike");
    assert_eq!(
        crashed.outcomes(Position(1), soon()).await,
        Ok(None),
        "applied before the crash"
    );
    let documents = refresh(&crashed, second).await;
    assert_eq!(documents, refresh(&shard, second).await);
    assert_eq!((documents.len(), documents[0].version), (1, 2));
}

#[tokio::test]
async fn a_stop_in_order_leaves_nothing_to_apply_anew() {
    let mut harness = Harness::new();
    let shard = harness.start_ready("a").await;
    let position = harness.append(vec![index("x", "one")]).await;
    outcomes(&shard, position).await;
    shard.stop(Stop::Finish).await;
    assert_eq!(
        shard.refreshed(Position(9), soon()).await,
        Err(Unreached::Stopped)
    );
    let again = harness.start("a");
    again.until(|state| *state == ShardState::Ready).await;
    assert_eq!(
        again.outcomes(position, soon()).await,
        Ok(None),
        "not applied again"
    );
    assert_eq!(ids(&refresh(&again, position).await), ["x"]);
    assert_eq!(
        harness.write(&again, vec![index("x", "two")]).await,
        [outcome(Updated, 2, 1)]
    );
}

#[tokio::test]
async fn a_shard_that_was_dropped_can_be_started_again_at_once() {
    let mut harness = Harness::new();
    let shard = harness.start_ready("a").await;
    harness.write(&shard, vec![index("x", "one")]).await;
    drop(shard);
    let again = harness.start("a");
    assert_eq!(ids(&refresh(&again, Position(1)).await), ["x"]);
    assert_eq!(outcomes(&again, Position(1)).await, [outcome(Created, 1, 0)]);
}

#[tokio::test]
async fn damaged_files_are_made_anew_from_the_log() {
    for damage in [flip_a_bit, cut_short, remove, scribble_over_meta] {
        let mut harness = Harness::new();
        let shard = harness.start_ready("a").await;
        for n in 1..=3 {
            harness.write(&shard, vec![index(&format!("id{n}"), "one")]).await;
            refresh(&shard, Position(n)).await;
        }
        shard.stop(Stop::Finish).await;
        damage(&harness.path("a"));
        let again = harness.start("a");
        again.until(|state| *state == ShardState::Ready).await;
        assert_eq!(ids(&refresh(&again, Position(3)).await), ["id1", "id2", "id3"]);
    }
}

#[tokio::test]
async fn an_index_with_fewer_documents_than_its_commit_says_is_not_served() {
    let mut harness = Harness::new();
    let shard = harness.start_ready("a").await;
    harness
        .write(&shard, vec![index("x", "one"), index("y", "one")])
        .await;
    refresh(&shard, Position(1)).await;
    shard.stop(Stop::Finish).await;
    let meta = harness.path("a").join("meta.json");
    let text = std::fs::read_to_string(&meta).unwrap();
    let lying = text.replace(r#"\"documents\":2"#, r#"\"documents\":3"#);
    assert_ne!(text, lying);
    std::fs::write(&meta, lying).unwrap();
    let again = harness.start("a");
    again.until(|state| *state == ShardState::Ready).await;
    assert_eq!(ids(&refresh(&again, Position(1)).await), ["x", "y"]);
    assert_eq!(
        outcomes(&again, Position(1)).await[0],
        outcome(Created, 1, 0),
        "applied from the start"
    );
}

#[tokio::test]
async fn a_damaged_batch_stops_the_shard() {
    let mut harness = Harness::new();
    let shard = harness.start_ready("a").await;
    harness.write(&shard, vec![index("x", "one")]).await;
    let second = harness.append(vec![index("y", "one")]).await;
    flip_last_bit(&harness.batch_file(second));
    shard.hint(second);
    shard.until(|state| matches!(state, ShardState::Failed(_))).await;
    let refused = shard.committed(Position(0), soon()).await;
    let Err(Unreached::Failed(reason)) = refused else {
        panic!("served although its log is damaged");
    };
    assert!(reason.contains("damaged at position 2"), "{reason}");
    assert_eq!(shard.progress().applied, Position(1));
}

#[tokio::test]
async fn a_full_disk_loses_nothing_and_is_left_behind() {
    for fail in [
        (|faults: &Faults| faults.files.store(true, Ordering::SeqCst)) as fn(&Faults),
        |faults| faults.meta.store(true, Ordering::SeqCst),
    ] {
        let mut harness = Harness::new();
        let faults = Arc::new(Faults::default());
        let shard = harness.start_with("a", faults.opener());
        harness
            .write(&shard, vec![index("x", "one"), index("y", "one")])
            .await;
        refresh(&shard, Position(1)).await;
        fail(&faults);
        let second = harness
            .append(vec![index("x", "two"), delete("y"), index("z", "one")])
            .await;
        shard.hint(second);
        shard.request_commit(second);
        faults.refusal().await;
        assert_eq!(
            shard.view().unwrap().documents(),
            2,
            "the last commit is still served"
        );
        faults.heal();
        let documents = refresh(&shard, second).await;
        assert_eq!(ids(&documents), ["x", "z"]);
        assert_eq!((documents[0].version, documents[0].seq_no), (2, 2));
        assert_eq!(documents[0].source, r#"{"title":"two"}"#);
        let third = harness.append(vec![index("z", "two")]).await;
        assert_eq!(outcomes(&shard, third).await, [outcome(Updated, 2, 5)]);
    }
}

fn segment_file(folder: &Path, extension: &str) -> std::path::PathBuf {
    let files = std::fs::read_dir(folder).unwrap();
    let mut paths = files.map(|file| file.unwrap().path());
    paths
        .find(|path| path.extension().is_some_and(|found| found == extension))
        .unwrap()
}

fn flip_last_bit(path: &Path) {
    let mut bytes = std::fs::read(path).unwrap();
    *bytes.last_mut().unwrap() ^= 1;
    std::fs::write(path, bytes).unwrap();
}

fn flip_a_bit(folder: &Path) {
    let path = segment_file(folder, "store");
    let mut bytes = std::fs::read(&path).unwrap();
    bytes[3] ^= 1;
    std::fs::write(path, bytes).unwrap();
}

fn cut_short(folder: &Path) {
    let path = segment_file(folder, "term");
    let bytes = std::fs::read(&path).unwrap();
    std::fs::write(path, &bytes[..bytes.len() / 2]).unwrap();
}

fn remove(folder: &Path) {
    std::fs::remove_file(segment_file(folder, "idx")).unwrap();
}

fn scribble_over_meta(folder: &Path) {
    std::fs::write(folder.join("meta.json"), "{").unwrap();
}
