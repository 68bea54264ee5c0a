//! A cluster: `gleaner up` as a process of its own, which ends with its test, however that ends.

use std::fs::OpenOptions;
use std::io::{self, BufRead as _, BufReader};
use std::os::unix::process::CommandExt as _;
use std::path::PathBuf;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::Duration;

use rustix::process::Signal;
use serde::Deserialize;
use tokio::sync::oneshot;
use tokio::time::timeout;

use super::executioner::Executioner;
use super::{Api, Folder, Process, eventually};

/// How long a cluster may take to be ready: long enough for a busy machine.
const START_PATIENCE: Duration = Duration::from_mins(1);

/// How many leaves and replicas.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Shape {
    /// Leaves.
    pub(crate) leaves: u32,
    /// Replicas of each.
    pub(crate) replicas: u32,
}

impl Shape {
    /// How many processes that makes, the root among them.
    pub(crate) fn members(self) -> usize {
        (self.leaves * self.replicas + 1) as usize
    }
}

/// The line that `gleaner up --json` prints when the cluster is ready.
#[derive(Clone, Debug, Deserialize)]
struct Ready {
    ready: bool,
    url: String,
    members: Vec<Member>,
}

/// One process of the cluster, as that line names it.
#[derive(Clone, Debug, Deserialize)]
#[serde(tag = "role", rename_all = "lowercase", deny_unknown_fields)]
pub(crate) enum Member {
    /// The root.
    Root {
        /// Its process id.
        pid: u32,
        /// Where it listens.
        url: String,
    },
    /// A replica of a leaf.
    Leaf {
        /// The leaf.
        leaf: u32,
        /// Which replica.
        replica: u32,
        /// Its process id.
        pid: u32,
        /// Where it listens.
        url: String,
    },
}

impl Member {
    /// Its process id.
    pub(crate) fn pid(&self) -> u32 {
        match self {
            Self::Root { pid, .. } | Self::Leaf { pid, .. } => *pid,
        }
    }

    /// Where it listens.
    pub(crate) fn url(&self) -> &str {
        match self {
            Self::Root { url, .. } | Self::Leaf { url, .. } => url,
        }
    }
}

/// A running cluster. Dropping it kills every process of it.
#[derive(Debug)]
pub(crate) struct Cluster {
    executioner: Executioner,
    supervisor: Child,
    ready: Ready,
}

impl Cluster {
    /// Starts a cluster in the folder and waits until it is ready.
    pub(crate) async fn start(folder: &Folder, shape: Shape) -> Self {
        Self::start_with(folder, shape, &[]).await
    }

    /// As [`Cluster::start`], with more flags for `gleaner up`.
    pub(crate) async fn start_with(folder: &Folder, shape: Shape, flags: &[&str]) -> Self {
        let mut command = command(folder, shape);
        command.args(flags);
        let mut supervisor = command.spawn().expect("the program can be run");
        let executioner = Executioner::watching(supervisor.id(), folder);
        let stdout = supervisor.stdout.take().expect("standard output is a pipe");
        let line = timeout(START_PATIENCE, first_line(stdout)).await;
        let line = line.unwrap_or_else(|_| panic!("`gleaner up` is not ready in time: {}", said(folder)));
        let line =
            line.unwrap_or_else(|_| panic!("`gleaner up` ended before it was ready: {}", said(folder)));
        let ready: Ready = serde_json::from_str(&line)
            .unwrap_or_else(|error| panic!("the first line is not as promised ({error}): {line}"));
        assert!(ready.ready, "{line}");
        assert_eq!(ready.members.len(), shape.members(), "{line}");
        Self {
            executioner,
            supervisor,
            ready,
        }
    }

    /// A client of the root. Each test needs its own: connections belong to a test's runtime.
    pub(crate) fn api(&self) -> Api {
        Api::new(&self.ready.url)
    }

    /// The root's URL.
    pub(crate) fn url(&self) -> &str {
        &self.ready.url
    }

