//! Where documents are collected: a segment of a view, and what is known of a match there.

use tantivy::{DocId, SegmentReader};

use crate::execute::clock::Clock;
use crate::view::View;

/// A segment of a view.
#[derive(Clone, Copy)]
pub(super) struct Part<'a> {
    /// The view.
    pub(super) view: &'a View,
    /// The segment's number.
    pub(super) segment: u32,
    /// How much time there is.
    pub(super) clock: &'a Clock,
}

impl<'a> Part<'a> {
    /// The segment.
    pub(super) fn reader(self) -> &'a SegmentReader {
        self.view.searcher.segment_reader(self.segment)
    }
}

/// A document that matches.
#[derive(Clone, Copy)]
pub(super) struct Match {
    /// Which.
    pub(super) doc: DocId,
    /// Its score; 0 if nobody wants to know.
    pub(super) score: f32,
}
