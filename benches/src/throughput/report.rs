//! The figures, as a table that can be pasted into `docs/BENCHMARKS.md`.

use std::fmt;
use std::time::Duration;

use crate::baseline::LONG_QUERY;
use crate::runs::entry::{Measurement, Unit};

/// What indexing took.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Indexed {
    /// From the first document to the commit that holds the last.
    pub wall: Duration,
    /// Processor time.
    pub cpu: Duration,
    /// How many documents.
    pub documents: usize,
}

impl Indexed {
    fn rate(&self) -> f64 {
        self.documents as f64 / self.wall.as_secs_f64()
    }
}

/// What a class of queries took.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Queried {
    /// Median latency.
    pub p50: Duration,
    /// 99th percentile of the latency.
    pub p99: Duration,
    /// Processor time per query.
    pub cpu: Duration,
    /// Queries per second of wall time.
    pub rate: f64,
}

impl Queried {
    /// Sums up a run.
    pub(crate) fn new(mut latencies: Vec<Duration>, wall: Duration, cpu: Duration) -> Self {
        latencies.sort_unstable();
        let count = latencies.len().max(1);
        let at = |percent: usize| {
            latencies
                .get((count - 1) * percent / 100)
                .copied()
                .unwrap_or_default()
        };
        let per_query = cpu / u32::try_from(count).unwrap_or(u32::MAX);
        Self {
            p50: at(50),
            p99: at(99),
            cpu: per_query,
            rate: count as f64 / wall.as_secs_f64(),
        }
    }
}

/// One class of queries on both sides.
pub(crate) struct QueryRow {
    /// The class.
    pub class: &'static str,
    /// How many queries.
    pub queries: usize,
    /// tantivy in process, one thread.
    pub tantivy: Queried,
    /// Gleaner over HTTP, root and leaf together.
    pub gleaner: Queried,
}

/// All figures of a run.
pub(crate) struct Report {
    /// What was measured.
    pub workload: String,
    /// tantivy's own writer.
    pub tantivy: Indexed,
    /// `_bulk`, every batch fsynced.
    pub gleaner: Indexed,
    /// The queries.
    pub rows: Vec<QueryRow>,
}

impl Report {
    /// The figures of a round, for a run that is compared with others.
    pub(crate) fn measurements(&self) -> Vec<Measurement> {
        let of = format!("{} documents", self.gleaner.documents);
        let rate = self.gleaner.rate();
        let beside = self.tantivy.rate() / rate;
        let mut all = vec![
            Measurement::new(format!("{of}, bulk: documents"), rate, Unit::PerSecond),
            Measurement::new(format!("{of}, bulk: time beside tantivy's"), beside, Unit::Times),
        ];
        for QueryRow {
            class,
            tantivy,
            gleaner,
            ..
        } in &self.rows
        {
            let us = |duration: Duration| duration.as_secs_f64() * 1e6;
            let beside = us(gleaner.cpu) / us(tantivy.cpu);
            let mut add = |what: &str, value: f64, unit| {
                all.push(Measurement::new(format!("{of}, {class}: {what}"), value, unit));
            };
            add("queries", gleaner.rate, Unit::PerSecond);
            add("p50", us(gleaner.p50), Unit::Microseconds);
            add("p99", us(gleaner.p99), Unit::Microseconds);
            add("processor time", us(gleaner.cpu), Unit::Microseconds);
            add("processor time beside tantivy's", beside, Unit::Times);
        }
        all
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let cores = std::thread::available_parallelism().map_or(0, std::num::NonZero::get);
        writeln!(f, "{}; {cores} cores\n", self.workload)?;
        writeln!(f, "| indexing | documents/s | CPU s |\n|---|---|---|")?;
        for (name, indexed) in [
            ("tantivy's writer, 1 thread", &self.tantivy),
            ("gleaner `_bulk`", &self.gleaner),
        ] {
            writeln!(
                f,
                "| {name} | {:.0} | {:.1} |",
                indexed.rate(),
                indexed.cpu.as_secs_f64()
            )?;
        }
        let ratio = self.gleaner.rate() / self.tantivy.rate();
        writeln!(
            f,
            "\n`_bulk` rate / tantivy's rate: **{ratio:.2}** (budget: at least 0.70)\n"
        )?;
        writeln!(
            f,
            "| queries | count | tantivy CPU µs | gleaner CPU µs | ratio | extra µs | tantivy p50/p99 ms | gleaner p50/p99 ms | gleaner queries/s |"
        )?;
        writeln!(f, "|---|---|---|---|---|---|---|---|---|")?;
        for row in &self.rows {
            row.fmt(f)?;
        }
        let long = LONG_QUERY.as_micros();
        writeln!(
            f,
            "\nBudget: ratio at most 1.30 for queries of more than {long} µs; shorter ones show the cost of two HTTP hops in `extra`."
        )
    }
}

impl fmt::Display for QueryRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let us = |duration: Duration| duration.as_secs_f64() * 1e6;
        let ms = |duration: Duration| duration.as_secs_f64() * 1e3;
        let (there, here) = (&self.tantivy, &self.gleaner);
        writeln!(
            f,
            "| {} | {} | {:.0} | {:.0} | {:.2} | {:.0} | {:.2} / {:.2} | {:.2} / {:.2} | {:.0} |",
            self.class,
            self.queries,
            us(there.cpu),
            us(here.cpu),
            us(here.cpu) / us(there.cpu),
            us(here.cpu) - us(there.cpu),
            ms(there.p50),
            ms(there.p99),
            ms(here.p50),
            ms(here.p99),
            here.rate
        )
    }
}
