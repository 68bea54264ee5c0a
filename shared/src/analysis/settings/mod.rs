//! The analysis settings of an index: definitions by name, read whole, every unknown thing named.

mod analyzers;
mod char_filters;
mod filters;
mod options;
#[cfg(test)]
mod tests;
mod tokenizers;

pub(super) use analyzers::BUILT_IN;

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::char_filters::CharFilter;
use super::definition::Definition;
use super::error::{AnalysisError, Part};
use super::filters::Filter;
use super::table::Differences;
use super::tokenizers::Tokenizer;
use crate::limits;
use filters::Filtering;
use options::Options;

/// What a reference to a component is: a name, or a definition in its place.
type Reference<'a> = &'a Value;

/// Definitions that refer to each other by name.
pub(super) struct Book<'a> {
    sections: BTreeMap<&'static str, &'a Map<String, Value>>,
    differences: Differences,
}

impl<'a> Book<'a> {
    /// The sections of settings.
    pub(super) fn new(
        settings: &'a Map<String, Value>,
        differences: Differences,
    ) -> Result<Self, AnalysisError> {
        let mut sections = BTreeMap::new();
        for (key, value) in settings {
            let part = Part::ALL.iter().find(|part| part.name() == key);
            match (part, value) {
                (Some(part), Value::Object(definitions)) => {
                    if definitions.len() > limits::ANALYSIS_DEFINITIONS_MAX {
                        return Err(AnalysisError::Limit {
                            what: "definitions of one kind",
                            found: definitions.len(),
                            max: limits::ANALYSIS_DEFINITIONS_MAX,
                        });
                    }
                    sections.insert(part.name(), definitions);
                }
                _ => return Err(AnalysisError::Section(key.chars().take(64).collect())),
            }
        }
        Ok(Self {
            sections,
            differences,
        })
    }

