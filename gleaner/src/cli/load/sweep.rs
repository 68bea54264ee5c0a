//! The flags of `gleaner load sweep`.

use std::env;
use std::fmt::Display;
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use benches::measured::{Objective, Stragglers};
use benches::sweep::Grid;
use clap::Args;
use datasets::locate;

use crate::cli::Problems;
use crate::sweep::{SweepConfig, find_corpus, find_queries};

/// The corpus, if none is named.
const CORPUS: &str = "arxiv";
/// The file with the result, in the folder.
const FILE: &str = "sweep.json";
/// The longest sweep, in minutes: a day.
const MINUTES_MAX: f64 = 1_440.0;
/// The most queries that are asked alone.
const PROFILE_QUERIES_MAX: usize = 10_000;
/// The most common rates.
const RATES_MAX: usize = 16;
/// The fastest rate.
const RATE_MAX: f64 = 100_000.0;
/// The most shards of the index.
const SHARDS_MAX: u32 = 256;
/// Hits of a page, at most.
const SIZE_MAX: u32 = 1_000;
/// How many times the objective a search may take before it is given up, but not less than [`TIMEOUT_MIN`].
const TIMEOUT_IN_OBJECTIVES: f64 = 20.0;
/// See [`TIMEOUT_IN_OBJECTIVES`].
const TIMEOUT_MIN: Duration = Duration::from_secs(2);
/// The longest time that a search is waited for, and that an objective may name.
const TIMEOUT_MAX: Duration = Duration::from_mins(5);

const EXAMPLES: &str = "\
Examples:
  gleaner load sweep                                  arxiv, 7 minutes, result in gleaner-report/sweep.json
  gleaner load sweep --minutes 20 --replicas 1,2,3    more time: more shapes, longer measurements, less noise
  gleaner load sweep --objective 'p99.9<200ms' --leaves 1,2,4
                                                      what a cluster has to meet, and fewer clusters
  gleaner load sweep --stragglers 'none,1%:100ms,one:100ms'
                                                      also with one replica that is always late
  gleaner load sweep --corpus docs.ndjson.zst --queries log.tsv --fields title,body
                                                      documents and queries of your own
  gleaner datasets generate --help                    no documents at hand? These can be made

A query log has lines of id<TAB>text, or id<TAB>text<TAB>weight; it may be compressed (.zst, .gz).
All processes share this machine: what the figures say of others, `gleaner plan` tells.";

