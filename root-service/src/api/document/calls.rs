//! What the calls about documents are.

use schemars::{Schema, SchemaGenerator, json_schema};

use super::get;
use super::params;
use crate::api::bulk::Shown;
use crate::api::openapi::Operation;
use crate::api::openapi::shapes::{self, closed, list, named, of_type, open};
use crate::api::targets;
use crate::offered::{Offered, any, duration, flag, idle, object, of, off, one_of, refused, text, whole};

const OP_TYPE: Offered = one_of(
    "op_type",
    &["index", "create"],
    "`create` refuses to replace a document.",
);
const NEVER_REPLACES: Offered = one_of("op_type", &["create"], "The only type that this call has.");

/// `PUT|POST /{index}/_doc/{id}`.
pub(in crate::api) static INDEX: Operation = Operation::new("documents", "index", "Writes a document")
    .parameters(&[params::OFFERED, &[OP_TYPE]])
    .needs(shapes::document)
    .answers(written)
    .statuses(&[200, 201, 202])
    .errors(&[404, 409, 413, 429, 503, 504]);

/// `POST /{index}/_doc`.
pub(in crate::api) static ADD: Operation = Operation::new(
    "documents",
    "index_new",
    "Writes a document under an id that is made for it",
)
.parameters(&[params::OFFERED, &[OP_TYPE]])
.needs(shapes::document)
.answers(written)
.statuses(&[201, 202])
.errors(&[404, 413, 429, 503, 504]);

/// `PUT|POST /{index}/_create/{id}`.
pub(in crate::api) static CREATE: Operation =
    Operation::new("documents", "create", "Writes a document that is not there yet")
        .parameters(&[params::OFFERED, &[NEVER_REPLACES]])
        .needs(shapes::document)
        .answers(written)
        .statuses(&[201, 202])
        .errors(&[404, 409, 413, 429, 503, 504]);

/// `DELETE /{index}/_doc/{id}`.
pub(in crate::api) static DELETE: Operation = Operation::new("documents", "delete", "Deletes a document")
    .parameters(&[params::OFFERED])
    .answers(written)
    .statuses(&[200, 202, 404])
    .errors(&[409, 503, 504]);

/// `POST /{index}/_update/{id}`.
pub(in crate::api) static UPDATE: Operation = Operation::new(
    "documents",
    "update",
    "Changes a part of a document, or writes it if it is not there",
)
.parameters(&[
    params::OFFERED,
    get::SOURCE,
    &[whole(
        "retry_on_conflict",
        "How often to try again if others write it too.",
    )],
])
.needs(update)
.answers(updated)
.statuses(&[200, 201, 202])
.errors(&[404, 409, 413, 429, 503, 504]);

/// `GET /{index}/_doc/{id}`.
pub(in crate::api) static GET: Operation = Operation::new("documents", "get", "A document")
    .parameters(&[get::OFFERED, get::SOURCE])
    .answers(document)
    .statuses(&[200, 404])
    .errors(&[503, 504]);

/// `GET /{index}/_source/{id}`.
pub(in crate::api) static SOURCE: Operation =
    Operation::new("documents", "get_source", "A document and nothing around it")
        .parameters(&[get::OFFERED, get::SOURCE])
        .answers(shapes::document)
        .errors(&[404, 503, 504]);

/// `GET|POST /_mget`.
pub(in crate::api) static MGET: Operation =
    Operation::new("documents", "mget", "Many documents by their ids")
        .parameters(&[get::OFFERED, get::SOURCE, &[idle("force_synthetic_source")]])
        .needs(mget)
        .answers(documents)
        .errors(&[413, 429]);

/// `POST|PUT /_bulk`.
pub(in crate::api) static BULK: Operation = Operation::new("documents", "bulk", "Many writes")
    .parameters(&[
        params::OFFERED,
        &[
            idle("_source"),
            idle("_source_excludes"),
            idle("_source_includes"),
        ],
    ])
    .needs_lines(shapes::any_object)
    .answers(crate::api::bulk::schema)
    .errors(&[413, 429, 503, 504]);

/// `POST /{index}/_delete_by_query`.
pub(in crate::api) static DELETE_BY_QUERY: Operation =
    Operation::new("documents", "delete_by_query", "Deletes the documents that match")
        .parameters(&[targets::OFFERED, DELETE_BY_QUERY_OWN])
        .needs(delete_by_query)
        .answers(deleted)
        .statuses(&[200, 409])
        .errors(&[404, 429, 503, 504]);

