//! Micro-benchmarks: the processor time that a root and a leaf spend on one search, part by part, without sockets or disks.
//!
//! `make bench ARGS=micro` runs them several times and keeps the figures; `cargo bench -p benches -- merge` runs some of them
//! once and compares them with the time before.

mod clock;
mod collectors;
mod estimators;
mod leaves;
mod merge;
mod race;
mod root;
mod search;
mod shard;
mod wire;

use std::cell::LazyCell;

use criterion::Criterion;

use crate::clock::ThreadTime;
use crate::shard::GeneratedShard;

fn main() {
    let mut criterion = Criterion::default()
        .with_measurement(ThreadTime)
        .without_plots()
        .configure_from_args();
    // Made when the first benchmark that needs it is not filtered out.
    let shard = LazyCell::new(GeneratedShard::new);
    merge::measure(&mut criterion);
    race::measure(&mut criterion);
    search::measure(&mut criterion);
    estimators::measure(&mut criterion);
    wire::measure(&mut criterion, &shard);
    collectors::measure(&mut criterion, &shard);
    criterion.final_summary();
}
