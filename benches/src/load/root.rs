//! What a root of Gleaner counts while it is under load: read once a second, from when the warm-up is over.

use std::sync::Arc;
use std::time::Duration;

use hyper::StatusCode;
use parking_lot::Mutex;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep_until};

use super::aside::{Aside, AsideError};
use super::target::Target;
use crate::scrape::{RootCounts, Scrape};

/// Metrics that are not there after that are left out.
const PATIENCE: Duration = Duration::from_secs(2);
const SECOND: Duration = Duration::from_secs(1);
/// What every root counts.
const MARK: &str = "gleaner_root_";

/// Reads the counts of a root, for as long as it exists.
pub(super) struct RootWatch {
    root: Arc<Aside>,
    seen: Arc<Mutex<Seen>>,
    _reader: JoinSet<()>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Seen {
    /// At the end of the warm-up.
    first: Option<RootCounts>,
    /// The last two.
    before: Option<RootCounts>,
    last: Option<RootCounts>,
}

impl RootWatch {
    /// Begins to read. Whoever does not answer like a root is not asked again.
    pub(super) fn new(target: Arc<Target>, warm: Instant) -> Self {
        let root = Arc::new(Aside::at(target, PATIENCE));
        let seen = Arc::new(Mutex::new(Seen::default()));
        let mut reader = JoinSet::new();
        reader.spawn(read(root.clone(), seen.clone(), warm));
        Self {
            root,
            seen,
            _reader: reader,
        }
    }

    /// What was counted since the warm-up, and in the last second.
    pub(super) fn counts(&self) -> (Option<RootCounts>, Option<RootCounts>) {
        let Seen { first, before, last } = *self.seen.lock();
        (last.since(first), last.since(before))
    }

    /// What was counted from the end of the warm-up until now; of a root that does not answer, until it did last.
    pub(super) async fn finish(self) -> Option<RootCounts> {
        let Seen { first, last, .. } = *self.seen.lock();
        let first = first?;
        let mut now = counts(&self.root).await;
        if now.is_err() {
            now = counts(&self.root).await;
        }
        now.ok().flatten().or(last).since(Some(first))
    }
}

/// A difference of counts, if both are known.
trait Since {
    fn since(self, earlier: Self) -> Self;
}

impl Since for Option<RootCounts> {
    fn since(self, earlier: Self) -> Self {
        Some(self?.since(&earlier?))
    }
}

async fn read(root: Arc<Aside>, seen: Arc<Mutex<Seen>>, warm: Instant) {
    // Asked at once, so that the connection is there and whoever is no root is known.
    if let Ok(None) = counts(&root).await {
        return;
    }
    let mut next = warm;
    loop {
        sleep_until(next).await;
        // One that is too busy to answer is asked again: the load goes on.
        match counts(&root).await {
            Ok(Some(counts)) => {
                let mut seen = seen.lock();
                seen.first.get_or_insert(counts);
                seen.before = seen.last.replace(counts);
            }
            Ok(None) => return,
            Err(_) => {}
        }
        next += SECOND;
    }
}

/// The counts; nothing if whoever answers is no root. An error says nothing about who it is.
async fn counts(root: &Aside) -> Result<Option<RootCounts>, AsideError> {
    let answer = match root.get("/metrics").await {
        Ok(answer) => answer,
        Err(AsideError::Status(status))
            if status.is_client_error() && status != StatusCode::TOO_MANY_REQUESTS =>
        {
            return Ok(None);
        }
        Err(error) => return Err(error),
    };
    let text = std::str::from_utf8(&answer).unwrap_or_default();
    let scrape = Scrape::parse(text).ok();
    Ok(scrape
        .filter(|_| text.contains(MARK))
        .map(|scrape| RootCounts::of(&scrape)))
}
