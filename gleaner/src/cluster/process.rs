//! One life of a supervised process: started, ready, ended.

use std::ffi::OsString;
use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, BufReader};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio::time::timeout;

use super::EventSender;
use super::event::MemberName;
use super::exit::Exit;
use super::log_file::{self, LastLines};
use crate::serve::ReadyLine;

/// How long a process may take to finish what it is doing when it is told to stop.
const STOP_GRACE: Duration = Duration::from_secs(10);
/// How long the last words of a dead process may take to arrive; they are in the pipe already.
const LAST_WORDS_GRACE: Duration = Duration::from_secs(1);
/// The longest line in which a process can say that it is ready, in bytes.
const READY_LINE_BYTES_MAX: u64 = 4096;

/// How a process is started, in every one of its lives.
#[derive(Clone, Debug)]
pub(super) struct ProcessPlan {
    /// Which part it plays.
    pub(super) name: MemberName,
    /// The program.
    pub(super) program: PathBuf,
    /// Its arguments, without those that every supervised process gets.
    pub(super) arguments: Vec<OsString>,
    /// Where it listens; port 0 in its first life, if any port will do.
    pub(super) listen: SocketAddr,
    /// Its log file.
    pub(super) log: PathBuf,
}

/// Hears once where a process listens; an error means that it never will.
pub(super) type ReadyReceiver = oneshot::Receiver<SocketAddr>;

/// A process that was started.
#[derive(Debug)]
pub(super) struct Running {
    child: Child,
    /// Its process id.
    pub(super) pid: u32,
    log: JoinHandle<()>,
    // Its end tells the process that its supervisor is gone, also where the system cannot.
    _stdin: Option<ChildStdin>,
}

impl Running {
    /// Starts the process. Must be called on a runtime.
    ///
    /// Linux ties the life of a process to the *thread* that started it: on a runtime of one thread that is the
    /// supervisor's own.
    pub(super) fn spawn(
        plan: &ProcessPlan,
        last_lines: LastLines,
        events: EventSender,
    ) -> io::Result<(Self, ReadyReceiver)> {
        let mut child = Command::new(&plan.program)
            .args(&plan.arguments)
            .args(["--listen", &plan.listen.to_string(), "--json", "--log-format", "text"])
            .args(["--supervised-by", &std::process::id().to_string()])
            .env("NO_COLOR", "1")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            // Ctrl-C goes to a terminal's foreground group: the supervisor alone decides who stops, and in which order.
            .process_group(0)
            .kill_on_drop(true)
            .spawn()?;
        let missing = |what| io::Error::other(format!("the process has no {what}"));
        let pid = child.id().ok_or_else(|| missing("id"))?;
        let stdin = child.stdin.take();
        let stdout = child.stdout.take().ok_or_else(|| missing("standard output"))?;
        let stderr = child.stderr.take().ok_or_else(|| missing("standard error"))?;
        let (sender, ready) = oneshot::channel();
        tokio::spawn(listen_for_ready(stdout, sender));
        let log = tokio::spawn(log_file::follow(
            stderr,
            plan.log.clone(),
            plan.name,
            last_lines,
            events,
        ));
        let running = Self {
            child,
            pid,
            log,
            _stdin: stdin,
        };
        Ok((running, ready))
    }

    /// Waits for its end. May be cancelled and called again.
    pub(super) async fn ended(&mut self) -> Exit {
        // The only error is "no such child", after somebody else has waited for it: it has ended, with code unknown.
        let exit = self.child.wait().await.map_or(Exit::Code(-1), Exit::from);
        // What it said last is often why it ended. The process is gone, so this cannot take long.
        let _ = timeout(LAST_WORDS_GRACE, &mut self.log).await;
        exit
    }

    /// Sends a signal, unless the process has ended.
    pub(super) fn signal(&self, signal: Signal) {
        let pid = self
            .child
            .id()
            .and_then(|pid| i32::try_from(pid).ok())
            .and_then(Pid::from_raw);
        if let Some(pid) = pid {
            // It may have ended a moment ago, and then needs no signal.
            let _ = kill_process(pid, signal);
        }
    }

    /// Lets the process finish, but not for ever.
    pub(super) async fn stop(mut self) {
        self.signal(Signal::TERM);
        // A stopped process hears SIGTERM only when it goes on.
        self.signal(Signal::CONT);
        if timeout(STOP_GRACE, self.child.wait()).await.is_err() {
            self.signal(Signal::KILL);
            let _ = self.child.wait().await;
        }
        let _ = timeout(LAST_WORDS_GRACE, self.log).await;
    }
}

/// Reads the first line, and then whatever follows, so that the process can never block on a full pipe.
async fn listen_for_ready(stdout: ChildStdout, sender: oneshot::Sender<SocketAddr>) {
    let mut stdout = BufReader::new(stdout);
    let mut line = Vec::new();
    let read = (&mut stdout)
        .take(READY_LINE_BYTES_MAX)
        .read_until(b'\n', &mut line)
        .await;
    if read.is_ok()
        && let Some(address) = ReadyLine::parse(&line)
    {
        // Nobody waits any more: the cluster is being stopped.
        let _ = sender.send(address);
    } else {
        drop(sender);
    }
    let _ = tokio::io::copy(&mut stdout, &mut tokio::io::sink()).await;
}
