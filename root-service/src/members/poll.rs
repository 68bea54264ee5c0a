//! Status polls: routing follows what replicas say, and a replica that says nothing is asked last.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::{Instant, MissedTickBehavior};

use super::{Members, Replica};
use crate::client::LeafClient;

/// How often a replica is asked.
const EVERY: Duration = Duration::from_millis(250);
/// A replica that has not answered for this long is taken to be out of reach.
const PATIENCE: Duration = Duration::from_millis(750);

/// Polls every replica, each in a task of its own, until the returned future is dropped.
pub async fn poll_forever(members: Arc<Members>, client: Arc<dyn LeafClient>) {
    let mut polls = tokio::task::JoinSet::new();
    for replica in members.replicas() {
        polls.spawn(poll_one(members.clone(), replica.clone(), client.clone()));
    }
    while polls.join_next().await.is_some() {}
}

async fn poll_one(members: Arc<Members>, replica: Arc<Replica>, client: Arc<dyn LeafClient>) {
    let mut ticks = tokio::time::interval(EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        let changed = match tokio::time::timeout(PATIENCE, client.status(&replica.endpoint)).await {
            Ok(Ok(status)) if status.leaf == replica.leaf => {
                if !replica.reachable() {
                    tracing::info!(replica = replica.name(), url = %replica.endpoint, "replica is reachable");
                }
                replica.heard(status, Instant::now())
            }
            Ok(Ok(status)) => {
                let serves = status.leaf.0;
                tracing::error!(
                    replica = replica.name(),
                    serves,
                    "the address belongs to another leaf"
                );
                replica.lost()
            }
            Ok(Err(error)) => lost(&replica, &error.to_string()),
            Err(_) => lost(&replica, "no answer to a status poll"),
        };
        if changed {
            members.touch();
        }
    }
}

fn lost(replica: &Replica, reason: &str) -> bool {
    let changed = replica.lost();
    if changed {
        tracing::warn!(replica = replica.name(), reason, "replica is out of reach");
    }
    changed
}
