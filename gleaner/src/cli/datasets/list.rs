//! The flags of `gleaner datasets list`.

use std::io::{self, Write as _};
use std::process::ExitCode;

use clap::Args;

use crate::datasets::list::Listing;
use crate::screen::Screen;

const EXAMPLES: &str = "\
Examples:
  gleaner datasets list                         for people
  gleaner datasets list --json | jq '.corpora[].name'
  GLEANER_DATASETS=~/corpora gleaner datasets list
                                                what lies in a folder of yours

A corpus of 512 MiB or more is not read just to be counted: `gleaner datasets verify` counts it.";

/// Show the corpora that are here, and the formats that can be read.
///
/// Looks into the shared folder of data sets, one level deep, and at the crates that cargo has on this machine.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct ListFlags {
    /// Say it in JSON, on one line
    #[arg(long)]
    json: bool,
}

impl ListFlags {
    /// Shows them, without an asynchronous runtime.
    pub(super) fn run(&self) -> ExitCode {
        let screen = Screen::of_process();
        let counting = screen.spinner("counting documents");
        let listing = Listing::new();
        drop(counting);
        if self.json {
            // Nobody reads: then nobody misses it.
            let _ = writeln!(io::stdout(), "{}", listing.json());
        } else {
            listing.print(&screen);
        }
        ExitCode::SUCCESS
    }
}
