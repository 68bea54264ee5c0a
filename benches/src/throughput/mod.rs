//! The processor time and the throughput of Gleaner beside tantivy in process, on the same documents and queries.
//!
//! What counts are the ratios: machines are noisy, and both sides of a ratio are measured within the same minutes.

mod report;

use std::path::PathBuf;

use clap::Args;

use crate::baseline;
use crate::error::BenchError;
use crate::service::{self, ClusterShape};
use crate::workload::{DataFlags, Workload};
use report::{QueryRow, Report};

pub(crate) use report::{Indexed, Queried};

/// The documents, unless others are named.
const CORPUS: &str = "arxiv-200k.ndjson.zst";
/// Clients at a time, unless another number is asked for.
const CLIENTS: usize = 4;
/// One of each: nothing but the two hops is added to what tantivy does.
const SHAPE: ClusterShape = ClusterShape {
    leaves: 1,
    replicas: 1,
    faults: false,
};

/// Measure Gleaner beside tantivy in process, on the same documents and queries.
#[derive(Debug, Args)]
#[command(after_help = "Example: cargo run --release -p benches -- --documents 200000 --queries 5000")]
pub(crate) struct ThroughputFlags {
    #[command(flatten)]
    data: DataFlags,
    /// Documents to index.
    #[arg(long, default_value_t = 200_000)]
    documents: usize,
    /// Queries to measure, after a warm-up with as many.
    #[arg(long, default_value_t = 4_000)]
    queries: usize,
    /// Clients at a time, each with one request under way (closed loop).
    #[arg(long, default_value_t = CLIENTS)]
    clients: usize,
    /// The gleaner binary; by default the one beside this binary.
    #[arg(long)]
    gleaner: Option<PathBuf>,
}

impl ThroughputFlags {
    /// So many documents and queries, and the usual clients.
    pub(crate) fn new(data: DataFlags, gleaner: Option<PathBuf>, documents: usize, queries: usize) -> Self {
        Self {
            data,
            documents,
            queries,
            clients: CLIENTS,
            gleaner,
        }
    }
}

/// Measures both sides, one after the other.
pub(crate) async fn run(flags: ThroughputFlags) -> Result<Report, BenchError> {
    let workload = Workload::load(&flags.data, CORPUS, flags.documents, flags.queries)?;
    eprintln!("{workload}");
    eprintln!("tantivy in process: indexing …");
    let baseline = baseline::index(&workload)?;
    eprintln!("gleaner, one root and one leaf: indexing …");
    let service = service::start(flags.gleaner.as_deref(), SHAPE).await?;
    let indexed = service.index(&workload, flags.clients).await?;
    let mut rows = Vec::new();
    for class in workload.classes() {
        eprintln!("queries: {} …", class.name);
        let there = baseline.query(&class)?;
        let here = service.query(&class, flags.clients).await?;
        rows.push(QueryRow {
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
