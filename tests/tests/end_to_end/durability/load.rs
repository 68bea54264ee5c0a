//! The load: a few connections that send bulks until nobody answers any more.

use std::fmt::Write as _;

use rand::RngExt as _;
use rand::rngs::StdRng;
use reqwest::Method;
use tokio::sync::watch;
use tokio::task::JoinSet;

use super::INDEX;
use super::model::{Model, Operation, Written};
use crate::harness::{Api, NDJSON};

/// Connections; each writes documents of its own, so that their order is known.
const CONNECTIONS: usize = 4;
/// Operations of one bulk.
const OPERATIONS: usize = 5;
/// Bulks of one connection in one round: what keeps the index small enough to be looked at whole.
const BULKS_MAX: usize = 120;

/// A load that runs.
pub(super) struct Loading {
    connections: JoinSet<Written>,
    begun: watch::Receiver<bool>,
}

impl Loading {
    /// Waits until the first bulk is acknowledged.
    pub(super) async fn begun(&self) {
        self.begun
            .clone()
            .wait_for(|begun| *begun)
            .await
            .expect("a connection is acknowledged a bulk");
    }

    /// Waits until every connection has given up.
    pub(super) async fn end(self) -> Written {
        let mut written = Written::default();
        for each in self.connections.join_all().await {
            written.merge(each);
        }
        written
    }
}

/// Starts a load on a cluster: new documents, and changes and deletions of old ones.
pub(super) fn start(url: &str, model: &Model, seed: u64) -> Loading {
    let (sender, begun) = watch::channel(false);
    let mut connections = JoinSet::new();
    for connection in 0..CONNECTIONS {
        let old: Vec<String> = model
            .ids()
            .into_iter()
            .skip(connection)
            .step_by(CONNECTIONS)
            .collect();
        let writer = Writer {
            api: Api::new(url),
            name: format!("{seed:x}-{connection}"),
            rng: shared::random::from_seed(seed ^ connection as u64),
            ids: old,
        };
        connections.spawn(writer.run(sender.clone()));
    }
    Loading { connections, begun }
}

struct Writer {
    api: Api,
    name: String,
    rng: StdRng,
    /// The documents that are this connection's to write.
    ids: Vec<String>,
}

impl Writer {
    async fn run(mut self, begun: watch::Sender<bool>) -> Written {
        let mut written = Written::default();
        for _ in 0..BULKS_MAX {
            let operations: Vec<Operation> = (0..OPERATIONS).map(|_| self.operation()).collect();
            let acknowledged = self.send(&operations).await;
            written.add(operations, acknowledged);
            if !acknowledged {
                break;
            }
            begun.send_replace(true);
        }
        written
    }

    /// Mostly new documents, sometimes a change or a deletion of one that was written before.
    fn operation(&mut self) -> Operation {
        let state = Some(self.rng.random_range(0..u64::from(u32::MAX)));
        let choice = self.rng.random_range(0..10);
        if choice < 5 || self.ids.is_empty() {
            let id = format!("{}-{}", self.name, self.ids.len());
            self.ids.push(id.clone());
            return Operation { id, state };
        }
        let id = self.ids[self.rng.random_range(0..self.ids.len())].clone();
        let state = state.filter(|_| choice < 9);
        Operation { id, state }
    }

    /// Whether the bulk was acknowledged; otherwise any of its operations may have happened.
    async fn send(&self, operations: &[Operation]) -> bool {
        let mut lines = String::new();
        for Operation { id, state } in operations {
            match state {
                Some(n) => writeln!(lines, "{{\"index\":{{\"_id\":\"{id}\"}}}}\n{{\"n\":{n}}}"),
                None => writeln!(lines, "{{\"delete\":{{\"_id\":\"{id}\"}}}}"),
            }
            .expect("strings take everything");
        }
        let path = format!("/{INDEX}/_bulk");
        match self.api.try_send(Method::POST, &path, Some(NDJSON), lines).await {
            // A whole bulk is in one log batch here; an error of any item means that none of it is certain.
            Ok(answer) => answer.status == 200 && answer.text.contains("\"errors\":false"),
            Err(_) => false,
        }
    }
}
