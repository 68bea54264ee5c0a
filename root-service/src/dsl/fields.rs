//! `fields`, `docvalue_fields` and `stored_fields`: which values a hit shows besides, or instead of, its source.

use serde_json::Value;
use shared::limits;

use super::read::At;
use super::source_filter::SourceFilter;
use crate::error::{ApiError, brief};

/// What hits have besides their documents' fields.
const METADATA: [&str; 10] = [
    "_field_names",
    "_id",
    "_ignored",
    "_index",
    "_primary_term",
    "_routing",
    "_score",
    "_seq_no",
    "_source",
    "_version",
];

/// Fields to show.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldWish {
    /// A name, which may hold `*`.
    pub name: String,
    /// How dates are shown, if not as the mapping says.
    pub format: Option<String>,
}

impl FieldWish {
    /// Whether it may mean any number of fields.
    pub fn is_pattern(&self) -> bool {
        self.name.contains('*')
    }
}

/// Reads `fields` or `docvalue_fields`: names, or objects of a name and a format.
///
/// # Errors
/// A 400 that says what is expected, or names the limit.
pub fn parse(key: &str, value: &Value) -> Result<Vec<FieldWish>, ApiError> {
    let at = At::new("search", key);
    let expected = || at.expected("a list of names or of objects with [field] and [format]", value);
    let entries = value.as_array().ok_or_else(expected)?;
    if entries.len() > limits::SHOWN_FIELDS_MAX {
        return Err(ApiError::illegal(format!(
            "[{key}] has [{}] entries, the limit is [{}]",
            entries.len(),
            limits::SHOWN_FIELDS_MAX
        )));
    }
    entries.iter().map(|entry| wish(key, entry)).collect()
}

fn wish(key: &str, entry: &Value) -> Result<FieldWish, ApiError> {
    let mut wish = FieldWish {
        name: String::new(),
        format: None,
    };
    match entry {
        Value::String(name) => wish.name.clone_from(name),
        Value::Object(object) => {
            for (part, value) in object {
                let at = At::new(key, part);
                match part.as_str() {
                    "field" => wish.name = at.text(value)?,
                    // Elasticsearch's older clients ask for the default by this name.
                    "format" if *value == "use_field_mapping" || value.is_null() => {}
                    "format" => wish.format = Some(at.text(value)?),
                    "include_unmapped" if !at.truth(value)? => {}
                    other => {
                        return Err(ApiError::parsing(format!(
                            "[{key}] does not support [{}]; an entry has [field] and [format]",
                            brief(other)
                        )));
                    }
                }
            }
        }
        other => return Err(At::new("search", key).expected("a list of names or objects", other)),
    }
    check_name(key, &wish.name)?;
    Ok(wish)
}

/// Refuses names that no field can have, and the names of what hits show anyway.
pub(super) fn check_name(key: &str, name: &str) -> Result<(), ApiError> {
    if name.is_empty() {
        return Err(ApiError::parsing(format!(
            "[{key}] has an entry without the name of a field"
        )));
    }
    if name.len() > limits::FIELD_NAME_BYTES_MAX {
        return Err(ApiError::illegal(format!(
            "[{key}] names [{}], which has [{}] bytes; the limit is [{}]",
            brief(name),
            name.len(),
            limits::FIELD_NAME_BYTES_MAX
        )));
    }
    if METADATA.contains(&name) {
        return Err(ApiError::illegal(format!(
            "[{key}] does not offer [{name}]; hits show it by themselves or by a parameter of the search"
        )));
    }
    Ok(())
}

/// Applies `stored_fields`: no field is stored by itself, so that all it says is whether the source is shown. `explicit`
/// says whether the request says so in `_source` too, which decides then.
///
/// # Errors
/// A 400 for the name of a field, which is found in the source.
pub(super) fn apply_stored(source: &mut SourceFilter, value: &Value, explicit: bool) -> Result<(), ApiError> {
    const KEY: &str = "stored_fields";
    let names: Vec<&str> = match value {
        Value::String(name) => vec![name],
        Value::Array(names) => names.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    };
    let readable = matches!(value, Value::String(_))
        || matches!(value, Value::Array(given) if given.len() == names.len());
    if !readable {
        return Err(At::new("search", KEY).expected("a name or a list of names", value));
    }
    if let Some(name) = names.iter().find(|name| !matches!(**name, "_none_" | "_source")) {
        return Err(ApiError::illegal(format!(
            "[{KEY}] offers [_none_], [_source] and no names, but not [{}]: no field is stored apart from the source; \
             use [fields] or [_source]",
            brief(name)
        )));
    }
    if names.contains(&"_none_") && names.len() > 1 {
        return Err(ApiError::illegal(format!(
            "cannot combine _none_ with other fields in [{KEY}]"
        )));
    }
    if !explicit {
        *source = if names.contains(&"_source") {
            SourceFilter::ALL
        } else {
            SourceFilter::NOTHING
        };
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn entries_are_names_or_objects() {
        let wishes = parse(
            "fields",
            &json!(["a.*", {"field": "d", "format": "epoch_millis"}, {"field": "e", "format": "use_field_mapping"}]),
        )
        .unwrap();
        let shown: Vec<(&str, Option<&str>, bool)> = wishes
            .iter()
            .map(|wish| (wish.name.as_str(), wish.format.as_deref(), wish.is_pattern()))
            .collect();
        assert_eq!(
            shown,
            [
                ("a.*", None, true),
                ("d", Some("epoch_millis"), false),
                ("e", None, false)
            ]
        );
    }

    #[test]
    fn what_cannot_be_a_field_is_refused_by_name() {
        for (value, wanted) in [
            (json!("a"), "[fields]"),
            (json!([1]), "[fields]"),
            (json!([""]), "[fields]"),
            (json!(["_id"]), "[_id]"),
            (json!(["a".repeat(513)]), "[512]"),
            (json!(vec!["a"; 101]), "[100]"),
            (
                json!([{"field": "a", "include_unmapped": true}]),
                "[include_unmapped]",
            ),
            (json!([{"field": "a", "nested": 1}]), "[nested]"),
        ] {
            let error = parse("fields", &value).unwrap_err().to_string();
            assert!(error.contains(wanted), "{value}: {error}");
        }
    }

    #[test]
    fn stored_fields_hide_the_source_unless_it_is_asked_for() {
        let after = |value: Value, explicit: bool| {
            let mut source = SourceFilter::ALL;
            apply_stored(&mut source, &value, explicit).map(|()| source.is_shown())
        };
        assert_eq!(after(json!("_none_"), false), Ok(false));
        assert_eq!(after(json!([]), false), Ok(false));
        assert_eq!(after(json!(["_source"]), false), Ok(true));
        assert_eq!(after(json!([]), true), Ok(true));
        for value in [
            json!(["title"]),
            json!("*"),
            json!(1),
            json!([1]),
            json!(["_none_", "_source"]),
        ] {
            assert!(after(value.clone(), false).is_err(), "{value}");
        }
    }
}
