//! The best documents of buckets are those that a search for the bucket finds, and fields may differ between indexes.

use serde_json::{Value, json};

use super::films::Film;
use super::{Api, INDEX, aggregated, aggregated_over, bulk_index_lines};

/// A second index, in which fields are of other types or not there.
pub(super) const SHORTS: &str = "shorts";

/// Fails if the best documents of genres are not those of searches for the genres.
pub(super) async fn check(api: &Api) {
    for (sort, shown) in [
        (json!(["_score"]), json!({"includes": ["ti*", "year"]})),
        (json!([{"year": "desc"}, {"title.raw": "asc"}]), json!(true)),
        (
            json!([{"rating": {"order": "asc", "mode": "max"}}, "_score"]),
            json!(["rating"]),
        ),
    ] {
        let matching = json!({"match": {"body": "war love"}});
        let body = json!({"size": 0, "query": matching, "aggs": {"genres": {"terms": {"field": "genres", "size": 6},
            "aggs": {"best": {"top_hits": {"from": 1, "size": 4, "sort": sort, "_source": shown, "version": true}}}}}});
        let buckets = aggregated(api, &body).await["genres"]["buckets"].clone();
        let buckets = buckets.as_array().expect("a list of buckets");
        assert_eq!(buckets.len(), 6);
        for bucket in buckets {
            let genre = json!({"term": {"genres": bucket["key"]}});
            let search = json!({"from": 1, "size": 4, "sort": sort, "_source": shown, "version": true,
                "query": {"bool": {"must": [matching], "filter": [genre]}}});
            let answer = api.post(&format!("/{INDEX}/_search"), &search).await.ok();
            let best = &bucket["best"]["hits"];
            assert_eq!(best["hits"], answer["hits"]["hits"], "{bucket}");
            assert_eq!(best["total"]["value"], bucket["doc_count"]);
        }
    }
}

/// Makes the second index: years are real numbers, ratings are not there, and one film is there twice.
pub(super) async fn create(api: &Api, films: &[Film]) {
    let body = json!({
        "settings": {"number_of_shards": 3, "refresh_interval": "-1"},
        "mappings": {"properties": {
            "title": {"type": "text", "fields": {"raw": {"type": "keyword"}}},
            "genres": {"type": "keyword"}, "year": {"type": "double"}, "talkie": {"type": "keyword"},
        }},
    });
    api.put(&format!("/{SHORTS}"), &body).await.ok();
    let short = |(nth, film): (u32, &Film)| {
        let year = film.value["year"].as_f64().expect("every film has a year");
        let source = json!({"title": film.value["title"], "genres": film.value["genres"],
            "year": if nth.is_multiple_of(3) { year } else { year + 0.5 }, "talkie": "no"});
        (film.id.clone(), source.to_string())
    };
    let shorts: Vec<(String, String)> = (0..).zip(films.iter().step_by(40)).map(short).collect();
    let lines = bulk_index_lines(shorts.iter().map(|(id, source)| (id.as_str(), source.as_str())));
    api.bulk(&format!("/{SHORTS}/_bulk?refresh=true"), lines)
        .await
        .ok();
}

/// Requests over both indexes.
pub(super) fn requests() -> Vec<Value> {
    vec![
        json!({
            "years": {"terms": {"field": "year", "size": 300}, "aggs": {"rating": {"avg": {"field": "rating", "missing": 7}}}},
            "different": {"cardinality": {"field": "year", "precision_threshold": 5_000}},
            "decades": {"histogram": {"field": "year", "interval": 10}},
        }),
        json!({"genres": {"terms": {"field": "genres", "size": 4}, "aggs": {
            "best": {"top_hits": {"size": 5, "sort": [{"title.raw": "asc"}], "_source": "title"}},
            "rated": {"top_hits": {"size": 2, "sort": [{"rating": {"order": "desc", "unmapped_type": "double"}}]}},
        }}}),
        json!({"months": {"date_histogram": {"field": "released", "calendar_interval": "year", "min_doc_count": 1}},
            "which": {"terms": {"field": "genres", "min_doc_count": 0, "size": 500}}}),
    ]
}

/// Fields whose types do not go together are an error, which names both.
pub(super) async fn refused(api: &Api) {
    let body = json!({"size": 0, "aggs": {"a": {"terms": {"field": "talkie"}}}});
    let answer = api.post(&format!("/{INDEX},{SHORTS}/_search"), &body).await;
    assert_eq!(answer.status, 400, "{}", answer.text);
    for name in ["[a]", "[boolean]", "[keyword]"] {
        assert!(answer.text.contains(name), "{}", answer.text);
    }
    let many = json!({"size": 0, "aggs": {"a": {"terms": {"field": "title.raw", "size": 2_000},
        "aggs": {"b": {"top_hits": {"size": 100}}, "c": {"top_hits": {"size": 100}},
            "d": {"top_hits": {"size": 100}}, "e": {"top_hits": {"size": 100}},
            "f": {"top_hits": {"size": 100}}, "g": {"top_hits": {"size": 100}}}}}});
    let answer = api.post(&format!("/{INDEX}/_search"), &many).await;
    assert_eq!(answer.status, 400, "{}", answer.text);
    assert!(answer.text.contains("[10000]"), "{}", answer.text);
}

/// The best documents of both indexes name their index, and those of the same id go by it.
pub(super) async fn over_both(api: &Api) {
    let path = format!("/{INDEX},{SHORTS}/_search");
    let body =
        json!({"size": 0, "aggs": {"best": {"top_hits": {"size": 100, "_source": false, "sort": ["_doc"]}}}});
    let found = aggregated_over(api, &path, &body).await;
    let hits = found["best"]["hits"]["hits"].as_array().expect("a list of hits");
    let mut both = 0;
    for pair in hits.windows(2).filter(|pair| pair[0]["_id"] == pair[1]["_id"]) {
        assert_eq!(
            (&pair[0]["_index"], &pair[1]["_index"]),
            (&json!(INDEX), &json!(SHORTS))
        );
        both += 1;
    }
    assert!(both > 0, "{found}");
}
