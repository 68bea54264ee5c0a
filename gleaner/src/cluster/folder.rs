//! The folder of a local cluster: where everything lies in it, and its lock.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Read as _, Seek as _, Write as _};
use std::path::{Path, PathBuf};

use super::error::ClusterError;
use super::event::MemberName;

/// A folder that this process has for itself until the value is dropped.
#[derive(Debug)]
pub(super) struct Folder {
    path: PathBuf,
    // The system gives the lock back when the file is closed, also if this process is killed.
    _lock: File,
}

impl Folder {
    /// Makes the folder if it is missing, and takes its lock.
    pub(super) async fn open(path: PathBuf) -> Result<Self, ClusterError> {
        let shown = path.clone();
        tokio::task::spawn_blocking(move || open(&path))
            .await
            .unwrap_or_else(|panic| {
                Err(ClusterError::Folder {
                    path: shown,
                    source: io::Error::other(panic),
                })
            })
    }

    /// The object store's folder.
    pub(super) fn store(&self) -> PathBuf {
        self.path.join("store")
    }

    /// What a replica keeps on disk.
    pub(super) fn cache(&self, name: MemberName) -> PathBuf {
        self.path.join(name.file_stem())
    }

    /// What a process has to say.
    pub(super) fn log(&self, name: MemberName) -> PathBuf {
        self.path.join("logs").join(format!("{}.log", name.file_stem()))
    }
}

fn open(path: &Path) -> Result<Folder, ClusterError> {
    let failed = |source| ClusterError::Folder {
        path: path.to_owned(),
        source,
    };
    fs::create_dir_all(path.join("logs")).map_err(failed)?;
    // The processes have working folders of their own making: paths that are handed to them are absolute.
    let path = path.canonicalize().map_err(failed)?;
    let mut lock = OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .open(path.join("lock"))
        .map_err(failed)?;
    match lock.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            let pid = owner(&mut lock);
            return Err(ClusterError::Locked { path, pid });
        }
        Err(TryLockError::Error(source)) => return Err(failed(source)),
    }
    write_owner(&mut lock).map_err(failed)?;
    keep_previous_logs(&path.join("logs")).map_err(failed)?;
    Ok(Folder { path, _lock: lock })
}

/// Who holds the lock, for the message only: the lock itself is the system's.
fn owner(lock: &mut File) -> Option<u32> {
    let mut text = String::new();
    lock.take(16).read_to_string(&mut text).ok()?;
    text.trim().parse().ok()
}

fn write_owner(lock: &mut File) -> io::Result<()> {
    lock.set_len(0)?;
    lock.rewind()?;
    writeln!(lock, "{}", std::process::id())
}

/// Logs are kept for one more start and then overwritten, so that they do not grow for ever.
fn keep_previous_logs(logs: &Path) -> io::Result<()> {
    for entry in fs::read_dir(logs)? {
        let log = entry?.path();
        if log.extension().is_some_and(|extension| extension == "log") {
            fs::rename(&log, log.with_extension("log.1"))?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_folder_has_one_cluster_at_a_time() {
        let temporary = tempfile::tempdir().unwrap();
        let path = temporary.path().join("deep/data");
        let first = Folder::open(path.clone()).await.unwrap();
        let refused = Folder::open(path.clone()).await.unwrap_err();
        assert!(
            matches!(refused, ClusterError::Locked { pid: Some(pid), .. } if pid == std::process::id()),
            "{refused}"
        );
        drop(first);
        Folder::open(path).await.unwrap();
    }

    #[tokio::test]
    async fn logs_of_the_time_before_are_kept_once() {
        let temporary = tempfile::tempdir().unwrap();
        let logs = temporary.path().join("logs");
        for start in ["first", "second", "third"] {
            drop(Folder::open(temporary.path().to_owned()).await.unwrap());
            fs::write(logs.join("root.log"), start).unwrap();
        }
        assert_eq!(fs::read_to_string(logs.join("root.log")).unwrap(), "third");
        assert_eq!(fs::read_to_string(logs.join("root.log.1")).unwrap(), "second");
        assert_eq!(fs::read_dir(&logs).unwrap().count(), 2);
    }

    #[tokio::test]
    async fn a_folder_that_cannot_be_made_names_the_flag() {
        let temporary = tempfile::tempdir().unwrap();
        let file = temporary.path().join("file");
        fs::write(&file, "").unwrap();
        let refused = Folder::open(file).await.unwrap_err().to_string();
        assert!(refused.contains("--data DIR"), "{refused}");
    }
}
