//! Changes of aliases: a list of actions takes effect as a whole, or not at all.

use shared::catalog::{Alias, AliasOf, Catalog};
use shared::ids::{IndexUuid, NameError, check_index_name};
use shared::limits;

use super::{App, Leniency, Targets};
use crate::catalogs::Change;
use crate::dsl::pattern::fits;
use crate::error::{ApiError, brief};

/// One change. Indexes are meant by their own names, not by aliases.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AliasAction {
    /// Lets aliases stand for indexes.
    Add {
        /// The indexes.
        indexes: Targets,
        /// The aliases.
        aliases: Vec<String>,
        /// How.
        of: AliasOf,
    },
    /// Takes indexes away from aliases.
    Remove {
        /// The indexes.
        indexes: Targets,
        /// The aliases, which may be patterns.
        aliases: Vec<String>,
        /// `true`: each must be there; `false`: none need be; unsaid: at least one must.
        must_exist: Option<bool>,
    },
    /// Deletes indexes, with their aliases; before all other actions.
    RemoveIndex {
        /// The indexes.
        indexes: Targets,
        /// Whether they must be there.
        must_exist: bool,
    },
}

/// What is deleted along with a change.
type Removed = Vec<(String, IndexUuid)>;

impl App {
    /// Makes changes to aliases, all at once.
    ///
    /// # Errors
    /// [`ApiError`] for what is not there or cannot be; then nothing has changed.
    pub async fn change_aliases(&self, actions: &[AliasAction]) -> Result<(), ApiError> {
        let change = |catalog: &mut Catalog| {
            let before = (catalog.aliases.clone(), catalog.indexes.len());
            let removed = apply(catalog, actions)?;
            Ok(if before == (catalog.aliases.clone(), catalog.indexes.len()) {
                Change::Keep(removed)
            } else {
                Change::Write(removed)
            })
        };
        let removed = self.parts.catalogs.change(change).await?;
        self.clear_logs(&removed).await;
        Ok(())
    }
}

fn apply(catalog: &mut Catalog, actions: &[AliasAction]) -> Result<Removed, ApiError> {
    let mut removed = Removed::new();
    for action in actions {
        if let AliasAction::RemoveIndex { indexes, must_exist } = action {
            for name in concrete(catalog, indexes, *must_exist)? {
                removed.extend(catalog.remove_index(&name).map(|meta| (name, meta.uuid)));
            }
        }
    }
    for action in actions {
        match action {
            AliasAction::RemoveIndex { .. } => {}
            AliasAction::Add { indexes, aliases, of } => {
                for index in concrete(catalog, indexes, true)? {
                    for alias in aliases {
                        check_alias_name(alias)?;
                        add_alias(catalog, alias, &index, *of)?;
                    }
                }
            }
            AliasAction::Remove {
                indexes,
                aliases,
                must_exist,
            } => remove(catalog, indexes, aliases, *must_exist)?,
        }
    }
    check_aliases(catalog)?;
    Ok(removed)
}

/// The indexes that an action means by name or pattern; a pattern must fit one.
fn concrete(catalog: &Catalog, indexes: &Targets, must_exist: bool) -> Result<Vec<String>, ApiError> {
    let leniency = Leniency {
        ignore_unavailable: !must_exist,
        allow_no_indices: !must_exist,
        aliases: false,
        ..Leniency::default()
    };
    let chosen = indexes.resolve(catalog, leniency)?;
    Ok(chosen.into_keys().map(str::to_owned).collect())
}

fn remove(
    catalog: &mut Catalog,
    indexes: &Targets,
    aliases: &[String],
    must_exist: Option<bool>,
) -> Result<(), ApiError> {
    let indexes = concrete(catalog, indexes, true)?;
    let mut any = false;
    for wanted in aliases {
        let pattern = if wanted == "_all" { "*" } else { wanted };
        let names: Vec<String> = catalog
            .aliases
            .keys()
            .filter(|alias| fits(pattern, alias))
            .cloned()
            .collect();
        let mut found = false;
        for alias in names {
            for index in &indexes {
                found |= catalog.remove_alias(&alias, index);
            }
        }
        if !found && must_exist == Some(true) {
            return Err(ApiError::AliasesMissing(brief(wanted)));
        }
        any |= found;
    }
    if any || must_exist == Some(false) {
        return Ok(());
    }
    Err(ApiError::AliasesMissing(brief(&aliases.join(","))))
}

/// Lets an alias stand for an index that is there.
pub(super) fn add_alias(
    catalog: &mut Catalog,
    alias: &str,
    index: &str,
    of: AliasOf,
) -> Result<(), ApiError> {
    if catalog.indexes.contains_key(alias) {
        return Err(ApiError::AliasName {
            alias: alias.to_owned(),
            reason: "an index or data stream exists with the same name as the alias".to_owned(),
        });
    }
    let indexes = catalog.aliases.entry(alias.to_owned()).or_default();
    indexes.insert(index.to_owned(), of);
    Ok(())
}

/// There are not too many, and each writes to one index at most; looked at after all actions, so that they can move it.
pub(super) fn check_aliases(catalog: &Catalog) -> Result<(), ApiError> {
    for (alias, indexes) in &catalog.aliases {
        let writes: Vec<&str> = indexes
            .iter()
            .filter(|(_, of)| of.is_write_index == Some(true))
            .map(|(index, _)| index.as_str())
            .collect();
        if writes.len() > 1 {
            return Err(ApiError::illegal(format!(
                "alias [{alias}] has more than one write index [{}]",
                writes.join(",")
            )));
        }
    }
    let pairs: usize = catalog.aliases.values().map(Alias::len).sum();
    if pairs > limits::ALIASES_MAX {
        return Err(ApiError::illegal(format!(
            "[{pairs}] aliases of indexes are more than the limit of [{}]",
            limits::ALIASES_MAX
        )));
    }
    Ok(())
}

/// Checks a name against the rules of index names, without the one on upper case, as Elasticsearch does.
pub(super) fn check_alias_name(name: &str) -> Result<(), ApiError> {
    check_index_name(&name.to_lowercase()).map_err(|error| ApiError::AliasName {
        alias: brief(name),
        reason: match error {
            NameError::Index { reason, .. } => reason.to_owned(),
            NameError::EmptyId | NameError::LongId { .. } => error.to_string(),
        },
    })
}
