//! Processes of this machine, as `/proc` shows them.

use std::fs;

use rustix::process::{Pid, Signal, kill_process};

/// One process. A later one with the same id is another one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Process {
    /// Its id.
    pub(crate) pid: u32,
    /// When it was started, in the kernel's ticks since boot.
    started: u64,
}

/// What `/proc/PID/stat` says.
struct Stat {
    state: char,
    parent: u32,
    started: u64,
}

impl Process {
    /// The living process of that id.
    pub(crate) fn of(pid: u32) -> Option<Self> {
        let stat = stat(pid).filter(Stat::lives)?;
        Some(Self {
            pid,
            started: stat.started,
        })
    }

    /// The living children of a process, by id.
    pub(crate) fn children_of(parent: u32) -> Vec<Self> {
        let entries = fs::read_dir("/proc").expect("there is a /proc");
        let mut children: Vec<Self> = entries
            .filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok())
            .filter_map(|pid| {
                let stat = stat(pid).filter(|stat| stat.lives() && stat.parent == parent)?;
                Some(Self {
                    pid,
                    started: stat.started,
                })
            })
            .collect();
        children.sort_unstable();
        children
    }

    /// Whether it has not ended. One whose parent has yet to hear of its end has ended.
    pub(crate) fn lives(self) -> bool {
        Self::of(self.pid) == Some(self)
    }

    /// Sends it a signal, if it lives.
    pub(crate) fn signal(self, signal: Signal) {
        let pid = i32::try_from(self.pid).ok().and_then(Pid::from_raw);
        if let Some(pid) = pid.filter(|_| self.lives()) {
            // It may have ended a moment ago, and then needs no signal.
            let _ = kill_process(pid, signal);
        }
    }

    /// Whether none of its threads runs, because a signal stopped it.
    pub(crate) fn stands_still(self) -> bool {
        let Ok(threads) = fs::read_dir(format!("/proc/{}/task", self.pid)) else {
            return false;
        };
        threads.flatten().all(|thread| {
            let stat = fs::read_to_string(thread.path().join("stat")).ok();
            stat.as_deref()
                .and_then(parse)
                .is_none_or(|stat| stat.state == 'T')
        })
    }

    /// The most memory that it ever had resident, in bytes.
    pub(crate) fn memory_bytes_peak(self) -> u64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.pid)).unwrap_or_default();
        let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let kilobytes = peak.and_then(|text| text.trim().trim_end_matches(" kB").parse::<u64>().ok());
        kilobytes.expect("a living process shows its memory") * 1024
    }
}

impl Stat {
    fn lives(&self) -> bool {
        !matches!(self.state, 'Z' | 'X')
    }
}

fn stat(pid: u32) -> Option<Stat> {
    parse(&fs::read_to_string(format!("/proc/{pid}/stat")).ok()?)
}

fn parse(text: &str) -> Option<Stat> {
    // The second field is the program's name in parentheses, which may hold spaces and parentheses itself.
    let (_, rest) = text.rsplit_once(')')?;
    let fields: Vec<&str> = rest.split_whitespace().collect();
    Some(Stat {
        state: fields.first()?.chars().next()?,
        parent: fields.get(1)?.parse().ok()?,
        started: fields.get(19)?.parse().ok()?,
    })
}
