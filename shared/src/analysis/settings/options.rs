//! The parameters of one definition: each is taken once, and what is left is unknown.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::super::error::{AnalysisError, Part};
use crate::limits;

/// Parameters that are still to be taken.
pub(super) struct Options<'a> {
    part: Part,
    name: &'a str,
    parameters: &'a Map<String, Value>,
    taken: BTreeSet<&'static str>,
}

impl<'a> Options<'a> {
    pub(super) fn new(part: Part, name: &'a str, value: &'a Value) -> Result<Self, AnalysisError> {
        let Value::Object(parameters) = value else {
            return Err(AnalysisError::Value {
                part,
                name: shortened(name),
                parameter: "definition".to_owned(),
                reason: "expected an object".to_owned(),
            });
        };
        if name.is_empty() || name.len() > limits::ANALYSIS_NAME_BYTES_MAX {
            return Err(AnalysisError::Value {
                part,
                name: shortened(name),
                parameter: "name".to_owned(),
                reason: format!(
                    "it is empty, or longer than [{}] bytes",
                    limits::ANALYSIS_NAME_BYTES_MAX
                ),
            });
        }
        Ok(Self {
            part,
            name,
            parameters,
            taken: BTreeSet::new(),
        })
    }

    /// A parameter, if it is given and not null.
    pub(super) fn get(&mut self, parameter: &'static str) -> Option<&'a Value> {
        self.taken.insert(parameter);
        self.parameters.get(parameter).filter(|value| !value.is_null())
    }

    /// The type, lower-cased; by default that one.
    pub(super) fn kind(&mut self, default: &str) -> Result<String, AnalysisError> {
        match self.get("type") {
            None => Ok(default.to_owned()),
            Some(Value::String(kind)) => Ok(kind.clone()),
            Some(_) => Err(self.wrong("type", "expected a string")),
        }
    }

    /// The type, which has no default.
    pub(super) fn required_kind(&mut self) -> Result<String, AnalysisError> {
        match self.kind("")? {
            kind if kind.is_empty() => Err(self.wrong("type", "it is missing")),
            kind => Ok(kind),
        }
    }

    /// A string.
    pub(super) fn text(&mut self, parameter: &'static str) -> Result<Option<&'a str>, AnalysisError> {
        match self.get(parameter) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_) => Err(self.wrong(parameter, "expected a string")),
        }
    }

    /// One character.
    pub(super) fn character(
        &mut self,
        parameter: &'static str,
        default: char,
    ) -> Result<char, AnalysisError> {
        let Some(text) = self.text(parameter)? else {
            return Ok(default);
        };
        let mut characters = text.chars();
        match (characters.next(), characters.next()) {
            (Some(only), None) => Ok(only),
            _ => Err(self.wrong(parameter, "expected one character")),
        }
    }

    /// A truth value, or one as text.
    pub(super) fn truth(&mut self, parameter: &'static str, default: bool) -> Result<bool, AnalysisError> {
        match self.get(parameter) {
            None => Ok(default),
            Some(Value::Bool(truth)) => Ok(*truth),
            Some(Value::String(text)) if text == "true" => Ok(true),
            Some(Value::String(text)) if text == "false" => Ok(false),
            Some(_) => Err(self.wrong(parameter, "expected [true] or [false]")),
        }
    }

    /// A whole number, or one as text, between two limits.
    pub(super) fn whole(
        &mut self,
        parameter: &'static str,
        default: usize,
        min: usize,
        max: usize,
    ) -> Result<usize, AnalysisError> {
        let number = match self.get(parameter) {
            None => return Ok(default),
            Some(Value::Number(number)) => number.as_u64(),
            Some(Value::String(text)) => text.parse().ok(),
            Some(_) => None,
        };
        number
            .and_then(|number| usize::try_from(number).ok())
            .filter(|number| (min..=max).contains(number))
            .ok_or_else(|| {
                self.wrong(
                    parameter,
                    &format!("expected a whole number from [{min}] to [{max}]"),
                )
            })
    }

    /// Strings, or one with commas between.
    pub(super) fn list(&mut self, parameter: &'static str) -> Result<Option<Vec<&'a str>>, AnalysisError> {
        let list: Option<Vec<&str>> = match self.get(parameter) {
            None => return Ok(None),
            Some(Value::String(text)) => Some(
                text.split(',')
                    .map(str::trim)
                    .filter(|each| !each.is_empty())
                    .collect(),
            ),
            Some(Value::Array(list)) => list.iter().map(Value::as_str).collect(),
            Some(_) => None,
        };
        let list = list.ok_or_else(|| self.wrong(parameter, "expected a list of strings"))?;
        if list.len() > limits::ANALYSIS_LIST_MAX {
            let reason = format!(
                "it has [{}] entries, the limit is [{}]",
                list.len(),
                limits::ANALYSIS_LIST_MAX
            );
            return Err(self.wrong(parameter, &reason));
        }
        Ok(Some(list))
    }

    /// As [`Self::list`], each as a string of its own, none if it is not given.
    pub(super) fn words(&mut self, parameter: &'static str) -> Result<Vec<String>, AnalysisError> {
        let list = self.list(parameter)?.unwrap_or_default();
        Ok(list.into_iter().map(str::to_owned).collect())
    }

    /// Refuses what was not taken.
    pub(super) fn finish(&self) -> Result<(), AnalysisError> {
        let known = |key: &str| self.taken.contains(key);
        match self.parameters.keys().find(|key| !known(key)) {
            None => Ok(()),
            Some(unknown) => Err(AnalysisError::Parameter {
                part: self.part,
                name: shortened(self.name),
                parameter: shortened(unknown),
            }),
        }
    }

    /// A parameter with a value that it cannot have.
    pub(super) fn wrong(&self, parameter: &str, reason: &str) -> AnalysisError {
        AnalysisError::Value {
            part: self.part,
            name: shortened(self.name),
            parameter: parameter.to_owned(),
            reason: reason.to_owned(),
        }
    }

    /// A type that is not offered.
    pub(super) fn unknown_type<'b>(
        &self,
        kind: &str,
        offered: impl Iterator<Item = &'b str>,
    ) -> AnalysisError {
        AnalysisError::Type {
            part: self.part,
            name: shortened(self.name),
            kind: shortened(kind),
            offered: offered.collect::<Vec<_>>().join(", "),
        }
    }
}

fn shortened(text: &str) -> String {
    text.chars().take(64).collect()
}
