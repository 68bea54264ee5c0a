//! JSON Schema of the bodies of searches and of their answers, which are written piece by piece.

use schemars::{Schema, SchemaGenerator, json_schema};

use super::account::{CoverageShown, TotalShown};
use super::shards::ShardsShown;
use crate::api::openapi::shapes::{
    self, any_object, by_name, closed, list, named, of_type, one_or_more, open,
};
use crate::dsl::offered::SEARCH_KEYS;
use crate::offered::{Offered, duration, flag, number, object, of, text, texts, whole};

/// The body of a search.
pub(super) fn search(generator: &mut SchemaGenerator) -> Schema {
    named(generator, "Search", |generator| closed(&[SEARCH_KEYS], generator))
}

/// The answer of a search.
pub(super) fn answer(generator: &mut SchemaGenerator) -> Schema {
    const KEYS: &[Offered] = &[
        whole("took", "Milliseconds."),
        flag("timed_out", "Whether time ran out."),
        of("_shards", of_type::<ShardsShown>, "How many shards contributed."),
        of(
            "coverage",
            of_type::<CoverageShown>,
            "Which part of the documents was considered.",
        ),
        of("hits", hits, "The best of what matches."),
        of(
            "aggregations",
            any_object,
            "What was computed of all matches, by name.",
        ),
        of("suggest", suggestions, "What is suggested, by name."),
        object("profile", "How the answer came about."),
        text("_scroll_id", "The id of the scroll that the page belongs to."),
        text("pit_id", "The point in time that was searched."),
    ];
    named(generator, "SearchAnswer", |generator| open(KEYS, 5, generator))
}

fn hits(generator: &mut SchemaGenerator) -> Schema {
    const KEYS: &[Offered] = &[
        of("max_score", score, "The best score of all matches."),
        of("hits", |generator| list(hit(generator)), "In their order."),
        of("total", of_type::<TotalShown>, "How many documents match."),
    ];
    named(generator, "Hits", |generator| open(KEYS, 2, generator))
}

fn score(_: &mut SchemaGenerator) -> Schema {
    json_schema!({"type": ["number", "null"]})
}

fn hit(generator: &mut SchemaGenerator) -> Schema {
    const KEYS: &[Offered] = &[
        text("_index", "The document's index."),
        text("_id", "The document's id."),
        of(
            "_score",
            score,
            "Its score, if the order is by score or `track_scores` is set.",
        ),
        object("_source", "The document."),
        text("_routing", "Its routing value."),
        whole("_version", "How often it was written since it was absent."),
        whole("_seq_no", "The number of the write."),
        whole("_primary_term", "Always 1."),
        of("fields", by_field, "Values by field."),
        of("highlight", by_field, "Passages by field."),
        of("sort", values, "What it was ordered by."),
        of(
            "matched_queries",
            |_| json_schema!({"type": ["array", "object"]}),
            "Names of queries that it matches.",
        ),
        object("_explanation", "How its score came about."),
        text("_shard", "The shard that explained it."),
        text("_node", "The replica that explained it."),
        object("inner_hits", "Hits of its group, by name."),
    ];
    named(generator, "Hit", |generator| open(KEYS, 3, generator))
}

fn values(_: &mut SchemaGenerator) -> Schema {
    json_schema!({"type": "array"})
}

fn by_field(_: &mut SchemaGenerator) -> Schema {
    by_name(json_schema!({"type": "array"}))
}

fn suggestions(_: &mut SchemaGenerator) -> Schema {
    by_name(list(json_schema!({"type": "object"})))
}

/// The answers of many searches.
pub(super) fn answers(generator: &mut SchemaGenerator) -> Schema {
    fn responses(generator: &mut SchemaGenerator) -> Schema {
        let (answer, error) = (answer(generator), shapes::error(generator));
        list(json_schema!({"anyOf": [answer, error]}))
    }
    const KEYS: &[Offered] = &[
        whole("took", "Milliseconds."),
        of(
            "responses",
            responses,
            "In the order of the searches, each with its `status`.",
        ),
    ];
    open(KEYS, 2, generator)
}

/// Whether a query is valid.
pub(super) fn validity(generator: &mut SchemaGenerator) -> Schema {
    const KEYS: &[Offered] = &[
        flag("valid", "Whether it can be executed."),
        object("_shards", "How many indexes were looked at."),
        text("error", "Why it cannot be read."),
        of(
            "explanations",
            |_| list(json_schema!({"type": "object"})),
            "Of each index.",
        ),
    ];
    open(KEYS, 1, generator)
}

/// How a score comes about.
pub(super) fn explanation(generator: &mut SchemaGenerator) -> Schema {
    fn part(generator: &mut SchemaGenerator) -> Schema {
        const KEYS: &[Offered] = &[
            number("value", "What it comes to."),
            text("description", "What it is."),
            of(
                "details",
                |generator| list(part(generator)),
                "What it is made of.",
            ),
        ];
        named(generator, "Explanation", |generator| open(KEYS, 3, generator))
    }
    const KEYS: &[Offered] = &[
        text("_index", "The document's index."),
        text("_id", "The document's id."),
        flag("matched", "Whether it matches."),
        of("explanation", part, "How its score comes about."),
    ];
    open(KEYS, 3, generator)
}

/// The body of `_field_caps`.
pub(super) fn field_caps(generator: &mut SchemaGenerator) -> Schema {
    closed(&[&[texts("fields", "Names of fields or patterns.")]], generator)
}

/// The body of the next page of a scroll.
pub(super) fn scroll(generator: &mut SchemaGenerator) -> Schema {
    const KEYS: &[Offered] = &[
        text("scroll_id", "The id that came with the last page."),
        duration("scroll", "How long to keep the scroll from now on."),
    ];
    closed(&[KEYS], generator)
}

/// Scrolls to let go of.
pub(super) fn scrolls(generator: &mut SchemaGenerator) -> Schema {
    closed(&[&[texts("scroll_id", "Their ids.")]], generator)
}

/// What closing came to.
pub(super) fn closed_contexts(generator: &mut SchemaGenerator) -> Schema {
    const KEYS: &[Offered] = &[
        flag("succeeded", "Always true."),
        whole("num_freed", "How many there were."),
    ];
    open(KEYS, 2, generator)
}

/// A point in time that was opened.
pub(super) fn pit(generator: &mut SchemaGenerator) -> Schema {
    const KEYS: &[Offered] = &[
        text("id", "Its id."),
        of("_shards", of_type::<ShardsShown>, "Of which shards."),
    ];
    open(KEYS, 2, generator)
}

/// The same in OpenSearch's words.
pub(super) fn opensearch_pit(generator: &mut SchemaGenerator) -> Schema {
    const KEYS: &[Offered] = &[
        text("pit_id", "Its id."),
        of("_shards", of_type::<ShardsShown>, "Of which shards."),
        whole("creation_time", "When, in milliseconds since 1970."),
    ];
    open(KEYS, 3, generator)
}

/// Which point in time.
pub(super) fn pit_id(generator: &mut SchemaGenerator) -> Schema {
    closed(&[&[text("id", "Its id.")]], generator)
}

/// Which points in time, in OpenSearch's words.
pub(super) fn opensearch_pit_ids(generator: &mut SchemaGenerator) -> Schema {
    fn ids(_: &mut SchemaGenerator) -> Schema {
        one_or_more(&json_schema!({"type": "string"}))
    }
    closed(&[&[of("pit_id", ids, "Their ids.")]], generator)
}
