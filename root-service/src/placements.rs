//! Which leaf each shard is placed on, computed once per index and number of leaves: it takes shards times leaves
//! hashes, and every query and every written document asks.

use std::collections::HashMap;
use std::sync::Arc;

use parking_lot::RwLock;
use shared::catalog::{Catalog, IndexMeta};
use shared::ids::{IndexUuid, Leaf};

/// Placements by index.
#[derive(Debug, Default)]
pub struct Placements {
    known: RwLock<HashMap<IndexUuid, Known>>,
}

#[derive(Clone, Debug)]
struct Known {
    leaves: u32,
    placement: Arc<[Leaf]>,
}

impl Placements {
    /// The leaf of every shard of an index of this catalog, in shard order.
    pub fn of(&self, catalog: &Catalog, meta: &IndexMeta) -> Arc<[Leaf]> {
        if let Some(known) = self.known.read().get(&meta.uuid)
            && known.leaves == catalog.leaves
        {
            return known.placement.clone();
        }
        let placement: Arc<[Leaf]> = meta.placement(catalog.leaves).into();
        let known = Known {
            leaves: catalog.leaves,
            placement: placement.clone(),
        };
        self.known.write().insert(meta.uuid, known);
        placement
    }

    /// Forgets indexes that are gone.
    pub fn retain(&self, alive: impl Fn(IndexUuid) -> bool) {
        self.known.write().retain(|index, _| alive(*index));
    }
}
