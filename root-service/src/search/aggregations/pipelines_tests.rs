//! Pipelines over buckets, and what else is computed of merged results.

use serde_json::{Value, json};
use shared::aggregation::{Distinct, Key, Partial, Quantiles, TopHit, TopHits, Weighted};
use shared::ids::Shard;
use shared::wire::sort::SortValue;
use shared::wire::{Address, Hit};

use super::tests::{answer, buckets, stats, text};

const DAY_MS: i64 = 86_400_000;

/// A histogram of four intervals, of which the third is empty.
fn histogram() -> Vec<Partial> {
    vec![buckets(vec![
        (Key::Long(0), 1, vec![stats(&[1.0])]),
        (Key::Long(1), 2, vec![stats(&[4.0])]),
        (Key::Long(3), 3, vec![stats(&[5.0, 4.0])]),
    ])]
}

fn column(answer: &Value, name: &str) -> Vec<Value> {
    let buckets = answer["h"]["buckets"].as_array().unwrap();
    buckets
        .iter()
        .map(|bucket| bucket[name]["value"].clone())
        .collect()
}

#[test]
fn differences_and_shares_are_computed_from_bucket_to_bucket() {
    let normalize = |method: &str| json!({"normalize": {"buckets_path": "s", "method": method}});
    let aggs = json!({"h": {"histogram": {"field": "n", "interval": 1}, "aggs": {
        "s": {"sum": {"field": "x"}},
        "lag": {"serial_diff": {"buckets_path": "s", "lag": 2, "gap_policy": "insert_zeros"}},
        "gap": {"serial_diff": {"buckets_path": "s"}},
        "one": normalize("rescale_0_1"), "hundred": normalize("rescale_0_100"), "share": normalize("percent_of_sum"),
        "mean": normalize("mean"), "z": normalize("z-score"), "soft": normalize("softmax"),
    }}});
    let answer = answer(&aggs, vec![histogram()]).unwrap();
    assert_eq!(
        column(&answer, "lag"),
        [Value::Null, Value::Null, json!(-1.0), json!(5.0)]
    );
    assert_eq!(
        column(&answer, "gap"),
        [Value::Null, json!(3.0), Value::Null, Value::Null]
    );
    assert_eq!(answer["h"]["buckets"][0].get("gap"), None);
    assert_eq!(
        column(&answer, "one"),
        [json!(0.0), json!(0.375), Value::Null, json!(1.0)]
    );
    assert_eq!(column(&answer, "hundred")[1], 37.5);
    assert_eq!(column(&answer, "share")[3], 9.0 / 14.0);
    let mean = 14.0 / 3.0;
    assert_eq!(column(&answer, "mean")[0], (1.0 - mean) / 8.0);
    let deviation = (((1.0_f64 - mean).powi(2) + (4.0 - mean).powi(2) + (9.0 - mean).powi(2)) / 3.0).sqrt();
    assert_eq!(column(&answer, "z")[3], (9.0 - mean) / deviation);
    let soft: f64 = column(&answer, "soft").iter().filter_map(Value::as_f64).sum();
    assert!((soft - 1.0).abs() < 1e-12);
}

#[test]
fn buckets_have_extended_stats_and_percentiles_beside_them() {
    let aggs = json!({
        "h": {"histogram": {"field": "n", "interval": 1}, "aggs": {"s": {"sum": {"field": "x"}}}},
        "e": {"extended_stats_bucket": {"buckets_path": "h>s", "sigma": 1}},
        "p": {"percentiles_bucket": {"buckets_path": "h>s", "percents": [0, 50, 100]}},
        "q": {"percentiles_bucket": {"buckets_path": "h>s", "percents": [74], "keyed": false}},
        "none": {"percentiles_bucket": {"buckets_path": "h>s", "percents": [50]}},
    });
    let answer = answer(&aggs, vec![histogram()]).unwrap();
    assert_eq!(answer["e"]["count"], 3);
    assert_eq!(answer["e"]["sum_of_squares"], 98.0);
    let upper = answer["e"]["std_deviation_bounds"]["upper"].as_f64().unwrap();
    let deviation = answer["e"]["std_deviation"].as_f64().unwrap();
    assert!((upper - deviation - 14.0 / 3.0).abs() < 1e-12);
    assert_eq!(
        answer["p"].to_string(),
        r#"{"values":{"0.0":1.0,"50.0":4.0,"100.0":9.0}}"#
    );
    assert_eq!(answer["q"], json!({"values": [{"key": 74.0, "value": 4.0}]}));
    let empty = super::tests::answer(&aggs, vec![]).unwrap();
    assert_eq!(empty["none"], json!({"values": {"50.0": null}}));
}

#[test]
fn slopes_have_a_unit_and_values_add_up_without_repeats() {
    let set = |values: &[i64]| {
        let mut distinct = Distinct::default();
        for value in values {
            distinct.add(Distinct::hash(&Key::Long(*value)), 3_000);
        }
        Partial::Distinct(distinct)
    };
    let aggs = json!({"h": {"date_histogram": {"field": "day", "fixed_interval": "2d"}, "aggs": {
        "users": {"cardinality": {"field": "n"}},
        "slope": {"derivative": {"buckets_path": "users", "unit": "day"}},
        "all": {"cumulative_cardinality": {"buckets_path": "users"}},
        "steep": {"bucket_sort": {"sort": [{"slope.normalized_value": "desc"}], "gap_policy": "insert_zeros"}},
    }}});
    let part = vec![buckets(vec![
        (Key::Long(0), 2, vec![set(&[1, 2])]),
        (Key::Long(2 * DAY_MS), 4, vec![set(&[2, 3, 4, 5])]),
    ])];
    let answer = answer(&aggs, vec![part]).unwrap();
    let buckets = &answer["h"]["buckets"];
    assert_eq!(
        buckets[0]["slope"],
        json!({"value": 2.0, "normalized_value": 1.0})
    );
    assert_eq!(buckets[0]["all"], json!({"value": 5}));
    assert_eq!(buckets[1]["all"], json!({"value": 2}));
    assert_eq!(buckets[1].get("slope"), None);
}

