//! Metrics, shown to the letter.

use serde_json::{Value, json};
use shared::aggregation::{Distinct, Partial, Quantiles};

use super::tests::{answer, stats};

#[test]
fn metrics_have_elasticsearchs_shapes() {
    let aggs = json!({
        "a": {"min": {"field": "n"}}, "b": {"avg": {"field": "day"}}, "c": {"value_count": {"field": "tag"}},
        "d": {"stats": {"field": "n"}}, "e": {"stats": {"field": "n"}}, "f": {"sum": {"field": "n"}},
        "g": {"cardinality": {"field": "tag"}}, "h": {"max": {"field": "flag"}}, "i": {"avg": {"field": "n"}},
    });
    let mut distinct = Distinct::default();
    distinct.add(1, 10);
    let part = vec![
        stats(&[3.0, 1.0]),
        stats(&[0.0, 86_400_000.0]),
        Partial::Count(4),
        stats(&[3.0, 1.0]),
        stats(&[]),
        stats(&[]),
        Partial::Distinct(distinct),
        stats(&[1.0]),
        stats(&[]),
    ];
    assert_eq!(
        answer(&aggs, vec![part]).unwrap().to_string(),
        concat!(
            r#"{"a":{"value":1.0},"b":{"value":43200000.0,"value_as_string":"1970-01-01T12:00:00.000Z"},"c":{"value":4},"#,
            r#""d":{"count":2,"min":1.0,"max":3.0,"avg":2.0,"sum":4.0},"#,
            r#""e":{"count":0,"min":null,"max":null,"avg":null,"sum":0.0},"f":{"value":0.0},"g":{"value":1},"#,
            r#""h":{"value":1.0,"value_as_string":"true"},"i":{"value":null}}"#
        )
    );
}

#[test]
fn extended_stats_have_all_their_parts() {
    let aggs = json!({"e": {"extended_stats": {"field": "n", "sigma": 1}}});
    let full = answer(&aggs, vec![vec![stats(&[1.0, 3.0])]]).unwrap();
    assert_eq!(
        full["e"].to_string(),
        concat!(
            r#"{"count":2,"min":1.0,"max":3.0,"avg":2.0,"sum":4.0,"sum_of_squares":10.0,"variance":1.0,"#,
            r#""variance_population":1.0,"variance_sampling":2.0,"std_deviation":1.0,"std_deviation_population":1.0,"#,
            r#""std_deviation_sampling":1.4142135623730951,"std_deviation_bounds":{"upper":3.0,"lower":1.0,"#,
            r#""upper_population":3.0,"lower_population":1.0,"upper_sampling":3.414213562373095,"#,
            r#""lower_sampling":0.5857864376269049}}"#
        )
    );
    let empty = answer(&aggs, vec![]).unwrap();
    assert_eq!(empty["e"]["variance"], Value::Null);
    assert_eq!(empty["e"]["std_deviation_bounds"]["upper"], Value::Null);
}

#[test]
fn percentiles_come_by_percent_or_as_a_list() {
    let mut quantiles = Quantiles::default();
    (1..=5).for_each(|number| quantiles.add(f64::from(number)));
    let part = vec![vec![Partial::Quantiles(quantiles)]];
    let aggs =
        |keyed: bool| json!({"p": {"percentiles": {"field": "n", "percents": [50, 99.9], "keyed": keyed}}});
    assert_eq!(
        answer(&aggs(true), part.clone()).unwrap()["p"].to_string(),
        r#"{"values":{"50.0":3.0,"99.9":4.996}}"#
    );
    assert_eq!(
        answer(&aggs(false), part).unwrap()["p"],
        json!({"values": [{"key": 50.0, "value": 3.0}, {"key": 99.9, "value": 4.996}]})
    );
}
