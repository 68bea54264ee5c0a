//! Finished results as Elasticsearch shows them.

use serde_json::{Map, Value, json};
use shared::aggregation::Key;
use shared::mapping::coded::Code;

use super::outcome::{Bucket, List, Outcome};
use super::show_hits::top_hits;
use super::show_metrics::{percentiles, stats, value};
use crate::dsl::aggregations::{MetricKind, PipelineKind};
use crate::resolve::aggregations::{Node, Shown, What, java_text};

/// The results of a level, by name.
pub(super) fn level(nodes: &[Node], outcomes: &[Outcome]) -> Map<String, Value> {
    let mut all = Map::new();
    for (node, outcome) in nodes.iter().zip(outcomes) {
        if let Outcome::Nothing = outcome {
            continue;
        }
        let mut one = Map::new();
        if let Some(meta) = &node.meta {
            one.insert("meta".to_owned(), meta.clone().into());
        }
        show(&mut one, node, outcome);
        all.insert(node.name.clone(), one.into());
    }
    all
}

fn show(into: &mut Map<String, Value>, node: &Node, outcome: &Outcome) {
    match (outcome, &node.what) {
        (Outcome::Buckets(list), _) => buckets(into, node, list),
        (Outcome::Single(bucket), _) => contents(into, node, bucket),
        (Outcome::Stats(of), What::Metric { kind, shown, sigma }) => stats(into, of, *kind, shown, *sigma),
        (Outcome::Stats(of), What::Pipeline(pipeline)) => match pipeline.kind {
            PipelineKind::ExtendedStats { sigma } => {
                stats(into, of, MetricKind::ExtendedStats, &Shown::Plain, sigma);
            }
            _ => stats(into, of, MetricKind::Stats, &Shown::Plain, 0.0),
        },
        (Outcome::Stats(of), _) => stats(into, of, MetricKind::Stats, &Shown::Plain, 0.0),
        (Outcome::Best(best), What::TopHits(top)) => top_hits(into, top, best),
        (Outcome::Distinct(of), _) => drop(into.insert("value".to_owned(), of.count().into())),
        (Outcome::Slope(number, slope), _) => {
            value(into, *number, &Shown::Plain);
            if let Some(slope) = slope {
                into.insert("normalized_value".to_owned(), (*slope).into());
            }
        }
        (Outcome::Count(count), _) => drop(into.insert("value".to_owned(), (*count).into())),
        (
            Outcome::Percentiles(numbers),
            What::Percentiles {
                percents,
                ranks,
                keyed,
                shown,
            },
        ) => {
            let shown = if *ranks { &Shown::Plain } else { shown };
            percentiles(into, (percents, *keyed), numbers, shown);
        }
        (Outcome::Percentiles(numbers), What::Pipeline(pipeline)) => {
            if let PipelineKind::Percentiles { percents, keyed } = &pipeline.kind {
                percentiles(into, (percents, *keyed), numbers, &Shown::Plain);
            }
        }
        (Outcome::Number(number), _) => value(into, *number, &Shown::Plain),
        (Outcome::Extreme(number, keys), _) => {
            value(into, *number, &Shown::Plain);
            into.insert("keys".to_owned(), keys.clone().into());
        }
        (Outcome::Percentiles(_) | Outcome::Best(_) | Outcome::Nothing, _) => {}
    }
}

/// The documents of a bucket and what is inside.
fn contents(into: &mut Map<String, Value>, node: &Node, bucket: &Bucket) {
    into.insert("doc_count".to_owned(), bucket.count.into());
    into.extend(level(&node.inner, &bucket.inner));
}

