//! Queries asked alone, one after the other: what each costs when nothing else goes on.

use std::time::Duration;

use benches::measured::{Profile, QueryProfile};
use benches::sweep::query_profile;
use bytes::Bytes;
use reqwest::header::CONTENT_TYPE;
use tokio::time::Instant;

use super::SweepError;
use super::lab::Lab;
use super::material::Book;
use super::probe::Probe;

/// Asks the root of a cluster about one index, as a client with one connection.
pub(super) struct Asker<'a> {
    http: &'a reqwest::Client,
    url: String,
}

impl<'a> Asker<'a> {
    pub(super) fn new(probe: &'a Probe, lab: &Lab, index: &str) -> Self {
        Self {
            http: probe.http(),
            url: format!("{}/{index}/_search", lab.cluster().url()),
        }
    }

    /// The answer, and how long it took.
    async fn ask(&self, body: Bytes) -> Result<(Bytes, Duration), SweepError> {
        let request = self
            .http
            .post(&self.url)
            .header(CONTENT_TYPE, "application/json")
            .body(body);
        let sent = Instant::now();
        let answer = request.send().await?.error_for_status()?.bytes().await?;
        Ok((answer, sent.elapsed()))
    }

    /// Lets the root learn what one that has run for a while knows. A log of words that make too many clauses is asked all the
    /// same: then the root learns while it is measured.
    pub(super) async fn warm(&self, book: &Book) -> Result<(), SweepError> {
        for body in book.warming() {
            match self.ask(body).await {
                Err(SweepError::Http(error)) if error.is_status() => {}
                asked => drop(asked?),
            }
        }
        Ok(())
    }

    /// Asks the sample three times: once to warm everything up, once forwards, and once backwards, so that what changes in
    /// the meantime does not favour some of the queries. Ends early, with all that was asked, when the time is up.
    pub(super) async fn profile(
        &self,
        book: &Book,
        sample: &[usize],
        time: Duration,
    ) -> Result<Vec<QueryProfile>, SweepError> {
        let until = Instant::now() + time;
        let mut asked = 0;
        for &query in sample {
            // A third of the time for each pass.
            if Instant::now() + time.mul_f64(2.0 / 3.0) > until && asked > 0 {
                break;
            }
            self.ask(book.profiled(query)).await?;
            asked += 1;
        }
        let mut profiles = Vec::with_capacity(2 * asked);
        let forwards = sample[..asked].iter();
        for &query in forwards.clone().chain(forwards.rev()) {
            let (answer, took) = self.ask(book.profiled(query)).await?;
            let client_us = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
            let number = u32::try_from(query).unwrap_or(u32::MAX);
            profiles.push(query_profile(number, client_us, &answer)?);
        }
        Ok(profiles)
    }
}

/// The median of what clients waited, in seconds: a guess at what a query costs.
pub(super) fn median_seconds(profile: &Profile) -> f64 {
    let mut waited: Vec<u64> = profile.queries.iter().map(|query| query.client_us).collect();
    waited.sort_unstable();
    waited.get(waited.len() / 2).map_or(1e-2, |us| *us as f64 / 1e6)
}
