//! How fragments are cut, chosen, ordered and written.

use serde_json::{Value, json};

use super::{highlighted, of_body};

const STORY: &str = "Call me Ishmael. Some years ago I went to sea. The whale is large! A white whale swims, \
                     and nobody who has seen the whale forgets the whale. The end.";

fn whale(options: Value) -> Vec<String> {
    of_body(json!({"match": {"body": "whale"}}), options, STORY)
}

#[test]
fn fragments_are_sentences_joined_while_there_is_room() {
    assert_eq!(
        whale(json!({"fragment_size": 60})),
        [
            "The <em>whale</em> is large!",
            "A white <em>whale</em> swims, and nobody who has seen the <em>whale</em> forgets",
            "the <em>whale</em>. The end."
        ]
    );
    assert_eq!(
        whale(json!({"fragment_size": 0})),
        [
            "The <em>whale</em> is large!",
            "A white <em>whale</em> swims, and nobody who has seen the <em>whale</em> forgets the <em>whale</em>."
        ]
    );
    assert_eq!(whale(json!({"fragment_size": 500})).len(), 1);
}

#[test]
fn the_best_come_first_only_if_asked_for() {
    let in_order = whale(json!({"fragment_size": 30, "number_of_fragments": 2}));
    let by_score = whale(json!({"fragment_size": 30, "number_of_fragments": 2, "order": "score"}));
    assert_eq!(in_order.len(), 2);
    let mut sorted = by_score.clone();
    sorted.sort_by_key(|fragment| in_order.iter().position(|other| other == fragment));
    assert_eq!(sorted, in_order);
    // More of what was looked for, and rarer words, count more.
    let text = "Ships sail. Ships and a kraken sail. Ships sail again. Ships.";
    let query = json!({"match": {"body": "ships kraken"}});
    let best = of_body(
        query,
        json!({"fragment_size": 10, "number_of_fragments": 1}),
        text,
    );
    assert!(best[0].contains("kraken"), "{best:?}");
}

#[test]
fn whole_values_are_shown_without_fragments() {
    let document = json!({"body": ["no match here", "the whale", "Whale. And more."]});
    let highlight = json!({"fields": {"body": {"number_of_fragments": 0}}});
    let shown = highlighted(&json!({"match": {"body": "whale"}}), &highlight, &document).unwrap();
    assert_eq!(
        shown["body"],
        json!(["the <em>whale</em>", "<em>Whale</em>. And more."])
    );
}

#[test]
fn values_of_a_list_are_highlighted_by_themselves() {
    let document = json!({"body": ["white", "whale white whale", "other"]});
    let phrase = json!({"match_phrase": {"body": {"query": "white whale", "slop": 3}}});
    let shown = highlighted(&phrase, &json!({"fields": {"body": {}}}), &document).unwrap();
    assert_eq!(
        shown["body"],
        json!(["<em>whale</em> <em>white</em> <em>whale</em>"])
    );
}

#[test]
fn the_beginning_is_shown_where_nothing_matches() {
    let nothing = |options: Value| of_body(json!({"match": {"body": "kraken"}}), options, STORY);
    assert!(nothing(json!({})).is_empty());
    assert_eq!(nothing(json!({"no_match_size": 9})), ["Call me Ishmael"]);
    assert_eq!(
        nothing(json!({"no_match_size": 5, "number_of_fragments": 0})),
        ["Call me"]
    );
    assert_eq!(nothing(json!({"no_match_size": 1_000})), [STORY]);
    let blank = of_body(json!({"match": {"body": "x"}}), json!({"no_match_size": 9}), "  ");
    assert!(blank.is_empty());
}

#[test]
fn the_text_is_escaped_and_the_tags_are_not() {
    let highlight = json!({"encoder": "html", "fields": {"body": {}}});
    let document = json!({"body": "<b>Tom</b> & \"Jerry's\" a/b"});
    let shown = highlighted(&json!({"match": {"body": "tom jerry's"}}), &highlight, &document).unwrap();
    assert_eq!(
        shown["body"][0],
        "&lt;b&gt;<em>Tom</em>&lt;&#x2F;b&gt; &amp; &quot;<em>Jerry&#x27;s</em>&quot; a&#x2F;b"
    );
}

