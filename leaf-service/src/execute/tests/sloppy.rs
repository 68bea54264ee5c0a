//! Phrases with slop match, and as often, as trying every way to place their words says.

use std::collections::BTreeSet;

use rand::RngExt as _;
use rand::rngs::StdRng;
use serde_json::json;
use shared::random;
use shared::wire::Statistics;
use shared::wire::clause::{Clause, LeafQuery};
use tantivy::schema::{IndexRecordOption, Schema, TextFieldIndexing, TextOptions};
use tantivy::tokenizer::{PreTokenizedString, Token};
use tantivy::{Index, IndexWriter, TantivyDocument, Term};

use super::fixture::{Doc, FLAT, Layout, found, gathered, matching_ids, shards, text};
use crate::execute::ShardView;
use crate::execute::sloppy::Sloppy;
use crate::execute::stepwise::Opens as _;

const WHOLE: Layout = Layout {
    shards: 1,
    segments: 1,
};
const CUT: Layout = Layout {
    shards: 3,
    segments: 2,
};

/// Few words, so that they repeat.
const WORDS: [&str; 4] = ["a", "b", "c", "d"];

/// Positions in the phrase, and the words that may be there.
type Places = Vec<(u32, Vec<u32>)>;

/// Of each way to give every place a token of its own, where the phrase begins by its earliest and its latest place.
fn spans(
    tokens: &[&str],
    places: &[(u32, Vec<u32>)],
    used: &mut Vec<usize>,
    spans: &mut BTreeSet<(i64, i64)>,
) {
    let Some((_, words)) = places.get(used.len()) else {
        let begins = used.iter().zip(places);
        let begins = begins.map(|(at, (position, _))| i64::try_from(*at).unwrap() - i64::from(*position));
        spans.insert((begins.clone().min().unwrap(), begins.max().unwrap()));
        return;
    };
    for (at, token) in tokens.iter().enumerate() {
        if words.iter().any(|word| WORDS[*word as usize] == *token) && !used.contains(&at) {
            used.push(at);
            self::spans(tokens, places, used, spans);
            used.pop();
        }
    }
}

/// How many of the spans that are short enough have no other within them.
fn frequency(tokens: &[&str], places: &[(u32, Vec<u32>)], slop: u32) -> usize {
    let mut all = BTreeSet::new();
    spans(tokens, places, &mut Vec::new(), &mut all);
    all.retain(|(first, last)| last - first <= i64::from(slop));
    let within = |inner: &&(i64, i64), outer: &(i64, i64)| outer.0 <= inner.0 && inner.1 <= outer.1;
    let least = |span: &&(i64, i64)| all.iter().filter(|other| within(other, span)).count() == 1;
    all.iter().filter(least).count()
}

fn documents(rng: &mut StdRng, count: usize) -> Vec<Vec<&'static str>> {
    (0..count)
        .map(|_| {
            let kinds = rng.random_range(1..=WORDS.len());
            let length = rng.random_range(1..9);
            (0..length).map(|_| WORDS[rng.random_range(0..kinds)]).collect()
        })
        .collect()
}

/// Two to four places, in any order and with gaps, of up to `words_max` words; the same words again and again.
fn places(rng: &mut StdRng, words_max: usize) -> Places {
    let mut position = 0;
    let mut places: Places = (0..rng.random_range(2..5))
        .map(|_| {
            let words = 0..rng.random_range(1..=words_max);
            let words = words.map(|_| rng.random_range(0..4)).collect();
            let place = (position, words);
            position += [1, 1, 1, 2][rng.random_range(0..4)];
            place
        })
        .collect();
    if rng.random_bool(0.3) {
        places.reverse();
    }
    places
}

fn asked(clause: Clause) -> LeafQuery {
    LeafQuery {
        terms: WORDS.map(|word| text(FLAT, word)).into(),
        clause,
    }
}

fn phrase_of_any(places: &[(u32, Vec<u32>)], slop: u32) -> LeafQuery {
    asked(Clause::PhraseOfAny {
        places: places.to_vec(),
        slop,
        boost: 1.0,
    })
}

