//! Processor time of processes, from the system's own books.

use std::time::Duration;

/// The tick of the books: 1/100 s on every Linux that we run on.
const TICK: Duration = Duration::from_millis(10);

/// User and system time that a process has used so far, over all its threads; zero if it is gone.
pub(crate) fn used(pid: u32) -> Duration {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    // The name in parentheses may hold spaces; what follows it does not.
    let fields: Vec<&str> = stat
        .rsplit_once(')')
        .map_or("", |(_, rest)| rest)
        .split_whitespace()
        .collect();
    let ticks = |at: usize| {
        fields
            .get(at)
            .and_then(|field| field.parse::<u32>().ok())
            .unwrap_or(0)
    };
    TICK * (ticks(11) + ticks(12))
}

/// As [`used`], of this process.
pub(crate) fn used_here() -> Duration {
    used(std::process::id())
}
