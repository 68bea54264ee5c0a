//! The normal form: examples, and the property that it changes neither matches nor scores.

use proptest::prelude::*;
use shared::wire::clause::{BoostMode, Clause, Field, Rescore, ScoreMode};

use super::{depth, normalise};

fn term(term: u32, boost: f32) -> Clause {
    Clause::Term { term, boost }
}

fn all(boost: f32) -> Clause {
    Clause::All { boost }
}

fn exists(path: &str, boost: f32) -> Clause {
    Clause::Exists {
        path: path.to_owned(),
        boost,
    }
}

fn any(should: Vec<Clause>) -> Clause {
    Clause::bool_of(vec![], should, 1)
}

fn every(must: Vec<Clause>) -> Clause {
    Clause::bool_of(must, vec![], 0)
}

fn constant(clause: Clause, boost: f32) -> Clause {
    Clause::Constant {
        clause: Box::new(clause),
        boost,
    }
}

fn best(clauses: Vec<Clause>, tie_breaker: f32) -> Clause {
    Clause::BestOf { clauses, tie_breaker }
}

fn full(
    must: Vec<Clause>,
    should: Vec<Clause>,
    filter: Vec<Clause>,
    must_not: Vec<Clause>,
    should_min: u32,
) -> Clause {
    Clause::Bool {
        must,
        should,
        filter,
        must_not,
        should_min,
    }
}

#[test]
fn nested_bools_become_flat_ones() {
    let ab = || vec![term(0, 1.0), term(1, 1.0)];
    let cases = [
        (
            any(vec![any(ab()), any(vec![term(2, 2.0)])]),
            any(vec![term(0, 1.0), term(1, 1.0), term(2, 2.0)]),
        ),
        (
            every(vec![every(ab()), term(2, 1.0)]),
            every(vec![term(0, 1.0), term(1, 1.0), term(2, 1.0)]),
        ),
        (every(vec![any(vec![term(0, 1.0)])]), term(0, 1.0)),
        (every(vec![any(ab())]), any(ab())),
        (
            full(vec![any(ab())], vec![], vec![exists("a", 1.0)], vec![], 0),
            full(vec![], ab(), vec![exists("a", 1.0)], vec![], 1),
        ),
        // All of two is both of them.
        (Clause::bool_of(vec![], ab(), 2), every(ab())),
        // A sum inside a must-have cannot be lifted past another one.
        (every(vec![any(ab()), any(vec![term(2, 1.0), term(3, 1.0)])]), {
            full(
                vec![any(vec![term(2, 1.0), term(3, 1.0)])],
                ab(),
                vec![],
                vec![],
                1,
            )
        }),
        (
            best(vec![best(ab(), 0.0), term(2, 1.0)], 0.0),
            best(vec![term(0, 1.0), term(1, 1.0), term(2, 1.0)], 0.0),
        ),
        (
            best(vec![best(ab(), 0.5), term(2, 1.0)], 0.5),
            best(vec![best(ab(), 0.5), term(2, 1.0)], 0.5),
        ),
        (best(vec![any(ab()), Clause::Nothing], 0.5), any(ab())),
    ];
    for (clause, expected) in cases {
        assert_eq!(normalise(clause.clone()), expected, "{clause:?}");
    }
}

#[test]
fn terms_that_are_named_twice_count_twice() {
    assert_eq!(
        normalise(any(vec![term(0, 1.0), term(1, 1.0), any(vec![term(0, 2.5)])])),
        any(vec![term(0, 3.5), term(1, 1.0)])
    );
    assert_eq!(normalise(any(vec![term(0, 1.0), term(0, 1.0)])), term(0, 2.0));
    assert_eq!(normalise(every(vec![term(0, 1.0), term(0, 1.0)])), term(0, 2.0));
    // Where two of three must match, a repeated word counts as often as it is named.
    let two_of_three = Clause::bool_of(vec![], vec![term(0, 1.0), term(0, 1.0), term(1, 1.0)], 2);
    assert_eq!(normalise(two_of_three.clone()), two_of_three);
}

