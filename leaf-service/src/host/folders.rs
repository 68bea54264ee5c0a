//! The folders of shards on this replica's disk: `<index uuid>/<shard>`.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use shared::ids::{IndexUuid, Shard};
use uuid::Uuid;

/// The folder of one shard.
pub(crate) fn of_shard(folder: &Path, index: IndexUuid, shard: Shard) -> PathBuf {
    folder.join(index.to_string()).join(shard.to_string())
}

/// Removes the folders of all shards but those to keep. Whatever is not named as a shard's folder stays.
pub(crate) async fn remove_others(folder: PathBuf, keep: BTreeSet<(IndexUuid, Shard)>) {
    let removed = tokio::task::spawn_blocking(move || {
        for (index, path) in subfolders(&folder, |name| Uuid::try_parse(name).ok().map(IndexUuid)) {
            if !keep.iter().any(|(kept, _)| *kept == index) {
                remove(&path);
                continue;
            }
            for (shard, path) in subfolders(&path, |name| name.parse().ok().map(Shard)) {
                if !keep.contains(&(index, shard)) {
                    remove(&path);
                }
            }
        }
    });
    if let Err(error) = removed.await {
        tracing::error!(%error, "old folders could not be removed");
    }
}

fn subfolders<T>(folder: &Path, parse: impl Fn(&str) -> Option<T>) -> Vec<(T, PathBuf)> {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return Vec::new();
    };
    entries
        .filter_map(|entry| {
            let entry = entry.ok()?;
            Some((parse(entry.file_name().to_str()?)?, entry.path()))
        })
        .collect()
}

fn remove(path: &Path) {
    match std::fs::remove_dir_all(path) {
        Ok(()) => tracing::info!(path = %path.display(), "removed a folder of no hosted shard"),
        Err(error) => {
            tracing::warn!(path = %path.display(), %error, "a folder of no hosted shard cannot be removed");
        }
    }
}
