//! Tied searches over a pool whose one thread is busy.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc as threads;

use shared::deadline::Deadline;
use shared::wire::AttemptKind;
use tokio::task::JoinHandle;

use super::*;
use crate::pool::{Pool, Watch};

fn far() -> Deadline {
    Deadline::after(Instant::now(), Duration::from_hours(1))
}

fn tie(id: u128) -> Tie {
    Tie {
        id: Uuid::from_u128(id),
        twin: "http://127.0.0.1:1".to_owned(),
    }
}

/// A pool of one thread, which is busy until the sender is dropped.
async fn busy() -> (Arc<Pool>, threads::Sender<()>) {
    let pool = Arc::new(Pool::new(1, 4).unwrap());
    let (release, released) = threads::channel::<()>();
    let (begun, begins) = oneshot::channel();
    let job = move |_: &Watch| {
        begun.send(()).unwrap();
        // An error is the release.
        let _ = released.recv();
    };
    let busy = Arc::clone(&pool);
    tokio::spawn(async move { busy.run(far(), AttemptKind::Primary, job).await });
    begins.await.unwrap();
    (pool, release)
}

/// A tied search on its way through the pool; the flag is raised if it is executed.
fn search(
    twins: &Arc<Twins>,
    pool: &Arc<Pool>,
    tie: &Tie,
) -> (JoinHandle<Result<(), LeafError>>, Arc<AtomicBool>) {
    let tied = twins.arrive(Some(tie), Instant::now()).unwrap().unwrap();
    let (start, pool) = (tied.start(), Arc::clone(pool));
    let executed = Arc::new(AtomicBool::new(false));
    let flag = Arc::clone(&executed);
    let job = move |_: &Watch| {
        start.begin(true)?;
        flag.store(true, Ordering::SeqCst);
        Ok(())
    };
    let work = async move { pool.run(far(), AttemptKind::Tied, job).await?.value };
    let searching = tokio::spawn(async move { tied.unless_it_yields(work).await });
    (searching, executed)
}

async fn until_queued(pool: &Pool, jobs: u32) {
    while pool.load().queued != jobs {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn a_queued_search_yields_at_once_and_is_never_executed() {
    let (pool, release) = busy().await;
    let (twins, mut outbox) = Twins::new(Arc::default()).unwrap();
    let (yields, executed) = search(&twins, &pool, &tie(1));
    let (stays, _) = search(&twins, &pool, &tie(2));
    until_queued(&pool, 2).await;
    twins.notice(tie(1).id, Instant::now());
    assert_eq!(yields.await.unwrap(), Err(LeafError::Yielded));
    assert_eq!(pool.load().queued, 1, "its place is free");
    drop(release);
    assert_eq!(stays.await.unwrap(), Ok(()), "others are executed");
    assert!(!executed.load(Ordering::SeqCst));
    let told = outbox.beginnings.recv().await.unwrap();
    assert_eq!((told.tie, told.twin), (tie(2).id, tie(2).twin));
    assert!(outbox.beginnings.try_recv().is_err(), "nobody else is told");
}

#[tokio::test]
async fn a_search_that_has_begun_goes_on_and_leaves_nothing_behind() {
    let pool = Arc::new(Pool::new(1, 4).unwrap());
    let (twins, _outbox) = Twins::new(Arc::default()).unwrap();
    let tied = twins.arrive(Some(&tie(1)), Instant::now()).unwrap().unwrap();
    let (start, board) = (tied.start(), Arc::clone(&twins));
    let job = move |_: &Watch| {
        start.begin(true)?;
        board.notice(tie(1).id, Instant::now());
        Ok(())
    };
    let work = async { pool.run(far(), AttemptKind::Tied, job).await?.value };
    assert_eq!(tied.unless_it_yields(work).await, Ok(()));
    assert!(twins.arrive(Some(&tie(1)), Instant::now()).unwrap().is_some());
}

#[tokio::test]
async fn a_search_whose_caller_has_gone_is_forgotten_and_tells_nobody() {
    let (pool, release) = busy().await;
    let (twins, mut outbox) = Twins::new(Arc::default()).unwrap();
    let (gone, executed) = search(&twins, &pool, &tie(1));
    until_queued(&pool, 1).await;
    gone.abort();
    assert!(gone.await.unwrap_err().is_cancelled());
    let (again, _) = search(&twins, &pool, &tie(1));
    until_queued(&pool, 1).await;
    twins.notice(tie(1).id, Instant::now());
    assert_eq!(again.await.unwrap(), Err(LeafError::Yielded));
    drop(release);
    assert!(!executed.load(Ordering::SeqCst));
    assert!(outbox.beginnings.try_recv().is_err());
}

#[tokio::test]
async fn a_search_without_all_of_its_shards_leaves_its_twin_alone() {
    let (twins, mut outbox) = Twins::new(Arc::default()).unwrap();
    let tied = twins.arrive(Some(&tie(1)), Instant::now()).unwrap().unwrap();
    tied.start().begin(false).unwrap();
    assert!(outbox.beginnings.try_recv().is_err());
}

#[tokio::test]
async fn notices_that_nobody_sends_do_not_pile_up() {
    let (twins, outbox) = Twins::new(Arc::default()).unwrap();
    for id in 0..=NOTICES_MAX as u128 {
        let tied = twins.arrive(Some(&tie(id)), Instant::now()).unwrap().unwrap();
        tied.start().begin(true).unwrap();
    }
    assert_eq!(outbox.beginnings.len(), NOTICES_MAX);
}

#[tokio::test]
async fn a_search_without_a_tie_is_none_and_a_long_url_is_refused() {
    let (twins, _outbox) = Twins::new(Arc::default()).unwrap();
    assert!(twins.arrive(None, Instant::now()).unwrap().is_none());
    let mut long = tie(1);
    long.twin = "x".repeat(TWIN_BYTES_MAX + 1);
    let refused = twins.arrive(Some(&long), Instant::now()).map(drop);
    assert!(matches!(refused, Err(LeafError::BadRequest(_))));
}
