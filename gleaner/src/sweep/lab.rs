//! The clusters of a sweep, one after the other in one folder: the corpus is loaded into the first, and all others start on what
//! it left.

use std::ffi::OsString;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::time::Duration;

use benches::sweep::RootKind;
use shared::catalog::CatalogStore;
use shared::store;
use tempfile::TempDir;
use tokio::task::spawn_blocking;
use tokio::time::timeout;

use super::SweepError;
use super::shard_folders::{self, LoadedShards};
use crate::cluster::{self, Cluster, ClusterPlan, Event, EventSender, Events, Member, MemberName};

/// The index of the sweep.
pub(super) const INDEX: &str = "corpus";
/// How long a cluster may take from its first process until every replica serves.
const READY_SECONDS_MAX: u64 = 120;
/// Where the shards of the first leaf are kept.
const LOADED: &str = "loaded";
/// What the processes had to say.
const LOGS: &str = "logs";
/// Says of a folder that a sweep made it: what is in it may be thrown away.
const MARK: &str = "made-by-gleaner-sweep";

/// The clusters' folder, and the cluster that runs now.
pub(super) struct Lab {
    program: PathBuf,
    folder: PathBuf,
    /// Removed with everything in it at the end, unless the user named a folder.
    temporary: Option<TempDir>,
    /// What roots are told besides whether they hedge.
    root_flags: Vec<OsString>,
    sender: EventSender,
    events: Events,
    loaded: Option<LoadedShards>,
    running: Option<(RootKind, Cluster)>,
}

impl Lab {
    /// A lab in a folder of the user's, else in one of its own. Searches end after `search_timeout`.
    ///
    /// # Errors
    /// [`SweepError::NotOurs`] if something else is in the folder: a sweep begins by emptying it.
    pub(super) fn open(
        program: PathBuf,
        folder: Option<PathBuf>,
        search_timeout: Duration,
    ) -> Result<Self, SweepError> {
        let (folder, temporary) = if let Some(folder) = folder {
            mark(&folder)?;
            (folder, None)
        } else {
            let temporary = tempfile::Builder::new().prefix("gleaner-sweep-").tempdir()?;
            (temporary.path().to_owned(), Some(temporary))
        };
        let (sender, events) = cluster::events();
        Ok(Self {
            program,
            folder,
            temporary,
            root_flags: vec![format!("--search-timeout={}ms", search_timeout.as_millis()).into()],
            sender,
            events,
            loaded: None,
            running: None,
        })
    }

    /// Starts the cluster into which the corpus is loaded: everything at one leaf. What an earlier sweep left in the folder
    /// goes.
    pub(super) async fn start_empty(&mut self) -> Result<&Cluster, SweepError> {
        let folder = self.folder.clone();
        blocking(&self.folder, move || {
            ["store", LOADED, "leaf-0-0"]
                .iter()
                .try_for_each(|name| shard_folders::remove_if_there(&folder.join(name)))
        })
        .await?;
        self.start(RootKind::alone(1)).await
    }

    /// Stops that cluster, and keeps what it has indexed of the sweep's index alone. Tells how many bytes that is.
    pub(super) async fn keep_loaded(&mut self) -> Result<u64, SweepError> {
        self.stop().await;
        let catalog = self.catalogs()?.newer_than(0).await?.unwrap_or_default();
        let meta = catalog
            .indexes
            .get(INDEX)
            .expect("the index was created, loaded and refreshed");
        let loaded = LoadedShards {
            folder: self.folder.join(LOADED),
            index: meta.uuid,
            shards: meta.shards,
        };
        let (first, kept) = (self.folder.join("leaf-0-0"), loaded.clone());
        let bytes = blocking(&self.folder, move || {
            std::fs::rename(first, &kept.folder)?;
            kept.remove_others()?;
            kept.bytes()
        })
        .await?;
        self.loaded = Some(loaded);
        Ok(bytes)
    }

