//! The flags of `gleaner datasets load`.

use std::path::PathBuf;

use clap::Args;

use crate::cli::Problems;
use crate::client::Client;
use crate::datasets::load::LoadConfig;

/// More shards than any index has, to catch typing errors; the cluster has a limit of its own.
const SHARDS_MAX: u32 = 1024;

/// What tells that a name means several indexes, or none.
const NOT_IN_INDEX_NAMES: &str = "*,/?#\"<>|\\";

const EXAMPLES: &str = "\
Examples:
  gleaner datasets load arxiv-20k               a corpus that `gleaner datasets list` shows
  gleaner datasets load enwiki-20240501-pages-articles.xml.bz2 --documents-max 100000
  gleaner datasets load ./unix.stackexchange.com --index unix --shards 8
  gleaner datasets load ~/notes --format text   every Markdown, HTML and text file in a folder
  gleaner datasets load books.ndjson.zst --mapping books.json
                                                with {\"properties\": {\"title\": {\"type\": \"text\"}}} in it

The index is created if it is missing, with fields that suit the format; those of JSON lines are
guessed by their names, and mapped as they come. Documents of an id that is there already are
replaced, so a load that was interrupted is simply started again, without --shards and --mapping.
Left out on purpose, and only counted: files of a folder that are too large for their format or not
UTF-8, redirects, records of another kind.
The exit code is 1 if a document or file could not be read, the corpus breaks off (what comes before
that is loaded), or a document was refused.";

/// Load a corpus into an index.
///
/// Reads a file or folder in one of the formats that `gleaner datasets list` shows, and sends it through `_bulk`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct LoadFlags {
    /// A file or folder, or the name of a corpus that `gleaner datasets list` shows
    #[arg(value_name = "PATH|NAME")]
    corpus: PathBuf,
    /// The root to send it to
    #[arg(long, env = "GLEANER_URL", default_value = "http://127.0.0.1:9200")]
    url: String,
    /// The index; by default it is called like the corpus
    #[arg(long, value_name = "NAME")]
    index: Option<String>,
    /// Read it in this format, whatever it looks like
    #[arg(long, value_name = "NAME")]
    format: Option<String>,
    /// Load only so many documents
    #[arg(long, value_name = "N")]
    documents_max: Option<String>,
    /// How many shards the index is created with; by default as many as there are leaves
    #[arg(long, value_name = "N")]
    shards: Option<String>,
    /// A JSON file with the mapping, or the whole body that the index is created with
    #[arg(long, value_name = "FILE")]
    mapping: Option<PathBuf>,
}

impl LoadFlags {
    pub(super) fn check(self) -> Result<LoadConfig, Problems> {
        let mut problems = Problems::default();
        let documents_max = self
            .documents_max
            .map(|typed| problems.number("--documents-max", &typed, &(1..=u64::MAX)));
        let shards = self
            .shards
            .map(|typed| problems.number("--shards", &typed, &(1..=SHARDS_MAX)));
        if let Some(Err(error)) = self.format.as_deref().map(datasets::Format::named) {
            problems.add("--format", error);
        }
        if let Some(index) = &self.index
            && index.contains(|character: char| {
                character.is_whitespace() || NOT_IN_INDEX_NAMES.contains(character)
            })
        {
            problems.add("--index", format_args!("{index:?} is not the name of one index"));
        }
        let client = match Client::new(&self.url) {
            Ok(client) => client,
            Err(error) => {
                problems.add("--url", error);
                return Err(problems);
            }
        };
        problems.unless_any(LoadConfig {
            name: self.corpus,
            format: self.format,
            client,
            index: self.index,
            documents_max,
            shards,
            mapping: self.mapping,
        })
    }
}
