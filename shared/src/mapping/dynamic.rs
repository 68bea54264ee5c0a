//! What a field becomes that no mapping names: Elasticsearch's dynamic rules.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{DateFormats, Field, FieldKind, Mapping, Rounding, SubField};
use crate::analysis::Analyzer;

/// Longest keyword, in characters, of a dynamic string's `keyword` sub-field.
const IGNORE_ABOVE: u32 = 256;

/// The formats in which an unmapped string is taken for a date.
const DETECTED: &str = "strict_date_optional_time||yyyy/MM/dd HH:mm:ss||yyyy/MM/dd";

impl Mapping {
    /// The field for a value, or `None` where it tells nothing (null, an empty array, an object).
    pub fn infer(&self, value: &Value) -> Option<Field> {
        match value {
            Value::Null | Value::Object(_) => None,
            Value::Bool(_) => Some(Field::new(FieldKind::Boolean)),
            Value::Number(number) if number.is_f64() => Some(Field::new(FieldKind::Double)),
            Value::Number(_) => Some(Field::new(FieldKind::Long)),
            Value::String(text) => Some(self.infer_string(text)),
            Value::Array(values) => values.iter().find_map(|value| self.infer(value)),
        }
    }

    fn infer_string(&self, text: &str) -> Field {
        if self.rules.numeric_detection == Some(true) {
            if text.parse::<i64>().is_ok() {
                return Field::new(FieldKind::Long);
            }
            if text.parse::<f64>().is_ok_and(f64::is_finite) {
                return Field::new(FieldKind::Double);
            }
        }
        if self.rules.date_detection != Some(false)
            && let Some(formats) = self.detect_date(text)
        {
            return Field::new(FieldKind::Date { formats });
        }
        let keyword = FieldKind::Keyword {
            ignore_above: Some(IGNORE_ABOVE),
            normalizer: None,
            wildcard: false,
        };
        Field {
            fields: BTreeMap::from([("keyword".to_owned(), SubField::new(keyword))]),
            ..Field::new(self.text(None))
        }
    }

    /// Text by an analyzer, or by the one of fields that name none.
    pub(super) fn text(&self, analyzer: Option<Analyzer>) -> FieldKind {
        let analyzer = analyzer.unwrap_or_else(|| self.analysis.default_analyzer());
        let mut kind = FieldKind::text(analyzer);
        if let FieldKind::Text {
            analyzer,
            search_analyzer,
            ..
        } = &mut kind
        {
            let default = self.analysis.default_search_analyzer();
            *search_analyzer = default.filter(|by| by != analyzer);
        }
        kind
    }

    fn detect_date(&self, text: &str) -> Option<DateFormats> {
        let Some(asked) = &self.rules.date_formats else {
            return detect_usual_date(text);
        };
        let fits = |formats: &&DateFormats| formats.parse(text, Rounding::Down).is_ok();
        (text.len() <= 40).then(|| asked.iter().find(fits).cloned())?
    }
}

/// Only strings that start as a date with a separator can be dates: `2010` alone is text.
fn detect_usual_date(text: &str) -> Option<DateFormats> {
    let plausible = text.len() <= 40
        && text.as_bytes().first().is_some_and(u8::is_ascii_digit)
        && text.contains(['-', ':', '/']);
    if !plausible {
        return None;
    }
    let formats = DateFormats::try_from(DETECTED.to_owned()).expect("the detected formats are known ones");
    formats.parse(text, Rounding::Down).ok()?;
    if text.contains('/') {
        Some(formats)
    } else {
        Some(DateFormats::default())
    }
}
