//! Processor time of processes, from the system's own books.

use std::time::Duration;

use shared::process;

/// User and system time that a process has used so far, over all its threads; zero if it is gone.
pub(crate) fn used(pid: u32) -> Duration {
    let books = process::usage(pid).unwrap_or_default();
    Duration::from_secs_f64(books.cpu_seconds)
}

/// As [`used`], of this process.
pub(crate) fn used_here() -> Duration {
    used(std::process::id())
}
