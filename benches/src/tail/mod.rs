//! The tail of real processes under constant load, while one replica is slow, hangs, is dead, and has recovered; and
//! while replicas hang and die that the root has no reason to avoid.
//!
//! The load is open-loop, and latencies count from when a query was due. The outcomes (whole answers, a budget that is
//! kept) are tested end to end; here they are counted beside the timings.

mod phase;
mod report;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use benches::load::{self, LoadPlan, Requests};
use benches::measured::{Arrivals, LoadReport};
use benches::scrape::Scrape;
use clap::{Args, Parser};
use serde_json::json;

use crate::baseline::HITS;
use crate::error::BenchError;
use crate::service::{self, ClusterShape, Service};
use crate::workload::{DataFlags, FIELDS, Workload};
use phase::{Misfortune, Phase};
use report::{Measured, Setting, TailReport};

/// The documents, unless others are named.
const CORPUS: &str = "arxiv-20k.ndjson.zst";
/// The index.
const INDEX: &str = "bench";
/// Bulks under way at a time.
const LOADERS: usize = 2;
/// How long a query may take: so long that only one whom nobody helps is cut off.
const TIMEOUT: &str = "10s";
/// How long the generator waits for an answer: longer, so that it is the root that decides.
const PATIENCE: Duration = Duration::from_secs(30);

/// Measure the tail under constant load while one replica is slow, hangs, and is dead.
#[derive(Debug, Args)]
#[command(after_help = "Example: cargo run --release -p benches -- tail --per-second 100 --seconds 30")]
pub(crate) struct TailFlags {
    #[command(flatten)]
    data: DataFlags,
    /// Documents to index.
    #[arg(long, default_value_t = 20_000)]
    documents: usize,
    /// Different queries; they are asked over and over.
    #[arg(long, default_value_t = 1_000)]
    queries: usize,
    /// Leaves, each with one shard, at least 3: misfortunes come over a replica of each of the first three.
    #[arg(long, default_value_t = 4, value_parser = clap::value_parser!(u32).range(3..))]
    leaves: u32,
    /// Replicas of each leaf, at least 2.
    #[arg(long, default_value_t = 2, value_parser = clap::value_parser!(u32).range(2..))]
    replicas: u32,
    /// Queries per second, sent by the clock.
    #[arg(long, default_value_t = 100)]
    per_second: u32,
    /// How long each phase lasts, and the warm-up before them.
    #[arg(long, default_value_t = 20)]
    seconds: u32,
    /// By how much the slow replica is late, in milliseconds.
    #[arg(long, default_value_t = 300)]
    slow_ms: u64,
    /// Where the figures are written as JSON.
    #[arg(long, default_value = "target/tail.json")]
    json: PathBuf,
    /// The gleaner binary; by default the one beside this binary.
    #[arg(long)]
    gleaner: Option<PathBuf>,
}

impl TailFlags {
    /// Phases of so many seconds, and the usual load on the usual cluster.
    pub(crate) fn new(data: DataFlags, gleaner: Option<PathBuf>, seconds: u32) -> Self {
        let usual = Usual::try_parse_from(["tail"]).expect("every flag has a default");
        Self {
            data,
            seconds,
            gleaner,
            ..usual.flags
        }
    }
}

/// The flags of a command line without any.
#[derive(Parser)]
struct Usual {
    #[command(flatten)]
    flags: TailFlags,
}

/// Measures all phases, writes the figures as JSON, and returns them.
pub(crate) async fn run(flags: TailFlags) -> Result<TailReport, BenchError> {
    let workload = Workload::load(&flags.data, CORPUS, flags.documents, flags.queries)?;
    eprintln!("{workload}");
    let shape = ClusterShape {
        leaves: flags.leaves,
        replicas: flags.replicas,
        faults: true,
    };
    let service = service::start(flags.gleaner.as_deref(), shape).await?;
    eprintln!("indexing …");
    service.index(&workload, LOADERS).await?;
    let mut misfortune = Misfortune::new(&service, flags.slow_ms);
    let mut load = Load::new(&service, &workload, &flags)?;
    eprintln!("warming up …");
    load.run().await?;
    let mut phases = Vec::new();
    for phase in Phase::ALL {
        eprintln!("{} …", phase.name());
        misfortune.begin(phase, &load).await?;
        phases.push((phase.name(), Measured::new(&load.run().await?)?));
    }
    let setting = Setting {
        workload: workload.to_string(),
        leaves: flags.leaves,
        replicas: flags.replicas,
        per_second: flags.per_second,
        seconds: flags.seconds,
        slow_ms: flags.slow_ms,
        cores: std::thread::available_parallelism().map_or(0, usize::from),
    };
    let report = TailReport::new(setting, phases);
    if let Some(folder) = flags.json.parent() {
        tokio::fs::create_dir_all(folder).await?;
    }
    tokio::fs::write(&flags.json, serde_json::to_vec_pretty(&report)?).await?;
    Ok(report)
}

/// A constant load on the root.
struct Load<'a> {
    service: &'a Service,
    plan: LoadPlan,
    requests: Arc<Requests>,
    bodies: Vec<String>,
}

impl<'a> Load<'a> {
    fn new(service: &'a Service, workload: &Workload, flags: &TailFlags) -> Result<Self, BenchError> {
        let bodies: Vec<String> = workload.queries.iter().map(|text| body(text)).collect();
        let per_second = flags.per_second.into();
        let plan = LoadPlan {
            warmup: Duration::ZERO,
            duration: Duration::from_secs(flags.seconds.into()),
            timeout: PATIENCE,
            ..LoadPlan::new(service.url(), INDEX, Arrivals::Constant { per_second })
        };
        Ok(Self {
            service,
            plan,
            requests: Arc::new(Requests::searches(bodies.iter().map(|body| (body.clone(), 1.0)))?),
            bodies,
        })
    }

    /// Keeps the rate up for one phase and waits for every answer.
    async fn run(&mut self) -> Result<LoadReport, BenchError> {
        // Other queries in every phase.
        self.plan.seed += 1;
        Ok(load::run(self.plan.clone(), self.requests.clone(), None).await?)
    }

    /// Asks some queries, one after the other.
    async fn ask(&self, queries: usize) {
        for body in self.bodies.iter().cycle().take(queries) {
            let url = format!("{}/{INDEX}/_search", self.service.url());
            let request = self.service.http().post(url).body(body.clone());
            // One that fails is no reason to end a measurement of failures.
            drop(request.header("content-type", "application/json").send().await);
        }
    }
}

/// The metrics of one process of a cluster.
async fn scrape(service: &Service, url: &str) -> Result<Scrape, BenchError> {
    let response = service.http().get(format!("{url}/metrics")).send().await?;
    let text = response.error_for_status()?.text().await?;
    Ok(Scrape::parse(&text)?)
}

fn body(text: &str) -> String {
    let query = json!({"multi_match": {"query": text, "type": "most_fields", "fields": FIELDS}});
    json!({"query": query, "size": HITS, "track_total_hits": false, "timeout": TIMEOUT}).to_string()
}
