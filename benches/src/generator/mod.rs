//! What the load generator can do, and what it adds to what it measures: against a service that answers at once.
//!
//! All of the latency is then the generator's error, but for the microseconds that the service itself says it took: from
//! when a request was due until the service had it, and from when the service had answered until that was noticed. The
//! two ways through the kernel are in it.

mod service;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use benches::load::{self, LoadPlan, Requests};
use benches::measured::{Arrivals, Histogram, LoadReport};
use clap::Args;

use crate::error::BenchError;
use service::AtOnce;

/// The 99th percentile of the error is to be below this.
const ERROR_P99_MS_MAX: f64 = 0.1;
/// A core is to sustain so many requests per second.
const PER_SECOND_MIN: f64 = 20_000.0;

/// Measure the load generator itself: requests per second of one core, and what it adds to latencies.
#[derive(Debug, Args)]
#[command(after_help = "Example: cargo run --release -p benches -- generator")]
pub(crate) struct GeneratorFlags {
    /// Rates at which the error is measured.
    #[arg(long, value_delimiter = ',', default_values_t = [1_000.0, 5_000.0, 10_000.0, 20_000.0])]
    per_second: Vec<f64>,
    /// How long each of them is measured.
    #[arg(long, default_value_t = 10)]
    seconds: u64,
    /// Never let the generator sleep.
    #[arg(long)]
    awake: bool,
    /// Clients of the closed loop that finds the most that a core can send.
    #[arg(long, default_value_t = 32)]
    clients: u32,
}

/// What was found.
pub(crate) struct GeneratorReport {
    closed: LoadReport,
    open: Vec<LoadReport>,
    service: Histogram,
}

/// Measures one rate after the other.
pub(crate) async fn run(flags: GeneratorFlags) -> Result<GeneratorReport, BenchError> {
    let service = AtOnce::start()?;
    let requests = Arc::new(Requests::searches([(
        r#"{"query":{"match":{"body":"example"}}}"#,
        1.0,
    )])?);
    let plan = |arrivals| LoadPlan {
        warmup: Duration::from_secs(2),
        duration: Duration::from_secs(flags.seconds),
        awake: flags.awake,
        ..LoadPlan::new(service.url(), "docs", arrivals)
    };
    eprintln!("as many as possible …");
    let clients = flags.clients;
    let closed = load::run(plan(Arrivals::Closed { clients }), requests.clone(), None).await?;
    let mut open = Vec::new();
    for per_second in flags.per_second {
        eprintln!("{per_second:.0}/s …");
        open.push(load::run(plan(Arrivals::Poisson { per_second }), requests.clone(), None).await?);
    }
    Ok(GeneratorReport {
        closed,
        open,
        service: service.took(),
    })
}

impl fmt::Display for GeneratorReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let us = |times: &Histogram, quantile| times.quantile_ms(quantile) * 1e3;
        writeln!(
            f,
            "| arrivals | requests/s | core of the generator | late p50 / p99 / p99.9 µs | error p50 / p99 / p99.9 µs | lost |"
        )?;
        writeln!(f, "|---|---|---|---|---|---|")?;
        for report in std::iter::once(&self.closed).chain(&self.open) {
            let name = match report.arrivals {
                Arrivals::Closed { clients } => format!("closed loop, {clients} clients"),
                Arrivals::Poisson { per_second } => format!("Poisson, {per_second:.0}/s"),
                Arrivals::Constant { per_second } => format!("constant, {per_second:.0}/s"),
            };
            let (late, error) = (&report.late, &report.reads.latency);
            // In a closed loop the latency is what clients wait for each other.
            let error = match report.arrivals {
                Arrivals::Closed { .. } => "–".to_owned(),
                Arrivals::Poisson { .. } | Arrivals::Constant { .. } => ladder(error),
            };
            writeln!(
                f,
                "| {name} | {:.0} | {:.0} % | {} | {error} | {} |",
                per_second(report),
                report.generator.busiest * 100.0,
                ladder(late),
                report.reads.outcomes.lost()
            )?;
        }
        writeln!(
            f,
            "\nThe service itself took {:.0} µs at the median and {:.0} µs at p99, from when it had read a request to when \
             it had written the answer.",
            us(&self.service, 0.5),
            us(&self.service, 0.99)
        )?;
        let (rate, error) = self.found();
        writeln!(
            f,
            "Budgets: at least {PER_SECOND_MIN:.0} requests/s on one core: {} ({rate:.0}/s); an error below {:.0} µs at p99: {} ({:.0} µs at worst).",
            met(rate >= PER_SECOND_MIN),
            ERROR_P99_MS_MAX * 1e3,
            met(error < ERROR_P99_MS_MAX),
            error * 1e3
        )
    }
}

impl GeneratorReport {
    /// What the budgets are about: the requests per second of the closed loop, and the worst p99 of the error in milliseconds.
    fn found(&self) -> (f64, f64) {
        let errors = self
            .open
            .iter()
            .map(|report| report.reads.latency.quantile_ms(0.99));
        (per_second(&self.closed), errors.fold(0.0, f64::max))
    }
}

/// What was answered in the measured time.
fn per_second(report: &LoadReport) -> f64 {
    report.reads.answered_meanwhile as f64 / report.seconds
}

fn met(is_met: bool) -> &'static str {
    if is_met { "met" } else { "**missed**" }
}

/// `p50 / p99 / p99.9` in microseconds.
fn ladder(times: &Histogram) -> String {
    let us = |quantile| times.quantile_ms(quantile) * 1e3;
    format!("{:.0} / {:.0} / {:.0}", us(0.5), us(0.99), us(0.999))
}