fn buckets(into: &mut Map<String, Value>, node: &Node, list: &List) {
    match &node.what {
        What::Terms { .. } => {
            into.insert("doc_count_error_upper_bound".to_owned(), list.error.into());
            into.insert("sum_other_doc_count".to_owned(), list.others.into());
        }
        What::Composite { .. } => {
            if let Some(last) = list.buckets.last() {
                into.insert("after_key".to_owned(), composite_key(&node.what, &last.key));
            }
        }
        _ => {}
    }
    let keyed = match &node.what {
        What::Ranges { keyed, .. } => *keyed,
        What::Histogram { intervals, .. } | What::Dates { intervals, .. } => intervals.keyed,
        What::Filters { keys, .. } => keys.is_some(),
        _ => false,
    };
    let one = |bucket: &Bucket| {
        let mut one = Map::new();
        heading(&mut one, &node.what, &bucket.key, keyed);
        if let What::Terms {
            shows_error: true, ..
        } = &node.what
        {
            // The same key as that of the list; it is shown after the count.
            one.insert("doc_count".to_owned(), bucket.count.into());
            one.insert(
                "doc_count_error_upper_bound".to_owned(),
                error_of(list, bucket).into(),
            );
        }
        contents(&mut one, node, bucket);
        one
    };
    let shown: Value = if keyed {
        let pair = |bucket: &Bucket| (key_text(&node.what, &bucket.key), one(bucket).into());
        Value::Object(list.buckets.iter().map(pair).collect())
    } else {
        list.buckets
            .iter()
            .map(|bucket| Value::Object(one(bucket)))
            .collect()
    };
    into.insert("buckets".to_owned(), shown);
}

/// How far the count of a bucket may be off; -1 if that is not known.
fn error_of(list: &List, bucket: &Bucket) -> i64 {
    let sure = i64::try_from(bucket.sure).unwrap_or(i64::MAX);
    if list.error > 0 {
        (list.error - sure).max(0)
    } else {
        list.error
    }
}

/// What a bucket says of itself.
fn heading(into: &mut Map<String, Value>, what: &What, key: &Key, keyed: bool) {
    let mut put = |name: &str, value: Value| drop(into.insert(name.to_owned(), value));
    match (what, key) {
        (What::Terms { shown, multi, .. }, key) => {
            let parts = parts(key);
            let texts: Vec<Option<String>> = parts
                .iter()
                .zip(shown)
                .map(|(part, shown)| as_string(part, shown))
                .collect();
            if *multi {
                let shown = parts.iter().zip(shown);
                put(
                    "key",
                    shown.map(|(part, shown)| multi_part(part, shown)).collect(),
                );
                put("key_as_string", multi_text(parts, &texts).into());
            } else if let ([part], [text]) = (parts, texts.as_slice()) {
                let shown = shown.first().unwrap_or(&Shown::Plain);
                put("key", shown_key(part, shown));
                if let Some(text) = text.as_ref().filter(|_| *shown != Shown::Code(Code::Ip)) {
                    put("key_as_string", text.as_str().into());
                }
            }
        }
        (What::Composite { .. }, key) => put("key", composite_key(what, key)),
        (What::Histogram { interval, offset, .. }, Key::Long(nth)) => {
            put("key", beginning(*nth, *interval, *offset).into());
        }
        (What::Dates { shown, .. }, Key::Long(ms)) => {
            if let Some(text) = shown.text_of_whole(*ms) {
                put("key_as_string", text.into());
            }
            put("key", (*ms).into());
        }
        (What::Ranges { ranges, shown, .. }, Key::Nth(nth)) => {
            let Some(range) = ranges.iter().find(|range| range.nth == *nth) else {
                return;
            };
            if !keyed {
                put("key", range.key.as_str().into());
            }
            for (name, end) in [("from", range.from), ("to", range.to)] {
                let Some(end) = end else { continue };
                put(name, end.into());
                if let Some(text) = shown.text(end) {
                    put(&format!("{name}_as_string"), text.into());
                }
            }
        }
        _ => {}
    }
}

