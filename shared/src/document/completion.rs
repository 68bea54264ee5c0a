//! The inputs of a completion field, as terms: a text, an object with inputs and their weight, or a list of these.

use std::borrow::Cow;

use serde_json::Value;

use super::read::refuse;
use super::{DocumentError, FieldValue};
use crate::completion::{Input, paths};
use crate::limits;
use crate::mapping::{Completion, FieldKind};

/// The weight of an input that has none of its own.
const WEIGHT: u32 = 1;
/// The greatest weight, as in Elasticsearch.
const WEIGHT_MAX: u32 = i32::MAX.unsigned_abs();

/// Hands the terms of the inputs to `sink`.
pub(super) fn read<'a>(
    path: &str,
    kind: &FieldKind,
    of: &Completion,
    value: &'a Value,
    sink: &mut dyn FnMut(&str, FieldValue<'a>),
) -> Result<(), DocumentError> {
    let refused = |reason: &str| refuse(path, kind, value, reason);
    let inputs = inputs(value, &refused)?;
    if inputs.len() > limits::COMPLETION_INPUTS_MAX {
        return Err(refused(&format!(
            ". It has [{}] inputs, the limit is [{}]",
            inputs.len(),
            limits::COMPLETION_INPUTS_MAX
        )));
    }
    for (text, weight) in inputs {
        let text = cut(text, of.input_length_max);
        let mut found = paths(text, &of.analyzer, of.settings);
        if found.is_empty() {
            // Nothing completes to an input without words, but it is there.
            found.push(String::new());
        }
        for found in found {
            let input = Input {
                path: &found,
                weight,
                text,
            };
            let term = input.to_term();
            if term.len() > limits::KEYWORD_BYTES_MAX {
                return Err(DocumentError::ImmenseTerm {
                    path: path.to_owned(),
                });
            }
            sink(path, FieldValue::Keyword(Cow::Owned(term)));
        }
    }
    Ok(())
}

/// The inputs with their weights.
fn inputs<'a>(
    value: &'a Value,
    refused: &dyn Fn(&str) -> DocumentError,
) -> Result<Vec<(&'a str, u32)>, DocumentError> {
    let values = match value {
        Value::Array(values) => values.as_slice(),
        value => std::slice::from_ref(value),
    };
    let mut inputs: Vec<(&str, u32)> = Vec::new();
    for value in values {
        let (input, weight) = match value {
            Value::Null => continue,
            Value::Object(object) => {
                let known = |key: &&String| !matches!(key.as_str(), "input" | "weight");
                if let Some(key) = object.keys().find(known) {
                    let key: String = key.chars().take(64).collect();
                    return Err(refused(&format!(
                        ". unknown field name [{key}], must be one of [input, weight]"
                    )));
                }
                let weight = object.get("weight").map_or(Ok(WEIGHT), weight);
                let missing = || refused(". Expected [input] in an object");
                let input = object.get("input").ok_or_else(missing)?;
                (input, weight.map_err(|reason| refused(&reason))?)
            }
            value => (value, WEIGHT),
        };
        let texts = match input {
            Value::Array(texts) => texts.as_slice(),
            text => std::slice::from_ref(text),
        };
        for text in texts {
            let expected =
                || refused(". Expected a text, a list of texts, or objects with [input] and [weight]");
            let text = text.as_str().ok_or_else(expected)?;
            if let Some((at, c)) = Input::reserved(text) {
                let code = u32::from(c);
                return Err(refused(&format!(
                    ". UTF-16 codepoint [0x{code:x}] at position [{at}] is a reserved character"
                )));
            }
            inputs.push((text, weight));
        }
    }
    Ok(inputs)
}

/// A weight: a whole number, or one as text.
fn weight(value: &Value) -> Result<u32, String> {
    let number = match value {
        Value::Number(number) => number.as_i64(),
        Value::String(text) => text.parse().ok(),
        _ => None,
    };
    let shown: String = value.to_string().chars().take(64).collect();
    let number = number.ok_or_else(|| format!(". Weight must be an integer, but was [{shown}]"))?;
    u32::try_from(number)
        .ok()
        .filter(|weight| *weight <= WEIGHT_MAX)
        .ok_or_else(|| format!(". Weight must be in the interval [0..{WEIGHT_MAX}], but was [{number}]"))
}

/// The beginning of a text of at most so many UTF-16 units, in whole characters.
fn cut(text: &str, units_max: u32) -> &str {
    let mut units = 0;
    let past = text.char_indices().find(|(_, c)| {
        units += u32::from(c.len_utf16() == 2) + 1;
        units > units_max
    });
    past.map_or(text, |(at, _)| &text[..at])
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::analysis::Analyzer;

    fn terms(value: &Value) -> Result<Vec<String>, String> {
        let of = Completion {
            input_length_max: 8,
            ..Completion::new(Analyzer::standard())
        };
        let kind = FieldKind::Completion(of.clone());
        let mut terms = Vec::new();
        let mut sink = |_: &str, value: FieldValue<'_>| {
            if let FieldValue::Keyword(term) = value {
                let input = Input::of_term(&term).expect("a term");
                terms.push(format!("{}/{}/{}", input.path, input.weight, input.text));
            }
        };
        let read = read("s", &kind, &of, value, &mut sink);
        read.map(|()| terms).map_err(|error| error.to_string())
    }

    #[test]
    fn inputs_are_texts_lists_and_objects() {
        for (value, expected) in [
            (json!("New York"), vec!["new\u{1f}york/1/New York"]),
            (json!(["A", null, "B"]), vec!["a/1/A", "b/1/B"]),
            (json!({"input": "A", "weight": "7"}), vec!["a/7/A"]),
            (
                json!([{"input": ["A", "B"], "weight": 3}, "C"]),
                vec!["a/3/A", "b/3/B", "c/1/C"],
            ),
            (json!("four🐋🐋five"), vec!["four/1/four🐋🐋"]),
            (json!([" ", ""]), vec!["/1/ ", "/1/"]),
            (json!(null), vec![]),
        ] {
            assert_eq!(terms(&value).unwrap(), expected, "{value}");
        }
    }

    #[test]
    fn what_is_no_input_is_refused_by_name() {
        for (value, part) in [
            (json!(7), "Expected a text"),
            (json!({"weight": 1}), "[input]"),
            (json!({"input": "a", "contexts": {}}), "[contexts]"),
            (json!({"input": "a", "weight": -1}), "[0..2147483647]"),
            (json!({"input": "a", "weight": 1.5}), "integer"),
            (json!({"input": [["a"]]}), "Expected a text"),
            (json!("a\u{1f}b"), "[0x1f] at position [1]"),
            (json!(vec!["a"; 10_001]), "the limit is [10000]"),
        ] {
            let error = terms(&value).unwrap_err();
            assert!(error.contains(part), "{part}: {error}");
        }
    }
}
