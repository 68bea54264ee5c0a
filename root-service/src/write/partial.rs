//! A partial document merged into a whole one: objects key by key, everything else replaced, as Elasticsearch does.
//!
//! What is not touched stays as it was written, to the last digit: values are moved as text and never through numbers.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;
use shared::document::DocumentError;

/// Merges `patch` into `document`, both JSON objects. `None` if that changes nothing.
///
/// # Errors
/// [`DocumentError::Json`] for text that is no JSON object.
pub(super) fn merge(document: &str, patch: &str) -> Result<Option<String>, DocumentError> {
    let mut merged = String::with_capacity(document.len() + patch.len());
    let changed = merge_objects(document, patch, &mut merged)?;
    Ok(changed.then_some(merged))
}

/// An object's members in their order; of two with the same key the last counts, in the first one's place.
struct Members<'a>(Vec<(String, &'a RawValue)>);

impl<'a> Members<'a> {
    fn read(json: &'a str) -> Result<Self, DocumentError> {
        serde_json::from_str(json).map_err(|error| DocumentError::Json(error.to_string()))
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Members<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Reader;
        impl<'de> Visitor<'de> for Reader {
            type Value = Members<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut members: Vec<(String, &RawValue)> = Vec::new();
                let mut places: BTreeMap<String, usize> = BTreeMap::new();
                while let Some((key, value)) = map.next_entry::<String, &RawValue>()? {
                    if let Some(place) = places.get(&key) {
                        members[*place].1 = value;
                    } else {
                        places.insert(key.clone(), members.len());
                        members.push((key, value));
                    }
                }
                Ok(Members(members))
            }
        }
        deserializer.deserialize_map(Reader)
    }
}

/// Appends the merged object; whether it differs from the document. Goes as deep as both are objects, which reading
/// has limited.
fn merge_objects(document: &str, patch: &str, into: &mut String) -> Result<bool, DocumentError> {
    let Members(document) = Members::read(document)?;
    let Members(patch) = Members::read(patch)?;
    let mut new: BTreeMap<&str, &RawValue> =
        patch.iter().map(|(key, value)| (key.as_str(), *value)).collect();
    let mut changed = false;
    into.push('{');
    let mut first = true;
    let mut key_to = |into: &mut String, key: &str| {
        if !std::mem::take(&mut first) {
            into.push(',');
        }
        into.push_str(&serde_json::Value::from(key).to_string());
        into.push(':');
    };
    for (key, there) in &document {
        key_to(into, key);
        match new.remove(key.as_str()) {
            None => into.push_str(there.get()),
            Some(value) if is_object(there) && is_object(value) => {
                changed |= merge_objects(there.get(), value.get(), into)?;
            }
            Some(value) => {
                changed |= !equal(there.get(), value.get());
                into.push_str(value.get());
            }
        }
    }
    for (key, value) in &patch {
        if new.contains_key(key.as_str()) {
            changed = true;
            key_to(into, key);
            into.push_str(value.get());
        }
    }
    into.push('}');
    Ok(changed)
}

fn is_object(value: &RawValue) -> bool {
    value.get().starts_with('{')
}

/// Whether two values are the same: numbers as they are written, objects in whatever order.
fn equal(a: &str, b: &str) -> bool {
    if a == b {
        return true;
    }
    match (a.as_bytes().first(), b.as_bytes().first()) {
        (Some(b'{'), Some(b'{')) => match (Members::read(a), Members::read(b)) {
            (Ok(Members(a)), Ok(Members(b))) => {
                let b: BTreeMap<String, &RawValue> = b.into_iter().collect();
                let same = |(key, value): &(String, &RawValue)| {
                    b.get(key).is_some_and(|other| equal(value.get(), other.get()))
                };
                a.len() == b.len() && a.iter().all(same)
            }
            _ => false,
        },
        (Some(b'['), Some(b'[')) => {
            let values = |text| serde_json::from_str::<Vec<&RawValue>>(text);
            match (values(a), values(b)) {
                (Ok(a), Ok(b)) => {
                    a.len() == b.len() && a.iter().zip(&b).all(|(a, b)| equal(a.get(), b.get()))
                }
                _ => false,
            }
        }
        (Some(b'"'), Some(b'"')) => {
            let text = |json| serde_json::from_str::<String>(json).ok();
            text(a).is_some_and(|a| Some(a) == text(b))
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn merged(document: &str, patch: &str) -> Option<String> {
        merge(document, patch).unwrap()
    }

    #[test]
    fn objects_are_merged_and_everything_else_is_replaced() {
        let document = r#"{"t": "x", "o": {"a": 1, "b": [1, 2]}, "n": 5}"#;
        assert_eq!(
            merged(
                document,
                r#"{"o": {"b": [3], "c": null}, "n": {"x": 1}, "new": true}"#
            )
            .unwrap(),
            r#"{"t":"x","o":{"a":1,"b":[3],"c":null},"n":{"x": 1},"new":true}"#
        );
    }

    #[test]
    fn numbers_that_are_not_touched_keep_every_digit() {
        let document = r#"{"big": 123456789012345678901234567890, "price": 1.10, "a": 1}"#;
        assert_eq!(
            merged(document, r#"{"a": 2}"#).unwrap(),
            r#"{"big":123456789012345678901234567890,"price":1.10,"a":2}"#
        );
        let next = r#"{"big": 123456789012345678901234567891}"#;
        assert!(merged(document, next).is_some());
    }

    #[test]
    fn what_changes_nothing_is_told_apart() {
        let document = r#"{"t": "ä", "o": {"a": [1, {"x": 1, "y": 2}]}, "n": null}"#;
        for same in [
            "{}",
            r#"{"t": "\u00e4"}"#,
            r#"{"o": {"a": [1,{"y":2,"x":1}]}}"#,
            r#"{"n": null}"#,
            r#"{"o": {}}"#,
        ] {
            assert_eq!(merged(document, same), None, "{same}");
        }
        for other in [
            r#"{"o": {"a": [1]}}"#,
            r#"{"n": 0}"#,
            r#"{"m": null}"#,
            r#"{"o": 1}"#,
        ] {
            assert!(merged(document, other).is_some(), "{other}");
        }
        assert!(merge("[]", "{}").is_err() && merge("{}", "3").is_err());
    }

    #[test]
    fn of_a_key_that_is_there_twice_the_last_counts() {
        assert_eq!(
            merged(r#"{"a": 1, "b": 2, "a": 3}"#, r#"{"b": 4}"#).unwrap(),
            r#"{"a":3,"b":4}"#
        );
    }
}
