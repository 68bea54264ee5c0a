//! Best documents and weighted means: equal for every cut, and equal to what is computed of the documents one by one.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};
use shared::aggregation::{Aggregation, Bucket, Column, ColumnKind, Key, Kind, Number, Partial, TopHits};
use shared::ids::document_key;
use shared::wire::SearchRequest;
use shared::wire::clause::{Clause, LeafQuery};
use shared::wire::sort::{Missing, SortBy, SortKey, SortMode, SortValue};
use tokio::time::Instant;

use super::aggregations::{LAYOUTS, aggregated, documents, terms};
use super::fixture::{BODY, Doc, TITLE, bare, far, found, request, shards, text};
use crate::execute::{ShardView, search};

pub(super) fn top(order: Vec<SortKey>, max: u32, scores: bool) -> Aggregation {
    Aggregation {
        kind: Kind::TopHits { order, max, scores },
        inner: Vec::new(),
    }
}

pub(super) fn key(by: SortBy, descending: bool) -> SortKey {
    SortKey {
        by,
        descending,
        mode: if descending { SortMode::Max } else { SortMode::Min },
        missing: Missing::Last,
    }
}

pub(super) fn by_score() -> Vec<SortKey> {
    vec![key(SortBy::Score, true)]
}

/// Words whose scores add up in more than one way.
pub(super) fn words() -> LeafQuery {
    let term = |term| Clause::Term { term, boost: 1.0 };
    LeafQuery {
        terms: vec![text(TITLE, "w1"), text(BODY, "w2"), text(BODY, "w5")],
        clause: Clause::Bool {
            must: Vec::new(),
            should: vec![term(0), term(1), term(2)],
            filter: Vec::new(),
            must_not: Vec::new(),
            should_min: 1,
        },
    }
}

pub(super) fn texts(value: &Value) -> BTreeSet<String> {
    match value {
        Value::Array(values) => values
            .iter()
            .filter_map(Value::as_str)
            .map(str::to_owned)
            .collect(),
        value => value.as_str().map(str::to_owned).into_iter().collect(),
    }
}

fn bucket<'a>(partial: &'a Partial, tag: &str) -> &'a Bucket {
    let Partial::Buckets(buckets) = partial else {
        panic!("{partial:?}");
    };
    &buckets.kept[&Key::Str(tag.to_owned())]
}

fn best(partial: &Partial) -> &TopHits {
    match partial {
        Partial::TopHits(top) => top,
        other => panic!("{other:?}"),
    }
}

/// Ids, bits of the scores, and what hits are ordered by.
fn shown(top: &TopHits) -> Vec<(String, u32, Vec<SortValue>)> {
    let hit = |top: &shared::aggregation::TopHit| {
        let hit = &top.hit;
        (hit.id.clone(), hit.score.to_bits(), hit.sort.clone())
    };
    top.hits.iter().map(hit).collect()
}

pub(super) fn with(views: &[ShardView], query: &LeafQuery, of: Vec<Aggregation>) -> SearchRequest {
    let mut request = request(views, query, 0, 0);
    request.aggregations = of;
    request
}

#[test]
fn the_best_documents_of_a_bucket_are_those_of_a_search_for_it() {
    let docs = documents(0.2);
    for layout in LAYOUTS {
        let views = shards(&docs, layout);
        let request = with(
            &views,
            &words(),
            vec![
                terms("tag", ColumnKind::Str, vec![top(by_score(), 7, false)]),
                top(by_score(), 100, false),
            ],
        );
        let result = aggregated(&views, &request);
        let (_, hits) = found(&views, &words(), 10_000, 0);
        let all: Vec<(String, u32)> = hits
            .iter()
            .map(|hit| (hit.id.clone(), hit.score.to_bits()))
            .collect();
        let pair = |top: &TopHits| -> Vec<(String, u32)> {
            shown(top).into_iter().map(|(id, score, _)| (id, score)).collect()
        };
        assert_eq!(pair(best(&result[1])), all[..100], "{layout:?}");
        assert_eq!(best(&result[1]).total, hits.len() as u64);
        let tags: BTreeMap<&str, BTreeSet<String>> = docs
            .iter()
            .map(|doc| (doc.id.as_str(), texts(&doc.json["tag"])))
            .collect();
        for tag in ["t0", "t1", "t30"] {
            let of_tag: Vec<(String, u32)> = all
                .iter()
                .filter(|(id, _)| tags[id.as_str()].contains(tag))
                .cloned()
                .collect();
            let top = best(&bucket(&result[0], tag).inner[0]);
            assert_eq!(pair(top), of_tag[..of_tag.len().min(7)], "{layout:?} {tag}");
            assert_eq!(top.total, of_tag.len() as u64);
            assert_eq!(top.score_max.map(f32::to_bits), Some(of_tag[0].1));
        }
    }
}

