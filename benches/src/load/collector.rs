//! Adds up what threads report: the figures of a run, and what a display shows of it meanwhile.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use super::answer::{End, Verdict};
use super::snapshot::{Glimpse, Ladder, PRESENT_SECONDS, SECONDS_SHOWN};
use super::worker::{Ended, Kind};
use crate::measured::{Histogram, Operations, Outcomes, Second};

/// Different reasons that are kept by their words; a service that makes up new ones all the time must not fill memory.
const REASONS_MAX: usize = 50;
/// What further ones count as.
const REASONS_OTHER: &str = "other reasons";

/// The figures of a run.
#[derive(Debug)]
pub(super) struct Collector {
    warmup: Duration,
    /// When the measured time ends.
    until: Duration,
    timeout: Duration,
    pub(super) reads: Kept,
    pub(super) writes: Kept,
    pub(super) late: Histogram,
    pub(super) not_sent: u64,
    pub(super) too_late: u64,
    timeline: Timeline,
    present: VecDeque<Present>,
    /// The seconds before, by when answers came.
    seconds: VecDeque<Glimpse>,
}

/// Requests of one kind while they are added up.
#[derive(Debug, Default)]
pub(super) struct Kept {
    operations: Operations,
    coverage_sum: f64,
}

/// What a second brought, by when it ended, warm-up included.
#[derive(Debug, Default)]
struct Present {
    /// Of those answered and those given up.
    latency: Histogram,
    answered: u64,
    /// Those that ended without an answer, before they were given up.
    lost: u64,
    late: Histogram,
    /// Requests that were due before it.
    due_before: u64,
}

/// What the last seconds brought.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct LastSeconds {
    pub(super) latency: Ladder,
    pub(super) late_p99_ms: f64,
    pub(super) due_per_second: f64,
    pub(super) answered_per_second: f64,
}

impl Collector {
    /// Nothing has ended. What was due in the warm-up will be left out; what takes longer than the timeout is given up.
    pub(super) fn new(warmup: Duration, duration: Duration, timeout: Duration) -> Self {
        Self {
            warmup,
            until: warmup + duration,
            timeout,
            reads: Kept::default(),
            writes: Kept::default(),
            late: Histogram::default(),
            not_sent: 0,
            too_late: 0,
            timeline: Timeline::default(),
            present: VecDeque::from([Present::default()]),
            seconds: VecDeque::new(),
        }
    }

    /// The measured time ends earlier than it was to.
    pub(super) fn end_after(&mut self, measured: Duration) {
        self.until = self.warmup + measured;
    }

    /// Adds what has ended.
    pub(super) fn add(&mut self, ended: Ended) {
        let Ended {
            kind,
            due,
            begun,
            exchange,
            verdict,
        } = ended;
        let late = begun.map(|begun| begun.saturating_sub(due));
        let is_answer = matches!(verdict.end, End::Complete | End::Partial);
        let latency = exchange
            .filter(|_| is_answer)
            .map(|(_, answered)| answered.saturating_sub(due));
        if let Some(present) = self.present.back_mut() {
            record(&mut present.late, late);
            // A display that leaves those out who wait in vain would show a service that stands still as a fast one.
            let is_in_vain = matches!(verdict.end, End::TimedOut | End::NotSent | End::TooLate);
            let waited = is_in_vain.then_some(self.timeout);
            record(&mut present.latency, latency.or(waited));
            present.answered += u64::from(latency.is_some());
            present.lost += u64::from(latency.is_none() && !is_in_vain);
        }
        let kept = match kind {
            Kind::Read => &mut self.reads,
            Kind::Write => &mut self.writes,
        };
        let answered = exchange.filter(|_| is_answer).map(|(_, answered)| answered);
        let is_meanwhile = answered.is_some_and(|answered| (self.warmup..self.until).contains(&answered));
        kept.operations.answered_meanwhile += u64::from(is_meanwhile);
        let Some(since) = due.checked_sub(self.warmup) else {
            return;
        };
        record(&mut self.late, late);
        self.not_sent += u64::from(matches!(verdict.end, End::NotSent | End::TooLate));
        self.too_late += u64::from(verdict.end == End::TooLate);
        self.timeline.add(since, verdict.end, latency);
        let service = exchange
            .filter(|_| is_answer)
            .map(|(sent, answered)| answered.saturating_sub(sent));
        kept.add(verdict, latency, service);
    }

    /// A second is over, until whose end so many requests were due, and at whose end so many are under way. What the last ones
    /// brought.
    pub(super) fn tick(&mut self, due: u64, under_way: u64, elapsed: Duration) -> LastSeconds {
        let mut sum = Present::default();
        for second in &self.present {
            sum.latency.merge(&second.latency);
            sum.late.merge(&second.late);
            sum.answered += second.answered;
            sum.lost += second.lost;
        }
        let seconds = self.present.len() as f64;
        let before = self.present.front().map_or(0, |oldest| oldest.due_before);
        if self.seconds.len() == SECONDS_SHOWN {
            self.seconds.pop_front();
        }
        let last = self.present.back().map(|present| present.glimpse(under_way));
        self.seconds.extend(last);
        if self.present.len() == PRESENT_SECONDS {
            self.present.pop_front();
        }
        self.present.push_back(Present {
            due_before: due,
            ..Present::default()
        });
        // Nothing ends later than the patience with it.
        if let Some(until) = elapsed.checked_sub(self.warmup + self.timeout + Duration::from_secs(5)) {
            self.timeline.close(until.as_secs());
        }
        LastSeconds {
            latency: Ladder::of(&sum.latency, sum.lost),
            late_p99_ms: sum.late.quantile_ms(0.99),
            due_per_second: due.saturating_sub(before) as f64 / seconds,
            answered_per_second: sum.answered as f64 / seconds,
        }
    }

