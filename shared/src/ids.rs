//! Names and numbers of things: indexes, shards, leaves, log positions, documents.

use std::fmt;

use rand::Rng;
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use xxhash_rust::xxh3::{xxh3_64, xxh3_64_with_seed};

use crate::limits;

/// The identity of an index: a name may be deleted and created anew, its uuid never comes back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct IndexUuid(pub Uuid);

impl IndexUuid {
    /// A new random identity.
    pub fn random(rng: &mut impl Rng) -> Self {
        Self(random_uuid(rng))
    }
}

impl fmt::Display for IndexUuid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0.simple())
    }
}

/// A random (version 4) uuid.
pub fn random_uuid(rng: &mut impl Rng) -> Uuid {
    let mut bytes = [0; 16];
    rng.fill_bytes(&mut bytes);
    uuid::Builder::from_random_bytes(bytes).into_uuid()
}

/// One of an index's `P` partitions, `0..P`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Shard(pub u32);

impl fmt::Display for Shard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// One of the cluster's `L` places in the tree, `0..L`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Leaf(pub u32);

impl fmt::Display for Leaf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// The sequence number of a write batch in an index's log. The first batch has position 1;
/// position 0 means "before every batch".
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Position(pub u64);

impl Position {
    /// Before every batch.
    pub const START: Self = Self(0);

    /// The position after this one.
    #[must_use]
    pub fn next(self) -> Self {
        Self(self.0 + 1)
    }
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Why a name or an id was refused. The text is what a client reads.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NameError {
    /// The index name breaks one of Elasticsearch's rules.
    #[error("Invalid index name [{name}], {reason}")]
    Index {
        /// The offending name, cut to a printable length.
        name: String,
        /// The rule it breaks.
        reason: &'static str,
    },
    /// The document id is empty.
    #[error("if _id is specified it must not be empty")]
    EmptyId,
    /// The document id is longer than [`limits::ID_BYTES_MAX`].
    #[error("id is too long, must be no longer than {max} bytes but was: {len}", max = limits::ID_BYTES_MAX)]
    LongId {
        /// Its length in bytes.
        len: usize,
    },
}

/// Checks an index name against Elasticsearch's rules (lower case, no separators, at most 255 bytes).
///
/// # Errors
/// [`NameError::Index`] names the rule that is broken.
pub fn check_index_name(name: &str) -> Result<(), NameError> {
    let refuse = |reason| {
        Err(NameError::Index {
            name: name.chars().take(64).collect(),
            reason,
        })
    };
    if name.is_empty() {
        return refuse("must not be empty");
    }
    if name.len() > limits::INDEX_NAME_BYTES_MAX {
        return refuse("index name is too long, (> 255 bytes)");
    }
    if name == "." || name == ".." {
        return refuse("must not be '.' or '..'");
    }
    if name.starts_with(['_', '-', '+']) {
        return refuse("must not start with '_', '-', or '+'");
    }
    if name.contains(['\\', '/', '*', '?', '"', '<', '>', '|', ' ', ',', '#', ':'])
        || name.chars().any(char::is_control)
    {
        return refuse(
            "must not contain the following characters ['\\','/','*','?','\"','<','>','|',' ',',','#',':']",
        );
    }
    if name.chars().any(char::is_uppercase) {
        return refuse("must be lowercase");
    }
    Ok(())
}

/// Checks a document id.
///
/// # Errors
/// [`NameError::EmptyId`] or [`NameError::LongId`].
pub fn check_document_id(id: &str) -> Result<(), NameError> {
    match id.len() {
        0 => Err(NameError::EmptyId),
        len if len > limits::ID_BYTES_MAX => Err(NameError::LongId { len }),
        _ => Ok(()),
    }
}

/// Where in the hash range `0..2^64` a routing value lies; a shard owns a contiguous part of it.
pub fn routing_hash(routing: &str) -> u64 {
    xxh3_64(routing.as_bytes())
}

/// The document key: the last criterion of every order, equal on every replica and for every number
/// of shards. Seeded apart from [`routing_hash`], so that it says nothing about the shard.
pub fn document_key(id: &str) -> u64 {
    const SEED: u64 = 0x6b65_7900;
    xxh3_64_with_seed(id.as_bytes(), SEED)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn index_names_follow_the_rules_of_elasticsearch() {
        for good in ["a", "logs-2026.01", "ärger", "a_b+c"] {
            assert_eq!(check_index_name(good), Ok(()), "{good}");
        }
        for bad in [
            "",
            "_a",
            "-a",
            "+a",
            "A",
            "a b",
            "a/b",
            "a*",
            "..",
            "a\u{7}",
            &"x".repeat(256),
        ] {
            assert!(check_index_name(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn ids_are_limited_in_length() {
        assert_eq!(check_document_id(""), Err(NameError::EmptyId));
        assert_eq!(check_document_id(&"x".repeat(512)), Ok(()));
        assert_eq!(
            check_document_id(&"x".repeat(513)),
            Err(NameError::LongId { len: 513 })
        );
    }
}
