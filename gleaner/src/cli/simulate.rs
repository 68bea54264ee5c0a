//! The flags of `gleaner simulate`.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use benches::charts::{ChartError, Theme, svg};
use benches::simulate::{Line, Mode, Report, Scenario, SimulateError, SimulationConfig, picture, simulate};
use clap::Args;
use tokio::time::Instant;

const EXAMPLES: &str = r#"Examples:
  gleaner simulate                                  10 leaves with 2 replicas, nothing wrong
  gleaner simulate --leaves 100 --svg tail.svg --compare
                                                    the tail with and without hedges
  gleaner simulate --fault '{"effect":{"slow":{"factor":20}},"leaf":0,"replica":1}'
                                                    one slow replica: it is ejected; try --no-ejection, --no-hedge, both
  gleaner simulate --servers 4 --rate 80            replicas that queue; try --tied
  gleaner simulate --servers 4 --rate 800           five times too much: what is refused, and what is still answered
  gleaner simulate --leaves 100 --min-coverage 0.95 answers that do not wait for the last leaves
  gleaner simulate --latency '{"exponential":{"mean_ms":50}}'
  gleaner simulate --latency '{"bimodal":{"share":0.01,"base":{"constant":{"ms":10}},
                               "stragglers":{"constant":{"ms":1000}}}}'
  gleaner simulate --scenario benches/scenarios/one_slow_replica.json

Distributions: constant, exponential, lognormal, bimodal, empirical.
Effects: {"slow":{"factor":N}}, "hung", "dead", {"flapping":{"up_ms":N,"down_ms":N}}; each with "leaf", "replica",
"from_ms" and "to_ms", and without a leaf or replica at all of them at the same time.
What no flag sets, a scenario file can: --json shows every setting, under "config"."#;

/// Simulate a cluster's tail latency.
///
/// The root's own code runs over simulated leaves on a simulated clock, so hours take seconds, and the same flags give the
/// same figures. Flags override the scenario.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct SimulateFlags {
    /// A scenario file: what is simulated, and what is expected of it
    #[arg(long, value_name = "FILE")]
    scenario: Option<PathBuf>,
    /// Everything random follows from it
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
    /// Queries to measure
    #[arg(long, value_name = "N")]
    queries: Option<u32>,
    /// Independent clusters that share the queries
    #[arg(long, value_name = "N")]
    runs: Option<u32>,
    /// Queries per second at each cluster, in Poisson arrivals
    #[arg(long, value_name = "N")]
    rate: Option<f64>,
    /// Roots of each cluster
    #[arg(long, value_name = "N")]
    roots: Option<u32>,
    /// Leaves that every query asks
    #[arg(long, value_name = "N")]
    leaves: Option<u32>,
    /// Replicas of each leaf
    #[arg(long, value_name = "N")]
    replicas: Option<u32>,
    /// Requests that a replica executes at a time
    #[arg(long, value_name = "N")]
    servers: Option<u32>,
    /// Requests that may queue at a replica; one more is shed
    #[arg(long, value_name = "N")]
    queue: Option<u32>,
    /// The deadline of each query
    #[arg(long, value_name = "MS")]
    timeout_ms: Option<u64>,
    /// Count queries that take at least this long as slow
    #[arg(long, value_name = "MS")]
    slow_ms: Option<u64>,
    /// How long a replica executes a request, as JSON
    #[arg(long, value_name = "JSON")]
    latency: Option<String>,
    /// What goes wrong, as JSON; can be given several times
    #[arg(long = "fault", value_name = "JSON")]
    faults: Vec<String>,
    /// The quantile of a leaf's latency after which a hedge goes out
    #[arg(long, value_name = "0..1")]
    hedge_quantile: Option<f64>,
    /// Hedge after this long, whatever the latencies were
    #[arg(long, value_name = "MS")]
    hedge_after_ms: Option<u64>,
    /// Do not hedge
    #[arg(long, conflicts_with_all = ["compare", "hedge_quantile", "hedge_after_ms", "tied"])]
    no_hedge: bool,
    /// Ask two replicas almost at once; the one that begins tells the other not to
    #[arg(long)]
    tied: bool,
    /// How long the second of two tied requests is held back
    #[arg(long, value_name = "MS", requires = "tied")]
    stagger_ms: Option<u64>,
    /// How long each message takes: requests, answers, cancellations, and what tied replicas tell each other
    #[arg(long, value_name = "MS")]
    network_ms: Option<u64>,
    /// Do not eject replicas that fail or are slow
    #[arg(long)]
    no_ejection: bool,
    /// Answer when so much of the documents is covered, without the last leaves
    #[arg(long, value_name = "0..1")]
    min_coverage: Option<f64>,
    /// How long to wait for more then: at least this, when almost everything is covered
    #[arg(long, value_name = "MS", requires = "min_coverage")]
    coverage_wait_min_ms: Option<u64>,
    /// How long to wait for more then: at most this, when just enough is covered
    #[arg(long, value_name = "MS", requires = "min_coverage")]
    coverage_wait_max_ms: Option<u64>,
    /// Searches that a root runs at a time, at most; as many more wait, the others are refused
    #[arg(long, value_name = "N")]
    searches_max: Option<u32>,
    /// Extra attempts for each primary that the budget allows
    #[arg(long, value_name = "SHARE")]
    budget: Option<f64>,
    /// Simulate the same without hedges too
    #[arg(long)]
    compare: bool,
    /// Write the report here
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
    /// Draw the latencies here
    #[arg(long, value_name = "FILE")]
    svg: Option<PathBuf>,
}

