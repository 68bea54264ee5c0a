//! JSON Schema of what calls offer: small makers that others put together.

use schemars::{Schema, SchemaGenerator, json_schema};
use serde_json::{Map, Value, json};

use crate::offered::{Kind, Offered, SchemaOf};

/// Where the document keeps schemas that have a name.
pub(crate) const NAMED: &str = "#/components/schemas/";

/// A schema that has a name, by reference: made once, and it may refer to itself.
pub(crate) fn named(generator: &mut SchemaGenerator, name: &str, make: SchemaOf) -> Schema {
    if !generator.definitions().contains_key(name) {
        generator
            .definitions_mut()
            .insert(name.to_owned(), Value::Bool(true));
        let made = make(generator);
        generator.definitions_mut().insert(name.to_owned(), made.into());
    }
    Schema::new_ref(format!("{NAMED}{name}"))
}

/// The schema of what a parameter or a key holds.
pub(crate) fn of_kind(kind: Kind, generator: &mut SchemaGenerator) -> Schema {
    match kind {
        Kind::Flag => json_schema!({"type": "boolean"}),
        Kind::Text => json_schema!({"type": "string"}),
        Kind::Texts => json_schema!({"type": "array", "items": {"type": "string"}}),
        Kind::Whole => json_schema!({"type": "integer"}),
        Kind::Number => json_schema!({"type": "number"}),
        Kind::Duration => named(generator, "Duration", |_| {
            json_schema!({
                "type": "string",
                "description": "A whole number and its unit, such as `500ms` or `1m`; `-1` is the longest that is allowed.",
                "pattern": "^(-1|0|[0-9]+(nanos|micros|ms|s|m|h|d))$",
            })
        }),
        Kind::OneOf(words) => json_schema!({"type": "string", "enum": words}),
        Kind::Of(schema) => schema(generator),
        Kind::Object => json_schema!({"type": "object"}),
        Kind::Any | Kind::Idle | Kind::Refused => json_schema!({}),
    }
}

/// What a key of a body holds: numbers and switches may be texts there, and a list of texts a single one.
fn of_key(key: &Offered, generator: &mut SchemaGenerator) -> Value {
    let schema = match key.kind {
        Kind::Texts => json_schema!({
            "anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]
        }),
        Kind::Idle => json_schema!({}),
        kind => of_kind(kind, generator),
    };
    described(schema, key.about)
}

/// A schema with a sentence about it.
pub(crate) fn described(mut schema: Schema, about: &str) -> Value {
    if !about.is_empty() {
        schema.insert("description".to_owned(), about.into());
    }
    schema.into()
}

/// An object that has no other keys than these.
pub(crate) fn closed(keys: &[&[Offered]], generator: &mut SchemaGenerator) -> Schema {
    let properties = properties(keys, generator);
    json_schema!({"type": "object", "properties": properties, "additionalProperties": false})
}

/// An object that has these keys, the first `required` of them always, and maybe others.
pub(crate) fn open(keys: &[Offered], required: usize, generator: &mut SchemaGenerator) -> Schema {
    let names: Vec<&str> = keys.iter().take(required).map(|key| key.name).collect();
    let properties = properties(&[keys], generator);
    json_schema!({"type": "object", "properties": properties, "required": names})
}

fn properties(keys: &[&[Offered]], generator: &mut SchemaGenerator) -> Map<String, Value> {
    keys.iter()
        .copied()
        .flatten()
        .filter(|key| !matches!(key.kind, Kind::Refused))
        .map(|key| (key.name.to_owned(), of_key(key, generator)))
        .collect()
}

/// A list.
pub(crate) fn list(of: Schema) -> Schema {
    let mut schema = json_schema!({"type": "array"});
    schema.insert("items".to_owned(), of.into());
    schema
}

/// One, or a list of them.
pub(crate) fn one_or_more(of: &Schema) -> Schema {
    json_schema!({"anyOf": [of, {"type": "array", "items": of}]})
}

/// An object whose keys are names and whose values are alike.
pub(crate) fn by_name(of: Schema) -> Schema {
    let mut schema = json_schema!({"type": "object"});
    schema.insert("additionalProperties".to_owned(), of.into());
    schema
}

/// The schema of a type that handlers write.
pub(crate) fn of_type<T: schemars::JsonSchema>(generator: &mut SchemaGenerator) -> Schema {
    generator.subschema_for::<T>()
}

/// An object of any kind.
pub(crate) fn any_object(_: &mut SchemaGenerator) -> Schema {
    json!({"type": "object"})
        .try_into()
        .expect("an object is a schema")
}
