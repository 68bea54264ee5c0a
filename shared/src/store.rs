//! The object store that holds all durable state, and the one primitive that coordinates writers: put-if-absent.

use std::path::Path;
use std::sync::Arc;

use bytes::Bytes;
use futures::TryStreamExt as _;
use object_store::local::LocalFileSystem;
use object_store::path::Path as ObjectPath;
use object_store::{ObjectStore, ObjectStoreExt as _, PutMode, PutOptions, PutPayload};

use crate::ids::IndexUuid;

/// A shared handle to the object store.
pub type Store = Arc<dyn ObjectStore>;

/// Why the store could not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The store is out of reach, full, or refuses the request.
    #[error("object store: {0}")]
    Unavailable(#[from] object_store::Error),
    /// The local directory cannot be made.
    #[error("cannot make the data directory {path}: {source}. Choose another with --data or --store")]
    Directory {
        /// The directory.
        path: String,
        /// What the system said.
        source: std::io::Error,
    },
    /// An object is there but does not decode: its bytes were damaged or written by another version.
    #[error("object {path} is damaged: {reason}")]
    Corrupt {
        /// The object.
        path: String,
        /// What is wrong with it.
        reason: String,
    },
}

/// Opens a local directory as the object store, creating it if it is missing. Every write is fsynced.
///
/// # Errors
/// [`StoreError::Directory`] if the directory cannot be made or opened.
pub fn open_local(path: &Path) -> Result<Store, StoreError> {
    std::fs::create_dir_all(path).map_err(|source| StoreError::Directory {
        path: path.display().to_string(),
        source,
    })?;
    let store = LocalFileSystem::new_with_prefix(path)?.with_fsync(true);
    Ok(Arc::new(store))
}

/// The outcome of a put-if-absent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Created {
    /// The object is ours and durable.
    Yes,
    /// Somebody else was first; nothing was written.
    AlreadyThere,
}

/// Writes an object unless one is there already.
///
/// # Errors
/// [`StoreError::Unavailable`]; the object may or may not be there then.
pub async fn put_if_absent(store: &Store, path: &ObjectPath, bytes: Bytes) -> Result<Created, StoreError> {
    let options = PutOptions::from(PutMode::Create);
    match store.put_opts(path, PutPayload::from(bytes), options).await {
        Ok(_) => Ok(Created::Yes),
        Err(object_store::Error::AlreadyExists { .. }) => Ok(Created::AlreadyThere),
        Err(error) => Err(error.into()),
    }
}

/// Reads an object whole; `None` if there is none.
///
/// # Errors
/// [`StoreError::Unavailable`].
pub async fn get(store: &Store, path: &ObjectPath) -> Result<Option<Bytes>, StoreError> {
    match store.get(path).await {
        Ok(found) => Ok(Some(found.bytes().await?)),
        Err(object_store::Error::NotFound { .. }) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// Whether an object is there.
///
/// # Errors
/// [`StoreError::Unavailable`].
pub async fn exists(store: &Store, path: &ObjectPath) -> Result<bool, StoreError> {
    match store.head(path).await {
        Ok(_) => Ok(true),
        Err(object_store::Error::NotFound { .. }) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

/// The numbers that name the objects directly below `prefix`, at or above `from`, in no order.
///
/// # Errors
/// [`StoreError::Unavailable`].
pub async fn list_numbers(store: &Store, prefix: &ObjectPath, from: u64) -> Result<Vec<u64>, StoreError> {
    let offset = prefix.clone().join(numbered(from.saturating_sub(1)));
    let names = store.list_with_offset(Some(prefix), &offset);
    let numbers = names
        .try_filter_map(|meta| async move {
            Ok(meta.location.filename().and_then(|name| name.parse::<u64>().ok()))
        })
        .try_collect::<Vec<u64>>()
        .await?;
    Ok(numbers.into_iter().filter(|number| *number >= from).collect())
}

/// Deletes everything below `prefix`; what is already gone is no error.
///
/// # Errors
/// [`StoreError::Unavailable`]; some objects may be left.
pub async fn delete_below(store: &Store, prefix: &ObjectPath) -> Result<(), StoreError> {
    let found: Vec<_> = store
        .list(Some(prefix))
        .map_ok(|meta| meta.location)
        .try_collect()
        .await?;
    for path in found {
        match store.delete(&path).await {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}

/// Where everything of an index lies.
pub fn index_prefix(index: IndexUuid) -> ObjectPath {
    ObjectPath::from(format!("data/{index}"))
}

/// How a number is spelled in an object's name: fixed width, so that the order of names is the order of numbers.
pub fn numbered(number: u64) -> String {
    format!("{number:020}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn only_the_first_put_wins() {
        let folder = tempfile::tempdir().unwrap();
        let store = open_local(folder.path()).unwrap();
        let path = ObjectPath::from("a/b");
        let put = |text: &'static str| put_if_absent(&store, &path, Bytes::from(text));
        assert_eq!(put("first").await.unwrap(), Created::Yes);
        assert_eq!(put("second").await.unwrap(), Created::AlreadyThere);
        assert_eq!(get(&store, &path).await.unwrap().unwrap(), "first");
    }

    #[tokio::test]
    async fn numbers_are_listed_from_the_one_asked_for() {
        let folder = tempfile::tempdir().unwrap();
        let store = open_local(folder.path()).unwrap();
        let prefix = ObjectPath::from("log");
        for number in [1, 2, 9, 10, 11] {
            put_if_absent(&store, &prefix.clone().join(numbered(number)), Bytes::new())
                .await
                .unwrap();
        }
        let mut numbers = list_numbers(&store, &prefix, 9).await.unwrap();
        numbers.sort_unstable();
        assert_eq!(numbers, [9, 10, 11]);
        assert_eq!(list_numbers(&store, &prefix, 0).await.unwrap().len(), 5);
    }
}