/// Measure local clusters of many shapes: how latency and throughput change with leaves, replicas and hedging.
///
/// Loads the corpus once, starts one cluster after the other on it, and runs the query log at several rates: open loop, with
/// Poisson arrivals, free of coordinated omission. For every number of leaves it asks queries alone, and finds the highest rate
/// that meets the objective; all shapes are measured at the same rates, some of them twice. Ctrl-C ends it early, and keeps
/// what was measured.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(in crate::cli) struct SweepFlags {
    /// The documents: a file or folder, or the name of a set in the shared folder of data sets [default: arxiv]
    #[arg(long, value_name = "PATH|NAME", env = "GLEANER_CORPUS")]
    corpus: Option<String>,
    /// Load only so many documents
    #[arg(long, value_name = "N")]
    documents_max: Option<String>,
    /// The query log [default: the one that goes with the corpus]
    #[arg(long, value_name = "FILE")]
    queries: Option<PathBuf>,
    /// The fields that are searched [default: those with text, by their usual names]
    #[arg(long, value_name = "FIELD,…", value_delimiter = ',')]
    fields: Vec<String>,
    /// Numbers of leaves
    #[arg(long, value_name = "N,…", default_value = "1,2,4,8,16")]
    leaves: String,
    /// Numbers of replicas of each leaf
    ///
    /// Where all processes share one machine, a third replica adds what the second has added, half as much of it, and takes
    /// as long to measure: the usual seven minutes are better spent on the others.
    #[arg(long, value_name = "R,…", default_value = "1,2")]
    replicas: String,
    /// Whether roots hedge; means nothing, and is left out, where leaves have one replica
    #[arg(long, value_name = "off,on", default_value = "off,on")]
    hedging: String,
    /// What goes wrong: none; 1%:100ms (that share of all searches is late by that time); one:100ms (one replica always is)
    #[arg(long, value_name = "SCRIPT,…", default_value = "none,1%:100ms")]
    stragglers: String,
    /// What a cluster has to meet: a percentile of the latency, and what it must stay below
    ///
    /// Whoever answers less than 999 of 1,000 queries from all documents does not meet it, either.
    #[arg(long, value_name = "pN<TIME", default_value = "p99<50ms")]
    objective: String,
    /// How long everything may take
    #[arg(long, value_name = "MINUTES", default_value = "7")]
    minutes: String,
    /// Queries per second at which all shapes are measured [default: 60, 85 and 35 % of what the weakest bears]
    #[arg(long, value_name = "RATE,…")]
    rates: Option<String>,
    /// Queries that are asked alone, one after the other, to learn what each costs
    #[arg(long, value_name = "N", default_value = "300")]
    profile_queries: String,
    /// Hits of a page
    #[arg(long, value_name = "N", default_value = "10")]
    size: String,
    /// Whether hits come with their documents
    #[arg(long, value_name = "BOOL", default_value = "true", action = clap::ArgAction::Set)]
    source: bool,
    /// Shards of the index [default: a number that all numbers of leaves divide]
    #[arg(long, value_name = "P")]
    shards: Option<String>,
    /// Which queries are asked when follows from it
    #[arg(long, value_name = "N", default_value = "1")]
    seed: String,
    /// A folder for the clusters, emptied first and kept afterwards; by default a temporary one
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// The folder of results
    #[arg(long, value_name = "DIR", default_value = "gleaner-report")]
    out: PathBuf,
    /// The file with the result [default: sweep.json in --out]
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
}

impl SweepFlags {
    pub(in crate::cli) fn check(self) -> Result<SweepConfig, Problems> {
        let mut problems = Problems::default();
        let program = env::current_exe().unwrap_or_else(|error| {
            problems.add("gleaner", format_args!("cannot find its own program: {error}"));
            PathBuf::new()
        });
        let corpus = self.corpus(&mut problems);
        let queries = self.queries(&corpus, &mut problems);
        let grid = self.grid(&mut problems);
        let minutes = problems.fraction("--minutes", &self.minutes, &(0.05..=MINUTES_MAX));
        let objective = self.objective(&mut problems);
        let config = SweepConfig {
            program,
            corpus,
            documents_max: self
                .documents_max
                .as_deref()
                .map(|typed| problems.number("--documents-max", typed, &(1..=u64::MAX))),
            queries,
            fields: self.fields.clone(),
            shards: self.shards(&grid, &mut problems),
            grid,
            objective,
            search_timeout: Duration::from_secs_f64(objective.latency_ms * TIMEOUT_IN_OBJECTIVES / 1e3)
                .clamp(TIMEOUT_MIN, TIMEOUT_MAX),
            size: problems.number("--size", &self.size, &(0..=SIZE_MAX)),
            source: self.source,
            rates: self.rates(&mut problems),
            profile_queries: problems.number(
                "--profile-queries",
                &self.profile_queries,
                &(1..=PROFILE_QUERIES_MAX),
            ),
            time: Duration::from_secs_f64(minutes * 60.0),
            seed: problems.number("--seed", &self.seed, &(0..=u64::MAX / 2)),
            data: self.data,
            json: self.json.unwrap_or_else(|| self.out.join(FILE)),
        };
        problems.unless_any(config)
    }

    fn corpus(&self, problems: &mut Problems) -> PathBuf {
        let typed = self.corpus.as_deref();
        if let Some(found) = find_corpus(typed.unwrap_or(CORPUS)) {
            return found;
        }
        let what_to_give = "Give a file of documents, one JSON object a line, or a folder; `gleaner datasets generate` makes one";
        let folder = match locate::folder() {
            Some(folder) => format!("names are looked up in {}", folder.display()),
            None => format!(
                "there is no shared folder of data sets: {} can name one",
                locate::VARIABLE
            ),
        };
        let advice = match typed {
            Some(typed) => format!("{typed:?} is neither a path nor a name, and {folder}. {what_to_give}"),
            None => format!("the usual one, {CORPUS}, is not here: {folder}. {what_to_give}"),
        };
        problems.add("--corpus", advice);
        PathBuf::new()
    }

