//! What hits say of their scores and of the queries that they match, collapsed hits with those of their groups, and least
//! scores: equal for one leaf and for four with two replicas each.

use std::collections::HashSet;

use serde_json::{Value, json};

use crate::harness::{Api, Cluster, Folder, Shape, alone, bulk_index_lines};

const INDEX: &str = "tales";
/// A second index with the first documents of the other.
const OLDER: &str = "older-tales";
const BOTH: &str = "tales,older-tales";
const DOCUMENTS: u32 = 400;
const WORDS: [&str; 9] = [
    "star", "war", "sea", "whale", "night", "house", "river", "king", "road",
];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_leaf_and_four_with_replicas_explain_collapse_and_filter_alike() {
    let _alone = alone().await;
    let shape = |leaves, replicas| Shape { leaves, replicas };
    let small_folder = Folder::new("explaining-1");
    let small = Cluster::start(&small_folder, shape(1, 1)).await;
    let large_folder = Folder::new("explaining-4");
    let large = Cluster::start(&large_folder, shape(4, 2)).await;
    let (small, large) = (small.api(), large.api());
    load(&small, 1).await;
    load(&large, 8).await;
    for body in bodies() {
        for indexes in [INDEX, BOTH] {
            let path = format!("/{indexes}/_search?include_named_queries_score=true");
            let expected = placeless(small.post(&path, &body).await.ok());
            let found = placeless(large.post(&path, &body).await.ok());
            assert_eq!(found, expected, "{indexes} {body}");
            explanations_are_scores(&found);
        }
    }
    for api in [&small, &large] {
        nodes(api).await;
        named(api).await;
        least_scores(api).await;
        collapsed(api).await;
        inner_hits(api).await;
        one_document(api).await;
        validated(api).await;
        refused(api).await;
    }
}

/// A document made of its number.
fn tale(number: u32) -> Value {
    let word = |nth: u32| {
        let mixed = (number * 31 + nth * 17).wrapping_mul(2_654_435_761) >> 7;
        // The first words are the more frequent.
        let spread = (mixed % 9) * (mixed / 9 % 9) / 9;
        WORDS[spread as usize]
    };
    let words: Vec<&str> = (0..3 + number % 12).map(word).collect();
    let mut tale = json!({
        "title": words[..3].join(" "),
        "body": words.join(" "),
        "year": 1_900 + number % 50,
        "price": f64::from(number % 7) + 0.25,
        "told": format!("20{:02}-03-01", number % 20),
    });
    if !number.is_multiple_of(6) {
        tale["teller"] = json!(format!("t{}", number * 7 % 23));
    }
    if number.is_multiple_of(3) {
        tale["old"] = json!(number.is_multiple_of(2));
    }
    tale["several"] = json!(["a", "b"]);
    tale
}

async fn load(api: &Api, shards: u32) {
    let keyword = json!({"type": "keyword"});
    let mappings = json!({"properties": {
        "title": {"type": "text"}, "body": {"type": "text"}, "year": {"type": "long"},
        "price": {"type": "double"}, "told": {"type": "date", "format": "yyyy-MM-dd"},
        "teller": keyword, "several": keyword, "old": {"type": "boolean"},
    }});
    for (index, documents) in [(INDEX, DOCUMENTS), (OLDER, DOCUMENTS / 4)] {
        let body = json!({"settings": {"number_of_shards": shards}, "mappings": mappings});
        api.put(&format!("/{index}"), &body).await.ok();
        let tales: Vec<(String, String)> = (0..documents)
            .map(|number| (number.to_string(), tale(number).to_string()))
            .collect();
        let lines = tales.iter().map(|(id, source)| (id.as_str(), source.as_str()));
        let answer = api
            .bulk(&format!("/{index}/_bulk?refresh=true"), bulk_index_lines(lines))
            .await
            .ok();
        assert_eq!(answer["errors"], false, "{answer}");
    }
}

