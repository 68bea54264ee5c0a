//! Metrics as Elasticsearch shows them.

use serde_json::{Map, Value, json};
use shared::aggregation::Stats;

use super::outcome::{metric, named};
use crate::dsl::aggregations::MetricKind;
use crate::resolve::aggregations::{Shown, java_text};

/// The parts of extended stats after those of the plain ones.
const EXTENDED: [&str; 8] = [
    "sum_of_squares",
    "variance",
    "variance_population",
    "variance_sampling",
    "std_deviation",
    "std_deviation_population",
    "std_deviation_sampling",
    "std_deviation_bounds",
];
/// The bounds of extended stats.
const BOUNDS: [&str; 6] = [
    "upper",
    "lower",
    "upper_population",
    "lower_population",
    "upper_sampling",
    "lower_sampling",
];

/// A simple metric.
pub(super) fn stats(
    into: &mut Map<String, Value>,
    stats: &Stats,
    kind: MetricKind,
    shown: &Shown,
    sigma: f64,
) {
    match kind {
        MetricKind::Stats | MetricKind::ExtendedStats => {}
        _ => return value(into, metric(stats, kind, None, sigma), shown),
    }
    into.insert("count".to_owned(), stats.count.into());
    for name in ["min", "max", "avg", "sum"] {
        into.insert(name.to_owned(), named(stats, name, sigma).into());
    }
    if kind == MetricKind::ExtendedStats {
        for name in EXTENDED {
            let value = if name == "std_deviation_bounds" {
                let bound = |name: &&str| ((*name).to_owned(), named(stats, name, sigma).into());
                Value::Object(BOUNDS.iter().map(bound).collect())
            } else {
                named(stats, name, sigma).into()
            };
            into.insert(name.to_owned(), value);
        }
    }
    for name in ["min", "max", "avg", "sum"] {
        if let Some(text) = named(stats, name, sigma)
            .filter(|_| stats.count > 0)
            .and_then(|number| shown.text(number))
        {
            into.insert(format!("{name}_as_string"), text.into());
        }
    }
}

/// `value`, and as text if it is shown so.
pub(super) fn value(into: &mut Map<String, Value>, number: Option<f64>, shown: &Shown) {
    into.insert("value".to_owned(), number.into());
    if let Some(text) = number.and_then(|number| shown.text(number)) {
        into.insert("value_as_string".to_owned(), text.into());
    }
}

/// Percentiles, by percent or as a list.
pub(super) fn percentiles(
    into: &mut Map<String, Value>,
    (percents, keyed): (&[f64], bool),
    numbers: &[Option<f64>],
    shown: &Shown,
) {
    let pairs = percents.iter().zip(numbers);
    if keyed {
        let mut values = Map::new();
        for (percent, number) in pairs {
            let key = java_text(*percent);
            let text = number.and_then(|number| shown.text(number));
            values.insert(key.clone(), (*number).into());
            if let Some(text) = text {
                values.insert(format!("{key}_as_string"), text.into());
            }
        }
        into.insert("values".to_owned(), values.into());
        return;
    }
    let one = |(percent, number): (&f64, &Option<f64>)| {
        let mut one = json!({"key": percent, "value": number});
        if let Some(text) = number.and_then(|number| shown.text(number)) {
            one["value_as_string"] = text.into();
        }
        one
    };
    into.insert("values".to_owned(), pairs.map(one).collect());
}
