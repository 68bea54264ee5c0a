//! Why a local cluster does not start, and what to do about it.

use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;

use super::event::MemberName;
use super::exit::Exit;
use crate::client::ClientError;

/// Why a local cluster does not start.
#[derive(Debug, thiserror::Error)]
pub enum ClusterError {
    /// The root cannot listen there.
    #[error(
        "cannot listen on {listen}: {source}. Choose another address with --listen HOST:PORT; port 0 takes a free one"
    )]
    Listen {
        /// The address.
        listen: SocketAddr,
        /// What the system said.
        source: io::Error,
    },
    /// The folder cannot be made or written.
    #[error("cannot use the folder {}: {source}. Choose another with --data DIR", path.display())]
    Folder {
        /// The folder.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// Another cluster runs in the folder.
    #[error("the folder {} is in use by another cluster{}. Stop that one, or choose another folder with --data DIR", path.display(), of_process(*pid))]
    Locked {
        /// The folder.
        path: PathBuf,
        /// The process that supervises the other cluster, if it is known.
        pid: Option<u32>,
    },
    /// The program cannot be run.
    #[error("cannot start {name}: {source}")]
    Spawn {
        /// Which process.
        name: MemberName,
        /// What the system said.
        source: io::Error,
    },
    /// A process ended before it was ready.
    #[error("{name} {exit} before it was ready. Its last words, from {}:\n{}", log.display(), indented(last_lines))]
    Died {
        /// Which process.
        name: MemberName,
        /// How it ended.
        exit: Exit,
        /// Its log.
        log: PathBuf,
        /// The end of its log.
        last_lines: Vec<String>,
    },
    /// The root says where it listens in a way that no client understands.
    #[error(transparent)]
    Client(#[from] ClientError),
}

fn of_process(pid: Option<u32>) -> String {
    pid.map(|pid| format!(" (process {pid})")).unwrap_or_default()
}

fn indented(lines: &[String]) -> String {
    if lines.is_empty() {
        return "  (none)".to_owned();
    }
    let indented: Vec<String> = lines.iter().map(|line| format!("  {line}")).collect();
    indented.join("\n")
}
