//! The type of a field or sub-field with its parameters, as clients write them.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::parse::{brief, unknown, value_error};
use super::{Completion, DateFormats, FieldKind, IndexOptions, Kept, MappingError, Options, Parsed};
use crate::aggregation::Real;
use crate::analysis::Analyzer;
use crate::limits;

/// Parameters that change neither what is found nor how it ranks here.
const HARMLESS: [&str; 6] = [
    "store",
    "eager_global_ordinals",
    "fielddata",
    "index_phrases",
    "index_prefixes",
    "term_vector",
];

/// Parameters of numbers that are read more or less strictly.
const COERCED: [&str; 2] = ["coerce", "ignore_malformed"];

impl Parsed {
    pub(super) fn typed(
        &mut self,
        path: &str,
        definition: &Map<String, Value>,
    ) -> Result<(FieldKind, Options), MappingError> {
        let name = definition.get("type").and_then(Value::as_str).unwrap_or("");
        let mut kind = self.kind(path, name, definition)?;
        let mut options = Options::default();
        for (key, value) in definition {
            if matches!(key.as_str(), "type" | "fields" | "scaling_factor" | "analyzer") {
                continue;
            }
            let known =
                self.set(&mut kind, path, key, value)? || set_option(&mut options, &kind, path, key, value)?;
            if known || is_default(&kind, key, value) {
                continue;
            }
            if !HARMLESS.contains(&key.as_str()) || key == "fielddata" {
                return Err(unknown(path, name, key));
            }
            self.warnings
                .push(format!("mapping parameter [{key}] of field [{path}] is ignored"));
        }
        check_null_value(path, &kind, &options)?;
        Ok((kind, options))
    }

    /// The type, with the parameters that decide about others.
    fn kind(
        &self,
        path: &str,
        name: &str,
        definition: &Map<String, Value>,
    ) -> Result<FieldKind, MappingError> {
        let kind = match name {
            "text" => {
                let named = definition.get("analyzer");
                let named = named.map(|name| self.analyzer(path, "analyzer", name));
                self.mapping.text(named.transpose()?)
            }
            "keyword" | "wildcard" => FieldKind::Keyword {
                ignore_above: None,
                normalizer: None,
                wildcard: name == "wildcard",
            },
            "byte" => FieldKind::Byte,
            "short" => FieldKind::Short,
            "integer" => FieldKind::Integer,
            "long" => FieldKind::Long,
            "unsigned_long" => FieldKind::UnsignedLong,
            "half_float" => FieldKind::HalfFloat,
            "float" => FieldKind::Float,
            "double" => FieldKind::Double,
            "scaled_float" => FieldKind::ScaledFloat {
                scaling_factor: scaling_factor(path, definition.get("scaling_factor"))?,
            },
            "boolean" => FieldKind::Boolean,
            "date" => FieldKind::Date {
                formats: DateFormats::default(),
            },
            "ip" => FieldKind::Ip,
            "completion" => FieldKind::Completion(Completion::new(match definition.get("analyzer") {
                Some(name) => self.analyzer(path, "analyzer", name)?,
                None => self.analyzer(path, "analyzer", &Value::from("simple"))?,
            })),
            _ => {
                return Err(MappingError::UnknownType {
                    path: path.to_owned(),
                    kind: name.chars().take(64).collect(),
                });
            }
        };
        for (key, of) in [
            ("analyzer", ["text", "completion"]),
            ("scaling_factor", ["scaled_float"; 2]),
        ] {
            if !of.contains(&name) && definition.contains_key(key) {
                return Err(unknown(path, name, key));
            }
        }
        Ok(kind)
    }

