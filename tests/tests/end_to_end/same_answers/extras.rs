//! What a search can ask for besides its query.

use serde_json::{Value, json};

use super::corpus::Film;
use super::object;

/// All of them; each takes a turn with some of the queries.
pub(super) fn all(films: &[Film]) -> Vec<Value> {
    let mut extras = Vec::new();
    extras.extend(hits());
    extras.extend(orders());
    extras.extend(highlights());
    extras.extend(aggregations());
    extras.extend(suggestions(films));
    extras
}

fn hits() -> Vec<Value> {
    vec![
        object([("size", json!(50)), ("_source", json!(false))]),
        object([
            ("from", json!(20)),
            ("size", json!(20)),
            ("_source", json!(["title", "stu*"])),
        ]),
        object([
            ("min_score", json!(3.5)),
            ("size", json!(30)),
            ("_source", json!(false)),
        ]),
        object([
            ("explain", json!(true)),
            ("size", json!(5)),
            ("_source", json!(false)),
        ]),
        object([
            (
                "fields",
                json!(["title", "y*", {"field": "released", "format": "yyyy"}, "studio.address"]),
            ),
            ("docvalue_fields", json!(["genres", "rating", "released"])),
            ("_source", json!(false)),
        ]),
        object([
            ("post_filter", json!({"term": {"genres": "Comedy"}})),
            ("aggs", json!({"g": {"terms": {"field": "genres"}}})),
        ]),
        object([("track_total_hits", json!(25)), ("size", json!(3))]),
        object([
            (
                "collapse",
                json!({"field": "year", "inner_hits": {"name": "others", "size": 2, "_source": ["title"], "sort": [{"votes": "desc"}]}}),
            ),
            ("_source", json!(["title", "year"])),
        ]),
        object([
            ("collapse", json!({"field": "talkie"})),
            ("sort", json!([{"rating": "desc"}, "_doc"])),
            ("_source", json!(false)),
        ]),
    ]
}

fn orders() -> Vec<Value> {
    let sorted = |sort: Value| object([("sort", sort), ("size", json!(40)), ("_source", json!(false))]);
    let after = |sort: Value, after: Value| {
        object([
            ("sort", sort),
            ("search_after", after),
            ("size", json!(40)),
            ("_source", json!(false)),
        ])
    };
    vec![
        sorted(json!([{"year": "desc"}, {"title.raw": "asc"}])),
        sorted(json!([{"genres": {"order": "asc", "mode": "max", "missing": "_first"}}, "_score", "_doc"])),
        sorted(json!([{"released": {"order": "asc", "missing": "_first"}}, {"_id": "desc"}])),
        sorted(json!([{"studio.address": "desc"}])),
        sorted(json!([{"rating": {"order": "desc", "missing": 5}}, {"votes": "asc"}])),
        after(json!([{"year": "desc"}, {"votes": "asc"}]), json!([1980, 2500])),
        after(json!([{"title.raw": "asc"}]), json!(["m"])),
        object([
            ("sort", json!([{"votes": "asc"}])),
            ("track_scores", json!(true)),
            ("size", json!(40)),
            ("_source", json!(false)),
        ]),
    ]
}

fn highlights() -> Vec<Value> {
    let highlighted = |highlight: Value| {
        object([
            ("highlight", highlight),
            ("_source", json!(false)),
            ("size", json!(15)),
        ])
    };
    vec![
        highlighted(json!({"fields": {"title": {}, "body": {}}})),
        highlighted(
            json!({"fields": {"*": {}}, "require_field_match": false, "pre_tags": ["<b>"], "post_tags": ["</b>"]}),
        ),
        highlighted(
            json!({"fields": {"body": {"fragment_size": 60, "number_of_fragments": 2, "no_match_size": 40}}, "order": "score"}),
        ),
        highlighted(
            json!({"fields": [{"title": {"number_of_fragments": 0}}, {"body": {"type": "plain", "boundary_scanner": "word"}}], "encoder": "html"}),
        ),
        highlighted(
            json!({"fields": {"body": {}, "cast": {}}, "highlight_query": {"match_phrase_prefix": {"body": "young m"}}}),
        ),
    ]
}

