//! Nothing that a request says makes the leaf panic, and a panic stays with its shard.

use std::sync::atomic::{AtomicBool, Ordering};

use serde_json::json;
use shared::ids::Shard;
use shared::limits::{CLAUSES_MAX, PHRASE_TERMS_MAX, QUERY_DEPTH_MAX};
use shared::wire::clause::{Bound, Clause, Field, LeafQuery, Term, Value};
use shared::wire::{LeafError, ShardFailure, Statistics};
use tokio::time::Instant;

use super::fixture::{BODY, Doc, Layout, bare, far, found, request, shards, text};
use crate::execute::{ShardView, search};

fn views() -> Vec<ShardView> {
    let docs: Vec<Doc> = (0..20)
        .map(|number| Doc::new(number.to_string(), json!({ "body": "w0 w1", "n": number })))
        .collect();
    shards(
        &docs,
        Layout {
            shards: 2,
            segments: 2,
        },
    )
}

fn term(number: u32) -> Clause {
    Clause::Term {
        term: number,
        boost: 1.0,
    }
}

fn refused(query: &LeafQuery) {
    let views = views();
    let mut asked = request(&views, &bare(Clause::Nothing), 10, 10);
    asked.query = query.clone();
    asked.statistics.frequencies = vec![1; query.terms.len()];
    let answer = search(&views, &asked, far(), Instant::now);
    assert!(
        matches!(answer, Err(LeafError::BadRequest(_))),
        "{query:?}: {answer:?}"
    );
}

fn phrase(terms: Vec<(u32, u32)>, slop: u32) -> LeafQuery {
    let table = vec![
        text(BODY, "w0"),
        text(0, "w0"),
        Term {
            field: Field::Exact("n".to_owned()),
            value: Value::Long(1),
        },
    ];
    LeafQuery {
        terms: table,
        clause: Clause::Phrase {
            terms,
            slop,
            boost: 1.0,
        },
    }
}

#[test]
fn what_would_panic_in_tantivy_is_refused() {
    refused(&bare(term(0)));
    refused(&phrase(vec![(0, 0)], 0));
    refused(&phrase(vec![], 0));
    refused(&phrase(vec![(0, 0), (1, 1)], 0));
    refused(&phrase(vec![(0, 2), (1, 2)], 0));
    refused(&phrase(vec![(0, 0), (u32::MAX, 0)], 0));
    refused(&phrase(vec![(0, 0), (1, 0)], 1_000));
    refused(&phrase(vec![(0, 0); PHRASE_TERMS_MAX + 1], 0));
    for boost in [f32::NAN, f32::INFINITY, -1.0, f32::MAX] {
        refused(&bare(Clause::All { boost }));
    }
    let range = |lower, upper| {
        bare(Clause::Range {
            path: "n".to_owned(),
            lower,
            upper,
            boost: 1.0,
        })
    };
    refused(&range(Bound::Open, Bound::Open));
    refused(&range(Bound::Included(Value::Double(f64::NAN)), Bound::Open));
    refused(&range(
        Bound::Included(Value::Long(1)),
        Bound::Included(Value::Str("z".to_owned())),
    ));
    refused(&bare(Clause::BestOf {
        clauses: Vec::new(),
        tie_breaker: 0.0,
    }));
    refused(&bare(Clause::AnyOf {
        field: Field::Id,
        values: Vec::new(),
        boost: 1.0,
    }));
    refused(&LeafQuery {
        terms: vec![Term {
            field: Field::Text(BODY),
            value: Value::Long(1),
        }],
        clause: term(0),
    });
}

#[test]
fn queries_too_deep_or_too_wide_are_refused() {
    let mut deep = Clause::All { boost: 1.0 };
    for _ in 0..=QUERY_DEPTH_MAX {
        deep = Clause::bool_of(vec![deep], Vec::new(), 0);
    }
    refused(&bare(deep));
    let wide = vec![Clause::All { boost: 1.0 }; CLAUSES_MAX + 1];
    refused(&bare(Clause::bool_of(Vec::new(), wide, 1)));
}