    /// The processes as they were when the cluster was ready: the root, then the leaves in order.
    pub(crate) fn members(&self) -> &[Member] {
        &self.ready.members
    }

    /// The process that was ready as this replica of this leaf.
    pub(crate) fn replica(&self, leaf: u32, replica: u32) -> Process {
        let wanted = |member: &&Member| matches!(member, Member::Leaf { leaf: its, replica: number, .. } if (*its, *number) == (leaf, replica));
        let member = self
            .members()
            .iter()
            .find(wanted)
            .expect("the cluster has this replica");
        Process::of(member.pid()).expect("it has not been killed yet")
    }

    /// `gleaner up` itself.
    pub(crate) fn supervisor(&self) -> Process {
        Process::of(self.supervisor.id()).expect("it has not ended yet")
    }

    /// The processes of the cluster as they are now, without the supervisor.
    pub(crate) fn processes(&self) -> Vec<Process> {
        Process::children_of(self.supervisor.id())
    }

    /// Sends the supervisor a signal and waits until it and all of its processes have ended.
    pub(crate) async fn end(self, signal: Signal) {
        let supervisor = self.supervisor();
        let processes = self.processes();
        supervisor.signal(signal);
        eventually("the supervisor ends", async || !supervisor.lives()).await;
        eventually("its processes end with it", async || {
            !processes.iter().any(|process| process.lives())
        })
        .await;
    }

    /// Kills every process in the same moment, the supervisor first, which could start them again.
    pub(crate) async fn kill(self) {
        let mut all = vec![self.supervisor()];
        all.extend(self.processes());
        for process in &all {
            process.signal(Signal::KILL);
        }
        eventually("every process is dead", async || {
            !all.iter().any(|process| process.lives())
        })
        .await;
    }
}

impl Drop for Cluster {
    #[expect(clippy::disallowed_methods, reason = "a drop cannot wait in any other way")]
    fn drop(&mut self) {
        // First of all: after the supervisor is waited for, another process may have its id.
        self.executioner.dismiss();
        let processes = self.processes();
        // An error means that it has ended already.
        let _ = self.supervisor.kill();
        for process in processes {
            process.signal(Signal::KILL);
        }
        let _ = self.supervisor.wait();
    }
}

/// The command, with every flag of its face.
fn command(folder: &Folder, shape: Shape) -> Command {
    let log = OpenOptions::new()
        .create(true)
        .append(true)
        .open(folder.log())
        .expect("the target folder can be written");
    let mut command = Command::new(program());
    command
        .arg("up")
        .args(["--leaves", &shape.leaves.to_string()])
        .args(["--replicas", &shape.replicas.to_string()])
        .arg("--data")
        .arg(folder.data())
        .args(["--listen", "127.0.0.1:0", "--json"])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(log)
        // Ctrl-C ends the tests, and the executioner the clusters.
        .process_group(0);
    command
}

/// The program that was built beside this one.
pub(crate) fn program() -> PathBuf {
    let tests = std::env::current_exe().expect("a process knows its program");
    let profile = tests
        .parent()
        .and_then(|deps| deps.parent())
        .expect("tests lie in target/<profile>/deps");
    let program = profile.join("gleaner");
    assert!(
        program.exists(),
        "{} is missing: run `make test` or `cargo build -p gleaner`",
        program.display()
    );
    program
}

/// The first line of a process; an error if it ends before. What follows is read and forgotten.
fn first_line(stdout: ChildStdout) -> oneshot::Receiver<String> {
    let (sender, receiver) = oneshot::channel();
    std::thread::spawn(move || {
        let mut stdout = BufReader::new(stdout);
        let mut line = String::new();
        if matches!(stdout.read_line(&mut line), Ok(read) if read > 0) {
            // Nobody waits any more: the test has failed already.
            let _ = sender.send(line);
        } else {
            drop(sender);
        }
        let _ = io::copy(&mut stdout, &mut io::sink());
    });
    receiver
}

fn said(folder: &Folder) -> String {
    std::fs::read_to_string(folder.log()).unwrap_or_default()
}
