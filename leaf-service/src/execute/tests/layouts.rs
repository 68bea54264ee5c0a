//! A query over one shard of one segment, and over many, gives the same bits.

use shared::random;
use shared::wire::Hit;
use shared::wire::clause::LeafQuery;

use super::fixture::{Doc, Layout, corpus, found, gathered, shards};
use super::shapes::{SHAPES, query};
use crate::execute::ShardView;

const LAYOUTS: [Layout; 5] = [
    Layout {
        shards: 1,
        segments: 1,
    },
    Layout {
        shards: 1,
        segments: 6,
    },
    Layout {
        shards: 2,
        segments: 1,
    },
    Layout {
        shards: 3,
        segments: 2,
    },
    Layout {
        shards: 5,
        segments: 3,
    },
];

/// What must be equal: ids, keys and the bits of scores.
fn bits(hits: &[Hit]) -> Vec<(&str, u64, u32)> {
    hits.iter()
        .map(|hit| (hit.id.as_str(), hit.key, hit.score.to_bits()))
        .collect()
}

fn assert_equal_over_layouts(docs: &[Doc], queries: &[LeafQuery]) {
    let layouts: Vec<Vec<ShardView>> = LAYOUTS.iter().map(|layout| shards(docs, *layout)).collect();
    for query in queries {
        let statistics = gathered(&layouts[0], query);
        let (answers, all) = found(&layouts[0], query, 10_000, u64::MAX);
        let total: u64 = answers.iter().map(|answer| answer.count).sum();
        assert_eq!(total.min(10_000), all.len() as u64, "{query:?}");
        for (layout, views) in LAYOUTS.iter().zip(&layouts) {
            assert_eq!(gathered(views, query), statistics, "{layout:?} {query:?}");
            for (k, count_max) in [(10_000, u64::MAX), (100, 17), (10, u64::MAX), (3, 0), (1, 1)] {
                let (answers, hits) = found(views, query, k, count_max);
                let wanted = &all[..all.len().min(k as usize)];
                assert_eq!(bits(&hits), bits(wanted), "{layout:?} k {k} {query:?}");
                assert!(hits.iter().all(|hit| hit.score.is_finite()));
                let counted: u64 = answers.iter().map(|answer| answer.count).sum();
                assert_eq!(counted, total.min(count_max), "{layout:?} {query:?}");
            }
        }
    }
}

fn queries(seed: u64, of_each_shape: usize) -> Vec<LeafQuery> {
    let mut rng = random::from_seed(seed);
    (0..SHAPES * of_each_shape)
        .map(|number| query(&mut rng, number % SHAPES))
        .collect()
}

#[test]
fn every_layout_ranks_and_counts_alike() {
    let mut rng = random::from_seed(1);
    assert_equal_over_layouts(&corpus(&mut rng, 3_000, 0.0), &queries(2, 6));
}

#[test]
fn every_layout_ranks_and_counts_alike_with_deletes() {
    let mut rng = random::from_seed(3);
    assert_equal_over_layouts(&corpus(&mut rng, 2_000, 0.3), &queries(4, 6));
}

#[test]
fn every_layout_ranks_alike_when_there_is_next_to_nothing() {
    let mut rng = random::from_seed(5);
    assert_equal_over_layouts(&corpus(&mut rng, 12, 0.2), &queries(6, 4));
    assert_equal_over_layouts(&[], &queries(7, 1));
}

#[test]
fn ties_beyond_any_buffer_go_by_key() {
    let docs: Vec<Doc> = (0..12_000)
        .map(|number| {
            let json = serde_json::json!({ "title": "w0", "body": "w0 w1 w2", "tag": "t1" });
            Doc::new(format!("doc-{number}"), json)
        })
        .collect();
    let layouts = [
        Layout {
            shards: 1,
            segments: 1,
        },
        Layout {
            shards: 2,
            segments: 3,
        },
    ];
    let mut keys: Vec<u64> = docs
        .iter()
        .map(|doc| shared::ids::document_key(&doc.id))
        .collect();
    keys.sort_unstable();
    let mut rng = random::from_seed(8);
    for layout in layouts {
        let views = shards(&docs, layout);
        for shape in [0, 2, 3, 4, 5, 9, 10, 11, 13] {
            let query = query(&mut rng, shape);
            let (_, hits) = found(&views, &query, 20, 0);
            let found: Vec<u64> = hits.iter().map(|hit| hit.key).collect();
            assert!(
                found.is_empty() || found == keys[..20],
                "{layout:?} {query:?}: {found:?}"
            );
        }
    }
}
