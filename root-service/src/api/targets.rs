//! Which indexes a path means: names, `*` patterns, lists, exclusions, `_all`.

use shared::catalog::{Catalog, IndexMeta};
use shared::ids::check_index_name;

use crate::dsl::pattern::fits;
use crate::error::{ApiError, brief};

/// The index part of a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Targets {
    parts: Vec<String>,
}

impl Targets {
    /// Reads `a`, `a,b`, `a*,-ab`, `_all`, `*`.
    pub(super) fn parse(text: &str) -> Self {
        let parts = text
            .split(',')
            .map(str::trim)
            .filter(|part| !part.is_empty())
            .map(str::to_owned)
            .collect();
        Self { parts }
    }

    /// The indexes meant, by name, each once. A name that is not there is an error, a pattern without matches is not.
    pub(super) fn resolve<'a>(
        &self,
        catalog: &'a Catalog,
    ) -> Result<Vec<(&'a str, &'a IndexMeta)>, ApiError> {
        let mut chosen = std::collections::BTreeMap::new();
        for part in &self.parts {
            let pattern = if part == "_all" { "*" } else { part.as_str() };
            if let Some(excluded) = pattern.strip_prefix('-') {
                chosen.retain(|name: &&str, _| !fits(excluded, name));
            } else if pattern.contains('*') {
                let matching = catalog.indexes.iter().filter(|(name, _)| fits(pattern, name));
                chosen.extend(matching.map(|(name, meta)| (name.as_str(), meta)));
            } else {
                let (name, meta) = catalog
                    .indexes
                    .get_key_value(pattern)
                    .ok_or_else(|| not_found(pattern))?;
                chosen.insert(name.as_str(), meta);
            }
        }
        Ok(chosen.into_iter().collect())
    }
}

/// The only index that a path means, for calls that take one.
pub(super) fn one<'a>(text: &'a str, call: &str) -> Result<&'a str, ApiError> {
    if text.is_empty() || text == "_all" || text.contains([',', '*']) {
        return Err(ApiError::illegal(format!(
            "[{}] means several indexes; {call} takes the name of one index so far",
            brief(text)
        )));
    }
    Ok(text)
}

fn not_found(name: &str) -> ApiError {
    match check_index_name(name) {
        Err(error) => error.into(),
        Ok(()) => ApiError::IndexNotFound {
            index: name.to_owned(),
        },
    }
}

#[cfg(test)]
mod tests {
    use shared::ids::IndexUuid;
    use shared::mapping::Mapping;

    use super::*;

    fn names(text: &str) -> Result<Vec<String>, ApiError> {
        let meta = IndexMeta {
            uuid: IndexUuid(uuid::Uuid::nil()),
            shards: 1,
            text_slots: 8,
            refresh_interval_ms: None,
            created_ms: 0,
            mapping: Mapping::default(),
        };
        let catalog = Catalog {
            indexes: ["a", "ab", "b"]
                .map(|name| (name.to_owned(), meta.clone()))
                .into(),
            ..Catalog::default()
        };
        let resolved = Targets::parse(text).resolve(&catalog)?;
        Ok(resolved.into_iter().map(|(name, _)| name.to_owned()).collect())
    }

    #[test]
    fn names_patterns_and_exclusions_choose_each_index_once() {
        for (text, expected) in [
            ("a", vec!["a"]),
            ("b,a,b", vec!["a", "b"]),
            ("a*", vec!["a", "ab"]),
            ("_all", vec!["a", "ab", "b"]),
            ("*,-a*", vec!["b"]),
            ("x*", vec![]),
        ] {
            assert_eq!(names(text).unwrap(), expected, "{text}");
        }
        assert!(matches!(names("a,x"), Err(ApiError::IndexNotFound { index }) if index == "x"));
        assert!(matches!(names("_x"), Err(ApiError::IndexName { .. })));
    }

    #[test]
    fn calls_for_one_index_refuse_several() {
        assert_eq!(one("a", "a search").unwrap(), "a");
        for text in ["a,b", "a*", "_all", ""] {
            assert!(one(text, "a search").is_err(), "{text}");
        }
    }
}
