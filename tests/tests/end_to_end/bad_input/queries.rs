//! Queries that make no sense, or too much work.

use serde_json::{Value, json};

use super::{Bad, ground, refusal};

#[tokio::test]
async fn queries_that_do_not_exist_are_named() {
    let ground = ground().await;
    let parsing = |says| refusal(400, "parsing_exception", says);
    let illegal = |says| refusal(400, "illegal_argument_exception", says);
    let impossible = |says| refusal(400, "query_shard_exception", says);
    ground
        .refuses([
            (
                Bad::query("a misspelt query", &json!({"mtach": {"title": "x"}})),
                parsing(&["[mtach]", "[match]"]),
            ),
            (
                Bad::query("a query not offered", &json!({"more_like_this": {"like": "x"}})),
                parsing(&["[more_like_this]"]),
            ),
            (
                Bad::query(
                    "a rewrite not offered",
                    &json!({"wildcard": {"title": {"value": "*a*", "rewrite": "scoring_boolean"}}}),
                ),
                parsing(&["[wildcard]", "[rewrite]"]),
            ),
            (
                Bad::query(
                    "a pattern that explodes",
                    &json!({"regexp": {"title": "((a{1,500}){1,500}){1,500}"}}),
                ),
                impossible(&["too complex", "[10000]"]),
            ),
            (
                Bad::query(
                    "a pattern that is too long",
                    &json!({"prefix": {"title": "a".repeat(1_001)}}),
                ),
                impossible(&["[1001]", "[1000]"]),
            ),
            (
                Bad::query("a script", &json!({"script": {"script": "while(true){}"}})),
                parsing(&["[script]"]),
            ),
            (
                Bad::search("an unknown key", &json!({"qurey": {"match_all": {}}})),
                parsing(&["[qurey]", "[query]"]),
            ),
            (
                Bad::search("a feature not offered", &json!({"knn": {"field": "a"}})),
                illegal(&["[knn]"]),
            ),
            (
                Bad::search("an order by words", &json!({"sort": ["title"]})),
                illegal(&["Fielddata", "[title]"]),
            ),
        ])
        .await;
}

#[tokio::test]
async fn parts_of_queries_that_make_no_sense_are_named() {
    let ground = ground().await;
    let parsing = |says| refusal(400, "parsing_exception", says);
    let illegal = |says| refusal(400, "illegal_argument_exception", says);
    ground
        .refuses([
            (
                Bad::query(
                    "an unknown option",
                    &json!({"match": {"title": {"query": "x", "fuziness": 2}}}),
                ),
                parsing(&["[match]", "[fuziness]"]),
            ),
            (
                Bad::query("no field", &json!({"match": {}})),
                parsing(&["[match]", "field"]),
            ),
            (
                Bad::query("two fields", &json!({"match": {"title": "x", "kind": "y"}})),
                parsing(&["[title]", "[kind]"]),
            ),
            (
                Bad::query("two queries", &json!({"match_all": {}, "match_none": {}})),
                parsing(&["[match_none]"]),
            ),
            (Bad::query("a list", &json!([])), parsing(&["object"])),
            (Bad::query("a word", &json!("whales")), parsing(&["whales"])),
            (
                Bad::query("an array of terms", &json!({"term": {"kind": ["a", "b"]}})),
                parsing(&["[terms]"]),
            ),
            (
                Bad::query("an unknown clause", &json!({"bool": {"musst": []}})),
                parsing(&["[bool]", "[musst]"]),
            ),
            (
                Bad::query(
                    "a boost below nothing",
                    &json!({"match": {"title": {"query": "x", "boost": -1}}}),
                ),
                illegal(&["boost", "-1"]),
            ),
            (
                Bad::query("an infinite boost", &json!({"match_all": {"boost": 1e300}})),
                illegal(&["boost"]),
            ),
            (
                Bad::query("both ends twice", &json!({"range": {"n": {"gt": 1, "gte": 1}}})),
                parsing(&["[gt]", "[gte]"]),
            ),
        ])
        .await;
}

