//! Runs against a service in this process that does what each test says.

use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;
use tokio::sync::watch;

use super::scripted::{Asked, Reply, Scripted, complete};
use super::*;
use crate::measured::Arrivals;

pub(super) const MS: Duration = Duration::from_millis(1);

pub(super) fn searches() -> Arc<Requests> {
    let bodies = (0..100).map(|nth| (format!("{{\"nth\":{nth}}}"), f64::from(nth)));
    Arc::new(Requests::searches(bodies).unwrap())
}

/// A plan without a warm-up.
pub(super) fn plan(service: &Scripted, arrivals: Arrivals, duration: Duration) -> LoadPlan {
    LoadPlan {
        warmup: Duration::ZERO,
        duration,
        ..LoadPlan::new(service.url(), "docs", arrivals)
    }
}

#[tokio::test]
async fn a_service_that_stalls_is_charged_for_all_who_were_due_meanwhile() {
    let (stalled, gate) = watch::channel(true);
    let service = Scripted::start(move |asked: Asked| {
        let mut gate = gate.clone();
        async move {
            if asked.nth >= 20 {
                gate.wait_for(|stalled| !stalled).await.unwrap();
            }
            complete()
        }
    })
    .await;
    let plan = LoadPlan {
        connections_max: 4,
        ..plan(&service, Arrivals::Constant { per_second: 200.0 }, 1_500 * MS)
    };
    let (snapshots, mut seen) = watch::channel(Snapshot::default());
    let until_many_wait = async {
        seen.wait_for(|snapshot| snapshot.under_way >= 100).await.unwrap();
        stalled.send_replace(false);
    };
    let (report, ()) = tokio::join!(run(plan, searches(), Some(snapshots)), until_many_wait);
    let report = report.unwrap();
    assert_eq!((report.reads.due, report.reads.outcomes.complete), (300, 300));
    // A client that waits for its answers would have seen four slow ones.
    let slow = |times: &crate::measured::Histogram| -> u64 {
        times
            .buckets()
            .filter(|(us, _)| *us > 200_000)
            .map(|(_, count)| count)
            .sum()
    };
    assert!(slow(&report.reads.latency) >= 60, "{:?}", report.reads.latency);
    assert!(slow(&report.reads.service) <= 4, "{:?}", report.reads.service);
    assert!(report.reads.latency.max_ms() >= 500.0);
    assert!(report.generator.waited >= 100);
    assert_eq!(
        report.late.count(),
        300,
        "waiting for a connection is no lateness of the generator"
    );
}

