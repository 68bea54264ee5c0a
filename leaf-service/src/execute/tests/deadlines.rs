//! The deadline stops a search, and what was found stays.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use serde_json::json;
use shared::deadline::Deadline;
use shared::random;
use shared::wire::clause::{Clause, LeafQuery};
use shared::wire::{Hit, ShardAnswer, ShardFailure};
use tokio::time::Instant;

use super::fixture::{BODY, Doc, Layout, bare, corpus, far, found, request, shards, text};
use crate::execute::{ExecuteError, ShardView, StatisticsCache, search, statistics};

/// A search during which the clock can be looked at so many times before the deadline passes.
fn stopped_after(
    looks: u32,
    views: &[ShardView],
    query: &LeafQuery,
    k: u32,
    count_max: u64,
) -> (Vec<ShardAnswer>, Vec<Hit>) {
    let start = Instant::now();
    let looked = AtomicU64::new(0);
    let now = move || start + Duration::from_secs(looked.fetch_add(1, Ordering::Relaxed) + 1);
    let deadline = Deadline::after(start, Duration::from_secs(u64::from(looks) + 1));
    search(views, &request(views, query, k, count_max), deadline, now).unwrap()
}

fn queries() -> Vec<LeafQuery> {
    let terms = vec![text(BODY, "w0"), text(BODY, "w1"), text(BODY, "w2")];
    let term = |term| Clause::Term { term, boost: 1.0 };
    let all = || vec![term(0), term(1), term(2)];
    let phrase = |slop| Clause::Phrase {
        terms: vec![(0, 0), (1, 1)],
        slop,
        boost: 1.5,
    };
    let clauses = [
        term(0),
        Clause::bool_of(Vec::new(), all(), 1),
        Clause::bool_of(all(), Vec::new(), 0),
        Clause::bool_of(Vec::new(), all(), 2),
        Clause::All { boost: 1.0 },
        phrase(0),
        phrase(2),
        Clause::bool_of(vec![phrase(0), term(2)], Vec::new(), 0),
    ];
    clauses
        .into_iter()
        .map(|clause| LeafQuery {
            terms: terms.clone(),
            clause,
        })
        .collect()
}

#[test]
fn each_look_at_the_clock_can_be_the_last() {
    let mut rng = random::from_seed(21);
    let docs = corpus(&mut rng, 9_000, 0.1);
    let views = shards(
        &docs,
        Layout {
            shards: 2,
            segments: 2,
        },
    );
    for query in queries() {
        let (whole, all) = found(&views, &query, 10_000, 0);
        let live: u64 = whole.iter().map(|answer| answer.documents).sum();
        let mut before = 0;
        for looks in [0, 1, 2, 3, 4, 5, 7, 11, 20, 50, 150, 1_000] {
            let (answers, hits) = stopped_after(looks, &views, &query, 10_000, 0);
            let seen: u64 = answers.iter().map(|answer| answer.documents_seen).sum();
            assert!((before..=live).contains(&seen), "{looks} {query:?}");
            before = seen;
            for answer in &answers {
                let complete = answer.documents_seen == answer.documents && answer.failure.is_none();
                assert!(complete || answer.failure == Some(ShardFailure::Deadline));
            }
            assert!(hits.iter().all(|hit| all.contains(hit)), "{looks} {query:?}");
            assert!(hits.is_sorted_by(|a, b| (b.score, a.key) <= (a.score, b.key)));
            assert_eq!(looks > 0, seen > 0, "{looks} {query:?}");
        }
        assert_eq!(before, live, "1,000 looks are enough for {query:?}");
    }
}

/// Queries whose phrases stand where tantivy drives them: it can only be told how far it came by its matches.
fn driven() -> Vec<LeafQuery> {
    let terms = vec![text(BODY, "w0"), text(BODY, "w1"), text(BODY, "w2")];
    let term = |term| Clause::Term { term, boost: 1.0 };
    let phrase = |slop| Clause::Phrase {
        terms: vec![(0, 0), (1, 1)],
        slop,
        boost: 1.5,
    };
    let but = |clause: Clause, must_not| match clause {
        Clause::Bool {
            must,
            should,
            filter,
            should_min,
            ..
        } => Clause::Bool {
            must,
            should,
            filter,
            must_not,
            should_min,
        },
        other => other,
    };
    let either = || Clause::bool_of(Vec::new(), vec![phrase(0), phrase(2)], 1);
    let best = Clause::BestOf {
        clauses: vec![phrase(0), term(1), term(2)],
        tie_breaker: 0.3,
    };
    let clauses = [
        either(),
        Clause::bool_of(vec![term(0)], vec![phrase(0), term(1), term(2)], 0),
        but(
            Clause::bool_of(Vec::new(), vec![term(1), term(2)], 1),
            vec![phrase(0)],
        ),
        Clause::bool_of(vec![term(2), either()], Vec::new(), 0),
        best,
    ];
    clauses
        .into_iter()
        .map(|clause| LeafQuery {
            terms: terms.clone(),
            clause,
        })
        .collect()
}

