//! Watches the metrics of a cluster that serves for a while.

use std::time::Duration;

use benches::plan::Watched;
use benches::scrape::{Scrape, ScrapeError};
use futures::future::try_join_all;
use tokio::time::{Instant, sleep};

/// How long one process may take to tell its metrics.
const PATIENCE: Duration = Duration::from_secs(10);

/// Why metrics cannot be had.
#[derive(Debug, thiserror::Error)]
pub enum WatchError {
    /// The process is out of reach, or says something else.
    #[error(
        "cannot read the metrics of {url}: {source}. Give the addresses of a root and of its leaves, such as http://127.0.0.1:9200"
    )]
    Http {
        /// Whose.
        url: String,
        /// What went wrong.
        source: reqwest::Error,
    },
    /// What it says are no metrics.
    #[error("{url}: {source}")]
    Scrape {
        /// Whose.
        url: String,
        /// What is wrong with them.
        source: ScrapeError,
    },
}

/// What was seen.
pub(super) struct Cluster {
    pub(super) url: String,
    pub(super) root: Watched,
    pub(super) replicas: Vec<Watched>,
    pub(super) seconds: f64,
}

/// Reads all metrics now and after a while.
pub(super) async fn watch(root: &str, leaves: &[String], window: Duration) -> Result<Cluster, WatchError> {
    let http = reqwest::Client::builder()
        .timeout(PATIENCE)
        .no_proxy()
        .build()
        .map_err(|source| WatchError::Http {
            url: root.to_owned(),
            source,
        })?;
    let urls: Vec<&str> = std::iter::once(root)
        .chain(leaves.iter().map(String::as_str))
        .collect();
    let all = || try_join_all(urls.iter().map(|url| scrape(&http, url)));
    let began = Instant::now();
    let before = all().await?;
    sleep(window).await;
    let after = all().await?;
    let seconds = began.elapsed().as_secs_f64();
    let mut watched = before
        .into_iter()
        .zip(after)
        .map(|(before, after)| Watched { before, after });
    let root_watched = watched.next().expect("the root is the first of the addresses");
    Ok(Cluster {
        url: root.to_owned(),
        root: root_watched,
        replicas: watched.collect(),
        seconds,
    })
}

async fn scrape(http: &reqwest::Client, url: &str) -> Result<Scrape, WatchError> {
    let failed = |source| WatchError::Http {
        url: url.to_owned(),
        source,
    };
    let place = format!("{}/metrics", url.trim_end_matches('/'));
    let answer = http.get(place).send().await.map_err(failed)?;
    let text = answer
        .error_for_status()
        .map_err(failed)?
        .text()
        .await
        .map_err(failed)?;
    Scrape::parse(&text).map_err(|source| WatchError::Scrape {
        url: url.to_owned(),
        source,
    })
}
