//! `_cluster/settings`: what holds for searches that do not say it themselves, the same at every root.

mod changes;
pub(in crate::api) mod get;
pub(in crate::api) mod put;
mod setting;
#[cfg(test)]
mod tests;

use serde_json::{Map, Value};

/// Settings by their dotted names as an object: dotted if `flat`, else nested.
fn object(settings: impl IntoIterator<Item = (&'static str, String)>, flat: bool) -> Value {
    let mut object = Map::new();
    for (name, value) in settings {
        match name.split_once('.') {
            Some((group, rest)) if !flat => {
                let group = object.entry(group).or_insert_with(|| Value::Object(Map::new()));
                // Every setting has a name of two parts.
                group[rest] = value.into();
            }
            _ => {
                object.insert(name.to_owned(), value.into());
            }
        }
    }
    Value::Object(object)
}
