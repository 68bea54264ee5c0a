//! Some dozens of varied requests.

use serde_json::{Value, json};

/// All of them, each with no hits or ten, over all films or some.
pub(super) fn all() -> Vec<Value> {
    let queries = [
        json!({"match_all": {}}),
        json!({"match": {"body": "war love"}}),
        json!({"bool": {"filter": [{"range": {"year": {"gte": 1950}}}]}}),
        json!({"match_phrase": {"body": "directed by"}}),
    ];
    let aggregations = buckets()
        .into_iter()
        .chain(intervals())
        .chain(metrics())
        .chain(nested())
        .chain(pipelines());
    let body = |(nth, aggs): (usize, Value)| {
        let (size, query) = ([0, 10][nth % 2], &queries[nth % 4]);
        json!({"size": size, "track_total_hits": (nth % 3 > 0), "query": query, "aggs": aggs})
    };
    let mut all: Vec<Value> = aggregations.enumerate().map(body).collect();
    let mut filtered = all[1].clone();
    filtered["post_filter"] = json!({"term": {"genres": "Drama"}});
    all.push(filtered);
    all
}

fn buckets() -> Vec<Value> {
    let one = |kind: &str, body: Value| json!({"a": {kind: body}});
    let terms = |more: Value| {
        let mut body = json!({"field": "genres"});
        body.as_object_mut()
            .expect("an object")
            .extend(more.as_object().expect("an object").clone());
        json!({"a": {"terms": body}})
    };
    vec![
        terms(json!({})),
        terms(json!({"size": 3})),
        terms(json!({"order": {"_key": "desc"}, "size": 7})),
        terms(json!({"order": {"_count": "asc"}, "min_doc_count": 3})),
        terms(json!({"include": ["Drama", "Western", "None"], "missing": "No genre"})),
        terms(json!({"exclude": ["Drama"], "missing": "No genre"})),
        terms(json!({"include": "[A-D].*", "exclude": ".*a", "missing": "Dunno", "size": 100})),
        terms(json!({"include": {"partition": 1, "num_partitions": 3}, "size": 100})),
        terms(json!({"min_doc_count": 0, "size": 500, "show_term_doc_count_error": true})),
        terms(json!({"min_doc_count": 0, "size": 30, "order": {"_count": "asc"}, "exclude": "W.*"})),
        one("terms", json!({"field": "cast", "size": 1_000})),
        one("terms", json!({"field": "title.raw", "size": 20})),
        one("terms", json!({"field": "year", "size": 200})),
        one("terms", json!({"field": "rating", "size": 30})),
        one("terms", json!({"field": "talkie", "missing": false})),
        one(
            "terms",
            json!({"field": "released", "format": "yyyy-MM-dd", "size": 5}),
        ),
        one("terms", json!({"field": "nowhere"})),
        one(
            "multi_terms",
            json!({"terms": [{"field": "genres"}, {"field": "talkie"}], "size": 12}),
        ),
    ]
}

fn intervals() -> Vec<Value> {
    let one = |kind: &str, body: Value| json!({"a": {kind: body}});
    vec![
        one(
            "range",
            json!({"field": "rating", "ranges": [{"to": 10}, {"from": 10, "to": 50.05}, {"from": 50}]}),
        ),
        one(
            "date_range",
            json!({"field": "released", "format": "yyyy",
            "ranges": [{"to": "1930"}, {"from": "1930", "to": "1960||+10y"}, {"from": "now-40y/y"}]}),
        ),
        one("histogram", json!({"field": "year", "interval": 10})),
        one(
            "histogram",
            json!({"field": "rating", "interval": 7.5, "offset": 2, "keyed": true, "missing": 1000}),
        ),
        one(
            "histogram",
            json!({"field": "year", "interval": 1, "extended_bounds": {"min": 1890, "max": 2030}, "order": {"_count": "desc"}}),
        ),
        one(
            "date_histogram",
            json!({"field": "released", "calendar_interval": "month"}),
        ),
        one(
            "date_histogram",
            json!({"field": "released", "calendar_interval": "quarter", "time_zone": "-05:00", "format": "yyyy-MM"}),
        ),
        one(
            "date_histogram",
            json!({"field": "released", "calendar_interval": "week", "min_doc_count": 2, "offset": "+1d"}),
        ),
        one(
            "date_histogram",
            json!({"field": "released", "fixed_interval": "90d", "keyed": true}),
        ),
        one(
            "date_histogram",
            json!({"field": "released", "calendar_interval": "year", "hard_bounds": {"min": "1950", "max": "1960"}}),
        ),
        one(
            "filters",
            json!({"filters": {"war": {"match": {"body": "war"}}, "old": {"range": {"year": {"lt": 1930}}}}, "other_bucket": true}),
        ),
        one("filter", json!({"match_phrase": {"title": "the man"}})),
        one("missing", json!({"field": "genres"})),
        one("missing", json!({"field": "body"})),
        one(
            "composite",
            json!({"size": 40, "sources": [
            {"genre": {"terms": {"field": "genres", "order": "desc", "missing_bucket": true}}},
            {"decade": {"histogram": {"field": "year", "interval": 10}}},
            {"month": {"date_histogram": {"field": "released", "calendar_interval": "month", "format": "yyyy-MM"}}},
        ], "after": {"genre": "Thriller", "decade": 1950, "month": "1955-03"}}),
        ),
        one(
            "composite",
            json!({"size": 400, "sources": [
            {"talkie": {"terms": {"field": "talkie", "missing_bucket": true, "missing_order": "last"}}},
            {"genre": {"terms": {"field": "genres", "order": "desc", "missing_bucket": true, "missing_order": "first"}}},
        ], "after": {"talkie": true, "genre": null}}),
        ),
    ]
}