    /// Every definition of a part.
    pub(super) fn all(&self, part: Part) -> impl Iterator<Item = (&'a String, &'a Value)> + use<'a> {
        self.sections.get(part.name()).copied().into_iter().flatten()
    }

    /// The definition of that name.
    fn get(&self, part: Part, name: &str) -> Option<&'a Value> {
        self.sections
            .get(part.name())
            .and_then(|section| section.get(name))
    }

    /// Reads everything that no analyzer uses too, so that nothing wrong is kept.
    pub(super) fn check(&self) -> Result<(), AnalysisError> {
        for (name, value) in self.all(Part::Tokenizer) {
            self.tokenizer(name, value)?;
        }
        for (name, value) in self.all(Part::CharFilter) {
            char_filter(name, value)?;
        }
        for (name, value) in self.all(Part::Filter) {
            self.filtering(name, value)?;
        }
        Ok(())
    }

    /// An analyzer as defined.
    pub(super) fn analyzer(&self, name: &str, value: &Value) -> Result<Definition, AnalysisError> {
        let mut options = Options::new(Part::Analyzer, name, value)?;
        match options.kind("custom")?.as_str() {
            "custom" => self.custom(options),
            kind => analyzers::of_type(kind, options),
        }
    }

    /// An analyzer of named or inline components, without a type.
    pub(super) fn assembled(&self, value: &Value) -> Result<Definition, AnalysisError> {
        self.custom(Options::new(Part::Analyzer, "_custom_", value)?)
    }

    fn custom(&self, mut options: Options<'_>) -> Result<Definition, AnalysisError> {
        let tokenizer = options.get("tokenizer");
        let tokenizer = tokenizer.ok_or_else(|| options.wrong("tokenizer", "an analyzer must have one"))?;
        let tokenizer = self.referred(Part::Tokenizer, tokenizer, Self::tokenizer)?;
        let char_filters = self.listed(&mut options, Part::CharFilter, |_, name, value| {
            char_filter(name, value)
        })?;
        let filters = self.listed(&mut options, Part::Filter, Self::filtering)?;
        // The gap between values is the same for all fields.
        if options.whole("position_increment_gap", 100, 0, 100)? != 100 {
            return Err(options.wrong("position_increment_gap", "offered is [100] only"));
        }
        options.finish()?;
        Self::chained(&options, char_filters, tokenizer, filters)
    }

    /// A normalizer as defined: one token stays one.
    pub(super) fn normalizer(&self, name: &str, value: &Value) -> Result<Definition, AnalysisError> {
        let mut options = Options::new(Part::Normalizer, name, value)?;
        let kind = options.kind("custom")?;
        if kind != "custom" {
            return Err(options.unknown_type(&kind, ["custom"].into_iter()));
        }
        let definition = self.normalizing(&mut options)?;
        options.finish()?;
        Ok(definition)
    }

    fn normalizing(&self, options: &mut Options<'_>) -> Result<Definition, AnalysisError> {
        let char_filters = self.listed(options, Part::CharFilter, |_, name, value| {
            char_filter(name, value)
        })?;
        let filters = self.listed(options, Part::Filter, Self::filtering)?;
        let definition = Self::chained(options, char_filters, Tokenizer::Keyword, filters)?;
        if definition.filters.iter().all(Filter::normalizes) {
            Ok(definition)
        } else {
            Err(options.wrong(
                "filter",
                "a normalizer may have only filters that change characters, such as [lowercase] and [asciifolding]",
            ))
        }
    }

    /// As [`Self::normalizer`], without a name.
    pub(super) fn assembled_normalizer(&self, value: &Value) -> Result<Definition, AnalysisError> {
        let mut options = Options::new(Part::Normalizer, "_custom_", value)?;
        let definition = self.normalizing(&mut options)?;
        options.finish()?;
        Ok(definition)
    }

    /// Puts filters after each other; the words of synonyms are made by those before.
    fn chained(
        options: &Options<'_>,
        char_filters: Vec<CharFilter>,
        tokenizer: Tokenizer,
        filterings: Vec<Filtering>,
    ) -> Result<Definition, AnalysisError> {
        let mut definition = Definition {
            char_filters,
            tokenizer,
            filters: Vec::new(),
        };
        for filtering in filterings {
            let filter = filtering
                .after(&definition)
                .map_err(|reason| options.wrong("filter", &reason))?;
            definition.filters.push(filter);
        }
        Ok(definition)
    }

    /// The components that a list names or holds.
    fn listed<T>(
        &self,
        options: &mut Options<'_>,
        part: Part,
        read: impl Fn(&Self, &str, &Value) -> Result<T, AnalysisError>,
    ) -> Result<Vec<T>, AnalysisError> {
        let list = match options.get(part.name()) {
            None => return Ok(Vec::new()),
            Some(Value::Array(list)) => list.as_slice(),
            Some(one) => std::slice::from_ref(one),
        };
        if list.len() > limits::ANALYSIS_CHAIN_MAX {
            return Err(AnalysisError::Limit {
                what: "filters in one chain",
                found: list.len(),
                max: limits::ANALYSIS_CHAIN_MAX,
            });
        }
        list.iter().map(|each| self.referred(part, each, &read)).collect()
    }

    /// A component by its name, or as it is defined in its place.
    fn referred<T>(
        &self,
        part: Part,
        reference: Reference<'_>,
        read: impl Fn(&Self, &str, &Value) -> Result<T, AnalysisError>,
    ) -> Result<T, AnalysisError> {
        let Value::String(name) = reference else {
            return read(self, "_anonymous_", reference);
        };
        if let Some(definition) = self.get(part, name) {
            return read(self, name, definition);
        }
        // What every index has is what its type makes without parameters.
        let bare = Value::Object(
            [("type".to_owned(), Value::from(name.as_str()))]
                .into_iter()
                .collect(),
        );
        read(self, name, &bare).map_err(|error| match error {
            AnalysisError::Type {
                part, name, offered, ..
            } => AnalysisError::NotFound { part, name, offered },
            other => other,
        })
    }

    fn tokenizer(&self, name: &str, value: &Value) -> Result<Tokenizer, AnalysisError> {
        tokenizers::read(Options::new(Part::Tokenizer, name, value)?, self.differences)
    }

    fn filtering(&self, name: &str, value: &Value) -> Result<Filtering, AnalysisError> {
        filters::read(Options::new(Part::Filter, name, value)?, self.differences)
    }
}

fn char_filter(name: &str, value: &Value) -> Result<CharFilter, AnalysisError> {
    char_filters::read(Options::new(Part::CharFilter, name, value)?)
}
