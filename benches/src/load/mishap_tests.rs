//! Runs in which something else than the service goes wrong: its metrics, the generator itself, and what it is to send.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::Duration;

use parking_lot::Mutex;
use tokio::sync::{mpsc, watch};
use tokio::time::Instant;

use super::scripted::{Asked, Reply, Scripted, complete};
use super::tests::{MS, plan, searches};
use super::*;
use crate::measured::Arrivals;

#[tokio::test]
async fn a_root_that_fails_to_answer_at_first_and_at_last_is_watched_all_the_same() {
    let service = Scripted::start({
        let scrapes = Mutex::new(0);
        move |asked: Asked| {
            let reply = if asked.head.starts_with("GET /metrics") {
                let mut scrape = scrapes.lock();
                *scrape += 1;
                let name = "gleaner_root_attempts_total{kind=\"hedge\",outcome=\"won\"}";
                // The first one, and all from the fourth on: two reads of the watch are left.
                if (2..=3).contains(&*scrape) {
                    Reply::Answer(200, format!("{name} {}\n", *scrape * 10))
                } else {
                    Reply::Answer(503, String::new())
                }
            } else {
                complete()
            };
            async { reply }
        }
    })
    .await;
    let plan = LoadPlan {
        warmup: 100 * MS,
        ..plan(&service, Arrivals::Constant { per_second: 50.0 }, 1_500 * MS)
    };
    let report = run(plan, searches(), None).await.unwrap();
    assert_eq!(report.root.map(|counts| counts.hedges), Some(10));
}

#[tokio::test]
async fn what_the_generator_comes_to_too_late_is_no_fault_of_the_service() {
    let service = Scripted::start(async |_| complete()).await;
    let plan = LoadPlan {
        timeout: 50 * MS,
        ..plan(&service, Arrivals::Constant { per_second: 100.0 }, 200 * MS)
    };
    let target = Arc::new(target::Target::find(&plan).await.unwrap());
    let shared = Arc::new(worker::Shared {
        sending: AtomicUsize::new(plan.threads),
        collector: Mutex::new(collector::Collector::new(
            plan.warmup,
            plan.duration,
            plan.timeout,
        )),
        plan,
        requests: searches(),
        target,
        // This thread was asleep for as long.
        start: Instant::now() - 5_000 * MS,
        due: AtomicU64::new(0),
        under_way: AtomicU64::new(0),
    });
    let (sender, mut alive) = mpsc::channel(1);
    let (_stop, stopped) = watch::channel(false);
    let thread = worker::spawn(shared.clone(), 0, stopped, sender).unwrap();
    assert_eq!(alive.recv().await, None, "it ends");
    thread.join().unwrap().unwrap();
    let nothing = collector::Collector::new(Duration::ZERO, Duration::ZERO, Duration::ZERO);
    let collector = std::mem::replace(&mut *shared.collector.lock(), nothing);
    assert_eq!((collector.too_late, collector.not_sent), (20, 20));
    let (reads, _, late, _) = collector.finish();
    assert_eq!((reads.due, reads.outcomes.timed_out), (20, 20));
    assert!(late.quantile_ms(0.0) > 4_000.0, "{late:?}");
    assert!(
        reads
            .reasons
            .keys()
            .all(|reason| reason.contains("the generator was behind"))
    );
    assert_eq!(service.seen.borrow().requests, 0);
    assert_eq!(shared.sending.load(Ordering::Relaxed), 0);
}

#[tokio::test]
async fn an_id_that_fits_no_path_is_refused_by_name() {
    let service = Scripted::start(async |_| complete()).await;
    let documents = |id: String| [("short".to_owned(), "{}".to_owned()), (id, "{}".to_owned())];
    let plan = plan(&service, Arrivals::Constant { per_second: 50.0 }, 100 * MS);
    let long = format!("first words{}", "x".repeat(70_000));
    let requests = Arc::new(Requests::writes(&documents(long.clone()), 1).unwrap());
    let said = run(plan.clone(), requests, None).await.unwrap_err().to_string();
    assert!(said.contains("first words") && said.len() < 300, "{said}");
    let bulk = Arc::new(Requests::writes(&documents(long), 2).unwrap());
    assert_eq!(run(plan, bulk, None).await.unwrap().writes.due, 5);
}
