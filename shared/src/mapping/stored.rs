//! Mappings as the catalog keeps them: fields name their analyzers, which are looked up among the index's own when they are
//! read.

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{Field, FieldKind, Mapping};
use crate::analysis::{Analysis, Analyzer};

impl Serialize for Mapping {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        // The inherent function, which serde derives.
        Self::serialize(self, serializer)
    }
}

impl<'de> Deserialize<'de> for Mapping {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut mapping = Self::deserialize(deserializer)?;
        let Mapping {
            fields,
            history,
            analysis,
            ..
        } = &mut mapping;
        let before = history
            .iter_mut()
            .filter_map(|change| change.before.as_deref_mut());
        for field in fields.values_mut().chain(before) {
            resolve(field, analysis)
                .map_err(|name| D::Error::custom(format!("the index has no analyzer [{name}]")))?;
        }
        Ok(mapping)
    }
}

/// Puts the analyzers themselves in the place of their names.
///
/// # Errors
/// The name that the index does not have.
fn resolve(field: &mut Field, analysis: &Analysis) -> Result<(), String> {
    let subs = field.fields.values_mut().map(|sub| &mut sub.kind);
    for kind in std::iter::once(&mut field.kind).chain(subs) {
        match kind {
            FieldKind::Text {
                analyzer,
                search_analyzer,
                ..
            } => {
                for named in std::iter::once(analyzer).chain(search_analyzer) {
                    found(named, Analysis::analyzer, analysis)?;
                }
            }
            FieldKind::Completion(of) => {
                for named in std::iter::once(&mut of.analyzer).chain(&mut of.search_analyzer) {
                    found(named, Analysis::analyzer, analysis)?;
                }
            }
            FieldKind::Keyword {
                normalizer: Some(named),
                ..
            } => found(named, Analysis::normalizer, analysis)?,
            _ => {}
        }
    }
    Ok(())
}

fn found(
    named: &mut Analyzer,
    find: impl Fn(&Analysis, &str) -> Option<Analyzer>,
    analysis: &Analysis,
) -> Result<(), String> {
    *named = find(analysis, named.name()).ok_or_else(|| named.name().to_owned())?;
    Ok(())
}
