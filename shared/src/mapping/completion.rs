//! Fields of inputs that texts are completed to.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::parameters::truth;
use super::parse::{unknown, value_error};
use super::{MappingError, Parsed};
use crate::analysis::Analyzer;
use crate::completion::Settings;
use crate::limits;

/// How the inputs of a field are kept and looked up.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Completion {
    /// What cuts inputs into words.
    pub analyzer: Analyzer,
    /// What cuts the texts of requests, if not likewise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub search_analyzer: Option<Analyzer>,
    /// What is kept of the words.
    pub settings: Settings,
    /// Longer inputs are cut, in UTF-16 units.
    pub input_length_max: u32,
}

/// `max_input_length` of a field that does not say.
pub(super) const INPUT_LENGTH: u32 = 50;

impl Completion {
    /// Inputs cut by this analyzer.
    pub fn new(analyzer: Analyzer) -> Self {
        Self {
            analyzer,
            search_analyzer: None,
            settings: Settings::default(),
            input_length_max: INPUT_LENGTH,
        }
    }

    /// What cuts the texts of requests.
    pub fn search_analyzer(&self) -> &Analyzer {
        self.search_analyzer.as_ref().unwrap_or(&self.analyzer)
    }

    /// The parameters as clients read them, all of them.
    pub(super) fn parameters(&self) -> Map<String, Value> {
        let Settings {
            preserve_separators,
            preserve_position_increments,
        } = self.settings;
        let mut shown = Map::new();
        shown.insert("analyzer".to_owned(), self.analyzer.name().into());
        if let Some(analyzer) = &self.search_analyzer {
            shown.insert("search_analyzer".to_owned(), analyzer.name().into());
        }
        shown.insert("preserve_separators".to_owned(), preserve_separators.into());
        shown.insert(
            "preserve_position_increments".to_owned(),
            preserve_position_increments.into(),
        );
        shown.insert("max_input_length".to_owned(), self.input_length_max.into());
        shown
    }
}

impl Parsed {
    /// Sets a parameter of a completion field; false if it is one that other types have too.
    pub(super) fn set_completion(
        &self,
        of: &mut Completion,
        path: &str,
        key: &str,
        value: &Value,
    ) -> Result<bool, MappingError> {
        let switch = || truth(value).ok_or_else(|| value_error(path, key, "expected [true] or [false]"));
        match key {
            "search_analyzer" => {
                let by = self.analyzer(path, key, value)?;
                of.search_analyzer = (by != of.analyzer).then_some(by);
            }
            "preserve_separators" => of.settings.preserve_separators = switch()?,
            "preserve_position_increments" => of.settings.preserve_position_increments = switch()?,
            "max_input_length" => {
                let max = limits::COMPLETION_INPUT_LENGTH_MAX;
                let given = value.as_u64().and_then(|given| u32::try_from(given).ok());
                let expected = format!("expected a number from [1] to [{max}]");
                of.input_length_max = given
                    .filter(|given| (1..=max).contains(given))
                    .ok_or_else(|| value_error(path, key, &expected))?;
            }
            "copy_to" | "meta" | "store" => return Ok(false),
            _ => return Err(unknown(path, "completion", key)),
        }
        Ok(true)
    }
}