    /// Sets a parameter of the type; false if it has no such parameter.
    fn set(&self, kind: &mut FieldKind, path: &str, key: &str, value: &Value) -> Result<bool, MappingError> {
        match (kind, key) {
            (
                FieldKind::Text {
                    analyzer,
                    search_analyzer,
                    ..
                },
                "search_analyzer",
            ) => {
                let by = self.analyzer(path, key, value)?;
                *search_analyzer = (by != *analyzer).then_some(by);
            }
            (FieldKind::Completion(of), _) => return self.set_completion(of, path, key, value),
            (FieldKind::Text { layout, .. }, "norms") => {
                layout.without_norms = !expect_truth(path, key, value)?;
            }
            (FieldKind::Text { layout, .. }, "index_options") => {
                layout.index_options = match value.as_str() {
                    Some("docs") => IndexOptions::Docs,
                    Some("freqs") => IndexOptions::Freqs,
                    Some("positions") => IndexOptions::Positions,
                    Some("offsets") => IndexOptions::Offsets,
                    _ => {
                        let offered = "offered are [docs], [freqs], [positions] and [offsets]";
                        return Err(value_error(path, key, offered));
                    }
                };
            }
            (FieldKind::Text { position_gap, .. }, "position_increment_gap") => {
                let gap = value.as_u64().and_then(|gap| u32::try_from(gap).ok());
                let gap = gap.filter(|gap| *gap <= limits::POSITION_GAP_MAX);
                let expected = format!("expected a number from [0] to [{}]", limits::POSITION_GAP_MAX);
                let gap = gap.ok_or_else(|| value_error(path, key, &expected))?;
                *position_gap = (gap != super::TextLayout::GAP).then_some(gap);
            }
            (FieldKind::Keyword { ignore_above, .. }, "ignore_above") => {
                let limit = value.as_u64().and_then(|limit| u32::try_from(limit).ok());
                *ignore_above =
                    Some(limit.ok_or_else(|| value_error(path, key, "expected a number of characters"))?);
            }
            (
                FieldKind::Keyword {
                    normalizer,
                    wildcard: false,
                    ..
                },
                "normalizer",
            ) => *normalizer = Some(self.normalizer(path, key, value)?),
            (FieldKind::Date { formats }, "format") => {
                let text = value
                    .as_str()
                    .ok_or_else(|| value_error(path, key, "expected a string"))?;
                *formats = DateFormats::try_from(text.to_owned())
                    .map_err(|error| value_error(path, key, &error.to_string()))?;
            }
            _ => return Ok(false),
        }
        Ok(true)
    }

    /// The analyzer of a name.
    pub(super) fn analyzer(&self, path: &str, key: &str, name: &Value) -> Result<Analyzer, MappingError> {
        let analysis = &self.mapping.analysis;
        name.as_str()
            .and_then(|name| analysis.analyzer(name))
            .ok_or_else(|| {
                let built_in = Analyzer::built_in().iter().map(Analyzer::name);
                let offered: Vec<&str> = analysis.analyzer_names().chain(built_in).collect();
                let offered = offered.join(", ");
                let reason = format!(
                    "analyzer [{}] has not been configured; offered are {offered}",
                    brief(name)
                );
                value_error(path, key, &reason)
            })
    }

    /// The normalizer of a name.
    fn normalizer(&self, path: &str, key: &str, name: &Value) -> Result<Analyzer, MappingError> {
        let normalizer = name
            .as_str()
            .and_then(|name| self.mapping.analysis.normalizer(name));
        let reason = || format!("normalizer [{}] not found for field [{path}]", brief(name));
        normalizer.ok_or_else(|| value_error(path, key, &reason()))
    }
}

/// Sets what fields of several types have; false if this one has not.
fn set_option(
    options: &mut Options,
    kind: &FieldKind,
    path: &str,
    key: &str,
    value: &Value,
) -> Result<bool, MappingError> {
    let worded = kind.kept() == Kept::Words;
    let numeric = kind.is_number() || *kind == FieldKind::UnsignedLong;
    let wildcard = matches!(kind, FieldKind::Keyword { wildcard: true, .. });
    match key {
        "copy_to" => options.copy_to = copies(path, value)?,
        "meta" => options.meta = notes(path, value)?,
        "index" if !wildcard => options.not_indexed = !expect_truth(path, key, value)?,
        "doc_values" if !worded && !wildcard => options.no_doc_values = !expect_truth(path, key, value)?,
        "null_value" if !worded => options.null_value = Some(value.clone()).filter(|value| !value.is_null()),
        "coerce" if numeric && *kind != FieldKind::UnsignedLong => {
            options.strict_numbers = !expect_truth(path, key, value)?;
        }
        "ignore_malformed" if numeric || !kind.is_worded() => {
            options.ignore_malformed = expect_truth(path, key, value)?;
        }
        _ => return Ok(false),
    }
    Ok(true)
}

