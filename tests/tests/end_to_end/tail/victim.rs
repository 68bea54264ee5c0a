//! The replica that has bad luck.

use benches::scrape::Scrape;
use rustix::process::Signal;
use serde_json::{Value, json};

use super::INDEX;
use crate::harness::{Api, Cluster, Member, Process};

/// Where a leaf that was started with `--faults` is told what to do wrong.
const HOOK: &str = "/internal/v1/faults";
/// Searches by which the root shows whom it asks.
const SEARCHES: usize = 10;

/// A replica that the root asks.
pub(super) struct Victim {
    leaf: Api,
    process: Process,
}

impl Victim {
    /// The replica of the leaf that the root asks at present: the others are asked so little that it hardly matters how
    /// they are.
    pub(super) async fn in_use(cluster: &Cluster, leaf: u32) -> Self {
        let of_leaf = |member: &&Member| matches!(member, Member::Leaf { leaf: its, .. } if *its == leaf);
        let replicas: Vec<&Member> = cluster.members().iter().filter(of_leaf).collect();
        let before = searches(&replicas).await;
        let api = cluster.api();
        for _ in 0..SEARCHES {
            api.search(INDEX, &json!({"query": {"match": {"body": "theory"}}}))
                .await;
        }
        let after = searches(&replicas).await;
        let asked = before.iter().zip(&after).map(|(before, after)| after - before);
        let (place, _) = asked
            .enumerate()
            .max_by(|(_, one), (_, other)| one.total_cmp(other))
            .expect("a leaf has replicas");
        let member = replicas[place];
        Self {
            leaf: Api::new(member.url()),
            process: Process::of(member.pid()).expect("it has not been killed yet"),
        }
    }

    /// From now on it answers searches late.
    pub(super) async fn slow(&self) {
        let late = |call| json!({"call": call, "share": 1.0, "act": {"delay_ms": 300}});
        self.script(&json!(["search", "statistics", "fetch"].map(late)))
            .await;
    }

    /// From now on it answers nothing.
    pub(super) async fn hang(&self) {
        self.script(&json!([{"call": "any", "share": 1.0, "act": {"hang": true}}]))
            .await;
    }

    /// From now on it is well.
    pub(super) async fn heal(&self) {
        let answer = self.leaf.delete(HOOK).await;
        assert_eq!(answer.status, 204, "{answer}");
    }

    /// Kills it. It stays dead, because the supervisor is stopped, too.
    pub(super) fn die(&self, cluster: &Cluster) {
        cluster.supervisor().signal(Signal::STOP);
        self.process.signal(Signal::KILL);
    }

    async fn script(&self, script: &Value) {
        let answer = self.leaf.post(HOOK, script).await;
        assert_eq!(answer.status, 204, "{answer}");
    }
}

/// The searches that each replica has been asked.
async fn searches(replicas: &[&Member]) -> Vec<f64> {
    let mut searches = Vec::with_capacity(replicas.len());
    for replica in replicas {
        let metrics = Api::new(replica.url()).get("/metrics").await;
        assert_eq!(metrics.status, 200, "{metrics}");
        let scrape = Scrape::parse(&metrics.text).expect("metrics are in Prometheus' format");
        searches.push(scrape.sum("gleaner_leaf_requests_total", &[("call", "search")]));
    }
    searches
}
