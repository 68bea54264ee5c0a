//! The other side of supervision: a process that ends when its supervisor does, however that ended.

use std::io::{self, Read as _};

use rustix::process::{Pid, getppid};
use tokio::sync::oneshot;

/// Why a process does not let itself be supervised.
#[derive(Debug, thiserror::Error)]
pub enum SupervisedError {
    /// The supervisor was gone before this process could say that it wants to end with it.
    #[error("the supervising process {supervisor} is gone already")]
    Gone {
        /// Its process id.
        supervisor: u32,
    },
    /// The system refuses.
    #[error("cannot tie this process to its supervisor: {0}")]
    Refused(#[from] io::Error),
}

/// Ties the life of this process to that of its supervisor. Call it first of all, on the main thread.
///
/// On Linux the system kills this process with its supervisor. Everywhere, the receiver is resolved when standard input
/// ends, whose other end the supervisor holds.
///
/// # Errors
/// [`SupervisedError::Gone`] if it is too late, or that the system refuses.
pub fn end_with(supervisor: u32) -> Result<oneshot::Receiver<()>, SupervisedError> {
    #[cfg(target_os = "linux")]
    rustix::process::set_parent_process_death_signal(Some(rustix::process::Signal::KILL))
        .map_err(io::Error::from)?;
    // Between the start of this process and the line above, the supervisor may have died unnoticed.
    let parent = getppid().map(Pid::as_raw_pid);
    if parent.and_then(|pid| u32::try_from(pid).ok()) != Some(supervisor) {
        return Err(SupervisedError::Gone { supervisor });
    }
    let (sender, ended) = oneshot::channel();
    // A thread of its own, because nothing can interrupt the read: at the end of the process it just disappears.
    std::thread::Builder::new()
        .name("supervisor-watch".to_owned())
        .spawn(move || {
            let mut stdin = io::stdin().lock();
            let mut ignored = [0; 256];
            while matches!(stdin.read(&mut ignored), Ok(read) if read > 0) {}
            // Nobody waits any more: the process is stopping for another reason.
            let _ = sender.send(());
        })?;
    Ok(ended)
}
