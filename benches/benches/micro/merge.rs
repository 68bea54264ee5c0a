//! The root's k-way merge: the page out of the ranked lists of so many leaves.

use std::hint::black_box;

use criterion::{BatchSize, BenchmarkId};
use rand::RngExt as _;
use root_service::search::merge::merge;
use shared::ids::Shard;
use shared::wire::sort::{Missing, SortBy, SortKey, SortMode, SortValue};
use shared::wire::{Address, Hit};

use crate::clock::Bench;

pub(crate) fn measure(criterion: &mut Bench) {
    let mut group = criterion.benchmark_group("merge");
    for leaves in [1, 10, 100, 1_000] {
        for k in [10, 1_000] {
            let id = BenchmarkId::new("by score", format!("leaves {leaves}, k {k}"));
            group.bench_function(id, |bencher| {
                let lists = ranked_lists(leaves, k);
                let page = |lists| merge(lists, &[], 0, black_box(k));
                bencher.iter_batched(|| lists.clone(), page, inputs(&lists));
            });
        }
    }
    group.bench_function(BenchmarkId::new("by a number", "leaves 100, k 10"), |bencher| {
        let keys = [by_number()];
        let mut lists = ranked_lists(100, 10);
        for list in &mut lists {
            list.sort_by(|a, b| keys[0].compare(&a.sort[0], &b.sort[0]));
        }
        let page = |lists| merge(lists, black_box(&keys), 0, 10);
        bencher.iter_batched(|| lists.clone(), page, inputs(&lists));
    });
    group.finish();
}

/// A merge consumes its lists, and frees what did not win. So many inputs are made at a time that reading the clock hardly
/// counts, and so few that they take no more memory than a root gives to a search.
fn inputs(lists: &[Vec<Hit>]) -> BatchSize {
    let hits: usize = lists.iter().map(Vec::len).sum();
    BatchSize::NumIterations((10_000 / hits.max(1)).clamp(1, 100) as u64)
}

/// Lists of so many hits as leaves send them, best first. All hold good and bad hits: none is used up before the others.
fn ranked_lists(leaves: u32, k: usize) -> Vec<Vec<Hit>> {
    let mut rng = shared::random::from_seed(7);
    let mut hit = |leaf: u32| {
        let key: u64 = rng.random();
        Hit {
            shard: Shard(leaf),
            score: rng.random_range(0.0..30.0),
            key,
            id: format!("{key:016x}"),
            sort: vec![SortValue::Long(rng.random_range(0..1_000_000))],
            group: None,
            address: Address {
                generation: 1,
                segment: 0,
                document: 0,
            },
        }
    };
    let list = |leaf| {
        let mut hits: Vec<Hit> = (0..k).map(|_| hit(leaf)).collect();
        hits.sort_by(|a, b| b.score.total_cmp(&a.score));
        hits
    };
    (0..leaves).map(list).collect()
}

fn by_number() -> SortKey {
    SortKey {
        by: SortBy::Long("n".to_owned()),
        descending: true,
        mode: SortMode::Max,
        missing: Missing::Last,
    }
}
