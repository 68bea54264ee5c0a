//! The face of `gleaner up`: how it starts, stops, keeps its processes alive, and finds its data again.

use std::fs;
use std::process::{Command, Stdio};
use std::time::Duration;

use rustix::process::Signal;
use serde_json::json;
use tokio::time::timeout;

use crate::harness::{Cluster, Folder, Found, Member, Process, Shape, alone, eventually, program};

const SHAPE: Shape = Shape {
    leaves: 2,
    replicas: 2,
};

#[tokio::test]
async fn the_first_line_names_every_process_and_each_listens() {
    let folder = Folder::new("first-line");
    let cluster = Cluster::start(&folder, SHAPE).await;

    let [Member::Root { url, .. }, leaves @ ..] = cluster.members() else {
        panic!("the root comes first: {:?}", cluster.members());
    };
    assert_eq!(url, cluster.url());
    let places: Vec<(u32, u32)> = leaves
        .iter()
        .map(|member| match member {
            Member::Leaf { leaf, replica, .. } => (*leaf, *replica),
            Member::Root { .. } => panic!("there is one root"),
        })
        .collect();
    assert_eq!(places, [(0, 0), (0, 1), (1, 0), (1, 1)]);

    let named: Vec<u32> = cluster.members().iter().map(Member::pid).collect();
    let mut sorted = named.clone();
    sorted.sort_unstable();
    let running: Vec<u32> = cluster.processes().iter().map(|process| process.pid).collect();
    assert_eq!(sorted, running, "the line names exactly the processes that run");
    for member in cluster.members() {
        let host = member.url().strip_prefix("http://").expect("URLs are HTTP");
        tokio::net::TcpStream::connect(host)
            .await
            .expect("every member listens where the line says");
    }
}

#[tokio::test]
async fn sigint_and_sigterm_stop_everything_and_the_next_start_finds_everything() {
    let folder = Folder::new("stop-and-start");
    let cluster = Cluster::start(&folder, SHAPE).await;
    let api = cluster.api();
    let mapping = json!({"mappings": {"properties": {"title": {"type": "text", "analyzer": "english"}}}});
    api.put("/books", &mapping).await.ok();
    for (id, title) in [
        ("1", "Whales"),
        ("2", "Ships"),
        ("3", "Storms"),
        ("4", "Harbours"),
    ] {
        api.put(
            &format!("/books/_doc/{id}"),
            &json!({"title": title, "pages": 100}),
        )
        .await
        .expect(201);
    }
    api.put("/books/_doc/2?refresh=true", &json!({"title": "Ships at sea"}))
        .await
        .expect(200);
    // These two are acknowledged and not refreshed: only the log has them when the processes stop.
    api.delete("/books/_doc/3").await.expect(200);
    api.put("/books/_doc/4", &json!({"title": "Harbours of the north"}))
        .await
        .expect(200);
    let mapped = api.get("/books/_mapping").await.ok();
    cluster.end(Signal::TERM).await;

    for signal in [Signal::INT, Signal::TERM] {
        let cluster = Cluster::start(&folder, SHAPE).await;
        let api = cluster.api();
        assert_eq!(
            api.get("/books/_mapping").await.ok(),
            mapped,
            "fields added by documents stay too"
        );
        let second = api.get("/books/_doc/2").await.ok();
        assert_eq!(
            (&second["_version"], &second["_source"]["title"]),
            (&json!(2), &json!("Ships at sea"))
        );
        api.get("/books/_doc/3").await.expect(404);
        api.refresh("books").await;
        let found = api
            .search(
                "books",
                &json!({"query": {"match": {"title": "whale ship harbour"}}}),
            )
            .await;
        assert_eq!(
            found.sorted_ids(),
            ["1", "2", "4"],
            "the analyzer is still the one of the mapping"
        );
        cluster.end(signal).await;
    }
}

#[tokio::test]
async fn processes_end_with_a_supervisor_that_is_killed() {
    let folder = Folder::new("killed-supervisor");
    let cluster = Cluster::start(&folder, SHAPE).await;
    assert_eq!(cluster.processes().len(), SHAPE.members());
    cluster.end(Signal::KILL).await;
}

