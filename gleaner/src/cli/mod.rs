//! The command line: what can be typed, and what is run for it.

mod browser;
mod count;
mod datasets;
mod demo;
mod eval;
mod leaf;
mod load;
mod plan;
mod problems;
mod report;
mod root;
mod simulate;
mod tail;
mod up;

use std::io;
use std::process::ExitCode;
use std::time::Duration;

use clap::{Parser, Subcommand, ValueEnum};
use shared::telemetry::{self, LogFormat};
use tokio::runtime::{Builder, Runtime};

use crate::demo::DemoError;
use crate::load::LoadCommandError;
use crate::plan::PlanCommandError;
use crate::relevance::RelevanceError;
use crate::serve::ServeError;
use crate::up::UpError;
pub use datasets::DatasetsError;
pub use problems::Problems;
pub(crate) use report::file_url;
pub use simulate::SimulationError;

/// How long work on blocking threads may take to notice that the command is over.
const SHUTDOWN_GRACE: Duration = Duration::from_secs(2);

const EXAMPLES: &str = "\
Examples:
  gleaner demo                        see it work: a cluster, real text, queries, two failures
  gleaner up                          a cluster on this machine, at http://127.0.0.1:9200
  gleaner up --leaves 2 --replicas 2  ... of another shape
  gleaner datasets load arxiv-20k     fill it with a corpus; `gleaner datasets list` shows more
  gleaner eval --dataset scifact      measure the quality of its rankings
  gleaner load --help                 put load on it, or on what you have today
  gleaner simulate --leaves 100       see the tail of a large cluster, without one

Every flag that names a variable in brackets can be set by it instead.
GLEANER_LOG=debug shows more of what happens (also: info,root_service=trace).";

/// Distributed full-text search with the Elasticsearch API.
///
/// A root answers clients: it fans every query out to leaves, which hold the shards of the indexes, and merges what
/// they find. All durable state lies in an object store, here a folder.
#[derive(Debug, Parser)]
#[command(name = "gleaner", version, after_help = EXAMPLES, max_term_width = 110, disable_help_subcommand = true)]
pub struct Cli {
    /// How log lines on standard error look.
    #[arg(
        long,
        global = true,
        value_name = "FORMAT",
        env = "GLEANER_LOG_FORMAT",
        default_value = "text"
    )]
    log_format: LogFormatFlag,
    #[command(subcommand)]
    command: Command,
}

/// How log lines look.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum LogFormatFlag {
    Text,
    Json,
}

#[derive(Debug, Subcommand)]
enum Command {
    Demo(demo::DemoFlags),
    Up(up::UpFlags),
    Root(root::RootFlags),
    Leaf(leaf::LeafFlags),
    Eval(eval::EvalFlags),
    Simulate(simulate::SimulateFlags),
    Datasets(datasets::DatasetsFlags),
    Plan(plan::PlanFlags),
    Report(report::ReportFlags),
    Load(Box<load::LoadFlags>),
}

