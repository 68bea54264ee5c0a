//! What a root of Gleaner counts while it is under load: read once a second, from when the warm-up is over.

use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;
use reqwest::Client;
use reqwest::header::HeaderMap;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep_until};

use super::LoadError;
use crate::scrape::{RootCounts, Scrape};

/// Metrics that are not there after that are left out.
const PATIENCE: Duration = Duration::from_secs(2);
const SECOND: Duration = Duration::from_secs(1);
/// What every root counts.
const MARK: &str = "gleaner_root_";

/// Reads the counts of a root, for as long as it exists.
#[derive(Debug)]
pub(super) struct RootWatch {
    http: Client,
    url: String,
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
    pub(super) fn new(url: &str, headers: &HeaderMap, warm: Instant) -> Result<Self, LoadError> {
        let http = Client::builder()
            .default_headers(headers.clone())
            .timeout(PATIENCE)
            .no_proxy()
            .build()?;
        let seen = Arc::new(Mutex::new(Seen::default()));
        let mut reader = JoinSet::new();
        reader.spawn(read(http.clone(), format!("{url}/metrics"), seen.clone(), warm));
        Ok(Self {
            http,
            url: format!("{url}/metrics"),
            seen,
            _reader: reader,
        })
    }

    /// What was counted since the warm-up, and in the last second.
    pub(super) fn counts(&self) -> (Option<RootCounts>, Option<RootCounts>) {
        let Seen { first, before, last } = *self.seen.lock();
        (last.since(first), last.since(before))
    }

    /// What was counted from the end of the warm-up until now.
    pub(super) async fn finish(self) -> Option<RootCounts> {
        let first = self.seen.lock().first?;
        Some(counts(&self.http, &self.url).await?.since(&first))
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

async fn read(http: Client, url: String, seen: Arc<Mutex<Seen>>, warm: Instant) {
    // Asked at once, so that the connection is there and whoever is no root is known.
    if counts(&http, &url).await.is_none() {
        return;
    }
    let mut next = warm;
    loop {
        sleep_until(next).await;
        // One that is too busy to answer is asked again: the load goes on.
        if let Some(counts) = counts(&http, &url).await {
            let mut seen = seen.lock();
            seen.first.get_or_insert(counts);
            seen.before = seen.last.replace(counts);
        }
        next += SECOND;
    }
}

async fn counts(http: &Client, url: &str) -> Option<RootCounts> {
    let response = http.get(url).send().await.ok()?.error_for_status().ok()?;
    let text = response.text().await.ok()?;
    let scrape = Scrape::parse(&text).ok()?;
    text.contains(MARK).then(|| RootCounts::of(&scrape))
}
