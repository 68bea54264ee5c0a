//! The flags of `gleaner load` and of its commands.

mod run;
mod services;
mod sweep;

use std::process::ExitCode;

use clap::{Args, Subcommand};

use crate::load::LoadCommandError;

/// Put load on Gleaner, or on any service with the Elasticsearch API, and see how it bears it.
///
/// Requests go out by the clock, whether or not earlier ones have been answered, and a latency counts from when its
/// request was due: a service that stalls is charged for everybody who would have come meanwhile. Services given by
/// --against get the same requests at the same times, and stand beside it in the summary.
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true, after_help = run::EXAMPLES)]
pub(super) struct LoadFlags {
    #[command(subcommand)]
    command: Option<LoadCommand>,
    #[command(flatten)]
    run: run::RunFlags,
}

#[derive(Debug, Subcommand)]
enum LoadCommand {
    Sweep(sweep::SweepFlags),
}

impl LoadFlags {
    /// Checks the flags and runs the command.
    pub(super) async fn run(self) -> Result<ExitCode, LoadCommandError> {
        match self.command {
            Some(LoadCommand::Sweep(flags)) => Ok(crate::sweep::run(flags.check()?).await?),
            None => crate::load::run(self.run.check()?).await,
        }
    }
}
