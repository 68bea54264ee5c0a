//! The binary: reads the command line, runs the command, says what went wrong.

use std::io::{self, Write as _};
use std::process::ExitCode;

use clap::Parser as _;
use gleaner::cli::Cli;

fn main() -> ExitCode {
    match Cli::parse().run() {
        Ok(code) => code,
        Err(error) => {
            // Nobody reads: the exit code still says it.
            let _ = writeln!(io::stderr(), "error: {error}");
            error.exit_code()
        }
    }
}
