//! Statistics depend on live documents alone.

use serde_json::json;
use shared::wire::clause::{Clause, Field, LeafQuery, Term, Value};

use super::fixture::{BODY, Doc, FLAT, Layout, ONCE, TITLE, gathered, shards, text};

#[test]
fn deleted_documents_leave_no_trace() {
    let live = [
        Doc::new("a", json!({ "title": "w0", "body": "w0 w0 w1" })),
        Doc::new("b", json!({ "body": "w1", "n": 4 })),
    ];
    let mut deleted = Doc::new("c", json!({ "title": "w0 w1 w2", "body": "w1 w2", "n": 4 }));
    deleted.deleted = true;
    let four = Term {
        field: Field::Exact("n".to_owned()),
        value: Value::Double(4.0),
    };
    let query = LeafQuery {
        terms: vec![text(TITLE, "w0"), text(BODY, "w1"), text(BODY, "w2"), four],
        clause: Clause::Nothing,
    };
    let with: Vec<Doc> = live.iter().cloned().chain([deleted]).collect();
    for layout in [
        Layout {
            shards: 1,
            segments: 1,
        },
        Layout {
            shards: 2,
            segments: 2,
        },
    ] {
        let statistics = gathered(&shards(&with, layout), &query);
        assert_eq!(statistics, gathered(&shards(&live, layout), &query));
        assert_eq!(statistics.documents, 2);
        assert_eq!(statistics.tokens, [(TITLE, 1), (BODY, 4), (FLAT, 0), (ONCE, 0)]);
        assert_eq!(statistics.frequencies, [1, 2, 0, 1]);
    }
}
