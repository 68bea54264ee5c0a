//! Suggestions of all three kinds: equal for one leaf and for four with two replicas each, however the documents got there, and
//! what a reader of the documents would expect.

use serde_json::{Value, json};

use crate::harness::{Api, Cluster, Folder, Shape, alone, bulk_delete_line, bulk_index_lines};

const INDEX: &str = "books";
const OTHER: &str = "papers";
/// Documents; every seventh of the larger cluster was something else before.
const BOOKS: usize = 240;
/// Batches, each committed by itself, of the larger cluster.
const BATCHES: usize = 6;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_leaf_and_four_with_replicas_suggest_alike_and_sensibly() {
    let _alone = alone().await;
    let small_folder = Folder::new("suggesting-1");
    let shape = |leaves, replicas| Shape { leaves, replicas };
    let small = Cluster::start(&small_folder, shape(1, 1)).await;
    let large_folder = Folder::new("suggesting-4");
    let large = Cluster::start(&large_folder, shape(4, 2)).await;
    let (small, large) = (small.api(), large.api());
    for (api, shards) in [(&small, 1), (&large, 8)] {
        create(api, INDEX, shards).await;
        create(api, OTHER, shards).await;
        let paper = json!({"title": "white whale song", "input": {"input": "White paper", "weight": 50}});
        send(api, OTHER, bulk_index_lines([("1", paper.to_string().as_str())])).await;
    }
    send(&small, INDEX, lines(0..BOOKS)).await;
    load_changing(&large).await;

    for suggest in requests() {
        for path in [INDEX.to_owned(), format!("{INDEX},{OTHER}")] {
            let (expected, found) = (
                suggested(&small, &path, &suggest).await,
                suggested(&large, &path, &suggest).await,
            );
            assert_eq!(found.to_string(), expected.to_string(), "{path}: {suggest}");
        }
    }
    sensible(&large).await;
    beside_a_query(&large).await;
    refusals(&large).await;
    let mappings = large.get(&format!("/{INDEX}/_mapping")).await.ok();
    let input = &mappings[INDEX]["mappings"]["properties"]["input"];
    assert_eq!(
        (&input["type"], &input["max_input_length"]),
        (&json!("completion"), &json!(50))
    );
}

async fn create(api: &Api, index: &str, shards: u32) {
    let body = json!({
        "settings": {
            "number_of_shards": shards,
            "refresh_interval": "-1",
            "analysis": {
                "filter": {"pairs": {"type": "shingle", "min_shingle_size": 2, "max_shingle_size": 3}},
                "analyzer": {"pairs": {"tokenizer": "standard", "filter": ["lowercase", "pairs"]}},
            },
        },
        "mappings": {"properties": {
            "title": {"type": "text", "fields": {
                "pairs": {"type": "text", "analyzer": "pairs"},
                "begins": {"type": "completion"},
            }},
            "tag": {"type": "keyword"},
            "input": {"type": "completion", "analyzer": "standard"},
        }},
    });
    api.put(&format!("/{index}"), &body).await.ok();
}

/// A book: the lower its number, the more its words are like those of others.
fn book(number: usize) -> (String, String) {
    let colours = ["white", "white", "white", "black", "green", "grey", "whole"];
    let animals = [
        "whale", "whale", "shale", "wheel", "whales", "shark", "while", "snail",
    ];
    let ends = ["swims", "dives", "sings", "sinks", "sleeps"];
    let title = format!(
        "The {} {} {}",
        colours[number % colours.len()],
        animals[(number / 2) % animals.len()],
        ends[(number / 3) % ends.len()]
    );
    let source = json!({
        "title": title,
        "tag": format!("shelf-{}", number % 12),
        "input": [
            {"input": [title, format!("Volume {number}")], "weight": (number * 37) % 50},
            {"input": animals[number % animals.len()], "weight": number % 5},
        ],
    });
    (format!("book-{number}"), source.to_string())
}

fn lines(numbers: impl Iterator<Item = usize>) -> String {
    let books: Vec<(String, String)> = numbers.map(book).collect();
    bulk_index_lines(books.iter().map(|(id, source)| (id.as_str(), source.as_str())))
}

async fn send(api: &Api, index: &str, body: String) {
    let answer = api.bulk(&format!("/{index}/_bulk?refresh=true"), body).await.ok();
    assert_eq!(answer["errors"], false, "{answer}");
}

/// In batches, last ones first, with books that are replaced or deleted later.
async fn load_changing(api: &Api) {
    let wrong = json!({"title": "The whale whate wahle", "tag": "shelf-0", "input": {"input": "Whale", "weight": 1_000}});
    let wrong = wrong.to_string();
    let size = BOOKS / BATCHES;
    for batch in (0..BATCHES).rev() {
        let mut body = lines(batch * size..(batch + 1) * size);
        for number in (batch * size..(batch + 1) * size).step_by(7) {
            let (id, withdrawn) = (format!("book-{number}"), format!("withdrawn-{number}"));
            body += &bulk_index_lines([
                (id.as_str(), wrong.as_str()),
                (withdrawn.as_str(), wrong.as_str()),
            ]);
        }
        send(api, INDEX, body).await;
    }
    let mut body = String::new();
    for number in (0..BATCHES).flat_map(|batch| (batch * size..(batch + 1) * size).step_by(7)) {
        body += &lines(std::iter::once(number));
        body += &bulk_delete_line(&format!("withdrawn-{number}"));
    }
    send(api, INDEX, body).await;
}

