//! The members of a cluster, and what happens to them.

use std::fmt;
use std::time::Duration;

use super::exit::Exit;

/// Which part a process plays.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum MemberName {
    /// The root.
    Root,
    /// One replica of a leaf.
    Leaf {
        /// The leaf, from 0.
        leaf: u32,
        /// Which of its replicas, from 0.
        replica: u32,
    },
}

impl MemberName {
    /// Its name in file names: `root`, `leaf-2-0`.
    pub fn file_stem(self) -> String {
        match self {
            Self::Root => "root".to_owned(),
            Self::Leaf { leaf, replica } => format!("leaf-{leaf}-{replica}"),
        }
    }
}

impl fmt::Display for MemberName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Root => f.write_str("root"),
            Self::Leaf { leaf, replica } => write!(f, "leaf {leaf} replica {replica}"),
        }
    }
}

/// One process of the cluster, at one moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// Which part it plays.
    pub name: MemberName,
    /// Its process id; the last one while it is down.
    pub pid: u32,
    /// Where it listens: the same through all its lives.
    pub url: String,
}

/// Something that people should hear of.
#[derive(Clone, Debug)]
pub enum Event {
    /// A process has ended by itself.
    Died {
        /// Which one.
        name: MemberName,
        /// How.
        exit: Exit,
        /// When it will be started again.
        again_in: Duration,
    },
    /// It listens again.
    Back {
        /// The process, with its new id.
        member: Member,
    },
    /// A process could not be started again; another attempt follows.
    NotStarted {
        /// Which one.
        name: MemberName,
        /// Why.
        reason: String,
        /// When the next attempt follows.
        again_in: Duration,
    },
    /// A warning or an error in the log of a process.
    Warning {
        /// Which one.
        name: MemberName,
        /// The line as it was logged.
        line: String,
    },
}

impl fmt::Display for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Died { name, exit, again_in } => {
                let seconds = again_in.as_secs_f64();
                write!(f, "{name} {exit}; starting it again in {seconds:.1} s")
            }
            Self::Back { member } => write!(f, "{} is back (pid {})", member.name, member.pid),
            Self::NotStarted {
                name,
                reason,
                again_in,
            } => {
                let seconds = again_in.as_secs_f64();
                write!(
                    f,
                    "{name} could not be started: {reason}; trying again in {seconds:.1} s"
                )
            }
            Self::Warning { name, line } => write!(f, "{name}: {line}"),
        }
    }
}