/// Searches of every kind whose answers are compared whole.
fn bodies() -> Vec<Value> {
    let queries = [
        json!({"match": {"title": {"query": "star war", "_name": "words"}}}),
        json!({"match_phrase": {"body": {"query": "star war", "slop": 2}}}),
        json!({"match_phrase_prefix": {"body": {"query": "star w", "_name": "typed"}}}),
        json!({"fuzzy": {"title": {"value": "whole", "_name": "nearly"}}}),
        json!({"multi_match": {"query": "whale sea", "fields": ["title^2", "body"], "tie_breaker": 0.3}}),
        json!({"multi_match": {"query": "whale sea", "fields": ["title", "body"], "type": "cross_fields", "_name": "across"}}),
        json!({"query_string": {"query": "title:king AND body:sea~1 OR year:[1900 TO 1910]", "_name": "text"}}),
        json!({"dis_max": {"queries": [{"match": {"title": "sea"}}, {"term": {"teller": "t7"}}], "tie_breaker": 0.5}}),
        json!({"boosting": {"positive": {"match": {"body": "night"}}, "negative": {"term": {"old": true}}, "negative_boost": 0.4}}),
        json!({"constant_score": {"filter": {"prefix": {"teller": {"value": "t1", "_name": "ones"}}}, "boost": 3}}),
        json!({"function_score": {
            "query": {"match": {"body": "house"}},
            "functions": [
                {"filter": {"range": {"year": {"gte": 1_920, "_name": "later"}}}, "weight": 3},
                {"field_value_factor": {"field": "price", "modifier": "log1p"}},
                {"gauss": {"told": {"origin": "2010-01-01", "scale": "900d"}}},
            ],
            "score_mode": "sum", "boost_mode": "multiply", "max_boost": 5,
        }}),
        json!({"bool": {
            "must": {"match": {"body": {"query": "river", "_name": "river"}}},
            "should": [{"match": {"title": {"query": "king", "boost": 2, "_name": "king"}}}, {"exists": {"field": "old", "_name": "old"}}],
            "filter": {"range": {"year": {"lt": 1_940, "_name": "year"}}},
            "must_not": {"term": {"teller": {"value": "t3", "_name": "never"}}},
            "_name": "all",
        }}),
        json!({"match_all": {"boost": 1.5, "_name": "any"}}),
    ];
    let mut bodies = Vec::new();
    for query in queries {
        bodies.push(json!({"query": query, "explain": true, "size": 25, "_source": false}));
        bodies.push(json!({"query": query, "min_score": 1.2, "aggs": {"by": {"terms": {"field": "teller"}}}, "size": 5}));
        bodies.push(json!({
            "query": query, "min_score": 0.7, "post_filter": {"range": {"year": {"gte": 1_910, "_name": "after"}}},
            "aggs": {"by": {"terms": {"field": "teller"}}}, "sort": ["year", "_id"], "size": 5,
        }));
        let inner = json!([
            {"name": "cheapest", "size": 2, "sort": ["price", "_id"], "_source": ["price"]},
            {"name": "best", "size": 1, "explain": true, "_source": false},
        ]);
        for field in ["teller", "year", "told", "price", "old"] {
            let collapse = json!({"field": field, "inner_hits": inner});
            bodies.push(json!({"query": query, "collapse": collapse, "size": 4, "_source": false}));
            let sort = json!([{field: "desc"}]);
            bodies.push(
                json!({"query": query, "collapse": {"field": field}, "from": 2, "size": 8, "sort": sort}),
            );
        }
    }
    bodies
}

/// An answer without what depends on where documents are, and how long it took.
fn placeless(mut answer: Value) -> Value {
    assert_eq!(answer["_shards"]["failed"], 0, "{answer}");
    assert_eq!(answer["timed_out"], false, "{answer}");
    for key in ["took", "_shards", "coverage"] {
        answer.as_object_mut().expect("an object").remove(key);
    }
    forget_places(&mut answer);
    answer
}

fn forget_places(json: &mut Value) {
    match json {
        Value::Object(object) => {
            object.remove("_shard");
            object.remove("_node");
            object.values_mut().for_each(forget_places);
        }
        Value::Array(values) => values.iter_mut().for_each(forget_places),
        _ => {}
    }
}

fn explanations_are_scores(answer: &Value) {
    for hit in answer["hits"]["hits"].as_array().expect("a list of hits") {
        if let Some(explanation) = hit.get("_explanation") {
            assert_eq!(explanation["value"], hit["_score"], "{hit}");
        }
        for inner in hit["inner_hits"]
            .as_object()
            .into_iter()
            .flat_map(|inner| inner.values())
        {
            explanations_are_scores(inner);
        }
    }
}

