//! One leaf's race: choosing between its replicas, the attempt, the books that are kept of it. The replica answers at once, so
//! that nothing but the root's own work is measured.

use std::time::Duration;

use criterion::BenchmarkId;
use futures::FutureExt as _;
use root_service::attempt::{Answer, Ask};
use root_service::client::Reply;
use root_service::members::{Phase, Replica};
use shared::deadline::Deadline;
use shared::ids::{Leaf, Position, Shard};
use shared::wire::{AttemptKind, ShardTarget, Tie};
use tokio::time::Instant;

use crate::clock::Bench;
use crate::root::{BenchRoot, INDEX};

/// An answer that says nothing.
struct Done;

impl Answer for Done {}

pub(crate) fn measure(criterion: &mut Bench) {
    let mut group = criterion.benchmark_group("race");
    for replicas in [1, 2, 3] {
        let id = BenchmarkId::new("one attempt", format!("replicas {replicas}"));
        group.bench_function(id, |bencher| {
            let root = BenchRoot::new(1, replicas);
            bencher.iter(|| root.runtime.block_on(one_race(&root)));
        });
    }
    group.finish();
}

async fn one_race(root: &BenchRoot) -> Done {
    let leaf = root.searches.members.leaf(Leaf(0)).expect("the root has a leaf");
    let shards = [ShardTarget {
        shard: Shard(0),
        position_min: Position::START,
    }];
    let ask = Ask {
        leaf,
        candidates: leaf.candidates(INDEX, &shards),
        first: None,
        kind: AttemptKind::Primary,
        phase: Phase::Query,
        deadline: Deadline::after(Instant::now(), Duration::from_secs(10)),
        recorder: None,
    };
    let call =
        |_: &Replica, _: AttemptKind, _: Option<Tie>| -> Reply<Done> { std::future::ready(Ok(Done)).boxed() };
    let attempted = root.searches.attempts.run(ask, call).await;
    attempted.expect("the replica answers at once").reply
}
