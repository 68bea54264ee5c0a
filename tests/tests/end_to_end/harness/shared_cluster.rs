//! A cluster that the tests of a module share: started by the first that needs it.

use std::ops::Deref;
use std::thread;

use tokio::sync::OnceCell;

use super::{Api, Cluster, Folder, Shape};

/// A cluster in a `static`. Its processes end with the process of the tests.
pub(crate) struct SharedCluster {
    name: &'static str,
    shape: Shape,
    started: OnceCell<(Folder, Cluster)>,
}

/// A test's share of the cluster.
pub(crate) struct Borrowed {
    folder: &'static Folder,
    /// The cluster.
    pub(crate) cluster: &'static Cluster,
    /// A client of its root.
    pub(crate) api: Api,
}

impl SharedCluster {
    /// A cluster that nobody has started yet.
    pub(crate) const fn new(name: &'static str, shape: Shape) -> Self {
        Self {
            name,
            shape,
            started: OnceCell::const_new(),
        }
    }

    /// The cluster, ready.
    pub(crate) async fn get(&'static self) -> Borrowed {
        let start = async || {
            let folder = Folder::new(self.name);
            let cluster = Cluster::start(&folder, self.shape).await;
            (folder, cluster)
        };
        let (folder, cluster) = self.started.get_or_init(start).await;
        let api = cluster.api();
        Borrowed { folder, cluster, api }
    }
}

impl Deref for Borrowed {
    type Target = Api;

    fn deref(&self) -> &Api {
        &self.api
    }
}

impl Drop for Borrowed {
    fn drop(&mut self) {
        if thread::panicking() {
            self.folder.keep();
        }
    }
}
