//! Answers that several calls give, and their schemas.

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Serialize;

pub(in crate::api) use crate::offered::schema::{
    any_object, by_name, closed, list, named, of_type, one_or_more, open,
};
use crate::offered::{Offered, object, of, text, whole};

/// A change is made, at every root.
#[derive(Debug, Serialize, JsonSchema)]
pub(in crate::api) struct Acknowledged {
    acknowledged: bool,
}

impl Acknowledged {
    /// The only answer there is: what is not made is an error.
    pub(in crate::api) const YES: Self = Self { acknowledged: true };
}

/// What every call answers if something is wrong.
pub(in crate::api) fn error(generator: &mut SchemaGenerator) -> Schema {
    named(generator, "Error", |generator| {
        const KEYS: &[Offered] = &[
            of("error", whole_error, "What is wrong."),
            whole("status", "The HTTP status."),
        ];
        open(KEYS, 2, generator)
    })
}

fn whole_error(generator: &mut SchemaGenerator) -> Schema {
    const KEYS: &[Offered] = &[
        text("type", "The kind of error."),
        text(
            "reason",
            "What is wrong and, where it can be said, what would be right.",
        ),
        of("root_cause", causes, "The causes, each once."),
    ];
    open(KEYS, 3, generator)
}

fn causes(generator: &mut SchemaGenerator) -> Schema {
    list(cause(generator))
}

/// One error inside of an answer.
pub(in crate::api) fn cause(generator: &mut SchemaGenerator) -> Schema {
    named(generator, "Cause", |generator| {
        const KEYS: &[Offered] = &[
            text("type", "The kind of error."),
            text("reason", "What is wrong."),
        ];
        open(KEYS, 2, generator)
    })
}

/// An object about each of some indexes.
pub(in crate::api) fn by_index(_: &mut SchemaGenerator) -> Schema {
    by_name(json_schema!({"type": "object"}))
}

/// A document of a client's own.
pub(in crate::api) fn document(_: &mut SchemaGenerator) -> Schema {
    json_schema!({"type": "object", "description": "Any document."})
}

/// A body that has a query and nothing else.
pub(in crate::api) fn only_query(generator: &mut SchemaGenerator) -> Schema {
    named(generator, "OnlyQuery", |generator| {
        closed(
            &[&[of("query", crate::dsl::schemas::query, "What to look for.")]],
            generator,
        )
    })
}

/// Settings, nested or dotted.
pub(in crate::api) fn settings(generator: &mut SchemaGenerator) -> Schema {
    named(generator, "Settings", |_| json_schema!({"type": "object"}))
}

/// The fields of an index.
pub(in crate::api) fn mapping(generator: &mut SchemaGenerator) -> Schema {
    named(generator, "Mapping", |generator| {
        open(&[object("properties", "The fields by name.")], 0, generator)
    })
}
