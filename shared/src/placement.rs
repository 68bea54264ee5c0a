//! Which shard holds a document, and which leaf hosts a shard: pure functions that every process computes alike.

use xxhash_rust::xxh3::xxh3_64;

use crate::ids::{IndexUuid, Leaf, Shard, routing_hash};

/// The shard of a routing value: the hash range `0..2^64` is cut into `shards` equal parts, so doubling the
/// number of shards splits each one in two.
pub fn shard_of(routing: &str, shards: u32) -> Shard {
    let scaled = (u128::from(routing_hash(routing)) * u128::from(shards)) >> 64;
    Shard(u32::try_from(scaled).expect("a 64-bit hash times a 32-bit count, shifted by 64, fits 32 bits"))
}

/// The leaf of every shard of an index, in shard order.
///
/// Rendezvous hashing (Thaler and Ravishankar, 1998) with a bounded load: each shard goes to the leaf that scores
/// highest among those that still have room for one of `ceil(shards / leaves)`. Changing the number of leaves moves
/// about `shards / leaves` shards.
pub fn leaves_of(index: IndexUuid, shards: u32, leaves: u32) -> Vec<Leaf> {
    assert!(leaves > 0, "a cluster has at least one leaf");
    let room = shards.div_ceil(leaves);
    let mut hosted = vec![0_u32; leaves as usize];
    (0..shards)
        .map(|shard| {
            let leaf = (0..leaves)
                .filter(|leaf| hosted[*leaf as usize] < room)
                .max_by_key(|leaf| (weight(index, shard, *leaf), *leaf))
                .expect("leaves * ceil(shards / leaves) >= shards, so one leaf has room");
            hosted[leaf as usize] += 1;
            Leaf(leaf)
        })
        .collect()
}

/// The shards of an index that a leaf hosts.
pub fn shards_on(index: IndexUuid, shards: u32, leaves: u32, leaf: Leaf) -> Vec<Shard> {
    let placed = leaves_of(index, shards, leaves);
    (0..shards)
        .zip(placed)
        .filter(|(_, at)| *at == leaf)
        .map(|(shard, _)| Shard(shard))
        .collect()
}

fn weight(index: IndexUuid, shard: u32, leaf: u32) -> u64 {
    let mut bytes = [0_u8; 24];
    bytes[..16].copy_from_slice(index.0.as_bytes());
    bytes[16..20].copy_from_slice(&shard.to_le_bytes());
    bytes[20..].copy_from_slice(&leaf.to_le_bytes());
    xxh3_64(&bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn index() -> IndexUuid {
        IndexUuid(uuid::Uuid::from_u128(7))
    }

    #[test]
    fn doubling_the_shards_splits_each_in_two() {
        for n in 0..1_000 {
            let id = format!("document-{n}");
            assert_eq!(shard_of(&id, 16).0 / 2, shard_of(&id, 8).0);
        }
    }

    #[test]
    fn no_leaf_hosts_more_than_its_share() {
        for (shards, leaves) in [(1, 1), (4, 4), (7, 4), (64, 5), (3, 8)] {
            let placed = leaves_of(index(), shards, leaves);
            for leaf in 0..leaves {
                let hosted = placed.iter().filter(|at| at.0 == leaf).count();
                assert!(
                    hosted <= shards.div_ceil(leaves) as usize,
                    "{shards} shards on {leaves} leaves"
                );
            }
        }
    }

    #[test]
    fn one_more_leaf_moves_few_shards() {
        let index = index();
        let (before, after) = (leaves_of(index, 240, 5), leaves_of(index, 240, 6));
        let moved = before.iter().zip(&after).filter(|(a, b)| a != b).count();
        assert!(moved < 100, "{moved} of 240 shards moved where about 40 must");
    }

    #[test]
    fn documents_spread_evenly() {
        let mut counts = [0_u32; 8];
        for n in 0..80_000 {
            counts[shard_of(&format!("id{n}"), 8).0 as usize] += 1;
        }
        assert!(counts.iter().all(|n| (9_500..10_500).contains(n)), "{counts:?}");
    }
}
