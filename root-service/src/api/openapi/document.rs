//! What `/_openapi.json` answers: all calls in the form that tools for APIs read.

use schemars::SchemaGenerator;
use schemars::generate::SchemaSettings;
use serde_json::{Map, Value, json};

use super::calls::Described;
use super::{COMMON, Content, Operation, shapes};
use crate::offered::schema::{described, of_kind};
use crate::offered::{Kind, Offered};

/// Errors that every call may answer with; those that only some have are with them.
const ERRORS: [u16; 3] = [400, 406, 500];

/// The document as JSON.
pub(super) fn json(calls: &[Described]) -> Vec<u8> {
    serde_json::to_vec(&document(calls)).expect("the keys are strings")
}

/// The document.
pub(super) fn document(calls: &[Described]) -> Value {
    let mut generator = SchemaSettings::draft2020_12()
        .for_serialize()
        .with(|settings| {
            settings.definitions_path = "/components/schemas".into();
            settings.meta_schema = None;
        })
        .into_generator();
    let mut paths: Map<String, Value> = Map::new();
    let mut ids = Ids::default();
    for call in calls {
        let path = paths.entry(call.path).or_insert_with(|| json!({}));
        path[call.verb.name()] = operation(call, &ids.next(call.operation), &mut generator);
    }
    let common: Map<String, Value> = COMMON
        .iter()
        .map(|offered| (offered.name.to_owned(), query_parameter(offered, &mut generator)))
        .collect();
    let error = shapes::error(&mut generator);
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Gleaner",
            "summary": "Scatter/gather full-text search with Elasticsearch's API",
            "version": env!("CARGO_PKG_VERSION"),
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/"}],
        "paths": paths,
        "components": {
            "schemas": generator.take_definitions(true),
            "parameters": common,
            "responses": {
                "Error": {
                    "description": "What is wrong.",
                    "content": {"application/json": {"schema": error}},
                },
            },
        },
    })
}

/// Ids of calls, each once: a call that has several paths or methods is numbered from its second on, as in Elasticsearch's own
/// description.
#[derive(Default)]
struct Ids(Map<String, Value>);

impl Ids {
    fn next(&mut self, operation: &Operation) -> String {
        let before = self.0.get(operation.id).and_then(Value::as_u64).unwrap_or(0);
        self.0.insert(operation.id.to_owned(), (before + 1).into());
        match before {
            0 => operation.id.to_owned(),
            nth => format!("{}-{nth}", operation.id),
        }
    }
}

fn operation(call: &Described, id: &str, generator: &mut SchemaGenerator) -> Value {
    let of = call.operation;
    let mut parameters: Vec<Value> = path_parameters(call.path).map(path_parameter).collect();
    let own = of.all().filter(|offered| !matches!(offered.kind, Kind::Refused));
    parameters.extend(own.map(|offered| query_parameter(offered, generator)));
    let common = COMMON
        .iter()
        .map(|offered| format!("#/components/parameters/{}", offered.name));
    parameters.extend(common.map(|reference| json!({"$ref": reference})));
    let mut operation = json!({
        "operationId": id,
        "tags": [of.tag],
        "summary": of.summary,
        "parameters": parameters,
        "responses": responses(of, generator),
    });
    if let Some(content) = content(of.body, generator) {
        operation["requestBody"] = json!({"required": of.body_required, "content": content});
    }
    operation
}

/// The names of the variable parts of a path.
pub(super) fn path_parameters(path: &str) -> impl Iterator<Item = &str> {
    path.split('/')
        .filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'))
}

fn path_parameter(name: &str) -> Value {
    let about = match name {
        "fields" => "Names of fields or patterns, separated by commas.",
        "id" => "The id.",
        "index" => {
            "Names of indexes, aliases or patterns, separated by commas; writes and documents have exactly one."
        }
        "metrics" => "Which groups of numbers, separated by commas.",
        "name" => "A name; where several are meant, names or patterns, separated by commas.",
        _ => "A part of the path.",
    };
    json!({"name": name, "in": "path", "required": true, "description": about, "schema": {"type": "string"}})
}

fn query_parameter(offered: &Offered, generator: &mut SchemaGenerator) -> Value {
    let schema = match offered.kind {
        Kind::Idle => json!({}),
        kind => of_kind(kind, generator).into(),
    };
    let mut parameter = json!({
        "name": offered.name,
        "in": "query",
        "description": offered.about,
        "schema": schema,
    });
    match offered.kind {
        Kind::Flag => parameter["allowEmptyValue"] = true.into(),
        // Separated by commas.
        Kind::Texts => parameter["explode"] = false.into(),
        _ => {}
    }
    parameter
}

fn content(content: Content, generator: &mut SchemaGenerator) -> Option<Value> {
    let text = json!({"schema": {"type": "string"}});
    match content {
        Content::Nothing => None,
        Content::Json(schema) => Some(json!({"application/json": {"schema": schema(generator)}})),
        Content::Lines(schema) => {
            let about = "JSON objects, each on a line of its own; this is one line.";
            Some(json!({"application/x-ndjson": {"schema": described(schema(generator), about)}}))
        }
        Content::Text => Some(json!({"text/plain": text})),
        Content::Table => {
            let rows = json!({"type": "array", "items": {
                "type": "object",
                "additionalProperties": {"type": ["string", "null"]},
            }});
            Some(json!({"text/plain": text, "application/json": {"schema": rows}}))
        }
    }
}

fn responses(of: &Operation, generator: &mut SchemaGenerator) -> Value {
    let mut responses = Map::new();
    for &status in of.statuses {
        let mut response = json!({"description": about(status)});
        if let Some(content) = content(of.answer, generator) {
            response["content"] = content;
        }
        responses.insert(status.to_string(), response);
    }
    let error = json!({"$ref": "#/components/responses/Error"});
    let errors = ERRORS.iter().chain(of.errors);
    for status in errors {
        responses
            .entry(status.to_string())
            .or_insert_with(|| error.clone());
    }
    responses.insert("default".to_owned(), error);
    responses.into()
}

/// What a status means that is no error.
fn about(status: u16) -> &'static str {
    match status {
        200 => "Done.",
        201 => "Created.",
        202 => "Durable; what came of it was not known in time.",
        404 => "Not there.",
        408 => "Not so in time.",
        503 => "Not ready.",
        _ => "Answered.",
    }
}
