//! What matches is what the documents say, by brute force; scores are BM25.

use serde_json::Value as Json;
use shared::pattern::Automaton as _;
use shared::random;
use shared::wire::clause::{Bound, Clause, Field, LeafQuery, Term, Value};

use super::fixture::{BODY, Doc, Layout, TITLE, corpus, found, gathered, matching_ids, shards, text};
use super::shapes::{SHAPES, WITH_SYNONYMS, query};
use crate::execute::ShardView;

fn words(doc: &Doc, slot: u16) -> Vec<&str> {
    let name = if slot == TITLE { "title" } else { "body" };
    doc.json[name].as_str().unwrap().split_whitespace().collect()
}

fn has(doc: &Doc, field: &Field, value: &Value) -> bool {
    match (field, value) {
        (Field::Text(slot), Value::Str(word)) => words(doc, *slot).contains(&word.as_str()),
        (Field::Exact(path), Value::Str(word)) => doc.json[path].as_str() == Some(word),
        (Field::Id, Value::Str(id)) => doc.id == *id,
        _ => panic!("the shapes have no such term"),
    }
}

/// Every way to place the words of a phrase, each on a token of its own.
fn placed(
    doc: &Doc,
    terms: &[Term],
    phrase: &[(u32, u32)],
    begin: (i64, i64),
    used: &mut Vec<usize>,
    slop: i64,
) -> bool {
    let Some((position, term)) = phrase.get(used.len()) else {
        return true;
    };
    let Value::Str(word) = &terms[*term as usize].value else {
        panic!("a phrase of text")
    };
    let tokens = words(doc, BODY);
    for (at, _) in tokens.iter().enumerate().filter(|(_, token)| *token == word) {
        let adjusted = i64::try_from(at).unwrap() - i64::from(*position);
        let span = (begin.0.min(adjusted), begin.1.max(adjusted));
        if span.1 - span.0 > slop || used.contains(&at) {
            continue;
        }
        used.push(at);
        let matches = placed(doc, terms, phrase, span, used, slop);
        used.pop();
        if matches {
            return true;
        }
    }
    false
}

fn within(number: f64, lower: &Bound, upper: &Bound) -> bool {
    let of = |value: &Value| match value {
        Value::Long(number) => *number as f64,
        Value::Double(number) => *number,
        Value::Str(_) | Value::Boolean(_) => panic!("the shapes have numbers only"),
    };
    let above = match lower {
        Bound::Open => true,
        Bound::Included(value) => number >= of(value),
        Bound::Excluded(value) => number > of(value),
    };
    let below = match upper {
        Bound::Open => true,
        Bound::Included(value) => number <= of(value),
        Bound::Excluded(value) => number < of(value),
    };
    above && below
}

/// Each choice of words is a phrase of its own.
fn choices(places: &[(u32, Vec<u32>)]) -> Vec<Vec<(u32, u32)>> {
    let mut choices: Vec<Vec<(u32, u32)>> = vec![Vec::new()];
    for (position, words) in places {
        let longer = |choice: &Vec<(u32, u32)>| {
            let choice = choice.clone();
            words
                .iter()
                .map(move |word| [choice.as_slice(), &[(*position, *word)]].concat())
        };
        choices = choices.iter().flat_map(longer).collect();
    }
    choices
}