#[tokio::test]
async fn a_process_that_dies_is_started_again_and_said_so() {
    let folder = Folder::new("started-again");
    let cluster = Cluster::start(&folder, SHAPE).await;
    let api = cluster.api();
    for id in 0..20 {
        api.put(&format!("/books/_doc/{id}"), &json!({"n": id}))
            .await
            .expect(201);
    }
    let root = Process::of(cluster.members()[0].pid()).expect("the root runs");
    for (victim, name) in [(cluster.replica(1, 0), "leaf 1 replica 0"), (root, "root")] {
        victim.signal(Signal::KILL);
        eventually("the process is started again", async || {
            let now = cluster.processes();
            !now.contains(&victim) && now.len() == SHAPE.members()
        })
        .await;
        eventually("the log says so", async || {
            let log = fs::read_to_string(folder.log()).unwrap_or_default();
            log.lines()
                .any(|line| line.contains(name) && line.contains("back"))
        })
        .await;
    }
    // The root listens at the same address as before.
    eventually("every replica serves again", async || {
        let health = api.try_get("/_cluster/health").await;
        health.is_ok_and(|answer| answer.json()["status"] == "green")
    })
    .await;
    api.refresh("books").await;
    let found = Found::new(api.get("/books/_search?size=100").await.ok());
    found.assert_complete();
    assert_eq!(found.total(), 20);
}

#[tokio::test]
async fn a_folder_serves_one_cluster_at_a_time_and_bad_flags_are_named() {
    let folder = Folder::new("refusals");
    let cluster = Cluster::start(
        &folder,
        Shape {
            leaves: 1,
            replicas: 1,
        },
    )
    .await;
    let data = folder.data();
    let data = data.to_str().expect("the path is text");
    for (flags, said) in [
        (["--data", data, "--listen", "127.0.0.1:0"], data),
        (
            [
                "--data",
                "unused",
                "--listen",
                cluster.url().trim_start_matches("http://"),
            ],
            "--listen",
        ),
        (["--data", "unused", "--leaves", "0"], "--leaves"),
        (["--data", "unused", "--listen", "nowhere"], "--listen"),
    ] {
        let refused = refused(&flags).await;
        assert!(refused.contains(said), "{flags:?}: {refused}");
        assert!(!refused.contains("panicked"), "{flags:?}: {refused}");
    }
    cluster.api().get("/").await.ok();
}

/// What `gleaner up` says when it does not start.
async fn refused(flags: &[&str]) -> String {
    let mut up = tokio::process::Command::from(Command::new(program()));
    up.arg("up").args(flags).stdin(Stdio::null()).kill_on_drop(true);
    // Should it start after all, it makes its data where nobody minds.
    up.current_dir(env!("CARGO_TARGET_TMPDIR"));
    let output = timeout(Duration::from_mins(1), up.output());
    let output = output
        .await
        .expect("it ends by itself")
        .expect("the program can be run");
    assert!(!output.status.success(), "{flags:?} was accepted");
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[tokio::test]
async fn the_demo_ends_well_when_every_answer_was_complete() {
    let Some(arxiv) = datasets::locate::require("arxiv") else {
        return;
    };
    let _turn = alone().await;
    let folder = Folder::new("demo");
    let demo = tokio::process::Command::new(program())
        .args([
            "demo",
            "--exit",
            "--listen",
            "127.0.0.1:0",
            "--leaves",
            "2",
            "--corpus",
        ])
        .arg(arxiv.join("arxiv-1k.ndjson.zst"))
        .arg("--data")
        .arg(folder.data())
        .stdin(Stdio::null())
        .kill_on_drop(true)
        .output();
    let ended = timeout(Duration::from_mins(2), demo)
        .await
        .expect("the demo ends")
        .expect("it starts");
    let said = String::from_utf8_lossy(&ended.stdout);
    assert!(
        ended.status.success(),
        "{said}\n{}",
        String::from_utf8_lossy(&ended.stderr)
    );
    assert!(
        said.contains("1,000 documents") && said.contains("same ranking"),
        "{said}"
    );
}
