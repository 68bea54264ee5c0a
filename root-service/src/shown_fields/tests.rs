//! Values as `fields` and `docvalue_fields` show them.

use std::collections::HashSet;

use serde_json::{Value, json};
use shared::mapping::{Mapping, Parsed};

use super::{FieldShower, Values};
use crate::dsl::fields::parse;
use crate::error::ApiError;

fn mapping() -> Mapping {
    let keyword = json!({"type": "keyword", "ignore_above": 8});
    let properties = json!({
        "title": {"type": "text", "fields": {"raw": keyword}},
        "tags": {"type": "keyword"},
        "count": {"type": "long"},
        "price": {"type": "double"},
        "weight": {"type": "float"},
        "there": {"type": "boolean"},
        "on": {"type": "date"},
        "day": {"type": "date", "format": "yyyy/MM/dd||epoch_millis"},
        "address": {"type": "ip"},
        "hidden": {"type": "keyword", "doc_values": false},
        "author": {"properties": {"name": {"type": "keyword"}, "born": {"type": "integer"}}},
    });
    let mappings = json!({ "properties": properties });
    Parsed::from_json(mappings.as_object().unwrap()).unwrap().mapping
}

fn document() -> Value {
    json!({
        "title": ["A short one", "tiny"], "tags": ["b", "a", "b"], "count": ["12", 3.9, -1], "price": [2, 1.5], "weight": 0.1,
        "there": ["false", true], "on": ["2020-01-02", 0], "day": "2021/02/03",
        "address": ["10.0.0.1", "::1", "10.0.0.1"], "hidden": "h",
        "author": [{"name": "Ada", "born": 1815}, {"name": "Alan"}], "unmapped": 1
    })
}

fn shown(fields: &Value, columns: &Value) -> Result<Value, ApiError> {
    let mapping = mapping();
    let fields = parse("fields", fields)?;
    let columns = parse("docvalue_fields", columns)?;
    let shower = FieldShower::new(&fields, &columns, &mapping)?;
    let document = document();
    let names: HashSet<&str> = shower.names().collect();
    let values = Values::read(document.as_object().unwrap(), &mapping, &names);
    Ok(Value::Object(shower.show(&values)))
}

#[test]
fn values_are_lists_of_what_their_types_read() {
    let all = shown(&json!(["*"]), &json!([])).unwrap();
    assert_eq!(
        all,
        json!({
            "title": ["A short one", "tiny"], "title.raw": ["tiny"], "tags": ["b", "a", "b"], "count": [12, 3, -1],
            "price": [2.0, 1.5], "weight": [0.1], "there": [false, true],
            "on": ["2020-01-02T00:00:00.000Z", "1970-01-01T00:00:00.000Z"], "day": ["2021/02/03"],
            "address": ["10.0.0.1", "::1", "10.0.0.1"], "hidden": ["h"],
            "author.name": ["Ada", "Alan"], "author.born": [1815]
        })
    );
}

#[test]
fn columns_are_sorted_and_have_each_string_once() {
    let all = shown(&json!([]), &json!(["*"])).unwrap();
    assert_eq!(
        all,
        json!({
            "title.raw": ["tiny"], "tags": ["a", "b"], "count": [-1, 3, 12], "price": [1.5, 2.0], "weight": [0.1],
            "there": [false, true], "on": ["1970-01-01T00:00:00.000Z", "2020-01-02T00:00:00.000Z"],
            "day": ["2021/02/03"], "address": ["::1", "10.0.0.1"],
            "author.name": ["Ada", "Alan"], "author.born": [1815]
        })
    );
}

#[test]
fn dates_are_shown_as_asked() {
    let fields = json!([{"field": "on", "format": "yyyy.MM.dd"}, {"field": "day", "format": "epoch_millis"}]);
    assert_eq!(
        shown(&fields, &json!([])).unwrap(),
        json!({"on": ["2020.01.02", "1970.01.01"], "day": ["1612310400000"]})
    );
    let columns = json!([{"field": "o*", "format": "epoch_second"}]);
    assert_eq!(
        shown(&json!([]), &columns).unwrap(),
        json!({"on": ["0", "1577923200"]})
    );
}

#[test]
fn patterns_reach_into_objects_and_unmapped_names_show_nothing() {
    let fields = json!(["author.*", "unmapped", "absent.*"]);
    assert_eq!(
        shown(&fields, &json!([])).unwrap(),
        json!({"author.born": [1815], "author.name": ["Ada", "Alan"]})
    );
}

#[test]
fn what_cannot_be_shown_is_refused_by_name() {
    for (fields, columns, wanted) in [
        (json!([]), json!(["title"]), "Fielddata is disabled on [title]"),
        (json!([]), json!(["hidden"]), "[hidden]"),
        (
            json!([{"field": "tags", "format": "yyyy"}]),
            json!([]),
            "Field [tags] of type [keyword] doesn't support formats.",
        ),
        (json!([]), json!([{"field": "count", "format": "0.0"}]), "[count]"),
        (
            json!([{"field": "on", "format": "nonsense"}]),
            json!([]),
            "[nonsense]",
        ),
    ] {
        let error = shown(&fields, &columns).unwrap_err().to_string();
        assert!(error.contains(wanted), "{fields} {columns}: {error}");
    }
}

#[test]
fn completions_are_shown_as_documents_have_them() {
    let completion = json!({"type": "completion"});
    let properties = json!({
        "suggest": completion,
        "title": {"type": "text", "fields": {"begins": completion}},
        "name": {"type": "keyword", "copy_to": "suggest"},
        "of": {"properties": {"it": completion}},
    });
    let mappings = json!({ "properties": properties });
    let mapping = Parsed::from_json(mappings.as_object().unwrap()).unwrap().mapping;
    let fields = parse("fields", &json!(["suggest", "title.begins", "of.*"])).unwrap();
    let shower = FieldShower::new(&fields, &[], &mapping).unwrap();
    let document = json!({
        "suggest": [{"input": ["b", "a"], "weight": 7}, "813"], "title": "A whale", "name": "c",
        "of": [{"it": "x"}, {"it": null}], "of.it": "y",
    });
    let names: HashSet<&str> = shower.names().collect();
    let values = Values::read(document.as_object().unwrap(), &mapping, &names);
    let shown = Value::Object(shower.show(&values));
    assert_eq!(
        shown,
        json!({
            "suggest": ["c", {"input": ["b", "a"], "weight": 7}, "813"], "title.begins": ["A whale"], "of.it": ["x", "y"],
        })
    );
}
