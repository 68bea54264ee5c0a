//! The phases, and the replicas that they happen to.

use rustix::process::{Pid, Signal, kill_process};
use serde_json::{Value, json};

use super::{Load, scrape};
use crate::error::BenchError;
use crate::service::{Member, Service};

/// Queries by which the root shows whom it asks.
const QUERIES: usize = 20;

/// What the replicas go through, in this order. One at a time is unwell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Phase {
    /// All are well.
    Healthy,
    /// One answers every query late.
    Slow,
    /// The same accepts requests and never answers, also those for its status.
    Hung,
    /// The same has been killed.
    Dead,
    /// It was started again and serves.
    Recovered,
    /// Another one hangs, of another leaf, whom the root asked until then.
    SuddenlyHung,
    /// A third one is killed, of a third leaf, whom the root asked until then.
    SuddenlyDead,
}

impl Phase {
    /// All of them.
    pub(super) const ALL: [Self; 7] = [
        Self::Healthy,
        Self::Slow,
        Self::Hung,
        Self::Dead,
        Self::Recovered,
        Self::SuddenlyHung,
        Self::SuddenlyDead,
    ];

    /// Its name in reports.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Healthy => "healthy",
            Self::Slow => "slow",
            Self::Hung => "hung",
            Self::Dead => "dead",
            Self::Recovered => "recovered",
            Self::SuddenlyHung => "another hung",
            Self::SuddenlyDead => "another dead",
        }
    }
}

/// Who is unwell, and how.
pub(super) struct Misfortune<'a> {
    service: &'a Service,
    slow_ms: u64,
    victim: Option<&'a Member>,
}

impl<'a> Misfortune<'a> {
    /// All are well.
    pub(super) fn new(service: &'a Service, slow_ms: u64) -> Self {
        Self {
            service,
            slow_ms,
            victim: None,
        }
    }

    /// Lets a phase begin. The root is not told: how long it takes to notice is part of the phase.
    pub(super) async fn begin(&mut self, phase: Phase, load: &Load<'a>) -> Result<(), BenchError> {
        match phase {
            Phase::Healthy => Ok(()),
            Phase::Slow => {
                self.choose(0, load).await?;
                let late = |call| json!({"call": call, "share": 1.0, "act": {"delay_ms": self.slow_ms}});
                self.script(&json!(["search", "statistics", "fetch"].map(late)))
                    .await
            }
            Phase::Hung => self.hang().await,
            Phase::Dead => self.kill(),
            Phase::Recovered => self.recover().await,
            Phase::SuddenlyHung => {
                self.choose(1, load).await?;
                self.hang().await
            }
            Phase::SuddenlyDead => {
                self.script(&json!([])).await?;
                self.recover().await?;
                self.choose(2, load).await?;
                self.kill()
            }
        }
    }

    /// Makes a victim of the replica that the root asks: the others are asked so little that it hardly matters how they are.
    async fn choose(&mut self, leaf: u32, load: &Load<'a>) -> Result<(), BenchError> {
        let before = self.searches(leaf).await?;
        load.ask(QUERIES).await;
        let after = self.searches(leaf).await?;
        let asked = before
            .iter()
            .zip(&after)
            .map(|(before, after)| after.saturating_sub(*before));
        let most = asked
            .zip(self.service.replicas(leaf))
            .max_by_key(|(asked, _)| *asked);
        self.victim = most.map(|(_, replica)| replica);
        Ok(())
    }

    /// The searches that each replica of a leaf has been asked.
    async fn searches(&self, leaf: u32) -> Result<Vec<u64>, BenchError> {
        let mut searches = Vec::new();
        for replica in self.service.replicas(leaf) {
            let scrape = scrape(self.service, &replica.url).await?;
            searches.push(scrape.count("gleaner_leaf_requests_total", &[("call", "search")]));
        }
        Ok(searches)
    }

    fn victim(&self) -> Result<&'a Member, BenchError> {
        self.victim.ok_or(BenchError::NoProcess)
    }

    async fn hang(&self) -> Result<(), BenchError> {
        self.script(&json!([{"call": "any", "share": 1.0, "act": {"hang": true}}]))
            .await
    }

    async fn script(&self, script: &Value) -> Result<(), BenchError> {
        let hook = format!("{}/internal/v1/faults", self.victim()?.url);
        self.service
            .expect(self.service.http().post(hook).json(script))
            .await
    }

    /// The dead stays dead, because the supervisor is stopped, too.
    fn kill(&self) -> Result<(), BenchError> {
        self.signal_supervisor(Signal::STOP)?;
        signal(self.victim()?.pid, Signal::KILL)
    }

    /// Lets the supervisor start who is dead, and waits until all replicas serve.
    async fn recover(&self) -> Result<(), BenchError> {
        self.signal_supervisor(Signal::CONT)?;
        let url = self.service.url();
        let health = format!("{url}/_cluster/health?wait_for_status=green&timeout=60s");
        self.service.expect(self.service.http().get(health)).await
    }

    fn signal_supervisor(&self, what: Signal) -> Result<(), BenchError> {
        signal(self.service.supervisor_pid().ok_or(BenchError::NoProcess)?, what)
    }
}

fn signal(pid: u32, what: Signal) -> Result<(), BenchError> {
    let pid = i32::try_from(pid).ok().and_then(Pid::from_raw);
    let sent = kill_process(pid.ok_or(BenchError::NoProcess)?, what);
    Ok(sent.map_err(std::io::Error::from)?)
}