#[test]
fn phrases_within_anything_stop_and_nothing_false_is_found_after_that() {
    let mut rng = random::from_seed(24);
    let docs = corpus(&mut rng, 4_000, 0.1);
    let views = shards(
        &docs,
        Layout {
            shards: 1,
            segments: 2,
        },
    );
    for query in queries().into_iter().chain(driven()) {
        let (whole, all) = found(&views, &query, 10_000, u64::MAX);
        let (mut seen_before, mut counted_before) = (0, 0);
        for looks in [0, 1, 2, 3, 5, 8, 13, 21, 34, 55, 89, 1_000] {
            let (_, hits) = stopped_after(looks, &views, &query, 10_000, u64::MAX);
            assert!(hits.iter().all(|hit| all.contains(hit)), "{looks} {query:?}");
            let (answers, _) = stopped_after(looks, &views, &query, 0, u64::MAX);
            let (seen, counted) = (answers[0].documents_seen, answers[0].count);
            assert!(
                seen >= seen_before && counted >= counted_before,
                "{looks} {query:?}"
            );
            assert!(counted <= whole[0].count && seen <= whole[0].documents);
            (seen_before, counted_before) = (seen, counted);
        }
        assert_eq!(seen_before, whole[0].documents, "1,000 looks are enough");
        assert_eq!(counted_before, whole[0].count);
    }
}

#[test]
fn a_phrase_that_is_nowhere_is_looked_for_by_the_clock() {
    // Both words are in each document, and never side by side.
    let docs: Vec<Doc> = (0..2_000)
        .map(|number| Doc::new(number.to_string(), json!({ "body": "w0 w2 w1 w2 w0" })))
        .collect();
    let views = shards(
        &docs,
        Layout {
            shards: 1,
            segments: 1,
        },
    );
    let phrase = || Clause::Phrase {
        terms: vec![(0, 0), (1, 1)],
        slop: 0,
        boost: 1.0,
    };
    let term = || Clause::Term { term: 2, boost: 1.0 };
    let excluding = |must: Vec<Clause>, must_not| Clause::Bool {
        must,
        should: Vec::new(),
        filter: Vec::new(),
        must_not,
        should_min: 0,
    };
    let clauses = [
        phrase(),
        Clause::bool_of(vec![phrase(), term()], Vec::new(), 0),
        Clause::bool_of(Vec::new(), vec![phrase(), phrase()], 1),
        excluding(vec![phrase()], vec![term()]),
        excluding(vec![term()], vec![phrase()]),
    ];
    for clause in clauses {
        let query = LeafQuery {
            terms: ["w0", "w1", "w2"].map(|word| text(BODY, word)).into(),
            clause,
        };
        for (k, count_max) in [(0, u64::MAX), (10, 0), (10, u64::MAX)] {
            // A look at the clock is due every 64 candidates, so that 20 are far from enough for 2,000.
            let (answers, _) = stopped_after(20, &views, &query, k, count_max);
            assert_eq!(answers[0].failure, Some(ShardFailure::Deadline), "{query:?}");
            assert!(answers[0].documents_seen <= 20 * 64, "{query:?}");
        }
    }
}

#[test]
fn a_count_that_is_stopped_says_so_and_leaves_the_hits_alone() {
    let mut rng = random::from_seed(22);
    let views = shards(
        &corpus(&mut rng, 2_000, 0.2),
        Layout {
            shards: 2,
            segments: 2,
        },
    );
    let query = &queries()[1];
    let (_, hits) = found(&views, query, 10, 0);
    let enough = (0..200)
        .find(|looks| {
            stopped_after(*looks, &views, query, 10, 0)
                .0
                .iter()
                .all(|a| a.failure.is_none())
        })
        .unwrap();
    let (answers, counted) = stopped_after(enough, &views, query, 10, u64::MAX);
    assert_eq!(counted, hits);
    for answer in answers {
        assert_eq!(answer.failure, Some(ShardFailure::Deadline));
        assert_eq!(answer.documents_seen, answer.documents);
        assert_eq!(answer.count, 0);
    }
}

#[test]
fn a_disjunction_too_heavy_to_prune_finds_and_counts_the_same() {
    let mut rng = random::from_seed(23);
    let views = shards(
        &corpus(&mut rng, 2_000, 0.2),
        Layout {
            shards: 1,
            segments: 2,
        },
    );
    let query = &queries()[1];
    let light = request(&views, query, 10_000, u64::MAX);
    let mut heavy = light.clone();
    // An unknown term makes it heavy, and no document's score other.
    heavy.statistics.frequencies.push(1_000_000);
    heavy.query.terms.push(text(BODY, "nowhere"));
    let searched = |request| search(&views, request, far(), Instant::now).unwrap();
    assert_eq!(searched(&light), searched(&heavy));
}

#[test]
fn a_request_that_comes_too_late_costs_nothing() {
    let docs = [Doc::new("a", json!({ "body": "w0" }))];
    let views = shards(
        &docs,
        Layout {
            shards: 1,
            segments: 1,
        },
    );
    let all = bare(Clause::All { boost: 1.0 });
    for (k, count_max) in [(10, 10), (0, 10)] {
        let (answers, hits) = stopped_after(0, &views, &all, k, count_max);
        assert_eq!(answers[0].failure, Some(ShardFailure::Deadline));
        assert_eq!((answers[0].documents, answers[0].documents_seen), (1, 0));
        assert!(hits.is_empty());
    }
    let (_, view) = &views[0];
    let view = view.as_ref().unwrap();
    let now = Instant::now();
    let terms = [text(BODY, "w0")];
    let cache = StatisticsCache::new();
    let late = statistics(
        view,
        &[BODY],
        (&terms, &[]),
        &cache,
        Deadline::at(now),
        move || now,
    );
    assert!(matches!(late, Err(ExecuteError::Deadline)), "{late:?}");
    assert!(statistics(view, &[BODY], (&terms, &[]), &cache, far(), move || now).is_ok());
}
