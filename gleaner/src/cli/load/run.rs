//! The flags of one run.

use std::path::{Path, PathBuf};
use std::time::Duration;

use benches::load::{
    BULK_MAX, CLIENTS_MAX, CONNECTIONS_MAX, DURATION_MAX, LoadPlan, PER_SECOND_MAX, THREADS_MAX, TIMEOUT_MAX,
    UNDER_WAY_MAX,
};
use benches::measured::{Arrivals, Objective};
use clap::Args;

use super::super::Problems;
use super::services::ServiceFlags;
use crate::load::{LoadConfig, Material, Searches, SearchesFrom, Writes};

pub(super) const EXAMPLES: &str = "\
Examples:
  gleaner load --index articles --queries queries.tsv --rate 200
                                            200 searches per second, in the text fields of the index
  gleaner load --index articles --queries queries.tsv --rate 200 --against http://localhost:9201
                                            the same at what you have today, in turns, side by side
  gleaner load --index articles --queries queries.tsv --against https://localhost:9200 --against-insecure \\
    --against-user elastic:secret           … an Elasticsearch as it comes: encrypted, with a certificate of its own
  gleaner load --index articles --queries queries.tsv --body body.json --objective 'p99<50ms'
                                            a body of your own with {{query}} in it; fails if 1 % is slower
  gleaner load --index articles --bodies bodies.ndjson --clients 16
                                            as fast as 16 clients can ask that wait for their answers
  gleaner load --index articles --queries queries.tsv --writes 5% --corpus articles.ndjson.zst
                                            every twentieth request writes a document
  gleaner load sweep --help                 which shape of a cluster bears how much

A query log has a line for each query: id<TAB>text, or id<TAB>text<TAB>weight. Names such as arxiv-title-words are looked
up in the shared data sets. Ctrl-C ends a run early and reports what was measured until then.";

/// One run.
#[derive(Debug, Args)]
pub(super) struct RunFlags {
    #[command(flatten)]
    services: ServiceFlags,
    /// All services at the same time, instead of in turns
    #[arg(long, requires = "against")]
    at_once: bool,
    /// Turns that each service has, so that they do not disturb each other on one machine
    #[arg(long, value_name = "N", default_value = "3")]
    turns: String,
    /// Requests per second
    #[arg(long, value_name = "N", default_value = "100")]
    rate: String,
    /// Requests at equal distances, instead of independent of each other (Poisson)
    #[arg(long)]
    constant: bool,
    /// A closed loop of so many clients instead of a rate: each waits for its answer, so that waiting is not counted
    #[arg(long, value_name = "N", conflicts_with_all = ["rate", "constant"])]
    clients: Option<String>,
    /// How long requests are sent before they count
    #[arg(long, value_name = "TIME", default_value = "5s")]
    warmup: String,
    /// How long they count, for each service
    #[arg(long, value_name = "TIME", default_value = "30s")]
    duration: String,
    /// After which a request is given up
    #[arg(long, value_name = "TIME", default_value = "10s")]
    timeout: String,
    /// A query log, or the name of one in the shared data sets
    #[arg(long, value_name = "FILE|NAME", conflicts_with = "bodies")]
    queries: Option<PathBuf>,
    /// Search in these fields [default: the text fields of the mapping]
    #[arg(
        long,
        value_name = "A,B",
        value_delimiter = ',',
        requires = "queries",
        conflicts_with = "body"
    )]
    fields: Vec<String>,
    /// A body with {{query}} where a query of the log goes
    #[arg(long, value_name = "FILE", requires = "queries")]
    body: Option<PathBuf>,
    /// Complete bodies, one on each line
    #[arg(long, value_name = "FILE")]
    bodies: Option<PathBuf>,
    /// Hits asked for, where a body does not say it
    #[arg(long, value_name = "N")]
    size: Option<String>,
    /// Whether documents come along, where a body does not say it
    #[arg(long, value_name = "true|false")]
    source: Option<bool>,
    /// The share of requests that write documents, such as 5%; 100% for writes alone
    #[arg(long, value_name = "SHARE", requires = "corpus")]
    writes: Option<String>,
    /// The documents that are written, over and over
    #[arg(long, value_name = "PATH|NAME", requires = "writes")]
    corpus: Option<PathBuf>,
    /// Documents that are read from it
    #[arg(long, value_name = "N", default_value = "10000")]
    documents: String,
    /// Documents of one write: 1 is a PUT, more are a _bulk
    #[arg(long, value_name = "N", default_value = "1")]
    bulk: String,
    /// What the first service is to meet, such as p99<50ms; missed, the exit code is 1
    #[arg(long, value_name = "OBJECTIVE")]
    objective: Option<Objective>,
    /// Write the reports here as JSON
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
    /// Write every second here as CSV
    #[arg(long, value_name = "FILE")]
    csv: Option<PathBuf>,
    /// Arrivals, queries and the mix follow from it
    #[arg(long, value_name = "N", default_value = "1")]
    seed: String,
    /// Threads of the generator; one sends tens of thousands of requests per second
    #[arg(long, value_name = "N", default_value = "1")]
    threads: String,
    /// Never let these threads sleep: more exact, and each takes a core, which a service on this machine may miss
    #[arg(long)]
    awake: bool,
    /// Connections to each service; a request that finds none free waits
    #[arg(long, value_name = "N", default_value = "1024")]
    connections: String,
    /// Requests that may wait for their answers; more are not sent, and count as timed out
    #[arg(long, value_name = "N", default_value = "10000")]
    under_way: String,
}