fn copies(path: &str, value: &Value) -> Result<Vec<String>, MappingError> {
    let expected = || {
        value_error(
            path,
            "copy_to",
            "expected the name of a field, or a list of names",
        )
    };
    let name = |value: &Value| value.as_str().map(str::to_owned).ok_or_else(expected);
    let mut targets: Vec<String> = match value {
        Value::Array(values) => values.iter().map(name).collect::<Result<_, _>>()?,
        value => vec![name(value)?],
    };
    if targets.len() > limits::COPY_TARGETS_MAX {
        let reason = format!(
            "it names [{}] fields, the limit is [{}]",
            targets.len(),
            limits::COPY_TARGETS_MAX
        );
        return Err(value_error(path, "copy_to", &reason));
    }
    let mut seen = std::collections::BTreeSet::new();
    targets.retain(|target| seen.insert(target.clone()));
    Ok(targets)
}

fn notes(path: &str, value: &Value) -> Result<BTreeMap<String, String>, MappingError> {
    let reason = "expected at most 5 names of at most 20 characters with texts of at most 50";
    let expected = || value_error(path, "meta", reason);
    let Value::Object(notes) = value else {
        return Err(expected());
    };
    if notes.len() > 5 {
        return Err(expected());
    }
    let note = |(name, text): (&String, &Value)| {
        let text = text.as_str().filter(|text| text.chars().count() <= 50)?;
        (name.chars().count() <= 20).then(|| (name.clone(), text.to_owned()))
    };
    notes.iter().map(|pair| note(pair).ok_or_else(expected)).collect()
}

fn scaling_factor(path: &str, value: Option<&Value>) -> Result<Real, MappingError> {
    let factor = value
        .and_then(Value::as_f64)
        .filter(|factor| *factor > 0.0 && factor.is_finite());
    let reason = "Field [scaling_factor] is required, and must be a positive number";
    factor
        .map(Real::new)
        .ok_or_else(|| value_error(path, "scaling_factor", reason))
}

/// What stands for null must be a value of the field.
fn check_null_value(path: &str, kind: &FieldKind, options: &Options) -> Result<(), MappingError> {
    let Some(value) = &options.null_value else {
        return Ok(());
    };
    let usual = Options::default();
    match crate::document::read(path, kind, &usual, value) {
        Ok(_) if !value.is_object() && !value.is_array() => Ok(()),
        Ok(_) => Err(value_error(path, "null_value", "expected a value of the field")),
        Err(error) => Err(value_error(path, "null_value", &error.to_string())),
    }
}

fn expect_truth(path: &str, key: &str, value: &Value) -> Result<bool, MappingError> {
    truth(value).ok_or_else(|| value_error(path, key, "expected [true] or [false]"))
}

/// A truth value, or one as text.
pub(super) fn truth(value: &Value) -> Option<bool> {
    value.as_bool().or_else(|| value.as_str()?.parse().ok())
}

/// Whether a parameter merely states what is the case anyway.
fn is_default(kind: &FieldKind, key: &str, value: &Value) -> bool {
    let exact = kind.kept() != Kept::Words;
    match key {
        "norms" => exact && truth(value) == Some(false),
        "index_options" => exact && value.as_str() == Some("docs"),
        "similarity" => value.as_str() == Some("BM25"),
        "fielddata" | "split_queries_on_whitespace" | "eager_global_ordinals" => truth(value) == Some(false),
        "null_value" => value.is_null(),
        "term_vector" => value.as_str() == Some("no"),
        "locale" => matches!(kind, FieldKind::Date { .. }) && value.as_str() == Some("ROOT"),
        _ => COERCED.contains(&key) && truth(value) == Some(key == "coerce"),
    }
}