fn matches(doc: &Doc, terms: &[Term], clause: &Clause) -> bool {
    let all = |clauses: &[Clause]| clauses.iter().all(|clause| matches(doc, terms, clause));
    match clause {
        Clause::All { .. } => true,
        Clause::Nothing => false,
        Clause::Term { term, .. } => {
            let term = &terms[*term as usize];
            has(doc, &term.field, &term.value)
        }
        Clause::Synonyms { terms: any, .. } => any.iter().any(|term| {
            let term = &terms[*term as usize];
            has(doc, &term.field, &term.value)
        }),
        Clause::Phrase {
            terms: phrase, slop, ..
        } => {
            let start = (i64::MAX / 4, i64::MIN / 4);
            placed(doc, terms, phrase, start, &mut Vec::new(), i64::from(*slop))
        }
        Clause::PhraseOfAny { places, slop, .. } => {
            let start = (i64::MAX / 4, i64::MIN / 4);
            choices(places)
                .iter()
                .any(|choice| placed(doc, terms, choice, start, &mut Vec::new(), i64::from(*slop)))
        }
        Clause::Fits { field, pattern, .. } => {
            let automaton = pattern.compile().unwrap();
            match field {
                Field::Text(slot) => words(doc, *slot).iter().any(|word| automaton.matches(word)),
                Field::Exact(path) => doc.json[path]
                    .as_str()
                    .is_some_and(|word| automaton.matches(word)),
                Field::Id | Field::Names => panic!("the shapes have no such pattern"),
            }
        }
        Clause::Rescored { clause, rescore } => {
            assert_eq!(rescore.score_min, None);
            matches(doc, terms, clause)
        }
        Clause::AnyOf { field, values, .. } => values.iter().any(|value| has(doc, field, value)),
        Clause::Range {
            path, lower, upper, ..
        } => doc.json[path]
            .as_f64()
            .is_some_and(|number| within(number, lower, upper)),
        Clause::Exists { path, .. } => doc.json.get(path).is_some_and(|value| *value != Json::Null),
        Clause::Constant { clause, .. } => matches(doc, terms, clause),
        Clause::Bool {
            must,
            should,
            filter,
            must_not,
            should_min,
        } => {
            let matching = should.iter().filter(|clause| matches(doc, terms, clause)).count();
            all(must)
                && all(filter)
                && !must_not.iter().any(|clause| matches(doc, terms, clause))
                && matching >= *should_min as usize
        }
        Clause::BestOf { clauses, .. } => clauses.iter().any(|clause| matches(doc, terms, clause)),
    }
}

#[test]
fn what_matches_is_what_the_documents_say() {
    let mut rng = random::from_seed(11);
    let docs = corpus(&mut rng, 400, 0.1);
    let views = shards(
        &docs,
        Layout {
            shards: 2,
            segments: 2,
        },
    );
    let shapes = (0..SHAPES * 25).map(|number| number % SHAPES);
    for shape in shapes.chain([WITH_SYNONYMS; 25]) {
        let query = query(&mut rng, shape);
        let mut wanted: Vec<String> = docs
            .iter()
            .filter(|doc| !doc.deleted && matches(doc, &query.terms, &query.clause))
            .map(|doc| doc.id.clone())
            .collect();
        wanted.sort();
        assert_eq!(matching_ids(&views, &query), wanted, "{query:?}");
    }
}

#[test]
fn a_term_scores_bm25() {
    let mut rng = random::from_seed(12);
    let docs = corpus(&mut rng, 300, 0.0);
    let views = shards(
        &docs,
        Layout {
            shards: 3,
            segments: 1,
        },
    );
    let one = LeafQuery {
        terms: vec![text(BODY, "w3")],
        clause: Clause::Term { term: 0, boost: 2.0 },
    };
    scores_bm25(&docs, &views, &one, &["w3"]);
    // Terms that are taken for one are as frequent as all of them in a document, and as rare as the least rare.
    let alike = LeafQuery {
        terms: ["w3", "w9", "w5"].map(|word| text(BODY, word)).into(),
        clause: Clause::Synonyms {
            terms: vec![1, 0, 2],
            boost: 2.0,
        },
    };
    scores_bm25(&docs, &views, &alike, &["w3", "w5", "w9"]);
}

/// Checks the scores of any of some words with a boost of 2.
fn scores_bm25(docs: &[Doc], views: &[ShardView], query: &LeafQuery, any: &[&str]) {
    let statistics = gathered(views, query);
    let most = statistics.frequencies.iter().max().copied().unwrap_or_default();
    let (n, df) = (statistics.documents as f64, most as f64);
    let average = statistics.tokens[1].1 as f64 / n;
    let idf = (1.0 + (n - df + 0.5) / (df + 0.5)).ln();
    let (_, hits) = found(views, query, 300, 0);
    assert!(!hits.is_empty());
    for hit in hits {
        let doc = docs.iter().find(|doc| doc.id == hit.id).unwrap();
        let tokens = words(doc, BODY);
        let tf = tokens.iter().filter(|token| any.contains(token)).count() as f64;
        // Lengths up to 40 are kept exactly; above, they are rounded down.
        if tokens.len() > 40 {
            continue;
        }
        let norm = 1.2 * (0.25 + 0.75 * tokens.len() as f64 / average);
        let wanted = 2.0 * idf * 2.2 * tf / (tf + norm);
        assert!(
            (f64::from(hit.score) - wanted).abs() < 1e-4,
            "{} {wanted}",
            hit.score
        );
    }
}