    fn queries(&self, corpus: &std::path::Path, problems: &mut Problems) -> PathBuf {
        let found = match &self.queries {
            Some(named) => Some(named.clone()).filter(|path| path.is_file()),
            None => find_queries(corpus),
        };
        found.unwrap_or_else(|| {
            let missing = match &self.queries {
                Some(named) => format!("{} is no file", named.display()),
                None => "no query log goes with this corpus".to_owned(),
            };
            problems.add(
                "--queries",
                format_args!("{missing}. Give one with lines of id<TAB>text<TAB>weight"),
            );
            PathBuf::new()
        })
    }

    fn grid(&self, problems: &mut Problems) -> Grid {
        let whole = "a whole number above 0";
        let leaves = list(problems, "--leaves", &self.leaves, whole);
        let replicas = list(problems, "--replicas", &self.replicas, whole);
        let hedging = list::<OnOff>(problems, "--hedging", &self.hedging, "off or on");
        let stragglers = list::<Stragglers>(
            problems,
            "--stragglers",
            &self.stragglers,
            "a script such as 1%:100ms",
        );
        let hedging = hedging.into_iter().map(|OnOff(on)| on);
        Grid::new(leaves, replicas, hedging, stragglers).unwrap_or_else(|error| {
            problems.add("--leaves, --replicas, --hedging and --stragglers", error);
            smallest()
        })
    }

    fn shards(&self, grid: &Grid, problems: &mut Problems) -> u32 {
        let least = grid.leaves_max();
        match &self.shards {
            // With fewer there would be leaves without any.
            Some(typed) => problems.number("--shards", typed, &(least..=SHARDS_MAX)),
            None => grid.shards(),
        }
    }

    fn objective(&self, problems: &mut Problems) -> Objective {
        let objective: Objective = self.objective.parse().unwrap_or_else(|error| {
            problems.add("--objective", error);
            Objective {
                quantile: 0.99,
                latency_ms: 50.0,
            }
        });
        if objective.latency_ms > TIMEOUT_MAX.as_secs_f64() * 1e3 {
            problems.add(
                "--objective",
                format_args!("nothing is waited for longer than {TIMEOUT_MAX:?}"),
            );
        }
        objective
    }

    fn rates(&self, problems: &mut Problems) -> Vec<f64> {
        let Some(typed) = &self.rates else {
            return Vec::new();
        };
        let mut rates: Vec<f64> = list(problems, "--rates", typed, "a number");
        if let Some(wrong) = rates.iter().find(|rate| !(0.1..=RATE_MAX).contains(*rate)) {
            problems.add("--rates", format_args!("{wrong} is not from 0.1 to {RATE_MAX}"));
        }
        if rates.len() > RATES_MAX {
            problems.add(
                "--rates",
                format_args!("{} are too many: at most {RATES_MAX}", rates.len()),
            );
        }
        rates.sort_unstable_by(f64::total_cmp);
        rates.dedup();
        rates
    }
}

/// `on` or `off`.
struct OnOff(bool);

impl FromStr for OnOff {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "on" => Ok(Self(true)),
            "off" => Ok(Self(false)),
            _ => Err("it is neither"),
        }
    }
}

/// Values separated by commas. What cannot be read is among the problems.
fn list<T: FromStr>(problems: &mut Problems, flag: &str, typed: &str, what: &str) -> Vec<T>
where
    T::Err: Display,
{
    let mut values = Vec::new();
    for part in typed.split(',').map(str::trim) {
        match part.parse() {
            Ok(value) => values.push(value),
            Err(error) => problems.add(flag, format_args!("{part:?} is not {what}: {error}")),
        }
    }
    values
}

/// Stands in for a grid that makes no sense, so that all other flags are checked, too.
fn smallest() -> Grid {
    Grid::new([1], [1], [false], [Stragglers::None]).expect("one of each is a grid")
}

#[cfg(test)]
#[path = "sweep_tests.rs"]
mod tests;
