//! What the calls of searches are.

use super::schemas;
use crate::api::openapi::Operation;
use crate::api::openapi::shapes::{self, any_object, of_type};
use crate::api::targets;
use crate::dsl::offered::PARAMETERS;
use crate::offered::{Offered, duration, flag, idle, number, off, one_of, refused, text, texts, whole};

const SCROLL: Offered = duration("scroll", "How long to keep the scroll that this page belongs to.");

/// Parameters that say what the query is.
const QUERY: &[Offered] = &[
    off("analyze_wildcard"),
    one_of(
        "default_operator",
        &["and", "or", "AND", "OR"],
        "How the words of `q` combine.",
    ),
    text("df", "The field that `q` means where it names none."),
    off("lenient"),
    text("q", "The query, in Lucene's query language."),
];

/// `_search`.
pub(in crate::api) static SEARCH: Operation = Operation::new("search", "search", "Searches")
    .parameters(&[targets::OFFERED, PARAMETERS, &[SCROLL]])
    .body(schemas::search)
    .answers(schemas::answer)
    .errors(&[404, 413, 429, 503, 504]);

/// `_msearch`.
pub(in crate::api) static MSEARCH: Operation = Operation::new("search", "msearch", "Many searches")
    .parameters(&[
        targets::OFFERED,
        &[
            idle("ccs_minimize_roundtrips"),
            idle("max_concurrent_shard_requests"),
            idle("pre_filter_shard_size"),
            whole("max_concurrent_searches", "Searches at a time."),
            flag("rest_total_hits_as_int", "Whether `hits.total` is a bare number."),
            one_of(
                "search_type",
                &["query_then_fetch", "dfs_query_then_fetch"],
                "Both rank exactly.",
            ),
            flag(
                "typed_keys",
                "Whether names of aggregations and suggestions have their types before them.",
            ),
        ],
    ])
    .needs_lines(any_object)
    .answers(schemas::answers)
    .errors(&[413, 429]);

/// `_count`.
pub(in crate::api) static COUNT: Operation = Operation::new("search", "count", "Counts what matches")
    .parameters(&[
        targets::OFFERED,
        QUERY,
        &[
            idle("preference"),
            number("min_score", "The least score that counts."),
        ],
    ])
    .body(shapes::only_query)
    .answers(of_type::<super::count::Counted>)
    .errors(&[404, 413, 429, 503, 504]);

/// `_validate/query`.
pub(in crate::api) static VALIDATE: Operation =
    Operation::new("search", "validate_query", "Whether a query can be executed")
        .parameters(&[
            targets::OFFERED,
            QUERY,
            &[
                flag("all_shards", "Accepted; the query is the same in all shards."),
                flag("explain", "Whether to tell why, or as what it is executed."),
                flag(
                    "rewrite",
                    "Accepted; the query is always shown as it is executed.",
                ),
            ],
        ])
        .body(shapes::only_query)
        .answers(schemas::validity)
        .errors(&[404, 413, 429]);

/// `_explain`.
pub(in crate::api) static EXPLAIN: Operation =
    Operation::new("search", "explain", "How a document's score comes about")
        .parameters(&[
            QUERY,
            &[
                idle("preference"),
                text("routing", "The document's routing value."),
            ],
        ])
        .body(shapes::only_query)
        .answers(schemas::explanation)
        .statuses(&[200, 404])
        .errors(&[413, 429, 503, 504]);

/// `_field_caps`.
pub(in crate::api) static FIELD_CAPS: Operation =
    Operation::new("search", "field_caps", "What fields can do, over several indexes")
        .parameters(&[
            targets::OFFERED,
            &[
                texts("fields", "Names of fields or patterns."),
                one_of("include_empty_fields", &["true"], "Offered only as `true`."),
                flag(
                    "include_unmapped",
                    "Whether to show that fields are missing in indexes.",
                ),
                texts("types", "Only fields of these types."),
            ],
        ])
        .body(schemas::field_caps)
        .answers(any_object)
        .errors(&[404]);

/// `_search_shards`.
pub(in crate::api) static SEARCH_SHARDS: Operation =
    Operation::new("search", "search_shards", "Which replicas serve which shards")
        .parameters(&[
            targets::OFFERED,
            &[
                idle("local"),
                idle("master_timeout"),
                idle("preference"),
                refused("routing"),
            ],
        ])
        .answers(any_object)
        .errors(&[404]);

/// `_search/scroll`.
pub(in crate::api) static NEXT: Operation = Operation::new("search", "scroll", "The next page of a scroll")
    .parameters(&[&[
        flag("rest_total_hits_as_int", "Whether `hits.total` is a bare number."),
        SCROLL,
        text("scroll_id", "The id that came with the last page."),
    ]])
    .body(schemas::scroll)
    .answers(schemas::answer)
    .errors(&[404, 429, 503, 504]);

/// `DELETE /_search/scroll`.
pub(in crate::api) static CLEAR: Operation = Operation::new("search", "clear_scroll", "Lets go of scrolls")
    .parameters(&[&[texts("scroll_id", "Their ids, or `_all`.")]])
    .body(schemas::scrolls)
    .answers(schemas::closed_contexts)
    .statuses(&[200, 404]);

const KEEP: Offered = duration("keep_alive", "How long to keep the point in time.");

/// `POST /{index}/_pit`.
pub(in crate::api) static OPEN_PIT: Operation =
    Operation::new("search", "open_point_in_time", "Opens a point in time")
        .parameters(&[
            targets::OFFERED,
            &[off("allow_partial_search_results"), KEEP, idle("preference")],
        ])
        .answers(schemas::pit)
        .errors(&[404, 429, 503, 504]);

/// `DELETE /_pit`.
pub(in crate::api) static CLOSE_PIT: Operation =
    Operation::new("search", "close_point_in_time", "Closes a point in time")
        .needs(schemas::pit_id)
        .answers(schemas::closed_contexts)
        .statuses(&[200, 404]);

/// `POST /{index}/_search/point_in_time`.
pub(in crate::api) static CREATE_PIT: Operation = Operation::new(
    "search",
    "create_pit",
    "Opens a point in time, in OpenSearch's words",
)
.parameters(&[
    targets::OFFERED,
    &[off("allow_partial_pit_creation"), KEEP, idle("preference")],
])
.answers(schemas::opensearch_pit)
.errors(&[404, 429, 503, 504]);

/// `DELETE /_search/point_in_time`.
pub(in crate::api) static DELETE_PIT: Operation = Operation::new(
    "search",
    "delete_pit",
    "Closes points in time, in OpenSearch's words",
)
.needs(schemas::opensearch_pit_ids)
.answers(any_object);

/// `DELETE /_search/point_in_time/_all`.
pub(in crate::api) static DELETE_ALL_PITS: Operation =
    Operation::new("search", "delete_all_pits", "Closes all points in time").answers(any_object);
