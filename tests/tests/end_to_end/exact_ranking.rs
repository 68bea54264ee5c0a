//! The same answers, to the last bit, however the documents are cut into shards and segments.
//!
//! One corpus goes into many indexes: 1, 2, 4 and 7 shards, each loaded in one piece, in many, and with changes and
//! deletions on the way. A real query log asks all of them, and the first 100 hits must agree in ids, order, scores (as
//! the text of the answer, which tells every bit) and totals.

mod corpus;
mod layouts;
mod queries;
mod ranking;

use futures::stream::{self, StreamExt as _};
use serde_json::Value;

use crate::harness::{Api, Cluster, Folder, Shape, alone};
use layouts::Layout;
use ranking::Ranking;

const SHAPE: Shape = Shape {
    leaves: 3,
    replicas: 1,
};
/// Searches in flight: the leaves have work while the root merges.
const CONCURRENT: usize = 6;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_layout_ranks_alike_to_the_last_bit() {
    let Some(corpus) = corpus::read() else { return };
    let _alone = alone().await;
    let folder = Folder::new("exact-ranking");
    let cluster = Cluster::start(&folder, SHAPE).await;
    let api = cluster.api();
    let layouts = Layout::all();
    for layout in &layouts {
        layout.load(&api, &corpus).await;
        layout.check_segments(&api).await;
    }

    let (reference, others) = layouts.split_first().expect("there are layouts");
    for (kind, queries) in queries::all(&corpus) {
        let expected = answers(&api, &reference.index(), &queries).await;
        let answered = expected.iter().filter(|ranking| ranking.total() > 0).count();
        let asked = queries.len();
        assert!(
            answered * 4 > asked,
            "only {answered} of {asked} queries ({kind}) find anything"
        );
        println!("{kind}: {answered} of {asked} queries find something");
        for layout in others {
            let found = answers(&api, &layout.index(), &queries).await;
            for ((query, expected), found) in queries.iter().zip(&expected).zip(&found) {
                let difference = expected.difference(found);
                assert!(
                    difference.is_none(),
                    "{} differs from {}: {}\n{kind}: {query}",
                    layout.index(),
                    reference.index(),
                    difference.unwrap_or_default()
                );
            }
        }
    }
}

/// The answers to all queries, in their order.
async fn answers(api: &Api, index: &str, queries: &[Value]) -> Vec<Ranking> {
    stream::iter(queries)
        .map(|query| Ranking::ask(api, index, query))
        .buffered(CONCURRENT)
        .collect()
        .await
}
