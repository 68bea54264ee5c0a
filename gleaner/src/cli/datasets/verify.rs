//! The flags of `gleaner datasets verify`.

use std::io::{self, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;

use crate::datasets::{CorpusError, Named, verify};
use crate::screen::Screen;

const EXAMPLES: &str = "\
Examples:
  gleaner datasets verify scifact               a judged set: is anything missing?
  gleaner datasets verify dump.xml.bz2          can every page be read?
  gleaner datasets verify corpus.ndjson.zst --json | jq -r .fingerprint
                                                the same on two machines if the corpora are

The fingerprint is the XXH3 of all ids and documents in their order, so it does not depend on how a
file is compressed. Duplicate ids are looked for among the first 16 million documents.
The exit code is 1 if something is wrong: a record that is malformed, an id that comes twice, a
judged document or query that does not exist, a file that cannot be read or breaks off. What is left
out on purpose is shown and is not wrong: files of a folder that are too large for their format or
not UTF-8, redirects, records of another kind.";

/// Read a whole corpus and say what is wrong with it.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct VerifyFlags {
    /// A file or folder, or the name of a corpus that `gleaner datasets list` shows
    #[arg(value_name = "PATH|NAME")]
    corpus: PathBuf,
    /// Read it in this format, whatever it looks like
    #[arg(long, value_name = "NAME")]
    format: Option<String>,
    /// Say it in JSON, on one line
    #[arg(long)]
    json: bool,
}

impl VerifyFlags {
    /// Reads and reports, without an asynchronous runtime.
    pub(super) fn run(&self) -> Result<ExitCode, CorpusError> {
        let screen = Screen::of_process();
        let named = Named {
            name: &self.corpus,
            format: self.format.as_deref(),
        };
        let verified = verify::verify(named, &screen)?;
        if self.json {
            // Nobody reads: the exit code still says it.
            let _ = writeln!(io::stdout(), "{}", verified.json());
        } else {
            verified.print(&screen);
        }
        Ok(if verified.is_wrong() {
            ExitCode::FAILURE
        } else {
            ExitCode::SUCCESS
        })
    }
}
