//! The last act: one replica is stopped, another one killed, and the queries are asked again.

use rustix::process::Signal;
use tokio::time::Instant;

use super::latency::Latencies;
use super::questions::{Answered, Question};
use super::{DemoError, show};
use crate::client::Client;
use crate::cluster::{Cluster, ClusterPlan};
use crate::screen::Screen;

/// How many queries a latency is measured over.
const QUERIES: usize = 50;

/// The replicas that have bad luck.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Victims {
    /// Leaf and replica that hang: the connections stay, no answer comes.
    pub(super) stopped: (u32, u32),
    /// Leaf and replica that die, if one can be spared.
    pub(super) killed: Option<(u32, u32)>,
}

impl Victims {
    /// Every leaf has to keep one replica; none if that cannot be.
    pub(super) fn choose(plan: &ClusterPlan) -> Option<Self> {
        if plan.replicas < 2 {
            return None;
        }
        let killed = match (plan.leaves, plan.replicas) {
            (1, 2) => None,
            (1, _) => Some((0, 1)),
            (leaves, _) => Some((2 % leaves, 1)),
        };
        Some(Self {
            stopped: (1 % plan.leaves, 0),
            killed,
        })
    }
}

/// What a run of queries was like.
struct Round {
    latencies: Latencies,
    complete: usize,
}

/// Lets it happen, and shows what a client notices. True if every answer was complete and as before.
pub(super) async fn storm(
    screen: &Screen,
    cluster: &Cluster,
    victims: &Victims,
    index: &str,
    questions: &[Question],
    before: &[Answered],
) -> Result<bool, DemoError> {
    let client = cluster.client();
    show::heading(screen, "Now two processes fail");
    let calm = round(client, index, questions).await?;
    let stopped = cluster.replica(victims.stopped.0, victims.stopped.1);
    let killed = victims
        .killed
        .and_then(|(leaf, replica)| cluster.replica(leaf, replica));
    if let Some(process) = stopped {
        process.signal(Signal::STOP);
        show::stopped(screen, &process.member());
    }
    let lives = killed.map(|process| (process, process.lives()));
    if let Some(process) = killed {
        process.signal(Signal::KILL);
        show::killed(screen, &process.member());
    }
    let since = Instant::now();
    show::same_queries(screen);
    let mut all_well = true;
    for (question, before) in questions.iter().zip(before) {
        let answered = question.ask(client, index).await?;
        let is_same = answered.answer.ids() == before.answer.ids();
        all_well &= is_same && answered.answer.is_complete();
        show::again(screen, question, &answered, is_same);
    }
    let rough = round(client, index, questions).await?;
    show::comparison(
        screen,
        &[
            ("before", &calm.latencies, calm.complete),
            ("during", &rough.latencies, rough.complete),
        ],
    );
    if let Some(process) = stopped {
        process.signal(Signal::CONT);
        show::resumed(screen, &process.member());
    }
    if let Some((process, lives)) = lives {
        process.ready_in_life(lives + 1).await;
        cluster.recovered().await;
        show::recovered(screen, &process.member(), since.elapsed());
    }
    let is_complete = |round: &Round| round.complete == round.latencies.count();
    Ok(all_well && is_complete(&calm) && is_complete(&rough))
}

/// Asks the questions in turn, one at a time, as one impatient person would.
async fn round(client: &Client, index: &str, questions: &[Question]) -> Result<Round, DemoError> {
    let mut latencies = Vec::with_capacity(QUERIES);
    let mut complete = 0;
    for question in questions.iter().cycle().take(QUERIES) {
        let answered = question.ask(client, index).await?;
        complete += usize::from(answered.answer.is_complete());
        latencies.push(answered.latency);
    }
    Ok(Round {
        latencies: latencies.into_iter().collect(),
        complete,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn victims(leaves: u32, replicas: u32) -> Option<Victims> {
        Victims::choose(&ClusterPlan {
            program: "gleaner".into(),
            leaves,
            replicas,
            data: "data".into(),
            listen: ([127, 0, 0, 1], 0).into(),
            faults: false,
        })
    }

    #[test]
    fn every_leaf_keeps_a_replica() {
        assert_eq!(victims(4, 1), None);
        for leaves in 1..6 {
            for replicas in 2..4 {
                let Victims { stopped, killed } = victims(leaves, replicas).unwrap();
                for leaf in 0..leaves {
                    let lost = [Some(stopped), killed]
                        .into_iter()
                        .flatten()
                        .filter(|victim| victim.0 == leaf);
                    assert!(
                        lost.count() < replicas as usize,
                        "leaf {leaf} of {leaves} × {replicas}"
                    );
                }
            }
        }
    }
}
