//! Ejection: a replica that fails again and again, or is far slower than its siblings, is left alone for a while.
//!
//! Slowness counts as failure does ("latency-induced probation", Dean and Barroso, The Tail at Scale, 2013). Suspicion comes
//! quickly, after two bad signs in a row, and costs little: the replica is asked no more, except by a probe, a copy of a real
//! request whose answer nobody waits for. A good answer clears it at once; a few bad ones in a row eject it, and good probes
//! bring it back. One bad answer would not do: an odd slow request ejects a healthy replica then, its siblings get its load,
//! are slow for that, and are ejected too.
//! The same judge lets a new replica begin gently: at most one request more in flight than it has answered, as TCP starts
//! slowly.
//!
//! Pure: the judge is told what happened and when, and answers what follows from it.

use std::time::Duration;

use rand::{Rng, RngExt as _};
use tokio::time::Instant;

use super::window::{Quartiles, Window};

/// When replicas are ejected, and for how long.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct EjectionConfig {
    /// Whether to eject at all. New replicas begin gently in any case.
    pub enabled: bool,
    /// So many failures in a row make a replica suspect, and so many requests in a row that another replica answered first,
    /// although it was asked later. One would suspect healthy replicas all the time, for each hedge that wins; more let more
    /// clients meet a sick one.
    pub suspicious_min: u32,
    /// A replica is far slower than its siblings, and suspect, if three quarters of its answers take more than so many
    /// times as long as three quarters of theirs do at most. Heavy queries are heavy everywhere, and eject nobody.
    pub slow_factor: f64,
    /// It must be slower by so much at least, because a multiple of next to nothing is next to nothing.
    pub slow_margin: Duration,
    /// How long the first ejection lasts before the replica is probed; each one after it twice as long.
    pub backoff_min: Duration,
    /// How long an ejection lasts at most.
    pub backoff_max: Duration,
    /// So many bad probes in a row eject a suspect, and so many good ones bring an ejected replica back.
    pub probes_min: u32,
}

impl Default for EjectionConfig {
    fn default() -> Self {
        Self {
            enabled: true,
            suspicious_min: 2,
            slow_factor: 3.0,
            slow_margin: Duration::from_millis(10),
            backoff_min: Duration::from_secs(1),
            backoff_max: Duration::from_mins(1),
            probes_min: 3,
        }
    }
}

/// A replica that has answered so many requests begins no longer.
const BEGUN: u32 = 32;
/// A replica that serves so many times its last ejection is taken to be healthy again: its next ejection is a short one.
const FORGIVEN_AFTER: u32 = 4;
/// A probe that said nothing is followed by another after so long.
const PROBE_PAUSE: Duration = Duration::from_millis(100);
/// A probe is given so long while nothing is known of the siblings.
const PROBE_PATIENCE: Duration = Duration::from_secs(1);

/// The judge of one leaf's replicas.
#[derive(Debug)]
pub struct Judge {
    config: EjectionConfig,
    cases: Vec<Case>,
}

/// What is known of one replica.
#[derive(Debug, Default)]
struct Case {
    latencies: Window,
    answers: u32,
    failures: u32,
    beaten: u32,
    /// Ejections, until it is forgiven.
    times: u32,
    ejected: Option<Ejection>,
    /// When its last ejection ended, and how long it was.
    returned: Option<(Instant, Duration)>,
}

/// An ejection under way, or a suspicion, which is one that lasts until the first probe.
#[derive(Clone, Copy, Debug)]
struct Ejection {
    cause: EjectionCause,
    suspected: bool,
    lasts: Duration,
    until: Instant,
    probing: bool,
    good_probes: u32,
    bad_probes: u32,
}

/// What is to be thought of asking a replica.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// As good as any.
    Serving,
    /// New, and busy enough for what is known of it.
    Beginning,
    /// Under suspicion, until a probe has told.
    Suspected,
    /// Ejected.
    Ejected,
}

/// How an attempt ended, as the judge sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Told {
    /// It was answered after so long.
    Answered(Duration),
    /// It was answered, in a round whose latencies are not compared.
    Worked,
    /// After so long another replica answered, although it was asked later.
    Beaten(Duration),
    /// It was given up after so long without an answer.
    GivenUp(Duration),
    /// The replica failed, or was out of reach.
    Failed,
    /// It says nothing about the replica's health.
    Nothing,
}

