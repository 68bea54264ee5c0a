//! Waits until a time, to the microsecond: a runtime's own timers go in steps of a millisecond.

use std::io;

use tokio::time::Instant;

/// The most that is waited for awake, of each request.
#[cfg(target_os = "linux")]
const LEAD_US_MAX: f64 = 150.0;
/// The same as a share of the time between two requests: the core belongs to the service as well.
#[cfg(target_os = "linux")]
const LEAD_SHARE_MAX: f64 = 0.1;
/// So many of the wake-ups are to be early enough.
#[cfg(target_os = "linux")]
const IN_TIME: f64 = 0.98;
/// How far one wake-up moves what was learned.
#[cfg(target_os = "linux")]
const STEP_US: f64 = 2.0;

/// A timer of the system.
#[cfg(target_os = "linux")]
#[derive(Debug)]
pub(super) struct Pacer {
    timer: tokio::io::unix::AsyncFd<std::os::fd::OwnedFd>,
    lead: Lead,
}

/// How much earlier than due the timer is to wake the thread, because a core that sleeps takes its time to wake up. It
/// is learned: a virtual machine takes ten times as long as a real one.
///
/// What is learned is a quantile, one wake-up at a time (Robbins and Monro, 1951): a step up for each that came too late, a
/// much smaller one down for each that did not.
#[cfg(target_os = "linux")]
#[derive(Clone, Copy, Debug)]
struct Lead {
    us: f64,
    us_max: f64,
}

#[cfg(target_os = "linux")]
impl Lead {
    fn new(between: std::time::Duration) -> Self {
        Self {
            us: 0.0,
            us_max: (between.as_secs_f64() * 1e6 * LEAD_SHARE_MAX).min(LEAD_US_MAX),
        }
    }

    fn time(self) -> std::time::Duration {
        std::time::Duration::from_secs_f64(self.us / 1e6)
    }

    fn learn(&mut self, woken_late: std::time::Duration) {
        let is_in_time = woken_late <= self.time();
        let step = if is_in_time { IN_TIME - 1.0 } else { IN_TIME };
        self.us = (self.us + step * STEP_US).clamp(0.0, self.us_max);
    }
}

#[cfg(target_os = "linux")]
impl Pacer {
    /// A timer in the runtime of this thread, for requests that follow each other after so much time on average.
    #[expect(
        deprecated,
        reason = "its successor is unsafe, because some types could change their descriptor: an `OwnedFd` cannot"
    )]
    pub(super) fn new(between: std::time::Duration) -> io::Result<Self> {
        use rustix::time::{TimerfdClockId, TimerfdFlags, timerfd_create};
        let flags = TimerfdFlags::NONBLOCK | TimerfdFlags::CLOEXEC;
        let timer = timerfd_create(TimerfdClockId::Monotonic, flags)?;
        Ok(Self {
            timer: tokio::io::unix::AsyncFd::new(timer)?,
            lead: Lead::new(between),
        })
    }

    /// Sleeps until shortly before, and lets answers be read for the rest.
    pub(super) async fn until(&mut self, due: Instant) -> io::Result<()> {
        let early = due.checked_sub(self.lead.time()).unwrap_or(due);
        if Instant::now() < early {
            self.sleep_until(early).await?;
            self.lead.learn(early.elapsed());
        }
        while Instant::now() < due {
            tokio::task::yield_now().await;
        }
        Ok(())
    }

    async fn sleep_until(&self, time: Instant) -> io::Result<()> {
        use rustix::time::{Itimerspec, TimerfdTimerFlags, Timespec, timerfd_settime};
        let Some(wait) = time
            .checked_duration_since(Instant::now())
            .filter(|wait| !wait.is_zero())
        else {
            return Ok(());
        };
        let never = Timespec {
            tv_sec: 0,
            tv_nsec: 0,
        };
        let once = Itimerspec {
            it_interval: never,
            it_value: Timespec {
                tv_sec: i64::try_from(wait.as_secs()).unwrap_or(i64::MAX),
                tv_nsec: wait.subsec_nanos().into(),
            },
        };
        timerfd_settime(&self.timer, TimerfdTimerFlags::empty(), &once)?;
        loop {
            // The timer is not read: setting it again makes it silent, too.
            self.timer.readable().await?.clear_ready();
            // It may have been ready from the time before.
            if Instant::now() >= time {
                return Ok(());
            }
        }
    }
}

/// Where the system has no timer that can be waited for like a socket.
#[cfg(not(target_os = "linux"))]
#[derive(Debug)]
pub(super) struct Pacer;

#[cfg(not(target_os = "linux"))]
impl Pacer {
    /// Nothing has to be made.
    pub(super) fn new(_: std::time::Duration) -> io::Result<Self> {
        Ok(Self)
    }

    /// Sleeps until short before, and lets others run for the rest.
    pub(super) async fn until(&mut self, due: Instant) -> io::Result<()> {
        let step = std::time::Duration::from_millis(1);
        while let Some(wait) = due
            .checked_duration_since(Instant::now())
            .filter(|wait| !wait.is_zero())
        {
            if wait > step {
                tokio::time::sleep(wait - step).await;
            } else {
                tokio::task::yield_now().await;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[cfg(target_os = "linux")]
    #[test]
    fn almost_all_wake_ups_are_made_early_enough_within_bounds() {
        let us = Duration::from_micros;
        let learned = |between: Duration| {
            let mut lead = Lead::new(between);
            // 30 to 129 µs, in an order without a pattern.
            (0..20_000_u64).for_each(|nth| lead.learn(us(30 + nth * 37 % 100)));
            lead.time()
        };
        let rare = learned(Duration::from_millis(10));
        assert!(rare.abs_diff(us(128)) < us(4), "{rare:?}");
        assert_eq!(
            learned(us(500)),
            us(50),
            "a tenth of the time between two requests"
        );
        let mut lead = Lead::new(Duration::from_secs(1));
        assert_eq!(lead.time(), Duration::ZERO);
        (0..500).for_each(|_| lead.learn(Duration::from_secs(1)));
        assert_eq!(lead.time(), us(150));
    }

    #[tokio::test]
    async fn nothing_is_early_whatever_was_waited_for_before() {
        let mut pacer = Pacer::new(Duration::from_millis(1)).unwrap();
        let start = Instant::now();
        pacer.until(start).await.unwrap();
        // Some of these are due while the one before is, so that the timer is still ready from then.
        for us in [300, 301, 900, 1_000, 2_700, 2_701, 2_702, 4_000] {
            let due = start + Duration::from_micros(us);
            pacer.until(due).await.unwrap();
            assert!(Instant::now() >= due);
        }
    }
}
