//! The analyzers that an index defines for itself.

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Map, Value};

use super::error::{AnalysisError, Part};
use super::settings::Book;
use super::{Analyzer, Definition};
use crate::limits;

/// How far the sizes of one definition may differ; settings of the index.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Differences {
    /// Of n-grams (`index.max_ngram_diff`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_ngram_diff: Option<u32>,
    /// Of shingles (`index.max_shingle_diff`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_shingle_diff: Option<u32>,
}

impl Differences {
    pub(super) fn ngram(self) -> u32 {
        self.max_ngram_diff.unwrap_or(1)
    }

    pub(super) fn shingle(self) -> u32 {
        self.max_shingle_diff.unwrap_or(3)
    }
}

/// The analyzers and normalizers of an index, with the settings that define them. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Analysis(Option<Arc<Table>>);

#[derive(Debug)]
struct Table {
    stored: Stored,
    analyzers: BTreeMap<String, Analyzer>,
    normalizers: BTreeMap<String, Analyzer>,
}

/// The settings as the catalog keeps them; what they define is made of them again.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Stored {
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    settings: Map<String, Value>,
    #[serde(flatten)]
    differences: Differences,
}

impl Analysis {
    /// Reads the object under `settings.analysis`.
    ///
    /// # Errors
    /// [`AnalysisError`] names the definition and what is wrong with it.
    pub fn new(settings: Map<String, Value>, differences: Differences) -> Result<Self, AnalysisError> {
        if settings.is_empty() && differences == Differences::default() {
            return Ok(Self(None));
        }
        let bytes = serde_json::to_string(&settings).map_or(usize::MAX, |text| text.len());
        if bytes > limits::ANALYSIS_BYTES_MAX {
            return Err(AnalysisError::Limit {
                what: "bytes",
                found: bytes,
                max: limits::ANALYSIS_BYTES_MAX,
            });
        }
        let book = Book::new(&settings, differences)?;
        book.check()?;
        let mut analyzers = BTreeMap::new();
        for (name, value) in book.all(Part::Analyzer) {
            analyzers.insert(name.clone(), Analyzer::defined(name, book.analyzer(name, value)?));
        }
        let mut normalizers = BTreeMap::new();
        for (name, value) in book.all(Part::Normalizer) {
            normalizers.insert(
                name.clone(),
                Analyzer::defined(name, book.normalizer(name, value)?),
            );
        }
        Ok(Self(Some(Arc::new(Table {
            stored: Stored {
                settings,
                differences,
            },
            analyzers,
            normalizers,
        }))))
    }

    /// Whether the index defines nothing.
    pub fn is_empty(&self) -> bool {
        self.0.is_none()
    }

    /// The analyzer of that name: the index's own, or one that every index has.
    pub fn analyzer(&self, name: &str) -> Option<Analyzer> {
        let own = self.0.as_ref().and_then(|table| table.analyzers.get(name));
        own.cloned().or_else(|| Analyzer::by_name(name))
    }

    /// The normalizer of that name: the index's own, or `lowercase`.
    pub fn normalizer(&self, name: &str) -> Option<Analyzer> {
        let own = self.0.as_ref().and_then(|table| table.normalizers.get(name));
        own.cloned()
            .or_else(|| (name == "lowercase").then(Self::lowercase))
    }

    /// The names of the index's own analyzers.
    pub fn analyzer_names(&self) -> impl Iterator<Item = &str> {
        self.0
            .iter()
            .flat_map(|table| table.analyzers.keys().map(String::as_str))
    }

    /// The analyzer of text fields that name none: the one called `default`, or `standard`.
    pub fn default_analyzer(&self) -> Analyzer {
        self.analyzer("default").unwrap_or_default()
    }

    /// The analyzer of queries on text fields that name none: the one called `default_search`, if there is one.
    pub fn default_search_analyzer(&self) -> Option<Analyzer> {
        self.analyzer("default_search")
    }

    /// An analyzer of components that are named or defined in their places, as `_analyze` takes them.
    ///
    /// # Errors
    /// As [`Self::new`].
    pub fn assembled(&self, components: &Value) -> Result<Analyzer, AnalysisError> {
        let definition = self.book()?.assembled(components)?;
        Ok(Analyzer::defined("_custom_", definition))
    }

    /// As [`Self::assembled`], a normalizer.
    ///
    /// # Errors
    /// As [`Self::new`].
    pub fn assembled_normalizer(&self, components: &Value) -> Result<Analyzer, AnalysisError> {
        let definition = self.book()?.assembled_normalizer(components)?;
        Ok(Analyzer::defined("_custom_", definition))
    }

    /// An analyzer as defined.
    pub(super) fn define(&self, name: &str, definition: &Value) -> Result<Analyzer, AnalysisError> {
        Ok(Analyzer::defined(name, self.book()?.analyzer(name, definition)?))
    }

    /// What was written under `settings.analysis`.
    pub fn settings(&self) -> Option<&Map<String, Value>> {
        let settings = self.0.as_ref().map(|table| &table.stored.settings);
        settings.filter(|settings| !settings.is_empty())
    }

    /// How far sizes may differ.
    pub fn differences(&self) -> Differences {
        self.0
            .as_ref()
            .map_or(Differences::default(), |table| table.stored.differences)
    }

    fn book(&self) -> Result<Book<'_>, AnalysisError> {
        static NOTHING: LazyLock<Map<String, Value>> = LazyLock::new(Map::new);
        Book::new(self.settings().unwrap_or(&NOTHING), self.differences())
    }

    fn lowercase() -> Analyzer {
        static LOWERCASE: LazyLock<Analyzer> =
            LazyLock::new(|| Analyzer::defined("lowercase", Definition::lowercase()));
        LOWERCASE.clone()
    }
}

impl PartialEq for Analysis {
    fn eq(&self, other: &Self) -> bool {
        match (&self.0, &other.0) {
            (None, None) => true,
            (Some(a), Some(b)) => Arc::ptr_eq(a, b) || a.stored == b.stored,
            _ => false,
        }
    }
}

impl Eq for Analysis {}

impl Serialize for Analysis {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match &self.0 {
            Some(table) => table.stored.serialize(serializer),
            None => Stored::default().serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for Analysis {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let stored = Stored::deserialize(deserializer)?;
        Self::new(stored.settings, stored.differences).map_err(D::Error::custom)
    }
}
