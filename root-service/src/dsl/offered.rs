//! What searches offer: the queries, the keys of the body, the parameters of the URL. Requests are checked by these lists, and
//! the document of the API is made of them.

use super::schemas;
use crate::offered::schema::any_object;
use crate::offered::{
    Kind, Offered, any, duration, flag, idle, number, object, of, off, one_of, text, texts, whole,
};

/// The queries that are offered.
pub(super) const QUERIES: &[Offered] = &[
    of(
        "bool",
        schemas::bool_query,
        "Queries that must, should or must not match.",
    ),
    of(
        "boosting",
        schemas::boosting,
        "Lowers what also matches another query.",
    ),
    of(
        "constant_score",
        schemas::constant_score,
        "The same score for all matches of a filter.",
    ),
    of("dis_max", schemas::dis_max, "The best of several queries."),
    of("exists", any_object, "Documents that have a value in a field."),
    of(
        "function_score",
        schemas::function_score,
        "Scores changed by functions.",
    ),
    of("fuzzy", schemas::of_field, "Words that are like a word."),
    of("ids", any_object, "Documents by their ids."),
    of("match", schemas::of_field, "Words of a text, analyzed."),
    of("match_all", any_object, "All documents."),
    of(
        "match_bool_prefix",
        schemas::of_field,
        "Words, the last as a prefix.",
    ),
    of("match_none", any_object, "No document."),
    of("match_phrase", schemas::of_field, "Words in their order."),
    of(
        "match_phrase_prefix",
        schemas::of_field,
        "Words in their order, the last as a prefix.",
    ),
    of("multi_match", any_object, "Words of a text in several fields."),
    of("prefix", schemas::of_field, "Terms that begin so."),
    of(
        "query_string",
        any_object,
        "Lucene's query language; mistakes are errors.",
    ),
    of("range", schemas::of_field, "Values between bounds."),
    of(
        "regexp",
        schemas::of_field,
        "Terms that match a regular expression.",
    ),
    of(
        "simple_query_string",
        any_object,
        "A query language for search boxes; nothing is an error.",
    ),
    of("term", schemas::of_field, "One exact value."),
    of("terms", any_object, "One of several exact values."),
    of("wildcard", schemas::of_field, "Terms that match a pattern."),
];

/// Keys of a search body that are read.
pub(crate) const SEARCH_KEYS: &[Offered] = &[
    of(
        "_source",
        schemas::source,
        "Which parts of the documents to show.",
    ),
    of(
        "aggregations",
        schemas::aggregations,
        "What to compute of all matches.",
    ),
    of("aggs", schemas::aggregations, "The same as `aggregations`."),
    object("collapse", "Shows only the best hit of each value of a field."),
    duration(
        "coverage_wait_max",
        "How long to wait at most for more than `min_coverage`.",
    ),
    duration(
        "coverage_wait_min",
        "How long to wait at least for more than `min_coverage`.",
    ),
    of(
        "docvalue_fields",
        schemas::fields,
        "Fields to show as columns hold them.",
    ),
    flag("explain", "Whether hits tell how their scores came about."),
    of(
        "fields",
        schemas::fields,
        "Fields to show as their types read them.",
    ),
    whole("from", "Hits to skip."),
    object(
        "highlight",
        "Which passages of which fields to show, with the query's words marked.",
    ),
    number(
        "min_coverage",
        "The share of the documents, 0 to 1, that is enough to answer from.",
    ),
    number("min_score", "The least score of a hit."),
    object("pit", "The point in time to search: `id`, `keep_alive`."),
    of(
        "post_filter",
        schemas::query,
        "What hits must match besides; aggregations do not see it.",
    ),
    flag("profile", "Whether the answer tells how it came about."),
    of(
        "query",
        schemas::query,
        "What to look for; all documents if it is missing.",
    ),
    of(
        "search_after",
        schemas::values,
        "The `sort` values of the hit after which to go on.",
    ),
    flag(
        "seq_no_primary_term",
        "Whether hits show `_seq_no` and `_primary_term`.",
    ),
    whole("size", "Hits to show, 10 unless given."),
    of(
        "sort",
        schemas::sort,
        "The order of hits; by score if it is missing.",
    ),
    any(
        "stored_fields",
        "`_none_` shows no source; there are no other stored fields.",
    ),
    object("suggest", "Suggestions by name."),
    whole("terminate_after", "Offered only as 0."),
    duration("timeout", "When to answer with what has been found."),
    flag(
        "track_scores",
        "Whether hits have scores although they are in another order.",
    ),
    of(
        "track_total_hits",
        schemas::count_max,
        "Whether, or how far, to count; 10,000 unless given.",
    ),
    flag("version", "Whether hits show `_version`."),
];

