//! Whole-system benchmarks: Gleaner beside tantivy in process, on the same documents and queries, in one run.
//!
//! What counts are the ratios: machines are noisy, and both sides of a ratio are measured within the same minutes.

mod baseline;
mod cpu;
mod error;
mod report;
mod service;
mod workload;

use std::process::ExitCode;

use clap::Parser;

use crate::error::BenchError;
use crate::report::Report;
use crate::workload::Workload;

/// Measure Gleaner beside tantivy in process, on the same documents and queries.
#[derive(Debug, Parser)]
#[command(after_help = "Example: cargo run --release -p benches -- --documents 200000 --queries 5000")]
struct Arguments {
    /// An NDJSON file (also .zst) of documents with `title` and `body`; by default the largest arXiv set
    /// of the shared data sets.
    #[arg(long)]
    corpus: Option<std::path::PathBuf>,
    /// A query log, `id<TAB>text`; by default the arXiv title words of the shared data sets.
    #[arg(long)]
    queries_from: Option<std::path::PathBuf>,
    /// Documents to index.
    #[arg(long, default_value_t = 200_000)]
    documents: usize,
    /// Queries to measure, after a warm-up with as many.
    #[arg(long, default_value_t = 4_000)]
    queries: usize,
    /// Clients at a time, each with one request under way (closed loop).
    #[arg(long, default_value_t = 4)]
    clients: usize,
    /// The gleaner binary; by default the one beside this binary.
    #[arg(long)]
    gleaner: Option<std::path::PathBuf>,
}

#[tokio::main]
async fn main() -> ExitCode {
    match run(Arguments::parse()).await {
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

async fn run(arguments: Arguments) -> Result<Report, BenchError> {
    let workload = Workload::load(&arguments)?;
    eprintln!("{workload}");
    eprintln!("tantivy in process: indexing …");
    let baseline = baseline::index(&workload)?;
    eprintln!("gleaner, one root and one leaf: indexing …");
    let service = service::start(arguments.gleaner.as_deref()).await?;
    let indexed = service.index(&workload, arguments.clients).await?;
    let mut rows = Vec::new();
    for class in workload.classes() {
        eprintln!("queries: {} …", class.name);
        let there = baseline.query(&class)?;
        let here = service.query(&class, arguments.clients).await?;
        rows.push(report::QueryRow {
            class: class.name,
            queries: class.queries.len(),
            tantivy: there,
            gleaner: here,
        });
    }
    Ok(Report {
        workload: workload.to_string(),
        tantivy: baseline.indexed,
        gleaner: indexed,
        rows,
    })
}