const CONFLICTS: Offered = one_of(
    "conflicts",
    &["abort", "proceed"],
    "What to do if a document changed in between.",
);
const MAX_DOCS: Offered = whole("max_docs", "How many documents to delete at most.");
const DELETE_BY_QUERY_OWN: &[Offered] = &[
    CONFLICTS,
    MAX_DOCS,
    idle("preference"),
    flag("refresh", "Accepted; what was deleted is made visible anyway."),
    one_of("requests_per_second", &["-1"], "Offered only as -1."),
    idle("scroll"),
    whole("scroll_size", "Documents of one page."),
    idle("search_timeout"),
    idle("search_type"),
    one_of("slices", &["1", "auto"], "Accepted; changes nothing."),
    duration("timeout", "When to answer with what has been deleted."),
    idle("wait_for_active_shards"),
    one_of("wait_for_completion", &["true"], "Offered only as `true`."),
];

fn written(generator: &mut SchemaGenerator) -> Schema {
    of_type::<Shown<'static>>(generator)
}

fn update(generator: &mut SchemaGenerator) -> Schema {
    const KEYS: &[Offered] = &[
        object("doc", "The fields to change."),
        object("upsert", "The document to write if there is none."),
        flag(
            "doc_as_upsert",
            "Whether `doc` is written if there is no document.",
        ),
        flag(
            "detect_noop",
            "Whether a change that changes nothing is not written.",
        ),
        any("_source", "Whether to show the document, or which parts of it."),
        off("scripted_upsert"),
    ];
    named(generator, "Update", |generator| closed(&[KEYS], generator))
}

fn updated(generator: &mut SchemaGenerator) -> Schema {
    let written = written(generator);
    json_schema!({"allOf": [written, {"properties": {"get": {"type": "object"}}}]})
}

fn document(generator: &mut SchemaGenerator) -> Schema {
    const KEYS: &[Offered] = &[
        text("_index", "Its index."),
        text("_id", "Its id."),
        flag("found", "Whether it is there."),
        whole("_version", "How often it was written since it was absent."),
        whole("_seq_no", "The number of the write."),
        whole("_primary_term", "Always 1."),
        text("_routing", "Its routing value, if it has one."),
        object("_source", "The document."),
    ];
    named(generator, "Document", |generator| open(KEYS, 3, generator))
}

fn mget(generator: &mut SchemaGenerator) -> Schema {
    const KEYS: &[Offered] = &[
        of("docs", wanted, "The documents."),
        of("ids", ids, "Ids in the index of the path."),
    ];
    named(generator, "MultiGet", |generator| closed(&[KEYS], generator))
}

fn ids(_: &mut SchemaGenerator) -> Schema {
    list(json_schema!({"type": "string"}))
}

fn wanted(generator: &mut SchemaGenerator) -> Schema {
    const KEYS: &[Offered] = &[
        text("_index", "Its index, if it is not that of the path."),
        text("_id", "Its id."),
        text("routing", "Its routing value."),
        text("_routing", "The same as `routing`."),
        any("_source", "Whether to show it, or which parts of it."),
        refused("stored_fields"),
    ];
    list(closed(&[KEYS], generator))
}

fn documents(generator: &mut SchemaGenerator) -> Schema {
    fn each(generator: &mut SchemaGenerator) -> Schema {
        const FAILED: &[Offered] = &[
            text("_index", "The index."),
            text("_id", "The id."),
            of("error", shapes::cause, "What is wrong."),
        ];
        let (document, failed) = (document(generator), open(FAILED, 3, generator));
        list(json_schema!({"anyOf": [document, failed]}))
    }
    open(&[of("docs", each, "Each as asked for.")], 1, generator)
}

fn delete_by_query(generator: &mut SchemaGenerator) -> Schema {
    const KEYS: &[Offered] = &[
        of("query", crate::dsl::schemas::query, "What to delete."),
        MAX_DOCS,
        CONFLICTS,
    ];
    named(generator, "DeleteByQuery", |generator| closed(&[KEYS], generator))
}

fn deleted(generator: &mut SchemaGenerator) -> Schema {
    const KEYS: &[Offered] = &[
        whole("took", "Milliseconds."),
        flag("timed_out", "Whether time ran out."),
        whole("total", "Documents that were found."),
        whole("deleted", "Documents that were deleted."),
        whole("batches", "Pages."),
        whole("version_conflicts", "Documents that changed in between."),
        of(
            "failures",
            |_| list(json_schema!({"type": "object"})),
            "What failed.",
        ),
    ];
    open(KEYS, 7, generator)
}
