//! Two roots over the same leaves and store: neither knows of the other, and put-if-absent decides between them.

use std::process::Stdio;
use std::time::Duration;

use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, Command};
use tokio::time::timeout;

use crate::harness::{Api, Cluster, Folder, Member, Shape, program};

const SHAPE: Shape = Shape {
    leaves: 2,
    replicas: 2,
};
/// Documents that each root writes; half of the ids are written through both.
const DOCUMENTS: u32 = 400;

#[tokio::test]
async fn two_roots_write_one_log_and_answer_alike() {
    let folder = Folder::new("two-roots");
    let cluster = Cluster::start(&folder, SHAPE).await;
    let (_second, url) = second_root(&cluster, &folder).await;
    let (first, second) = (cluster.api(), Api::new(&url));

    // Each root finds a field of its own in its documents, and the index is there for neither when they begin.
    tokio::join!(write(&first, 0, "left"), write(&second, DOCUMENTS / 2, "right"));
    first.refresh("both").await;
    second.refresh("both").await;

    let mapping = first.get("/both/_mapping").await.ok();
    assert_eq!(mapping, second.get("/both/_mapping").await.ok());
    let properties = &mapping["both"]["mappings"]["properties"];
    assert!(
        properties["left"].is_object() && properties["right"].is_object(),
        "{mapping}"
    );
    let everything =
        json!({"query": {"match_all": {}}, "size": 1000, "track_total_hits": true, "version": true});
    let (seen, too) = (
        first.search("both", &everything).await,
        second.search("both", &everything).await,
    );
    seen.assert_complete();
    assert_eq!(seen.total(), u64::from(DOCUMENTS + DOCUMENTS / 2));
    assert_eq!(
        seen.hits(),
        too.hits(),
        "ids, versions and sources are the same through both"
    );
    for hit in seen.hits() {
        let id: u32 = hit["_id"]
            .as_str()
            .expect("ids are strings")
            .parse()
            .expect("ids are numbers");
        let twice = (DOCUMENTS / 2..DOCUMENTS).contains(&id);
        assert_eq!(hit["_version"], if twice { 2 } else { 1 }, "{hit}");
    }
}

async fn write(api: &Api, from: u32, field: &str) {
    for chunk in 0..8 {
        let ids = (0..DOCUMENTS / 8).map(|n| from + chunk * (DOCUMENTS / 8) + n);
        let mut lines = String::new();
        for id in ids {
            lines += &json!({"index": {"_id": id}}).to_string();
            lines.push('\n');
            lines += &json!({field: format!("word {id}")}).to_string();
            lines.push('\n');
        }
        let answer = api.bulk("/both/_bulk", lines).await.ok();
        assert_eq!(answer["errors"], false, "{answer}");
    }
}

/// A root beside the cluster's own, killed when dropped.
async fn second_root(cluster: &Cluster, folder: &Folder) -> (Child, String) {
    let mut command = Command::new(program());
    command
        .args(["root", "--listen", "127.0.0.1:0", "--json", "--store"])
        .arg(folder.data().join("store"));
    for leaf in 0..SHAPE.leaves {
        let urls: Vec<&str> = cluster
            .members()
            .iter()
            .filter(|member| matches!(member, Member::Leaf { leaf: of, .. } if *of == leaf))
            .map(Member::url)
            .collect();
        command.arg("--leaf").arg(format!("{leaf}={}", urls.join(",")));
    }
    let mut root = command
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .expect("the program starts");
    let stdout = root.stdout.take().expect("its output is piped");
    let line = timeout(
        Duration::from_secs(30),
        BufReader::new(stdout).lines().next_line(),
    )
    .await;
    let line = line
        .expect("a root is ready soon")
        .expect("its output can be read")
        .expect("it says so");
    let ready: Value = serde_json::from_str(&line).expect("the line is JSON");
    (
        root,
        ready["url"].as_str().expect("it names its address").to_owned(),
    )
}
