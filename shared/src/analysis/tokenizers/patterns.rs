//! Pieces by a pattern.

use super::super::pattern::Pattern;

/// A pattern that cuts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::analysis) struct Cutter {
    /// The pattern.
    pub(in crate::analysis) pattern: Pattern,
    /// The group that is a token; `None` for what stands between matches.
    pub(in crate::analysis) group: Option<usize>,
}

impl Cutter {
    /// The pieces, some of them empty.
    pub(super) fn pieces<'a>(&'a self, text: &'a str) -> Box<dyn Iterator<Item = (usize, usize)> + 'a> {
        if let Some(group) = self.group {
            return Box::new(self.pattern.groups(text, group));
        }
        let mut before = 0;
        let ends = self.pattern.matches(text).map(Some).chain([None]);
        Box::new(ends.map(move |found| {
            let (start, end) = found.unwrap_or((text.len(), text.len()));
            let piece = (before, start);
            before = end;
            piece
        }))
    }
}
