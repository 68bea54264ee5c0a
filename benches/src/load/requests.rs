//! What is sent: prepared bodies of searches with their weights, and documents to write.

use std::fmt::Write as _;
use std::sync::atomic::{AtomicUsize, Ordering};

use bytes::Bytes;
use rand::{Rng, RngExt as _};

use super::LoadError;
use super::alias::Alias;

/// The most documents of one `_bulk`.
pub const BULK_MAX: usize = 10_000;

/// Searches and writes, ready to be sent. Clones of bodies are cheap.
#[derive(Debug)]
pub struct Requests {
    searches: Vec<Bytes>,
    picker: Option<Alias>,
    writes: Option<Writes>,
}

/// Documents that are written, in their order and over and over.
#[derive(Debug)]
struct Writes {
    share: f64,
    prepared: Vec<Write>,
    next: AtomicUsize,
    /// Of documents that are written one by one.
    longest_id: Option<String>,
}

/// One write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Write {
    /// Of one document: where it goes. Several of them are a `_bulk`.
    pub(super) document: Option<String>,
    /// What is sent.
    pub(super) body: Bytes,
}

/// What is to be sent next.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Picked<'a> {
    /// A search with this body.
    Search(&'a Bytes),
    /// A write.
    Write(&'a Write),
}

impl Requests {
    /// Searches with these bodies, each as often as its weight says in relation to the others.
    ///
    /// # Errors
    /// If there are none, or weights are negative, not finite or all zero.
    pub fn searches<B: Into<Bytes>>(searches: impl IntoIterator<Item = (B, f64)>) -> Result<Self, LoadError> {
        let (searches, weights): (Vec<Bytes>, Vec<f64>) = searches
            .into_iter()
            .map(|(body, weight)| (body.into(), weight))
            .unzip();
        let picker = Alias::new(&weights).ok_or(LoadError::Nothing("no query has a weight above zero"))?;
        Ok(Self {
            searches,
            picker: Some(picker),
            writes: None,
        })
    }

    /// Writes alone, without searches.
    ///
    /// # Errors
    /// As [`Requests::with_writes`].
    pub fn writes(documents: &[(String, String)], bulk: usize) -> Result<Self, LoadError> {
        let none = Self {
            searches: Vec::new(),
            picker: None,
            writes: None,
        };
        none.with_writes(1.0, documents, bulk)
    }

    /// The same, where this share of the requests (0 to 1) write documents, given by id and source: one at a time, or so
    /// many in a `_bulk`. Every document must be one JSON object on one line.
    ///
    /// # Errors
    /// If the share or the bulk is out of range, or there are no documents.
    pub fn with_writes(
        mut self,
        share: f64,
        documents: &[(String, String)],
        bulk: usize,
    ) -> Result<Self, LoadError> {
        if !(share > 0.0 && share <= 1.0) {
            return Err(LoadError::OutOfRange {
                what: "the share of writes",
                value: share.to_string(),
                least: "above 0".to_owned(),
                most: "1".to_owned(),
            });
        }
        if !(1..=BULK_MAX).contains(&bulk) {
            return Err(LoadError::OutOfRange {
                what: "the number of documents in a write",
                value: bulk.to_string(),
                least: "1".to_owned(),
                most: BULK_MAX.to_string(),
            });
        }
        if documents.is_empty() {
            return Err(LoadError::Nothing("there are no documents to write"));
        }
        self.writes = Some(Writes {
            share,
            prepared: documents
                .chunks(bulk)
                .map(|chunk| Write::new(chunk, bulk))
                .collect(),
            next: AtomicUsize::new(0),
            longest_id: (bulk == 1).then(|| longest_id(documents)).flatten(),
        });
        Ok(self)
    }

    /// The id that takes the longest path, if documents are written one by one.
    pub(super) fn longest_id(&self) -> Option<&str> {
        self.writes.as_ref()?.longest_id.as_deref()
    }

    /// What is to be sent next. Searches follow from the random numbers alone, also if there are several threads.
    pub(super) fn pick(&self, rng: &mut impl Rng) -> Picked<'_> {
        if let Some(writes) = &self.writes {
            let drawn: f64 = rng.random();
            if drawn < writes.share || self.picker.is_none() {
                let nth = writes.next.fetch_add(1, Ordering::Relaxed) % writes.prepared.len();
                return Picked::Write(&writes.prepared[nth]);
            }
        }
        let picker = self
            .picker
            .as_ref()
            .expect("without searches everything is a write");
        Picked::Search(&self.searches[picker.draw(rng)])
    }
}

