//! The document at `/_openapi.json`: it is well-formed, and it is true.

use std::collections::BTreeSet;

use axum::Router;
use serde_json::{Value, json};

use super::tests::{call, lonely_root};

/// Probes and metrics take whatever a load balancer or a scraper appends.
const UNCHECKED: [&str; 3] = ["/livez", "/readyz", "/metrics"];

async fn document(root: &Router) -> Value {
    let (status, _, document) = call(root, "GET", "/_openapi.json", "").await;
    assert_eq!(status, 200);
    document
}

/// Path, method and operation of every call.
fn operations(document: &Value) -> Vec<(&str, &str, &Value)> {
    let paths = document["paths"].as_object().unwrap();
    let of_path = paths.iter().flat_map(|(path, methods)| {
        let methods = methods.as_object().unwrap().iter();
        methods.map(move |(method, operation)| (path.as_str(), method.as_str(), operation))
    });
    of_path.collect()
}

fn parameters<'a>(operation: &'a Value, place: &str) -> Vec<&'a Value> {
    let all = operation["parameters"].as_array().unwrap().iter();
    all.filter(|parameter| parameter["in"] == place).collect()
}

fn each_reference<'a>(json: &'a Value, see: &mut impl FnMut(&'a str)) {
    match json {
        Value::Object(object) => {
            for (key, value) in object {
                match value {
                    Value::String(reference) if key == "$ref" => see(reference),
                    value => each_reference(value, see),
                }
            }
        }
        Value::Array(values) => values.iter().for_each(|value| each_reference(value, see)),
        _ => {}
    }
}