#[test]
fn what_cannot_match_is_nothing_and_what_always_does_is_dropped() {
    let nothing = || vec![Clause::Nothing];
    for clause in [
        full(nothing(), vec![term(0, 1.0)], vec![], vec![], 0),
        full(vec![term(0, 1.0)], vec![], nothing(), vec![], 0),
        full(vec![term(0, 1.0)], vec![], vec![], vec![all(1.0)], 0),
        any(nothing()),
        any(vec![]),
        best(vec![], 0.0),
        constant(any(nothing()), 1.0),
        Clause::bool_of(vec![], vec![term(0, 1.0), Clause::Nothing], 2),
    ] {
        assert_eq!(normalise(clause.clone()), Clause::Nothing, "{clause:?}");
    }
    assert_eq!(
        normalise(full(vec![term(0, 1.0)], nothing(), vec![all(1.0)], nothing(), 0)),
        term(0, 1.0)
    );
}

#[test]
fn only_exclusions_leave_something_that_must_match() {
    let not = full(vec![], vec![], vec![], vec![term(0, 2.0)], 0);
    assert_eq!(
        normalise(not),
        full(vec![], vec![], vec![all(1.0)], vec![term(0, 1.0)], 0)
    );
}

#[test]
fn filters_are_flat_and_unboosted() {
    let filter = any(vec![
        constant(term(0, 3.0), 2.0),
        best(vec![term(1, 2.0), term(2, 2.0)], 0.5),
    ]);
    assert_eq!(
        normalise(full(vec![term(9, 1.0)], vec![], vec![filter], vec![], 0)),
        full(
            vec![term(9, 1.0)],
            vec![],
            vec![any(vec![term(0, 1.0), term(1, 1.0), term(2, 1.0)])],
            vec![],
            0
        )
    );
    // Neither filters nor exclusions nest.
    let filter = full(
        vec![exists("a", 1.0)],
        vec![],
        vec![exists("b", 1.0)],
        vec![any(vec![exists("c", 1.0), exists("d", 1.0)])],
        0,
    );
    assert_eq!(
        normalise(full(vec![term(9, 1.0)], vec![], vec![filter], vec![], 0)),
        full(
            vec![term(9, 1.0)],
            vec![],
            vec![exists("a", 1.0), exists("b", 1.0)],
            vec![exists("c", 1.0), exists("d", 1.0)],
            0
        )
    );
    assert_eq!(
        normalise(full(vec![], vec![], vec![exists("a", 1.0)], vec![], 0)),
        exists("a", 0.0)
    );
    assert_eq!(
        normalise(constant(constant(exists("a", 1.0), 2.0), 3.0)),
        exists("a", 3.0)
    );
}

/// Functions that change nothing, but let nothing through that scores less.
fn rescored(clause: Clause, score_min: Option<f32>) -> Clause {
    Clause::Rescored {
        clause: Box::new(clause),
        rescore: Box::new(Rescore {
            functions: vec![],
            score_mode: ScoreMode::Multiply,
            boost_mode: BoostMode::Multiply,
            function_max: f32::MAX,
            score_min,
        }),
    }
}

const TERMS: u32 = 5;

/// The score of a document that has the terms whose bits are set, or `None`.
fn score(clause: &Clause, document: u32) -> Option<f64> {
    let scores = |clauses: &[Clause]| -> Vec<Option<f64>> {
        clauses.iter().map(|clause| score(clause, document)).collect()
    };
    match clause {
        Clause::All { boost } => Some(f64::from(*boost)),
        Clause::Nothing => None,
        Clause::Term { term, boost } => {
            (document & (1 << term) != 0).then(|| f64::from(*boost) * f64::from(term + 1))
        }
        Clause::Exists { path, boost } => {
            let bit: u32 = path.parse().unwrap();
            (document & (1 << bit) != 0).then(|| f64::from(*boost))
        }
        Clause::Constant { clause, boost } => score(clause, document).map(|_| f64::from(*boost)),
        Clause::Bool {
            must,
            should,
            filter,
            must_not,
            should_min,
        } => {
            let must: Option<Vec<f64>> = scores(must).into_iter().collect();
            let should: Vec<f64> = scores(should).into_iter().flatten().collect();
            let passes = scores(filter).iter().all(Option::is_some)
                && scores(must_not).iter().all(Option::is_none)
                && should.len() >= *should_min as usize;
            must.filter(|_| passes)
                .map(|must| must.iter().chain(&should).sum())
        }
        Clause::BestOf { clauses, tie_breaker } => {
            let all: Vec<f64> = scores(clauses).into_iter().flatten().collect();
            let best = all.iter().copied().reduce(f64::max)?;
            let others: f64 = all.iter().sum::<f64>() - best;
            Some(best + others * f64::from(*tie_breaker))
        }
        Clause::Rescored { clause, rescore } => {
            let least = rescore.score_min.map_or(f64::MIN, f64::from);
            score(clause, document).filter(|score| *score >= least)
        }
        Clause::Synonyms { .. }
        | Clause::Phrase { .. }
        | Clause::PhraseOfAny { .. }
        | Clause::Fits { .. }
        | Clause::AnyOf { .. }
        | Clause::Range { .. } => unreachable!("not generated"),
    }
}

