//! The mapping of a judged set, and the forms in which its queries are asked.

use serde_json::{Value, json};

/// The field that holds all text of a document.
pub(super) const TEXT_FIELD: &str = "text";

/// One way to ask.
#[derive(Clone, Copy, Debug)]
pub struct Form {
    /// A name for tables and tests.
    pub name: &'static str,
    /// Makes the query of the words.
    pub query: fn(&str) -> Value,
}

/// Every form, the best first.
pub const FORMS: [Form; 5] = [
    Form {
        name: "most_fields title, body, text",
        query: |words| multi_match(words, &["title", "body", "text"], "most_fields"),
    },
    Form {
        name: "match text",
        query: |words| json!({"match": {"text": words}}),
    },
    Form {
        name: "most_fields title, body",
        query: |words| multi_match(words, &["title", "body"], "most_fields"),
    },
    Form {
        name: "best_fields title, body",
        query: |words| multi_match(words, &["title", "body"], "best_fields"),
    },
    Form {
        name: "match text, without stemming",
        query: |words| json!({"match": {"text.standard": words}}),
    },
];

/// The form of that name.
pub fn form(name: &str) -> Option<&'static Form> {
    FORMS.iter().find(|form| form.name == name)
}

fn multi_match(words: &str, fields: &[&str], kind: &str) -> Value {
    json!({"multi_match": {"query": words, "fields": fields, "type": kind}})
}

/// What an index for a judged set is created with.
pub(super) fn index_body() -> Value {
    let english = json!({"type": "text", "analyzer": "english"});
    json!({"mappings": {"properties": {
        "title": english,
        "body": english,
        TEXT_FIELD: {"type": "text", "analyzer": "english", "fields": {
            "standard": {"type": "text", "analyzer": "standard"},
        }},
    }}})
}
