//! A ranked document, and the order of hits.

use std::cmp::Ordering;

use tantivy::DocId;

/// Where a document lies among the views of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::execute) struct Place {
    /// The number of the view within the request.
    pub(in crate::execute) view: usize,
    /// The number of the segment within the view.
    pub(in crate::execute) segment: u32,
    /// The number of the document within the segment.
    pub(in crate::execute) doc: DocId,
}

/// A hit by its canonical score. The better one is the lesser one.
///
/// Place comes last, and only decides between two documents of equal score whose 64-bit keys collide.
#[derive(Clone, Copy, Debug)]
pub(in crate::execute) struct Ranked {
    /// Finite and not negative.
    pub(in crate::execute) score: f32,
    pub(in crate::execute) key: u64,
    pub(in crate::execute) place: Place,
}

impl Ord for Ranked {
    fn cmp(&self, other: &Self) -> Ordering {
        other
            .score
            .total_cmp(&self.score)
            .then(self.key.cmp(&other.key))
            .then(self.place.cmp(&other.place))
    }
}

impl PartialOrd for Ranked {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Ranked {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Ranked {}

/// A score by its value alone. The greater one is the lesser one, so that a heap has the least on top.
#[derive(Clone, Copy, Debug)]
pub(super) struct Descending(pub(super) f64);

impl Ord for Descending {
    fn cmp(&self, other: &Self) -> Ordering {
        other.0.total_cmp(&self.0)
    }
}

impl PartialOrd for Descending {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Descending {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Descending {}