/// Parameters of a search's URL that are read, besides those that say what its indexes mean.
pub(crate) const PARAMETERS: &[Offered] = &[
    texts("_source", "Whether to show documents, or which parts of them."),
    texts("_source_exclude", "The same as `_source_excludes`."),
    texts("_source_excludes", "Parts of the documents not to show."),
    texts("_source_include", "The same as `_source_includes`."),
    texts("_source_includes", "Parts of the documents to show."),
    flag(
        "allow_partial_search_results",
        "Whether less than all documents may be answered from.",
    ),
    off("analyze_wildcard"),
    idle("batched_reduce_size"),
    idle("ccs_minimize_roundtrips"),
    duration(
        "coverage_wait_max",
        "How long to wait at most for more than `min_coverage`.",
    ),
    duration(
        "coverage_wait_min",
        "How long to wait at least for more than `min_coverage`.",
    ),
    one_of(
        "default_operator",
        &["and", "or", "AND", "OR"],
        "How the words of `q` combine.",
    ),
    text("df", "The field that `q` means where it names none."),
    texts("docvalue_fields", "Fields to show as columns hold them."),
    flag("explain", "Whether hits tell how their scores came about."),
    idle("force_synthetic_source"),
    whole("from", "Hits to skip."),
    idle("ignore_throttled"),
    flag(
        "include_named_queries_score",
        "Whether hits tell the scores of named queries.",
    ),
    off("lenient"),
    idle("max_concurrent_shard_requests"),
    number(
        "min_coverage",
        "The share of the documents, 0 to 1, that is enough to answer from.",
    ),
    idle("pre_filter_shard_size"),
    idle("preference"),
    flag("profile", "Whether the answer tells how it came about."),
    text("q", "The query, in Lucene's query language."),
    idle("request_cache"),
    flag("rest_total_hits_as_int", "Whether `hits.total` is a bare number."),
    idle("search_pipeline"),
    one_of(
        "search_type",
        &["query_then_fetch", "dfs_query_then_fetch"],
        "Both rank exactly.",
    ),
    flag(
        "seq_no_primary_term",
        "Whether hits show `_seq_no` and `_primary_term`.",
    ),
    whole("size", "Hits to show, 10 unless given."),
    texts("sort", "The order of hits: `field` or `field:desc`."),
    texts(
        "stored_fields",
        "`_none_` shows no source; there are no other stored fields.",
    ),
    text("suggest_field", "The field to suggest terms of."),
    one_of(
        "suggest_mode",
        &["missing", "popular", "always"],
        "Which words to suggest others for.",
    ),
    whole("suggest_size", "Suggestions for each word."),
    text(
        "suggest_text",
        "The text to suggest others for; that of `q` if it is missing.",
    ),
    one_of("terminate_after", &["0"], "Offered only as 0."),
    duration("timeout", "When to answer with what has been found."),
    flag(
        "track_scores",
        "Whether hits have scores although they are in another order.",
    ),
    of(
        "track_total_hits",
        schemas::count_max,
        "Whether, or how far, to count; 10,000 unless given.",
    ),
    flag(
        "typed_keys",
        "Whether names of aggregations and suggestions have their types before them.",
    ),
    flag("version", "Whether hits show `_version`."),
];

/// Whether a list has a name.
pub(super) fn has(list: &[Offered], name: &str) -> bool {
    list.iter().any(|offered| offered.name == name)
}

/// The names of a list.
pub(super) fn names(list: &'static [Offered]) -> impl Iterator<Item = &'static str> {
    list.iter().map(|offered| offered.name)
}

/// Whether a parameter changes nothing, whatever its value.
pub(super) fn is_idle(list: &[Offered], name: &str) -> bool {
    list.iter()
        .any(|offered| offered.name == name && matches!(offered.kind, Kind::Idle))
}