    /// The last seconds one by one.
    pub(super) fn seconds(&self) -> Vec<Glimpse> {
        self.seconds.iter().copied().collect()
    }

    /// How all requests ended until now.
    pub(super) fn outcomes(&self) -> Outcomes {
        let (reads, writes) = (self.reads.operations.outcomes, self.writes.operations.outcomes);
        Outcomes {
            complete: reads.complete + writes.complete,
            partial: reads.partial + writes.partial,
            refused: reads.refused + writes.refused,
            failed: reads.failed + writes.failed,
            timed_out: reads.timed_out + writes.timed_out,
            broken: reads.broken + writes.broken,
        }
    }

    /// Searches, writes, the generator's lateness, and what each second brought.
    pub(super) fn finish(self) -> (Operations, Operations, Histogram, Vec<Second>) {
        let timeline = self.timeline.finish();
        (self.reads.finish(), self.writes.finish(), self.late, timeline)
    }
}

impl Present {
    /// What it looked like; so many requests were under way at its end.
    fn glimpse(&self, under_way: u64) -> Glimpse {
        match self.latency.quantile_ms_with_lost(0.99, self.lost) {
            Some(ms) => Glimpse::P99(ms),
            None if self.lost > 0 || under_way > 0 => Glimpse::Lost,
            None => Glimpse::Quiet,
        }
    }
}

impl Kept {
    fn add(&mut self, verdict: Verdict, latency: Option<Duration>, service: Option<Duration>) {
        let operations = &mut self.operations;
        operations.due += 1;
        let outcomes = &mut operations.outcomes;
        *match verdict.end {
            End::Complete => &mut outcomes.complete,
            End::Partial => &mut outcomes.partial,
            End::Refused => &mut outcomes.refused,
            End::Failed => &mut outcomes.failed,
            End::TimedOut | End::NotSent | End::TooLate => &mut outcomes.timed_out,
            End::Broken => &mut outcomes.broken,
        } += 1;
        record(&mut operations.latency, latency);
        record(&mut operations.service, service);
        if latency.is_some() {
            self.coverage_sum += verdict.coverage;
        }
        if let Some(reason) = verdict.reason {
            let reasons = &mut operations.reasons;
            let is_known = reasons.len() < REASONS_MAX || reasons.contains_key(&reason);
            let reason = if is_known {
                reason
            } else {
                REASONS_OTHER.to_owned()
            };
            *reasons.entry(reason).or_default() += 1;
        }
    }

    /// Their latencies until now.
    pub(super) fn ladder(&self) -> Ladder {
        Ladder::of(&self.operations.latency, self.operations.outcomes.lost())
    }

    /// The mean coverage of the answers until now; 1 if there are none.
    pub(super) fn coverage(&self) -> f64 {
        match self.operations.latency.count() {
            0 => 1.0,
            answers => self.coverage_sum / answers as f64,
        }
    }

    fn finish(self) -> Operations {
        Operations {
            coverage: self.coverage(),
            ..self.operations
        }
    }
}

/// Counts a time, if there is one.
fn record(times: &mut Histogram, time: Option<Duration>) {
    if let Some(time) = time {
        times.record(time);
    }
}

/// What each second brought, by when requests were due in it.
#[derive(Debug, Default)]
struct Timeline {
    /// Seconds from the first one on in which nothing can end any more.
    closed: Vec<Second>,
    /// The others, with their latencies in microseconds.
    open: BTreeMap<u64, (Second, Vec<u32>)>,
}

impl Timeline {
    fn add(&mut self, since: Duration, end: End, latency: Option<Duration>) {
        let nth = since.as_secs();
        // A second that was closed too early, because this machine stood still, keeps its percentiles.
        let closed = usize::try_from(nth).ok().and_then(|nth| self.closed.get_mut(nth));
        let second = if let Some(second) = closed {
            second
        } else {
            let (second, latencies) = self.open.entry(nth).or_default();
            latencies.extend(latency.map(|latency| u32::try_from(latency.as_micros()).unwrap_or(u32::MAX)));
            second
        };
        second.due += 1;
        *(if end == End::Complete {
            &mut second.complete
        } else {
            &mut second.others
        }) += 1;
    }

    /// Nothing ends any more in seconds before this one.
    fn close(&mut self, before: u64) {
        while (self.closed.len() as u64) < before {
            let second = self.open.remove(&(self.closed.len() as u64));
            self.closed.push(second.map(summed).unwrap_or_default());
        }
    }

    fn finish(mut self) -> Vec<Second> {
        let last = self.open.last_key_value().map(|(nth, _)| nth + 1);
        self.close(last.unwrap_or(0));
        self.closed
    }
}

/// A second with its percentiles, exact and by nearest rank.
fn summed((second, mut latencies): (Second, Vec<u32>)) -> Second {
    latencies.sort_unstable();
    let at = |percent: usize| {
        let rank = (latencies.len() * percent).div_ceil(100);
        let us = latencies.get(rank.saturating_sub(1));
        us.map(|us| f64::from(*us) / 1e3)
    };
    Second {
        p50_ms: at(50),
        p99_ms: at(99),
        ..second
    }
}

#[cfg(test)]
#[path = "collector_tests.rs"]
mod tests;
