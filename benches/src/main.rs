//! Whole-system benchmarks over real processes: the throughput beside tantivy in process, and the tail while a replica fails.
//! And a leaf's aggregations beside tantivy's, in process.

mod aggregations;
mod baseline;
mod cpu;
mod error;
mod report;
mod service;
mod tail;
mod throughput;
mod workload;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::aggregations::AggregationsFlags;
use crate::error::BenchError;
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
}

#[tokio::main]
async fn main() -> ExitCode {
    let Arguments { command, throughput } = Arguments::parse();
    match run(command.unwrap_or(Command::Throughput(throughput))).await {
        Ok(report) => {
            print!("{report}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

/// The report, for people.
async fn run(command: Command) -> Result<String, BenchError> {
    match command {
        Command::Throughput(flags) => Ok(throughput::run(flags).await?.to_string()),
        Command::Tail(flags) => Ok(tail::run(flags).await?.to_string()),
        Command::Aggregations(flags) => Ok(aggregations::run(&flags)?.to_string()),
    }
}