fn requests() -> Vec<Value> {
    let term = |options: Value| json!({"text": "teh wihte wahle dvies", "s": {"term": options}});
    let phrase = |options: Value| json!({"text": "the whiet whael swims", "s": {"phrase": options}});
    let begins = |text: &str, options: Value| json!({"s": {"prefix": text, "completion": options}});
    let always = json!([{"field": "title", "suggest_mode": "always", "max_term_freq": 1_000, "size": 8}]);
    let mut requests = vec![
        term(json!({"field": "title"})),
        term(
            json!({"field": "title", "suggest_mode": "always", "sort": "frequency", "max_term_freq": 1_000}),
        ),
        term(json!({"field": "title", "suggest_mode": "popular", "max_edits": 1, "prefix_length": 0})),
        term(json!({"field": "title", "min_doc_freq": 0.05, "size": 2, "min_word_length": 3})),
        term(json!({"field": "title", "string_distance": "jaro_winkler", "accuracy": 0.7})),
        term(json!({"field": "tag", "analyzer": "keyword"})),
        json!({"s": {"text": "shelf-13", "term": {"field": "tag"}}}),
        phrase(json!({"field": "title"})),
        phrase(json!({"field": "title.pairs", "direct_generator": always, "max_errors": 2, "size": 10})),
        phrase(json!({"field": "title.pairs", "gram_size": 2, "confidence": 0, "direct_generator": always})),
        phrase(
            json!({"field": "title.pairs", "smoothing": {"laplace": {"alpha": 0.7}}, "direct_generator": always,
            "max_errors": 3, "highlight": {"pre_tag": "<b>", "post_tag": "</b>"}}),
        ),
        phrase(
            json!({"field": "title.pairs", "direct_generator": always, "smoothing":
            {"linear_interpolation": {"trigram_lambda": 0.5, "bigram_lambda": 0.3, "unigram_lambda": 0.2}}}),
        ),
        json!({"s": {"regex": "the.wh[ia]te?", "completion": {"field": "input", "size": 7}}}),
        json!({
            "text": "wahle",
            "a": {"term": {"field": "title"}},
            "b": {"phrase": {"field": "title"}},
            "c": {"prefix": "vol", "completion": {"field": "input"}},
        }),
    ];
    for text in ["wh", "the w", "The White", "volume 1", "s", "zzz", ""] {
        for (size, distinct) in [(1, false), (5, true), (300, false), (300, true)] {
            let options = json!({"field": "input", "size": size, "skip_duplicates": distinct});
            requests.push(begins(text, options));
        }
        requests.push(begins(text, json!({"field": "title.begins"})));
    }
    for text in ["whael", "teh white", "volmue 2", "sh"] {
        requests.push(begins(text, json!({"field": "input", "fuzzy": {}, "size": 20})));
        requests.push(begins(
            text,
            json!({"field": "input", "fuzzy": {"fuzziness": 2, "prefix_length": 0}}),
        ));
    }
    requests
}

/// The suggestions of an answer that is complete and has no hits, because nothing else was asked for.
async fn suggested(api: &Api, index: &str, suggest: &Value) -> Value {
    let body = json!({ "suggest": suggest });
    let answer = api.post(&format!("/{index}/_search"), &body).await.ok();
    assert_eq!(answer["_shards"]["failed"], 0, "{answer}");
    assert_eq!(
        answer["hits"]["total"],
        json!({"value": 0, "relation": "eq"}),
        "{answer}"
    );
    assert_eq!(answer["hits"]["hits"], json!([]), "{answer}");
    assert!(answer["suggest"].is_object(), "{answer}");
    answer["suggest"].clone()
}

fn texts(suggested: &Value) -> Vec<&str> {
    let options = suggested["options"].as_array().expect("a list of options");
    options
        .iter()
        .filter_map(|option| option["text"].as_str())
        .collect()
}