/// Why a command failed.
#[derive(Debug, thiserror::Error)]
pub enum CommandError {
    /// The flags make no sense.
    #[error(transparent)]
    Flags(#[from] Problems),
    /// The asynchronous runtime could not be made.
    #[error("cannot start the runtime: {0}")]
    Runtime(#[from] io::Error),
    /// A service did not run.
    #[error(transparent)]
    Serve(#[from] ServeError),
    /// The local cluster did not run.
    #[error(transparent)]
    Up(#[from] UpError),
    /// The demo could not be shown.
    #[error(transparent)]
    Demo(#[from] DemoError),
    /// The evaluation failed.
    #[error(transparent)]
    Eval(#[from] RelevanceError),
    /// The simulation failed.
    #[error(transparent)]
    Simulate(#[from] SimulationError),
    /// A command about corpora failed.
    #[error(transparent)]
    Datasets(#[from] DatasetsError),
    /// There is no plan.
    #[error(transparent)]
    Plan(#[from] PlanCommandError),
    /// The report could not be written.
    #[error(transparent)]
    Report(#[from] benches::report_page::ReportError),
    /// No load could be put on a service.
    #[error(transparent)]
    Load(#[from] LoadCommandError),
}

impl CommandError {
    /// 2 for flags that make no sense, as usual; 1 for everything else.
    pub fn exit_code(&self) -> ExitCode {
        match self {
            Self::Flags(_) => ExitCode::from(2),
            Self::Datasets(error) => error.exit_code(),
            Self::Load(LoadCommandError::Flags(_)) | Self::Plan(PlanCommandError::Flags(_)) => {
                ExitCode::from(2)
            }
            Self::Runtime(_)
            | Self::Serve(_)
            | Self::Up(_)
            | Self::Demo(_)
            | Self::Eval(_)
            | Self::Simulate(_)
            | Self::Plan(_)
            | Self::Report(_)
            | Self::Load(_) => ExitCode::FAILURE,
        }
    }
}

impl Cli {
    /// Checks the flags and runs the command.
    ///
    /// # Errors
    /// [`CommandError`] says what went wrong, for people.
    pub fn run(self) -> Result<ExitCode, CommandError> {
        let log_format = match self.log_format {
            LogFormatFlag::Text => LogFormat::Text,
            LogFormatFlag::Json => LogFormat::Json,
        };
        match self.command {
            Command::Root(flags) => {
                let (config, options) = flags.check()?;
                let _traces = telemetry::install_service(log_format, "info", "gleaner-root");
                on(
                    &mut Builder::new_multi_thread(),
                    crate::serve::root::run(config, options),
                )?;
                Ok(ExitCode::SUCCESS)
            }
            Command::Leaf(flags) => {
                let (config, options) = flags.check()?;
                let _traces = telemetry::install_service(log_format, "info", "gleaner-leaf");
                // Requests are computed on the leaf's own pool; its asynchronous side only moves bytes, and every
                // thread more is one more to wake.
                let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
                on(
                    Builder::new_multi_thread().worker_threads(cores.div_ceil(4)),
                    crate::serve::leaf::run(config, options),
                )?;
                Ok(ExitCode::SUCCESS)
            }
            // One thread from here on: processes end with the thread that started them.
            Command::Up(flags) => {
                let config = flags.check()?;
                telemetry::install(log_format, "warn");
                on(&mut Builder::new_current_thread(), crate::up::run(config))?;
                Ok(ExitCode::SUCCESS)
            }
            Command::Demo(flags) => {
                let config = flags.check()?;
                telemetry::install(log_format, "warn");
                Ok(on(&mut Builder::new_current_thread(), crate::demo::run(config))?)
            }
            Command::Eval(flags) => {
                let config = flags.check()?;
                telemetry::install(log_format, "warn");
                on(
                    &mut Builder::new_current_thread(),
                    crate::relevance::command::run(config),
                )?;
                Ok(ExitCode::SUCCESS)
            }
            // Simulated replicas come and go: what roots log about them would be read as the truth. The planner simulates, too.
            Command::Simulate(flags) => Ok(flags.run()?),
            // One thread here: those that send are the generator's own.
            Command::Load(flags) => {
                telemetry::install(log_format, "warn");
                Ok(on(&mut Builder::new_current_thread(), flags.run())?)
            }
            Command::Datasets(flags) => flags.run(),
            Command::Plan(flags) => Ok(on(&mut Builder::new_current_thread(), flags.run())?),
            Command::Report(flags) => Ok(flags.run()?),
        }
    }
}

/// Runs a command to its end on a runtime of its own.
fn on<T, E>(builder: &mut Builder, command: impl Future<Output = Result<T, E>>) -> Result<T, CommandError>
where
    CommandError: From<E>,
{
    let runtime: Runtime = builder.enable_all().build()?;
    let outcome = runtime.block_on(command);
    runtime.shutdown_timeout(SHUTDOWN_GRACE);
    Ok(outcome?)
}

#[cfg(test)]
#[path = "cli_tests.rs"]
mod tests;
