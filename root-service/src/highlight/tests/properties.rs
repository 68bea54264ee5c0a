//! What holds for any text, query and options.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::highlighted;

/// Words that meet often, and characters that make trouble.
fn text() -> impl Strategy<Value = String> {
    let word = prop_oneof![
        4 => "[ab]{1,3}",
        1 => "[a-z]{4,12}",
        1 => Just("東京".to_owned()),
        1 => Just("İß".to_owned()),
        1 => any::<char>().prop_map(String::from),
    ];
    let gap = prop_oneof![6 => Just(" "), 1 => Just(". "), 1 => Just("\n"), 1 => Just("! "), 1 => Just("")];
    proptest::collection::vec((word, gap), 0..60)
        .prop_map(|words| words.into_iter().map(|(word, gap)| word + gap).collect())
}

fn query() -> impl Strategy<Value = Value> {
    let words = "[ab]{1,3}( [ab]{1,3}){0,3}";
    prop_oneof![
        words.prop_map(|text| json!({"match": {"body": text}})),
        words.prop_map(|text| json!({"match": {"body": {"query": text, "fuzziness": 1}}})),
        (words, 0..4)
            .prop_map(|(text, slop)| json!({"match_phrase": {"body": {"query": text, "slop": slop}}})),
        words.prop_map(|text| json!({"match_phrase_prefix": {"body": text}})),
        "[ab*?]{1,4}".prop_map(|text| json!({"wildcard": {"body": text}})),
        text().prop_map(|text| json!({"match": {"body": text}})),
    ]
}

proptest! {
    #[test]
    fn fragments_are_pieces_of_the_text_and_not_much_longer_than_asked_for(
        text in text(),
        query in query(),
        size in 0..80_usize,
        most in 1..6_usize,
        scanner in prop_oneof![Just("sentence"), Just("word"), Just("chars")],
        by_score in any::<bool>(),
    ) {
        let options = json!({
            "pre_tags": "\u{1}", "post_tags": "\u{2}", "fragment_size": size, "number_of_fragments": most,
            "boundary_scanner": scanner, "order": if by_score { "score" } else { "none" },
        });
        let text = text.replace(['\u{1}', '\u{2}'], "");
        let shown = highlighted(&query, &json!({"fields": {"body": options}}), &json!({"body": text})).unwrap();
        let fragments = shown["body"].as_array().cloned().unwrap_or_default();
        prop_assert!(fragments.len() <= most);
        for fragment in fragments {
            let fragment = fragment.as_str().unwrap();
            let plain = fragment.replace(['\u{1}', '\u{2}'], "");
            prop_assert!(text.contains(&plain), "{fragment:?}");
            prop_assert!(fragment.contains('\u{1}'), "{fragment:?}");
            // Two words more at most: one at each end.
            prop_assert!(size == 0 || plain.chars().count() <= size + 60, "{fragment:?}");
            let opened = fragment.matches('\u{1}').count();
            prop_assert_eq!(opened, fragment.matches('\u{2}').count());
        }
    }

    #[test]
    fn a_whole_value_is_the_text_with_tags(text in text(), query in query()) {
        let text = text.replace(['\u{1}', '\u{2}'], "");
        let options = json!({"pre_tags": "\u{1}", "post_tags": "\u{2}", "number_of_fragments": 0});
        let shown = highlighted(&query, &json!({"fields": {"body": options}}), &json!({"body": text})).unwrap();
        if let Some(whole) = shown["body"][0].as_str() {
            let plain = whole.replace(['\u{1}', '\u{2}'], "");
            prop_assert_eq!(plain.trim(), text.trim());
        }
    }
}