#[tokio::test]
async fn every_end_is_counted_as_what_it_is() {
    let partial = r#"{"_shards":{"failed":0},"coverage":{"documents":{"covered":1,"total":4}}}"#;
    let service = Scripted::start(move |asked: Asked| async move {
        match asked.nth % 6 {
            0 => complete(),
            1 => Reply::Answer(200, partial.to_owned()),
            2 => Reply::Answer(429, r#"{"error":{"type":"busy"}}"#.to_owned()),
            3 => Reply::Answer(500, String::new()),
            4 => Reply::Close,
            _ => std::future::pending().await,
        }
    })
    .await;
    let plan = LoadPlan {
        timeout: 50 * MS,
        ..plan(&service, Arrivals::Closed { clients: 1 }, Duration::from_mins(1))
    };
    let report = run_until(plan, searches(), None, service.after(18))
        .await
        .unwrap();
    let reads = &report.reads;
    let outcomes = reads.outcomes;
    for count in [
        outcomes.complete,
        outcomes.partial,
        outcomes.refused,
        outcomes.failed,
        outcomes.timed_out,
        outcomes.broken,
    ] {
        assert!((3..=4).contains(&count), "{outcomes:?}");
    }
    assert_eq!(reads.due, outcomes.all());
    assert_eq!(reads.latency.count(), outcomes.complete + outcomes.partial);
    assert!((reads.coverage - 0.625).abs() < 0.1, "{}", reads.coverage);
    let reasons: Vec<&str> = reads.reasons.keys().map(String::as_str).collect();
    assert_eq!(reads.reasons["429 busy"], outcomes.refused, "{reasons:?}");
    assert!(report.seconds < 60.0);
}

#[tokio::test]
async fn the_warm_up_is_sent_and_left_out() {
    let service = Scripted::start(async |_| complete()).await;
    let plan = LoadPlan {
        warmup: 300 * MS,
        threads: 3,
        ..plan(&service, Arrivals::Constant { per_second: 100.0 }, 500 * MS)
    };
    let report = run(plan, searches(), None).await.unwrap();
    assert_eq!(service.seen.borrow().requests, 80);
    assert_eq!((report.reads.due, report.reads.outcomes.complete), (50, 50));
    assert_eq!((report.late.count(), report.seconds), (50, 0.5));
    assert_eq!(
        report.timeline.iter().map(|second| second.complete).sum::<u64>(),
        50
    );
    assert_eq!(report.generator.threads, 3);
    assert_eq!(report.root, None);
}

#[tokio::test]
async fn a_closed_loop_has_as_many_under_way_as_it_has_clients() {
    let service = Scripted::start(async |_| complete()).await;
    let plan = LoadPlan {
        threads: 2,
        ..plan(&service, Arrivals::Closed { clients: 5 }, Duration::from_mins(1))
    };
    let report = run_until(plan, searches(), None, service.after(500))
        .await
        .unwrap();
    assert!(report.reads.due >= 500);
    assert_eq!(report.reads.outcomes.complete, report.reads.due);
    assert_eq!(report.generator.connections, 5);
}

#[tokio::test]
async fn connections_that_the_service_closes_cost_no_request() {
    let service = Scripted::start(async |_| {
        let Reply::Answer(status, body) = complete() else {
            unreachable!("it is an answer");
        };
        Reply::Last(status, body)
    })
    .await;
    let plan = plan(&service, Arrivals::Constant { per_second: 50.0 }, 400 * MS);
    let report = run(plan, searches(), None).await.unwrap();
    assert_eq!(
        (report.reads.due, report.reads.outcomes.complete),
        (20, 20),
        "{:?}",
        report.reads
    );
    assert_eq!(report.generator.connections, 20);
}

#[tokio::test]
async fn what_cannot_be_sent_is_not_forgotten() {
    let (stalled, gate) = watch::channel(true);
    let service = Scripted::start(move |_| {
        let mut gate = gate.clone();
        async move {
            gate.wait_for(|stalled| !stalled).await.unwrap();
            complete()
        }
    })
    .await;
    let plan = LoadPlan {
        under_way_max: 5,
        ..plan(&service, Arrivals::Constant { per_second: 100.0 }, 1_200 * MS)
    };
    let (snapshots, mut seen) = watch::channel(Snapshot::default());
    let a_second = async {
        let under_way = seen
            .wait_for(|seen| seen.outcomes.timed_out > 0)
            .await
            .unwrap()
            .under_way;
        stalled.send_replace(false);
        under_way
    };
    let (report, under_way) = tokio::join!(run(plan, searches(), Some(snapshots)), a_second);
    let report = report.unwrap();
    assert_eq!(under_way, 5);
    assert_eq!((report.reads.due, report.reads.outcomes.all()), (120, 120));
    assert!(report.generator.not_sent >= 80, "{:?}", report.generator);
    assert_eq!(report.generator.not_sent, report.reads.outcomes.timed_out);
}

#[tokio::test]
async fn the_same_seed_asks_two_services_the_same() {
    let mut asked = Vec::new();
    for _ in 0..2 {
        let bodies = Arc::new(Mutex::new(Vec::new()));
        let seen = bodies.clone();
        let service = Scripted::start(move |asked: Asked| {
            seen.lock().push(asked.body);
            async { complete() }
        })
        .await;
        let plan = plan(&service, Arrivals::Poisson { per_second: 200.0 }, 300 * MS);
        run(plan, searches(), None).await.unwrap();
        let mut bodies = std::mem::take(&mut *bodies.lock());
        // Two that are due at almost the same time may come over two connections in any order.
        bodies.sort_unstable();
        asked.push(bodies);
    }
    assert!(asked[0].len() > 20);
    assert_eq!(asked[0], asked[1]);
}

#[tokio::test]
async fn reads_and_writes_go_where_they_belong_with_their_headers() {
    let heads = Arc::new(Mutex::new(Vec::new()));
    let seen = heads.clone();
    let service = Scripted::start(move |asked: Asked| {
        seen.lock().push(asked.head.to_lowercase());
        async { complete() }
    })
    .await;
    let documents = [
        ("a b/c".to_owned(), "{}".to_owned()),
        ("d".to_owned(), "{}".to_owned()),
    ];
    let mixed = |bulk| {
        let searches = Requests::searches([("{}", 1.0)]).unwrap();
        Arc::new(searches.with_writes(0.5, &documents, bulk).unwrap())
    };
    for bulk in [1, 2] {
        let mut plan = plan(&service, Arrivals::Constant { per_second: 200.0 }, 200 * MS);
        plan.url += "/behind/a/proxy/";
        plan.headers
            .insert("authorization", "ApiKey abc".parse().unwrap());
        let report = run(plan, mixed(bulk), None).await.unwrap();
        assert_eq!(report.reads.due + report.writes.due, 40);
        assert_eq!(report.writes.outcomes.complete, report.writes.due);
        assert!(report.writes.due > 5 && report.reads.due > 5);
    }
    let heads = heads.lock();
    let starts = [
        "post /behind/a/proxy/docs/_search http/1.1",
        "put /behind/a/proxy/docs/_doc/a%20b%2fc http/1.1",
        "post /behind/a/proxy/docs/_bulk http/1.1",
    ];
    for start in starts {
        assert!(
            heads.iter().any(|head| head.starts_with(start)),
            "{start}: {heads:?}"
        );
    }
    assert!(
        heads
            .iter()
            .all(|head| head.contains("authorization: apikey abc"))
    );
}

#[tokio::test]
async fn a_run_that_is_dropped_stops_sending() {
    let service = Scripted::start(async |_| complete()).await;
    let plan = plan(
        &service,
        Arrivals::Constant { per_second: 500.0 },
        Duration::from_mins(10),
    );
    tokio::select! {
        report = run(plan, searches(), None) => panic!("it lasts ten minutes: {report:?}"),
        () = service.after(20) => {}
    }
    service
        .seen
        .clone()
        .wait_for(|seen| seen.open == 0)
        .await
        .unwrap();
}

#[tokio::test]
async fn a_root_tells_what_it_counted_since_the_warm_up() {
    let service = Scripted::start({
        let counts = Mutex::new(0);
        move |asked: Asked| {
            let reply = if asked.head.starts_with("GET /metrics") {
                let mut count = counts.lock();
                *count += 1;
                let name = "gleaner_root_attempts_total{kind=\"hedge\",outcome=\"won\"}";
                Reply::Answer(200, format!("{name} {}\n", *count * 10))
            } else {
                complete()
            };
            async { reply }
        }
    })
    .await;
    let plan = LoadPlan {
        warmup: 100 * MS,
        ..plan(&service, Arrivals::Constant { per_second: 50.0 }, 300 * MS)
    };
    let report = run(plan, searches(), None).await.unwrap();
    // Asked to see whether it is a root, at the end of the warm-up, and at the end.
    assert_eq!(report.root.map(|counts| counts.hedges), Some(10));
}

#[tokio::test]
async fn what_cannot_be_asked_is_refused_before_anything_is_sent() {
    let service = Scripted::start(async |_| complete()).await;
    let gone = Scripted::start(async |_| complete()).await.url();
    let arrivals = Arrivals::Constant { per_second: 1.0 };
    for (url, said) in [
        (service.url().replace("http", "ftp"), "begin with http://"),
        (service.url().replace("//", "//me:secret@"), "do not belong"),
        ("localhost:9200".to_owned(), "begin with http://"),
        ("nonsense".to_owned(), "no address"),
        (gone, "cannot connect"),
    ] {
        let plan = LoadPlan::new(url, "docs", arrivals);
        let error = run(plan, searches(), None).await.unwrap_err().to_string();
        assert!(error.contains(said) && !error.contains("secret"), "{error}");
    }
    assert_eq!(service.seen.borrow().requests, 0);
}
