//! The catalog: which indexes there are, with their mappings, and how many leaves. One small document per version in the
//! object store; the highest version wins, and put-if-absent decides between writers.

mod aliases;

use std::collections::BTreeMap;

pub use aliases::{Alias, AliasOf, NotOne};

use bytes::Bytes;
use object_store::ObjectStoreExt as _;
use object_store::path::Path as ObjectPath;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::ids::{IndexUuid, Leaf, Shard};
use crate::mapping::Mapping;
use crate::placement;
use crate::store::{self, Created, Store, StoreError};

/// How many old versions are kept, for people who want to look back.
const VERSIONS_KEPT: u64 = 20;

/// The state of the whole cluster that is decided rather than observed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Catalog {
    /// Its version; 0 is the empty catalog before the first.
    pub version: u64,
    /// The cluster's identity, made with the first version.
    pub cluster: Uuid,
    /// The number of leaves, `L`.
    pub leaves: u32,
    /// Indexes by name.
    pub indexes: BTreeMap<String, IndexMeta>,
    /// Aliases by name; none is the name of an index, and all name indexes that are there.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub aliases: BTreeMap<String, Alias>,
    /// What holds for searches that do not say it themselves.
    #[serde(default)]
    pub search: SearchDefaults,
}

/// What holds for searches that do not say it themselves; `None` leaves it to the root.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct SearchDefaults {
    /// Their deadline, in milliseconds; more than 0.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timeout_ms: Option<u64>,
    /// Whether they may be answered from less than all documents.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub allow_partial_results: Option<bool>,
    /// The share of the documents, 0 to 1, that is enough to answer from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min_coverage: Option<f64>,
    /// How long to wait for more than enough at least, in milliseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub coverage_wait_min_ms: Option<u64>,
    /// How long to wait for more than enough at most, in milliseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub coverage_wait_max_ms: Option<u64>,
}

/// What is decided about an index.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct IndexMeta {
    /// Its identity.
    pub uuid: IndexUuid,
    /// The number of its shards, `P`.
    pub shards: u32,
    /// Text slots in each shard's schema; fixed with it.
    pub text_slots: u16,
    /// How often replicas commit, in milliseconds; `None` only on request.
    pub refresh_interval_ms: Option<u64>,
    /// When it was created, in milliseconds since the epoch.
    pub created_ms: i64,
    /// Its fields. Grows; never changes what is there.
    pub mapping: Mapping,
}

impl Default for Catalog {
    fn default() -> Self {
        Self {
            version: 0,
            cluster: Uuid::nil(),
            leaves: 1,
            indexes: BTreeMap::new(),
            aliases: BTreeMap::new(),
            search: SearchDefaults::default(),
        }
    }
}

impl Catalog {
    /// The index of that uuid, with its name.
    pub fn by_uuid(&self, uuid: IndexUuid) -> Option<(&str, &IndexMeta)> {
        self.indexes
            .iter()
            .find(|(_, meta)| meta.uuid == uuid)
            .map(|(name, meta)| (name.as_str(), meta))
    }
}

impl IndexMeta {
    /// The leaf that each of its shards is placed on, in shard order.
    pub fn placement(&self, leaves: u32) -> Vec<Leaf> {
        placement::leaves_of(self.uuid, self.shards, leaves)
    }

    /// The shard of a document, by its routing value (by default its id).
    pub fn shard_of(&self, routing: &str) -> Shard {
        placement::shard_of(routing, self.shards)
    }
}

/// The catalog's versions in the object store. Cheap to clone.
#[derive(Clone, Debug)]
pub struct CatalogStore {
    store: Store,
    prefix: ObjectPath,
}

impl CatalogStore {
    /// The catalog in `store`.
    pub fn new(store: Store) -> Self {
        Self {
            store,
            prefix: ObjectPath::from("catalog"),
        }
    }

    /// The newest catalog, if there is one newer than `known`.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`], or [`StoreError::Corrupt`] if it does not decode.
    pub async fn newer_than(&self, known: u64) -> Result<Option<Catalog>, StoreError> {
        let versions = store::list_numbers(&self.store, &self.prefix, known + 1).await?;
        let Some(version) = versions.into_iter().max() else {
            return Ok(None);
        };
        let path = self.path(version);
        let Some(bytes) = store::get(&self.store, &path).await? else {
            return Ok(None);
        };
        let catalog: Catalog = serde_json::from_slice(&bytes).map_err(|error| StoreError::Corrupt {
            path: path.to_string(),
            reason: error.to_string(),
        })?;
        Ok(Some(catalog))
    }

    /// Writes a catalog as its own version, unless another root wrote that version first.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`]: then nobody knows whether it is there; read the newest one.
    pub async fn put(&self, catalog: &Catalog) -> Result<Created, StoreError> {
        let json = serde_json::to_vec(catalog).expect("a catalog has string keys only");
        let created =
            store::put_if_absent(&self.store, &self.path(catalog.version), Bytes::from(json)).await?;
        if created == Created::Yes {
            self.forget_old(catalog.version).await;
        }
        Ok(created)
    }

    /// Deletes the version that has become too old; a failure leaves one small object behind, no more.
    async fn forget_old(&self, version: u64) {
        if let Some(old) = version.checked_sub(VERSIONS_KEPT)
            && let Err(error) = self.store.delete(&self.path(old)).await
        {
            tracing::debug!(%error, old, "an old catalog version stays");
        }
    }

    fn path(&self, version: u64) -> ObjectPath {
        self.prefix.clone().join(store::numbered(version))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn catalogs_from_before_there_were_defaults_are_read() {
        let old = r#"{"version":3,"cluster":"00000000-0000-0000-0000-000000000000","leaves":4,"indexes":{}}"#;
        let catalog: Catalog = serde_json::from_str(old).unwrap();
        assert_eq!((catalog.leaves, &catalog.search), (4, &SearchDefaults::default()));
        let changed = Catalog {
            search: SearchDefaults {
                min_coverage: Some(0.9),
                ..SearchDefaults::default()
            },
            ..catalog
        };
        let json = serde_json::to_string(&changed).unwrap();
        assert!(json.ends_with(r#""search":{"min_coverage":0.9}}"#), "{json}");
        assert_eq!(serde_json::from_str::<Catalog>(&json).unwrap(), changed);
    }

    #[tokio::test]
    async fn the_highest_version_wins_and_each_is_written_once() {
        let folder = tempfile::tempdir().unwrap();
        let catalogs = CatalogStore::new(store::open_local(folder.path()).unwrap());
        assert_eq!(catalogs.newer_than(0).await.unwrap(), None);
        let first = Catalog {
            version: 1,
            leaves: 4,
            ..Catalog::default()
        };
        assert_eq!(catalogs.put(&first).await.unwrap(), Created::Yes);
        assert_eq!(
            catalogs
                .put(&Catalog {
                    leaves: 9,
                    ..first.clone()
                })
                .await
                .unwrap(),
            Created::AlreadyThere
        );
        let second = Catalog {
            version: 2,
            ..first.clone()
        };
        assert_eq!(catalogs.put(&second).await.unwrap(), Created::Yes);
        assert_eq!(catalogs.newer_than(0).await.unwrap(), Some(second));
        assert_eq!(catalogs.newer_than(2).await.unwrap(), None);
    }
}
