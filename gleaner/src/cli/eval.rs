//! The flags of `gleaner eval`.

use std::path::{Path, PathBuf};

use clap::Args;

use super::Problems;
use super::up::ShapeFlags;
use crate::client::Client;
use crate::relevance::command::{EvalConfig, Where};

const EXAMPLES: &str = "\
Examples:
  gleaner eval --dataset scifact                a set in the shared folder of data sets
  gleaner eval --dataset ./my-set               a folder with docs.ndjson.zst, queries.tsv and qrels.txt
  gleaner eval --dataset ./nfcorpus             a folder of BEIR's; TREC's with topics* and qrels* also do
  gleaner eval --dataset cacm --url http://127.0.0.1:9200
                                                in a cluster that runs already

GLEANER_DATASETS names the shared folder of data sets.";

/// Measure the quality of rankings with a judged set of queries.
///
/// Loads the documents into an index of its own, asks every judged query in several forms, and compares the rankings with
/// the judgments. The measures are those of the tool `trec_eval`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct EvalFlags {
    /// A folder with documents, queries and judgments, or the name of one in the shared folder
    #[arg(long, value_name = "FOLDER|NAME")]
    dataset: PathBuf,
    /// A root to use, instead of a temporary cluster
    #[arg(long, env = "GLEANER_URL")]
    url: Option<String>,
    /// How many leaves the temporary cluster has
    #[arg(long, value_name = "N", env = "GLEANER_LEAVES", default_value = "4")]
    leaves: String,
}

impl EvalFlags {
    pub(super) fn check(self) -> Result<EvalConfig, Problems> {
        let mut problems = Problems::default();
        let dataset = self.folder(&mut problems);
        let place = match self.url.as_deref().map(Client::new) {
            Some(Ok(client)) => Where::Running(client),
            Some(Err(error)) => {
                problems.add("--url", error);
                return Err(problems);
            }
            None => {
                let shape = ShapeFlags {
                    leaves: self.leaves,
                    listen: "127.0.0.1:0".to_owned(),
                };
                Where::Temporary(shape.plan("1", PathBuf::new(), &mut problems))
            }
        };
        problems.unless_any(EvalConfig { dataset, place })
    }

    fn folder(&self, problems: &mut Problems) -> PathBuf {
        let typed = self.dataset.as_path();
        let shared = |name: &Path| name.to_str().and_then(datasets::locate::dataset);
        if let Some(folder) = Some(typed.to_owned())
            .filter(|path| path.is_dir())
            .or_else(|| shared(typed))
        {
            return folder;
        }
        let advice = match datasets::locate::folder() {
            Some(folder) => format!(
                "{} is no folder, also not in {}",
                typed.display(),
                folder.display()
            ),
            None => format!(
                "{} is no folder. Names are looked up in the folder that {} names",
                typed.display(),
                datasets::locate::VARIABLE
            ),
        };
        problems.add("--dataset", advice);
        PathBuf::new()
    }
}
