//! Values as documents write them, for fields whose values are shown so: a completion has inputs with their weights.

use serde_json::{Map, Value};
use shared::mapping::{FieldKind, Mapping};

/// The values of a completion field, lists taken apart; none of a field of another type.
pub(super) fn of_completion<'a>(
    name: &str,
    document: &'a Map<String, Value>,
    mapping: &Mapping,
) -> Vec<&'a Value> {
    let mut found = Vec::new();
    if matches!(mapping.kind(name), Some(FieldKind::Completion(_))) {
        for path in paths(name, mapping) {
            within(document, path, &mut found);
        }
    }
    found
}

/// Where documents have the values of a field: at its own path, at that of the field that it is a part of, and at those of the fields
/// that are copied to either.
fn paths<'m>(name: &str, mapping: &'m Mapping) -> Vec<&'m str> {
    let is_of = |path: &str| {
        path == name
            || name.strip_prefix(path).is_some_and(|rest| {
                rest.strip_prefix('.').is_some_and(|sub| {
                    let field = mapping.fields.get(path);
                    field.is_some_and(|field| field.fields.contains_key(sub))
                })
            })
    };
    let copied = |targets: &[String]| targets.iter().any(|target| target == name);
    let all = mapping.fields.iter();
    let with = all.filter(|(path, field)| is_of(path) || copied(&field.options.copy_to));
    with.map(|(path, _)| path.as_str()).collect()
}

/// What an object has at a path, whose parts may be names with dots; lists may stand anywhere.
fn within<'a>(object: &'a Map<String, Value>, path: &str, found: &mut Vec<&'a Value>) {
    for (name, value) in object {
        match path.strip_prefix(name.as_str()) {
            Some("") => each(value, &mut |value| found.push(value)),
            Some(rest) => {
                if let Some(rest) = rest.strip_prefix('.') {
                    each(value, &mut |value| {
                        if let Value::Object(inner) = value {
                            within(inner, rest, found);
                        }
                    });
                }
            }
            None => {}
        }
    }
}

/// A value, or each of a list.
fn each<'a>(value: &'a Value, see: &mut dyn FnMut(&'a Value)) {
    match value {
        Value::Null => {}
        Value::Array(values) => values.iter().for_each(|value| each(value, see)),
        value => see(value),
    }
}
