//! Packs documents into `_bulk` bodies of about one size.

use bytes::Bytes;
use datasets::Document;
use serde_json::json;

/// A body that is ready to be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Packed {
    /// Pairs of lines, each ended by a newline.
    pub bytes: Bytes,
    /// How many documents it holds.
    pub documents: u64,
    /// Their size as JSON, without the action lines, in bytes.
    pub source_bytes: u64,
}

/// Collects documents until a body is large enough.
#[derive(Debug)]
pub struct Packer {
    body_bytes: usize,
    lines: Vec<u8>,
    documents: u64,
    source_bytes: u64,
}

impl Packer {
    /// A packer of bodies of about `body_bytes`: a body ends with the document that reaches it.
    pub fn new(body_bytes: usize) -> Self {
        Self {
            body_bytes,
            lines: Vec::new(),
            documents: 0,
            source_bytes: 0,
        }
    }

    /// Adds one document, and gives the body when it has become large enough.
    pub fn add(&mut self, document: &Document) -> Option<Packed> {
        let action = json!({"index": {"_id": document.id}}).to_string();
        for line in [&action, &document.source] {
            self.lines.extend_from_slice(line.as_bytes());
            self.lines.push(b'\n');
        }
        self.documents += 1;
        self.source_bytes += document.source.len() as u64;
        (self.lines.len() >= self.body_bytes).then(|| self.take())?
    }

    /// The last body; none if there is nothing in it.
    pub fn take(&mut self) -> Option<Packed> {
        if self.lines.is_empty() {
            return None;
        }
        let full = std::mem::replace(self, Self::new(self.body_bytes));
        Some(Packed {
            bytes: Bytes::from(full.lines),
            documents: full.documents,
            source_bytes: full.source_bytes,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn document(id: &str) -> Document {
        Document {
            id: id.to_owned(),
            source: r#"{"a":1}"#.to_owned(),
        }
    }

    #[test]
    fn a_body_ends_with_the_document_that_fills_it() {
        let mut packer = Packer::new(60);
        assert_eq!(packer.add(&document("a")), None);
        let full = packer.add(&document("b\"c")).unwrap();
        assert_eq!(full.documents, 2);
        assert_eq!(full.source_bytes, 14);
        assert_eq!(
            full.bytes,
            "{\"index\":{\"_id\":\"a\"}}\n{\"a\":1}\n{\"index\":{\"_id\":\"b\\\"c\"}}\n{\"a\":1}\n"
        );
        assert_eq!(packer.take(), None);
    }

    #[test]
    fn the_last_body_holds_the_rest() {
        let mut packer = Packer::new(1000);
        assert_eq!(packer.add(&document("a")), None);
        assert_eq!(packer.take().unwrap().documents, 1);
        assert_eq!(packer.take(), None);
    }
}
