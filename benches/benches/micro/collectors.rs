//! What a leaf does with one query on one shard: the best hits with and without skipping documents that cannot be among them,
//! counts, another order, aggregations.

use std::cell::LazyCell;

use crate::clock::Bench;
use crate::shard::{Asked, GeneratedShard};

pub(crate) fn measure<F: FnOnce() -> GeneratedShard>(
    criterion: &mut Bench,
    shard: &LazyCell<GeneratedShard, F>,
) {
    let any = || Asked::any("w20 w150 w900");
    let all = || Asked {
        operator: "and",
        ..any()
    };
    let counted = |asked: Asked| Asked {
        count_max: u64::MAX,
        ..asked
    };
    let cases = [
        ("best 10 of one word", Asked::any("w20")),
        ("best 10 of any word", any()),
        ("best 1000 of any word", Asked { k: 1_000, ..any() }),
        ("best 10 of any word, all counted", counted(any())),
        ("best 10 of all words", all()),
        ("best 10 of all words, all counted", counted(all())),
        ("count of any word", counted(Asked { k: 0, ..any() })),
        (
            "first 10 by a number",
            Asked {
                by_number: true,
                ..any()
            },
        ),
        ("terms of 20 values", Asked::buckets("category")),
        ("terms of 1000 values", Asked::buckets("place")),
        ("stats of a number", Asked::stats()),
    ];
    let mut group = criterion.benchmark_group("collectors");
    for (name, asked) in cases {
        group.bench_function(name, |bencher| {
            let request = shard.request(&asked);
            bencher.iter(|| shard.search(&request));
        });
    }
    group.finish();
}
