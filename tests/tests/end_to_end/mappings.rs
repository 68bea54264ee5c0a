//! Mappings: what is refused, what is kept and not found, how values are made alike, and that a restart changes nothing,
//! even of replicas that read everything from the log again.

use std::fs;

use rustix::process::Signal;
use serde_json::{Value, json};

use crate::harness::{Api, Cluster, Folder, Shape};

const SHAPE: Shape = Shape {
    leaves: 2,
    replicas: 2,
};

fn index() -> Value {
    json!({
        "settings": {"number_of_shards": 3, "analysis": {"normalizer": {"plain": {"type": "custom", "filter": ["lowercase"]}}}},
        "mappings": {
            "dynamic": "strict",
            "_meta": {"owner": "search"},
            "properties": {
                "title": {"type": "text", "copy_to": "all"},
                "author": {"type": "keyword", "normalizer": "plain", "copy_to": ["all"]},
                "all": {"type": "text"},
                "status": {"type": "keyword", "null_value": "none"},
                "ip": {"type": "ip"},
                "small": {"type": "byte", "ignore_malformed": true},
                "exact": {"type": "integer"},
                "big": {"type": "unsigned_long"},
                "price": {"type": "scaled_float", "scaling_factor": 100},
                "score": {"type": "float"},
                "flat": {"type": "text", "norms": false},
                "once": {"type": "text", "norms": false, "index_options": "docs"},
                "hidden": {"type": "text", "index": false},
                "raw": {"type": "object", "enabled": false},
                "free": {"type": "object", "dynamic": false},
                "open": {"type": "object", "dynamic": true}
            }
        }
    })
}

