//! A text in the making, and where its parts stood in the text that it is made of.

use crate::limits::ANALYZED_TEXT_BYTES_MAX;

/// A text that is changed from its beginning to its end.
pub(in crate::analysis) struct Changed<'a> {
    text: &'a str,
    /// What is made of the text before `seen`.
    made: String,
    seen: usize,
    edits: Vec<Edit>,
}

/// A part that was put in the place of another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Edit {
    made: (usize, usize),
    was: (usize, usize),
}

impl<'a> Changed<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self {
            text,
            made: String::new(),
            seen: 0,
            edits: Vec::new(),
        }
    }

    /// The text as it was.
    pub(super) fn text(&self) -> &'a str {
        self.text
    }

    /// Puts a text in the place of a part, which comes after those that were replaced before.
    pub(super) fn replace(&mut self, start: usize, end: usize, with: &str) {
        if self.made.len() + (start - self.seen) + with.len() > ANALYZED_TEXT_BYTES_MAX {
            return;
        }
        self.made.push_str(&self.text[self.seen..start]);
        let from = self.made.len();
        self.made.push_str(with);
        self.edits.push(Edit {
            made: (from, self.made.len()),
            was: (start, end),
        });
        self.seen = end;
    }

    pub(super) fn finish(mut self) -> (String, Offsets) {
        self.made.push_str(&self.text[self.seen..]);
        (self.made, Offsets { edits: self.edits })
    }
}

/// Where the parts of a changed text stood before.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::analysis) struct Offsets {
    /// In their order.
    edits: Vec<Edit>,
}

impl Offsets {
    /// Where a part stood that begins here.
    pub(in crate::analysis) fn start(&self, at: usize) -> usize {
        let after = self.edits.partition_point(|edit| edit.made.0 <= at);
        let Some(edit) = after.checked_sub(1).and_then(|last| self.edits.get(last)) else {
            return at;
        };
        if at < edit.made.1 {
            edit.was.0
        } else {
            edit.was.1 + (at - edit.made.1)
        }
    }

    /// Where a part stood that ends here. What was taken away after it does not belong to it.
    pub(in crate::analysis) fn end(&self, at: usize) -> usize {
        let after = self.edits.partition_point(|edit| edit.made.0 < at);
        let Some(edit) = after.checked_sub(1).and_then(|last| self.edits.get(last)) else {
            return at;
        };
        if at <= edit.made.1 {
            edit.was.1
        } else {
            edit.was.1 + (at - edit.made.1)
        }
    }
}