/// Why a replica was ejected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum EjectionCause {
    /// It failed again and again.
    Failures,
    /// It was far slower than its siblings.
    Slowness,
    /// It was ejected, and a probe found it no better.
    Probe,
}

impl EjectionCause {
    /// Its name in metrics and logs.
    pub fn name(self) -> &'static str {
        match self {
            Self::Failures => "failures",
            Self::Slowness => "slowness",
            Self::Probe => "probe",
        }
    }
}

/// What the judge decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The replica is not asked until a probe has told how it is.
    Suspected(EjectionCause),
    /// The probe told that it is well.
    Cleared,
    /// The replica is left alone for so long.
    Ejected(EjectionCause, Duration),
    /// The replica serves again.
    Returned,
}

impl Judge {
    /// A judge of so many replicas, of which nothing is known.
    pub fn new(config: EjectionConfig, replicas: usize) -> Self {
        let cases = std::iter::repeat_with(Case::default);
        Self {
            config,
            cases: cases.take(replicas).collect(),
        }
    }

    /// Whether a replica with so many requests in flight should be asked.
    pub fn standing(&self, replica: usize, in_flight: u32) -> Standing {
        let case = &self.cases[replica];
        if let Some(ejection) = case.ejected {
            if ejection.suspected {
                Standing::Suspected
            } else {
                Standing::Ejected
            }
        } else if case.answers < BEGUN && in_flight > case.answers {
            Standing::Beginning
        } else {
            Standing::Serving
        }
    }

    /// What a replica of the leaf typically needs; `None` while too little is known.
    pub fn typical(&self) -> Option<Duration> {
        let known = self.cases.iter().filter_map(|case| case.latencies.quartiles());
        middle(known.map(|quartiles| quartiles.median))
    }

    /// An attempt at a replica ended.
    pub fn told(&mut self, replica: usize, told: Told, now: Instant) -> Option<Verdict> {
        let far = self.far(replica);
        // At least half of the replicas stay: the others could not carry the load alone.
        let may_suspect = self.config.enabled && self.left_alone() < self.cases.len() / 2;
        let case = &mut self.cases[replica];
        case.learn(told, far);
        // What was sent before an ejection ends after it; only probes count then.
        if case.ejected.is_some() || !may_suspect {
            return None;
        }
        let cause = case.sick(&self.config, far)?;
        Some(case.suspect(cause, now))
    }

    /// Whether a copy of a request should go to a replica now, and by when it must be answered to be a good probe. Each yes
    /// is followed by [`Judge::probed`].
    pub fn probe(&mut self, replica: usize, now: Instant) -> Option<Duration> {
        let patience = self.far(replica).unwrap_or(PROBE_PATIENCE);
        let ejection = self.cases[replica].ejected.as_mut()?;
        if ejection.probing || now < ejection.until {
            return None;
        }
        ejection.probing = true;
        Some(patience)
    }

    /// A probe ended.
    pub fn probed(
        &mut self,
        replica: usize,
        told: Told,
        now: Instant,
        rng: &mut impl Rng,
    ) -> Option<Verdict> {
        let far = self.far(replica);
        let case = &mut self.cases[replica];
        let ejection = case.ejected.as_mut()?;
        ejection.probing = false;
        let good = match told {
            Told::Answered(latency) => far.is_none_or(|far| latency <= far),
            Told::Worked => true,
            Told::Beaten(_) | Told::GivenUp(_) | Told::Failed => false,
            // As good as not sent; the next one not at once, in case it is refused as this one was.
            Told::Nothing => {
                ejection.until = ejection.until.max(now + PROBE_PAUSE);
                return None;
            }
        };
        if !good && ejection.suspected {
            ejection.bad_probes += 1;
            if ejection.bad_probes < self.config.probes_min {
                return None;
            }
        }
        if !good {
            let cause = if ejection.suspected {
                ejection.cause
            } else {
                EjectionCause::Probe
            };
            return Some(case.eject(cause, &self.config, now, rng));
        }
        if ejection.suspected {
            case.clear();
            return Some(Verdict::Cleared);
        }
        ejection.good_probes += 1;
        if ejection.good_probes < self.config.probes_min {
            return None;
        }
        let lasted = ejection.lasts;
        // It begins like a new one.
        *case = Case {
            times: case.times,
            returned: Some((now, lasted)),
            ..Case::default()
        };
        Some(Verdict::Returned)
    }