impl RunFlags {
    /// Everything that is wrong with the flags, or what they mean.
    pub(super) fn check(self) -> Result<LoadConfig, Problems> {
        let mut problems = Problems::default();
        let material = self.material(&mut problems);
        let arrivals = self.arrivals(&mut problems);
        let time = |problems: &mut Problems, flag: &str, typed: &str, least: Duration, most: Duration| {
            problems.time(flag, typed, &(least..=most))
        };
        let millisecond = Duration::from_millis(1);
        let warmup = time(
            &mut problems,
            "--warmup",
            &self.warmup,
            Duration::ZERO,
            DURATION_MAX,
        );
        let duration = time(
            &mut problems,
            "--duration",
            &self.duration,
            100 * millisecond,
            DURATION_MAX,
        );
        let timeout = time(
            &mut problems,
            "--timeout",
            &self.timeout,
            millisecond,
            TIMEOUT_MAX,
        );
        let seed = problems.number("--seed", &self.seed, &(0..=u64::MAX));
        let threads = problems.number("--threads", &self.threads, &(1..=THREADS_MAX));
        let connections_max = problems.number("--connections", &self.connections, &(1..=CONNECTIONS_MAX));
        let under_way_max = problems.number("--under-way", &self.under_way, &(1..=UNDER_WAY_MAX));
        let turns = problems.number("--turns", &self.turns, &(1..=100));
        let services = self.services.check(&mut problems);
        let turns = if services.len() > 1 { turns } else { 1 };
        let plans = services.into_iter().map(|service| LoadPlan {
            warmup,
            duration,
            timeout,
            seed,
            threads,
            connections_max,
            under_way_max,
            awake: self.awake,
            headers: service.headers,
            trust: service.trust,
            ..LoadPlan::new(service.url, service.index, arrivals)
        });
        let config = LoadConfig {
            plans: plans.collect(),
            material,
            at_once: self.at_once,
            turns,
            json: self.json,
            csv: self.csv,
            objective: self.objective,
        };
        problems.unless_any(config)
    }

    fn arrivals(&self, problems: &mut Problems) -> Arrivals {
        if let Some(clients) = &self.clients {
            let clients = problems.number("--clients", clients, &(1..=CLIENTS_MAX));
            return Arrivals::Closed { clients };
        }
        let per_second = problems.fraction("--rate", &self.rate, &(1e-3..=PER_SECOND_MAX));
        if self.constant {
            Arrivals::Constant { per_second }
        } else {
            Arrivals::Poisson { per_second }
        }
    }

    fn material(&self, problems: &mut Problems) -> Material {
        let writes = self.write_part(problems);
        let log =
            |problems: &mut Problems, log: &Path| found("--queries", log, "queries", &LOG_ENDINGS, problems);
        let from = match (&self.queries, &self.body, &self.bodies) {
            (Some(queries), None, _) => Some(SearchesFrom::Log {
                log: log(problems, queries),
                fields: self.fields.clone(),
            }),
            (Some(queries), Some(body), _) => Some(SearchesFrom::Template {
                log: log(problems, queries),
                body: body.clone(),
            }),
            (None, _, Some(bodies)) => Some(SearchesFrom::Bodies(bodies.clone())),
            (None, _, None) => None,
        };
        let writes_alone = writes.as_ref().is_some_and(|writes| writes.share >= 1.0);
        match (&from, writes_alone) {
            (None, false) => problems.add(
                "--queries",
                "say what is to be searched for: a query log, or --bodies, or --writes 100% for writes alone",
            ),
            (Some(_), true) => problems.add(
                "--writes",
                "with 100% nothing would be searched for: leave the queries out",
            ),
            (None, true) | (Some(_), false) => {}
        }
        let size = self
            .size
            .as_ref()
            .map(|size| problems.number("--size", size, &(0..=10_000)));
        Material {
            searches: from.map(|from| Searches {
                from,
                size,
                source: self.source,
            }),
            writes,
        }
    }

    fn write_part(&self, problems: &mut Problems) -> Option<Writes> {
        let (share, corpus) = (self.writes.as_deref()?, self.corpus.as_deref()?);
        let number = share
            .trim()
            .strip_suffix('%')
            .and_then(|percent| percent.trim().parse::<f64>().ok());
        let percent = number
            .filter(|percent| *percent > 0.0 && *percent <= 100.0)
            .unwrap_or_else(|| {
                problems.add(
                    "--writes",
                    format_args!("{share:?} is no share of the requests, such as 5%"),
                );
                1.0
            });
        Some(Writes {
            share: percent / 100.0,
            corpus: found("--corpus", corpus, "", &CORPUS_ENDINGS, problems),
            documents_max: problems.number("--documents", &self.documents, &(1..=1_000_000)),
            bulk: problems.number("--bulk", &self.bulk, &(1..=BULK_MAX)),
        })
    }
}

/// What may be left out of the name of a shared query log.
const LOG_ENDINGS: [&str; 3] = ["", ".tsv", ".tsv.zst"];
/// And of a shared corpus.
const CORPUS_ENDINGS: [&str; 3] = ["", ".ndjson.zst", ".ndjson"];

/// A file or folder, or one of that name in the shared data sets.
fn found(flag: &str, typed: &Path, folder: &str, endings: &[&str], problems: &mut Problems) -> PathBuf {
    if typed.exists() {
        return typed.to_owned();
    }
    let shared = typed.to_str().and_then(|name| {
        let inside = if folder.is_empty() {
            name.to_owned()
        } else {
            format!("{folder}/{name}")
        };
        endings
            .iter()
            .find_map(|ending| datasets::locate::dataset(&format!("{inside}{ending}")))
    });
    shared.unwrap_or_else(|| {
        let advice = format!(
            "{} is no file, and there is none of that name in the shared data sets, which {} names",
            typed.display(),
            datasets::locate::VARIABLE
        );
        problems.add(flag, advice);
        typed.to_owned()
    })
}

#[cfg(test)]
#[path = "run_tests.rs"]
mod tests;
