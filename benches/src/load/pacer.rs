//! Waits until a time, to the microsecond: a runtime's own timers go in steps of a millisecond.

use std::io;

use tokio::time::Instant;

/// The most that is waited for awake, of each request: the core belongs to the service as well.
#[cfg(target_os = "linux")]
const LEAD_US_MAX: f64 = 100.0;

/// A timer of the system.
#[cfg(target_os = "linux")]
#[derive(Debug)]
pub(super) struct Pacer {
    timer: tokio::io::unix::AsyncFd<std::os::fd::OwnedFd>,
    lead: Lead,
}

/// How much earlier than due the timer is to wake the thread, because a core that sleeps takes its time to wake up. It
/// is learned: a virtual machine takes ten times as long as a real one.
#[cfg(target_os = "linux")]
#[derive(Clone, Copy, Debug)]
struct Lead {
    woken_late_us: f64,
}

#[cfg(target_os = "linux")]
impl Lead {
    /// The mean, and a bit more: then most requests are neither late nor waited for awake for long.
    fn time(self) -> std::time::Duration {
        std::time::Duration::from_secs_f64((self.woken_late_us * 1.25).min(LEAD_US_MAX) / 1e6)
    }

    fn learn(&mut self, woken_late: std::time::Duration) {
        // A thread that was not run at all says nothing about how long it takes to wake one.
        let woken_late_us = (woken_late.as_secs_f64() * 1e6).min(LEAD_US_MAX);
        self.woken_late_us += (woken_late_us - self.woken_late_us) / 32.0;
    }
}

#[cfg(target_os = "linux")]
impl Pacer {
    /// A timer in the runtime of this thread.
    #[expect(
        deprecated,
        reason = "its successor is unsafe, because some types could change their descriptor: an `OwnedFd` cannot"
    )]
    pub(super) fn new() -> io::Result<Self> {
        use rustix::time::{TimerfdClockId, TimerfdFlags, timerfd_create};
        let flags = TimerfdFlags::NONBLOCK | TimerfdFlags::CLOEXEC;
        let timer = timerfd_create(TimerfdClockId::Monotonic, flags)?;
        Ok(Self {
            timer: tokio::io::unix::AsyncFd::new(timer)?,
            lead: Lead { woken_late_us: 0.0 },
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
    pub(super) fn new() -> io::Result<Self> {
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
    fn the_time_to_wake_up_is_learned_within_bounds() {
        let mut lead = Lead { woken_late_us: 0.0 };
        assert_eq!(lead.time(), Duration::ZERO);
        (0..500).for_each(|_| lead.learn(Duration::from_micros(40)));
        assert!(
            lead.time().abs_diff(Duration::from_micros(50)) < Duration::from_micros(1),
            "{lead:?}"
        );
        (0..500).for_each(|_| lead.learn(Duration::from_secs(1)));
        assert_eq!(lead.time(), Duration::from_micros(100));
    }

    #[tokio::test]
    async fn nothing_is_early_whatever_was_waited_for_before() {
        let mut pacer = Pacer::new().unwrap();
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
