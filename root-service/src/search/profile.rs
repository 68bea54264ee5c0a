//! The waterfall of one query: its rounds, and every attempt in them.

use std::time::Duration;

use tokio::time::Instant;

use crate::attempt::AttemptRecord;

/// What one query did, and when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Profile {
    /// When the query began: all other times are read relative to it.
    pub began: Instant,
    /// From its beginning to the end of the fetch.
    pub took: Duration,
    /// Its rounds, in their order; rounds that were not needed are not there.
    pub rounds: Vec<Round>,
    /// Every attempt, in the order of their ends. Attempts that nobody waits for ([`shared::wire::AttemptKind::Probe`])
    /// are not there.
    pub attempts: Vec<AttemptRecord>,
}

/// One round of a query, as the root saw it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Round {
    /// What was done: `admit`, `plan`, `statistics`, `query`, `merge` or `fetch`.
    pub name: &'static str,
    /// When it began.
    pub began: Instant,
    /// When it ended.
    pub ended: Instant,
}
