//! Tests of the pool: jobs wait for each other on channels, never for time.

use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::mpsc;

use futures::future::join_all;
use tokio::task::JoinHandle;

use super::*;

/// A pool of one thread, which is busy until the sender is dropped.
struct Busy {
    pool: Arc<Pool>,
    release: mpsc::Sender<()>,
    first: JoinHandle<Result<Done<()>, LeafError>>,
}

fn far() -> Deadline {
    Deadline::after(Instant::now(), Duration::from_hours(1))
}

/// A clock that stands still but for what is added to it, in milliseconds.
fn hands() -> (Arc<AtomicU64>, Clock) {
    let hands = Arc::new(AtomicU64::new(0));
    let (start, read) = (Instant::now(), Arc::clone(&hands));
    let clock = move || start + Duration::from_millis(read.load(Ordering::SeqCst));
    (hands, Arc::new(clock))
}

async fn busy(queue_max: usize) -> Busy {
    busy_by(queue_max, Arc::new(Instant::now)).await
}

async fn busy_by(queue_max: usize, clock: Clock) -> Busy {
    again(Arc::new(Pool::with_clock(1, queue_max, clock).unwrap())).await
}

/// Keeps the one thread of a pool busy.
async fn again(pool: Arc<Pool>) -> Busy {
    let (release, released) = mpsc::channel::<()>();
    let (begun, begins) = oneshot::channel();
    let job = move |_: &Watch| {
        begun.send(()).unwrap();
        // An error is the release.
        let _ = released.recv();
    };
    let first = spawn(&pool, far(), AttemptKind::Primary, job);
    begins.await.unwrap();
    Busy { pool, release, first }
}

fn spawn<T: Send + 'static>(
    pool: &Arc<Pool>,
    deadline: Deadline,
    kind: AttemptKind,
    job: impl FnOnce(&Watch) -> T + Send + 'static,
) -> JoinHandle<Result<Done<T>, LeafError>> {
    let pool = Arc::clone(pool);
    tokio::spawn(async move { pool.run(deadline, kind, job).await })
}

