//! Terms, ranges, orders and columns of fields of every type.

use std::borrow::Borrow;

use serde_json::{Value as Json, json};
use shared::mapping::{Mapping, Parsed};
use shared::wire::sort::SortValue;

use super::{NOW_MS, show};
use crate::dsl::{MissingSpec, SortSpec, parse_query};
use crate::error::ApiError;
use crate::resolve::{resolve, sort};

fn mapping() -> Mapping {
    let json = json!({"properties": {
        "byte": {"type": "byte"},
        "short": {"type": "short"},
        "integer": {"type": "integer"},
        "long": {"type": "long"},
        "unsigned": {"type": "unsigned_long"},
        "half": {"type": "half_float"},
        "float": {"type": "float"},
        "scaled": {"type": "scaled_float", "scaling_factor": 100},
        "ip": {"type": "ip"},
        "key": {"type": "keyword", "normalizer": "lowercase"},
        "unindexed": {"type": "keyword", "index": false},
        "columnless": {"type": "long", "doc_values": false},
        "dead": {"type": "long", "index": false, "doc_values": false},
        "silent": {"type": "text", "index": false},
        "flat": {"type": "text", "index_options": "freqs"}
    }});
    Parsed::from_json(json.as_object().unwrap()).unwrap().mapping
}

fn run(query: &Json) -> Result<String, ApiError> {
    let leaf = resolve(&parse_query(query).unwrap(), &mapping(), NOW_MS)?;
    Ok(show(&leaf, &leaf.clause))
}

fn term(field: &str, value: impl Borrow<Json>) -> String {
    let filter = run(&json!({"bool": {"filter": {"term": {field: value.borrow()}}}})).unwrap();
    filter.trim_end_matches("^0").to_owned()
}

fn range(field: &str, bounds: impl Borrow<Json>) -> String {
    run(&json!({"range": {field: bounds.borrow()}})).unwrap()
}

fn refused(query: impl Borrow<Json>) -> String {
    run(query.borrow()).unwrap_err().to_string()
}

#[test]
fn whole_numbers_match_whole_numbers_of_their_type() {
    for field in ["byte", "short", "integer", "long"] {
        assert_eq!(term(field, json!(7)), format!("{field}=7"));
        assert_eq!(term(field, json!("7")), format!("{field}=7"));
        assert_eq!(term(field, json!(7.0)), format!("{field}=7"));
        assert_eq!(term(field, json!(7.5)), "nothing");
        assert_eq!(term(field, json!(1e30)), "nothing");
        assert_eq!(term(field, json!(u64::MAX)), "nothing");
        assert_eq!(
            range(field, json!({"gt": 6.5, "lt": 9})),
            format!("{field}[7]..[8]")
        );
        assert_eq!(range(field, json!({"gte": u64::MAX})), "nothing");
        assert_eq!(
            range(field, json!({"gte": -1e30, "lte": 5})),
            format!("{field}*..[5]")
        );
    }
    assert!(refused(json!({"term": {"byte": "many"}})).contains("For input string"));
}

#[test]
fn unsigned_numbers_are_kept_in_their_order() {
    assert_eq!(term("unsigned", json!(u64::MAX)), "unsigned=18446744073709551615");
    assert_eq!(term("unsigned", json!("12")), "unsigned=00000000000000000012");
    assert_eq!(term("unsigned", json!(-1)), "nothing");
    assert_eq!(term("unsigned", json!(0.5)), "nothing");
    assert_eq!(
        range("unsigned", json!({"gt": -5, "lt": 3})),
        "unsigned[00000000000000000000]..[00000000000000000002]"
    );
    assert_eq!(range("unsigned", json!({"lt": 0})), "nothing");
}

#[test]
fn real_numbers_are_rounded_as_documents_are() {
    assert_eq!(
        term("float", json!(0.1)),
        format!("float={:?}", f64::from(0.1_f32))
    );
    assert_eq!(term("half", json!(0.1)), "half=0.0999755859375");
    assert_eq!(term("scaled", json!(1.234)), "scaled=1.23");
    assert_eq!(term("float", json!(1e39)), "nothing");
    assert_eq!(
        range("float", json!({"gt": 0.1})),
        format!("float({:?})..*", f64::from(0.1_f32))
    );
    assert_eq!(
        range("scaled", json!({"gte": 0.07, "lt": 0.29})),
        "scaled[0.07]..[0.28]"
    );
    assert_eq!(
        range("scaled", json!({"gt": 0.071, "lte": 0.2999})),
        "scaled[0.08]..[0.29]"
    );
    assert_eq!(range("half", json!({"lt": 1e9})), "half*..(inf)");
}

