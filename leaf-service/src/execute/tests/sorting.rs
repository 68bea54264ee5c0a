//! Orders of fields, against a plain sort of the documents, over every layout and page by page.

use std::cmp::Ordering;

use rand::RngExt as _;
use rand::rngs::StdRng;
use serde_json::Value as Json;
use shared::random;
use shared::wire::clause::Clause;
use shared::wire::sort::{self, Missing, SortBy, SortKey, SortMode, SortValue};
use shared::wire::{Hit, SearchRequest};
use tokio::time::Instant;

use super::fixture::{Doc, Layout, bare, corpus, far, request, shards};
use crate::execute::{ShardView, search};

const LAYOUTS: [(u32, usize); 4] = [(1, 1), (1, 5), (3, 1), (4, 3)];

fn key(by: SortBy, descending: bool, missing: Missing) -> SortKey {
    let mode = if descending { SortMode::Max } else { SortMode::Min };
    SortKey {
        by,
        descending,
        mode,
        missing,
    }
}

/// What a document has for a criterion, as one reads it off the document.
fn value(doc: &Doc, key: &SortKey) -> SortValue {
    let found = match &key.by {
        SortBy::Long(path) => doc.json.get(path).and_then(Json::as_i64).map(SortValue::Long),
        SortBy::Double(path) | SortBy::Float(path) => {
            doc.json.get(path).and_then(Json::as_f64).map(SortValue::Double)
        }
        SortBy::Text(path) | SortBy::Code(path, _) => doc
            .json
            .get(path)
            .and_then(Json::as_str)
            .map(|text| SortValue::Text(text.to_owned())),
        SortBy::Boolean(path) => doc.json.get(path).and_then(Json::as_bool).map(SortValue::Boolean),
        SortBy::Id => Some(SortValue::Text(doc.id.clone())),
        SortBy::Key => Some(SortValue::Key(shared::ids::document_key(&doc.id))),
        SortBy::Score => Some(SortValue::Score(1.0)),
        SortBy::Nothing => None,
    };
    match (&key.missing, found) {
        (_, Some(value)) => value,
        (Missing::As(value), None) => value.clone(),
        (Missing::First | Missing::Last, None) => SortValue::Missing,
    }
}

/// The ids of all live documents in order.
fn expected(docs: &[Doc], order: &[SortKey]) -> Vec<String> {
    let mut rows: Vec<(Vec<SortValue>, u64, &str)> = docs
        .iter()
        .filter(|doc| !doc.deleted)
        .map(|doc| {
            let values = order.iter().map(|key| value(doc, key)).collect();
            (values, shared::ids::document_key(&doc.id), doc.id.as_str())
        })
        .collect();
    rows.sort_by(|a, b| sort::compare(order, &a.0, &b.0).then(a.1.cmp(&b.1)));
    rows.into_iter().map(|(_, _, id)| id.to_owned()).collect()
}

fn sorted(views: &[ShardView], order: &[SortKey], k: u32, after: &[SortValue]) -> Vec<Hit> {
    let all = bare(Clause::All { boost: 1.0 });
    let request = SearchRequest {
        sort: order.to_vec(),
        after: after.to_vec(),
        ..request(views, &all, k, u64::MAX)
    };
    let (answers, hits) = search(views, &request, far(), Instant::now).unwrap();
    let counted: u64 = answers.iter().map(|answer| answer.count).sum();
    let documents: u64 = answers.iter().map(|answer| answer.documents).sum();
    assert_eq!(counted, documents, "every match counts, whatever page it is on");
    hits
}

fn ids(hits: &[Hit]) -> Vec<String> {
    hits.iter().map(|hit| hit.id.clone()).collect()
}

fn orders() -> Vec<Vec<SortKey>> {
    let by = [
        SortBy::Long("n".to_owned()),
        SortBy::Double("x".to_owned()),
        SortBy::Text("tag".to_owned()),
        SortBy::Boolean("flag".to_owned()),
        SortBy::Id,
        SortBy::Key,
        SortBy::Nothing,
        SortBy::Score,
    ];
    let mut orders = Vec::new();
    for by in by {
        for descending in [false, true] {
            for missing in [Missing::Last, Missing::First] {
                orders.push(vec![key(by.clone(), descending, missing)]);
            }
        }
    }
    let as_value = |by, value| {
        vec![
            key(by, false, Missing::As(value)),
            key(SortBy::Id, true, Missing::Last),
        ]
    };
    orders.push(as_value(SortBy::Long("n".to_owned()), SortValue::Long(3)));
    orders.push(as_value(SortBy::Double("x".to_owned()), SortValue::Double(0.25)));
    orders.push(as_value(
        SortBy::Text("tag".to_owned()),
        SortValue::Text("t11".to_owned()),
    ));
    orders.push(as_value(
        SortBy::Boolean("flag".to_owned()),
        SortValue::Boolean(true),
    ));
    orders.push(vec![
        key(SortBy::Text("tag".to_owned()), true, Missing::Last),
        key(SortBy::Boolean("flag".to_owned()), false, Missing::First),
        key(SortBy::Long("n".to_owned()), true, Missing::Last),
    ]);
    orders
}