impl Write {
    fn new(documents: &[(String, String)], bulk: usize) -> Self {
        if let ([(id, source)], 1) = (documents, bulk) {
            return Self {
                document: Some(encoded(id)),
                body: Bytes::from(source.clone()),
            };
        }
        let mut body = String::new();
        for (id, source) in documents {
            let action = serde_json::json!({"index": {"_id": id}});
            // Writing to a string does not fail.
            let _ = writeln!(body, "{action}\n{source}");
        }
        Self {
            document: None,
            body: Bytes::from(body),
        }
    }
}

/// The id that is the longest when it is escaped.
fn longest_id(documents: &[(String, String)]) -> Option<String> {
    let ids = documents.iter().map(|(id, _)| id);
    ids.max_by_key(|id| encoded(id).len()).cloned()
}

/// A part of a path, with everything escaped that could mean something else there.
pub(super) fn encoded(part: &str) -> String {
    let mut text = String::with_capacity(part.len());
    for byte in part.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.~*,".contains(&byte) {
            text.push(char::from(byte));
        } else {
            let _ = write!(text, "%{byte:02X}");
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng as _;
    use rand::rngs::StdRng;

    use super::*;

    fn documents(count: usize) -> Vec<(String, String)> {
        (0..count)
            .map(|nth| (format!("a/{nth}"), format!("{{\"n\":{nth}}}")))
            .collect()
    }

    #[test]
    fn the_same_seed_asks_the_same_in_the_same_order() {
        let requests = Requests::searches((0..100).map(|nth| (format!("{nth}"), f64::from(nth)))).unwrap();
        let drawn = |seed| {
            let mut rng = StdRng::seed_from_u64(seed);
            (0..50)
                .map(|_| format!("{:?}", requests.pick(&mut rng)))
                .collect::<Vec<_>>()
        };
        assert_eq!(drawn(3), drawn(3));
        assert_ne!(drawn(3), drawn(4));
    }

    #[test]
    fn writes_have_their_share_and_go_through_all_documents() {
        let requests = Requests::searches([("{}", 1.0)])
            .unwrap()
            .with_writes(0.25, &documents(7), 1)
            .unwrap();
        let mut rng = StdRng::seed_from_u64(1);
        let picked: Vec<Picked<'_>> = (0..10_000).map(|_| requests.pick(&mut rng)).collect();
        let writes: Vec<&Write> = picked
            .iter()
            .filter_map(|picked| match picked {
                Picked::Search(_) => None,
                Picked::Write(write) => Some(*write),
            })
            .collect();
        assert!(writes.len().abs_diff(2_500) < 200, "{}", writes.len());
        assert_eq!(writes[0].document.as_deref(), Some("a%2F0"));
        assert_eq!(writes[7], writes[0]);
    }

    #[test]
    fn a_bulk_holds_as_many_documents_as_it_is_to() {
        let requests = Requests::writes(&documents(3), 2).unwrap();
        let mut rng = StdRng::seed_from_u64(1);
        let Picked::Write(write) = requests.pick(&mut rng) else {
            panic!("there is nothing else");
        };
        let text = "{\"index\":{\"_id\":\"a/0\"}}\n{\"n\":0}\n{\"index\":{\"_id\":\"a/1\"}}\n{\"n\":1}\n";
        assert_eq!(
            (write.document.as_deref(), &write.body[..]),
            (None, text.as_bytes())
        );
    }

    #[test]
    fn what_makes_no_sense_is_refused() {
        let searches = || Requests::searches([("{}", 1.0)]).unwrap();
        Requests::searches([("{}", 0.0)]).unwrap_err();
        Requests::searches(Vec::<(String, f64)>::new()).unwrap_err();
        searches().with_writes(0.0, &documents(1), 1).unwrap_err();
        searches().with_writes(f64::NAN, &documents(1), 1).unwrap_err();
        searches().with_writes(0.5, &documents(1), 0).unwrap_err();
        searches().with_writes(0.5, &[], 1).unwrap_err();
    }
}
