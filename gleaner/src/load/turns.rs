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

/// All of them at the same time.
pub(super) async fn at_once(
    plans: &[LoadPlan],
    requests: &[Arc<Requests>],
    display: &Display<'_>,
    stop: &watch::Receiver<bool>,
) -> Result<Vec<LoadReport>, LoadCommandError> {
    let runs = plans.iter().zip(requests).enumerate();
    let runs = runs.map(|(nth, (plan, requests))| one(plan.clone(), requests, nth, display, stop));
    try_join_all(runs).await
}

/// One after the other, again and again; each turn is a slice of the time. One service alone has one turn.
pub(super) async fn in_turns(
    plans: &[LoadPlan],
    turns: u32,
    requests: &[Arc<Requests>],
    display: &Display<'_>,
    stop: &watch::Receiver<bool>,
) -> Result<Vec<LoadReport>, LoadCommandError> {
    let mut reports: Vec<LoadReport> = Vec::new();
    for turn in 0..turns.max(1) {
        for (nth, (plan, requests)) in plans.iter().zip(requests).enumerate() {
            if *stop.borrow() && reports.len() == plans.len() {
                return Ok(reports);
            }
            let report = one(slice(plan, turn, turns.max(1)), requests, nth, display, stop).await?;
            match reports.get_mut(nth) {
                Some(sum) => sum.merge(report),
                None => reports.push(report),
            }
        }
    }
    Ok(reports)
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

    use super::*;

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
