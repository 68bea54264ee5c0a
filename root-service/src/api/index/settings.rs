//! Index settings: read from the forms that clients write them in, and shown again.

use serde_json::{Map, Value, json};
use shared::analysis::Differences;
use shared::catalog::IndexMeta;
use shared::limits;

use super::{analysis, carried};
use crate::api::params::parse_duration;
use crate::api::settings::{flatten, interval, value_text};
use crate::app::{IndexSpec, REFRESH_INTERVAL_MS};
use crate::error::{ApiError, brief};

/// Settings as read, with what was understood and ignored.
#[derive(Clone, Debug, Default)]
pub(super) struct Settings {
    /// What goes into the new index; its mapping has analyzers, and no fields yet.
    pub(super) spec: IndexSpec,
    /// How far the sizes of n-grams and shingles may differ.
    differences: Differences,
    /// One sentence for each setting that was ignored.
    pub(super) warnings: Vec<String>,
}

impl Settings {
    /// Reads the object under `settings`: nested or dotted, with or without `index.`.
    pub(super) fn parse(settings: &Map<String, Value>) -> Result<Self, ApiError> {
        let mut parsed = Self::default();
        let (rest, definitions) = analysis::take(settings)?;
        for (name, value) in flatten(&rest)? {
            parsed.set(&name, value)?;
        }
        parsed.spec.mapping.analysis = analysis::read(definitions, parsed.differences)?;
        Ok(parsed)
    }

    fn set(&mut self, name: &str, value: &Value) -> Result<(), ApiError> {
        match name.strip_prefix("index.").unwrap_or(name) {
            "number_of_shards" => {
                let shards = whole(name, value, 1, u64::from(limits::SHARDS_MAX))?;
                self.spec.shards = u32::try_from(shards).ok();
            }
            "number_of_replicas" => {
                whole(name, value, 0, u64::from(u32::MAX))?;
                self.warnings.push(
                    "setting [index.number_of_replicas] is ignored: replicas belong to leaves and serve every index"
                        .to_owned(),
                );
            }
            "refresh_interval" if value.is_null() => self.spec.refresh_interval_ms = None,
            "refresh_interval" => self.spec.refresh_interval_ms = Some(refresh_interval(name, value)?),
            "mapping.text_fields.limit" => {
                let slots = whole(name, value, 1, u64::from(limits::TEXT_SLOTS_MAX))?;
                self.spec.text_slots = u16::try_from(slots).ok();
            }
            "max_ngram_diff" => {
                let max = whole(name, value, 0, u64::from(limits::GRAM_DIFFERENCE_MAX))?;
                self.differences.max_ngram_diff = u32::try_from(max).ok();
            }
            "max_shingle_diff" => {
                let max = whole(name, value, 0, limits::SHINGLE_WORDS_MAX as u64)?;
                self.differences.max_shingle_diff = u32::try_from(max).ok();
            }
            short => {
                if let Some(warning) = carried::warning(short, value)? {
                    self.warnings.push(warning);
                    return Ok(());
                }
                return Err(ApiError::illegal(format!(
                    "unknown setting [index.{}]; offered are [index.number_of_shards], [index.number_of_replicas] (ignored), \
                     [index.refresh_interval], [index.mapping.text_fields.limit], [index.analysis], [index.max_ngram_diff], \
                     [index.max_shingle_diff], and settings of storage, allocation and limits that Elasticsearch has (ignored)",
                    brief(short)
                )));
            }
        }
        Ok(())
    }
}

/// A whole number, or one as text, between two limits.
pub(super) fn whole(name: &str, value: &Value, min: u64, max: u64) -> Result<u64, ApiError> {
    let number = match value {
        Value::Number(number) => number.as_u64(),
        Value::String(text) => text.parse().ok(),
        _ => None,
    };
    number
        .filter(|number| (min..=max).contains(number))
        .ok_or_else(|| {
            ApiError::illegal(format!(
                "Failed to parse value [{}] for setting [{}]: must be a whole number from [{min}] to [{max}]",
                brief(&value_text(value)),
                brief(name)
            ))
        })
}

/// `1s`; `-1` is only on request.
fn refresh_interval(name: &str, value: &Value) -> Result<Option<u64>, ApiError> {
    const MS_MIN: u64 = 50;
    const MS_MAX: u64 = 24 * 60 * 60 * 1_000;
    let text = value_text(value);
    if text == "-1" {
        return Ok(None);
    }
    let ms = parse_duration(&text)
        .and_then(|interval| u64::try_from(interval.as_millis()).ok())
        .filter(|ms| (MS_MIN..=MS_MAX).contains(ms));
    let ms = ms.ok_or_else(|| {
        ApiError::illegal(format!(
            "failed to parse setting [{}] with value [{}] as a time value: expected [-1], or a whole number and a unit \
             such as [1s], from [50ms] to [24h]",
            brief(name),
            brief(&text)
        ))
    })?;
    Ok(Some(ms))
}

/// How often the replicas commit under these settings.
pub(super) fn dynamic_interval(spec: &IndexSpec) -> Option<u64> {
    spec.refresh_interval_ms.unwrap_or(Some(REFRESH_INTERVAL_MS))
}

/// Settings as clients read them: every value is text, as in Elasticsearch.
pub(super) fn show(name: &str, meta: &IndexMeta, replicas: usize, flat: bool) -> Value {
    let refresh = meta.refresh_interval_ms.map_or_else(|| "-1".to_owned(), interval);
    let values = [
        ("refresh_interval", refresh),
        ("number_of_shards", meta.shards.to_string()),
        ("provided_name", name.to_owned()),
        ("creation_date", meta.created_ms.to_string()),
        ("number_of_replicas", replicas.to_string()),
        ("uuid", meta.uuid.to_string()),
    ];
    let mut index: Map<String, Value> = values
        .into_iter()
        .map(|(key, value)| (key.to_owned(), value.into()))
        .collect();
    let differences = meta.mapping.analysis.differences();
    for (key, max) in [
        ("max_ngram_diff", differences.max_ngram_diff),
        ("max_shingle_diff", differences.max_shingle_diff),
    ] {
        if let Some(max) = max {
            index.insert(key.to_owned(), max.to_string().into());
        }
    }
    if let Some(analysis) = analysis::shown(&meta.mapping.analysis) {
        index.insert("analysis".to_owned(), analysis);
    }
    let slots = meta.text_slots.to_string();
    index.insert("mapping".to_owned(), json!({"text_fields": {"limit": slots}}));
    let nested: Map<String, Value> = [("index".to_owned(), index.into())].into_iter().collect();
    if !flat {
        return Value::Object(nested);
    }
    let dotted = flatten(&nested).map(|flat| {
        let owned = flat.into_iter().map(|(key, value)| (key, value.clone()));
        Value::Object(owned.collect())
    });
    dotted.unwrap_or(Value::Object(nested))
}

#[cfg(test)]
#[path = "settings_tests.rs"]
mod tests;