/// The BM25 of a phrase in a field without lengths.
fn bm25(statistics: &Statistics, places: &[(u32, Vec<u32>)], frequency: usize) -> f64 {
    let all = statistics.documents as f64;
    let idf = |word: &u32| {
        let with = statistics.frequencies[*word as usize] as f64;
        (1.0 + (all - with + 0.5) / (with + 0.5)).ln()
    };
    let idf: f64 = places.iter().flat_map(|(_, words)| words).map(idf).sum();
    idf * 2.2 * frequency as f64 / (frequency as f64 + 1.2)
}

/// The ids and scores of all hits, by id.
fn scores(views: &[ShardView], query: &LeafQuery) -> Vec<(usize, f32)> {
    let (_, hits) = found(views, query, 10_000, u64::MAX);
    let mut scores: Vec<(usize, f32)> = hits
        .into_iter()
        .map(|hit| (hit.id.parse().unwrap(), hit.score))
        .collect();
    scores.sort_by_key(|(id, _)| *id);
    scores
}

#[test]
fn phrases_match_as_often_as_there_are_ways_to_place_their_words() {
    let mut rng = random::from_seed(31);
    let bodies = documents(&mut rng, 400);
    let docs: Vec<Doc> = bodies
        .iter()
        .enumerate()
        .map(|(number, body)| Doc::new(number.to_string(), json!({ "body": body.join(" ") })))
        .collect();
    let (whole, cut) = (shards(&docs, WHOLE), shards(&docs, CUT));
    for number in 0..160 {
        let places = places(&mut rng, 1 + number % 3);
        let statistics = gathered(&whole, &phrase_of_any(&places, 0));
        for slop in 0..4 {
            let query = phrase_of_any(&places, slop);
            let wanted: Vec<(usize, usize)> = bodies
                .iter()
                .map(|tokens| frequency(tokens, &places, slop))
                .enumerate()
                .filter(|(_, frequency)| *frequency > 0)
                .collect();
            let hits = scores(&whole, &query);
            let ids = |of: &[(usize, f32)]| of.iter().map(|(id, _)| *id).collect::<Vec<_>>();
            let wanted_ids: Vec<usize> = wanted.iter().map(|(id, _)| *id).collect();
            assert_eq!(ids(&hits), wanted_ids, "{query:?}");
            for ((id, score), (_, frequency)) in hits.iter().zip(&wanted) {
                let wanted = bm25(&statistics, &places, *frequency);
                let body = &bodies[*id];
                assert!(
                    (f64::from(*score) - wanted).abs() < 1e-4,
                    "{score} is not {wanted} of {frequency} in {body:?}: {query:?}"
                );
            }
            assert_eq!(scores(&cut, &query), hits, "{query:?}");
            assert_eq!(matching_ids(&cut, &query).len(), hits.len());
            if places.iter().all(|(_, words)| words.len() == 1) {
                let terms = places.iter().map(|(position, words)| (*position, words[0]));
                let single = asked(Clause::Phrase {
                    terms: terms.collect(),
                    slop,
                    boost: 1.0,
                });
                assert_eq!(scores(&whole, &single), hits, "{single:?}");
            }
        }
    }
}

/// How often a document of some positions, each with a word or several, has a phrase of such places.
fn often(document: &str, phrase: &[(u32, &str)], slop: u32) -> u32 {
    let mut schema = Schema::builder();
    let indexing = TextFieldIndexing::default().set_index_option(IndexRecordOption::WithFreqsAndPositions);
    let body = schema.add_text_field("body", TextOptions::default().set_indexing_options(indexing));
    let index = Index::create_in_ram(schema.build());
    let mut writer: IndexWriter<TantivyDocument> = index.writer_with_num_threads(1, 15_000_000).unwrap();
    let token = |position, word: &str| Token {
        position,
        text: word.to_owned(),
        ..Token::default()
    };
    let stacks = document.split(' ').enumerate();
    let tokens = stacks.flat_map(|(at, words)| words.split('/').map(move |word| token(at, word)));
    let mut text = TantivyDocument::new();
    text.add_pre_tokenized_text(
        body,
        PreTokenizedString {
            text: String::new(),
            tokens: tokens.collect(),
        },
    );
    writer.add_document(text).unwrap();
    writer.commit().unwrap();
    let term = |word| Term::from_field_text(body, word);
    let words = phrase
        .iter()
        .map(|(position, words)| (*position, words.split('/').map(term).collect()));
    let phrase = Sloppy {
        words: words.collect(),
        slop,
        similarity: None,
    };
    let searcher = index.reader().unwrap().searcher();
    let opened = phrase.open(searcher.segment_reader(0), 1.0).unwrap();
    opened.map_or(0, |mut occurrences| occurrences.frequency(0))
}

