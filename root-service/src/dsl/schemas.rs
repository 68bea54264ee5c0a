//! JSON Schema of the query language: queries nest in queries, and aggregations in aggregations.

use schemars::{Schema, SchemaGenerator, json_schema};
use serde_json::{Map, Value, json};

use super::aggregations;
use super::offered::QUERIES;
use crate::offered::schema::{by_name, closed, list, named, one_or_more};
use crate::offered::{Offered, any, number, of, one_of, text};

const BOOST: Offered = number("boost", "A factor of the score.");
const NAME: Offered = text("_name", "What hits call the query that they match.");

/// One query: an object whose only key is its kind.
pub(crate) fn query(generator: &mut SchemaGenerator) -> Schema {
    named(generator, "Query", |generator| {
        let mut schema = closed(&[QUERIES], generator);
        schema.insert("minProperties".to_owned(), 1.into());
        schema.insert("maxProperties".to_owned(), 1.into());
        schema
    })
}

fn queries(generator: &mut SchemaGenerator) -> Schema {
    one_or_more(&query(generator))
}

/// The body of a query of one field: its name, and under it a value, or an object of options.
pub(super) fn of_field(generator: &mut SchemaGenerator) -> Schema {
    named(generator, "QueryOfField", |_| {
        json_schema!({
            "type": "object",
            "minProperties": 1,
            "additionalProperties": {"type": ["string", "number", "boolean", "object"]},
        })
    })
}

/// The body of `bool`.
pub(super) fn bool_query(generator: &mut SchemaGenerator) -> Schema {
    const KEYS: &[Offered] = &[
        of("must", queries, "All of them match, and score."),
        of("should", queries, "Some of them match, and score."),
        of("filter", queries, "All of them match."),
        of("must_not", queries, "None of them matches."),
        any("minimum_should_match", "How many of `should` match at least."),
        one_of("adjust_pure_negative", &["true"], "Offered only as `true`."),
        BOOST,
        NAME,
    ];
    closed(&[KEYS], generator)
}

/// The body of `boosting`.
pub(super) fn boosting(generator: &mut SchemaGenerator) -> Schema {
    const KEYS: &[Offered] = &[
        of("positive", query, "What matches."),
        of("negative", query, "What lowers the score of a match."),
        number("negative_boost", "By which factor."),
        BOOST,
        NAME,
    ];
    closed(&[KEYS], generator)
}

/// The body of `constant_score`.
pub(super) fn constant_score(generator: &mut SchemaGenerator) -> Schema {
    closed(&[&[of("filter", query, "What matches."), BOOST, NAME]], generator)
}

/// The body of `dis_max`.
pub(super) fn dis_max(generator: &mut SchemaGenerator) -> Schema {
    const KEYS: &[Offered] = &[
        of("queries", queries, "Whatever matches any of them."),
        number("tie_breaker", "The share of the others' scores that is added."),
        BOOST,
        NAME,
    ];
    closed(&[KEYS], generator)
}

/// The body of `function_score`; a single function may stand beside its query.
pub(super) fn function_score(generator: &mut SchemaGenerator) -> Schema {
    let functions = json_schema!({"type": "array", "items": {"type": "object"}});
    let mut schema = json_schema!({"type": "object"});
    let query = query(generator);
    schema.insert(
        "properties".to_owned(),
        json!({"query": query, "functions": functions}),
    );
    schema
}

/// Aggregations by name.
pub(super) fn aggregations(generator: &mut SchemaGenerator) -> Schema {
    let one = named(generator, "Aggregation", |generator| {
        let inner: Value = aggregations(generator).into();
        let kinds = aggregations::OFFERED.iter();
        let mut properties: Map<String, Value> = kinds
            .map(|name| ((*name).to_owned(), json!({"type": "object"})))
            .collect();
        properties.insert("aggs".to_owned(), inner.clone());
        properties.insert("aggregations".to_owned(), inner);
        properties.insert("meta".to_owned(), json!({"type": "object"}));
        json_schema!({"type": "object", "properties": properties, "additionalProperties": false})
    });
    by_name(one)
}

/// Which parts of documents to show.
pub(super) fn source(_: &mut SchemaGenerator) -> Schema {
    json_schema!({"anyOf": [
        {"type": "boolean"},
        {"type": "string"},
        {"type": "array", "items": {"type": "string"}},
        {"type": "object"},
    ]})
}

/// Fields to show: names and patterns, or objects that also have a format.
pub(super) fn fields(_: &mut SchemaGenerator) -> Schema {
    list(json_schema!({"type": ["string", "object"]}))
}

/// Values of any kind.
pub(super) fn values(_: &mut SchemaGenerator) -> Schema {
    json_schema!({"type": "array"})
}

/// The criteria of an order.
pub(super) fn sort(_: &mut SchemaGenerator) -> Schema {
    one_or_more(&json_schema!({"type": ["string", "object"]}))
}

/// Whether, or how far, to count.
pub(super) fn count_max(_: &mut SchemaGenerator) -> Schema {
    json_schema!({"anyOf": [{"type": "boolean"}, {"type": "integer"}]})
}
