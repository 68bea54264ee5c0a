//! Inputs are their terms, and the best are the best in any order.

use rand::RngExt as _;

use super::*;
use crate::analysis::Analyzer;
use crate::pattern::Automaton as _;
use crate::random;

fn settings(preserve_separators: bool, preserve_position_increments: bool) -> Settings {
    Settings {
        preserve_separators,
        preserve_position_increments,
    }
}

#[test]
fn an_input_is_its_term() {
    for (path, weight, text) in [
        ("a\u{1f}b", 7, "A b"),
        ("", 0, ""),
        ("x", u32::MAX, "hyphen-ated ü"),
    ] {
        let input = Input { path, weight, text };
        let term = input.to_term();
        assert_eq!(Input::of_term(&term), Some(input));
    }
    assert_eq!(Input::of_term("no parts"), None);
    assert_eq!(Input::reserved("a\u{1f}b"), Some((1, '\u{1f}')));
    assert_eq!(Input::reserved("plain"), None);
}

#[test]
fn words_are_separated_and_gaps_are_kept_as_the_field_says() {
    let english = Analyzer::english();
    let path = |text: &str, settings| paths(text, &english, settings);
    assert_eq!(path("New York", settings(true, true)), ["new\u{1f}york"]);
    assert_eq!(path("New York", settings(false, true)), ["newyork"]);
    assert_eq!(path("The Hague", settings(true, true)), ["\u{1f}hagu"]);
    assert_eq!(path("The Hague", settings(true, false)), ["hagu"]);
    assert!(path(" the ", settings(true, true)).is_empty());
}

#[test]
fn beginnings_are_matched_up_to_where_it_is_settled() {
    let like = Begins::Like {
        text: "whale".to_owned(),
        distance: 1,
        prefix_length: 1,
        transpositions: true,
    };
    for (begins, path, is_match) in [
        (Begins::With("wha".to_owned()), "whale", true),
        (Begins::With("wha".to_owned()), "wh", false),
        (Begins::With("wha".to_owned()), "shale", false),
        (like.clone(), "whalebone", true),
        (like.clone(), "wahlebone", true),
        (like.clone(), "shale", false),
        (like.clone(), "wall", false),
        (Begins::Fits("wh[ai]".to_owned()), "while", true),
        (Begins::Fits("wh[ai]".to_owned()), "who", false),
    ] {
        let matcher = begins.matcher().unwrap();
        assert_eq!(matcher.matches(path), is_match, "{begins:?} {path}");
    }
    let matcher = like.matcher().unwrap();
    assert!(matcher.score("whale", 10) > matcher.score("wxale", 10));
    assert_eq!(matcher.score("wxale", 0), 1);
    assert!(Begins::Fits("[".to_owned()).matcher().is_err());
}

fn ranked(score: u64, text: u32, document: u32) -> Ranked {
    Ranked {
        score,
        text: format!("t{text}"),
        key: u64::from(document) * 7 % 5,
        id: format!("d{document}"),
    }
}

#[test]
fn the_best_are_the_best_in_any_order_and_in_any_parts() {
    let mut rng = random::from_seed(4);
    for distinct in [false, true] {
        for _ in 0..300 {
            let mut all: Vec<Ranked> = (0..rng.random_range(0..30))
                .map(|_| {
                    ranked(
                        rng.random_range(0..5),
                        rng.random_range(0..6),
                        rng.random_range(0..8),
                    )
                })
                .collect();
            let max = rng.random_range(0..6);
            let best = |all: &[Ranked]| -> Vec<Ranked> {
                let mut best = Best::new(max, distinct);
                for ranked in all {
                    let could = best.could_have(ranked.score, &ranked.text, ranked.key);
                    let before: Vec<_> = best.sorted.keys().cloned().collect();
                    best.add(ranked.clone(), ());
                    assert!(could || before.iter().eq(best.sorted.keys()));
                }
                best.into_ranked().map(|(ranked, ())| ranked).collect()
            };
            let cut = rng.random_range(0..=all.len());
            // A document is in one part, as it is in one shard.
            let (left, right): (Vec<Ranked>, Vec<Ranked>) = all
                .iter()
                .cloned()
                .partition(|ranked| ranked.id.len() + ranked.id.as_bytes()[1] as usize > cut);
            let merged = best(&[best(&left), best(&right)].concat());
            let mut naive: Vec<Ranked> = Vec::new();
            all.sort();
            for ranked in &all {
                let same = |other: &Ranked| {
                    if distinct {
                        other.text == ranked.text
                    } else {
                        other.id == ranked.id
                    }
                };
                if naive.len() < max && !naive.iter().any(same) {
                    naive.push(ranked.clone());
                }
            }
            assert_eq!(best(&all), naive);
            all.reverse();
            assert_eq!(best(&all), naive);
            assert_eq!(merged, naive);
        }
    }
}
