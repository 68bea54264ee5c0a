//! A whole search at the root over so many leaves, which answer at once: plan, fan out, gather, merge, fetch.
//!
//! All happens on one thread without a socket, so the time is the processor time that a fan-out costs a root, but for HTTP and
//! the decoding of answers ([`crate::wire`]). The leaves' part of it is to copy ten hits each.

use std::time::Duration;

use criterion::BenchmarkId;
use root_service::dsl::search_body::SearchCommand;
use root_service::search::{AsOf, SearchResult};
use shared::deadline::Deadline;
use tokio::time::Instant;

use crate::clock::Bench;
use crate::root::{BenchRoot, NAME};

pub(crate) fn measure(criterion: &mut Bench) {
    let ids = command(br#"{"query": {"match": {"title": "merge of ranked lists"}}, "_source": false}"#);
    let documents = command(br#"{"query": {"match": {"title": "merge of ranked lists"}}}"#);
    let mut group = criterion.benchmark_group("search");
    for leaves in [1, 10, 100, 1_000] {
        for (of, command) in [("ids", &ids), ("documents", &documents)] {
            let id = BenchmarkId::new(of, format!("leaves {leaves}"));
            group.bench_function(id, |bencher| {
                let root = BenchRoot::new(leaves, 2);
                let found = root.runtime.block_on(one_search(&root, command));
                assert_eq!((found.hits.len(), found.coverage.degraded()), (10, false));
                bencher.iter(|| root.runtime.block_on(one_search(&root, command)));
            });
        }
    }
    group.finish();
}

fn command(body: &[u8]) -> SearchCommand {
    SearchCommand::parse(body, &[]).expect("a literal body")
}

async fn one_search(root: &BenchRoot, command: &SearchCommand) -> SearchResult {
    let deadline = Deadline::after(Instant::now(), Duration::from_secs(10));
    let result = root
        .searches
        .search(&root.catalog, NAME, command, AsOf::default(), deadline)
        .await;
    result.expect("all leaves answer at once")
}
