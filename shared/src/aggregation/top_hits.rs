//! The best documents of a bucket.

use serde::{Deserialize, Serialize};

use crate::wire::Hit;
use crate::wire::sort::{self, SortKey};

/// The best documents of a bucket, named but not read: their stored documents are fetched when it is known which are shown.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct TopHits {
    /// Documents of the bucket.
    pub total: u64,
    /// The best score of all of them, if there are scores.
    pub score_max: Option<f32>,
    /// The best ones, in order.
    pub hits: Vec<TopHit>,
}

/// One of the best documents of a bucket.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TopHit {
    /// Which answer of a shard it came with. Shards do not know; the root numbers them, so that it knows whom to ask for the
    /// document.
    pub origin: u32,
    /// The document.
    pub hit: Hit,
}

impl TopHits {
    /// Adds those of other documents, and keeps the best `max` of all.
    pub fn merge(&mut self, other: Self, order: &[SortKey], max: u32) {
        self.total += other.total;
        self.score_max = [self.score_max, other.score_max]
            .into_iter()
            .flatten()
            .max_by(f32::total_cmp);
        self.hits.extend(other.hits);
        self.hits.sort_by(|a, b| {
            sort::compare(order, &a.hit.sort, &b.hit.sort)
                .then(a.hit.key.cmp(&b.hit.key))
                .then_with(|| a.hit.id.cmp(&b.hit.id))
                .then(a.origin.cmp(&b.origin))
        });
        self.hits.truncate(usize::try_from(max).unwrap_or(usize::MAX));
    }

    /// About how many bytes it takes.
    pub fn bytes(&self) -> usize {
        let hit = |hit: &TopHit| {
            let texts = hit.hit.sort.iter().map(sort::SortValue::bytes).sum::<usize>();
            size_of::<TopHit>() + hit.hit.id.len() + texts
        };
        self.hits.iter().map(hit).sum()
    }
}
