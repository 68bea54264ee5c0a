//! How a process ended, in words.

use std::fmt;
use std::os::unix::process::ExitStatusExt as _;
use std::process::ExitStatus;

/// How a process ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// By itself, with an exit code.
    Code(i32),
    /// By a signal.
    Signal(i32),
}

impl From<ExitStatus> for Exit {
    fn from(status: ExitStatus) -> Self {
        match (status.code(), status.signal()) {
            (Some(code), _) => Self::Code(code),
            (None, signal) => Self::Signal(signal.unwrap_or_default()),
        }
    }
}

impl fmt::Display for Exit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Code(code) => write!(f, "ended with exit code {code}"),
            Self::Signal(6) => f.write_str("was aborted (SIGABRT)"),
            Self::Signal(9) => f.write_str("was killed (SIGKILL)"),
            Self::Signal(11) => f.write_str("crashed (SIGSEGV)"),
            Self::Signal(15) => f.write_str("was told to stop (SIGTERM)"),
            Self::Signal(signal) => write!(f, "was ended by signal {signal}"),
        }
    }
}
