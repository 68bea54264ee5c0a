//! The load: searches at a constant rate, whose answers must be whole, and the same whenever a search is asked again.

use std::collections::HashMap;
use std::time::Duration;

use benches::scrape::{RootCounts, Scrape};
use serde_json::Value;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep_until};

use super::INDEX;
use crate::harness::{Answer, Api, Found};

/// Of so many searches in a row, one is new: it needs the statistics of words that the root has not met.
const NEW_EVERY: usize = 4;
/// Searches that are asked again and again.
const FAMILIAR: usize = 48;

/// A load on one root, which remembers every answer.
pub(super) struct Load<'a> {
    api: Api,
    searches: &'a [Value],
    /// How many of the searches have been asked so far.
    asked: usize,
    /// The hits of each search asked so far.
    known: HashMap<usize, Value>,
    per_second: u32,
    /// What the root has asked of its leaves so far.
    counts: RootCounts,
    /// When that was read, or a moment before: the budget has filled for no longer.
    counted: Instant,
}

impl<'a> Load<'a> {
    /// A load that asks the root of `api` these searches.
    pub(super) async fn new(api: Api, searches: &'a [Value], per_second: u32) -> Self {
        Self {
            counted: Instant::now(),
            counts: counts(&api).await,
            per_second,
            asked: FAMILIAR,
            known: HashMap::new(),
            api,
            searches,
        }
    }

    /// Asks for that long, mostly familiar searches. See [`Load::drive`].
    pub(super) async fn run(&mut self, when: &str, time: Duration) -> u64 {
        let requests =
            usize::try_from(time.as_millis()).unwrap_or(usize::MAX) * self.per_second as usize / 1_000;
        let mut plan = Vec::with_capacity(requests);
        for nth in 0..requests {
            if nth % NEW_EVERY == NEW_EVERY - 1 {
                plan.push(self.asked);
                self.asked += 1;
            } else {
                plan.push(nth % FAMILIAR);
            }
        }
        self.drive(when, &plan).await
    }

    /// Asks every search once more that was ever asked. See [`Load::drive`].
    pub(super) async fn run_all_again(&mut self, when: &str) -> u64 {
        let plan: Vec<usize> = (0..self.asked).collect();
        self.drive(when, &plan).await
    }

    /// How many requests were tied so far.
    pub(super) fn tied(&self) -> u64 {
        self.counts.tied
    }

    /// Asks the searches of the plan by the clock and waits for all answers. Fails unless all are whole, and as they
    /// were before, and unless the root kept to its budget. Returns how many answers came from extra requests.
    async fn drive(&mut self, when: &str, plan: &[usize]) -> u64 {
        let path = format!("/{INDEX}/_search");
        let (start, interval) = (Instant::now(), Duration::from_secs(1) / self.per_second);
        let mut under_way = JoinSet::new();
        for (nth, &search) in (0..).zip(plan) {
            // Whether or not earlier ones have been answered.
            sleep_until(start + interval * nth).await;
            let (api, path, body) = (self.api.clone(), path.clone(), self.searches[search].clone());
            under_way.spawn(async move { (nth, search, api.post(&path, &body).await) });
        }
        let mut answers = under_way.join_all().await;
        answers.sort_unstable_by_key(|(nth, ..)| *nth);
        let mut wrong = Vec::new();
        for (_, search, answer) in answers {
            wrong.extend(self.judge(search, &answer).err());
        }
        let (count, first) = (wrong.len(), wrong.first());
        assert!(
            wrong.is_empty(),
            "{when}, {count} of {} answers are wrong. The first: {}",
            plan.len(),
            first.map_or("", String::as_str)
        );
        self.spent(when).await
    }

    /// Whether an answer is whole, and the same as the first one to that search.
    fn judge(&mut self, search: usize, answer: &Answer) -> Result<(), String> {
        if answer.status != 200 {
            return Err(answer.to_string());
        }
        let found = Found::new(answer.json());
        if !found.is_complete() {
            return Err(format!("not complete: {answer}"));
        }
        let hits = &found.0["hits"];
        let known = self.known.entry(search).or_insert_with(|| hits.clone());
        if known == hits {
            Ok(())
        } else {
            Err(format!("{answer}\nwas before: {known}"))
        }
    }

    /// Checks what the root asked of its leaves since the last time against its budget.
    async fn spent(&mut self, when: &str) -> u64 {
        let counted = Instant::now();
        let counts = counts(&self.api).await;
        let spent = counts.since(&self.counts);
        let allowed = spent.extra_max(self.counted.elapsed());
        println!("{when}: {spent:?}, of at most {allowed:.0} extra");
        assert!(spent.primaries > 0, "{when}: nothing is counted");
        assert!(
            spent.extra() as f64 <= allowed,
            "{when}: {} extra attempts are more than {allowed:.0}: {spent:?}",
            spent.extra()
        );
        (self.counts, self.counted) = (counts, counted);
        spent.hedges_won + spent.retries_won
    }
}

async fn counts(api: &Api) -> RootCounts {
    let metrics = api.get("/metrics").await;
    assert_eq!(metrics.status, 200, "{metrics}");
    RootCounts::of(&Scrape::parse(&metrics.text).expect("metrics are in Prometheus' format"))
}
