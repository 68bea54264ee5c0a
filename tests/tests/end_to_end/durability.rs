//! What was acknowledged is there, exactly once, after a kill -9 of everything during a load.
//!
//! Each round loads through several connections, kills at a random instant, and starts again on the same data. A model
//! knows what every document may be by then: its last acknowledged state, or that of a write that was still on its way.

mod audit;
mod load;
mod model;

use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use rand::rngs::StdRng;
use rand::{Rng as _, RngExt as _};
use rustix::process::Signal;
use serde_json::json;

use crate::harness::{Api, Cluster, Folder, Shape, alone, eventually, seed};
use model::Model;

const SHAPE: Shape = Shape {
    leaves: 2,
    replicas: 2,
};
/// The index that is loaded.
const INDEX: &str = "ledger";
/// The latest instant of a kill, after the load has begun, in milliseconds.
const KILL_AFTER_MS_MAX: u32 = 600;

/// A misfortune.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Misfortune {
    /// Every process is killed, also the supervisor.
    Everything,
    /// Every process is killed but the supervisor, which starts them again.
    AllMembers,
    /// The root is killed.
    Root,
    /// Every process is killed, and what one replica had on disk is lost.
    OneDisk,
    /// Every process is killed, and what every replica had on disk is lost.
    EveryDisk,
}

/// One round each. The first ones are the worst that can happen to a machine, the last one to a cluster.
const ROUNDS: [Misfortune; 7] = [
    Misfortune::Everything,
    Misfortune::AllMembers,
    Misfortune::OneDisk,
    Misfortune::Root,
    Misfortune::Everything,
    Misfortune::AllMembers,
    Misfortune::EveryDisk,
];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn acknowledged_documents_survive_kill_9_of_everything() {
    let _alone = alone().await;
    let mut rng = shared::random::from_seed(seed());
    let folder = Folder::new("durability");
    let mut model = Model::new();
    let mut cluster = Cluster::start(&folder, SHAPE).await;
    let index =
        json!({"settings": {"number_of_shards": 3}, "mappings": {"properties": {"n": {"type": "long"}}}});
    cluster.api().put(&format!("/{INDEX}"), &index).await.ok();

    for (round, misfortune) in ROUNDS.into_iter().enumerate() {
        let loading = load::start(cluster.url(), &model, rng.next_u64());
        loading.begun().await;
        let instant = Duration::from_millis(u64::from(rng.random_range(0..KILL_AFTER_MS_MAX)));
        println!("round {round}: {misfortune:?} after {instant:?}");
        // Not a wait for something to happen: this is the random instant itself.
        tokio::time::sleep(instant).await;
        cluster = strike(misfortune, cluster, &folder, &mut rng).await;
        let written = loading.end().await;
        println!(
            "round {round}: {} operations acknowledged, {} unknown",
            written.acknowledged(),
            written.unknown()
        );
        model.wrote(written);
        audit::check(&cluster.api(), &mut model).await;
    }
}

/// Lets the misfortune happen; the cluster that comes back serves.
async fn strike(misfortune: Misfortune, cluster: Cluster, folder: &Folder, rng: &mut StdRng) -> Cluster {
    match misfortune {
        Misfortune::AllMembers | Misfortune::Root => {
            let mut victims = cluster.processes();
            if misfortune == Misfortune::Root {
                let root = cluster.members()[0].pid();
                victims.retain(|process| process.pid == root);
                // Killed before under this supervisor: it has another id by now, which nobody tells.
                assert_eq!(
                    victims.len(),
                    1,
                    "the root was killed before in this cluster's life"
                );
            }
            for victim in &victims {
                victim.signal(Signal::KILL);
            }
            eventually("the processes are started again", async || {
                let now = cluster.processes();
                now.len() == SHAPE.members() && !now.iter().any(|process| victims.contains(process))
            })
            .await;
            serves(&cluster.api()).await;
            cluster
        }
        Misfortune::Everything | Misfortune::OneDisk | Misfortune::EveryDisk => {
            cluster.kill().await;
            let disks = disks(folder);
            let lost = match misfortune {
                Misfortune::OneDisk => vec![disks[rng.random_range(0..disks.len())].clone()],
                Misfortune::EveryDisk => disks,
                _ => Vec::new(),
            };
            for disk in lost {
                fs::remove_dir_all(&disk).expect("nobody uses it any more");
            }
            Cluster::start(folder, SHAPE).await
        }
    }
}

/// What the replicas keep on disk.
fn disks(folder: &Folder) -> Vec<PathBuf> {
    let all = (0..SHAPE.leaves).flat_map(|leaf| (0..SHAPE.replicas).map(move |replica| (leaf, replica)));
    let disks: Vec<PathBuf> = all
        .map(|(leaf, replica)| folder.data().join(format!("leaf-{leaf}-{replica}")))
        .collect();
    assert!(
        disks.iter().all(|disk| disk.is_dir()),
        "the folders have other names: {disks:?}"
    );
    disks
}

async fn serves(api: &Api) {
    eventually("the cluster serves again", async || {
        api.try_get("/_cluster/health")
            .await
            .is_ok_and(|answer| answer.json()["status"] == "green")
    })
    .await;
}
