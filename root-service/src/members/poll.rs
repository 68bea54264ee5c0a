//! Status polls: routing follows what replicas say, and a replica that says nothing is asked last.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::{Instant, MissedTickBehavior, interval_at};

use super::{Members, Replica};
use crate::client::LeafClient;

/// How often a replica is asked.
const EVERY: Duration = Duration::from_millis(250);
/// A replica that has not answered for this long is taken to be out of reach.
const PATIENCE: Duration = Duration::from_millis(750);

/// Polls every replica, each in a task of its own, until the returned future is dropped.
pub async fn poll_forever(members: Arc<Members>, client: Arc<dyn LeafClient>) {
    let mut polls = tokio::task::JoinSet::new();
    let replicas: Vec<_> = members.replicas().cloned().collect();
    let count = u32::try_from(replicas.len()).unwrap_or(u32::MAX);
    for (nth, replica) in (1..).zip(replicas) {
        // All of them at once when the root starts, and then one after the other: polls of all replicas at the same moment
        // would hold up the queries of that moment.
        let again = Instant::now() + EVERY * nth / count;
        polls.spawn(poll_one(members.clone(), replica, client.clone(), again));
    }
    while polls.join_next().await.is_some() {}
}

async fn poll_one(members: Arc<Members>, replica: Arc<Replica>, client: Arc<dyn LeafClient>, again: Instant) {
    let mut ticks = interval_at(again, EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
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
        ticks.tick().await;
    }
}

fn lost(replica: &Replica, reason: &str) -> bool {
    let changed = replica.lost();
    if changed {
        tracing::warn!(replica = replica.name(), reason, "replica is out of reach");
    }
    changed
}
