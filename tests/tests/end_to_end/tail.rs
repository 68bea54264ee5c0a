//! The tail on real processes: under constant load one replica becomes slow, hangs and dies, and every answer is whole,
//! right, and not bought with more extra requests than the budget allows.
//!
//! How fast the answers are is a matter for the benchmark (`make bench ARGS=tail`).

mod corpus;
mod load;
mod victim;

use std::time::Duration;

use rustix::process::Signal;

use crate::harness::{Api, Cluster, Folder, Shape, alone, eventually};
use corpus::Corpus;
use load::Load;
use victim::Victim;

const INDEX: &str = "papers";
/// What a debug build on two cores answers without a queue.
const PER_SECOND: u32 = 50;
/// How long each misfortune lasts. This paces the load: nothing is waited for by it.
const PHASE: Duration = Duration::from_secs(3);

#[tokio::test]
async fn answers_stay_whole_and_within_the_budget_while_a_replica_is_slow_hangs_and_dies() {
    let Some(corpus) = Corpus::read(4_000) else { return };
    let _alone = alone().await;
    let shape = Shape {
        leaves: 4,
        replicas: 2,
    };
    let folder = Folder::new("tail");
    let cluster = Cluster::start_with(&folder, shape, &["--faults"]).await;
    let api = cluster.api();
    corpus.load(&api, shape).await;
    let mut load = Load::new(api.clone(), &corpus.searches, PER_SECOND).await;
    load.run("while all is well", PHASE).await;

    // One replica has it all, and the root learns to avoid it.
    let victim = Victim::in_use(&cluster, 1).await;
    victim.slow().await;
    let mut helped = load.run("while a replica is slow", PHASE).await;
    victim.hang().await;
    helped += load.run("while it hangs", PHASE).await;
    victim.die(&cluster);
    helped += load.run("while it is dead", PHASE).await;
    come_back(&cluster, &api, shape).await;

    // Two others, which the root has no reason to avoid.
    let victim = Victim::in_use(&cluster, 2).await;
    victim.hang().await;
    helped += load.run("while a replica in use hangs", PHASE).await;
    victim.heal().await;
    come_back(&cluster, &api, shape).await;
    let victim = Victim::in_use(&cluster, 3).await;
    victim.die(&cluster);
    helped += load.run("while a replica in use is dead", PHASE).await;
    assert!(helped > 0, "nobody needed help: nothing was wrong");

    come_back(&cluster, &api, shape).await;
    load.run_all_again("after all are back").await;
}

#[tokio::test]
async fn answers_stay_whole_while_a_replica_of_tied_requests_hangs() {
    let Some(corpus) = Corpus::read(1_000) else { return };
    let _alone = alone().await;
    let shape = Shape {
        leaves: 2,
        replicas: 2,
    };
    let folder = Folder::new("tail-tied");
    // Without a stagger, so that no answer is faster than the twin.
    let flags = ["--faults", "--hedge", "tied", "--tied-stagger", "0ms"];
    let cluster = Cluster::start_with(&folder, shape, &flags).await;
    let api = cluster.api();
    corpus.load(&api, shape).await;
    let mut load = Load::new(api, &corpus.searches, PER_SECOND).await;
    load.run("while all is well", PHASE / 2).await;
    Victim::in_use(&cluster, 1).await.hang().await;
    load.run("while a replica hangs", PHASE / 2).await;
    assert!(load.tied() > 0, "no requests were tied");
}

/// Lets the supervisor start what is dead, and waits until no process and no shard is missing.
async fn come_back(cluster: &Cluster, api: &Api, shape: Shape) {
    cluster.supervisor().signal(Signal::CONT);
    eventually("every replica serves again", async || {
        cluster.processes().len() == shape.members()
            && api
                .try_get("/_cluster/health")
                .await
                .is_ok_and(|answer| answer.json()["status"] == "green")
    })
    .await;
}