/// Hits are explained by nodes that go by the same names elsewhere.
async fn nodes(api: &Api) {
    let known = api.get(&format!("/{INDEX}/_search_shards")).await.ok();
    let found = api.search(INDEX, &json!({"explain": true, "size": 10})).await;
    for hit in found.hits() {
        let node = hit["_node"].as_str().expect("an explained hit has a node");
        assert!(known["nodes"][node].is_object(), "{node}: {known}");
    }
}

async fn named(api: &Api) {
    let query = json!({"bool": {
        "should": [
            {"match": {"title": {"query": "star", "_name": "star"}}},
            {"term": {"year": {"value": 1_905, "_name": "year"}}},
        ],
        "filter": [{"range": {"year": {"gte": 1_904, "lte": 1_906, "_name": "range"}}}],
    }});
    let found = api.search(INDEX, &json!({"query": query, "size": 100})).await;
    assert!(found.hits().len() > 10);
    for hit in found.hits() {
        let source = &hit["_source"];
        let mut expected = Vec::new();
        if source["title"].as_str().expect("a title").contains("star") {
            expected.push("star");
        }
        if source["year"] == 1_905 {
            expected.push("year");
        }
        expected.push("range");
        assert_eq!(hit["matched_queries"], json!(expected), "{hit}");
    }
}

async fn least_scores(api: &Api) {
    let query = json!({"match": {"body": "whale king"}});
    let all = api.search(INDEX, &json!({"query": query, "size": 400})).await;
    let scores: Vec<f64> = all
        .hits()
        .iter()
        .filter_map(|hit| hit["_score"].as_f64())
        .collect();
    let least = scores[scores.len() / 2];
    let expected = scores.iter().filter(|score| **score >= least).count() as u64;
    let body = json!({"query": query, "min_score": least, "size": 400, "track_total_hits": true,
        "aggs": {"n": {"value_count": {"field": "year"}}}});
    let found = api.search(INDEX, &body).await;
    assert_eq!(found.total(), expected);
    assert_eq!(found.0["aggregations"]["n"]["value"], expected);
    assert_eq!(found.ids(), all.ids()[..found.ids().len()]);
    let path = format!("/{INDEX}/_count?min_score={least}");
    let counted = api.post(&path, &json!({"query": query})).await.ok();
    assert_eq!(counted["count"], expected);
}

/// The first hits of each group in a plain list, with what the group has in common.
fn firsts(hits: &[Value], field: &str) -> Vec<(Value, Value)> {
    let mut seen = HashSet::new();
    let all = hits
        .iter()
        .map(|hit| (hit["_id"].clone(), hit["_source"][field].clone()));
    all.filter(|(_, group)| seen.insert(group.to_string())).collect()
}

async fn collapsed(api: &Api) {
    for sort in [json!(["_score"]), json!([{"price": "desc"}, "_id"])] {
        for field in ["teller", "year", "price", "old"] {
            let mut body = json!({"query": {"match": {"body": "river star"}}, "sort": sort, "size": 400});
            let plain = api.search(INDEX, &body).await;
            let expected = firsts(plain.hits(), field);
            body["collapse"] = json!({"field": field});
            let found = api.search(INDEX, &body).await;
            let shown = |hit: &Value| (hit["_id"].clone(), hit["fields"][field][0].clone());
            let shown: Vec<(Value, Value)> = found.hits().iter().map(shown).collect();
            assert_eq!(shown, expected, "{field} {sort}");
            assert_eq!(found.total(), plain.total(), "the total is of all matches");
        }
    }
    // Page after page by the field itself.
    let mut pages = Vec::new();
    let mut body = json!({"collapse": {"field": "year"}, "sort": ["year"], "size": 7});
    loop {
        let found = api.search(INDEX, &body).await;
        let Some(last) = found.hits().last() else { break };
        body["search_after"] = last["sort"].clone();
        pages.extend(found.hits().iter().map(|hit| hit["fields"]["year"][0].clone()));
    }
    assert_eq!(json!(pages), json!((1_900..1_950).collect::<Vec<u32>>()));
}

