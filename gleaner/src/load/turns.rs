//! In which order several services get their load: at the same time, or in turns, so that they do not disturb each other
//! on one machine.

use std::sync::Arc;
use std::time::Duration;

use benches::load::{self, LoadPlan, Requests};
use benches::measured::LoadReport;
use futures::future::try_join_all;
use tokio::sync::watch;

use super::LoadCommandError;
use super::display::Display;

/// The warm-up of a service that had its turn before.
const WARMUP_AGAIN_MAX: Duration = Duration::from_secs(2);

/// What was found.
#[derive(Debug, Default)]
pub(super) struct Turned {
    /// Of each service, in their order.
    pub(super) reports: Vec<LoadReport>,
    /// What is missing, in sentences.
    pub(super) notes: Vec<String>,
}

/// All of them at the same time.
pub(super) async fn at_once(
    plans: &[LoadPlan],
    requests: &[Arc<Requests>],
    display: &Display<'_>,
    stop: &watch::Receiver<bool>,
) -> Result<Turned, LoadCommandError> {
    // The files of all of them together, before one takes what another one needs.
    load::allow_connections(plans.iter().map(|plan| plan.connections_max).sum())?;
    let runs = plans.iter().zip(requests).enumerate();
    let runs = runs.map(|(nth, (plan, requests))| one(plan.clone(), requests, nth, display, stop));
    Ok(Turned {
        reports: try_join_all(runs).await?,
        notes: Vec::new(),
    })
}

/// One after the other, again and again; each turn is a slice of the time. One service alone has one turn.
pub(super) async fn in_turns(
    plans: &[LoadPlan],
    turns: u32,
    requests: &[Arc<Requests>],
    display: &Display<'_>,
    stop: &watch::Receiver<bool>,
) -> Result<Turned, LoadCommandError> {
    let mut turned = Turned::default();
    for turn in 0..turns.max(1) {
        for (nth, (plan, requests)) in plans.iter().zip(requests).enumerate() {
            if *stop.borrow() && turned.reports.len() == plans.len() {
                return Ok(turned);
            }
            let outcome = one(slice(plan, turn, turns.max(1)), requests, nth, display, stop).await;
            turned.add(nth, turn, outcome)?;
        }
    }
    Ok(turned)
}

impl Turned {
    /// Adds what a turn of a service found. One that cannot be asked in its first turn ends everything; later, what was measured
    /// until then is worth more than what is missing.
    fn add(
        &mut self,
        nth: usize,
        turn: u32,
        outcome: Result<LoadReport, LoadCommandError>,
    ) -> Result<(), LoadCommandError> {
        match (self.reports.get_mut(nth), outcome) {
            (None, outcome) => self.reports.push(outcome?),
            (Some(sum), Ok(report)) => sum.merge(report),
            (Some(sum), Err(error)) => {
                let missing = format!("Turn {} of {} is missing: {error}", turn + 1, sum.url);
                self.notes.push(missing);
            }
        }
        Ok(())
    }
}

/// A turn of a plan. The same turn of all services has the same seed, and so the same schedule and queries.
fn slice(plan: &LoadPlan, turn: u32, turns: u32) -> LoadPlan {
    let warmup = if turn == 0 {
        plan.warmup
    } else {
        plan.warmup.min(WARMUP_AGAIN_MAX)
    };
    LoadPlan {
        warmup,
        duration: plan.duration / turns,
        seed: plan.seed.wrapping_add(turn.into()),
        ..plan.clone()
    }
}

async fn one(
    plan: LoadPlan,
    requests: &Arc<Requests>,
    nth: usize,
    display: &Display<'_>,
    stop: &watch::Receiver<bool>,
) -> Result<LoadReport, LoadCommandError> {
    let mut stop = stop.clone();
    let stopped = async move {
        if stop.wait_for(|is_stopped| *is_stopped).await.is_err() {
            // Nobody can stop it any more.
            std::future::pending::<()>().await;
        }
    };
    let (snapshots, seen) = watch::channel(load::Snapshot::default());
    let run = load::run_until(plan, requests.clone(), Some(snapshots), stopped);
    tokio::select! {
        report = run => Ok(report?),
        never = display.follow(nth, seen) => match never {},
    }
}

#[cfg(test)]
mod tests {
    use benches::measured::Arrivals;

    use super::super::summary::examples::report;
    use super::*;

    #[test]
    fn a_service_that_dies_between_turns_keeps_what_it_has() {
        let dead = || Err(LoadCommandError::Interrupted);
        let mut turned = Turned::default();
        turned.add(0, 0, Ok(report(1.0))).unwrap();
        turned.add(1, 0, dead()).unwrap_err();
        turned.add(1, 0, Ok(report(2.0))).unwrap();
        turned.add(0, 1, Ok(report(1.0))).unwrap();
        turned.add(1, 1, dead()).unwrap();
        assert_eq!(turned.notes.len(), 1);
        assert!(
            turned.notes[0].starts_with("Turn 2 of http://s:9200"),
            "{:?}",
            turned.notes
        );
        let due: Vec<u64> = turned.reports.iter().map(|report| report.reads.due).collect();
        assert_eq!(due, [2_000, 1_000]);
    }

    #[test]
    fn turns_share_the_time_and_have_a_seed_of_their_own() {
        let plan = LoadPlan::new(
            "http://localhost:9200",
            "docs",
            Arrivals::Poisson { per_second: 5.0 },
        );
        let turns: Vec<LoadPlan> = (0..3).map(|turn| slice(&plan, turn, 3)).collect();
        assert_eq!(
            turns.iter().map(|turn| turn.duration).sum::<Duration>(),
            plan.duration
        );
        assert_eq!(turns.iter().map(|turn| turn.seed).collect::<Vec<_>>(), [1, 2, 3]);
        assert_eq!(
            (turns[0].warmup, turns[1].warmup),
            (plan.warmup, WARMUP_AGAIN_MAX)
        );
    }
}
