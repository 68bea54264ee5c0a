//! Aliases: other names for indexes, changed with the catalog and so all at once.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Catalog, IndexMeta};

/// The indexes that an alias stands for, by name; at least one, and at most one of them is its write index.
pub type Alias = BTreeMap<String, AliasOf>;

/// What is decided about an alias of one index.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AliasOf {
    /// Whether writes through the alias go to this index; unsaid, they do if it is the only one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub is_write_index: Option<bool>,
}

/// Why a name is of no use to a call that needs one index.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotOne {
    /// Nothing has that name.
    #[error("no such index [{0}]")]
    Absent(String),
    /// An alias of several indexes, where one is read from.
    #[error(
        "alias [{alias}] has more than one index associated with it [{indexes}], can't execute a single index op"
    )]
    Several {
        /// The alias.
        alias: String,
        /// Its indexes.
        indexes: String,
    },
    /// An alias that says of none of its indexes that writes go there.
    #[error(
        "no write index is defined for alias [{0}]. The write index may be explicitly disabled using \
         is_write_index=false or the alias points to multiple indices without one being designated as a write index"
    )]
    NoWriteIndex(String),
}

impl Catalog {
    /// The indexes that a name stands for: itself, or those of the alias; none if it is not there.
    pub fn named<'a>(&'a self, name: &str) -> Vec<(&'a str, &'a IndexMeta)> {
        if let Some((name, meta)) = self.indexes.get_key_value(name) {
            return vec![(name, meta)];
        }
        let Some(alias) = self.aliases.get(name) else {
            return Vec::new();
        };
        let index = |name: &String| {
            let (name, meta) = self.indexes.get_key_value(name)?;
            Some((name.as_str(), meta))
        };
        alias.keys().filter_map(index).collect()
    }

    /// The only index that a name stands for.
    ///
    /// # Errors
    /// [`NotOne`].
    pub fn only(&self, name: &str) -> Result<(&str, &IndexMeta), NotOne> {
        match self.named(name).as_slice() {
            [] => Err(NotOne::Absent(name.to_owned())),
            [only] => Ok(*only),
            several => {
                let names: Vec<&str> = several.iter().map(|(name, _)| *name).collect();
                Err(NotOne::Several {
                    alias: name.to_owned(),
                    indexes: names.join(", "),
                })
            }
        }
    }

    /// The index that writes to a name go to.
    ///
    /// # Errors
    /// [`NotOne`].
    pub fn write_index(&self, name: &str) -> Result<&str, NotOne> {
        if let Some((name, _)) = self.indexes.get_key_value(name) {
            return Ok(name);
        }
        let alias = self
            .aliases
            .get(name)
            .ok_or_else(|| NotOne::Absent(name.to_owned()))?;
        let only = alias.len() == 1;
        alias
            .iter()
            .find(|(_, of)| of.is_write_index.unwrap_or(only))
            .map(|(index, _)| index.as_str())
            .ok_or_else(|| NotOne::NoWriteIndex(name.to_owned()))
    }

    /// The aliases of an index, by name.
    pub fn aliases_of(&self, index: &str) -> impl Iterator<Item = (&str, AliasOf)> {
        self.aliases
            .iter()
            .filter_map(move |(alias, indexes)| Some((alias.as_str(), *indexes.get(index)?)))
    }

    /// Takes an index away from an alias, and the alias away with its last index; whether it was there.
    pub fn remove_alias(&mut self, alias: &str, index: &str) -> bool {
        let Some(indexes) = self.aliases.get_mut(alias) else {
            return false;
        };
        let there = indexes.remove(index).is_some();
        if indexes.is_empty() {
            self.aliases.remove(alias);
        }
        there
    }

    /// Removes an index with its aliases.
    pub fn remove_index(&mut self, name: &str) -> Option<IndexMeta> {
        let meta = self.indexes.remove(name)?;
        self.aliases.retain(|_, indexes| {
            indexes.remove(name);
            !indexes.is_empty()
        });
        Some(meta)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::IndexUuid;
    use crate::mapping::Mapping;

    fn catalog() -> Catalog {
        let meta = IndexMeta {
            uuid: IndexUuid(uuid::Uuid::nil()),
            shards: 1,
            text_slots: 8,
            refresh_interval_ms: None,
            created_ms: 0,
            mapping: Mapping::default(),
        };
        let of = |is_write_index| AliasOf { is_write_index };
        let alias = |of: &[(&str, AliasOf)]| of.iter().map(|(name, of)| ((*name).to_owned(), *of)).collect();
        Catalog {
            indexes: ["a", "b"].map(|name| (name.to_owned(), meta.clone())).into(),
            aliases: [
                ("one".to_owned(), alias(&[("a", of(None))])),
                ("read".to_owned(), alias(&[("a", of(Some(false)))])),
                ("many".to_owned(), alias(&[("a", of(None)), ("b", of(None))])),
                (
                    "roll".to_owned(),
                    alias(&[("a", of(None)), ("b", of(Some(true)))]),
                ),
            ]
            .into(),
            ..Catalog::default()
        }
    }

    #[test]
    fn writes_go_to_the_write_index_or_the_only_one() {
        let catalog = catalog();
        assert_eq!(catalog.write_index("a"), Ok("a"));
        assert_eq!(catalog.write_index("one"), Ok("a"));
        assert_eq!(catalog.write_index("roll"), Ok("b"));
        for name in ["many", "read"] {
            let refused = Err(NotOne::NoWriteIndex(name.to_owned()));
            assert_eq!(catalog.write_index(name), refused);
        }
        assert_eq!(catalog.write_index("x"), Err(NotOne::Absent("x".to_owned())));
        assert_eq!(catalog.only("read").unwrap().0, "a");
        assert!(matches!(catalog.only("roll"), Err(NotOne::Several { .. })));
    }

    #[test]
    fn an_index_takes_its_aliases_with_it() {
        let mut catalog = catalog();
        assert!(catalog.remove_index("a").is_some());
        assert_eq!(catalog.aliases.keys().collect::<Vec<_>>(), ["many", "roll"]);
        assert_eq!(catalog.named("many").len(), 1);
        assert!(catalog.remove_alias("many", "b") && !catalog.remove_alias("many", "b"));
        assert!(!catalog.aliases.contains_key("many"));
    }
}
