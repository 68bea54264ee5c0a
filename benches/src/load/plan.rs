//! What a run is to do, and the limits of it.

use std::fmt::Display;
use std::ops::RangeInclusive;
use std::time::Duration;

use reqwest::header::HeaderMap;

use super::{LoadError, Trust};
use crate::measured::Arrivals;

/// The fastest schedule: 50 times what one core can send.
pub const PER_SECOND_MAX: f64 = 1e6;
/// The most clients of a closed loop: each of them may hold a connection.
pub const CLIENTS_MAX: u32 = 50_000;
/// The most threads: machines with more cores than that do not need one generator.
pub const THREADS_MAX: usize = 64;
/// The most connections to one service: a client has some 60,000 ports for them.
pub const CONNECTIONS_MAX: usize = 50_000;
/// The most requests that may be under way: each takes a few kilobytes.
pub const UNDER_WAY_MAX: usize = 1_000_000;
/// The longest patience with one request.
pub const TIMEOUT_MAX: Duration = Duration::from_mins(10);
/// The longest run; every second of it is kept.
pub const DURATION_MAX: Duration = Duration::from_hours(24);

/// What a run is to do.
#[derive(Clone, Debug)]
pub struct LoadPlan {
    /// Where the service is: `http://HOST:PORT` or `https://…`, with a path before that of the API if it has one.
    pub url: String,
    /// Whom to believe to be the service, if connections are encrypted.
    pub trust: Trust,
    /// The index that is searched and written to.
    pub index: String,
    /// How requests follow each other.
    pub arrivals: Arrivals,
    /// How long requests are sent before it counts.
    pub warmup: Duration,
    /// How long it counts then.
    pub duration: Duration,
    /// After which a request is given up, counted from when it was due: the generator's own patience.
    pub timeout: Duration,
    /// Gaps, queries and the mix follow from it: the same seed, threads and plan send the same requests.
    pub seed: u64,
    /// Threads that send. One sends tens of thousands of requests per second.
    pub threads: usize,
    /// Connections that may be open at once; a request that finds none free waits for one.
    pub connections_max: usize,
    /// Requests that may be under way at once; one that is due beyond it is not sent, and counts as lost.
    pub under_way_max: usize,
    /// Whether threads never sleep: nobody has to wake them, which makes them more exact, and takes a core each.
    pub awake: bool,
    /// Sent with every request. Mark secrets as sensitive: they are not shown then.
    pub headers: HeaderMap,
}

impl LoadPlan {
    /// Half a minute after five seconds of warm-up, by one thread; every field can be set otherwise.
    #[must_use]
    pub fn new(url: impl Into<String>, index: impl Into<String>, arrivals: Arrivals) -> Self {
        Self {
            url: url.into(),
            trust: Trust::System,
            index: index.into(),
            arrivals,
            warmup: Duration::from_secs(5),
            duration: Duration::from_secs(30),
            timeout: Duration::from_secs(10),
            seed: 1,
            threads: 1,
            connections_max: 1_024,
            under_way_max: 10_000,
            awake: false,
            headers: HeaderMap::new(),
        }
    }

    /// Refuses what makes no sense or would overwhelm the machine.
    pub(super) fn check(&self) -> Result<(), LoadError> {
        match self.arrivals {
            Arrivals::Poisson { per_second } | Arrivals::Constant { per_second } => {
                within("the rate per second", &per_second, &(1e-3..=PER_SECOND_MAX))?;
            }
            Arrivals::Closed { clients } => within("the number of clients", &clients, &(1..=CLIENTS_MAX))?,
        }
        within("the number of threads", &self.threads, &(1..=THREADS_MAX))?;
        within(
            "the number of connections",
            &self.connections_max,
            &(1..=CONNECTIONS_MAX),
        )?;
        within(
            "the number of requests under way",
            &self.under_way_max,
            &(1..=UNDER_WAY_MAX),
        )?;
        let seconds = |time: Duration| time.as_secs_f64();
        within(
            "the warm-up in seconds",
            &seconds(self.warmup),
            &(0.0..=seconds(DURATION_MAX)),
        )?;
        within(
            "the duration in seconds",
            &seconds(self.duration),
            &(0.01..=seconds(DURATION_MAX)),
        )?;
        within(
            "the timeout in seconds",
            &seconds(self.timeout),
            &(1e-3..=seconds(TIMEOUT_MAX)),
        )
    }
}

/// Refuses a value out of its range.
fn within<T: PartialOrd + Display>(
    what: &'static str,
    value: &T,
    range: &RangeInclusive<T>,
) -> Result<(), LoadError> {
    if range.contains(value) {
        return Ok(());
    }
    Err(LoadError::OutOfRange {
        what,
        value: value.to_string(),
        least: range.start().to_string(),
        most: range.end().to_string(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan(arrivals: Arrivals) -> LoadPlan {
        LoadPlan::new("http://localhost:9200", "docs", arrivals)
    }

    #[test]
    fn what_would_overwhelm_the_machine_is_refused() {
        let usual = plan(Arrivals::Poisson { per_second: 100.0 });
        usual.check().unwrap();
        for arrivals in [
            Arrivals::Poisson { per_second: 0.0 },
            Arrivals::Constant { per_second: f64::NAN },
            Arrivals::Constant { per_second: 1e7 },
            Arrivals::Closed { clients: 0 },
        ] {
            plan(arrivals).check().unwrap_err();
        }
        let threads = LoadPlan {
            threads: 65,
            ..usual.clone()
        };
        let said = threads.check().unwrap_err().to_string();
        assert_eq!(said, "the number of threads is 65, and has to be from 1 to 64");
        LoadPlan {
            timeout: Duration::ZERO,
            ..usual
        }
        .check()
        .unwrap_err();
    }

    #[test]
    fn secrets_are_not_shown() {
        let mut plan = plan(Arrivals::Closed { clients: 1 });
        let mut key: reqwest::header::HeaderValue = "ApiKey c2VjcmV0".parse().unwrap();
        key.set_sensitive(true);
        plan.headers.insert("authorization", key);
        assert!(!format!("{plan:?}").contains("c2VjcmV0"));
    }
}