    /// Makes this the running root: restarts the root alone if its leaves are there already. True if leaves were started.
    pub(super) async fn ready(&mut self, root: RootKind) -> Result<bool, SweepError> {
        match self.running.take() {
            Some((running, cluster)) if running.is_beside(&root) && running != root => {
                let (plan, flags) = (self.plan(root), self.flags(root));
                let whole = async { Ok(cluster.with_root_flags(&plan, &flags, &self.sender).await?) };
                let cluster = self.patiently(root, whole).await?;
                self.running = Some((root, cluster));
                Ok(false)
            }
            running => {
                if let Some((_, cluster)) = running {
                    cluster.stop().await;
                }
                self.give_shards(root).await?;
                self.start(root).await?;
                Ok(true)
            }
        }
    }

    async fn start(&mut self, root: RootKind) -> Result<&Cluster, SweepError> {
        let (plan, flags) = (self.plan(root), self.flags(root));
        let whole = async {
            let cluster = Cluster::start_with(&plan, &flags, &self.sender).await?;
            cluster.recovered().await;
            Ok(cluster)
        };
        let cluster = self.patiently(root, whole).await?;
        let (_, cluster) = self.running.insert((root, cluster));
        Ok(cluster)
    }

    /// The cluster, unless it takes far too long to become whole.
    async fn patiently(
        &self,
        root: RootKind,
        whole: impl Future<Output = Result<Cluster, SweepError>>,
    ) -> Result<Cluster, SweepError> {
        let patience = Duration::from_secs(READY_SECONDS_MAX);
        timeout(patience, whole).await.map_err(|_| SweepError::NotReady {
            leaves: root.leaves,
            replicas: root.replicas,
            seconds: READY_SECONDS_MAX,
            logs: self.folder.join(LOGS),
        })?
    }

    /// Puts the shards where the leaves of this cluster look for theirs, and writes how many leaves there are into the catalog
    /// before any of them runs: a leaf that read the number of the cluster before would remove what it does not host.
    async fn give_shards(&self, root: RootKind) -> Result<(), SweepError> {
        let catalogs = self.catalogs()?;
        if let Some(mut catalog) = catalogs.newer_than(0).await?
            && catalog.leaves != root.leaves
        {
            catalog.version += 1;
            catalog.leaves = root.leaves;
            // Nobody else writes: no cluster runs in this folder.
            catalogs.put(&catalog).await?;
        }
        let Some(loaded) = self.loaded.clone() else {
            return Ok(());
        };
        let folder = self.folder.clone();
        blocking(&self.folder, move || {
            for leaf in 0..root.leaves {
                for replica in 0..root.replicas {
                    let name = MemberName::Leaf { leaf, replica };
                    loaded.give(leaf, root.leaves, &folder.join(name.file_stem()))?;
                }
            }
            Ok(())
        })
        .await
    }

    /// The cluster that runs; there is one from the first start on until the end.
    pub(super) fn cluster(&self) -> &Cluster {
        let (_, cluster) = self
            .running
            .as_ref()
            .expect("a cluster was started before it is asked");
        cluster
    }

    /// The processes that are leaves.
    pub(super) fn leaves(&self) -> Vec<Member> {
        let mut members = self.cluster().members();
        members.retain(|member| member.name != MemberName::Root);
        members
    }

    /// The death of a process that nobody has heard of yet.
    pub(super) fn death(&mut self) -> Option<String> {
        let mut died = None;
        while let Ok(event) = self.events.try_recv() {
            if matches!(event, Event::Died { .. }) {
                died.get_or_insert_with(|| event.to_string());
            }
        }
        died
    }

    /// Stops the cluster that runs.
    pub(super) async fn stop(&mut self) {
        if let Some((_, cluster)) = self.running.take() {
            cluster.stop().await;
        }
    }

