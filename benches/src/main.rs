//! Whole-system benchmarks over real processes: the throughput beside tantivy in process, and the tail while a replica fails.
//! And a leaf's aggregations beside tantivy's, in process; runs of all that and of the micro-benchmarks, and comparisons of
//! runs.

mod aggregations;
mod baseline;
mod compare;
mod cpu;
mod error;
mod generator;
mod runs;
mod service;
mod tail;
mod throughput;
mod workload;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::aggregations::AggregationsFlags;
use crate::compare::CompareFlags;
use crate::error::BenchError;
use crate::generator::GeneratorFlags;
use crate::runs::{MicroFlags, RunFlags};
use crate::tail::TailFlags;
use crate::throughput::ThroughputFlags;

/// Measure Gleaner as real processes. Without a command: `throughput`.
#[derive(Debug, Parser)]
#[command(name = "benches", args_conflicts_with_subcommands = true)]
struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    throughput: ThroughputFlags,
}

#[derive(Debug, Subcommand)]
enum Command {
    Throughput(ThroughputFlags),
    Tail(TailFlags),
    Aggregations(AggregationsFlags),
    Generator(GeneratorFlags),
    Micro(MicroFlags),
    Run(RunFlags),
    Compare(CompareFlags),
}

/// A report for people, and whether it is a good one.
struct Outcome {
    report: String,
    good: bool,
}

/// No report.
const FAILED: u8 = 2;

#[tokio::main]
async fn main() -> ExitCode {
    let Arguments { command, throughput } = Arguments::parse();
    match run(command.unwrap_or(Command::Throughput(throughput))).await {
        Ok(Outcome { report, good }) => {
            print!("{report}");
            if good {
                ExitCode::SUCCESS
            } else {
                ExitCode::FAILURE
            }
        }
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::from(FAILED)
        }
    }
}

async fn run(command: Command) -> Result<Outcome, BenchError> {
    let mut good = true;
    let report = match command {
        Command::Throughput(flags) => throughput::run(flags).await?.to_string(),
        Command::Tail(flags) => tail::run(flags).await?.to_string(),
        Command::Aggregations(flags) => aggregations::run(&flags)?.to_string(),
        Command::Generator(flags) => generator::run(flags).await?.to_string(),
        Command::Micro(flags) => runs::micro(flags).await?.to_string(),
        Command::Run(flags) => runs::run(flags).await?.to_string(),
        Command::Compare(flags) => {
            let comparison = compare::run(&flags)?;
            good = comparison.is_clean();
            comparison.to_string()
        }
    };
    Ok(Outcome { report, good })
}
