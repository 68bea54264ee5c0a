//! A whole cluster on one machine: every leaf replica and one root as supervised processes of the same program.
//!
//! ```text
//! DIR/store           all durable state, shared by every process
//! DIR/leaf-N-R        what replica R of leaf N keeps on disk; a cache
//! DIR/logs/*.log      what each process has to say; *.log.1 is that of the time before
//! DIR/lock            one cluster per folder
//! ```

pub mod backoff;
mod error;
mod event;
mod exit;
mod folder;
mod log_file;
mod process;
pub mod supervised;
mod supervisor;

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use futures::future;
use tokio::net::TcpListener;
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio::time::timeout;

use crate::client::{Client, ClientError, Color, Health, ShardCopy};
pub use error::ClusterError;
pub use event::{Event, Member, MemberName};
use folder::Folder;
use process::ProcessPlan;
pub use supervisor::Supervised;

/// Events that wait for the one who tells them; more warnings than that are in the log files alone.
const EVENTS_WAITING_MAX: usize = 1024;
/// How often the root is asked how the cluster is, while somebody waits for it.
const HEALTH_POLL_INTERVAL: Duration = Duration::from_millis(25);

/// What a cluster is made of.
#[derive(Clone, Debug)]
pub struct ClusterPlan {
    /// The program with the commands `root` and `leaf`.
    pub program: PathBuf,
    /// How many leaves, at least 1.
    pub leaves: u32,
    /// How many replicas of each leaf, at least 1.
    pub replicas: u32,
    /// The folder for everything that the cluster keeps.
    pub data: PathBuf,
    /// Where the root listens; port 0 takes a free one.
    pub listen: SocketAddr,
    /// Whether faults can be asked of the leaves: for tests only.
    pub faults: bool,
}

/// The receiving end of what happens in a cluster.
pub type Events = mpsc::Receiver<Event>;
/// The sending end of what happens in a cluster.
pub type EventSender = mpsc::Sender<Event>;

/// A channel for what happens in a cluster. Whoever holds the receiver tells people.
pub fn events() -> (EventSender, Events) {
    mpsc::channel(EVENTS_WAITING_MAX)
}

/// A running cluster. Dropping it kills every process; [`Cluster::stop`] lets them finish.
#[derive(Debug)]
pub struct Cluster {
    root: Supervised,
    leaves: Vec<Supervised>,
    client: Client,
    // Held for its lock, too.
    folder: Folder,
}

impl Cluster {
    /// Starts every process and waits until the root reports that it is ready.
    ///
    /// A process that dies before it was ready for the first time ends the start; later it is started again.
    ///
    /// # Errors
    /// [`ClusterError`] says what to do about it.
    pub async fn start(plan: &ClusterPlan, events: &EventSender) -> Result<Self, ClusterError> {
        Self::start_with(plan, &[], events).await
    }

    /// The same with more arguments for every root, which have been checked.
    ///
    /// # Errors
    /// As [`Cluster::start`].
    pub async fn start_with(
        plan: &ClusterPlan,
        root_flags: &[OsString],
        events: &EventSender,
    ) -> Result<Self, ClusterError> {
        check_port(plan.listen).await?;
        let folder = Folder::open(plan.data.clone()).await?;
        let leaves = (0..plan.leaves).flat_map(|leaf| (0..plan.replicas).map(move |replica| (leaf, replica)));
        let leaves = leaves
            .map(|(leaf, replica)| Supervised::start(leaf_plan(plan, &folder, leaf, replica), events.clone()))
            .collect::<Result<Vec<Supervised>, ClusterError>>()?;
        future::try_join_all(leaves.iter().map(Supervised::first_ready)).await?;
        let root = Supervised::start(root_plan(plan, root_flags, &folder, &leaves), events.clone())?;
        root.first_ready().await?;
        let client = Client::new(&root.member().url)?;
        let cluster = Self {
            root,
            leaves,
            client,
            folder,
        };
        cluster.ready().await;
        Ok(cluster)
    }

    /// The same leaves under another root, started with other arguments and perhaps at another address.
    ///
    /// # Errors
    /// As [`Cluster::start`]; the leaves end then, too.
    pub async fn with_root_flags(
        self,
        plan: &ClusterPlan,
        root_flags: &[OsString],
        events: &EventSender,
    ) -> Result<Self, ClusterError> {
        self.root.stop().await;
        let root = root_plan(plan, root_flags, &self.folder, &self.leaves);
        let root = Supervised::start(root, events.clone())?;
        root.first_ready().await?;
        let cluster = Self {
            client: Client::new(&root.member().url)?,
            root,
            leaves: self.leaves,
            folder: self.folder,
        };
        cluster.recovered().await;
        Ok(cluster)
    }

    /// The root's URL.
    pub fn url(&self) -> &str {
        self.client.url()
    }

    /// A client of the root.
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// All processes as they are now: the root, then the leaves in order.
    pub fn members(&self) -> Vec<Member> {
        self.processes().map(Supervised::member).collect()
    }

