//! What a field becomes that no mapping names: Elasticsearch's dynamic rules.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{DateFormats, Field, FieldKind, Rounding};
use crate::analysis::Analyzer;

/// Longest keyword, in characters, of a dynamic string's `keyword` sub-field.
const IGNORE_ABOVE: u32 = 256;

/// The formats in which an unmapped string is taken for a date.
const DETECTED: &str = "strict_date_optional_time||yyyy/MM/dd HH:mm:ss||yyyy/MM/dd";

/// The field for a value, or `None` where it tells nothing (null, an empty array, an object).
pub fn infer(value: &Value) -> Option<Field> {
    match value {
        Value::Null | Value::Object(_) => None,
        Value::Bool(_) => Some(Field::new(FieldKind::Boolean)),
        Value::Number(number) if number.is_f64() => Some(Field::new(FieldKind::Double)),
        Value::Number(_) => Some(Field::new(FieldKind::Long)),
        Value::String(text) => Some(infer_string(text)),
        Value::Array(values) => values.iter().find_map(infer),
    }
}

fn infer_string(text: &str) -> Field {
    if let Some(formats) = detect_date(text) {
        return Field::new(FieldKind::Date { formats });
    }
    let keyword = FieldKind::Keyword {
        ignore_above: Some(IGNORE_ABOVE),
    };
    Field {
        kind: FieldKind::text(Analyzer::standard()),
        fields: BTreeMap::from([("keyword".to_owned(), keyword)]),
    }
}

/// Only strings that start as a date with a separator can be dates: `2010` alone is text.
fn detect_date(text: &str) -> Option<DateFormats> {
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
