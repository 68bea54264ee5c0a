//! Messages to bytes and back: the request of a typical query, and answers with few hits, with many, and with buckets.

use std::cell::LazyCell;
use std::hint::black_box;

use criterion::BenchmarkId;
use serde::Serialize;
use serde::de::DeserializeOwned;
use shared::wire::{Load, SearchRequest, SearchResponse, decode, encode};

use crate::clock::Bench;
use crate::shard::{Asked, GeneratedShard};

pub(crate) fn measure<F: FnOnce() -> GeneratedShard>(
    criterion: &mut Bench,
    shard: &LazyCell<GeneratedShard, F>,
) {
    let hits = |k| Asked {
        k,
        ..Asked::any("w20 w150 w900")
    };
    both_ways(criterion, "request", || shard.request(&hits(10)));
    for k in [10, 1_000] {
        let what = format!("answer of {k} hits");
        both_ways(criterion, &what, || answer(shard, &shard.request(&hits(k))));
    }
    both_ways(criterion, "answer of 1000 buckets", || {
        answer(shard, &shard.request(&Asked::buckets("place")))
    });
}

fn both_ways<T: Serialize + DeserializeOwned>(criterion: &mut Bench, what: &str, message: impl Fn() -> T) {
    let mut group = criterion.benchmark_group("wire");
    group.bench_function(BenchmarkId::new("encode", what), |bencher| {
        let message = message();
        bencher.iter(|| encode(black_box(&message)));
    });
    group.bench_function(BenchmarkId::new("decode", what), |bencher| {
        let bytes = encode(&message());
        bencher.iter(|| decode::<T>(black_box(&bytes)).expect("it was encoded from this type"));
    });
    group.finish();
}

/// What a leaf of this shard would send.
fn answer(shard: &GeneratedShard, request: &SearchRequest) -> SearchResponse {
    let (shards, hits) = shard.search(request);
    SearchResponse {
        shards,
        hits,
        documents: Vec::new(),
        load: Load::default(),
        queued_us: 0,
        executed_us: 1_000,
        cpu_us: 1_000,
    }
}
