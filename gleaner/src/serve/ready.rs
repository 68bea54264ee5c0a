//! The line in which a service says that it is ready: one JSON object on standard output.

use std::io::{self, Write as _};
use std::net::SocketAddr;

use serde::{Deserialize, Serialize};

/// What a service says when it listens.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReadyLine {
    /// Always true: a service that does not get ready says nothing.
    pub ready: bool,
    /// Where it listens.
    pub url: String,
}

impl ReadyLine {
    /// The line of a service that listens at `address`.
    pub fn new(address: SocketAddr) -> Self {
        Self {
            ready: true,
            url: format!("http://{address}"),
        }
    }

    /// Writes it to standard output.
    pub fn print(&self) {
        let line =
            serde_json::to_string(self).expect("a struct of a boolean and a string is always valid JSON");
        // Nobody reads: then nobody waits for it either.
        let _ = writeln!(io::stdout(), "{line}");
    }

    /// Reads the address out of a line; none if it is no such line.
    pub fn parse(line: &[u8]) -> Option<SocketAddr> {
        let line: Self = serde_json::from_slice(line).ok()?;
        let address = line.url.strip_prefix("http://")?.trim_end_matches('/');
        address.parse().ok().filter(|_| line.ready)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_that_was_written_can_be_read() {
        for address in ["127.0.0.1:9200", "[::1]:80"] {
            let address: SocketAddr = address.parse().unwrap();
            let line = serde_json::to_vec(&ReadyLine::new(address)).unwrap();
            assert_eq!(ReadyLine::parse(&line), Some(address));
        }
    }

    #[test]
    fn other_lines_are_no_ready_lines() {
        for line in [
            "",
            "ready",
            r#"{"ready":false,"url":"http://127.0.0.1:1"}"#,
            r#"{"ready":true,"url":"x"}"#,
        ] {
            assert_eq!(ReadyLine::parse(line.as_bytes()), None, "{line}");
        }
    }
}
