//! What the calls about indexes are.

use schemars::{Schema, SchemaGenerator, json_schema};

use crate::api::openapi::Operation;
use crate::api::openapi::shapes::{self, Acknowledged, by_index, closed, list, named, of_type, open};
use crate::api::targets;
use crate::offered::{Offered, any, duration, flag, idle, object, of, off, text, texts};

/// Parameters about waiting that is done anyway.
const WAITING: &[Offered] = &[
    idle("local"),
    idle("master_timeout"),
    idle("wait_for_active_shards"),
];
/// Defaults are shown anyway.
const DEFAULTS: &[Offered] = &[idle("include_defaults")];
const TIMEOUT: &[Offered] = &[duration("timeout", "How long it may take.")];
const FLAT: &[Offered] = &[flag("flat_settings", "Whether settings have dotted names.")];

/// `PUT /{index}`.
pub(in crate::api) static CREATE: Operation = Operation::new("indexes", "create_index", "Makes an index")
    .parameters(&[TIMEOUT, WAITING, DEFAULTS])
    .body(create)
    .answers(created)
    .errors(&[413, 503]);

/// `GET /{index}`.
pub(in crate::api) static GET: Operation =
    Operation::new("indexes", "get_index", "Aliases, mappings and settings")
        .parameters(&[targets::OFFERED, WAITING, DEFAULTS, FLAT])
        .answers(by_index)
        .errors(&[404]);

/// `HEAD /{index}`.
pub(in crate::api) static EXISTS: Operation =
    Operation::new("indexes", "index_exists", "Whether all are there")
        .parameters(&[targets::OFFERED, WAITING, DEFAULTS, FLAT])
        .errors(&[404]);

/// `DELETE /{index}`.
pub(in crate::api) static DELETE: Operation = Operation::new("indexes", "delete_index", "Deletes indexes")
    .parameters(&[targets::OFFERED, TIMEOUT, WAITING, DEFAULTS])
    .answers(of_type::<Acknowledged>)
    .errors(&[404, 503]);

/// `GET /{index}/_mapping`.
pub(in crate::api) static MAPPING: Operation =
    Operation::new("indexes", "get_mapping", "The fields of indexes")
        .parameters(&[targets::OFFERED, WAITING, DEFAULTS])
        .answers(by_index)
        .errors(&[404]);

/// `GET /{index}/_mapping/field/{fields}`.
pub(in crate::api) static FIELDS: Operation =
    Operation::new("indexes", "get_field_mapping", "Single fields of indexes")
        .parameters(&[targets::OFFERED, WAITING, &[off("include_defaults")]])
        .answers(by_index)
        .errors(&[404]);

/// `PUT|POST /{index}/_mapping`.
pub(in crate::api) static PUT_MAPPING: Operation = Operation::new("indexes", "put_mapping", "Adds fields")
    .parameters(&[
        targets::OFFERED,
        TIMEOUT,
        WAITING,
        DEFAULTS,
        &[off("write_index_only")],
    ])
    .needs(shapes::mapping)
    .answers(of_type::<Acknowledged>)
    .errors(&[404, 413, 503]);

/// `GET /{index}/_settings`.
pub(in crate::api) static SETTINGS: Operation =
    Operation::new("indexes", "get_settings", "Settings of indexes")
        .parameters(&[targets::OFFERED, WAITING, DEFAULTS, FLAT])
        .answers(by_index)
        .errors(&[404]);

/// `PUT /{index}/_settings`.
pub(in crate::api) static PUT_SETTINGS: Operation =
    Operation::new("indexes", "put_settings", "Changes settings of indexes")
        .parameters(&[
            targets::OFFERED,
            TIMEOUT,
            WAITING,
            DEFAULTS,
            &[idle("flat_settings"), off("preserve_existing"), off("reopen")],
        ])
        .needs(shapes::settings)
        .answers(of_type::<Acknowledged>)
        .errors(&[404, 413, 503]);

/// `GET|POST /_analyze`.
pub(in crate::api) static ANALYZE: Operation =
    Operation::new("indexes", "analyze", "What an analyzer makes of a text")
        .parameters(&[
            targets::OFFERED,
            &[text("index", "The index whose analyzers are meant.")],
        ])
        .needs(analyze)
        .answers(shapes::any_object)
        .errors(&[404, 413]);

/// `GET|POST /{index}/_analyze`.
pub(in crate::api) static ANALYZE_OF: Operation = Operation::new(
    "indexes",
    "analyze_of_index",
    "What an analyzer of an index makes of a text",
)
.parameters(&[targets::OFFERED])
.needs(analyze)
.answers(shapes::any_object)
.errors(&[404, 413]);

