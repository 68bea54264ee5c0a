//! Phrases out of order.

use serde_json::json;
use shared::wire::clause::{Clause, LeafQuery};

use super::fixture::{BODY, Doc, Layout, found, shards, text};

/// Which documents a phrase matches, as letters of their bodies' places.
fn matched(bodies: &[&str], phrase: &str, slop: u32) -> String {
    let docs: Vec<Doc> = bodies
        .iter()
        .enumerate()
        .map(|(number, body)| Doc::new(number.to_string(), json!({ "body": body })))
        .collect();
    let views = shards(
        &docs,
        Layout {
            shards: 1,
            segments: 1,
        },
    );
    super::fixture::matching_ids(&views, &query(phrase, slop)).join(" ")
}

/// Words of a phrase; `_` is a gap.
fn query(phrase: &str, slop: u32) -> LeafQuery {
    let words = (0..).zip(phrase.split(' ')).filter(|(_, word)| *word != "_");
    let (mut terms, mut places) = (Vec::new(), Vec::new());
    for (position, word) in words {
        places.push((position, u32::try_from(terms.len()).unwrap()));
        terms.push(text(BODY, word));
    }
    let clause = Clause::Phrase {
        terms: places,
        slop,
        boost: 1.0,
    };
    LeafQuery { terms, clause }
}

#[test]
fn words_stand_in_order_and_side_by_side() {
    let bodies = ["a b c", "b a", "a x b", "a", "c a b"];
    assert_eq!(matched(&bodies, "a b", 0), "0 4");
    assert_eq!(matched(&bodies, "a _ b", 0), "2");
}

#[test]
fn slop_is_how_far_words_are_from_their_places_in_all() {
    let bodies = ["a b", "a x b", "a x x b", "b a", "b x a"];
    assert_eq!(matched(&bodies, "a b", 1), "0 1");
    assert_eq!(matched(&bodies, "a b", 2), "0 1 2 3");
    assert_eq!(matched(&bodies, "a b", 3), "0 1 2 3 4");
    let bodies = ["a x b c", "a b x c", "a x b x c"];
    assert_eq!(matched(&bodies, "a b c", 1), "0 1");
    assert_eq!(matched(&bodies, "a b c", 2), "0 1 2");
}

#[test]
fn a_repeated_word_needs_to_be_there_twice() {
    let bodies = ["new york", "new new york", "new york new", "york"];
    assert_eq!(matched(&bodies, "new new york", 0), "1");
    assert_eq!(matched(&bodies, "new new york", 1), "1");
    assert_eq!(matched(&bodies, "new new york", 2), "1 2");
}

#[test]
fn words_of_two_values_are_not_side_by_side() {
    let doc = Doc::new("0", json!({ "body": ["a b", "c d"] }));
    let views = shards(
        &[doc],
        Layout {
            shards: 1,
            segments: 1,
        },
    );
    let ids = |phrase, slop| super::fixture::matching_ids(&views, &query(phrase, slop)).len();
    assert_eq!(ids("c d", 0), 1);
    assert_eq!(ids("b c", 10), 0);
}

#[test]
fn more_occurrences_score_higher() {
    let docs = [
        Doc::new("once", json!({ "body": "a b x x x x" })),
        Doc::new("twice", json!({ "body": "a b x a b x" })),
    ];
    let views = shards(
        &docs,
        Layout {
            shards: 1,
            segments: 1,
        },
    );
    for slop in [0, 1] {
        let (_, hits) = found(&views, &query("a b", slop), 2, 0);
        assert_eq!(hits[0].id, "twice");
        assert!(hits[0].score > hits[1].score);
    }
}
