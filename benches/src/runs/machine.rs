//! Where and of what a run was made: figures mean little without.

use serde::{Deserialize, Serialize};
use tokio::process::Command;

/// Where, when and of what.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Machine {
    /// The day, `2026-11-20`, UTC.
    pub date: String,
    /// The processor's own name.
    pub cpu: String,
    /// Cores that this process may use.
    pub cores: usize,
    /// Memory of the machine.
    pub memory_bytes: u64,
    /// The kernel's release.
    pub kernel: String,
    /// The compiler, as `rustc --version` tells.
    pub rustc: String,
    /// What was measured, with `-dirty` at its end if files had been changed since.
    pub commit: String,
    /// How often everything was measured.
    pub rounds: u32,
}

impl Machine {
    /// This machine, now. What it does not tell is `unknown`.
    pub(crate) async fn here(rounds: u32) -> Self {
        let cpuinfo = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
        let meminfo = std::fs::read_to_string("/proc/meminfo").unwrap_or_default();
        let kernel = std::fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
        let kib = field(&meminfo, "MemTotal").and_then(|text| text.split(' ').next()?.parse::<u64>().ok());
        Self {
            date: shared::clock::now_utc().date().to_string(),
            cpu: known(field(&cpuinfo, "model name")),
            cores: std::thread::available_parallelism().map_or(0, usize::from),
            memory_bytes: kib.unwrap_or(0) * 1_024,
            kernel: known(Some(kernel.trim())),
            rustc: said("rustc", &["--version"]).await,
            commit: said(
                "git",
                &["describe", "--always", "--dirty", "--abbrev=40", "--exclude=*"],
            )
            .await,
            rounds,
        }
    }

    /// Whether figures of both can be compared as they are.
    pub(crate) fn is_like(&self, other: &Self) -> bool {
        (&self.cpu, self.cores, self.memory_bytes >> 30)
            == (&other.cpu, other.cores, other.memory_bytes >> 30)
    }

    /// The name of a run's folder: `2026-11-20-intel-xeon-2-cores`.
    pub(crate) fn folder(&self) -> String {
        let cpu = self.cpu.to_lowercase();
        let words = cpu.split(|c: char| !c.is_ascii_alphanumeric());
        let told = |word: &&str| !["", "r", "tm", "cpu", "processor"].contains(word);
        let words: Vec<&str> = words.filter(told).take(6).collect();
        format!("{}-{}-{}-cores", self.date, words.join("-"), self.cores)
    }
}

/// The value of the first line of that name, of `name : value` lines.
fn field<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    text.lines()
        .filter_map(|line| line.split_once(':'))
        .find_map(|(key, value)| (key.trim() == name).then_some(value.trim()))
}

fn known(text: Option<&str>) -> String {
    text.filter(|text| !text.is_empty())
        .unwrap_or("unknown")
        .to_owned()
}

/// What a command prints.
async fn said(command: &str, arguments: &[&str]) -> String {
    let output = Command::new(command).args(arguments).output().await;
    let text = output.map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned());
    known(text.ok().as_deref())
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// A machine of so many cores.
    pub(crate) fn machine(cores: usize) -> Machine {
        Machine {
            date: "2026-11-20".to_owned(),
            cpu: "Intel(R) Xeon(R) Processor @ 2.30GHz".to_owned(),
            cores,
            memory_bytes: 24 << 30,
            kernel: "6.1".to_owned(),
            rustc: "rustc 1.95.0".to_owned(),
            commit: "0123".to_owned(),
            rounds: 3,
        }
    }

    #[test]
    fn folders_are_named_after_day_and_machine() {
        assert_eq!(machine(2).folder(), "2026-11-20-intel-xeon-2-30ghz-2-cores");
    }

    #[test]
    fn a_new_kernel_or_commit_is_no_other_machine() {
        let mut later = machine(2);
        later.kernel.push_str(".1");
        later.commit.push_str("-dirty");
        later.memory_bytes += 4_096;
        assert!(later.is_like(&machine(2)));
        assert!(!later.is_like(&machine(4)));
    }

    #[test]
    fn fields_are_found_by_name() {
        let text = "model : 207\nmodel name\t: Xeon: E5\nmodel name : other";
        assert_eq!(field(text, "model name"), Some("Xeon: E5"));
        assert_eq!(field(text, "name"), None);
        assert_eq!(known(field(text, "name")), "unknown");
    }
}
