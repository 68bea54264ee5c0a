//! The supervisor with small shell programs as its processes.

use std::path::Path;

use super::super::events;
use super::*;

/// A process that says it is ready and then does `rest`. It ends with its standard input, as a real one does.
fn script(folder: &Path, rest: &str) -> ProcessPlan {
    let program = format!(r#"echo '{{"ready":true,"url":"http://127.0.0.1:1"}}'; {rest}"#);
    ProcessPlan {
        name: MemberName::Leaf { leaf: 0, replica: 0 },
        program: "/bin/sh".into(),
        arguments: vec!["-c".into(), program.into()],
        listen: ([127, 0, 0, 1], 0).into(),
        log: folder.join("leaf-0-0.log"),
    }
}

#[tokio::test]
async fn a_process_that_is_killed_is_started_again_and_said_so() {
    let folder = tempfile::tempdir().unwrap();
    let (sender, mut events) = events();
    let process = Supervised::start(script(folder.path(), "exec cat"), sender).unwrap();
    process.first_ready().await.unwrap();
    let first = process.member();
    assert_eq!(first.url, "http://127.0.0.1:1");

    process.signal(Signal::KILL);
    process.ready_in_life(2).await;
    assert_ne!(process.member().pid, first.pid);
    assert!(matches!(
        events.recv().await,
        Some(Event::Died { exit: Exit::Signal(9), again_in, .. }) if again_in == super::super::backoff::PAUSE_MIN
    ));
    assert!(matches!(events.recv().await, Some(Event::Back { .. })));

    process.stop().await;
    assert!(
        events.recv().await.is_none(),
        "a process that is told to stop does not come back"
    );
}

#[tokio::test]
async fn a_process_that_dies_before_it_is_ready_says_why() {
    let folder = tempfile::tempdir().unwrap();
    let mut plan = script(folder.path(), "");
    plan.arguments = vec!["-c".into(), "echo 'the disk is full' >&2; exit 3".into()];
    let (sender, _events) = events();
    let process = Supervised::start(plan, sender).unwrap();
    let error = process.first_ready().await.unwrap_err().to_string();
    assert!(error.contains("ended with exit code 3"), "{error}");
    assert!(error.contains("the disk is full"), "{error}");
}

#[tokio::test]
async fn a_process_that_says_something_else_first_is_not_waited_for() {
    let folder = tempfile::tempdir().unwrap();
    let mut plan = script(folder.path(), "");
    plan.arguments = vec!["-c".into(), "echo hello; exec cat".into()];
    let (sender, _events) = events();
    let process = Supervised::start(plan, sender).unwrap();
    let error = process.first_ready().await.unwrap_err().to_string();
    assert!(error.contains("was killed"), "{error}");
}

#[tokio::test]
async fn a_process_that_was_paused_is_stopped_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let (sender, _events) = events();
    let process = Supervised::start(script(folder.path(), "exec cat"), sender).unwrap();
    process.first_ready().await.unwrap();
    process.signal(Signal::STOP);
    let asked = Instant::now();
    process.stop().await;
    // The signal that cannot be refused comes after ten seconds: it was not needed.
    assert!(asked.elapsed() < Duration::from_secs(8));
}

#[tokio::test]
async fn a_program_that_does_not_exist_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let mut plan = script(folder.path(), "");
    plan.program = folder.path().join("nothing");
    let (sender, _events) = events();
    assert!(matches!(
        Supervised::start(plan, sender),
        Err(ClusterError::Spawn { .. })
    ));
}