fn documents(rng: &mut StdRng) -> Vec<Doc> {
    let mut docs = corpus(rng, 900, 0.2);
    for doc in &mut docs {
        if rng.random_bool(0.1) {
            doc.json.as_object_mut().unwrap().remove("tag");
        }
    }
    docs
}

#[test]
fn every_layout_sorts_as_a_plain_sort_does() {
    let docs = documents(&mut random::from_seed(21));
    for (shard_count, segments) in LAYOUTS {
        let layout = Layout {
            shards: shard_count,
            segments,
        };
        let views = shards(&docs, layout);
        for order in orders() {
            let wanted = expected(&docs, &order);
            for k in [1, 10, 10_000] {
                let found = ids(&sorted(&views, &order, k, &[]));
                let wanted = &wanted[..wanted.len().min(k as usize)];
                assert_eq!(found, wanted, "{layout:?} k {k} {order:?}");
            }
        }
    }
}

#[test]
fn pages_after_one_another_give_everything_once() {
    let docs = documents(&mut random::from_seed(22));
    let layout = Layout {
        shards: 3,
        segments: 2,
    };
    let views = shards(&docs, layout);
    for mut order in orders() {
        // Without a last criterion that tells all apart, equals are lost between pages, as in Elasticsearch.
        order.push(key(SortBy::Id, false, Missing::Last));
        let mut pages = Vec::new();
        let mut after = Vec::new();
        loop {
            let page = sorted(&views, &order, 97, &after);
            let Some(last) = page.last() else { break };
            after.clone_from(&last.sort);
            pages.extend(ids(&page));
        }
        assert_eq!(pages, expected(&docs, &order), "{order:?}");
    }
}

#[test]
fn values_that_are_nowhere_are_good_places_to_go_on_from() {
    let docs = documents(&mut random::from_seed(23));
    let layout = Layout {
        shards: 2,
        segments: 3,
    };
    let views = shards(&docs, layout);
    let order = [key(SortBy::Text("tag".to_owned()), false, Missing::Last)];
    for text in ["", "t", "t1", "t1x", "t9", "zzz"] {
        let after = [SortValue::Text(text.to_owned())];
        let found = sorted(&views, &order, 10_000, &after);
        let comes_after = |doc: &&Doc| {
            !doc.deleted && sort::compare(&order, &[value(doc, &order[0])], &after) == Ordering::Greater
        };
        assert_eq!(
            found.len(),
            docs.iter().filter(comes_after).count(),
            "after {text:?}"
        );
    }
}

#[test]
fn several_values_count_as_their_mode_says() {
    let json = |n: &[i64], x: &[f64], tag: &[&str]| serde_json::json!({"n": n, "x": x, "tag": tag});
    let docs = [
        Doc::new("a", json(&[1, 9], &[0.5, 9.0], &["b", "y"])),
        Doc::new("b", json(&[4, 5, 3], &[4.0, 5.0], &["c"])),
        Doc::new("c", json(&[2, 2, 7, 8], &[2.0, 2.5], &["a", "z"])),
    ];
    let layout = Layout {
        shards: 1,
        segments: 2,
    };
    let views = shards(&docs, layout);
    let order = |by: SortBy, mode| {
        let key = SortKey {
            mode,
            ..key(by, false, Missing::Last)
        };
        ids(&sorted(&views, &[key], 10, &[])).concat()
    };
    let long = || SortBy::Long("n".to_owned());
    let double = || SortBy::Double("x".to_owned());
    let text = || SortBy::Text("tag".to_owned());
    assert_eq!(order(long(), SortMode::Min), "acb");
    assert_eq!(order(long(), SortMode::Max), "bca");
    assert_eq!(order(long(), SortMode::Sum), "abc");
    assert_eq!(order(double(), SortMode::Avg), "cba");
    assert_eq!(order(double(), SortMode::Median), "cba");
    assert_eq!(order(text(), SortMode::Min), "cab");
    assert_eq!(order(text(), SortMode::Max), "bac");
}
