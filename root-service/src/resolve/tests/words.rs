//! Words, phrases and query strings, in one field and in several.

use serde_json::{Value as Json, json};
use shared::limits;
use shared::wire::clause::Value;

use super::{becomes, refuses, run};

#[test]
fn words_become_terms_of_their_fields_analyzer() {
    becomes(&[
        (json!({"match": {"title": "The Whales"}}), "title:whale"),
        (
            json!({"match": {"body": "The Whales"}}),
            "(?body:the ?body:whales)/1",
        ),
        (
            json!({"match": {"title": {"query": "white whales", "boost": 2}}}),
            "(?title:white^2 ?title:whale^2)/1",
        ),
        (
            json!({"match": {"body": {"query": "a b", "operator": "and"}}}),
            "(+body:a +body:b)/0",
        ),
        (
            json!({"match": {"body": {"query": "a b c", "minimum_should_match": 2}}}),
            "(?body:a ?body:b ?body:c)/2",
        ),
        (
            json!({"match": {"body": {"query": "a b", "minimum_should_match": "100%"}}}),
            "(+body:a +body:b)/0",
        ),
        (
            json!({"match": {"body": {"query": "a b", "minimum_should_match": "0%"}}}),
            "(?body:a ?body:b)/1",
        ),
        (json!({"match": {"title": "the and of"}}), "nothing"),
        (
            json!({"match": {"title": {"query": "the", "zero_terms_query": "all", "boost": 3}}}),
            "all^3",
        ),
        (json!({"match": {"nowhere": "whale"}}), "nothing"),
        (json!({"match": {"author": "whale"}}), "nothing"),
    ]);
}

#[test]
fn repeated_words_are_one_clause_that_weighs_more() {
    becomes(&[
        (json!({"match": {"body": "a b a a"}}), "(?body:a^3 ?body:b)/1"),
        (
            json!({"match": {"body": {"query": "a a", "boost": 2}}}),
            "body:a^4",
        ),
        (
            json!({"match": {"body": {"query": "a b a", "operator": "and"}}}),
            "(+body:a^2 +body:b)/0",
        ),
        // Two of three, where the repetition counts, as in Elasticsearch.
        (
            json!({"match": {"body": {"query": "a b a", "minimum_should_match": 2}}}),
            "(?body:a ?body:b ?body:a)/2",
        ),
    ]);
    let query = run(&json!({"match": {"body": "b a b"}})).unwrap();
    assert_eq!(
        query.terms.len(),
        2,
        "each term is in the table once, in order of appearance"
    );
    assert_eq!(query.terms[0].value, Value::Str("b".to_owned()));
}

#[test]
fn words_meet_exact_fields_as_values() {
    becomes(&[
        (json!({"match": {"kind": "New York"}}), "kind:New York"),
        (json!({"match": {"year": "1851"}}), "year=1851"),
        (
            json!({"match": {"year": {"query": 1851, "boost": 2}}}),
            "year=1851^2",
        ),
        (json!({"match": {"year": "1851.5"}}), "nothing"),
        (json!({"match": {"price": "2"}}), "price=2.0"),
        (json!({"match": {"open": true}}), "open=true"),
        (json!({"match": {"_id": "7"}}), "_id=7"),
        (json!({"match_phrase": {"kind": "New York"}}), "kind:New York"),
        (json!({"match_phrase": {"year": "1851"}}), "year=1851"),
    ]);
    refuses(&[
        (
            json!({"match": {"year": "abc"}}),
            "failed to create query: For input string: \"abc\"; the field [year]",
        ),
        (json!({"match": {"price": "NaN"}}), "For input string: \"NaN\""),
        (
            json!({"match": {"open": "maybe"}}),
            "Can't parse boolean value [maybe]",
        ),
        (
            json!({"match": {"date": "yesterday"}}),
            "failed to parse date field [yesterday]",
        ),
        (
            json!({"match": {"_index": "films"}}),
            "[_index] cannot be searched",
        ),
    ]);
}

#[test]
fn several_fields_are_best_or_most() {
    let query = |more: Json| {
        let mut body = json!({"query": "white whales", "fields": ["title^2", "body"]});
        body.as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        json!({"multi_match": body})
    };
    becomes(&[
        (
            query(json!({})),
            "best{(?title:white^2 ?title:whale^2)/1 (?body:white ?body:whales)/1}/0",
        ),
        (
            query(json!({"type": "most_fields"})),
            "(?title:white^2 ?title:whale^2 ?body:white ?body:whales)/1",
        ),
        (
            query(json!({"operator": "and", "tie_breaker": 0.5})),
            "best{(+title:white^2 +title:whale^2)/0 (+body:white +body:whales)/0}/0.5",
        ),
        (
            query(json!({"fields": ["title"]})),
            "(?title:white ?title:whale)/1",
        ),
        (
            query(json!({"fields": ["year", "nowhere", "body"]})),
            "(?body:white ?body:whales)/1",
        ),
        (
            query(json!({"fields": ["b*", "bo*^2", "body^3"], "query": "x"})),
            "body:x^6",
        ),
        (
            query(json!({"fields": ["title*"], "query": "x"})),
            "best{title:x title.raw:x}/0",
        ),
        (query(json!({"fields": ["year"]})), "nothing"),
        (
            query(json!({"fields": [], "query": "x"})),
            "best{author.bio:x author.name:x body:x kind:x title:x}/0",
        ),
        (
            query(json!({"fields": ["body", "kind"], "type": "phrase"})),
            "best{\"0=body:white 1=body:whales\"~0 kind:white whales}/0",
        ),
        (
            query(json!({"fields": ["title"], "query": "the", "zero_terms_query": "all"})),
            "all",
        ),
        (
            query(json!({"fields": ["title", "body"], "query": "the", "zero_terms_query": "all"})),
            "body:the",
        ),
    ]);
}

#[test]
fn phrases_keep_the_places_of_their_words() {
    becomes(&[
        (
            json!({"match_phrase": {"title": {"query": "State of the Art", "slop": 1, "boost": 2}}}),
            "\"0=title:state 3=title:art\"~1^2",
        ),
        (json!({"match_phrase": {"title": "of whales"}}), "title:whale"),
        (json!({"match_phrase": {"title": "of the"}}), "nothing"),
        (
            json!({"match_phrase": {"body": "a b a"}}),
            "\"0=body:a 1=body:b 2=body:a\"~0",
        ),
    ]);
    let long = "word ".repeat(limits::PHRASE_TERMS_MAX + 1);
    refuses(&[(
        json!({"match_phrase": {"body": long}}),
        "has [17] words, the limit is [16]",
    )]);
}

#[test]
fn query_strings_find_their_fields() {
    becomes(&[
        (
            json!({"query_string": {"query": "title:whales AND year:[1840 TO 1860]"}}),
            "(+title:whale +year[1840]..[1860])/0",
        ),
        (
            json!({"query_string": {"query": "whale whale", "default_field": "body"}}),
            "body:whale^2",
        ),
        (
            json!({"query_string": {"query": "the AND whales", "default_field": "title"}}),
            "(+all +title:whale)/0",
        ),
        (
            json!({"query_string": {"query": "the whales", "default_field": "title"}}),
            "title:whale",
        ),
        (
            json!({"query_string": {"query": "whales -\"white whale\"", "default_field": "body"}}),
            "(+body:whales -\"0=body:white 1=body:whale\"~0)/0",
        ),
    ]);
}