#[tokio::test]
async fn values_that_do_not_fit_their_field_are_named() {
    let ground = ground().await;
    let shard = |says| refusal(400, "query_shard_exception", says);
    ground
        .refuses([
            (
                Bad::query("words for a number", &json!({"term": {"n": "many"}})),
                shard(&["[n]", "many"]),
            ),
            (
                Bad::query("words for a number in a match", &json!({"match": {"n": "a few"}})),
                shard(&["[n]", "a few"]),
            ),
            (
                Bad::query("words for an end", &json!({"range": {"n": {"gte": "low"}}})),
                shard(&["[n]", "low"]),
            ),
            (
                Bad::query(
                    "a date that is none",
                    &json!({"range": {"day": {"gte": "someday"}}}),
                ),
                shard(&["[day]", "someday"]),
            ),
            (
                Bad::query("a truth that is none", &json!({"term": {"yes": "maybe"}})),
                shard(&["[yes]", "maybe"]),
            ),
            (
                Bad::query("a phrase in numbers", &json!({"match_phrase": {"n": "one two"}})),
                shard(&["[n]"]),
            ),
            (
                Bad::query(
                    "a number typed wrong",
                    &json!({"query_string": {"query": "n:[low TO high]"}}),
                ),
                shard(&["[n]"]),
            ),
        ])
        .await;
    // A field that no document has is no error, as in Elasticsearch.
    let found = ground
        .api
        .search("ground", &json!({"query": {"term": {"nobody.has.it": 1}}}))
        .await;
    assert!(found.ids().is_empty());
}

#[tokio::test]
async fn pages_beyond_the_window_are_refused() {
    let ground = ground().await;
    let illegal = |says| refusal(400, "illegal_argument_exception", says);
    ground
        .refuses([
            (
                Bad::search("a size of 10^10", &json!({"size": 10_000_000_000_u64})),
                illegal(&["10000", "10000000000"]),
            ),
            (
                Bad::search("a size of 10^30", &json!({"size": 1e30})),
                illegal(&["10000"]),
            ),
            (
                Bad::search("a deep page", &json!({"from": 9_999, "size": 2})),
                illegal(&["10000", "10001"]),
            ),
            (
                Bad::search("a page before the first", &json!({"from": -1})),
                illegal(&["from", "-1"]),
            ),
            (
                Bad::search("less than nothing", &json!({"size": -10})),
                illegal(&["size", "-10"]),
            ),
            (
                Bad::search("half a hit", &json!({"size": 1.5})),
                refusal(400, "parsing_exception", &["size", "1.5"]),
            ),
            (
                Bad::search("many hits", &json!({"size": "many"})),
                refusal(400, "parsing_exception", &["size", "many"]),
            ),
            (
                Bad::get("a size of 10^10 in the URL", "/ground/_search?size=10000000000"),
                illegal(&["10000000000"]),
            ),
            (
                Bad::get("a negative page in the URL", "/ground/_search?from=-5"),
                illegal(&["from", "-5"]),
            ),
            (
                Bad::search("a timeout of years", &json!({"timeout": "10000d"})),
                illegal(&["timeout", "600"]),
            ),
            (
                Bad::search("a timeout without unit", &json!({"timeout": "10"})),
                illegal(&["timeout"]),
            ),
        ])
        .await;
}

