//! One number that tells whether two corpora are the same, whatever files they come from.

use std::fmt;

use xxhash_rust::xxh3::Xxh3;

use crate::corpus::Document;

/// What a corpus's documents hash to, in their order: XXH3-64 over each document's id, a zero byte, its source and a
/// newline.
///
/// Compression and the way a corpus is cut into files do not matter; the order of the documents and every byte of their
/// sources do. It finds damage and mix-ups, not forgery.
#[derive(Clone, Default)]
pub struct Fingerprint {
    hash: Xxh3,
}

impl Fingerprint {
    /// Of no documents yet.
    #[must_use]
    pub fn new() -> Self {
        Self { hash: Xxh3::new() }
    }

    /// Adds the next document.
    pub fn add(&mut self, document: &Document) {
        self.add_parts(document.id.as_bytes(), document.source.as_bytes());
    }

    /// Adds the next document, given as the bytes of its id and of its source.
    pub fn add_parts(&mut self, id: &[u8], source: &[u8]) {
        self.hash.update(id);
        self.hash.update(&[0]);
        self.hash.update(source);
        self.hash.update(b"\n");
    }

    /// The number.
    #[must_use]
    pub fn value(&self) -> u64 {
        self.hash.digest()
    }
}

/// Sixteen hexadecimal digits.
impl fmt::Display for Fingerprint {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:016x}", self.value())
    }
}

impl fmt::Debug for Fingerprint {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Fingerprint({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(documents: &[(&str, &str)]) -> u64 {
        let mut fingerprint = Fingerprint::new();
        for (id, source) in documents {
            fingerprint.add(&Document {
                id: (*id).to_owned(),
                source: (*source).to_owned(),
            });
        }
        fingerprint.value()
    }

    #[test]
    fn order_ids_and_sources_count() {
        let both = of(&[("1", "{}"), ("2", "{}")]);
        assert_ne!(both, of(&[("2", "{}"), ("1", "{}")]));
        assert_ne!(both, of(&[("1", "{}")]));
        assert_ne!(both, of(&[("1", "{}"), ("2", "{ }")]));
        assert_eq!(both, of(&[("1", "{}"), ("2", "{}")]));
    }

    #[test]
    fn it_is_the_hash_that_the_documentation_says() {
        let whole = xxhash_rust::xxh3::xxh3_64(b"1\0{\"a\":1}\n2\0{}\n");
        assert_eq!(of(&[("1", "{\"a\":1}"), ("2", "{}")]), whole);
        assert_eq!(Fingerprint::new().to_string(), "2d06800538d394c2");
    }
}