    /// One replica of a leaf, if the cluster has it.
    pub fn replica(&self, leaf: u32, replica: u32) -> Option<&Supervised> {
        let name = MemberName::Leaf { leaf, replica };
        self.leaves.iter().find(|process| process.name() == name)
    }

    /// Waits until every process is in the root's reach and every shard can be searched.
    pub async fn ready(&self) {
        self.healthy(|health| health.status != Color::Red).await;
    }

    /// Waits until every replica serves all of its shards, too.
    pub async fn recovered(&self) {
        self.healthy(|health| health.status == Color::Green).await;
    }

    /// Waits until all replicas show the same of an index: none of them is behind the others any more. False if they
    /// take longer than `patience`.
    pub async fn caught_up(&self, index: &str, patience: Duration) -> Result<bool, ClientError> {
        let caught_up = async {
            self.recovered().await;
            while !are_equal(&self.client.shard_copies(index).await?) {
                tokio::time::sleep(HEALTH_POLL_INTERVAL).await;
            }
            Ok(())
        };
        match timeout(patience, caught_up).await {
            Ok(outcome) => outcome.map(|()| true),
            Err(_) => Ok(false),
        }
    }

    async fn healthy(&self, is_enough: impl Fn(&Health) -> bool) {
        // The root cannot be reached while it starts, and hears of its leaves one by one: both pass.
        let is_healthy = |health: &Health| health.data_nodes == self.leaves.len() && is_enough(health);
        while !self.client.health().await.is_ok_and(|health| is_healthy(&health)) {
            tokio::time::sleep(HEALTH_POLL_INTERVAL).await;
        }
    }

    /// Stops the root, so that no query is cut off, and then the leaves.
    pub async fn stop(self) {
        self.root.stop().await;
        let mut stopping: JoinSet<()> = self.leaves.into_iter().map(Supervised::stop).collect();
        while stopping.join_next().await.is_some() {}
    }

    fn processes(&self) -> impl Iterator<Item = &Supervised> {
        std::iter::once(&self.root).chain(&self.leaves)
    }
}

/// Whether all copies of each shard can be searched and see the same position of the log.
fn are_equal(copies: &[ShardCopy]) -> bool {
    let mut positions: BTreeMap<&str, Option<&str>> = BTreeMap::new();
    copies.iter().all(|copy| {
        let committed = copy.committed.as_deref();
        copy.state == "STARTED" && *positions.entry(&copy.shard).or_insert(committed) == committed
    })
}

/// Finds out early, before any process is started, and in words that name the flag.
async fn check_port(listen: SocketAddr) -> Result<(), ClusterError> {
    match TcpListener::bind(listen).await {
        Ok(_) => Ok(()),
        Err(source) => Err(ClusterError::Listen { listen, source }),
    }
}

fn leaf_plan(plan: &ClusterPlan, folder: &Folder, leaf: u32, replica: u32) -> ProcessPlan {
    let name = MemberName::Leaf { leaf, replica };
    let mut arguments: Vec<OsString> = vec!["leaf".into(), "--leaf".into(), leaf.to_string().into()];
    arguments.extend(["--store".into(), folder.store().into()]);
    arguments.extend(["--data".into(), folder.cache(name).into()]);
    if plan.faults {
        arguments.push("--faults".into());
    }
    ProcessPlan {
        name,
        program: plan.program.clone(),
        arguments,
        // Nobody outside this machine talks to a leaf.
        listen: SocketAddr::from(([127, 0, 0, 1], 0)),
        log: folder.log(name),
    }
}

fn root_plan(
    plan: &ClusterPlan,
    root_flags: &[OsString],
    folder: &Folder,
    leaves: &[Supervised],
) -> ProcessPlan {
    let mut arguments: Vec<OsString> = vec!["root".into(), "--store".into(), folder.store().into()];
    for leaf in 0..plan.leaves {
        let replicas = leaves.iter().map(Supervised::member);
        let urls: Vec<String> = replicas
            .filter(|member| matches!(member.name, MemberName::Leaf { leaf: its, .. } if its == leaf))
            .map(|member| member.url)
            .collect();
        arguments.extend(["--leaf".into(), format!("{leaf}={}", urls.join(",")).into()]);
    }
    arguments.extend_from_slice(root_flags);
    ProcessPlan {
        name: MemberName::Root,
        program: plan.program.clone(),
        arguments,
        listen: plan.listen,
        log: folder.log(MemberName::Root),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn copies_are_equal_when_each_shard_shows_one_position() {
        let copy = |shard: &str, state: &str, committed: &str| ShardCopy {
            shard: shard.to_owned(),
            state: state.to_owned(),
            committed: Some(committed.to_owned()),
        };
        let both = [
            copy("0", "STARTED", "7"),
            copy("0", "STARTED", "7"),
            copy("1", "STARTED", "5"),
        ];
        assert!(are_equal(&both));
        assert!(!are_equal(&[
            copy("0", "STARTED", "7"),
            copy("0", "STARTED", "6")
        ]));
        assert!(!are_equal(&[copy("0", "INITIALIZING", "7")]));
    }
}
