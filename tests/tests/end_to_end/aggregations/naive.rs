//! The same numbers, computed of the films one by one.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::films::Film;
use super::{Api, aggregated};

/// Fails if an answer is not what the films say.
pub(super) async fn check(api: &Api, films: &[Film]) {
    let body = json!({"size": 0, "aggs": {
        "genres": {"terms": {"field": "genres", "size": 1_000}},
        "decades": {"histogram": {"field": "year", "interval": 10}, "aggs": {"rating": {"stats": {"field": "rating"}}}},
        "months": {"date_histogram": {"field": "released", "calendar_interval": "month", "format": "yyyy-MM", "min_doc_count": 1}},
        "cast": {"cardinality": {"field": "cast", "precision_threshold": 40_000}},
        "old": {"filter": {"range": {"year": {"lt": 1950}}}, "aggs": {"rating": {"max": {"field": "rating"}}}},
        "silent": {"missing": {"field": "talkie"}},
        "years": {"percentiles": {"field": "year", "percents": [50]}},
    }});
    let found = aggregated(api, &body).await;
    genres(&found["genres"], films);
    decades(&found["decades"], films);
    let months = counted(
        films
            .iter()
            .map(|film| text(&film.value["released"])[..7].to_owned()),
    );
    assert_eq!(pairs(&found["months"], "key_as_string"), months);
    let cast: BTreeSet<&str> = films.iter().flat_map(|film| texts(&film.value["cast"])).collect();
    assert_eq!(found["cast"]["value"], cast.len());
    let old: Vec<&Film> = films.iter().filter(|film| year(film) < 1950).collect();
    assert_eq!(found["old"]["doc_count"], old.len());
    let best = old.iter().flat_map(|film| ratings(film)).fold(0.0, f64::max);
    assert_eq!(found["old"]["rating"]["value"], best);
    let silent = films.iter().filter(|film| film.value.get("talkie").is_none());
    assert_eq!(found["silent"]["doc_count"], silent.count());
    let mut years: Vec<u64> = films.iter().map(year).collect();
    years.sort_unstable();
    let middle = |nth: usize| years[nth] as f64;
    let median = f64::midpoint(middle((years.len() - 1) / 2), middle(years.len() / 2));
    assert_eq!(found["years"]["values"]["50.0"], median);
}

fn genres(found: &Value, films: &[Film]) {
    let each = films.iter().flat_map(|film| {
        let once: BTreeSet<&str> = texts(&film.value["genres"]).collect();
        once.into_iter().map(str::to_owned)
    });
    let wanted = counted(each);
    assert_eq!(pairs(found, "key"), wanted);
    let mut order: Vec<(String, u64)> = wanted.into_iter().collect();
    order.sort_by(|(a, more), (b, less)| less.cmp(more).then_with(|| a.cmp(b)));
    let shown = found["buckets"].as_array().expect("a list of buckets");
    let keys: Vec<&str> = shown.iter().map(|bucket| text(&bucket["key"])).collect();
    let wanted: Vec<&str> = order.iter().map(|(key, _)| key.as_str()).collect();
    assert_eq!(keys, wanted);
    assert_eq!(found["doc_count_error_upper_bound"], 0);
    assert_eq!(found["sum_other_doc_count"], 0);
}

fn decades(found: &Value, films: &[Film]) {
    let mut wanted: BTreeMap<u64, Vec<f64>> = BTreeMap::new();
    let mut count: BTreeMap<u64, u64> = BTreeMap::new();
    for film in films {
        let decade = year(film) / 10 * 10;
        *count.entry(decade).or_default() += 1;
        wanted.entry(decade).or_default().extend(ratings(film));
    }
    for bucket in found["buckets"].as_array().expect("a list of buckets") {
        let decade = bucket["key"].as_f64().expect("a number");
        let (decade, films) = count
            .iter()
            .find(|(key, _)| **key as f64 == decade)
            .unwrap_or_else(|| panic!("no film of {decade}"));
        assert_eq!(bucket["doc_count"], *films);
        let ratings = &wanted[decade];
        let stats = &bucket["rating"];
        assert_eq!(stats["count"], ratings.len());
        assert_eq!(
            stats["min"],
            ratings.iter().copied().fold(f64::INFINITY, f64::min)
        );
        // The sum of the answer is exact, the plain one is not; and numbers lose a bit when they are read from text.
        let plain: f64 = ratings.iter().sum();
        for (name, plain) in [("sum", plain), ("avg", plain / ratings.len() as f64)] {
            let of_answer = stats[name].as_f64().expect("a number");
            assert!(
                (of_answer - plain).abs() <= 1e-12 * plain,
                "{name} {of_answer} {plain}"
            );
        }
    }
    assert_eq!(found["buckets"].as_array().map(Vec::len), Some(count.len()));
}

fn counted(keys: impl Iterator<Item = String>) -> BTreeMap<String, u64> {
    let mut counts = BTreeMap::new();
    keys.for_each(|key| *counts.entry(key).or_default() += 1);
    counts
}

fn pairs(found: &Value, key: &str) -> BTreeMap<String, u64> {
    let buckets = found["buckets"].as_array().expect("a list of buckets");
    let pair = |bucket: &Value| {
        let count = bucket["doc_count"].as_u64().expect("a count");
        (text(&bucket[key]).to_owned(), count)
    };
    buckets.iter().map(pair).collect()
}

fn text(value: &Value) -> &str {
    value.as_str().expect("a string")
}

fn texts(value: &Value) -> impl Iterator<Item = &str> {
    value.as_array().into_iter().flatten().filter_map(Value::as_str)
}

fn year(film: &Film) -> u64 {
    film.value["year"].as_u64().expect("a year")
}

fn ratings(film: &Film) -> impl Iterator<Item = f64> {
    let all = film.value["rating"].as_array().expect("a list of ratings");
    all.iter().filter_map(Value::as_f64)
}