/// Why a simulation failed.
#[derive(Debug, thiserror::Error)]
pub enum SimulationError {
    /// A file cannot be read or written.
    #[error("{}: {source}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A scenario, a distribution or a fault that cannot be understood.
    #[error("{what}: {source}")]
    Json {
        /// Where it came from.
        what: String,
        /// What does not fit.
        source: serde_json::Error,
    },
    /// It makes no sense.
    #[error(transparent)]
    Simulate(#[from] SimulateError),
    /// The picture cannot be drawn.
    #[error(transparent)]
    Chart(#[from] ChartError),
}

impl SimulateFlags {
    /// Simulates and reports; a scenario that misses what is expected of it is a failure.
    pub(super) fn run(&self) -> Result<ExitCode, SimulationError> {
        let scenario = self.scenario()?;
        let config = self.config(scenario.as_ref())?;
        let threads = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        let began = Instant::now();
        let report = simulate(&config, threads)?;
        print!("{report}");
        let mut without = None;
        if self.compare {
            let mut config = config;
            config.hedge.mode = Mode::Off;
            let report = simulate(&config, threads)?;
            print!("without hedges: {report}");
            without = Some(report);
        }
        eprintln!("took {:.1} s", began.elapsed().as_secs_f64());
        self.write(&report, without.as_ref())?;
        let missed = scenario.map_or_else(Vec::new, |scenario| scenario.missed(&report));
        for missed in &missed {
            eprintln!("not as expected: {missed}");
        }
        Ok(if missed.is_empty() {
            ExitCode::SUCCESS
        } else {
            ExitCode::FAILURE
        })
    }

    fn scenario(&self) -> Result<Option<Scenario>, SimulationError> {
        let Some(path) = &self.scenario else {
            return Ok(None);
        };
        let text = fs::read_to_string(path).map_err(|source| failed(path, source))?;
        parse(&path.display().to_string(), &text).map(Some)
    }

    fn config(&self, scenario: Option<&Scenario>) -> Result<SimulationConfig, SimulationError> {
        let mut config = scenario.map_or_else(SimulationConfig::default, |scenario| scenario.input.clone());
        set(&mut config.seed, self.seed);
        set(&mut config.queries, self.queries);
        set(&mut config.runs, self.runs);
        set(&mut config.rate_per_second, self.rate);
        set(&mut config.roots, self.roots);
        set(&mut config.leaves, self.leaves);
        set(&mut config.replicas, self.replicas);
        set(&mut config.servers, self.servers);
        set(&mut config.timeout_ms, self.timeout_ms);
        set(&mut config.slow_ms, self.slow_ms);
        set(&mut config.hedge.quantile, self.hedge_quantile);
        set(&mut config.hedge.delay_min_ms, self.hedge_after_ms);
        set(&mut config.hedge.delay_max_ms, self.hedge_after_ms);
        set(&mut config.hedge.delay_unknown_ms, self.hedge_after_ms);
        set(&mut config.budget.extra_share, self.budget);
        set(&mut config.searches_max, self.searches_max);
        set(&mut config.queue_max, self.queue);
        set(&mut config.hedge.stagger_ms, self.stagger_ms);
        set(&mut config.network_ms, self.network_ms);
        set(&mut config.coverage_wait_min_ms, self.coverage_wait_min_ms);
        set(&mut config.coverage_wait_max_ms, self.coverage_wait_max_ms);
        config.min_coverage = self.min_coverage.or(config.min_coverage);
        config.ejection.enabled &= !self.no_ejection;
        if self.no_hedge {
            config.hedge.mode = Mode::Off;
        } else if self.tied {
            config.hedge.mode = Mode::Tied;
        }
        if let Some(latency) = &self.latency {
            config.latency = parse("--latency", latency)?;
        }
        for fault in &self.faults {
            config.faults.push(parse("--fault", fault)?);
        }
        Ok(config)
    }

    fn write(&self, report: &Report, without: Option<&Report>) -> Result<(), SimulationError> {
        if let Some(path) = &self.json {
            let mut json = serde_json::to_vec_pretty(report).map_err(|source| SimulationError::Json {
                what: "the report".to_owned(),
                source,
            })?;
            json.push(b'\n');
            fs::write(path, json).map_err(|source| failed(path, source))?;
        }
        if let Some(path) = &self.svg {
            let name = match report.config.hedge.mode {
                Mode::Off => "latency",
                Mode::Delayed => "with hedges",
                Mode::Tied => "with tied requests",
            };
            let mut lines = vec![Line { name, report }];
            lines.extend(without.map(|report| Line {
                name: "without hedges",
                report,
            }));
            let (leaves, replicas) = (report.config.leaves, report.config.replicas);
            let title =
                format!("Latency of a query over {leaves} leaves with {replicas} replicas, simulated");
            let drawn = svg(&picture(&title, &lines), Theme::Adaptive)?;
            fs::write(path, drawn).map_err(|source| failed(path, source))?;
        }
        Ok(())
    }
}

fn set<T: Copy>(field: &mut T, flag: Option<T>) {
    *field = flag.unwrap_or(*field);
}

fn parse<T: serde::de::DeserializeOwned>(what: &str, text: &str) -> Result<T, SimulationError> {
    serde_json::from_str(text).map_err(|source| SimulationError::Json {
        what: what.to_owned(),
        source,
    })
}

fn failed(path: &Path, source: io::Error) -> SimulationError {
    SimulationError::File {
        path: path.to_owned(),
        source,
    }
}
