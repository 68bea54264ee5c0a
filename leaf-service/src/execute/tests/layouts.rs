//! A query over one shard of one segment, and over many, gives the same bits.

use std::collections::BTreeSet;

use shared::pattern::Fuzzy;
use shared::random;
use shared::wire::Hit;
use shared::wire::clause::{Clause, Expansion, ExpansionKind, Field, LeafQuery};
use tokio::time::Instant;

use super::fixture::{BODY, Doc, FLAT, Layout, ONCE, TITLE, corpus, far, found, gathered, shards, text};
use super::shapes::{AMONG_OTHERS, SHAPES, WITH_LEAST_SCORE, WITH_SYNONYMS, query};
use crate::execute::{ShardView, StatisticsCache, statistics};

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

/// The query with another slot in the place of the body's.
fn moved(mut query: LeafQuery, to: u16) -> LeafQuery {
    for term in &mut query.terms {
        if term.field == Field::Text(BODY) {
            term.field = Field::Text(to);
        }
    }
    query
}

#[test]
fn every_layout_ranks_alike_without_lengths() {
    let mut rng = random::from_seed(21);
    let moved = |query| moved(query, FLAT);
    let queries: Vec<LeafQuery> = queries(22, 4).into_iter().map(moved).collect();
    assert_equal_over_layouts(&corpus(&mut rng, 1_500, 0.2), &queries);
}

#[test]
fn every_layout_ranks_alike_without_frequencies() {
    let mut rng = random::from_seed(23);
    let has_phrase = |query: &LeafQuery| format!("{query:?}").contains("Phrase");
    let queries = queries(24, 4).into_iter().filter(|query| !has_phrase(query));
    let queries: Vec<LeafQuery> = queries.map(|query| moved(query, ONCE)).collect();
    assert!(queries.len() > SHAPES);
    assert_equal_over_layouts(&corpus(&mut rng, 1_500, 0.2), &queries);
}

#[test]
fn without_lengths_and_frequencies_a_word_scores_its_rarity() {
    let docs: Vec<Doc> = ["a", "a a b", "b c c c c c c"]
        .into_iter()
        .enumerate()
        .map(|(at, body)| Doc::new(at.to_string(), serde_json::json!({ "body": body })))
        .collect();
    let views = shards(&docs, LAYOUTS[2]);
    let scores = |slot: u16, word: &str| {
        let query = LeafQuery {
            terms: vec![text(slot, word)],
            clause: Clause::Term { term: 0, boost: 1.0 },
        };
        let (_, hits) = found(&views, &query, 10, 0);
        let mut scores: Vec<(String, f32)> = hits.into_iter().map(|hit| (hit.id, hit.score)).collect();
        scores.sort_by(|a, b| a.0.cmp(&b.0));
        scores
    };
    let idf = |documents: f32| (1.0 + (3.0 - documents + 0.5) / (documents + 0.5)).ln();
    let close = |found: Vec<(String, f32)>, wanted: &[(&str, f32)]| {
        assert_eq!(found.len(), wanted.len(), "{found:?}");
        for ((id, score), (wanted_id, wanted)) in found.iter().zip(wanted) {
            assert!(id == wanted_id && (score - wanted).abs() < 1e-5, "{found:?}");
        }
    };
    close(scores(ONCE, "a"), &[("0", idf(2.0)), ("1", idf(2.0))]);
    close(scores(ONCE, "c"), &[("2", idf(1.0))]);
    close(
        scores(FLAT, "a"),
        &[("0", idf(2.0)), ("1", idf(2.0) * 2.2 * 2.0 / (2.0 + 1.2))],
    );
}

#[test]
fn every_layout_lets_the_same_scores_through() {
    let mut rng = random::from_seed(9);
    let docs = corpus(&mut rng, 1_000, 0.2);
    let queries: Vec<LeafQuery> = (0..12).map(|_| query(&mut rng, WITH_LEAST_SCORE)).collect();
    assert_equal_over_layouts(&docs, &queries);
}

#[test]
fn every_layout_takes_terms_for_one_alike() {
    let mut rng = random::from_seed(13);
    let docs = corpus(&mut rng, 1_000, 0.2);
    let shapes = [WITH_SYNONYMS, AMONG_OTHERS];
    let queries: Vec<LeafQuery> = (0..16)
        .map(|number| query(&mut rng, shapes[number % 2]))
        .collect();
    assert_equal_over_layouts(&docs, &queries);
}

#[test]
fn every_layout_expands_words_alike() {
    let mut rng = random::from_seed(10);
    let docs = corpus(&mut rng, 300, 0.6);
    let fuzzy = |text: &str, distance, terms_max| Expansion {
        field: Field::Text(BODY),
        text: text.to_owned(),
        kind: ExpansionKind::Fuzzy {
            distance,
            prefix_length: 1,
            transpositions: true,
        },
        terms_max,
    };
    let prefix = |field: Field, text: &str, terms_max| Expansion {
        field,
        text: text.to_owned(),
        kind: ExpansionKind::Prefix,
        terms_max,
    };
    let expansions = [
        fuzzy("w1", 1, 5),
        fuzzy("w21", 2, 50),
        fuzzy("w72", 1, 3),
        prefix(Field::Text(BODY), "w1", 4),
        prefix(Field::Text(TITLE), "w2", 100),
        prefix(Field::Exact("tag".to_owned()), "t", 2),
    ];
    let mut expected: Option<Vec<Vec<String>>> = None;
    for layout in LAYOUTS {
        let views = shards(&docs, layout);
        let cache = StatisticsCache::new();
        let mut all: Vec<BTreeSet<(u32, String)>> = vec![BTreeSet::new(); expansions.len()];
        for (_, view) in &views {
            let view = view.as_ref().unwrap();
            let told = statistics(view, &[], (&[], &expansions), &cache, far(), Instant::now).unwrap();
            for ((all, terms), expansion) in all.iter_mut().zip(told.expansions).zip(&expansions) {
                let of = Fuzzy::new(&expansion.text, 2, 1, true);
                let key = |term: &str| match expansion.kind {
                    ExpansionKind::Prefix => 0,
                    ExpansionKind::Fuzzy { .. } => (1.0 - of.similarity(term).unwrap()).to_bits(),
                };
                all.extend(terms.into_iter().map(|term| (key(&term), term)));
            }
        }
        let best = |(all, expansion): (BTreeSet<(u32, String)>, &Expansion)| {
            let terms = all.into_iter().map(|(_, term)| term);
            terms.take(expansion.terms_max as usize).collect()
        };
        let found: Vec<Vec<String>> = all.into_iter().zip(&expansions).map(best).collect();
        assert_eq!(
            *expected.get_or_insert_with(|| found.clone()),
            found,
            "{layout:?}"
        );
    }
    let expected = expected.unwrap();
    assert_eq!(expected[3], ["w1", "w10", "w11", "w12"]);
    assert_eq!(expected[5], ["t0", "t1"]);
    assert_eq!(expected[0][0], "w1");
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