fn aggregations() -> Vec<Value> {
    let aggregated = |aggs: Value| object([("aggs", aggs), ("size", json!(3)), ("_source", json!(false))]);
    vec![
        aggregated(
            json!({"genres": {"terms": {"field": "genres", "size": 7}, "aggs": {
                "years": {"stats": {"field": "year"}}, "best": {"top_hits": {"size": 2, "sort": [{"rating": "desc"}, {"votes": "desc"}], "_source": ["title"]}},
            }}}),
        ),
        aggregated(
            json!({"decades": {"histogram": {"field": "year", "interval": 10, "min_doc_count": 1}, "aggs": {"r": {"avg": {"field": "rating"}}}}}),
        ),
        aggregated(
            json!({"months": {"date_histogram": {"field": "released", "calendar_interval": "quarter", "min_doc_count": 1}}}),
        ),
        aggregated(
            json!({"votes": {"percentiles": {"field": "votes"}}, "names": {"cardinality": {"field": "title.raw"}}, "s": {"extended_stats": {"field": "rating"}}}),
        ),
        aggregated(
            json!({"parts": {"filters": {"filters": {"old": {"range": {"year": {"lt": 1930}}}, "loud": {"term": {"talkie": true}}}}, "aggs": {"v": {"sum": {"field": "votes"}}}}}),
        ),
        aggregated(
            json!({"by": {"composite": {"size": 15, "sources": [{"g": {"terms": {"field": "genres"}}}, {"y": {"histogram": {"field": "year", "interval": 25}}}]}}}),
        ),
        aggregated(
            json!({"ranges": {"range": {"field": "rating", "ranges": [{"to": 3}, {"from": 3, "to": 7}, {"from": 7}]}, "aggs": {"cast": {"terms": {"field": "cast.raw", "size": 5}}}}, "addresses": {"terms": {"field": "studio.address", "size": 5}}}),
        ),
        aggregated(
            json!({"y": {"date_histogram": {"field": "released", "fixed_interval": "3650d", "min_doc_count": 1}, "aggs": {
            "r": {"avg": {"field": "rating"}}, "all": {"cumulative_sum": {"buckets_path": "_count"}},
            "top": {"bucket_sort": {"sort": [{"r": "desc"}], "size": 3}},
        }}, "any": {"global": {}, "aggs": {"none": {"missing": {"field": "cast"}}}}}),
        ),
    ]
}

fn suggestions(films: &[Film]) -> Vec<Value> {
    let suggested = |suggest: Value| {
        object([
            ("suggest", suggest),
            ("size", json!(2)),
            ("_source", json!(false)),
        ])
    };
    let mut extras = vec![
        suggested(
            json!({"text": "the gretest storry of amerca", "words": {"term": {"field": "title"}}, "rarer": {"term": {"field": "body", "suggest_mode": "always", "sort": "frequency", "size": 3}}}),
        ),
        suggested(
            json!({"line": {"text": "nite of the livng dead", "phrase": {"field": "title.pairs", "size": 3, "max_errors": 2, "direct_generator": [{"field": "title", "suggest_mode": "always"}], "highlight": {"pre_tag": "<em>", "post_tag": "</em>"}}}}),
        ),
    ];
    for film in films
        .iter()
        .filter(|film| film.title.len() > 1)
        .step_by(films.len() / 4)
    {
        let begun: String = film.title[0].chars().take(2).collect();
        extras.push(suggested(json!({
            "begun": {"prefix": begun, "completion": {"field": "suggest", "size": 8}},
            "about": {"prefix": format!("{begun}x"), "completion": {"field": "suggest", "size": 4, "skip_duplicates": true, "fuzzy": {"fuzziness": 1, "min_length": 2, "prefix_length": 0}}},
        })));
    }
    extras
}
