//! Indexes as they are made, grown and deleted.

use serde_json::{Map, Value};
use shared::catalog::{Catalog, IndexMeta};
use shared::deadline::Deadline;
use shared::ids::{self, IndexUuid};
use shared::mapping::Parsed;
use shared::store;

use super::aliases::{add_alias, check_alias_name, check_aliases};
use super::index_spec::new_meta;
use super::{App, IndexSpec, Leniency, Targets};
use crate::catalogs::Change;
use crate::error::ApiError;

impl App {
    /// Creates an index. True if every shard has a ready replica before the deadline.
    ///
    /// # Errors
    /// [`ApiError`] if the name cannot be or is taken, or a limit is passed.
    pub async fn create_index(
        &self,
        name: &str,
        spec: IndexSpec,
        deadline: Deadline,
    ) -> Result<bool, ApiError> {
        ids::check_index_name(name)?;
        let leaves = self.parts.members.leaf_count();
        let meta = new_meta(&spec, leaves)?;
        for alias in spec.aliases.keys() {
            check_alias_name(alias)?;
        }
        self.parts
            .catalogs
            .change(|catalog| {
                if let Some(there) = catalog.indexes.get(name) {
                    let (index, uuid) = (name.to_owned(), there.uuid.to_string());
                    return Err(ApiError::IndexExists { index, uuid });
                }
                if catalog.aliases.contains_key(name) {
                    return Err(ApiError::IndexName {
                        index: name.to_owned(),
                        reason: format!("Invalid index name [{name}], already exists as alias"),
                    });
                }
                catalog.indexes.insert(name.to_owned(), meta.clone());
                for (alias, of) in &spec.aliases {
                    add_alias(catalog, alias, name, *of)?;
                }
                check_aliases(catalog)?;
                Ok(Change::Write(()))
            })
            .await?;
        tracing::info!(index = name, shards = meta.shards, "index created");
        Ok(self.ready(&meta, deadline).await)
    }

    /// Deletes indexes with all their documents, all or none.
    ///
    /// # Errors
    /// [`ApiError::IndexNotFound`], or a failure of the store.
    pub async fn delete_indexes(&self, targets: &Targets, leniency: Leniency) -> Result<(), ApiError> {
        let remove = |catalog: &mut Catalog| {
            let chosen = targets.resolve(catalog, leniency)?;
            let names: Vec<String> = chosen.into_keys().map(str::to_owned).collect();
            let removed: Vec<(String, IndexUuid)> = names
                .into_iter()
                .filter_map(|name| {
                    let meta = catalog.remove_index(&name)?;
                    Some((name, meta.uuid))
                })
                .collect();
            Ok(if removed.is_empty() {
                Change::Keep(removed)
            } else {
                Change::Write(removed)
            })
        };
        let removed = self.parts.catalogs.change(remove).await?;
        self.clear_logs(&removed).await;
        Ok(())
    }

    /// Frees the space of indexes that are deleted.
    pub(super) async fn clear_logs(&self, removed: &[(String, IndexUuid)]) {
        for (index, uuid) in removed {
            // The catalog has decided; what is left behind in the store is only space.
            if let Err(error) = store::delete_below(&self.parts.store, &store::index_prefix(*uuid)).await {
                tracing::warn!(%error, index, "the deleted index's log is still in the store");
            }
            tracing::info!(index, "index deleted");
        }
    }

    /// Adds fields to the mappings of indexes, all or none. They may name the analyzers of each index.
    ///
    /// # Errors
    /// [`ApiError`] for a field that is there as something else, or past a limit.
    pub async fn add_fields(
        &self,
        targets: &Targets,
        leniency: Leniency,
        mappings: &Map<String, Value>,
    ) -> Result<(), ApiError> {
        self.change_indexes(targets, leniency, |meta| {
            let parsed = Parsed::with_analysis(mappings, &meta.mapping.analysis)?;
            Ok(meta.mapping.merge(&parsed.mapping, meta.text_slots)?)
        })
        .await
    }

    /// Changes how often the replicas of indexes commit; `None` is only on request.
    ///
    /// # Errors
    /// [`ApiError`] for indexes that are not there, or a failure of the store.
    pub async fn change_refresh_interval(
        &self,
        targets: &Targets,
        leniency: Leniency,
        interval_ms: Option<u64>,
    ) -> Result<(), ApiError> {
        let change = |meta: &mut IndexMeta| {
            meta.refresh_interval_ms = interval_ms;
            Ok(())
        };
        self.change_indexes(targets, leniency, change).await
    }

    async fn change_indexes(
        &self,
        targets: &Targets,
        leniency: Leniency,
        change: impl Fn(&mut IndexMeta) -> Result<(), ApiError>,
    ) -> Result<(), ApiError> {
        self.parts
            .catalogs
            .change(|catalog| {
                let chosen = targets.resolve(catalog, leniency)?;
                let names: Vec<String> = chosen.into_keys().map(str::to_owned).collect();
                let mut changed = false;
                let next = catalog.version + 1;
                for name in names {
                    let Some(meta) = catalog.indexes.get_mut(&name) else {
                        continue;
                    };
                    let before = meta.clone();
                    change(meta)?;
                    meta.mapping.remember(&before.mapping, next)?;
                    changed |= *meta != before;
                }
                Ok(if changed {
                    Change::Write(())
                } else {
                    Change::Keep(())
                })
            })
            .await
    }

    /// Waits until some replica reports each shard ready.
    async fn ready(&self, meta: &IndexMeta, deadline: Deadline) -> bool {
        let members = self.parts.members.clone();
        let serves = move |shard: u32| {
            members
                .replicas()
                .any(|replica| replica.serves(meta.uuid, ids::Shard(shard)))
        };
        self.wait_until(deadline, |_| (0..meta.shards).all(&serves)).await
    }

    pub(super) fn meta(&self, name: &str) -> Result<IndexMeta, ApiError> {
        let not_found = || ApiError::IndexNotFound {
            index: name.to_owned(),
        };
        self.catalog().indexes.get(name).cloned().ok_or_else(not_found)
    }
}
