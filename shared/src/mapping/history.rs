//! What a mapping was before it changed.
//!
//! A batch of the log is indexed under the mapping of the catalog version that it was written under, so that a replica that
//! reads the log from its beginning indexes the same as one that was there all the time: a field that is added or changed
//! holds for the documents that are written from then on.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::{Field, Mapping, MappingError};
use crate::limits;

/// A change of one field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// The first catalog version that has it.
    pub version: u64,
    /// The field.
    pub path: String,
    /// What it was before; `None` if it was not there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<Box<Field>>,
}

impl Mapping {
    /// Notes what has changed since `before`, with the catalog version that will have it.
    ///
    /// # Errors
    /// [`MappingError::Changes`] if fields were changed too often.
    pub fn remember(&mut self, before: &Self, version: u64) -> Result<(), MappingError> {
        for (path, field) in &self.fields {
            let there = before.fields.get(path);
            if there != Some(field) {
                self.history.push(Change {
                    version,
                    path: path.clone(),
                    before: there.cloned().map(Box::new),
                });
            }
        }
        let changed = self.history.iter().filter(|change| change.before.is_some());
        if changed.count() > limits::MAPPING_CHANGES_MAX {
            return Err(MappingError::Changes);
        }
        Ok(())
    }

    /// The mapping as it was at a catalog version, as far as the values of documents go.
    pub fn as_of(&self, version: u64) -> Cow<'_, Self> {
        let newer = self
            .history
            .iter()
            .rev()
            .take_while(|change| change.version > version);
        let mut then = Cow::Borrowed(self);
        for change in newer {
            let fields = &mut then.to_mut().fields;
            match &change.before {
                Some(before) => drop(fields.insert(change.path.clone(), Field::clone(before))),
                None => drop(fields.remove(&change.path)),
            }
        }
        then
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mapping::{FieldKind, Options, SubField};

    #[test]
    fn a_mapping_is_known_as_it_was_at_every_version() {
        let mut mapping = Mapping::default();
        let mut seen = vec![mapping.clone()];
        let mut change = |mapping: &mut Mapping, path: &str, field: Field| {
            let before = mapping.clone();
            mapping.fields.insert(path.to_owned(), field);
            mapping.remember(&before, seen.len() as u64).unwrap();
            seen.push(mapping.clone());
        };
        let long = Field::new(FieldKind::Long);
        change(&mut mapping, "a", long.clone());
        change(&mut mapping, "b", long.clone());
        let options = Options {
            copy_to: vec!["b".to_owned()],
            ..Options::default()
        };
        change(
            &mut mapping,
            "a",
            Field {
                options,
                ..long.clone()
            },
        );
        let fields = [("k".to_owned(), SubField::new(FieldKind::keyword()))].into();
        change(&mut mapping, "b", Field { fields, ..long });
        for (version, then) in (0..).zip(&seen) {
            assert_eq!(mapping.as_of(version).fields, then.fields, "{version}");
        }
        assert!(matches!(mapping.as_of(4), Cow::Borrowed(_)));
    }
}
