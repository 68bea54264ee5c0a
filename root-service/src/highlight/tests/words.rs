//! Which words are marked, by every kind of query.

use serde_json::{Value, json};

use super::{highlighted, marked};

const TEXT: &str = "The quick brown fox jumps over the lazy dog, and the quick dog sleeps.";

fn in_brackets(query: Value) -> String {
    marked(query, TEXT)
}

#[test]
fn words_are_marked_wherever_they_stand() {
    assert_eq!(
        in_brackets(json!({"match": {"body": "Quick DOG"}})),
        "The [quick] brown fox jumps over the lazy [dog], and the [quick] [dog] sleeps."
    );
    assert_eq!(in_brackets(json!({"match": {"body": "cat"}})), "");
}

#[test]
fn only_words_that_take_part_in_a_phrase_are_marked() {
    assert_eq!(
        in_brackets(json!({"match_phrase": {"body": "quick dog"}})),
        "The quick brown fox jumps over the lazy dog, and the [quick] [dog] sleeps."
    );
    let sloppy = |slop| json!({"match_phrase": {"body": {"query": "brown jumps", "slop": slop}}});
    assert_eq!(in_brackets(sloppy(0)), "");
    assert_eq!(
        in_brackets(sloppy(1)),
        "The quick [brown] fox [jumps] over the lazy dog, and the quick dog sleeps."
    );
    let reversed = |slop| json!({"match_phrase": {"body": {"query": "fox brown", "slop": slop}}});
    assert_eq!(in_brackets(reversed(1)), "");
    assert!(in_brackets(reversed(2)).contains("[brown] [fox]"));
}

#[test]
fn one_word_does_not_stand_for_two_of_a_phrase() {
    let twice = json!({"match_phrase": {"body": {"query": "new new", "slop": 2}}});
    assert_eq!(marked(twice.clone(), "a new car"), "");
    assert_eq!(marked(twice, "a new new car"), "a [new] [new] car");
}

#[test]
fn stop_words_in_a_phrase_are_gaps() {
    let mark = |text: &str| {
        let highlight = json!({"pre_tags": "[", "post_tags": "]", "fields": {"plot": {}}});
        let query = json!({"match_phrase": {"plot": "state of the art"}});
        highlighted(&query, &highlight, &json!({ "plot": text })).unwrap()["plot"][0].clone()
    };
    assert_eq!(mark("a state of the arts thing"), "a [state] of the [arts] thing");
    assert_eq!(mark("a state for an art"), "a [state] for an [art]");
    assert_eq!(mark("a state of art"), Value::Null);
}

#[test]
fn prefixes_patterns_and_similar_words_mark_what_they_stand_for() {
    for (query, expected) in [
        (json!({"prefix": {"body": "qu"}}), "[quick] brown"),
        (json!({"wildcard": {"body": "b*w?"}}), "quick [brown]"),
        (json!({"regexp": {"body": "f[aeiou]x|l.*y"}}), "brown [fox]"),
        (
            json!({"fuzzy": {"body": {"value": "quikc", "fuzziness": 1}}}),
            "[quick] brown",
        ),
        (
            json!({"match": {"body": {"query": "brwn foxes", "fuzziness": "AUTO"}}}),
            "[brown] fox",
        ),
        (
            json!({"match_bool_prefix": {"body": "brown ju"}}),
            "[brown] fox [jumps]",
        ),
        (
            json!({"match_phrase_prefix": {"body": "brown fo"}}),
            "[brown] [fox] jumps",
        ),
        (json!({"match_phrase_prefix": {"body": "bro"}}), "quick [brown]"),
        (
            json!({"query_string": {"query": "body:(qui* AND \"lazy dog\") -body:fox"}}),
            "[quick] brown fox jumps over the [lazy] [dog]",
        ),
        (
            json!({"simple_query_string": {"query": "quikc~1 | jum*", "fields": ["body"]}}),
            "[quick] brown fox [jumps]",
        ),
        (json!({"term": {"body": "fox"}}), "brown [fox]"),
        (
            json!({"terms": {"body": ["fox", "dog"]}}),
            "[fox] jumps over the lazy [dog]",
        ),
    ] {
        let shown = in_brackets(query.clone());
        assert!(shown.contains(expected), "{query}: {shown}");
    }
}

#[test]
fn several_fields_are_marked_by_every_type_of_multi_match() {
    for kind in [
        "best_fields",
        "most_fields",
        "cross_fields",
        "phrase",
        "phrase_prefix",
        "bool_prefix",
    ] {
        let query =
            json!({"multi_match": {"query": "quick brown", "fields": ["ti*", "body^3"], "type": kind}});
        let shown = in_brackets(query);
        assert!(shown.starts_with("The [quick] [brown] fox"), "{kind}: {shown}");
    }
}

