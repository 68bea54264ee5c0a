//! The machine that everything runs on, as far as it tells.

use std::fs;
use std::thread::available_parallelism;

use benches::measured::Machine;

/// This machine. Blocks for two small files of memory.
pub(super) fn here() -> Machine {
    let cpuinfo = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    Machine {
        processor: field(&cpuinfo, "model name").unwrap_or("unknown").to_owned(),
        cores: available_parallelism().map_or(1, |cores| u32::try_from(cores.get()).unwrap_or(u32::MAX)),
        memory_bytes: memory("MemTotal").unwrap_or(0),
    }
}

/// Memory that processes could still take, in bytes, if the system tells.
pub(super) fn memory_free_bytes() -> Option<u64> {
    memory("MemAvailable")
}

fn memory(name: &str) -> Option<u64> {
    let meminfo = fs::read_to_string("/proc/meminfo").ok()?;
    let kilobytes: u64 = field(&meminfo, name)?.split(' ').next()?.parse().ok()?;
    Some(kilobytes * 1_024)
}

/// The value of a line `name: value`.
fn field<'text>(text: &'text str, name: &str) -> Option<&'text str> {
    text.lines().find_map(|line| {
        let (found, value) = line.split_once(':')?;
        (found.trim() == name).then(|| value.trim())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_found_by_their_whole_name() {
        let text = "model\t\t: 85\nmodel name\t: A Processor @ 2 GHz\n";
        assert_eq!(field(text, "model name"), Some("A Processor @ 2 GHz"));
        assert_eq!(field(text, "name"), None);
    }
}
