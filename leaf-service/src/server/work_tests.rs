//! Work that is taken back is counted by how far it had come.

use std::time::Duration;

use tokio::sync::oneshot;

use super::*;
use crate::metrics::Levels;

fn far() -> Deadline {
    Deadline::after(Instant::now(), Duration::from_hours(1))
}

#[tokio::test]
async fn work_is_counted_where_it_was_taken_back() {
    let pool = Arc::new(Pool::new(1, 4).unwrap());
    let metrics = Arc::<LeafMetrics>::default();
    let spawn = |job: Box<dyn FnOnce(&Watch) + Send>| {
        let (pool, metrics) = (Arc::clone(&pool), Arc::clone(&metrics));
        tokio::spawn(async move {
            let to = (&*pool, &metrics);
            measured(to, Call::Search, far(), AttemptKind::Primary, job).await
        })
    };
    let (begun, begins) = oneshot::channel();
    let (stopped, stops) = oneshot::channel();
    let deadline = far();
    let running = spawn(Box::new(move |watch| {
        begun.send(()).unwrap();
        while !deadline.expired(watch.now()) {
            std::thread::yield_now();
        }
        stopped.send(()).unwrap();
    }));
    begins.await.unwrap();
    let queued = spawn(Box::new(|_| panic!("it is never executed")));
    while pool.load().queued == 0 {
        tokio::task::yield_now().await;
    }
    for task in [queued, running] {
        task.abort();
        assert!(task.await.unwrap_err().is_cancelled());
    }
    stops.await.unwrap();
    let last = spawn(Box::new(|_| ()));
    assert!(last.await.unwrap().is_ok());
    let text = metrics.text(&Levels::default());
    for series in [
        r#"cancelled_total{stage="queued"} 1"#,
        r#"cancelled_total{stage="running"} 1"#,
        r#"queue_seconds_count{call="search"} 2"#,
        r#"execution_seconds_count{call="search"} 2"#,
    ] {
        assert!(text.contains(series), "{series} is not in {text}");
    }
}
