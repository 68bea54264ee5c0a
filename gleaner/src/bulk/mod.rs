//! Loads a corpus through `_bulk`: read on a blocking thread, packed into bodies, sent by a few requests at a time.

mod body;
mod error;

use std::time::Duration;

use datasets::{DatasetError, Document};
use futures::StreamExt as _;
use futures::stream::FuturesUnordered;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio::time::Instant;

use crate::client::{Client, Rejected};
use body::Packed;
pub use body::Packer;
pub use error::BulkError;

/// How many rejected documents are kept for the report; the others are only counted.
const REJECTED_KEPT_MAX: usize = 5;

/// How a corpus is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BulkPlan {
    /// A body is sent when it has reached this size: larger ones cost less per document and more memory at the root.
    pub body_bytes: usize,
    /// Requests in flight: one is packed and sent while the root still works on another.
    pub concurrent: usize,
    /// Stop after so many documents.
    pub documents_max: Option<u64>,
}

impl Default for BulkPlan {
    fn default() -> Self {
        Self {
            body_bytes: 4 * 1024 * 1024,
            concurrent: 3,
            documents_max: None,
        }
    }
}

/// What became of a load, or of the part of it that is done.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Loaded {
    /// Documents that the cluster has acknowledged.
    pub documents: u64,
    /// Their size as JSON, in bytes.
    pub bytes: u64,
    /// Documents that the cluster refused.
    pub rejected: u64,
    /// The first of them, with the reasons.
    pub rejected_first: Vec<Rejected>,
    /// Lines, records and files of the corpus that cannot be read.
    pub malformed: u64,
    /// What is wrong with the first of them.
    pub malformed_first: Option<String>,
    /// Time since the first document was read.
    pub took: Duration,
}

impl Loaded {
    /// Documents per second.
    pub fn documents_per_second(&self) -> f64 {
        self.documents as f64 / self.seconds()
    }

    /// Bytes per second.
    pub fn bytes_per_second(&self) -> f64 {
        self.bytes as f64 / self.seconds()
    }

    /// Never zero, so that a rate is always a number.
    fn seconds(&self) -> f64 {
        self.took.as_secs_f64().max(1e-3)
    }

    fn add(&mut self, sent: Sent) {
        let rejected = sent.rejected.len() as u64;
        self.documents += sent.documents - rejected.min(sent.documents);
        self.bytes += sent.bytes;
        self.rejected += rejected;
        let space = REJECTED_KEPT_MAX - self.rejected_first.len();
        self.rejected_first.extend(sent.rejected.into_iter().take(space));
    }
}

/// What became of one body.
struct Sent {
    documents: u64,
    bytes: u64,
    rejected: Vec<Rejected>,
}

/// What became of a whole load.
#[derive(Debug)]
pub struct Outcome<C> {
    /// What is in the index, and what is not.
    pub loaded: Loaded,
    /// The corpus, which knows what it left out.
    pub corpus: C,
    /// Why the corpus could not be read to its end; everything before that was sent.
    pub broken_off: Option<DatasetError>,
}

/// What the reading thread has to say at its end: the corpus, and what it could not use of it.
struct Read<C> {
    corpus: C,
    malformed: u64,
    malformed_first: Option<String>,
    broken_off: Option<DatasetError>,
}

/// Sends all documents to `index` and gives the corpus back, which knows what it left out.
///
/// `progress` is called after every answer. What is wrong with one record or file is counted and does not end the load.
///
/// # Errors
/// [`BulkError`] if the corpus cannot be read on, or the cluster cannot be reached or refuses a whole request.
/// What was acknowledged until then stays.
pub async fn load<C>(
    client: &Client,
    index: &str,
    corpus: C,
    plan: BulkPlan,
    progress: impl FnMut(&Loaded),
) -> Result<(Loaded, C), BulkError>
where
    C: Iterator<Item = Result<Document, DatasetError>> + Send + 'static,
{
    // On the heap: a future inside of another is as large again.
    let outcome = Box::pin(load_readable(client, index, corpus, plan, progress)).await?;
    match outcome.broken_off {
        None => Ok((outcome.loaded, outcome.corpus)),
        Some(error) => Err(error.into()),
    }
}

/// Like [`load`], for callers who have a use for a part of a corpus: one that cannot be read to its end is no error.
///
/// # Errors
/// [`BulkError`] if the cluster cannot be reached or refuses a whole request. What was acknowledged until then stays.
pub async fn load_readable<C>(
    client: &Client,
    index: &str,
    corpus: C,
    plan: BulkPlan,
    mut progress: impl FnMut(&Loaded),
) -> Result<Outcome<C>, BulkError>
where
    C: Iterator<Item = Result<Document, DatasetError>> + Send + 'static,
{
    let started = Instant::now();
    let mut loaded = Loaded::default();
    // One body waits while the others are on their way: enough to never wait for the disk, and bounded in memory.
    let (packed_sender, mut packed) = mpsc::channel(1);
    let reader = tokio::task::spawn_blocking(move || read(corpus, plan, &packed_sender));
    let mut in_flight = FuturesUnordered::new();
    loop {
        let has_room = in_flight.len() < plan.concurrent.max(1);
        tokio::select! {
            Some(sent) = in_flight.next() => {
                loaded.add(sent?);
                loaded.took = started.elapsed();
                progress(&loaded);
            }
            next = packed.recv(), if has_room => match next {
                Some(body) => in_flight.push(send(client, index, body)),
                None => break,
            },
        }
    }
    while let Some(sent) = in_flight.next().await {
        loaded.add(sent?);
        loaded.took = started.elapsed();
        progress(&loaded);
    }
    finish(loaded, reader).await
}

async fn finish<C>(mut loaded: Loaded, reader: JoinHandle<Read<C>>) -> Result<Outcome<C>, BulkError> {
    let read = reader.await.map_err(|_| BulkError::Reader)?;
    loaded.malformed = read.malformed;
    loaded.malformed_first = read.malformed_first;
    Ok(Outcome {
        loaded,
        corpus: read.corpus,
        broken_off: read.broken_off,
    })
}

async fn send(client: &Client, index: &str, body: Packed) -> Result<Sent, BulkError> {
    let answer = client.bulk(index, body.bytes).await?;
    Ok(Sent {
        documents: body.documents,
        bytes: body.source_bytes,
        rejected: answer.rejected,
    })
}

/// Runs on a blocking thread; ends early when nobody receives any more.
fn read<C>(mut corpus: C, plan: BulkPlan, packed: &mpsc::Sender<Packed>) -> Read<C>
where
    C: Iterator<Item = Result<Document, DatasetError>>,
{
    let mut packer = Packer::new(plan.body_bytes);
    let mut malformed = 0;
    let mut malformed_first = None;
    let mut broken_off = None;
    let mut left = plan.documents_max.unwrap_or(u64::MAX);
    while left > 0
        && let Some(document) = corpus.next()
    {
        match document {
            Ok(document) => {
                left -= 1;
                if let Some(full) = packer.add(&document)
                    && packed.blocking_send(full).is_err()
                {
                    break;
                }
            }
            Err(error) if error.is_about_one_record() => {
                malformed += 1;
                malformed_first.get_or_insert_with(|| error.to_string());
            }
            Err(error) => {
                broken_off = Some(error);
                break;
            }
        }
    }
    if let Some(rest) = packer.take() {
        // Nobody receives any more: the load has failed already, and says why itself.
        let _ = packed.blocking_send(rest);
    }
    Read {
        corpus,
        malformed,
        malformed_first,
        broken_off,
    }
}