async fn inner_hits(api: &Api) {
    let query = json!({"match": {"body": "sea house"}});
    let inner = json!({"name": "of_teller", "size": 3, "from": 1, "sort": ["year", "_id"]});
    let body = json!({
        "query": query, "size": 30,
        "collapse": {"field": "teller", "inner_hits": inner, "max_concurrent_group_searches": 2},
    });
    let found = api.search(INDEX, &body).await;
    found.assert_complete();
    assert!(
        found
            .hits()
            .iter()
            .any(|hit| hit["fields"]["teller"][0].is_null())
    );
    for hit in found.hits() {
        let teller = &hit["fields"]["teller"][0];
        let of_group = if teller.is_null() {
            json!({"bool": {"must": query, "must_not": {"exists": {"field": "teller"}}}})
        } else {
            json!({"bool": {"must": query, "filter": {"term": {"teller": teller}}}})
        };
        let body = json!({"query": of_group, "size": 3, "from": 1, "sort": ["year", "_id"]});
        let expected = api.search(INDEX, &body).await;
        assert_eq!(
            hit["inner_hits"]["of_teller"]["hits"], expected.0["hits"],
            "{teller}"
        );
    }
}

async fn one_document(api: &Api) {
    let body = json!({"query": {"match": {"body": "star"}}});
    let found = api.search(INDEX, &body).await;
    let best = &found.hits()[0];
    let id = best["_id"].as_str().expect("an id");
    let path = format!("/{INDEX}/_explain/{id}");
    let told = api.post(&path, &body).await.ok();
    assert_eq!((&told["_id"], &told["matched"]), (&best["_id"], &json!(true)));
    assert_eq!(told["explanation"]["value"], best["_score"]);
    let description = told["explanation"]["description"].as_str().expect("a text");
    assert_eq!(
        description,
        format!("weight(body:star in {id}) [BM25], result of:")
    );
    let by_url = api.get(&format!("{path}?q=body:star")).await.ok();
    assert_eq!(by_url, told);
    let not = api
        .post(&path, &json!({"query": {"term": {"year": 1}}}))
        .await
        .ok();
    assert_eq!(
        (&not["matched"], &not["explanation"]["value"]),
        (&json!(false), &json!(0.0))
    );
    let absent = api
        .post(&format!("/{INDEX}/_explain/nobody"), &body)
        .await
        .expect(404);
    assert_eq!(
        absent,
        json!({"_index": INDEX, "_id": "nobody", "matched": false})
    );
}

async fn validated(api: &Api) {
    let path = format!("/{BOTH}/_validate/query?explain=true&rewrite=true");
    let query = json!({"query": {"bool": {
        "must": {"match": {"title": "star"}}, "filter": {"range": {"year": {"gte": 1_990, "lte": 1_999}}},
    }}});
    let told = api.post(&path, &query).await.ok();
    let text = "+title:star #year:[1990 TO 1999]";
    let of = |index| json!({"index": index, "valid": true, "explanation": text});
    assert_eq!(told["valid"], true);
    assert_eq!(told["explanations"], json!([of(OLDER), of(INDEX)]));
    let fuzzy = json!({"query": {"fuzzy": {"title": {"value": "whole", "fuzziness": 1}}}});
    let told = api.post(&path, &fuzzy).await.ok();
    assert_eq!(told["explanations"][0]["explanation"], "title:whale^0.8");
    let misfit = json!({"query": {"range": {"year": {"gte": "x"}}}});
    let told = api.post(&path, &misfit).await.ok();
    assert_eq!(told["valid"], false);
    assert!(told["explanations"][0]["error"].is_string(), "{told}");
    for bad in [json!({"query": {"mach": {}}}), json!({"size": 1})] {
        assert_eq!(api.post(&path, &bad).await.ok()["valid"], false, "{bad}");
    }
}

async fn refused(api: &Api) {
    let path = format!("/{INDEX}/_search");
    for (body, says) in [
        (
            json!({"collapse": {"field": "title"}}),
            "only keywords and numbers are accepted",
        ),
        (
            json!({"collapse": {"field": "nobody"}}),
            "no mapping found for `nobody`",
        ),
        (json!({"collapse": {"field": "several"}}), "must be single valued"),
        (
            json!({"collapse": {"field": "year"}, "sort": ["price"], "search_after": [1]}),
            "must be the same",
        ),
    ] {
        let answer = api.post(&path, &body).await.expect(400);
        assert!(answer.to_string().contains(says), "{answer}");
    }
}
