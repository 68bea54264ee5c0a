//! A directory that refuses to write when it is told to, as a full disk does.

use std::io;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tantivy::directory::error::{DeleteError, LockError, OpenReadError, OpenWriteError};
use tantivy::directory::{
    Directory, DirectoryLock, FileHandle, Lock, MmapDirectory, WatchCallback, WatchHandle, WritePtr,
};
use tokio::sync::watch;

use crate::shard::OpenDirectory;

/// What is refused.
#[derive(Default)]
pub(crate) struct Faults {
    /// New segment files cannot be opened.
    pub(crate) files: AtomicBool,
    /// `meta.json` cannot be replaced.
    pub(crate) meta: AtomicBool,
    /// How often something was refused.
    pub(crate) refused: watch::Sender<u32>,
}

impl Faults {
    /// Opens folders so that these faults come between.
    pub(crate) fn opener(self: &Arc<Self>) -> OpenDirectory {
        let faults = Arc::clone(self);
        Arc::new(move |path| {
            Ok(Box::new(FaultyDirectory {
                inner: MmapDirectory::open(path)?,
                faults: Arc::clone(&faults),
            }))
        })
    }

    /// Waits until something was refused.
    pub(crate) async fn refusal(&self) {
        let mut refused = self.refused.subscribe();
        refused.wait_for(|count| *count > 0).await.unwrap();
    }

    pub(crate) fn heal(&self) {
        self.files.store(false, Ordering::SeqCst);
        self.meta.store(false, Ordering::SeqCst);
    }

    fn refuse(&self, switch: &AtomicBool) -> Option<io::Error> {
        switch.load(Ordering::SeqCst).then(|| {
            self.refused.send_modify(|count| *count += 1);
            io::Error::new(io::ErrorKind::StorageFull, "no space left on device")
        })
    }
}

#[derive(Clone)]
struct FaultyDirectory {
    inner: MmapDirectory,
    faults: Arc<Faults>,
}

impl std::fmt::Debug for FaultyDirectory {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.inner.fmt(f)
    }
}

impl Directory for FaultyDirectory {
    fn get_file_handle(&self, path: &Path) -> Result<Arc<dyn FileHandle>, OpenReadError> {
        self.inner.get_file_handle(path)
    }

    fn delete(&self, path: &Path) -> Result<(), DeleteError> {
        self.inner.delete(path)
    }

    fn exists(&self, path: &Path) -> Result<bool, OpenReadError> {
        self.inner.exists(path)
    }

    fn open_write(&self, path: &Path) -> Result<WritePtr, OpenWriteError> {
        match self.faults.refuse(&self.faults.files) {
            Some(error) => Err(OpenWriteError::wrap_io_error(error, path.to_owned())),
            None => self.inner.open_write(path),
        }
    }

    fn atomic_read(&self, path: &Path) -> Result<Vec<u8>, OpenReadError> {
        self.inner.atomic_read(path)
    }

    fn atomic_write(&self, path: &Path, data: &[u8]) -> io::Result<()> {
        if path == Path::new("meta.json")
            && let Some(error) = self.faults.refuse(&self.faults.meta)
        {
            return Err(error);
        }
        self.inner.atomic_write(path, data)
    }

    fn sync_directory(&self) -> io::Result<()> {
        self.inner.sync_directory()
    }

    fn acquire_lock(&self, lock: &Lock) -> Result<DirectoryLock, LockError> {
        self.inner.acquire_lock(lock)
    }

    fn watch(&self, callback: WatchCallback) -> tantivy::Result<WatchHandle> {
        self.inner.watch(callback)
    }
}