    /// Stops everything and removes what is not to be kept: if the user named a folder, all but the shards of the last leaves.
    pub(super) async fn close(mut self) {
        self.stop().await;
        if let Some(temporary) = self.temporary.take() {
            // What cannot be removed is in the system's folder for such things.
            let _ = spawn_blocking(move || temporary.close()).await;
        }
    }

    /// As [`Lab::close`], but what the processes had to say stays, to be read. Tells where; nothing if there were none.
    pub(super) async fn close_with_logs(mut self) -> Option<PathBuf> {
        self.stop().await;
        let logs = self.folder.join(LOGS);
        if !tokio::fs::try_exists(&logs).await.unwrap_or(false) {
            self.close().await;
            return None;
        }
        if let Some(temporary) = self.temporary.take() {
            let folder = temporary.keep();
            // What cannot be removed is in the system's folder for such things.
            let _ = blocking(&self.folder, move || shard_folders::remove_but(&folder, LOGS)).await;
        }
        Some(logs)
    }

    fn catalogs(&self) -> Result<CatalogStore, SweepError> {
        Ok(CatalogStore::new(store::open_local(&self.folder.join("store"))?))
    }

    fn plan(&self, root: RootKind) -> ClusterPlan {
        ClusterPlan {
            program: self.program.clone(),
            leaves: root.leaves,
            replicas: root.replicas,
            data: self.folder.clone(),
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            faults: true,
        }
    }

    fn flags(&self, root: RootKind) -> Vec<OsString> {
        let hedge = if root.hedging {
            "--hedge=delayed"
        } else {
            "--hedge=off"
        };
        let mut flags = self.root_flags.clone();
        flags.push(hedge.into());
        flags
    }
}

/// Makes the user's folder if it is missing, and marks it.
fn mark(folder: &Path) -> Result<(), SweepError> {
    let failed = |source| SweepError::File {
        path: folder.to_owned(),
        source,
    };
    std::fs::create_dir_all(folder).map_err(failed)?;
    let mark = folder.join(MARK);
    let is_empty = std::fs::read_dir(folder).map_err(failed)?.next().is_none();
    if !is_empty && !mark.exists() {
        return Err(SweepError::NotOurs(folder.to_owned()));
    }
    std::fs::write(mark, "").map_err(failed)
}

/// Runs file work on a blocking thread; an error names the folder.
async fn blocking<T: Send + 'static>(
    folder: &Path,
    work: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> Result<T, SweepError> {
    let outcome = spawn_blocking(work).await.map_err(io::Error::other)?;
    outcome.map_err(|source| SweepError::File {
        path: folder.to_owned(),
        source,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_with_something_else_in_it_is_left_alone() {
        let temporary = tempfile::tempdir().unwrap();
        let open = |name: &str| Lab::open(PathBuf::new(), Some(temporary.path().join(name)), Duration::ZERO);
        assert!(open("new").is_ok());
        assert!(open("new").is_ok());
        std::fs::create_dir_all(temporary.path().join("theirs/store")).unwrap();
        assert!(matches!(open("theirs"), Err(SweepError::NotOurs(_))));
    }

    #[tokio::test]
    async fn logs_outlive_a_sweep_that_failed_and_nothing_else_does() {
        let lab = Lab::open(PathBuf::new(), None, Duration::ZERO).unwrap();
        let folder = lab.folder.clone();
        for name in [LOGS, "store", "leaf-0-0"] {
            std::fs::create_dir_all(folder.join(name)).unwrap();
        }
        std::fs::write(folder.join(LOGS).join("root.log"), "the disk is full").unwrap();
        let logs = lab.close_with_logs().await.unwrap();
        assert!(logs.join("root.log").is_file());
        assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 1);
        std::fs::remove_dir_all(folder).unwrap();

        let never_started = Lab::open(PathBuf::new(), None, Duration::ZERO).unwrap();
        let folder = never_started.folder.clone();
        assert_eq!(never_started.close_with_logs().await, None);
        assert!(!folder.exists());
    }
}