fn metrics() -> Vec<Value> {
    let fields = ["year", "rating", "released", "talkie"];
    let mut all: Vec<Value> = fields
        .iter()
        .map(|field| {
            json!({
                "min": {"min": {"field": field}}, "max": {"max": {"field": field}}, "avg": {"avg": {"field": field}},
                "sum": {"sum": {"field": field}}, "stats": {"stats": {"field": field}},
                "extended": {"extended_stats": {"field": field, "sigma": 3}},
                "percentiles": {"percentiles": {"field": field, "percents": [0, 12.5, 50, 99, 100]}},
                "count": {"value_count": {"field": field}},
            })
        })
        .collect();
    all.push(json!({
        "ranks": {"percentile_ranks": {"field": "rating", "values": [0.1, 50, 99]}},
        "years": {"percentile_ranks": {"field": "year", "values": [1950], "keyed": false}},
        "deviation": {"median_absolute_deviation": {"field": "rating"}},
        "weighted": {"weighted_avg": {"value": {"field": "rating", "missing": 1}, "weight": {"field": "year"}}},
        "best": {"top_hits": {"size": 20, "_source": ["title", "year"]}},
        "newest": {"top_hits": {"size": 5, "sort": [{"released": "desc"}, {"_score": "asc"}], "track_scores": true,
            "seq_no_primary_term": false, "_source": false}},
    }));
    all.push(json!({
        "titles": {"cardinality": {"field": "title.raw"}}, "rough": {"cardinality": {"field": "cast", "precision_threshold": 10}},
        "cast": {"value_count": {"field": "cast"}}, "nothing": {"stats": {"field": "nowhere"}},
        "guess": {"avg": {"field": "nowhere", "missing": 3}},
    }));
    all
}

fn nested() -> Vec<Value> {
    let rating =
        json!({"rating": {"avg": {"field": "rating"}}, "years": {"extended_stats": {"field": "year"}}});
    vec![
        json!({"a": {"terms": {"field": "genres", "order": {"rating": "desc"}}, "aggs": rating}}),
        json!({"a": {"terms": {"field": "genres", "order": [{"years.std_deviation": "asc"}, {"_key": "desc"}]}, "aggs": rating}}),
        json!({"a": {"terms": {"field": "genres", "order": {"f>rating": "asc"}},
            "aggs": {"f": {"filter": {"range": {"year": {"gte": 1980}}}, "aggs": rating}}}}),
        json!({"a": {"date_histogram": {"field": "released", "calendar_interval": "year"},
            "aggs": {"b": {"terms": {"field": "genres", "size": 2}, "aggs": {"c": {"terms": {"field": "cast", "size": 1}, "aggs": rating}}}}}}),
        json!({"a": {"global": {}, "aggs": {"b": {"filters": {"filters": [{"match": {"title": "the"}}, {"exists": {"field": "talkie"}}]}, "aggs": rating}}},
            "b": {"filter": {"match_all": {}}, "meta": {"not": "global"}}}),
        json!({"a": {"date_histogram": {"field": "released", "calendar_interval": "year"},
            "aggs": {"b": {"terms": {"field": "genres", "size": 2}, "aggs": {
                "best": {"top_hits": {"size": 2, "_source": "title", "sort": [{"rating": "desc"}]}}, "relevant": {"top_hits": {"size": 1}}}}}}}),
        json!({"a": {"global": {}, "aggs": {"best": {"top_hits": {"size": 3, "_source": {"excludes": ["body", "cast"]}}}}}}),
        json!({"a": {"range": {"field": "year", "ranges": [{"to": 1950}, {"from": 1950}]},
            "aggs": {"b": {"histogram": {"field": "rating", "interval": 25}, "aggs": {"c": {"missing": {"field": "talkie"}}}}}}}),
    ]
}

fn pipelines() -> Vec<Value> {
    vec![
        json!({
            "h": {"histogram": {"field": "year", "interval": 10}, "aggs": {
                "sum": {"sum": {"field": "rating"}},
                "total": {"cumulative_sum": {"buckets_path": "sum"}},
                "growth": {"derivative": {"buckets_path": "_count"}},
            }},
            "avg": {"avg_bucket": {"buckets_path": "h>sum"}}, "max": {"max_bucket": {"buckets_path": "h>sum"}},
            "min": {"min_bucket": {"buckets_path": "h>_count", "gap_policy": "insert_zeros"}},
            "sum": {"sum_bucket": {"buckets_path": "h>sum"}}, "stats": {"stats_bucket": {"buckets_path": "h>growth"}},
        }),
        json!({
            "h": {"date_histogram": {"field": "released", "calendar_interval": "year"}, "aggs": {
                "sum": {"sum": {"field": "rating"}}, "cast": {"cardinality": {"field": "cast", "precision_threshold": 40_000}},
                "lag": {"serial_diff": {"buckets_path": "sum", "lag": 5}}, "all": {"cumulative_cardinality": {"buckets_path": "cast"}},
                "slope": {"derivative": {"buckets_path": "sum", "unit": "1M"}},
                "share": {"normalize": {"buckets_path": "sum", "method": "percent_of_sum"}},
            }},
            "extended": {"extended_stats_bucket": {"buckets_path": "h>sum"}},
            "percentiles": {"percentiles_bucket": {"buckets_path": "h>all"}},
        }),
        json!({"a": {"terms": {"field": "genres", "size": 50}, "aggs": {
            "rating": {"avg": {"field": "rating"}},
            "best": {"bucket_sort": {"sort": [{"rating": {"order": "desc"}}], "from": 2, "size": 5}},
        }}}),
    ]
}
