//! Queries in all their spellings, and what is refused.

mod compound;
mod leaves;
mod loose;
mod offered;
mod simple;

use serde_json::Value;
use shared::query::{Query, QueryKind, Words};

use super::parse_query;

fn boosted(kind: QueryKind, boost: f32) -> Query {
    Query {
        boost,
        ..Query::new(kind)
    }
}

fn words(text: &str) -> Words {
    Words {
        text: text.to_owned(),
        ..Words::default()
    }
}

fn matching(field: &str, text: &str) -> Query {
    Query::new(QueryKind::Match {
        field: field.to_owned(),
        words: words(text),
    })
}

#[track_caller]
fn reads(json: &Value, expected: Query) {
    assert_eq!(parse_query(json), Ok(expected), "{json}");
}

#[track_caller]
fn refuses(json: &Value, reason: &str) {
    match parse_query(json) {
        Ok(query) => panic!("{json} was read as {query:?}"),
        Err(error) => {
            assert_eq!(error.status(), 400, "{json}");
            assert!(error.to_string().contains(reason), "{json}: {error}");
        }
    }
}
