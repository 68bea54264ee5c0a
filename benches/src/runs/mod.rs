//! A whole run: every suite in several rounds, so that each figure comes with how far the rounds were apart, kept in a folder
//! that can be compared with another.
//!
//! A round measures all suites, and the next one all of them again: what disturbs a machine for a minute disturbs one round of
//! a suite, and shows as its spread.

pub(crate) mod calibration;
pub(crate) mod entry;
pub(crate) mod folder;
pub(crate) mod machine;
mod measured;
mod micro;
mod show;
mod stale;

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, ValueEnum};
use tokio::time::Instant;

use crate::aggregations::{self, AggregationsFlags};
use crate::error::BenchError;
use crate::tail::{self, TailFlags};
use crate::throughput::{self, ThroughputFlags};
use crate::workload::DataFlags;
use entry::Measurement;
use machine::Machine;
use measured::Measured;
use micro::MicroSettings;

pub(crate) use show::{RunReport, shown};

/// Where runs are kept until somebody saves them.
const RUNS: &str = "target/bench-runs";

/// Measure everything, or some suites, and keep the figures in a folder for `compare`.
#[derive(Debug, Args)]
#[command(
    after_help = "Example: make bench ARGS='run micro tail --quick', which builds all programs that are measured before"
)]
pub(crate) struct RunFlags {
    /// What to measure; everything if none is named.
    #[arg(value_enum)]
    suites: Vec<SuiteName>,
    #[command(flatten)]
    options: RunOptions,
}

/// Measure the micro-benchmarks, and keep the figures in a folder for `compare`.
#[derive(Debug, Args)]
#[command(
    after_help = "Example: make bench ARGS='micro --only merge', which builds the program that is measured before"
)]
pub(crate) struct MicroFlags {
    #[command(flatten)]
    options: RunOptions,
}

#[derive(Debug, Args)]
struct RunOptions {
    /// Less of everything: about 5 minutes instead of 20.
    #[arg(long)]
    quick: bool,
    /// How often everything is measured; the spread of the rounds is what `compare` takes for noise.
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u32).range(1..=100))]
    rounds: u32,
    /// The folder to write, without a run in it; by default one below `target/bench-runs`, named after the day and the machine.
    #[arg(long)]
    into: Option<PathBuf>,
    /// Only those micro-benchmarks whose name has a match of this regular expression.
    #[arg(long)]
    only: Option<String>,
    #[command(flatten)]
    data: DataFlags,
    /// The gleaner binary; by default the one beside this binary.
    #[arg(long)]
    gleaner: Option<PathBuf>,
    /// The program of the micro-benchmarks; by default the newest beside this binary.
    #[arg(long)]
    micro: Option<PathBuf>,
}

/// What can be measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum SuiteName {
    /// Parts of root and leaf in one process.
    Micro,
    /// Gleaner beside tantivy in process.
    Throughput,
    /// Latencies while a replica fails.
    Tail,
    /// Aggregations beside tantivy's.
    Aggregations,
}

impl SuiteName {
    fn name(self) -> &'static str {
        match self {
            Self::Micro => "micro",
            Self::Throughput => "throughput",
            Self::Tail => "tail",
            Self::Aggregations => "aggregations",
        }
    }
}

/// How much is measured in each round.
struct Size {
    documents: usize,
    tail_seconds: u32,
    aggregation_runs: usize,
    micro_warm_up_s: f64,
    micro_measure_s: f64,
}

const FULL: Size = Size {
    documents: 200_000,
    tail_seconds: 20,
    aggregation_runs: 9,
    micro_warm_up_s: 0.5,
    micro_measure_s: 2.0,
};

const QUICK: Size = Size {
    documents: 20_000,
    tail_seconds: 3,
    aggregation_runs: 9,
    micro_warm_up_s: 0.1,
    micro_measure_s: 0.3,
};