#[tokio::test]
async fn too_many_clauses_and_too_deep_ones_are_refused() {
    let ground = ground().await;
    let illegal = |says| refusal(400, "illegal_argument_exception", says);
    let shard = |says| refusal(400, "query_shard_exception", says);
    let term = json!({"term": {"kind": "x"}});
    let many = |count: usize| json!({"bool": {"should": vec![term.clone(); count]}});
    let deep = |depth: usize| (0..depth).fold(term.clone(), |inner, _| json!({"bool": {"must": [inner]}}));
    let wide_and_deep = (0..3).fold(
        term.clone(),
        |inner, _| json!({"bool": {"should": vec![inner; 20]}}),
    );
    let terms: Vec<String> = (0..100_000).map(|n| n.to_string()).collect();
    ground
        .refuses([
            (Bad::query("a clause bomb", &many(10_000)), illegal(&["1024"])),
            (Bad::query("a bomb in layers", &wide_and_deep), illegal(&["1024"])),
            (
                Bad::query(
                    "a match of 5000 words",
                    &json!({"match": {"title": words(5_000)}}),
                ),
                shard(&["1024"]),
            ),
            (
                Bad::query("a deep bool", &deep(25)),
                illegal(&["nested deeper", "20"]),
            ),
            (
                Bad::query("a bool deeper than JSON may be", &deep(55)),
                refusal(400, "x_content_parse_exception", &["recursion limit"]),
            ),
            (
                Bad::query(
                    "deep constant scores",
                    &(0..40).fold(
                        term.clone(),
                        |inner, _| json!({"constant_score": {"filter": inner}}),
                    ),
                ),
                illegal(&["20"]),
            ),
            (
                Bad::query("a hundred thousand terms", &json!({"terms": {"kind": terms}})),
                illegal(&["65536", "100000"]),
            ),
            (
                Bad::query("a hundred thousand ids", &json!({"ids": {"values": terms}})),
                illegal(&["65536"]),
            ),
            (
                Bad::query(
                    "two thousand fields",
                    &json!({"multi_match": {"query": "x", "fields": terms[..2_000]}}),
                ),
                illegal(&["1000"]),
            ),
        ])
        .await;
    for query in [
        many(1_000),
        deep(18),
        json!({"terms": {"kind": terms[..60_000]}}),
        json!({"match": {"title": words(900)}}),
    ] {
        let found = ground.api.search("ground", &json!({"query": query})).await;
        assert!(found.ids().is_empty(), "large, and within the limits");
    }
    ground.stands("queries within the limits").await;
}

#[tokio::test]
async fn phrases_have_limits() {
    let ground = ground().await;
    let slop = |slop: u64| json!({"match_phrase": {"title": {"query": "solid ground", "slop": slop}}});
    let long = |count| json!({"match_phrase": {"title": words(count)}});
    let illegal = |says| refusal(400, "illegal_argument_exception", says);
    let shard = |says| refusal(400, "query_shard_exception", says);
    ground
        .refuses([
            (
                Bad::query("a slop bomb", &slop(4_000_000_000)),
                illegal(&["slop", "10"]),
            ),
            (
                Bad::query(
                    "a slop beyond 64 bits",
                    &json!({"match_phrase": {"title": {"query": "a b", "slop": 1e20}}}),
                ),
                illegal(&["slop"]),
            ),
            (
                Bad::query("a phrase of 10000 words", &long(10_000)),
                shard(&["phrase", "10000", "16"]),
            ),
            (
                Bad::query(
                    "a phrase of one word, often",
                    &json!({"match_phrase": {"title": {"query": "solid ".repeat(2_000), "slop": 10}}}),
                ),
                shard(&["2000", "16"]),
            ),
            (
                Bad::query(
                    "a phrase of 10000 words, typed",
                    &json!({"query_string": {"query": format!("\"{}\"", &words(1_500)[..7_000])}}),
                ),
                shard(&["16"]),
            ),
        ])
        .await;
}

#[tokio::test]
async fn names_of_ten_kilobytes_are_refused_or_unknown() {
    let ground = ground().await;
    let long = "f".repeat(10 * 1024);
    for query in [
        json!({"term": {(long.clone()): 1}}),
        json!({"match": {(long.clone()): "x"}}),
        json!({"exists": {"field": long}}),
        json!({"range": {(long.clone()): {"gte": 1}}}),
        json!({(long.clone()): {}}),
        json!({"match": {"title": {(long.clone()): 1}}}),
        json!({"multi_match": {"query": "x", "fields": [format!("{}*", "*".repeat(10 * 1024))]}}),
    ] {
        let answer = ground.api.post("/ground/_search", &json!({"query": query})).await;
        match answer.status {
            200 => assert_eq!(
                answer.json()["hits"]["hits"],
                Value::Array(Vec::new()),
                "{answer}"
            ),
            _ => assert_eq!(answer.expect(400)["status"], 400),
        }
        assert!(answer.text.len() < 8_192, "the answer repeats the name");
    }
    let found = ground
        .api
        .search(
            "ground",
            &json!({"query": {"term": {"kind": "k".repeat(1_000_000)}}}),
        )
        .await;
    assert!(found.ids().is_empty());
    ground.stands("long names").await;
}

/// So many different words.
fn words(count: usize) -> String {
    let words: Vec<String> = (0..count).map(|n| format!("w{n}")).collect();
    words.join(" ")
}