fn clauses() -> impl Strategy<Value = Clause> {
    let boost = || prop::sample::select(vec![0.5_f32, 1.0, 2.0]);
    let leaf = prop_oneof![
        6 => (0..TERMS, boost()).prop_map(|(term, boost)| Clause::Term { term, boost }),
        2 => (0..TERMS, boost()).prop_map(|(bit, boost)| exists(&bit.to_string(), boost)),
        1 => boost().prop_map(all),
        1 => Just(Clause::Nothing),
    ];
    leaf.prop_recursive(4, 40, 4, move |inner| {
        let some = |max| prop::collection::vec(inner.clone(), 0..max);
        let tie = prop::sample::select(vec![0.0_f32, 0.5]);
        prop_oneof![
            (some(3), some(4), some(2), some(2), 0..3_u32)
                .prop_map(|(must, should, filter, not, least)| full(must, should, filter, not, least)),
            some(4).prop_map(any),
            some(3).prop_map(every),
            (some(4), tie).prop_map(|(clauses, tie)| best(clauses, tie)),
            (inner.clone(), boost()).prop_map(|(clause, boost)| constant(clause, boost)),
            (inner.clone(), prop::option::of(Just(1.25_f32)))
                .prop_map(|(clause, least)| rescored(clause, least)),
        ]
    })
}

/// Checks what the normal form promises, below the top.
fn assert_normal(clause: &Clause) {
    match clause {
        Clause::Bool {
            must,
            should,
            filter,
            must_not,
            should_min,
        } => {
            let parts = [must, should, filter, must_not];
            assert!(
                parts.iter().map(|part| part.len()).sum::<usize>() >= 2,
                "{clause:?}"
            );
            assert!(
                !must.is_empty() || !filter.is_empty() || *should_min > 0,
                "{clause:?}"
            );
            for inner in parts.into_iter().flatten() {
                assert_ne!(*inner, Clause::Nothing, "{clause:?}");
                assert_normal(inner);
            }
        }
        Clause::BestOf { clauses, .. } => {
            assert!(clauses.len() >= 2, "{clause:?}");
            clauses.iter().for_each(assert_normal);
        }
        Clause::Constant { clause, .. } => assert_normal(clause),
        _ => {}
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn matches_and_scores_stay_the_same(clause in clauses()) {
        let normal = normalise(clause.clone());
        for document in 0..1 << TERMS {
            match (score(&clause, document), score(&normal, document)) {
                (Some(a), Some(b)) => prop_assert!((a - b).abs() < 1e-9, "{a} became {b}: {normal:?}"),
                (a, b) => prop_assert_eq!(a.is_some(), b.is_some(), "{:?}", normal),
            }
        }
        assert_normal(&normal);
        prop_assert!(depth(&normal) <= depth(&clause));
    }

    #[test]
    fn the_normal_form_of_a_normal_form_is_itself(clause in clauses()) {
        let normal = normalise(clause);
        prop_assert_eq!(normalise(normal.clone()), normal);
    }
}

#[test]
fn leaves_are_left_alone() {
    let leaf = Clause::AnyOf {
        field: Field::Id,
        values: vec![],
        boost: 2.0,
    };
    assert_eq!(normalise(leaf.clone()), leaf);
}