/// Queries of the throughput, in both sizes: processor time is told in steps of 10 ms, and needs many.
const QUERIES: usize = 4_000;

/// Measures the micro-benchmarks alone.
pub(crate) async fn micro(flags: MicroFlags) -> Result<RunReport, BenchError> {
    let suites = vec![SuiteName::Micro];
    let options = flags.options;
    run(RunFlags { suites, options }).await
}

/// Measures the suites round by round, and writes the folder.
pub(crate) async fn run(flags: RunFlags) -> Result<RunReport, BenchError> {
    let RunFlags { mut suites, options } = flags;
    if suites.is_empty() {
        suites = SuiteName::value_variants().to_vec();
    }
    let machine = Machine::here(options.rounds).await;
    let folder = options.into.clone();
    let folder = folder.unwrap_or_else(|| folder::unused(RUNS.as_ref(), &machine.folder()));
    folder::refuse_used(&folder)?;
    options.warn_of_old_programs(&suites);
    let began = Instant::now();
    let mut measured = Measured::nothing(machine, &suites);
    for round in 1..=options.rounds {
        measured.speeds.push(calibration::run());
        for (at, suite) in suites.iter().enumerate() {
            let (name, since) = (suite.name(), clock(began.elapsed()));
            eprintln!("==> round {round} of {}: {name} ({since})", options.rounds);
            let figures = options.measure(*suite).await.inspect_err(|_| {
                if !measured.is_empty() {
                    eprintln!("==> what was measured before that is in {}", folder.display());
                }
            })?;
            measured.suites[at].1.push(figures);
            // After each suite: what fails later, or is interrupted, takes nothing of this away.
            measured.run().write(&folder)?;
        }
    }
    eprintln!("==> done ({})", clock(began.elapsed()));
    let run = measured.run();
    Ok(RunReport { run, folder })
}

impl RunOptions {
    fn size(&self) -> Size {
        if self.quick { QUICK } else { FULL }
    }

    fn micro_settings(&self, size: &Size) -> MicroSettings {
        MicroSettings {
            program: self.micro.clone(),
            only: self.only.clone(),
            warm_up_s: size.micro_warm_up_s,
            measure_s: size.micro_measure_s,
        }
    }

    /// Figures are noted as those of the current commit: says so if they would be those of an older one.
    fn warn_of_old_programs(&self, suites: &[SuiteName]) {
        let is_asked = |suite| suites.contains(&suite);
        if is_asked(SuiteName::Micro)
            && let Ok(program) = self.micro_settings(&self.size()).program()
        {
            stale::warn(&program);
        }
        if is_asked(SuiteName::Throughput) || is_asked(SuiteName::Tail) {
            let beside = std::env::current_exe().map(|exe| exe.with_file_name("gleaner"));
            if let Some(program) = self.gleaner.clone().or(beside.ok()) {
                stale::warn(&program);
            }
        }
    }

    /// One round of a suite.
    async fn measure(&self, suite: SuiteName) -> Result<Vec<Measurement>, BenchError> {
        let size = self.size();
        let (data, gleaner, documents) = (self.data.clone(), self.gleaner.clone(), size.documents);
        Ok(match suite {
            SuiteName::Micro => micro::run(&self.micro_settings(&size)).await?,
            SuiteName::Throughput => {
                let flags = ThroughputFlags::new(data, gleaner, documents, QUERIES);
                throughput::run(flags).await?.measurements()
            }
            SuiteName::Tail => {
                let flags = TailFlags::new(data, gleaner, size.tail_seconds);
                tail::run(flags).await?.measurements()
            }
            SuiteName::Aggregations => {
                let flags = AggregationsFlags::new(data, documents, size.aggregation_runs);
                aggregations::run(&flags)?.measurements()
            }
        })
    }
}

/// Minutes and seconds.
fn clock(time: Duration) -> String {
    format!("{}:{:02}", time.as_secs() / 60, time.as_secs() % 60)
}
