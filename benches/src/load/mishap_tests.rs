//! Runs in which something else than the service goes wrong: its metrics, the generator itself, and what it is to send.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

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
        plan,
        requests: searches(),
        target,
        // This thread was asleep for as long.
        start: Instant::now() - 5_000 * MS,
        due: AtomicU64::new(0),
        under_way: AtomicU64::new(0),
    });
    let (sender, mut reports) = mpsc::channel(8);
    let (_stop, stopped) = watch::channel(false);
    let thread = worker::spawn(shared.clone(), 0, stopped, sender).unwrap();
    let mut all = Vec::new();
    while let Some(ended) = reports.recv().await {
        all.extend(ended);
    }
    thread.join().unwrap().unwrap();
    assert_eq!(all.len(), 20);
    for ended in all {
        assert_eq!(ended.verdict.end, answer::End::TooLate);
        assert!(ended.begun.is_some_and(|begun| begun > 4_000 * MS), "{ended:?}");
        assert!(ended.verdict.reason.unwrap().contains("the generator was behind"));
    }
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
