//! The flags of `gleaner up`.

use std::env;
use std::path::PathBuf;

use clap::Args;

use super::Problems;
use super::browser::BrowserFlags;
use super::tail::TailFlags;
use crate::cluster::ClusterPlan;
use crate::up::UpConfig;

/// The most leaves, and the most replicas, of a cluster on one machine.
const MEMBERS_MAX: u32 = 256;

const EXAMPLES: &str = "\
Examples:
  gleaner up                                        4 leaves, data in ./gleaner-data
  gleaner up --leaves 2 --replicas 2                every leaf twice: one replica may die
  gleaner up --listen 127.0.0.1:0 --json            for scripts: a free port, told in a line of JSON

The same folder finds everything again. Logs are in DIR/logs; warnings also appear here.";

/// Start a whole cluster on this machine and keep it alive.
///
/// Every replica of every leaf and one root run as processes of their own. One that dies is started again. Ctrl-C stops
/// all of them; they also end when this process is killed.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct UpFlags {
    #[command(flatten)]
    pub(super) shape: ShapeFlags,
    /// How many processes serve each leaf
    #[arg(long, value_name = "R", env = "GLEANER_REPLICAS", default_value = "1")]
    replicas: String,
    /// The folder for everything that the cluster keeps
    #[arg(
        long,
        value_name = "DIR",
        env = "GLEANER_DATA",
        default_value = "./gleaner-data"
    )]
    data: PathBuf,
    /// Say in one line of JSON on standard output that the cluster is ready, and nothing else there
    #[arg(long)]
    json: bool,
    /// For tests only: start every leaf with --faults, so that it can be told to delay, hang, fail or slow requests
    #[arg(long)]
    faults: bool,
    #[command(flatten)]
    tail: TailFlags,
    #[command(flatten)]
    browser: BrowserFlags,
}

/// Flags of every command that starts a cluster.
#[derive(Debug, Args)]
pub(super) struct ShapeFlags {
    /// How many leaves the documents are spread over
    #[arg(long, value_name = "N", env = "GLEANER_LEAVES", default_value = "4")]
    pub(super) leaves: String,
    /// Where the root listens; port 0 takes a free one
    #[arg(
        long,
        value_name = "HOST:PORT",
        env = "GLEANER_LISTEN",
        default_value = "127.0.0.1:9200"
    )]
    pub(super) listen: String,
}

impl ShapeFlags {
    /// The plan of a cluster in `data`.
    pub(super) fn plan(self, replicas: &str, data: PathBuf, problems: &mut Problems) -> ClusterPlan {
        let program = env::current_exe().unwrap_or_else(|error| {
            problems.add("gleaner", format_args!("cannot find its own program: {error}"));
            PathBuf::new()
        });
        let plan = ClusterPlan {
            program,
            leaves: problems.number("--leaves", &self.leaves, &(1..=MEMBERS_MAX)),
            replicas: problems.number("--replicas", replicas, &(1..=MEMBERS_MAX)),
            data,
            listen: problems.listen("--listen", &self.listen),
            faults: false,
        };
        if plan.leaves * plan.replicas > MEMBERS_MAX {
            let advice = format!(
                "{} processes are too many for one machine: at most {MEMBERS_MAX}",
                plan.leaves * plan.replicas
            );
            problems.add("--leaves times --replicas", advice);
        }
        plan
    }
}

impl UpFlags {
    pub(super) fn check(self) -> Result<UpConfig, Problems> {
        let mut problems = Problems::default();
        let plan = self.shape.plan(&self.replicas, self.data, &mut problems);
        // The root checks them too, but where nobody sees at once what it says.
        self.tail.check(&mut problems);
        self.browser.check(&mut problems);
        let mut root_flags = self.tail.arguments();
        root_flags.extend(self.browser.arguments());
        let config = UpConfig {
            cluster: ClusterPlan {
                faults: self.faults,
                ..plan
            },
            root_flags,
            json: self.json,
        };
        problems.unless_any(config)
    }
}