async fn sensible(api: &Api) {
    let found = suggested(
        api,
        INDEX,
        &json!({"s": {"text": "a wahle 🐋 dvies", "term": {"field": "title"}}}),
    )
    .await;
    let words = found["s"].as_array().expect("a word each");
    let whale = words
        .iter()
        .find(|word| word["text"] == "wahle")
        .expect("the word");
    assert_eq!((&whale["offset"], &whale["length"]), (&json!(2), &json!(5)));
    assert_eq!(texts(whale)[0], "whale");
    let dives = words
        .iter()
        .find(|word| word["text"] == "dvies")
        .expect("the word");
    assert_eq!(dives["offset"], 11, "a whale is two units");
    assert_eq!(dives["options"][0]["text"], "dives");
    assert!(
        dives["options"][0]["freq"]
            .as_u64()
            .is_some_and(|count| count > 10),
        "{dives}"
    );

    let phrase = json!({"s": {"text": "the whiet whael swims", "phrase": {
        "field": "title.pairs", "max_errors": 2, "highlight": {"pre_tag": "<em>", "post_tag": "</em>"},
    }}});
    let found = suggested(api, INDEX, &phrase).await;
    let best = &found["s"][0]["options"][0];
    assert_eq!(best["text"], "the white whale swims", "{found}");
    assert_eq!(best["highlighted"], "the <em>white whale</em> swims");
    assert_eq!(found["s"][0]["length"], 21);

    let completion = json!({"s": {"prefix": "volume 4", "completion": {"field": "input", "size": 2}}});
    let found = suggested(api, INDEX, &completion).await;
    let best = &found["s"][0]["options"][0];
    // Of the volumes that begin with 4, that of the greatest weight.
    let volumes = (0..BOOKS).filter(|number| number.to_string().starts_with('4'));
    let weight = volumes.map(|number| (number * 37) % 50).max();
    assert_eq!(
        best["_score"].as_f64().map(|score| score.to_string()),
        weight.map(|weight| weight.to_string())
    );
    assert_eq!(best["_index"], INDEX);
    assert!(
        best["_source"]["title"].is_string() && best["_id"].is_string(),
        "{best}"
    );
}

/// Suggestions beside hits, by several ways of asking, with names that tell their kinds.
async fn beside_a_query(api: &Api) {
    let body = json!({
        "query": {"match": {"title": "whale"}},
        "size": 1,
        "_source": false,
        "aggs": {"shelves": {"terms": {"field": "tag"}, "aggs": {"n": {"value_count": {"field": "tag"}}}}},
        "suggest": {"s": {"text": "wahle", "term": {"field": "title"}}, "c": {"prefix": "vol", "completion": {"field": "input"}}},
    });
    let path = format!("/{INDEX}/_search?typed_keys=true");
    let answer = api.post(&path, &body).await.ok();
    assert!(
        answer["hits"]["total"]["value"]
            .as_u64()
            .is_some_and(|total| total > 0),
        "{answer}"
    );
    assert_eq!(
        answer["suggest"]["term#s"][0]["options"][0]["text"], "whale",
        "{answer}"
    );
    let completed = &answer["suggest"]["completion#c"][0]["options"][0];
    assert!(
        completed["_id"].is_string() && completed["_source"].is_null(),
        "{answer}"
    );
    let shelves = &answer["aggregations"]["sterms#shelves"]["buckets"];
    assert!(shelves[0]["value_count#n"]["value"].is_number(), "{answer}");

    let lines = format!("{}\n{body}\n", json!({"index": INDEX}));
    let many = api.bulk("/_msearch?typed_keys=true", lines).await.ok();
    assert_eq!(many["responses"][0]["suggest"], answer["suggest"], "{many}");

    let path =
        format!("/{INDEX}/_search?q=title:whale&suggest_field=title&suggest_text=wahle&suggest_size=1");
    let answer = api.get(&path).await.ok();
    assert_eq!(texts(&answer["suggest"]["title"][0]), ["whale"], "{answer}");
}

async fn refusals(api: &Api) {
    for (suggest, kind, wanted) in [
        (
            json!({"s": {"text": "x", "term": {"field": "nowhere"}}}),
            "illegal_argument_exception",
            "[nowhere]",
        ),
        (
            json!({"s": {"text": "x", "term": {"field": "input"}}}),
            "illegal_argument_exception",
            "[completion]",
        ),
        (
            json!({"s": {"prefix": "x", "completion": {"field": "title"}}}),
            "illegal_argument_exception",
            "[title]",
        ),
        (
            json!({"s": {"text": "x", "term": {"field": "title", "x": 1}}}),
            "parsing_exception",
            "[x]",
        ),
    ] {
        let answer = api
            .post(&format!("/{INDEX}/_search"), &json!({ "suggest": suggest }))
            .await;
        assert_eq!(answer.status, 400, "{}", answer.text);
        let error: Value = serde_json::from_str(&answer.text).expect("errors are JSON");
        assert_eq!(error["error"]["type"], kind, "{error}");
        assert!(answer.text.contains(wanted), "{error}");
    }
    for body in [
        json!({"sort": "input"}),
        json!({"query": {"term": {"input": "x"}}}),
        json!({"aggs": {"a": {"terms": {"field": "input"}}}}),
    ] {
        let answer = api.post(&format!("/{INDEX}/_search"), &body).await;
        assert_eq!(answer.status, 400, "{body}: {}", answer.text);
    }
    let document = json!({"input": {"input": "x", "weight": -1}});
    let answer = api.put(&format!("/{INDEX}/_doc/bad"), &document).await;
    assert_eq!(answer.status, 400, "{}", answer.text);
    assert!(answer.text.contains("[0..2147483647]"), "{}", answer.text);
}