#[tokio::test(start_paused = true)]
async fn references_lead_somewhere_and_names_are_unique() {
    let document = document(&lonely_root().await).await;
    assert_eq!(document["openapi"], "3.1.0");
    each_reference(&document, &mut |reference| {
        let place = reference.strip_prefix('#').unwrap();
        assert!(document.pointer(place).is_some(), "{reference}");
    });
    let mut ids = BTreeSet::new();
    for (path, method, operation) in operations(&document) {
        assert!(
            ids.insert(operation["operationId"].as_str().unwrap()),
            "{method} {path}"
        );
        let in_path: Vec<&str> = path
            .split('/')
            .filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'))
            .collect();
        let described = parameters(operation, "path");
        let names: Vec<&str> = described
            .iter()
            .map(|parameter| parameter["name"].as_str().unwrap())
            .collect();
        assert_eq!(names, in_path, "{method} {path}");
        assert!(
            described
                .iter()
                .all(|parameter| parameter["description"] != "A part of the path."),
            "{path}"
        );
        let mut once = BTreeSet::new();
        for parameter in parameters(operation, "query") {
            assert!(
                once.insert(parameter["name"].as_str().unwrap()),
                "{path}: {parameter}"
            );
            assert_ne!(parameter["description"], "", "{path}: {parameter}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn recursive_schemas_refer_to_themselves() {
    let document = document(&lonely_root().await).await;
    let query = &document["components"]["schemas"]["Query"]["properties"];
    let must = query["bool"]["properties"]["must"].to_string();
    assert!(must.contains("#/components/schemas/Query"), "{must}");
    for name in ["match", "term", "function_score"] {
        assert!(query[name].is_object(), "{name}");
    }
    let aggregation = &document["components"]["schemas"]["Aggregation"]["properties"];
    assert!(aggregation["terms"].is_object());
    assert_eq!(
        aggregation["aggs"]["additionalProperties"]["$ref"],
        "#/components/schemas/Aggregation"
    );
}

/// Everything that the document offers is taken, and nothing else is: beside each parameter there is one that no call has, and it
/// is the only one that is refused.
#[tokio::test(start_paused = true)]
async fn calls_take_the_parameters_that_the_document_offers_and_no_others() {
    let root = lonely_root().await;
    call(&root, "PUT", "/a", "").await;
    let document = document(&root).await;
    let (mut asked, mut wrong) = (0, Vec::new());
    for (path, method, operation) in operations(&document) {
        if UNCHECKED.contains(&path) {
            continue;
        }
        let uri = uri(path);
        let offered = parameters(operation, "query");
        let samples = offered.iter().flat_map(|parameter| samples(path, parameter));
        for sample in samples.chain(["pretty".to_owned()]) {
            asked += 1;
            let uri = format!("{uri}?{sample}&no_such=1");
            let (status, _, answer) = call(&root, &method.to_uppercase(), &uri, "").await;
            let reason = answer["error"]["reason"].as_str().unwrap_or_default();
            let of_the_other = reason.ends_with("contains unrecognized parameter: [no_such]");
            // A HEAD says no reason.
            if status != 400 || (method != "head" && !of_the_other) {
                wrong.push(format!("{method} {uri}: {status} {answer}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(asked > 500, "{asked}");
}

fn uri(path: &str) -> String {
    path.replace("{index}", "a")
        .replace("{metrics}", "docs")
        .replace("{id}", "1")
        .replace("{name}", "n")
        .replace("{fields}", "f")
}

/// The parameter with each value that must be taken.
fn samples(path: &str, parameter: &Value) -> Vec<String> {
    let name = parameter["name"].as_str().unwrap();
    let schema = &parameter["schema"];
    if let Some(words) = schema["enum"].as_array() {
        let words = words.iter().map(|word| word.as_str().unwrap());
        return words.map(|word| format!("{name}={word}")).collect();
    }
    let value = match (name, schema["type"].as_str()) {
        ("if_seq_no", _) => "1&if_primary_term=1",
        ("if_primary_term", _) => "1&if_seq_no=1",
        ("retry_on_conflict" | "wait_for_active_shards", _) => "1",
        ("expand_wildcards", _) => "open",
        ("stored_fields", _) => "_none_",
        ("index", _) => "a",
        ("s", _) if path.contains("health") => "cluster",
        ("s", _) if path.contains("nodes") => "name",
        ("s", _) if path.contains("aliases") => "alias",
        ("s", _) if path.contains("count") => "count",
        ("s", _) => "index",
        (_, Some("boolean")) => {
            return vec![name.to_owned(), format!("{name}=true"), format!("{name}=false")];
        }
        (_, Some("integer" | "number")) => "1",
        _ if schema["$ref"] == "#/components/schemas/Duration" => "1m",
        _ if schema.get("anyOf").is_some() => "true",
        _ => "x",
    };
    vec![format!("{name}={value}")]
}

/// The same of the keys of bodies that have no others; those of a search are tried where they are read.
#[tokio::test(start_paused = true)]
async fn calls_take_the_keys_that_the_document_offers_and_no_others() {
    let root = lonely_root().await;
    call(&root, "PUT", "/a", "").await;
    let document = document(&root).await;
    let (mut asked, mut wrong) = (0, Vec::new());
    for (path, method, operation) in operations(&document) {
        let schema = &operation["requestBody"]["content"]["application/json"]["schema"];
        let schema = resolved(&document, schema);
        let searches = path.ends_with("/_search");
        // Answers 200 for whatever cannot be read.
        let validates = path.ends_with("/_validate/query");
        if schema["additionalProperties"] != false || searches || validates {
            continue;
        }
        let uri = uri(path);
        for (key, of_key) in schema["properties"].as_object().unwrap() {
            asked += 1;
            let body = json!({key: sample(&document, of_key), "no_such": 1}).to_string();
            let (status, _, answer) = call(&root, &method.to_uppercase(), &uri, &body).await;
            let reason = answer["error"]["reason"].as_str().unwrap_or_default();
            if status != 400 || !reason.contains("[no_such]") {
                wrong.push(format!("{method} {uri} {body}: {status} {answer}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(asked > 50, "{asked}");
}

fn resolved<'a>(document: &'a Value, schema: &'a Value) -> &'a Value {
    let reference = schema["$ref"].as_str().and_then(|text| text.strip_prefix('#'));
    reference.map_or(schema, |place| document.pointer(place).unwrap())
}

/// A value that a schema allows.
fn sample(document: &Value, schema: &Value) -> Value {
    match schema["$ref"].as_str() {
        Some("#/components/schemas/Duration") => return json!("1m"),
        Some("#/components/schemas/Query") => return json!({"match_all": {}}),
        _ => {}
    }
    let schema = resolved(document, schema);
    if let Some(words) = schema["enum"].as_array() {
        return words[0].clone();
    }
    if let Some(either) = schema["anyOf"].as_array() {
        return sample(document, &either[0]);
    }
    match schema["type"].as_str() {
        Some("boolean") => json!(true),
        Some("integer" | "number") => json!(1),
        Some("array") => json!([]),
        Some("object") => json!({}),
        _ => json!("x"),
    }
}
