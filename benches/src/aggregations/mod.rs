//! Aggregations of a leaf beside tantivy's own, over the same shard in the same process: what is compared is nothing but the
//! two ways of collecting.
//!
//! What counts are the ratios: both sides of one take turns within the same second.

mod cases;
mod shard;

use std::fmt;
use std::time::Duration;

use clap::Args;
use shared::process::thread_cpu;

use self::cases::Case;
use self::shard::BenchShard;
use crate::error::BenchError;
use crate::runs::entry::{Measurement, Unit};
use crate::workload::{DataFlags, Workload};

/// The documents, unless others are named.
const CORPUS: &str = "arxiv-200k.ndjson.zst";

/// Measure aggregations beside tantivy's own, over the same shard.
#[derive(Debug, Args)]
#[command(after_help = "Example: cargo run --release -p benches -- aggregations --documents 200000")]
pub(crate) struct AggregationsFlags {
    #[command(flatten)]
    data: DataFlags,
    /// Documents to index.
    #[arg(long, default_value_t = 200_000)]
    documents: usize,
    /// How often each side computes each case; the median counts.
    #[arg(long, default_value_t = 9)]
    runs: usize,
}

impl AggregationsFlags {
    /// So many documents, and each case so often.
    pub(crate) fn new(data: DataFlags, documents: usize, runs: usize) -> Self {
        Self {
            data,
            documents,
            runs,
        }
    }
}

/// The figures of all cases.
pub(crate) struct Report {
    workload: String,
    documents: usize,
    segments: usize,
    rows: Vec<Row>,
}

struct Row {
    name: &'static str,
    gleaner: Side,
    /// None where tantivy has no such aggregation.
    tantivy: Option<Side>,
}

/// What one way took.
#[derive(Clone, Copy, Debug, Default)]
struct Side {
    median: Duration,
    /// By how much the process grew while it ran for the first time, at most.
    grown_bytes: u64,
    /// How many buckets, or values, came out, so that nobody compares what is not the same.
    results: usize,
}

/// Measures all cases, both sides in turns.
pub(crate) fn run(flags: &AggregationsFlags) -> Result<Report, BenchError> {
    let workload = Workload::load(&flags.data, CORPUS, flags.documents, 0)?;
    eprintln!("{workload}");
    eprintln!("indexing …");
    let shard = BenchShard::new(&workload)?;
    let mut rows = Vec::new();
    for case in cases::all() {
        eprintln!("{} …", case.name);
        rows.push(measured(&shard, &case, flags.runs.max(1))?);
    }
    Ok(Report {
        workload: workload.to_string(),
        documents: workload.documents.len(),
        segments: shard.segments(),
        rows,
    })
}

fn measured(shard: &BenchShard, case: &Case, runs: usize) -> Result<Row, BenchError> {
    let here = || shard.gleaner(&case.aggregation);
    let mut gleaner = first(here)?;
    let there = case.tantivy.as_ref();
    let mut tantivy = there.map(|of| first(|| shard.tantivy(of))).transpose()?;
    let (mut times_here, mut times_there) = (Vec::new(), Vec::new());
    for _ in 0..runs {
        times_here.push(timed(here)?.0);
        if let Some(of) = there {
            times_there.push(timed(|| shard.tantivy(of))?.0);
        }
    }
    gleaner.median = median(times_here);
    if let Some(tantivy) = &mut tantivy {
        tantivy.median = median(times_there);
    }
    Ok(Row {
        name: case.name,
        gleaner,
        tantivy,
    })
}

/// The first run, which reads the columns, and by how much the process grew.
fn first(work: impl Fn() -> Result<usize, BenchError>) -> Result<Side, BenchError> {
    work()?;
    let before = resident_bytes(Resident::ResetPeak);
    let results = work()?;
    Ok(Side {
        grown_bytes: resident_bytes(Resident::Peak).saturating_sub(before),
        results,
        ..Side::default()
    })
}

fn timed(work: impl Fn() -> Result<usize, BenchError>) -> Result<(Duration, usize), BenchError> {
    let began = thread_cpu();
    let results = std::hint::black_box(work()?);
    let took = thread_cpu().saturating_sub(began);
    Ok((took, results))
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times.get(times.len() / 2).copied().unwrap_or_default()
}

/// What to read of the memory of this process.
#[derive(Clone, Copy)]
enum Resident {
    /// The most since the peak was reset.
    Peak,
    /// What there is now, from where the peak is counted anew.
    ResetPeak,
}

/// Memory of this process, from the system's own books; 0 where there are none.
fn resident_bytes(which: Resident) -> u64 {
    if let Resident::ResetPeak = which {
        // Where it is not allowed the peak is that of the whole run, and the figure too large.
        drop(std::fs::write("/proc/self/clear_refs", "5"));
    }
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kib = line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok());
    kib.unwrap_or(0) * 1_024
}

impl Report {
    /// The figures of a round, for a run that is compared with others.
    pub(crate) fn measurements(&self) -> Vec<Measurement> {
        let mut all = Vec::new();
        for row in &self.rows {
            let of = format!("{} documents, {}", self.documents, row.name);
            let here = row.gleaner.median.as_secs_f64();
            all.push(Measurement::new(
                format!("{of}: processor time"),
                here * 1e6,
                Unit::Microseconds,
            ));
            if let Some(there) = &row.tantivy {
                let beside = here / there.median.as_secs_f64();
                all.push(Measurement::new(
                    format!("{of}: processor time beside tantivy's"),
                    beside,
                    Unit::Times,
                ));
            }
        }
        all
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}; {} segment(s)\n", self.workload, self.segments)?;
        writeln!(
            f,
            "| aggregation | results | Gleaner | tantivy | ratio | Gleaner grows by | tantivy grows by |"
        )?;
        writeln!(f, "|---|---|---|---|---|---|---|")?;
        let ms = |side: &Side| format!("{:.1} ms", side.median.as_secs_f64() * 1e3);
        let mib = |side: &Side| format!("{:.1} MiB", side.grown_bytes as f64 / f64::from(1 << 20));
        for Row {
            name,
            gleaner,
            tantivy,
        } in &self.rows
        {
            let none = || "–".to_owned();
            let ratio =
                |side: &Side| format!("{:.2}", gleaner.median.as_secs_f64() / side.median.as_secs_f64());
            let of = |shown: &dyn Fn(&Side) -> String| tantivy.as_ref().map_or_else(none, shown);
            writeln!(
                f,
                "| {name} | {} / {} | {} | {} | {} | {} | {} |",
                gleaner.results,
                of(&|side| side.results.to_string()),
                ms(gleaner),
                of(&ms),
                of(&ratio),
                mib(gleaner),
                of(&mib)
            )?;
        }
        Ok(())
    }
}