#[test]
fn text_of_any_script_is_cut_between_characters() {
    let text = "Ärger über die Straße. 東京の天気は晴れです。明日は雨。 naïve Ωmega 🐳 whale";
    let shown = of_body(
        json!({"match": {"body": "ÜBER 東 whale ωmega"}}),
        json!({"fragment_size": 12}),
        text,
    );
    let all = shown.join("|");
    for word in ["<em>über</em>", "<em>東</em>", "<em>Ωmega</em>", "<em>whale</em>"] {
        assert!(all.contains(word), "{all}");
    }
}

#[test]
fn long_sentences_are_cut_at_words_around_what_matches() {
    let text = format!(
        "{} the whale {}",
        "one two three ".repeat(50),
        "four five six ".repeat(50)
    );
    let query = json!({"match": {"body": "whale"}});
    for scanner in ["sentence", "word", "chars"] {
        let options = json!({"fragment_size": 40, "boundary_scanner": scanner});
        let shown = of_body(query.clone(), options, &text);
        let [only] = shown.as_slice() else {
            panic!("{shown:?}")
        };
        let (before, after) = only.split_once("<em>whale</em>").unwrap();
        assert!(before.len() > 10 && after.len() > 10, "{only}");
        let plain = only.replace("<em>", "").replace("</em>", "");
        assert!(text.contains(&format!(" {plain} ")), "{only}");
    }
}

#[test]
fn boundaries_may_be_characters() {
    let text = "alpha-beta gamma|delta whale epsilon|zeta eta theta";
    let options = json!({
        "fragment_size": 20, "boundary_scanner": "chars", "boundary_chars": "|", "boundary_max_scan": 10
    });
    let shown = of_body(json!({"match": {"body": "whale"}}), options, text);
    assert_eq!(shown, ["delta <em>whale</em> epsilon"]);
}

#[test]
fn each_word_has_a_tag_of_its_own_where_there_are_several() {
    let options = json!({
        "type": "fvh", "number_of_fragments": 0, "pre_tags": ["<1>", "<2>"], "post_tags": ["</1>", "</2>"]
    });
    let query = json!({"match": {"body": "red blue"}});
    let shown = of_body(query, options, "red or blue or red");
    assert_eq!(shown, ["<1>red</1> or <2>blue</2> or <1>red</1>"]);
}

#[test]
fn long_fields_are_refused_unless_a_part_is_enough() {
    let text = format!("whale {} whale", "x ".repeat(500_000));
    let document = json!({ "body": text });
    let shown = |options: Value| {
        let highlight = json!({"fields": {"body": options}});
        highlighted(&json!({"match": {"body": "whale"}}), &highlight, &document)
    };
    let error = shown(json!({})).unwrap_err().to_string();
    assert!(
        error.contains("[index.highlight.max_analyzed_offset] limit [1000000]"),
        "{error}"
    );
    assert!(shown(json!({"max_analyzed_offset": 2_000_000})).is_err());
    let part = shown(json!({"max_analyzed_offset": 1_000, "fragment_size": 10})).unwrap();
    assert_eq!(part["body"].as_array().unwrap().len(), 1);
}

#[test]
fn a_search_that_would_look_through_too_much_is_refused() {
    let patterns: Vec<Value> = (0..900)
        .map(|nth| json!({"wildcard": {"body": format!("*{nth}*")}}))
        .collect();
    let document = json!({"body": "word ".repeat(40_000)});
    let highlight = json!({"fields": {"body": {}}});
    let error = highlighted(&json!({"bool": {"should": patterns}}), &highlight, &document).unwrap_err();
    assert!(error.to_string().contains("[67108864]"), "{error}");
}