#[test]
fn only_least_spans_count() {
    let a_b = [(0, "a"), (1, "b")];
    assert_eq!(often("a a a b b", &a_b, 4), 1);
    assert_eq!(often("a b a b", &a_b, 4), 2);
    assert_eq!(often("a b x x b a", &a_b, 2), 2);
    assert_eq!(often("a b x x b a", &a_b, 1), 1);
    // Without slop a phrase may begin again within itself.
    assert_eq!(often("a a a a", &[(0, "a"), (1, "a")], 0), 3);
    assert_eq!(often("a a a a", &[(0, "a"), (1, "a")], 3), 3);
}

#[test]
fn a_place_gives_way_to_another_that_has_no_choice() {
    // The second place has only the position that the first would take first.
    let phrase = [(0, "a/b"), (1, "b/c")];
    assert_eq!(often("b x a", &phrase, 3), 1);
    assert_eq!(often("b x a", &phrase, 2), 0);
    let phrase = [(0, "a/b/c"), (1, "c/a/d"), (2, "e")];
    assert_eq!(often("a c e", &phrase, 0), 1);
    assert_eq!(often("a b e", &phrase, 2), 1);
    assert_eq!(often("b x e", &phrase, 10), 0);
}

#[test]
fn a_position_serves_one_place_of_a_group() {
    // Places without a common word may meet at a position that has both of their words.
    assert_eq!(often("a/b", &[(0, "a"), (1, "b")], 1), 1);
    assert_eq!(often("a/b", &[(0, "a"), (1, "b")], 0), 0);
    assert_eq!(often("a/b", &[(0, "a/b"), (1, "b")], 1), 0);
    assert_eq!(often("a/b a", &[(0, "a/b"), (1, "b")], 2), 1);
    // A third place joins them.
    assert_eq!(often("a/b x c", &[(0, "a"), (1, "b"), (2, "c")], 1), 1);
    assert_eq!(often("a/b x c", &[(0, "a"), (1, "b"), (2, "a/b/c")], 1), 0);
    // Different words may be asked for at one position, and the same word twice is once.
    assert_eq!(often("a/b c", &[(0, "a"), (0, "b"), (1, "c")], 0), 1);
    assert_eq!(often("a c", &[(0, "a"), (0, "b"), (1, "c")], 0), 0);
    assert_eq!(often("a c", &[(0, "a"), (0, "a"), (1, "c")], 0), 1);
}

#[test]
fn long_documents_of_few_words_are_soon_counted() {
    let repeated = |word: &'static str| -> Vec<(u32, &str)> { (0..16).map(|at| (at, word)).collect() };
    let long = |words: &[&str]| words.repeat(100_000 / words.len()).join(" ");
    for slop in [0, 10] {
        assert_eq!(often(&long(&["a"]), &repeated("a"), slop), 99_985);
    }
    // Sixteen words are never as near as they would have to be.
    assert_eq!(often(&long(&["a", "b"]), &repeated("a"), 10), 0);
    assert!(often(&long(&["a", "b"]), &repeated("a/b"), 10) > 0);
    let some = repeated("a")
        .into_iter()
        .map(|(at, word)| (at, if at % 3 == 0 { "a/b" } else { word }));
    assert!(often(&long(&["a", "a", "b", "x"]), &some.collect::<Vec<_>>(), 10) > 0);
}
