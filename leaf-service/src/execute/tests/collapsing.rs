//! Collapsed hits, against a plain list of all hits of which the first of each group is taken.

use std::collections::HashSet;

use serde_json::{Value as Json, json};
use shared::random;
use shared::wire::clause::{Clause, LeafQuery};
use shared::wire::group::GroupKey;
use shared::wire::sort::{Missing, SortBy, SortKey, SortMode, SortValue};
use shared::wire::{Hit, LeafError, SearchRequest};
use tokio::time::Instant;

use super::fixture::{Doc, Layout, bare, corpus, far, request, shards};
use super::shapes::{SHAPES, query};
use crate::execute::{ShardView, search};

const LAYOUTS: [(u32, usize); 4] = [(1, 1), (1, 7), (3, 1), (4, 3)];

fn key(by: SortBy, descending: bool) -> SortKey {
    SortKey {
        by,
        descending,
        mode: if descending { SortMode::Max } else { SortMode::Min },
        missing: Missing::Last,
    }
}

fn fields() -> [SortBy; 5] {
    [
        SortBy::Text("tag".to_owned()),
        SortBy::Long("n".to_owned()),
        SortBy::Double("x".to_owned()),
        SortBy::Boolean("flag".to_owned()),
        SortBy::Nothing,
    ]
}

fn orders() -> Vec<Vec<SortKey>> {
    vec![
        vec![],
        vec![key(SortBy::Long("n".to_owned()), false)],
        vec![
            key(SortBy::Text("tag".to_owned()), true),
            key(SortBy::Score, true),
        ],
        vec![
            key(SortBy::Boolean("flag".to_owned()), false),
            key(SortBy::Id, true),
        ],
    ]
}

/// What a document has in the field, as one reads it off the document.
fn group(docs: &[Doc], id: &str, by: &SortBy) -> SortValue {
    let json = &docs.iter().find(|doc| doc.id == id).unwrap().json;
    let found = match by {
        SortBy::Text(path) => json
            .get(path)
            .and_then(Json::as_str)
            .map(|text| SortValue::Text(text.to_owned())),
        SortBy::Long(path) => json.get(path).and_then(Json::as_i64).map(SortValue::Long),
        SortBy::Double(path) => json.get(path).and_then(Json::as_f64).map(SortValue::Double),
        SortBy::Boolean(path) => json.get(path).and_then(Json::as_bool).map(SortValue::Boolean),
        _ => None,
    };
    found.unwrap_or(SortValue::Missing)
}

fn searched(
    views: &[ShardView],
    query: &LeafQuery,
    order: &[SortKey],
    collapse: Option<&SortBy>,
    k: u32,
) -> (u64, Vec<Hit>) {
    let request = SearchRequest {
        sort: order.to_vec(),
        collapse: collapse.cloned(),
        ..request(views, query, k, u64::MAX)
    };
    let (answers, hits) = search(views, &request, far(), Instant::now).unwrap();
    (answers.iter().map(|answer| answer.count).sum(), hits)
}

#[test]
fn the_best_of_each_group_are_the_first_of_each_in_a_plain_list() {
    let docs = corpus(&mut random::from_seed(81), 400, 0.2);
    let mut rng = random::from_seed(82);
    let mut queries: Vec<LeafQuery> = (0..SHAPES).map(|shape| query(&mut rng, shape)).collect();
    queries.push(bare(Clause::All { boost: 1.0 }));
    for (shards_of, segments) in LAYOUTS {
        let views = shards(
            &docs,
            Layout {
                shards: shards_of,
                segments,
            },
        );
        for query in &queries {
            for order in orders() {
                let (total, plain) = searched(&views, query, &order, None, 10_000);
                for by in fields() {
                    let mut seen = HashSet::new();
                    let firsts: Vec<(&str, f32, SortValue)> = plain
                        .iter()
                        .map(|hit| (hit.id.as_str(), hit.score, group(&docs, &hit.id, &by)))
                        .filter(|(_, _, group)| seen.insert(GroupKey::from(group)))
                        .collect();
                    for k in [1, 3, 10_000] {
                        let (counted, hits) = searched(&views, query, &order, Some(&by), k);
                        let found: Vec<(&str, f32, SortValue)> = hits
                            .iter()
                            .map(|hit| (hit.id.as_str(), hit.score, hit.group.clone().unwrap()))
                            .collect();
                        let wanted = &firsts[..firsts.len().min(k as usize)];
                        assert_eq!(found, wanted, "{by:?} {order:?} {query:?}");
                        assert_eq!(counted, total, "every match counts");
                        assert!(hits.iter().all(|hit| hit.sort.len() == order.len()));
                    }
                }
            }
        }
    }
}

#[test]
fn a_group_that_was_dropped_comes_back_with_a_better_hit() {
    // More groups than are kept, each with a bad hit first and a good one last.
    let doc = |number: usize| {
        let n = if number < 500 {
            1_000 + number
        } else {
            1_000 - number
        };
        Doc::new(
            format!("{number}"),
            json!({"tag": format!("g{}", number % 250), "n": n}),
        )
    };
    let docs: Vec<Doc> = (0..1_000).map(doc).collect();
    let views = shards(
        &docs,
        Layout {
            shards: 1,
            segments: 1,
        },
    );
    let order = [key(SortBy::Long("n".to_owned()), false)];
    let by = SortBy::Text("tag".to_owned());
    let all = bare(Clause::All { boost: 1.0 });
    let (_, hits) = searched(&views, &all, &order, Some(&by), 3);
    let ids: Vec<&str> = hits.iter().map(|hit| hit.id.as_str()).collect();
    assert_eq!(ids, ["999", "998", "997"]);
}

#[test]
fn a_field_with_several_values_is_refused_wherever_it_lies() {
    let mut docs = corpus(&mut random::from_seed(83), 50, 0.0);
    docs.push(Doc::new("several", json!({"tag": ["t0", "t1"], "n": [3, 3]})));
    for (shards_of, segments) in LAYOUTS {
        let views = shards(
            &docs,
            Layout {
                shards: shards_of,
                segments,
            },
        );
        let request = SearchRequest {
            collapse: Some(SortBy::Text("tag".to_owned())),
            ..request(&views, &bare(Clause::All { boost: 1.0 }), 2, 0)
        };
        let refused = search(&views, &request, far(), Instant::now);
        let Err(LeafError::BadRequest(reason)) = refused else {
            panic!("{refused:?}");
        };
        assert!(reason.contains("must be single valued"), "{reason}");
        // Twice the same is one value.
        let same = searched(
            &views,
            &request.query,
            &[],
            Some(&SortBy::Long("n".to_owned())),
            100,
        );
        assert!(same.0 == 51);
    }
}
