//! Gives each leaf the folders of its shards, made from those of the one leaf that indexed all of them.
//!
//! What a leaf has on disk is a cache of the log, and a shard is the same whichever leaf hosts it. So nothing is indexed again
//! for another number of leaves: a leaf that finds its shards at the log's end serves them at once.
//!
//! Files of segments are hard links: tantivy never changes them, and whoever has enough of one removes its own name only. All
//! processes then share one copy in the page cache, so that a cluster fits into the memory of one machine, and every one
//! starts warm. The few files that are replaced while an index lives are copied. Locks are neither: a link would be the
//! same lock, and only one of the processes would get it.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use shared::ids::{IndexUuid, Leaf};
use shared::placement;

/// What a shard's folder holds beside files of segments, and each index of its own needs: its list of segments, and its list of
/// files.
const COPIED: [&str; 2] = ["meta.json", ".managed.json"];
/// Hexadecimal digits of a segment's id, which its files' names begin with.
const SEGMENT_ID_DIGITS: usize = 32;

/// Where the shards of an index come from.
#[derive(Clone, Debug)]
pub(super) struct LoadedShards {
    /// What the leaf that indexed everything had on disk.
    pub(super) folder: PathBuf,
    /// The index.
    pub(super) index: IndexUuid,
    /// How many shards it has.
    pub(super) shards: u32,
}

impl LoadedShards {
    /// Makes a leaf's folder anew, with the shards that are placed on it among so many leaves. Blocks.
    pub(super) fn give(&self, leaf: u32, leaves: u32, folder: &Path) -> io::Result<()> {
        remove_if_there(folder)?;
        for shard in placement::shards_on(self.index, self.shards, leaves, Leaf(leaf)) {
            let below = Path::new(&self.index.to_string()).join(shard.to_string());
            give_shard(&self.folder.join(&below), &folder.join(&below))?;
        }
        Ok(())
    }

    /// Removes what the leaf had of other indexes: one that was deleted may go only after the leaf was stopped. Blocks.
    pub(super) fn remove_others(&self) -> io::Result<()> {
        remove_but(&self.folder, &self.index.to_string())
    }

    /// Bytes of all files, without locks. Blocks.
    pub(super) fn bytes(&self) -> io::Result<u64> {
        let mut bytes = 0;
        for shard in fs::read_dir(self.folder.join(self.index.to_string()))? {
            for file in fs::read_dir(shard?.path())? {
                bytes += file?.metadata()?.len();
            }
        }
        Ok(bytes)
    }
}

fn give_shard(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir_all(to)?;
    for file in fs::read_dir(from)? {
        let file = file?;
        let name = file.file_name();
        let Some(name) = name.to_str() else { continue };
        if is_of_segment(name) {
            // A file system without links, or with too many of one file: a copy is as good, only larger.
            fs::hard_link(file.path(), to.join(name)).or_else(|_| copy(&file.path(), &to.join(name)))?;
        } else if COPIED.contains(&name) {
            copy(&file.path(), &to.join(name))?;
        }
    }
    Ok(())
}

/// `0123…cdef.term`
fn is_of_segment(name: &str) -> bool {
    name.split_once('.').is_some_and(|(id, _)| {
        id.len() == SEGMENT_ID_DIGITS && id.bytes().all(|byte| byte.is_ascii_hexdigit())
    })
}

fn copy(from: &Path, to: &Path) -> io::Result<()> {
    fs::copy(from, to).map(drop)
}

/// Removes all folders in one but that of this name. Blocks.
pub(super) fn remove_but(folder: &Path, kept: &str) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() && entry.file_name() != kept {
            remove_if_there(&entry.path())?;
        }
    }
    Ok(())
}

/// Removes a folder with everything in it.
pub(super) fn remove_if_there(folder: &Path) -> io::Result<()> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::MetadataExt as _;

    use shared::ids::Shard;

    use super::*;

    const SEGMENT: &str = "0123456789abcdef0123456789abcdef.term";

    /// Four shards with a segment each.
    fn loaded(folder: &Path) -> LoadedShards {
        let loaded = LoadedShards {
            folder: folder.to_owned(),
            index: IndexUuid::random(&mut shared::random::from_seed(7)),
            shards: 4,
        };
        for shard in 0..4 {
            let path = folder
                .join(loaded.index.to_string())
                .join(Shard(shard).to_string());
            fs::create_dir_all(&path).unwrap();
            for name in [
                SEGMENT,
                "meta.json",
                ".managed.json",
                ".tantivy-writer.lock",
                "notes",
            ] {
                fs::write(path.join(name), format!("{shard} {name}")).unwrap();
            }
        }
        loaded
    }

    #[test]
    fn each_leaf_gets_its_shards_and_never_a_lock_of_another() {
        let temporary = tempfile::tempdir().unwrap();
        let loaded = loaded(&temporary.path().join("loaded"));
        let mut given = Vec::new();
        for leaf in 0..2 {
            let folder = temporary.path().join(format!("leaf-{leaf}"));
            // What was there from another number of leaves goes.
            fs::create_dir_all(folder.join("old")).unwrap();
            loaded.give(leaf, 2, &folder).unwrap();
            assert!(!folder.join("old").exists());
            for shard in fs::read_dir(folder.join(loaded.index.to_string())).unwrap() {
                let shard = shard.unwrap();
                let mut names: Vec<_> = fs::read_dir(shard.path())
                    .unwrap()
                    .map(|file| file.unwrap().file_name().into_string().unwrap())
                    .collect();
                names.sort_unstable();
                assert_eq!(names, [".managed.json", SEGMENT, "meta.json"]);
                given.push(shard.file_name().into_string().unwrap());
            }
        }
        given.sort_unstable();
        assert_eq!(given, ["0", "1", "2", "3"]);
    }

    #[test]
    fn other_indexes_go() {
        let temporary = tempfile::tempdir().unwrap();
        let loaded = loaded(temporary.path());
        fs::create_dir_all(temporary.path().join("another/0")).unwrap();
        loaded.remove_others().unwrap();
        let left: Vec<_> = fs::read_dir(temporary.path())
            .unwrap()
            .map(|entry| entry.unwrap().file_name())
            .collect();
        assert_eq!(left, [loaded.index.to_string().as_str()]);
    }

    #[test]
    fn segments_are_shared_and_lists_are_not() {
        let temporary = tempfile::tempdir().unwrap();
        let loaded = loaded(&temporary.path().join("loaded"));
        let folder = temporary.path().join("leaf-0");
        loaded.give(0, 1, &folder).unwrap();
        let of = |folder: &Path, name: &str| {
            let path = folder.join(loaded.index.to_string()).join("0").join(name);
            fs::metadata(path).unwrap().ino()
        };
        assert_eq!(of(&folder, SEGMENT), of(&loaded.folder, SEGMENT));
        assert_ne!(of(&folder, "meta.json"), of(&loaded.folder, "meta.json"));
    }
}