#[test]
fn the_best_documents_by_fields_are_the_same_however_the_index_is_cut() {
    let docs = documents(0.3);
    let long = |descending| key(SortBy::Long("n".to_owned()), descending);
    let orders = [
        (
            vec![long(true), key(SortBy::Text("meta.kind".to_owned()), false)],
            false,
        ),
        (vec![key(SortBy::Text("tag".to_owned()), true)], true),
        (vec![long(false), key(SortBy::Score, false)], false),
        (vec![key(SortBy::Id, true)], false),
        (vec![key(SortBy::Key, false)], false),
        (vec![key(SortBy::Nothing, false)], false),
    ];
    for (order, scores) in orders {
        let mut first = None;
        for layout in LAYOUTS {
            let views = shards(&docs, layout);
            let of = terms(
                "flag",
                ColumnKind::Boolean,
                vec![terms("tag", ColumnKind::Str, vec![top(order.clone(), 5, scores)])],
            );
            let mut result = aggregated(&views, &with(&views, &words(), vec![of]));
            let mut hits = Vec::new();
            result[0].hits(&mut hits);
            let hits: Vec<_> = hits
                .into_iter()
                .map(|top| (top.hit.id.clone(), top.hit.score.to_bits(), top.hit.sort.clone()))
                .collect();
            assert!(hits.len() > 50);
            let first = first.get_or_insert_with(|| hits.clone());
            assert_eq!(hits, *first, "{layout:?} {order:?}");
        }
    }
}

#[test]
fn best_documents_by_a_number_go_by_document_key_where_it_is_equal() {
    let docs = documents(0.2);
    let views = shards(&docs, LAYOUTS[3]);
    let all = bare(Clause::All { boost: 1.0 });
    let order = vec![key(SortBy::Long("n".to_owned()), true)];
    let result = aggregated(&views, &with(&views, &all, vec![top(order, 60, false)]));
    let mut wanted: Vec<(i64, u64, String)> = docs
        .iter()
        .filter(|doc| !doc.deleted)
        .filter_map(|doc| Some((-doc.json["n"].as_i64()?, document_key(&doc.id), doc.id.clone())))
        .collect();
    wanted.sort();
    let wanted: Vec<String> = wanted.into_iter().take(60).map(|(.., id)| id).collect();
    let ids: Vec<String> = shown(best(&result[0])).into_iter().map(|(id, ..)| id).collect();
    assert_eq!(ids, wanted);
    assert_eq!(best(&result[0]).score_max, None);
}

#[test]
fn of_all_documents_the_score_is_one_and_of_another_query_it_is_that_ones() {
    let docs = documents(0.0);
    let views = shards(&docs, LAYOUTS[2]);
    let global = Aggregation {
        kind: Kind::Global,
        inner: vec![top(by_score(), 3, false)],
    };
    let mut request = with(&views, &words(), vec![global, top(by_score(), 3, false)]);
    let plain = aggregated(&views, &request);
    let Partial::Buckets(buckets) = &plain[0] else {
        panic!("{plain:?}");
    };
    assert_eq!(best(&buckets.kept[&Key::Nth(0)].inner[0]).score_max, Some(1.0));
    // Hits are filtered further; what is aggregated is scored by the query alone.
    request.aggregated = Some(words());
    request.query.clause = Clause::Bool {
        must: vec![request.query.clause.clone()],
        should: Vec::new(),
        filter: vec![Clause::Nothing],
        must_not: Vec::new(),
        should_min: 0,
    };
    assert_eq!(aggregated(&views, &request), plain);
}

#[test]
fn weighted_means_leave_out_documents_without_a_value_or_a_weight() {
    let docs = documents(0.2);
    let number = |path: &str, kind, missing| Number {
        column: Column {
            path: path.to_owned(),
            kind,
        },
        missing,
    };
    for missing in [None, Some(0.5)] {
        let of = Aggregation {
            kind: Kind::Weighted {
                value: number("x", ColumnKind::Double, None),
                weight: number("n", ColumnKind::Long, missing),
            },
            inner: Vec::new(),
        };
        let (mut products, mut weights) = (0.0, 0.0);
        for doc in docs.iter().filter(|doc| !doc.deleted) {
            let Some(weight) = doc.json["n"].as_f64().or(missing) else {
                continue;
            };
            let values = match &doc.json["x"] {
                Value::Array(values) => values.clone(),
                value => vec![value.clone()],
            };
            for value in values.iter().filter_map(Value::as_f64) {
                products += value * weight;
                weights += weight;
            }
        }
        let mut first = None;
        for layout in LAYOUTS {
            let views = shards(&docs, layout);
            let all = bare(Clause::All { boost: 1.0 });
            let result = aggregated(&views, &with(&views, &all, vec![of.clone()]));
            let Partial::Weighted(weighted) = &result[0] else {
                panic!("{result:?}");
            };
            let mean = weighted.average().unwrap();
            let (plain, first) = (products / weights, *first.get_or_insert(mean));
            assert_eq!(mean.to_bits(), first.to_bits(), "{layout:?}");
            assert!((mean - plain).abs() <= 1e-9 * plain.abs(), "{mean} {plain}");
        }
    }
}

#[test]
fn a_document_of_several_weights_is_refused() {
    let docs = [Doc::new("a", json!({"x": 1.5, "n": [1, 2]}))];
    let views = shards(&docs, LAYOUTS[0]);
    let number = |path: &str, kind| Number {
        column: Column {
            path: path.to_owned(),
            kind,
        },
        missing: None,
    };
    let of = Aggregation {
        kind: Kind::Weighted {
            value: number("x", ColumnKind::Double),
            weight: number("n", ColumnKind::Long),
        },
        inner: Vec::new(),
    };
    let request = with(&views, &bare(Clause::All { boost: 1.0 }), vec![of]);
    let error = search(&views, &request, far(), Instant::now).unwrap_err();
    assert!(error.to_string().contains("more than one weight"), "{error}");
}
