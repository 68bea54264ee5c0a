//! What the operations since the last commit did to their ids: searches do not see it yet, later operations must.

use std::collections::HashMap;

use shared::ids::Position;

/// The ids written since the last commit.
#[derive(Default)]
pub(crate) struct Pending {
    /// The last batch applied, wholly.
    pub(crate) applied: Position,
    ids: HashMap<Box<str>, Option<u64>>,
}

impl Pending {
    /// `Some(Some(version))`: written since the commit; `Some(None)`: deleted since the commit; `None`: untouched.
    pub(crate) fn get(&self, id: &str) -> Option<Option<u64>> {
        self.ids.get(id).copied()
    }

    /// The id has this version now, or none.
    pub(crate) fn set(&mut self, id: &str, version: Option<u64>) {
        match self.ids.get_mut(id) {
            Some(entry) => *entry = version,
            None => drop(self.ids.insert(id.into(), version)),
        }
    }

    /// Everything up to `applied` is committed, or else forgotten.
    pub(crate) fn clear(&mut self, applied: Position) {
        self.applied = applied;
        // A bulk load leaves a large table behind; an idle shard must not keep it.
        self.ids = HashMap::new();
    }
}
