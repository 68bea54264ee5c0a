//! The lists of what is offered: whatever stands in them is read.

use serde_json::json;

use crate::dsl::offered::{QUERIES, SEARCH_KEYS};
use crate::dsl::{SearchCommand, parse_query};

#[test]
fn every_query_that_is_offered_is_read() {
    for query in QUERIES {
        let Err(error) = parse_query(&json!({query.name: {}})) else {
            continue;
        };
        let error = error.to_string();
        assert!(!error.starts_with("unknown query"), "{}: {error}", query.name);
    }
}

#[test]
fn every_key_that_is_offered_is_read() {
    for key in SEARCH_KEYS {
        let body = json!({key.name: 0}).to_string();
        let Err(error) = SearchCommand::parse(body.as_bytes(), &[]) else {
            continue;
        };
        let error = error.to_string();
        assert!(!error.starts_with("unknown key"), "{error}");
        assert!(!error.contains("of a search body is not offered"), "{error}");
    }
}
