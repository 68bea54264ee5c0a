//! The root's view of the catalog, and the one way to change it: read the newest, change a copy, put it as the next
//! version, and begin again if another root was first.

use std::sync::Arc;
use std::time::Duration;

use arc_swap::ArcSwap;
use shared::catalog::{Catalog, CatalogStore};
use shared::store::{Created, StoreError};
use shared::wire::CatalogNotice;

use crate::client::LeafClient;
use crate::error::ApiError;
use crate::members::Members;

/// How often the store is asked for a version that another root wrote.
const POLL_EVERY: Duration = Duration::from_secs(1);
/// How often a change begins again because another root was first: more means that something is badly wrong.
const TRIES_MAX: u32 = 64;

/// The newest catalog that this root knows, and how it changes.
pub struct Catalogs {
    versions: CatalogStore,
    current: ArcSwap<Catalog>,
    /// One change at a time in this process: several would only take each other's version.
    changing: tokio::sync::Mutex<()>,
    members: Arc<Members>,
    client: Arc<dyn LeafClient>,
}

/// What a change does with the copy.
pub enum Change<T> {
    /// It changed something: write it.
    Write(T),
    /// All is as it should be already.
    Keep(T),
}

impl Catalogs {
    /// Reads the newest catalog; in an empty store, writes the first. The number of leaves becomes this root's.
    ///
    /// # Errors
    /// [`StoreError`] if the store cannot be read or written.
    pub async fn open(
        versions: CatalogStore,
        members: Arc<Members>,
        client: Arc<dyn LeafClient>,
    ) -> Result<Self, StoreError> {
        let leaves = members.leaf_count();
        let current = ArcSwap::from_pointee(Catalog::default());
        let catalogs = Self {
            versions,
            current,
            changing: tokio::sync::Mutex::new(()),
            members,
            client,
        };
        let set_leaves = |catalog: &mut Catalog| {
            if catalog.version > 0 && catalog.leaves == leaves {
                return Ok(Change::Keep(()));
            }
            if catalog.version == 0 {
                catalog.cluster = shared::ids::random_uuid(&mut shared::random::from_system());
            }
            catalog.leaves = leaves;
            Ok(Change::Write(()))
        };
        match catalogs.try_change(&set_leaves).await {
            Ok(()) => Ok(catalogs),
            Err(ChangeError::Store(error)) => Err(error),
            Err(ChangeError::Refused(error)) => Err(StoreError::Corrupt {
                path: "catalog".to_owned(),
                reason: error.to_string(),
            }),
        }
    }

    /// The newest version that this root knows.
    pub fn current(&self) -> Arc<Catalog> {
        self.current.load_full()
    }

    /// Changes the catalog. `change` may be called several times, each time on a copy of a newer version.
    ///
    /// # Errors
    /// What `change` refuses, or [`ApiError::StorageUnavailable`].
    pub async fn change<T>(
        &self,
        change: impl Fn(&mut Catalog) -> Result<Change<T>, ApiError>,
    ) -> Result<T, ApiError> {
        self.try_change(&change).await.map_err(|error| match error {
            ChangeError::Refused(error) => error,
            ChangeError::Store(error) => {
                tracing::error!(%error, "the catalog cannot be changed");
                ApiError::StorageUnavailable(format!("the catalog cannot be written: {error}"))
            }
        })
    }

    async fn try_change<T>(
        &self,
        change: &impl Fn(&mut Catalog) -> Result<Change<T>, ApiError>,
    ) -> Result<T, ChangeError> {
        let _one = self.changing.lock().await;
        for _ in 0..TRIES_MAX {
            let mut next = (*self.current()).clone();
            match change(&mut next)? {
                Change::Keep(value) => {
                    // What looks right may have been changed by another root since: keep only what is the newest.
                    if !self.refresh().await? {
                        return Ok(value);
                    }
                }
                Change::Write(value) => {
                    next.version += 1;
                    if self.versions.put(&next).await? == Created::Yes {
                        self.announce(next.version);
                        self.current.store(Arc::new(next));
                        self.members.touch();
                        return Ok(value);
                    }
                    self.refresh().await?;
                }
            }
        }
        Err(ChangeError::Refused(ApiError::StorageUnavailable(
            "the catalog is being changed by others all the time; try again".to_owned(),
        )))
    }

    /// Reads a newer version if there is one; true if there was.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn refresh(&self) -> Result<bool, StoreError> {
        let known = self.current().version;
        let Some(newer) = self.versions.newer_than(known).await? else {
            return Ok(false);
        };
        self.current.rcu(|current| {
            if current.version < newer.version {
                Arc::new(newer.clone())
            } else {
                current.clone()
            }
        });
        self.members.touch();
        Ok(true)
    }

    /// Follows the versions that other roots write, until the returned future is dropped.
    pub async fn watch_forever(&self) {
        let mut ticks = tokio::time::interval(POLL_EVERY);
        ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            ticks.tick().await;
            if let Err(error) = self.refresh().await {
                tracing::warn!(%error, "the catalog cannot be read; the last known version stays");
            }
        }
    }

    /// Tells every replica of a new version. Best effort: replicas poll too.
    fn announce(&self, version: u64) {
        for replica in self.members.replicas().filter(|replica| replica.reachable()) {
            tokio::spawn(self.client.catalog(&replica.endpoint, CatalogNotice { version }));
        }
    }
}

enum ChangeError {
    Refused(ApiError),
    Store(StoreError),
}

impl From<ApiError> for ChangeError {
    fn from(error: ApiError) -> Self {
        Self::Refused(error)
    }
}

impl From<StoreError> for ChangeError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}
