//! The flags of `gleaner demo`.

use std::path::PathBuf;

use clap::Args;

use super::Problems;
use super::up::ShapeFlags;
use crate::demo::{DataFolder, DemoConfig};

const EXAMPLES: &str = "\
Examples:
  gleaner demo                                  the crates that cargo has on this machine
  gleaner demo --corpus books.ndjson.zst        text of your own, one JSON object a line
  gleaner demo --documents 2000 --exit          short, and over at its end: for scripts";

/// Show what it can do: start a cluster, fill it with real text, search it, and break it.
///
/// The text is that of the crates in the local cargo registry, or a corpus of your own. Everything runs in real processes
/// on this machine. At the end the cluster stays up until Ctrl-C, for you to play with.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct DemoFlags {
    /// The text to load: a file or folder in a format that `gleaner datasets list` shows
    #[arg(long, value_name = "PATH", env = "GLEANER_CORPUS")]
    corpus: Option<PathBuf>,
    /// End after the show; fails if an answer was not complete
    #[arg(long)]
    exit: bool,
    /// Load only so many documents
    #[arg(long, value_name = "N")]
    documents: Option<String>,
    #[command(flatten)]
    shape: ShapeFlags,
    /// How many processes serve each leaf; the failures need 2
    #[arg(long, value_name = "R", env = "GLEANER_REPLICAS", default_value = "2")]
    replicas: String,
    /// Keep the data in this folder, and find it there the next time; by default it is thrown away
    #[arg(long, value_name = "DIR", env = "GLEANER_DATA")]
    data: Option<PathBuf>,
}

impl DemoFlags {
    pub(super) fn check(self) -> Result<DemoConfig, Problems> {
        let mut problems = Problems::default();
        let documents_max = self
            .documents
            .map(|typed| problems.number("--documents", &typed, &(1..=u64::MAX)));
        let data = match &self.data {
            Some(_) => DataFolder::Kept,
            None => DataFolder::Temporary,
        };
        let config = DemoConfig {
            cluster: self
                .shape
                .plan(&self.replicas, self.data.unwrap_or_default(), &mut problems),
            data,
            corpus: self.corpus,
            documents_max,
            exit: self.exit,
        };
        problems.unless_any(config)
    }
}