/// Waits until that many jobs are in the queue.
async fn until_queued(pool: &Pool, jobs: u32) {
    while pool.load().queued != jobs {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn a_job_returns_its_value_and_its_times() {
    let pool = Pool::new(2, 4).unwrap();
    let done = pool.run(far(), AttemptKind::Primary, |_| 6 * 7).await.unwrap();
    assert_eq!(done.value, 42);
    assert_eq!(pool.load(), Load::default());
}

#[tokio::test]
async fn a_full_queue_sheds() {
    let busy = busy(2).await;
    let waiting = [(); 2].map(|()| spawn(&busy.pool, far(), AttemptKind::Primary, |_| ()));
    until_queued(&busy.pool, 2).await;
    assert_eq!(
        busy.pool.load(),
        Load {
            queued: 2,
            running: 1
        }
    );
    let refused = busy.pool.run(far(), AttemptKind::Primary, |_| ()).await;
    assert_eq!(refused.unwrap_err(), LeafError::Shed);
    drop(busy.release);
    for job in join_all(waiting).await {
        assert!(job.unwrap().is_ok());
    }
    assert!(busy.first.await.unwrap().is_ok());
}

#[tokio::test]
async fn a_job_that_would_wait_too_long_is_shed_at_once_unless_it_goes_first() {
    let (hands, clock) = hands();
    let start = clock();
    let busy = busy_by(8, clock).await;
    // The first job takes 10 ms, and so do the next ones as far as one can know.
    hands.store(10, Ordering::SeqCst);
    drop(busy.release);
    busy.first.await.unwrap().unwrap();
    let busy = again(busy.pool).await;
    let in_ms = |ms| Deadline::after(start, Duration::from_millis(ms));
    let waiting = [110, 120, 130].map(|ms| spawn(&busy.pool, in_ms(ms), AttemptKind::Primary, |_| ()));
    until_queued(&busy.pool, 3).await;
    // At 105 ms, a hedge has three jobs before it.
    hands.store(105, Ordering::SeqCst);
    let hedge = busy.pool.run(in_ms(134), AttemptKind::Hedge, |_| ()).await;
    assert_eq!(hedge.unwrap_err(), LeafError::Shed);
    let first = spawn(&busy.pool, in_ms(109), AttemptKind::Primary, |_| ());
    until_queued(&busy.pool, 4).await;
    drop(busy.release);
    for job in join_all(waiting.into_iter().chain([first])).await {
        assert!(job.unwrap().is_ok());
    }
}

#[tokio::test]
async fn those_who_have_gone_are_not_counted_as_waiting() {
    let (hands, clock) = hands();
    let soon = Deadline::after(clock(), Duration::from_millis(15));
    let busy = busy_by(8, clock).await;
    hands.store(10, Ordering::SeqCst);
    drop(busy.release);
    busy.first.await.unwrap().unwrap();
    let busy = again(busy.pool).await;
    let gone = spawn(&busy.pool, soon, AttemptKind::Primary, |_| ());
    until_queued(&busy.pool, 1).await;
    gone.abort();
    assert!(gone.await.unwrap_err().is_cancelled());
    assert_eq!(busy.pool.load().queued, 0);
    let next = spawn(&busy.pool, soon, AttemptKind::Primary, |_| "next");
    tokio::task::yield_now().await;
    drop(busy.release);
    assert_eq!(next.await.unwrap().unwrap().value, "next");
}

#[tokio::test]
async fn a_job_whose_caller_has_gone_is_never_begun_and_leaves_room() {
    let busy = busy(1).await;
    let begun = Arc::new(AtomicBool::new(false));
    let flag = Arc::clone(&begun);
    let gone = spawn(&busy.pool, far(), AttemptKind::Primary, move |_| {
        flag.store(true, Ordering::SeqCst);
    });
    until_queued(&busy.pool, 1).await;
    gone.abort();
    assert!(gone.await.unwrap_err().is_cancelled());
    let next = spawn(&busy.pool, far(), AttemptKind::Primary, |_| "next");
    tokio::task::yield_now().await;
    drop(busy.release);
    assert_eq!(next.await.unwrap().unwrap().value, "next");
    assert!(!begun.load(Ordering::SeqCst));
}

#[tokio::test]
async fn a_running_job_sees_that_its_caller_has_gone_as_a_deadline_that_has_passed() {
    let pool = Arc::new(Pool::new(1, 1).unwrap());
    let (begun, begins) = oneshot::channel();
    let (stopped, stops) = oneshot::channel();
    let deadline = far();
    let job = move |watch: &Watch| {
        begun.send(deadline.expired(watch.now())).unwrap();
        while !deadline.expired(watch.now()) {
            std::thread::yield_now();
        }
        stopped.send(()).unwrap();
    };
    let running = spawn(&pool, deadline, AttemptKind::Hedge, job);
    assert!(!begins.await.unwrap(), "it is not late while somebody waits");
    running.abort();
    assert!(running.await.unwrap_err().is_cancelled());
    stops.await.unwrap();
    assert!(pool.run(far(), AttemptKind::Primary, |_| ()).await.is_ok());
}

#[tokio::test]
async fn a_job_whose_deadline_passes_in_the_queue_is_never_begun() {
    let (hands, clock) = hands();
    let soon = Deadline::after(clock(), Duration::from_millis(10));
    let busy = busy_by(1, clock).await;
    let late = spawn(&busy.pool, soon, AttemptKind::Primary, |_| ());
    until_queued(&busy.pool, 1).await;
    hands.store(10, Ordering::SeqCst);
    drop(busy.release);
    assert_eq!(late.await.unwrap().unwrap_err(), LeafError::Expired);
    let passed = busy.pool.run(soon, AttemptKind::Primary, |_| ()).await;
    assert_eq!(passed.unwrap_err(), LeafError::Expired);
}

#[tokio::test]
async fn the_time_in_the_queue_is_told() {
    let (hands, clock) = hands();
    let busy = busy_by(1, clock).await;
    let waits = spawn(&busy.pool, far(), AttemptKind::Primary, |_| ());
    until_queued(&busy.pool, 1).await;
    hands.store(30, Ordering::SeqCst);
    drop(busy.release);
    let done = waits.await.unwrap().unwrap();
    assert_eq!(
        (done.queued, done.executed),
        (Duration::from_millis(30), Duration::ZERO)
    );
}

#[tokio::test]
async fn hedges_wait_for_the_others_and_early_deadlines_go_first() {
    let busy = busy(8).await;
    let order = Arc::new(Mutex::new(Vec::new()));
    let start = Instant::now();
    let jobs = [
        ("hedge", 100, AttemptKind::Hedge),
        ("late", 300, AttemptKind::Primary),
        ("early", 200, AttemptKind::Primary),
        ("retry", 250, AttemptKind::Retry),
    ];
    let mut waiting = Vec::new();
    for (name, seconds, kind) in jobs {
        let order = Arc::clone(&order);
        let deadline = Deadline::after(start, Duration::from_secs(seconds));
        waiting.push(spawn(&busy.pool, deadline, kind, move |_| {
            order.lock().push(name);
        }));
    }
    until_queued(&busy.pool, 4).await;
    drop(busy.release);
    for job in join_all(waiting).await {
        job.unwrap().unwrap();
    }
    assert_eq!(*order.lock(), ["early", "retry", "late", "hedge"]);
}

#[tokio::test]
async fn a_panic_is_an_answer_and_the_thread_goes_on() {
    let pool = Pool::new(1, 1).unwrap();
    let panicked = pool
        .run(far(), AttemptKind::Primary, |_| panic!("on purpose"))
        .await;
    let panicked: Result<Done<()>, LeafError> = panicked;
    assert!(matches!(panicked, Err(LeafError::Internal(_))));
    assert!(pool.run(far(), AttemptKind::Primary, |_| ()).await.is_ok());
    assert_eq!(pool.load(), Load::default());
}

#[tokio::test]
async fn shutting_down_finishes_the_queue_and_refuses_the_rest() {
    let busy = busy(4).await;
    let finished = Arc::new(AtomicUsize::new(0));
    let waiting = [(); 3].map(|()| {
        let finished = Arc::clone(&finished);
        spawn(&busy.pool, far(), AttemptKind::Primary, move |_| {
            finished.fetch_add(1, Ordering::SeqCst)
        })
    });
    until_queued(&busy.pool, 3).await;
    drop(busy.release);
    let pool = Arc::clone(&busy.pool);
    tokio::task::spawn_blocking(move || pool.shutdown())
        .await
        .unwrap();
    assert_eq!(finished.load(Ordering::SeqCst), 3);
    for job in join_all(waiting).await {
        assert!(job.unwrap().is_ok());
    }
    let refused = busy.pool.run(far(), AttemptKind::Primary, |_| ()).await;
    assert_eq!(refused.unwrap_err(), LeafError::Draining);
}