/// `GET /_resolve/index/{index}`.
pub(in crate::api) static RESOLVE: Operation =
    Operation::new("indexes", "resolve_index", "What an index expression means")
        .parameters(&[targets::OFFERED, &[idle("mode")]])
        .answers(resolved)
        .errors(&[404]);

/// `GET /_data_stream`.
pub(in crate::api) static DATA_STREAMS: Operation =
    Operation::new("indexes", "get_data_stream", "There are no data streams")
        .parameters(&[EXPAND, WAITING, DEFAULTS, &[idle("verbose")]])
        .answers(no_streams)
        .errors(&[404]);

/// `GET /_index_template`.
pub(in crate::api) static TEMPLATES: Operation =
    Operation::new("indexes", "get_index_template", "There are no index templates")
        .parameters(&[WAITING, DEFAULTS, &[idle("flat_settings")]])
        .answers(no_templates)
        .errors(&[404]);

/// `HEAD /_index_template/{name}`.
pub(in crate::api) static TEMPLATE_EXISTS: Operation =
    Operation::new("indexes", "exists_index_template", "There are no index templates")
        .parameters(&[WAITING, DEFAULTS, &[idle("flat_settings")]])
        .errors(&[404]);

/// `PUT|POST /_index_template/{name}`.
pub(in crate::api) static PUT_TEMPLATE: Operation = Operation::new(
    "indexes",
    "put_index_template",
    "Refused: templates are not offered",
)
.parameters(&[WAITING, &[idle("cause"), idle("create")]])
.body(shapes::any_object)
.statuses(&[]);

const EXPAND: &[Offered] = &[texts(
    "expand_wildcards",
    "Which data streams patterns reach: of each kind there are none.",
)];

/// `GET|POST /{index}/_refresh`.
pub(in crate::api) static REFRESH: Operation =
    Operation::new("indexes", "refresh", "Makes all writes visible to searches")
        .parameters(&[targets::OFFERED, WAITING, DEFAULTS, FORCE])
        .answers(refreshed)
        .errors(&[404, 503, 504]);

/// `GET|POST /{index}/_flush`.
pub(in crate::api) static FLUSH: Operation = Operation::new("indexes", "flush", "The same as a refresh here")
    .parameters(&[targets::OFFERED, WAITING, DEFAULTS, FORCE])
    .answers(refreshed)
    .errors(&[404, 503, 504]);

const FORCE: &[Offered] = &[idle("force"), idle("wait_if_ongoing")];

fn create(generator: &mut SchemaGenerator) -> Schema {
    const KEYS: &[Offered] = &[
        of("settings", shapes::settings, "Shards, refreshes, analyzers."),
        of("mappings", shapes::mapping, "The fields."),
        object("aliases", "Aliases by name."),
    ];
    named(generator, "NewIndex", |generator| closed(&[KEYS], generator))
}

fn created(generator: &mut SchemaGenerator) -> Schema {
    of_type::<super::create::Created<'static>>(generator)
}

fn analyze(generator: &mut SchemaGenerator) -> Schema {
    const KEYS: &[Offered] = &[
        text("analyzer", "An analyzer by name."),
        texts("attributes", "Which attributes of tokens to show."),
        any("char_filter", "Character filters, by name or defined here."),
        flag("explain", "Whether to show the tokens after each step."),
        text("field", "The field whose analyzer is meant."),
        any("filter", "Token filters, by name or defined here."),
        text("normalizer", "A normalizer by name."),
        texts("text", "What to analyze."),
        any("tokenizer", "A tokenizer, by name or defined here."),
    ];
    named(generator, "Analyze", |generator| closed(&[KEYS], generator))
}

fn resolved(generator: &mut SchemaGenerator) -> Schema {
    fn objects(_: &mut SchemaGenerator) -> Schema {
        list(json_schema!({"type": "object"}))
    }
    const KEYS: &[Offered] = &[
        of("indices", objects, "Indexes, with their aliases."),
        of("aliases", objects, "Aliases, with their indexes."),
        of("data_streams", objects, "There are none."),
    ];
    open(KEYS, 3, generator)
}

fn refreshed(generator: &mut SchemaGenerator) -> Schema {
    open(
        &[object("_shards", "How many shards show all writes.")],
        1,
        generator,
    )
}

fn no_streams(generator: &mut SchemaGenerator) -> Schema {
    open(&[any("data_streams", "An empty list.")], 1, generator)
}

fn no_templates(generator: &mut SchemaGenerator) -> Schema {
    open(&[any("index_templates", "An empty list.")], 1, generator)
}
