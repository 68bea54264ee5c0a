//! What the system's books say of a process: its processor time and its memory. Linux has a clock for each process, and keeps
//! the rest in `/proc`; elsewhere nothing is known, and nothing is said. Of the thread that asks, every system knows the processor
//! time.

use std::fs;
use std::time::Duration;

use rustix::time::{ClockId, clock_gettime};

/// What a process has used so far, and what it holds.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct ProcessUse {
    /// User and system time of all its threads, also of those that have ended, in seconds.
    pub cpu_seconds: f64,
    /// Its resident memory, mapped files included.
    pub resident_bytes: u64,
}

/// The books of one process; `None` if it is gone, or the system keeps no such books. Reads a small file of memory.
pub fn usage(pid: u32) -> Option<ProcessUse> {
    Some(ProcessUse {
        cpu_seconds: cpu(pid)?.as_secs_f64(),
        resident_bytes: resident_bytes(&fs::read_to_string(format!("/proc/{pid}/status")).ok()?)?,
    })
}

/// The books of this process.
pub fn usage_here() -> Option<ProcessUse> {
    usage(std::process::id())
}

/// The processor time that this thread has used so far: what a piece of work costs, whoever else wants the core meanwhile.
pub fn thread_cpu() -> Duration {
    Duration::try_from(clock_gettime(ClockId::ThreadCPUTime)).unwrap_or_default()
}

/// The clock of a process, to the nanosecond: `/proc/PID/stat` counts hundredths of a second, and an idle process uses less.
#[cfg(target_os = "linux")]
fn cpu(pid: u32) -> Option<Duration> {
    let pid = nix::unistd::Pid::from_raw(i32::try_from(pid).ok()?);
    let clock = nix::time::clock_getcpuclockid(pid).ok()?;
    Some(clock.now().ok()?.into())
}

#[cfg(not(target_os = "linux"))]
fn cpu(_: u32) -> Option<Duration> {
    None
}

/// The line `VmRSS:   12345 kB`.
fn resident_bytes(status: &str) -> Option<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kilobytes: u64 = line.split_whitespace().next()?.parse().ok()?;
    Some(kilobytes * 1_024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_resident_memory_is_found_among_the_others() {
        assert_eq!(
            resident_bytes("Name:\ta\nVmRSS:\t    2048 kB\nThreads:\t3\n"),
            Some(2_097_152)
        );
        assert_eq!(resident_bytes("Name:\ta\n"), None);
    }

    #[test]
    fn a_thread_that_computes_uses_its_core() {
        let began = thread_cpu();
        while thread_cpu() == began {
            std::hint::spin_loop();
        }
        assert!(thread_cpu() < began + Duration::from_secs(1));
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn this_process_has_used_something() {
        let here = usage_here().unwrap();
        assert!(
            here.resident_bytes > 100_000 && here.cpu_seconds > 0.0,
            "{here:?}"
        );
        assert_eq!(usage(u32::MAX), None);
    }
}