    /// A new process is there: what was known of the old one says nothing.
    pub fn restarted(&mut self, replica: usize) {
        self.cases[replica] = Case::default();
    }

    /// Replicas that are ejected now, or under suspicion.
    pub fn left_alone(&self) -> usize {
        self.cases.iter().filter(|case| case.ejected.is_some()).count()
    }

    /// From where on an answer is far slower than those of the siblings that serve; `None` if they have too few.
    fn far(&self, replica: usize) -> Option<Duration> {
        let siblings = self.cases.iter().enumerate();
        let serving = siblings.filter(|(number, case)| *number != replica && case.ejected.is_none());
        let known = serving.filter_map(|(_, case)| case.latencies.quartiles());
        let high = middle(known.map(|quartiles| quartiles.high))?;
        let factor = high.mul_f64(self.config.slow_factor);
        Some(factor.max(high + self.config.slow_margin))
    }
}

impl Case {
    fn learn(&mut self, told: Told, far: Option<Duration>) {
        match told {
            Told::Answered(latency) => {
                self.failures = 0;
                self.beaten = 0;
                self.answers = self.answers.saturating_add(1);
                self.latencies.push(latency);
            }
            Told::Worked => self.failures = 0,
            // It would have taken longer still, nobody knows how much.
            Told::Beaten(latency) => {
                self.beaten += 1;
                self.latencies.push(latency);
            }
            Told::GivenUp(latency) if far.is_some_and(|far| latency > far) => {
                self.beaten += 1;
                self.latencies.push(latency);
            }
            Told::GivenUp(_) | Told::Nothing => {}
            Told::Failed => self.failures += 1,
        }
    }

    /// What is wrong with it, if anything is.
    fn sick(&self, config: &EjectionConfig, far: Option<Duration>) -> Option<EjectionCause> {
        let is_far = |Quartiles { low, .. }: Quartiles| far.is_some_and(|far| low > far);
        if self.failures >= config.suspicious_min {
            Some(EjectionCause::Failures)
        } else if self.beaten >= config.suspicious_min || self.latencies.quartiles().is_some_and(is_far) {
            Some(EjectionCause::Slowness)
        } else {
            None
        }
    }

    fn suspect(&mut self, cause: EjectionCause, now: Instant) -> Verdict {
        self.ejected = Some(Ejection {
            cause,
            suspected: true,
            lasts: Duration::ZERO,
            until: now,
            probing: false,
            good_probes: 0,
            bad_probes: 0,
        });
        Verdict::Suspected(cause)
    }

    /// It was suspected for nothing. What made it suspect is forgotten, or it would be again at once.
    fn clear(&mut self) {
        *self = Self {
            answers: self.answers,
            times: self.times,
            returned: self.returned,
            ..Self::default()
        };
    }

    fn eject(
        &mut self,
        cause: EjectionCause,
        config: &EjectionConfig,
        now: Instant,
        rng: &mut impl Rng,
    ) -> Verdict {
        let forgiven = |(returned, lasted): (Instant, Duration)| {
            now.saturating_duration_since(returned) > lasted * FORGIVEN_AFTER
        };
        if self.returned.take().is_some_and(forgiven) {
            self.times = 0;
        }
        let doubled = 1_u32.checked_shl(self.times).unwrap_or(u32::MAX);
        let backoff = config.backoff_min.saturating_mul(doubled).min(config.backoff_max);
        self.times = (self.times + 1).min(31);
        // Up to a fifth more or less, so that roots which saw the same do not all come back at once.
        let lasts = backoff.mul_f64(rng.random_range(0.8..1.2));
        *self = Self {
            times: self.times,
            ejected: Some(Ejection {
                cause,
                suspected: false,
                lasts,
                until: now + lasts,
                probing: false,
                good_probes: 0,
                bad_probes: 0,
            }),
            ..Self::default()
        };
        Verdict::Ejected(cause, lasts)
    }
}

fn middle(latencies: impl Iterator<Item = Duration>) -> Option<Duration> {
    let mut sorted: Vec<Duration> = latencies.collect();
    sorted.sort_unstable();
    sorted.get(sorted.len().saturating_sub(1) / 2).copied()
}

#[cfg(test)]
#[path = "ejection_tests.rs"]
mod tests;