#[test]
fn addresses_match_by_themselves_by_network_and_in_order() {
    let ten = "00000000000000000000ffff0a";
    assert_eq!(term("ip", json!("10.0.0.1")), format!("ip={ten}000001"));
    assert_eq!(
        term("ip", json!("10.0.0.0/8")),
        format!("ip[{ten}000000]..[{ten}ffffff]")
    );
    assert_eq!(
        range("ip", json!({"gte": "10.0.0.0", "lt": "10.0.0.5"})),
        format!("ip[{ten}000000]..({ten}000005)")
    );
    let either = run(&json!({"terms": {"ip": ["10.0.0.0/31", "::1"]}})).unwrap();
    assert!(
        either.contains("ip[") && either.contains("ip=00000000000000000000000000000001"),
        "{either}"
    );
    assert!(
        refused(json!({"term": {"ip": "10.0.0.256"}})).contains("'10.0.0.256' is not an IP string literal")
    );
    assert!(refused(json!({"term": {"ip": "10.0.0.1/40"}})).contains("is not an IP string literal"));
    assert!(refused(json!({"prefix": {"ip": "10."}})).contains("of type [ip]"));
}

#[test]
fn queries_are_normalized_as_documents_are() {
    assert_eq!(run(&json!({"term": {"key": "FOO"}})).unwrap(), "key:foo");
    assert_eq!(run(&json!({"match": {"key": "Foo Bar"}})).unwrap(), "key:foo bar");
    assert_eq!(run(&json!({"terms": {"key": ["B", "a"]}})).unwrap(), "key=a|b");
    assert_eq!(range("key", json!({"gte": "A", "lt": "C"})), "key[a]..(c)");
    assert_eq!(run(&json!({"prefix": {"key": "Fo"}})).unwrap(), "key~prefix(fo)");
    assert_eq!(
        run(&json!({"wildcard": {"key": "F*O"}})).unwrap(),
        "key~wildcard(f*o)"
    );
    let fields = json!({"multi_match": {"query": "FOO", "fields": ["key"], "type": "cross_fields"}});
    assert!(
        crate::resolve::resolve_expanded(
            &parse_query(&fields).unwrap(),
            &mapping(),
            NOW_MS,
            &crate::resolve::Expanded::new()
        )
        .is_ok_and(
            |resolved| resolved.query.terms[0].value == shared::wire::clause::Value::Str("foo".to_owned())
        )
    );
}

#[test]
fn what_is_not_indexed_is_found_by_its_column_or_refused() {
    assert_eq!(run(&json!({"term": {"unindexed": "x"}})).unwrap(), "unindexed=x");
    assert_eq!(run(&json!({"term": {"columnless": 1}})).unwrap(), "columnless=1");
    for query in [
        json!({"term": {"dead": 1}}),
        json!({"terms": {"dead": [1]}}),
        json!({"range": {"dead": {"gt": 1}}}),
        json!({"match": {"dead": 1}}),
    ] {
        let reason = "Cannot search on field [dead] since it is not indexed nor has doc values.";
        assert!(refused(query).contains(reason));
    }
    for query in [
        json!({"match": {"silent": "x"}}),
        json!({"term": {"silent": "x"}}),
        json!({"match_phrase": {"silent": "x y"}}),
        json!({"prefix": {"silent": "x"}}),
    ] {
        assert!(refused(query).contains("Cannot search on field [silent] since it is not indexed."));
    }
    assert_eq!(run(&json!({"exists": {"field": "dead"}})).unwrap(), "nothing");
    assert_eq!(run(&json!({"exists": {"field": "silent"}})).unwrap(), "nothing");
    // Fields that nobody names are passed over.
    assert!(run(&json!({"multi_match": {"query": "x", "fields": ["*"]}})).is_ok());
}

#[test]
fn phrases_need_positions() {
    assert!(run(&json!({"match": {"flat": "a b"}})).is_ok());
    assert!(run(&json!({"match_phrase": {"flat": "a"}})).is_ok());
    for query in ["match_phrase", "match_phrase_prefix"] {
        let reason = "field:[flat] was indexed without position data; cannot run PhraseQuery";
        assert!(refused(json!({query: {"flat": "a b"}})).contains(reason));
    }
}

fn order(field: &str, after: &[Json]) -> Result<sort::Order, ApiError> {
    let spec = SortSpec {
        field: field.to_owned(),
        descending: false,
        mode: None,
        missing: MissingSpec::Last,
        unmapped: false,
    };
    sort::order(&[spec], after, &mapping(), NOW_MS)
}

#[test]
fn sort_values_are_shown_as_clients_write_them_and_read_back() {
    for (field, shown) in [
        ("byte", json!(-3)),
        ("unsigned", json!(u64::MAX)),
        ("float", json!(0.1)),
        ("half", json!(0.5)),
        ("scaled", json!(1.23)),
        ("ip", json!("10.0.0.1")),
        ("ip", json!("2001:db8::1")),
        ("key", json!("foo")),
    ] {
        let order = order(field, std::slice::from_ref(&shown)).unwrap();
        assert_ne!(order.after[0], SortValue::Missing);
        assert_eq!(sort::shown(&order.keys[0], &order.after[0]), shown, "{field}");
    }
    assert!(order("ip", &[json!("here")]).is_err());
    for field in ["columnless", "dead"] {
        let error = order(field, &[]).unwrap_err().to_string();
        let reason = format!(
            "Can't load fielddata on [{field}] because fielddata is unsupported on fields of type [long]"
        );
        assert!(error.contains(&reason), "{error}");
    }
}
