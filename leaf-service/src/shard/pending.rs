//! What the operations since the last commit did to their ids: searches do not see it yet, later operations must.

use std::collections::HashMap;

use shared::ids::Position;

/// What operations need to know of a document that is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Seen {
    /// Its version.
    pub(crate) version: u64,
    /// The number of the operation that wrote it.
    pub(crate) seq_no: u64,
}

/// What became of an id since the last commit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Written {
    /// It is there now.
    Live(Seen),
    /// It was deleted.
    Gone,
}

/// The ids written since the last commit.
#[derive(Default)]
pub(crate) struct Pending {
    /// The last batch applied, wholly.
    pub(crate) applied: Position,
    ids: HashMap<Box<str>, Written>,
}

impl Pending {
    /// `None` if the id was not written since the commit.
    pub(crate) fn get(&self, id: &str) -> Option<Written> {
        self.ids.get(id).copied()
    }

    pub(crate) fn set(&mut self, id: &str, written: Written) {
        match self.ids.get_mut(id) {
            Some(entry) => *entry = written,
            None => drop(self.ids.insert(id.into(), written)),
        }
    }

    /// Everything up to `applied` is committed, or else forgotten.
    pub(crate) fn clear(&mut self, applied: Position) {
        self.applied = applied;
        // A bulk load leaves a large table behind; an idle shard must not keep it.
        self.ids = HashMap::new();
    }
}