#[test]
fn limits_of_the_request_are_kept() {
    let views = views();
    let mut asked = request(&views, &bare(Clause::All { boost: 1.0 }), 10_001, 0);
    let answer = search(&views, &asked, far(), Instant::now);
    assert!(matches!(answer, Err(LeafError::BadRequest(_))));
    asked.k = 1;
    asked.statistics.frequencies.push(1);
    let answer = search(&views, &asked, far(), Instant::now);
    assert!(matches!(answer, Err(LeafError::BadRequest(_))));
}

#[test]
fn a_slot_that_a_shard_lacks_fails_the_shard() {
    let views = views();
    let query = LeafQuery {
        terms: vec![text(99, "w0")],
        clause: term(0),
    };
    let mut asked = request(&views, &bare(Clause::Nothing), 10, 0);
    asked.query = query;
    asked.statistics.frequencies = vec![1];
    let (answers, hits) = search(&views, &asked, far(), Instant::now).unwrap();
    assert!(hits.is_empty());
    assert!(
        answers
            .iter()
            .all(|answer| matches!(answer.failure, Some(ShardFailure::Failed(_))))
    );
}

#[test]
fn odd_statistics_make_no_odd_scores() {
    let views = views();
    let query = LeafQuery {
        terms: vec![text(BODY, "w0"), text(BODY, "w1")],
        clause: Clause::bool_of(Vec::new(), vec![term(0), term(1)], 1),
    };
    for (documents, tokens, frequency) in [(0, 0, 0), (1, 0, 99), (u64::MAX, u64::MAX, u64::MAX), (3, 1, 0)] {
        let mut asked = request(&views, &query, 100, 0);
        asked.statistics = Statistics {
            documents,
            tokens: vec![(BODY, tokens)],
            frequencies: vec![frequency; 2],
        };
        let (_, hits) = search(&views, &asked, far(), Instant::now).unwrap();
        assert_eq!(hits.len(), 20);
        assert!(hits.iter().all(|hit| hit.score.is_finite() && hit.score >= 0.0));
    }
}

#[test]
fn the_greatest_boosts_stay_finite() {
    let views = views();
    let clauses = (0..CLAUSES_MAX)
        .map(|_| Clause::Term { term: 0, boost: 1e30 })
        .collect();
    let query = LeafQuery {
        terms: vec![text(BODY, "w0")],
        clause: Clause::bool_of(Vec::new(), clauses, 1),
    };
    let (_, hits) = found(&views, &query, 20, 0);
    assert_eq!(hits.len(), 20);
    assert!(hits.iter().all(|hit| hit.score.is_finite() && hit.score > 0.0));
}

#[test]
fn a_shard_without_a_view_does_not_hinder_the_others() {
    let mut views = views();
    views.push((Shard(2), Err(ShardFailure::NotReady)));
    let asked = request(&views, &bare(Clause::All { boost: 1.0 }), 100, u64::MAX);
    let (answers, hits) = search(&views, &asked, far(), Instant::now).unwrap();
    assert_eq!(hits.len(), 20);
    assert_eq!(answers[2].failure, Some(ShardFailure::NotReady));
    assert_eq!(answers.iter().map(|answer| answer.count).sum::<u64>(), 20);
}

#[test]
fn a_panic_fails_its_shard_and_nothing_else() {
    let views = views();
    let asked = request(&views, &bare(Clause::All { boost: 1.0 }), 100, 0);
    let looked = AtomicBool::new(false);
    let now = move || {
        let first = !looked.swap(true, Ordering::Relaxed);
        assert!(!first, "the first look at the clock panics");
        Instant::now()
    };
    let (answers, hits) = search(&views, &asked, far(), now).unwrap();
    let Some(ShardFailure::Failed(text)) = &answers[0].failure else {
        panic!("{answers:?}")
    };
    assert!(text.contains("the first look at the clock panics"), "{text}");
    assert_eq!(answers[1].failure, None);
    assert_eq!(hits.len() as u64, answers[1].documents);
}
