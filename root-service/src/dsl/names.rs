//! Names that Elasticsearch knows and that are not offered here yet, and what a misspelt name may have meant.

use super::offered::{PARAMETERS, QUERIES, SEARCH_KEYS, names};
use crate::error::{ApiError, brief};

/// Elasticsearch's and OpenSearch's other queries.
const QUERIES_NOT_OFFERED: [&str; 41] = [
    "combined_fields",
    "common",
    "distance_feature",
    "geo_bounding_box",
    "geo_distance",
    "geo_grid",
    "geo_polygon",
    "geo_shape",
    "has_child",
    "has_parent",
    "hybrid",
    "indices",
    "intervals",
    "knn",
    "more_like_this",
    "nested",
    "neural",
    "parent_id",
    "percolate",
    "pinned",
    "rank_feature",
    "rule",
    "script",
    "script_score",
    "semantic",
    "shape",
    "span_containing",
    "span_field_masking",
    "span_first",
    "span_multi",
    "span_near",
    "span_not",
    "span_or",
    "span_term",
    "span_within",
    "sparse_vector",
    "terms_set",
    "text_expansion",
    "type",
    "weighted_tokens",
    "wrapper",
];

/// Keys of a search body that Elasticsearch has besides.
const SEARCH_KEYS_NOT_OFFERED: [&str; 17] = [
    "_name",
    "derived",
    "ext",
    "indices_boost",
    "knn",
    "point_in_time",
    "rank",
    "rescore",
    "retriever",
    "runtime_mappings",
    "script_fields",
    "search_pipeline",
    "slice",
    "sort_by",
    "stats",
    "sub_searches",
    "verbose_pipeline",
];

/// Parameters that Elasticsearch has besides, or offers with other values.
const PARAMETERS_NOT_OFFERED: [&str; 13] = [
    "analyze_wildcard",
    "analyzer",
    "filter_path",
    "format",
    "lenient",
    "max_score",
    "min_compatible_shard_node",
    "routing",
    "scroll",
    "source",
    "source_content_type",
    "stats",
    "terminate_after",
];

/// The error for a query that is not one of those offered.
pub(super) fn unknown_query(name: &str) -> ApiError {
    if QUERIES_NOT_OFFERED.contains(&name) {
        return ApiError::parsing(format!(
            "[{name}] query is not offered yet; offered are {}",
            names(QUERIES).collect::<Vec<_>>().join(", ")
        ));
    }
    ApiError::parsing(format!(
        "unknown query [{}]{}",
        brief(name),
        suggestion(name, names(QUERIES))
    ))
}

/// The error for a key of a search body.
pub(super) fn unknown_search_key(key: &str) -> ApiError {
    let offered_otherwise = key == "terminate_after";
    if SEARCH_KEYS_NOT_OFFERED.contains(&key) || offered_otherwise {
        return ApiError::illegal(format!("[{key}] of a search body is not offered yet"));
    }
    ApiError::parsing(format!(
        "unknown key [{}] in a search body{}",
        brief(key),
        suggestion(key, names(SEARCH_KEYS))
    ))
}

/// The error for a parameter of a search's URL.
pub(super) fn unknown_parameter(key: &str) -> ApiError {
    if PARAMETERS_NOT_OFFERED.contains(&key) {
        return ApiError::illegal(format!("the parameter [{key}] of a search is not offered yet"));
    }
    ApiError::illegal(format!(
        "request [_search] contains unrecognized parameter: [{}]{}",
        brief(key),
        suggestion(key, names(PARAMETERS))
    ))
}

/// ` did you mean [match]?`, if a known name is close.
pub(super) fn suggestion(name: &str, known: impl Iterator<Item = &'static str>) -> String {
    const NAME_BYTES_MAX: usize = 64;
    if name.len() > NAME_BYTES_MAX {
        return String::new();
    }
    let close = known
        .map(|known| (distance(name, known), known))
        .filter(|(distance, known)| *distance <= known.len().div_ceil(4))
        .min();
    close.map_or_else(String::new, |(_, known)| format!(" did you mean [{known}]?"))
}

/// How many letters must be added, dropped or changed (Levenshtein).
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, from) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, to) in b.iter().enumerate() {
            let changed = diagonal + usize::from(from != *to);
            diagonal = row[j + 1];
            row[j + 1] = changed.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn misspelt_names_are_guessed_and_strange_ones_are_not() {
        for (name, message) in [
            ("mach", "unknown query [mach] did you mean [match]?"),
            (
                "multimatch",
                "unknown query [multimatch] did you mean [multi_match]?",
            ),
            ("frobnicate", "unknown query [frobnicate]"),
        ] {
            assert_eq!(unknown_query(name).to_string(), message);
        }
    }

    #[test]
    fn what_elasticsearch_has_and_is_not_offered_says_so() {
        let error = unknown_query("intervals").to_string();
        assert!(
            error.starts_with("[intervals] query is not offered yet; offered are bool,"),
            "{error}"
        );
        assert_eq!(
            unknown_search_key("rescore").to_string(),
            "[rescore] of a search body is not offered yet"
        );
        assert_eq!(
            unknown_parameter("scroll").to_string(),
            "the parameter [scroll] of a search is not offered yet"
        );
    }
}