#[test]
fn what_must_not_match_or_only_changes_scores_is_not_marked() {
    let fox = json!({"match": {"body": "fox"}});
    let dog = json!({"match": {"body": "dog"}});
    for query in [
        json!({"bool": {"must": fox, "must_not": dog}}),
        json!({"bool": {"filter": fox, "must_not": dog}}),
        json!({"bool": {"should": [fox], "filter": {"exists": {"field": "body"}}}}),
        json!({"boosting": {"positive": fox, "negative": dog, "negative_boost": 0.5}}),
        json!({"constant_score": {"filter": fox}}),
        json!({"dis_max": {"queries": [fox, {"match_all": {}}, {"ids": {"values": ["dog"]}}]}}),
        json!({"function_score": {"query": fox, "functions": [{"filter": dog, "weight": 2}]}}),
        json!({"bool": {"must": [fox, {"range": {"body": {"gte": "a", "lt": "e"}}}]}}),
    ] {
        assert_eq!(
            in_brackets(query.clone()),
            "The quick brown [fox] jumps over the lazy dog, and the quick dog sleeps.",
            "{query}"
        );
    }
}

#[test]
fn other_fields_count_only_if_they_may() {
    let query = json!({"match": {"title": "fox"}});
    let document = json!({"body": TEXT, "title": "A fox"});
    let shown = |options: Value| {
        let highlight = json!({"fields": {"body": options}});
        highlighted(&query, &highlight, &document).unwrap()["body"].clone()
    };
    assert_eq!(shown(json!({})), Value::Null);
    let loose = shown(json!({"require_field_match": false}));
    assert!(loose[0].as_str().unwrap().contains("<em>fox</em>"), "{loose}");
    let matched = shown(json!({"matched_fields": ["title", "body"]}));
    assert_eq!(matched, loose);
}

#[test]
fn sub_fields_read_the_value_of_their_field_in_their_own_words() {
    let query = json!({"match": {"title.english": "jumping"}});
    let document = json!({"title": "He jumps, she jumped."});
    let shown = highlighted(&query, &json!({"fields": {"title*": {}}}), &document).unwrap();
    assert_eq!(
        shown,
        json!({"title.english": ["He <em>jumps</em>, she <em>jumped</em>."]})
    );
    // The words of another field, by its analyzer, in this one.
    let highlight = json!({"fields": {"title": {"matched_fields": ["title.english"]}}});
    let shown = highlighted(&query, &highlight, &document).unwrap();
    assert_eq!(shown["title"][0], "He <em>jumps</em>, she <em>jumped</em>.");
}

#[test]
fn keywords_are_marked_as_a_whole() {
    let document = json!({"tag": ["new york", "york"], "year": 1999});
    let fields = json!({"fields": {"*": {}, "year": {}, "absent": {}}});
    for (query, expected) in [
        (
            json!({"term": {"tag": "york"}}),
            json!({"tag": ["<em>york</em>"]}),
        ),
        (
            json!({"prefix": {"tag": "new y"}}),
            json!({"tag": ["<em>new york</em>"]}),
        ),
        (
            json!({"terms": {"tag": ["york", "new york"]}}),
            json!({"tag": ["<em>new york</em>", "<em>york</em>"]}),
        ),
        (
            json!({"match_phrase": {"tag": "york"}}),
            json!({"tag": ["<em>york</em>"]}),
        ),
        (json!({"term": {"year": 1999}}), json!({})),
    ] {
        assert_eq!(
            highlighted(&query, &fields, &document).unwrap(),
            expected,
            "{query}"
        );
    }
}

#[test]
fn another_query_may_be_highlighted() {
    let searched = json!({"match": {"body": "fox"}});
    let shown = |own: Value| {
        let highlight = json!({"fields": {"body": {"highlight_query": own, "number_of_fragments": 0}}});
        highlighted(&searched, &highlight, &json!({"body": "a fox and a dog"}))
    };
    let dog = shown(json!({"match": {"body": "dog"}})).unwrap();
    assert_eq!(dog["body"][0], "a fox and a <em>dog</em>");
    // It must fit the mapping as any query must.
    assert!(shown(json!({"prefix": {"year": "1"}})).is_err());
}

#[test]
fn objects_in_lists_are_read_like_lists() {
    let document = json!({"author": [{"name": "Ada Lovelace"}, {"name": ["Alan", "Ada B."]}]});
    let query = json!({"match": {"author.name": "ada"}});
    let shown = highlighted(&query, &json!({"fields": {"author.*": {}}}), &document).unwrap();
    assert_eq!(
        shown,
        json!({"author.name": ["<em>Ada</em> Lovelace", "<em>Ada</em> B."]})
    );
}
