//! What the processes of a cluster say and what the system says of them, and the stragglers that are asked of them.

use std::time::Duration;

use benches::measured::{LeafTimes, ResourceUse, Stragglers};
use benches::scrape::Scrape;
use benches::sweep::{LeafCounts, fault_rules, leaf_times};
use futures::future::try_join_all;
use shared::process::{self, ProcessUse};

use super::SweepError;
use crate::cluster::{Member, MemberName};

/// A process of the cluster that does not answer for so long is not well.
const PATIENCE: Duration = Duration::from_secs(20);
/// The gauge of a leaf's documents.
const DOCUMENTS: &str = "gleaner_leaf_documents";

/// Asks processes of a cluster for what they count.
#[derive(Clone, Debug)]
pub(super) struct Probe {
    http: reqwest::Client,
}

/// Processor time and memory of all processes at one moment.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Books {
    root: ProcessUse,
    leaves: ProcessUse,
    here: ProcessUse,
}

/// What all leaves together had counted at one moment.
#[derive(Clone, Debug, Default)]
pub(super) struct Counts {
    searches: LeafCounts,
    fetches: LeafCounts,
}

impl Probe {
    pub(super) fn new() -> Result<Self, SweepError> {
        // Everything is on this machine: a proxy that the environment names has no part in it.
        let http = reqwest::Client::builder().no_proxy().timeout(PATIENCE).build()?;
        Ok(Self { http })
    }

    /// A client for other requests, too.
    pub(super) fn http(&self) -> &reqwest::Client {
        &self.http
    }

    async fn scrapes(&self, members: &[Member]) -> Result<Vec<Scrape>, SweepError> {
        let scrape = async |member: &Member| -> Result<Scrape, SweepError> {
            let asked = self.http.get(format!("{}/metrics", member.url)).send();
            Ok(Scrape::parse(&asked.await?.error_for_status()?.text().await?)?)
        };
        try_join_all(members.iter().map(scrape)).await
    }

    /// What these leaves have counted so far.
    pub(super) async fn counts(&self, leaves: &[Member]) -> Result<Counts, SweepError> {
        let scrapes = self.scrapes(leaves).await?;
        Ok(Counts {
            searches: LeafCounts::of(&scrapes, "search"),
            fetches: LeafCounts::of(&scrapes, "fetch"),
        })
    }

    /// The documents of each leaf, by its first replica.
    pub(super) async fn documents(&self, leaves: &[Member]) -> Result<Vec<u64>, SweepError> {
        let is_first = |member: &&Member| matches!(member.name, MemberName::Leaf { replica: 0, .. });
        let first: Vec<Member> = leaves.iter().filter(is_first).cloned().collect();
        let scrapes = self.scrapes(&first).await?;
        Ok(scrapes
            .iter()
            .map(|scrape| scrape.count(DOCUMENTS, &[]))
            .collect())
    }

    /// Lets things go wrong as the script says, and only these. Each replica throws dice of its own.
    pub(super) async fn set(
        &self,
        stragglers: Stragglers,
        leaves: &[Member],
        seed: u64,
    ) -> Result<(), SweepError> {
        let set = async |(nth, member): (u64, &Member)| -> Result<(), SweepError> {
            let hook = format!("{}/internal/v1/faults", member.url);
            let rules = match member.name {
                MemberName::Leaf { leaf, replica } => fault_rules(stragglers, leaf, replica),
                MemberName::Root => None,
            };
            let request = match rules {
                Some(rules) => {
                    let seed = seed.wrapping_add(nth);
                    self.http
                        .post(format!("{hook}?seed={seed}"))
                        .body(rules.to_string())
                }
                None => self.http.delete(hook),
            };
            request.send().await?.error_for_status()?;
            Ok(())
        };
        try_join_all((0..).zip(leaves).map(set)).await.map(drop)
    }
}

impl Books {
    /// As they are now; `members` are the root and the leaves. Reads two small files of memory for each process.
    pub(super) fn read(members: &[Member]) -> Self {
        let mut books = Self {
            here: process::usage_here().unwrap_or_default(),
            ..Self::default()
        };
        for member in members {
            let used = process::usage(member.pid).unwrap_or_default();
            let sum = match member.name {
                MemberName::Root => &mut books.root,
                MemberName::Leaf { .. } => &mut books.leaves,
            };
            sum.cpu_seconds += used.cpu_seconds;
            sum.resident_bytes += used.resident_bytes;
        }
        books
    }

    /// What was used since `earlier`, and what is held now.
    pub(super) fn since(&self, earlier: &Self) -> ResourceUse {
        let cpu = |now: ProcessUse, then: ProcessUse| (now.cpu_seconds - then.cpu_seconds).max(0.0);
        ResourceUse {
            root_cpu_seconds: cpu(self.root, earlier.root),
            leaves_cpu_seconds: cpu(self.leaves, earlier.leaves),
            generator_cpu_seconds: cpu(self.here, earlier.here),
            root_memory_bytes: self.root.resident_bytes,
            leaves_memory_bytes: self.leaves.resident_bytes,
        }
    }
}

impl Counts {
    /// Searches and fetches since `earlier`.
    pub(super) fn since(&self, earlier: &Self) -> [LeafTimes; 2] {
        [
            leaf_times(&earlier.searches, &self.searches),
            leaf_times(&earlier.fetches, &self.fetches),
        ]
    }
}
