//! JSON objects written key by key into bytes, so that stored documents go into answers as they are, without being parsed.

use serde::Serialize;
use serde_json::{Map, Value};

use crate::dsl::SourceFilter;
use crate::error::ApiError;

/// An object in the making.
#[derive(Debug)]
pub(in crate::api) struct Object {
    json: Vec<u8>,
    empty: bool,
}

impl Object {
    /// An empty one.
    pub(in crate::api) fn new() -> Self {
        Self::into(Vec::new())
    }

    /// An empty one at the end of these bytes.
    pub(in crate::api) fn into(mut json: Vec<u8>) -> Self {
        json.push(b'{');
        Self { json, empty: true }
    }

    /// Adds a value.
    pub(in crate::api) fn put(&mut self, key: &str, value: &(impl Serialize + ?Sized)) -> &mut Self {
        write(self.key(key), value);
        self
    }

    /// Adds a key; whoever calls this appends exactly one JSON value.
    pub(in crate::api) fn key(&mut self, key: &str) -> &mut Vec<u8> {
        if !self.empty {
            self.json.push(b',');
        }
        self.empty = false;
        write(&mut self.json, key);
        self.json.push(b':');
        &mut self.json
    }

    /// The bytes so far, for those who lend them to an inner object and put them back.
    pub(in crate::api) fn bytes(&mut self) -> &mut Vec<u8> {
        &mut self.json
    }

    /// The bytes, with the object closed.
    pub(in crate::api) fn finish(mut self) -> Vec<u8> {
        self.json.push(b'}');
        self.json
    }
}

/// Appends a stored document: as it is, or what its filter leaves of it.
pub(in crate::api) fn push_source(
    json: &mut Vec<u8>,
    source: &str,
    filter: &SourceFilter,
) -> Result<(), ApiError> {
    if filter.is_whole() {
        json.extend_from_slice(source.trim_ascii().as_bytes());
        return Ok(());
    }
    let document: Map<String, Value> = serde_json::from_str(source).map_err(|error| {
        // It was an object when it was written.
        tracing::error!(%error, "a stored document is no JSON object");
        ApiError::Internal
    })?;
    write(json, &filter.apply(&document));
    Ok(())
}

fn write(json: &mut Vec<u8>, value: &(impl Serialize + ?Sized)) {
    serde_json::to_writer(json, value).expect("writing to memory does not fail, and the keys are strings");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_and_values_are_escaped_and_separated() {
        let mut object = Object::new();
        object.put("a\"", "b\n").put("n", &1);
        object.key("raw").extend_from_slice(b"[ 1.0 ]");
        assert_eq!(
            String::from_utf8(object.finish()).unwrap(),
            r#"{"a\"":"b\n","n":1,"raw":[ 1.0 ]}"#
        );
        assert_eq!(Object::new().finish(), b"{}");
    }

    #[test]
    fn a_whole_document_is_not_parsed() {
        let mut json = Vec::new();
        push_source(&mut json, "  {\"n\": 1.10e2, } ", &SourceFilter::ALL).unwrap();
        assert_eq!(json, b"{\"n\": 1.10e2, }");
    }

    #[test]
    fn a_filtered_document_keeps_its_order() {
        let filter = SourceFilter::by_patterns(vec!["b".to_owned(), "a".to_owned()], Vec::new()).unwrap();
        let mut json = Vec::new();
        push_source(&mut json, r#"{"c":1,"b":2,"a":3}"#, &filter).unwrap();
        assert_eq!(json, br#"{"b":2,"a":3}"#);
        assert!(push_source(&mut json, "[]", &filter).is_err());
    }
}