const DOCUMENTS: [(&str, &str); 5] = [
    (
        "1",
        r#"{"title":"red fox","author":"Ann","status":null,"ip":"10.0.0.1","small":1,"exact":7,"big":1,"price":1.1,
            "score":0.1,"flat":"a a b","once":"a a b","hidden":"words","raw":{"x":[1,"a"]},"free":{"late":"fox"}}"#,
    ),
    (
        "2",
        r#"{"title":"red dog runs far away","author":"BOB","ip":["10.200.0.9","2001:db8::1"],"small":"many","exact":"8",
            "big":18446744073709551615,"price":2.345,"score":2.5,"flat":"a","once":"a","raw":"anything"}"#,
    ),
    (
        "3",
        r#"{"title":"blue bird","author":"bob","status":"open","ip":"192.168.0.1","small":-128,"big":9223372036854775808,
            "flat":"b c c c c c c c c c","once":"b c c","open":{"n":5}}"#,
    ),
    ("4", r#"{"unknown":1}"#),
    ("5", r#"{"exact":3000000000}"#),
];

/// A line of JSON cannot hold line ends.
fn lines() -> String {
    let line = |(id, source): &(&str, &str)| {
        let source = source.replace('\n', "");
        format!("{{\"index\":{{\"_id\":\"{id}\"}}}}\n{source}\n")
    };
    DOCUMENTS.iter().map(line).collect()
}

#[tokio::test]
async fn a_mapping_holds_from_the_first_document_to_replicas_that_begin_anew() {
    let folder = Folder::new("mappings");
    let cluster = Cluster::start(&folder, SHAPE).await;
    let api = cluster.api();
    api.put("/m", &index()).await.ok();
    let answer = api.bulk("/m/_bulk?refresh=true", lines()).await.ok();
    let items = answer["items"].as_array().expect("items are a list");
    let errors: Vec<(&Value, &Value)> = items
        .iter()
        .map(|item| (&item["index"]["status"], &item["index"]["error"]["type"]))
        .collect();
    let fine = (&json!(201), &Value::Null);
    assert_eq!(errors[..3], [fine, fine, fine], "{answer}");
    assert_eq!(
        errors[3],
        (&json!(400), &json!("strict_dynamic_mapping_exception"))
    );
    assert_eq!(errors[4], (&json!(400), &json!("document_parsing_exception")));
    let reason = "mapping set to strict, dynamic introduction of [unknown] within [_doc] is not allowed";
    assert_eq!(items[3]["index"]["error"]["reason"], reason);

    what_is_found(&api).await;
    what_is_shown(&api).await;
    what_is_refused(&api).await;
    what_may_change(&api).await;
    let mapping = api.get("/m/_mapping").await.ok();
    let before = what_is_found_of_changes(&api).await;

    cluster.end(Signal::TERM).await;
    for entry in fs::read_dir(folder.data()).expect("the data folder is there") {
        let path = entry.expect("it can be read").path();
        let name = path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        if name.starts_with("leaf-0-") {
            fs::remove_dir_all(&path).expect("nobody uses it any more");
        }
    }
    let cluster = Cluster::start(&folder, SHAPE).await;
    let api = cluster.api();
    api.refresh("m").await;
    assert_eq!(api.get("/m/_mapping").await.ok(), mapping);
    what_is_found(&api).await;
    what_is_shown(&api).await;
    assert_eq!(what_is_found_of_changes(&api).await, before);
    cluster.end(Signal::TERM).await;
}

async fn what_is_found(api: &Api) {
    for (query, ids) in [
        (json!({"match": {"all": "fox"}}), vec!["1"]),
        (json!({"match": {"all": "bob red"}}), vec!["1", "2", "3"]),
        (json!({"term": {"author": "bOb"}}), vec!["2", "3"]),
        (json!({"prefix": {"author": "AN"}}), vec!["1"]),
        (json!({"terms": {"author": ["ANN", "nobody"]}}), vec!["1"]),
        (json!({"term": {"status": "none"}}), vec!["1"]),
        (json!({"term": {"ip": "10.0.0.0/8"}}), vec!["1", "2"]),
        (json!({"term": {"ip": "2001:db8::/32"}}), vec!["2"]),
        (
            json!({"range": {"ip": {"gt": "10.0.0.1", "lt": "193.0.0.0"}}}),
            vec!["2", "3"],
        ),
        (
            json!({"range": {"small": {"gte": -128, "lte": 127}}}),
            vec!["1", "3"],
        ),
        (json!({"term": {"small": 300}}), vec![]),
        (json!({"range": {"exact": {"gt": 7.5, "lt": 1e30}}}), vec!["2"]),
        (json!({"term": {"big": u64::MAX}}), vec!["2"]),
        (
            json!({"range": {"big": {"gte": 9_223_372_036_854_775_808_u64}}}),
            vec!["2", "3"],
        ),
        (json!({"term": {"price": 2.35}}), vec!["2"]),
        (json!({"term": {"score": 0.1}}), vec!["1"]),
        (json!({"match_phrase": {"flat": "a b"}}), vec!["1"]),
        (json!({"match": {"once": "a"}}), vec!["1", "2"]),
        (json!({"exists": {"field": "raw"}}), vec![]),
        (json!({"term": {"open.n": 5}}), vec!["3"]),
    ] {
        let found = api.search("m", &json!({ "query": query })).await;
        assert_eq!(found.sorted_ids(), ids, "{query}");
    }
    let source = &api.get("/m/_doc/2").await.ok()["_source"];
    assert_eq!(
        (&source["small"], &source["raw"]),
        (&json!("many"), &json!("anything"))
    );
    let found = api.search("m", &json!({"query": {"match": {"once": "a"}}})).await;
    assert_eq!(
        found.hits()[0]["_score"],
        found.hits()[1]["_score"],
        "each counts once, and as long"
    );
}

async fn what_is_shown(api: &Api) {
    let sorted = |field: &str| json!({"query": {"exists": {"field": field}}, "sort": [{field: "asc"}]});
    for (field, values) in [
        ("ip", json!(["10.0.0.1", "10.200.0.9", "192.168.0.1"])),
        ("big", json!([1, 9_223_372_036_854_775_808_u64, u64::MAX])),
        ("author", json!(["ann", "bob", "bob"])),
        ("score", json!([0.1, 2.5])),
        ("price", json!([1.1, 2.35])),
    ] {
        let found = api.search("m", &sorted(field)).await;
        let shown: Vec<&Value> = found.hits().iter().map(|hit| &hit["sort"][0]).collect();
        assert_eq!(json!(shown), values, "{field}");
        let mut next = sorted(field);
        next["search_after"] = json!([shown[0]]);
        assert_eq!(
            api.search("m", &next).await.hits().len(),
            shown.len() - 1,
            "{field}"
        );
    }
    let buckets = |field: &str| {
        let body = json!({"size": 0, "aggs": {"of": {"terms": {"field": field, "order": {"_key": "asc"}}}}});
        async move {
            let found = api.search("m", &body).await;
            let buckets = found.0["aggregations"]["of"]["buckets"].as_array().cloned();
            let buckets = buckets.unwrap_or_default().into_iter();
            buckets.map(|bucket| bucket["key"].clone()).collect::<Vec<_>>()
        }
    };
    let ips = ["10.0.0.1", "10.200.0.9", "192.168.0.1", "2001:db8::1"];
    assert_eq!(buckets("ip").await, ips);
    assert_eq!(buckets("author").await, ["ann", "bob"]);
    assert_eq!(
        buckets("big").await,
        [json!(1), json!(9_223_372_036_854_775_808_u64), json!(u64::MAX)]
    );
    let caps = api.get("/m/_field_caps?fields=ip,hidden,price,_id").await.ok();
    assert_eq!(caps["fields"]["ip"]["ip"]["aggregatable"], true);
    assert_eq!(caps["fields"]["hidden"]["text"]["searchable"], false);
    assert_eq!(caps["fields"]["_id"]["_id"]["metadata_field"], true);
    let field = api.get("/m/_mapping/field/author,fl*").await.ok();
    let author = json!({"type": "keyword", "normalizer": "plain", "copy_to": ["all"]});
    assert_eq!(field["m"]["mappings"]["author"]["mapping"]["author"], author);
    assert_eq!(field["m"]["mappings"]["flat"]["mapping"]["flat"]["norms"], false);
}

async fn what_is_refused(api: &Api) {
    for (query, reason) in [
        (
            json!({"match": {"hidden": "words"}}),
            "Cannot search on field [hidden] since it is not indexed.",
        ),
        (
            json!({"match_phrase": {"once": "a b"}}),
            "field:[once] was indexed without position data; cannot run PhraseQuery",
        ),
        (
            json!({"term": {"ip": "here"}}),
            "'here' is not an IP string literal.",
        ),
    ] {
        let answer = api.post("/m/_search", &json!({ "query": query })).await;
        let error = answer.error(400, "query_shard_exception");
        assert!(
            error.contains(reason) || answer.text.contains(reason),
            "{}",
            answer.text
        );
    }
    for (properties, reason) in [
        (
            json!({"title": {"type": "text", "analyzer": "english"}}),
            "Cannot update parameter [analyzer] from [default] to [english]",
        ),
        (
            json!({"exact": {"type": "long"}}),
            "mapper [exact] cannot be changed from type [integer] to [long]",
        ),
        (
            json!({"new": {"type": "text", "norms": false}}),
            "must be given when the index is created",
        ),
    ] {
        let answer = api.put("/m/_mapping", &json!({ "properties": properties })).await;
        let error = answer.error(400, "illegal_argument_exception");
        assert!(error.contains(reason), "{error}");
    }
    let answer = api
        .put(
            "/other",
            &json!({"mappings": {"properties": {"a": {"type": "geo_shape"}}}}),
        )
        .await;
    let error = answer.error(400, "mapper_parsing_exception");
    assert!(error.contains("No handler for type [geo_shape]"), "{error}");
}

/// Fields that are added or changed hold for the documents that come after.
async fn what_may_change(api: &Api) {
    let properties = json!({
        "free": {"properties": {"late": {"type": "keyword"}}},
        "title": {"type": "text", "copy_to": "all", "fields": {"key": {"type": "keyword"}}},
        "status": {"type": "keyword", "null_value": "none", "ignore_above": 2}
    });
    api.put("/m/_mapping", &json!({"dynamic": true, "properties": properties}))
        .await
        .ok();
    let document = json!({"title": "late arrival", "status": "open", "free": {"late": "fox"}, "unknown": 1});
    api.put("/m/_doc/9?refresh=true", &document).await.expect(201);
}

async fn what_is_found_of_changes(api: &Api) -> Vec<Vec<String>> {
    let mut all = Vec::new();
    for (query, ids) in [
        (json!({"term": {"free.late": "fox"}}), vec!["9"]),
        (json!({"exists": {"field": "title.key"}}), vec!["9"]),
        (json!({"term": {"status": "open"}}), vec!["3"]),
        (json!({"term": {"unknown": 1}}), vec!["9"]),
    ] {
        // Each replica answers some of these.
        for _ in 0..4 {
            let found = api.search("m", &json!({ "query": query })).await;
            assert_eq!(found.sorted_ids(), ids, "{query}");
            all.push(found.sorted_ids().into_iter().map(str::to_owned).collect());
        }
    }
    all
}
