//! Several runs at one service as one: those of a service that takes turns with another one.

use crate::measured::{Generator, LoadReport, Operations, Second};

impl LoadReport {
    /// Adds what a later run at the same service found.
    pub fn merge(&mut self, later: Self) {
        self.seconds += later.seconds;
        self.reads.merge(later.reads);
        self.writes.merge(later.writes);
        self.late.merge(&later.late);
        let turn = self.timeline.last().map_or(0, |last| last.turn + 1);
        let more = later.timeline.into_iter().map(|second| Second { turn, ..second });
        self.timeline.extend(more);
        // A turn whose counts could not be read takes nothing away from the others.
        self.root = match (self.root, later.root) {
            (Some(root), Some(more)) => Some(root.plus(&more)),
            (root, more) => root.or(more),
        };
        self.generator.merge(&later.generator);
    }
}

impl Operations {
    fn merge(&mut self, later: Self) {
        let (answers, more) = (self.latency.count() as f64, later.latency.count() as f64);
        if more > 0.0 {
            self.coverage = (self.coverage * answers + later.coverage * more) / (answers + more);
        }
        self.due += later.due;
        self.answered_meanwhile += later.answered_meanwhile;
        self.latency.merge(&later.latency);
        self.service.merge(&later.service);
        let (outcomes, more) = (&mut self.outcomes, later.outcomes);
        outcomes.complete += more.complete;
        outcomes.partial += more.partial;
        outcomes.refused += more.refused;
        outcomes.failed += more.failed;
        outcomes.timed_out += more.timed_out;
        outcomes.broken += more.broken;
        for (reason, count) in later.reasons {
            *self.reasons.entry(reason).or_default() += count;
        }
    }
}

impl Generator {
    fn merge(&mut self, later: &Self) {
        self.threads = self.threads.max(later.threads);
        self.awake |= later.awake;
        self.cpu_seconds += later.cpu_seconds;
        self.busiest = self.busiest.max(later.busiest);
        self.connections += later.connections;
        self.waited += later.waited;
        self.not_sent += later.not_sent;
        self.too_late += later.too_late;
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::measured::{Arrivals, Histogram, Outcomes};
    use crate::scrape::RootCounts;

    fn report(answers: u64, coverage: f64, root: Option<RootCounts>) -> LoadReport {
        let mut latency = Histogram::default();
        (0..answers).for_each(|_| latency.record(Duration::from_millis(answers)));
        LoadReport {
            url: "http://localhost".to_owned(),
            arrivals: Arrivals::Closed { clients: 1 },
            seconds: 2.0,
            reads: Operations {
                due: answers + 1,
                latency,
                outcomes: Outcomes {
                    complete: answers,
                    broken: 1,
                    ..Outcomes::default()
                },
                coverage,
                reasons: [("gone".to_owned(), 1)].into(),
                ..Operations::default()
            },
            writes: Operations::default(),
            late: Histogram::default(),
            timeline: vec![Second::default(); 2],
            root,
            generator: Generator::default(),
        }
    }

    #[test]
    fn two_runs_are_as_one() {
        let counts = RootCounts {
            hedges: 3,
            ..RootCounts::default()
        };
        let mut sum = report(10, 1.0, Some(counts));
        sum.merge(report(30, 0.5, Some(counts)));
        let turns: Vec<u32> = sum.timeline.iter().map(|second| second.turn).collect();
        assert_eq!((sum.seconds, turns), (4.0, vec![0, 0, 1, 1]));
        assert_eq!(
            (sum.reads.due, sum.reads.latency.count(), sum.reads.outcomes.all()),
            (42, 40, 42)
        );
        assert_eq!((sum.reads.coverage, sum.reads.reasons["gone"]), (0.625, 2));
        assert_eq!(sum.root.map(|root| root.hedges), Some(6));
        sum.merge(report(0, 1.0, None));
        assert_eq!(
            (sum.reads.coverage, sum.root.map(|root| root.hedges)),
            (0.625, Some(6))
        );
    }
}