#[test]
fn paths_that_lead_nowhere_are_refused_before_anything_is_computed() {
    let within = |pipeline: Value| {
        json!({"h": {"histogram": {"field": "n", "interval": 1}, "aggs": {
            "s": {"sum": {"field": "x"}}, "t": {"top_hits": {}}, "p": pipeline,
        }}})
    };
    for (pipeline, wanted) in [
        (
            json!({"cumulative_cardinality": {"buckets_path": "s"}}),
            "needs the name of a [cardinality]",
        ),
        (
            json!({"derivative": {"buckets_path": "s", "unit": "day"}}),
            "[unit] is of a [date_histogram]",
        ),
        (
            json!({"serial_diff": {"buckets_path": "t"}}),
            "[t] does not have one value",
        ),
        (
            json!({"normalize": {"buckets_path": "none", "method": "mean"}}),
            "No aggregation found",
        ),
    ] {
        let error = answer(&within(pipeline), vec![]).unwrap_err().to_string();
        assert!(error.contains(wanted), "{error}");
    }
}

#[test]
fn ranks_deviations_and_weighted_means_have_elasticsearchs_shapes() {
    let aggs = json!({
        "r": {"percentile_ranks": {"field": "n", "values": [3, 0.5]}},
        "l": {"percentile_ranks": {"field": "n", "values": [10], "keyed": false}},
        "d": {"median_absolute_deviation": {"field": "n"}},
        "w": {"weighted_avg": {"value": {"field": "n"}, "weight": {"field": "x"}}},
    });
    let mut quantiles = Quantiles::default();
    (1..=5).for_each(|number| quantiles.add(f64::from(number)));
    quantiles.add(100.0);
    let mut weighted = Weighted::default();
    weighted.add(1.0, 3.0);
    weighted.add(5.0, 1.0);
    let quantiles = || Partial::Quantiles(quantiles.clone());
    let part = vec![quantiles(), quantiles(), quantiles(), Partial::Weighted(weighted)];
    assert_eq!(
        answer(&aggs, vec![part]).unwrap().to_string(),
        r#"{"r":{"values":{"0.5":0.0,"3.0":50.0}},"l":{"values":[{"key":10.0,"value":83.33333333333334}]},"d":{"value":1.5},"w":{"value":2.0}}"#
    );
    assert_eq!(
        answer(&aggs, vec![]).unwrap().to_string(),
        r#"{"r":{"values":{"0.5":null,"3.0":null}},"l":{"values":[{"key":10.0,"value":null}]},"d":{"value":null},"w":{"value":null}}"#
    );
}

#[test]
fn each_bucket_says_how_far_its_count_may_be_off() {
    let aggs = json!({"t": {"terms": {"field": "tag", "show_term_doc_count_error": true}}});
    let part = |tag: &str, error: u64| {
        let Partial::Buckets(mut all) = buckets(vec![(text(tag), 5, vec![])]) else {
            panic!()
        };
        all.error = error;
        all.kept.values_mut().for_each(|bucket| bucket.sure = error);
        vec![Partial::Buckets(all)]
    };
    let answer = answer(&aggs, vec![part("a", 2), part("a", 3), part("b", 4)]).unwrap();
    assert_eq!(
        answer["t"].to_string(),
        concat!(
            r#"{"doc_count_error_upper_bound":9,"sum_other_doc_count":0,"buckets":["#,
            r#"{"key":"a","doc_count":10,"doc_count_error_upper_bound":4},"#,
            r#"{"key":"b","doc_count":5,"doc_count_error_upper_bound":5}]}"#
        )
    );
}

#[test]
fn the_best_documents_of_all_shards_are_merged_and_cut() {
    let hit = |id: &str, score: f32, n: i64| TopHit {
        origin: 0,
        hit: Hit {
            shard: Shard(0),
            score,
            key: shared::ids::document_key(id),
            id: id.to_owned(),
            sort: vec![SortValue::Long(n)],
            group: None,
            address: Address {
                generation: 0,
                segment: 0,
                document: 0,
            },
        },
    };
    let part = |hits: Vec<TopHit>| {
        let score_max = hits.iter().map(|hit| hit.hit.score).max_by(f32::total_cmp);
        vec![Partial::TopHits(TopHits {
            total: 10,
            score_max,
            hits,
        })]
    };
    let aggs = json!({"t": {"top_hits": {
        "from": 1, "size": 2, "sort": [{"n": "desc"}], "track_scores": true, "_source": false,
    }}});
    let parts = vec![
        part(vec![hit("a", 0.1, 9), hit("b", 2.5, 3)]),
        part(vec![hit("c", 1.0, 7), hit("d", 1.0, 1)]),
    ];
    assert_eq!(
        answer(&aggs, parts).unwrap()["t"].to_string(),
        concat!(
            r#"{"hits":{"total":{"value":20,"relation":"eq"},"max_score":2.5,"hits":["#,
            r#"{"_index":"index","_id":"c","_score":1.0,"sort":[7]},{"_index":"index","_id":"b","_score":2.5,"sort":[3]}]}}"#
        )
    );
    let empty = answer(&aggs, vec![]).unwrap();
    assert_eq!(
        empty["t"],
        json!({"hits": {"total": {"value": 0, "relation": "eq"}, "max_score": null, "hits": []}})
    );
}