/// The key of a bucket as text: in objects by key, and where pipelines name buckets.
pub(super) fn key_text(what: &What, key: &Key) -> String {
    let unnamed = || plain(key).to_string();
    match (what, key) {
        (What::Histogram { interval, offset, .. }, Key::Long(nth)) => {
            java_text(beginning(*nth, *interval, *offset))
        }
        (What::Dates { shown, .. }, Key::Long(ms)) => shown.text_of_whole(*ms).unwrap_or_else(unnamed),
        (What::Ranges { ranges, .. }, Key::Nth(nth)) => {
            let range = ranges.iter().find(|range| range.nth == *nth);
            range.map_or_else(unnamed, |range| range.key.clone())
        }
        (What::Filters { keys: Some(keys), .. }, Key::Nth(nth)) => {
            keys.get(*nth as usize).cloned().unwrap_or_else(unnamed)
        }
        (What::Terms { shown, multi, .. }, key) => {
            let texts: Vec<Option<String>> = parts(key)
                .iter()
                .zip(shown)
                .map(|(part, shown)| as_string(part, shown))
                .collect();
            if *multi {
                multi_text(parts(key), &texts)
            } else {
                texts
                    .into_iter()
                    .next()
                    .flatten()
                    .unwrap_or_else(|| bare_text(key))
            }
        }
        _ => bare_text(key),
    }
}

fn parts(key: &Key) -> &[Key] {
    match key {
        Key::Tuple(parts) => parts,
        other => std::slice::from_ref(other),
    }
}

/// The number at which an interval begins.
fn beginning(nth: i64, interval: f64, offset: f64) -> f64 {
    nth as f64 * interval + offset
}

/// A key without a format.
fn plain(key: &Key) -> Value {
    match key {
        Key::Null | Key::NullLast => Value::Null,
        Key::Nth(nth) => (*nth).into(),
        Key::Boolean(truth) => u8::from(*truth).into(),
        Key::Long(number) => (*number).into(),
        Key::Double(number) => number.get().into(),
        Key::Str(text) => text.as_str().into(),
        Key::Tuple(parts) => parts.iter().map(plain).collect(),
    }
}

/// A key without a format, and as what it stands for.
fn shown_key(key: &Key, shown: &Shown) -> Value {
    match key {
        Key::Str(text) => shown.decoded(text),
        other => plain(other),
    }
}

fn bare_text(key: &Key) -> String {
    match key {
        Key::Str(text) => text.clone(),
        Key::Double(number) => java_text(number.get()),
        other => plain(other).to_string(),
    }
}

fn as_string(key: &Key, shown: &Shown) -> Option<String> {
    match key {
        Key::Boolean(truth) => Some(truth.to_string()),
        Key::Long(number) => shown.text_of_whole(*number),
        Key::Double(number) => shown.text(number.get()),
        Key::Str(text) => match shown {
            Shown::Code(code) => Some(match code.decoded(text) {
                Value::String(text) => text,
                other => other.to_string(),
            }),
            Shown::Plain | Shown::Boolean | Shown::Date(_) => None,
        },
        Key::Null | Key::NullLast | Key::Nth(_) | Key::Tuple(_) => None,
    }
}

/// A part of a combination: dates and truth values as text.
fn multi_part(key: &Key, shown: &Shown) -> Value {
    match key {
        Key::Boolean(truth) => (*truth).into(),
        Key::Str(_) => shown_key(key, shown),
        _ => as_string(key, shown).map_or_else(|| plain(key), Value::from),
    }
}

fn multi_text(parts: &[Key], texts: &[Option<String>]) -> String {
    let text = |(part, text): (&Key, &Option<String>)| text.clone().unwrap_or_else(|| bare_text(part));
    let all: Vec<String> = parts.iter().zip(texts).map(text).collect();
    all.join("|")
}

fn composite_key(what: &What, key: &Key) -> Value {
    let What::Composite { sources, .. } = what else {
        return json!({});
    };
    let mut shown = Map::new();
    for (source, part) in sources.iter().zip(parts(key)) {
        let value = match (part, source.interval) {
            (Key::Long(nth), Some(interval)) => beginning(*nth, interval, 0.0).into(),
            (Key::Boolean(truth), _) => (*truth).into(),
            (part, _) if source.shown.is_asked_format() => multi_part(part, &source.shown),
            (part, _) => shown_key(part, &source.shown),
        };
        shown.insert(source.name.clone(), value);
    }
    shown.into()
}
