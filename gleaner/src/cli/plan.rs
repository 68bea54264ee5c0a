//! The flags of `gleaner plan`.

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use benches::measured::{Objective, Stragglers};
use benches::plan::Demand;
use benches::report_page::Prices;
use clap::Args;

use super::Problems;
use super::count::count;
use crate::plan::{PlanCommandError, PlanConfig, Source};

const EXAMPLES: &str = "\
Examples:
  gleaner load sweep && gleaner plan             measure this machine's clusters, then plan: gleaner-report/report.html
  gleaner plan --rate 500 --objective 'p99<30ms' more traffic, less time
  gleaner plan --documents 50M --cores-max 64    the same documents and queries, but more of them, on so many cores
  gleaner plan --core-price 0.04 --memory-price 0.005
                                                 and what a month of it costs
  gleaner plan --stragglers none                 machines that are never late for reasons of their own
  gleaner plan --root http://root:9200 --leaf http://leaf-0:9201 --leaf http://leaf-1:9201 --out plan
                                                 from what a cluster that serves says of itself, for 30 seconds

Predictions are the root's own code over simulated leaves, which cost what was measured. How far they are from measurements
that they have not seen is said first: a plan that does not know says so.";

/// Plan a cluster: how many leaves, how many replicas, which hedge?
///
/// Splits the cost of a query into what divides by the leaves and what does not, predicts latency, availability, processors and
/// memory for 1 to 1,000 leaves, and recommends the cheapest shape that meets an objective.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct PlanFlags {
    /// What `gleaner load sweep` wrote
    #[arg(long, value_name = "FILE", default_value = "gleaner-report/sweep.json")]
    sweep: PathBuf,
    /// Plan from the metrics of this root instead
    #[arg(long, value_name = "URL", conflicts_with = "sweep", requires = "leaves")]
    root: Option<String>,
    /// A replica of that cluster, of as many different leaves as can be reached; can be given several times
    #[arg(long = "leaf", id = "leaves", value_name = "URL", requires = "root")]
    leaf_urls: Vec<String>,
    /// How long the metrics are watched, in seconds
    #[arg(long, value_name = "SECONDS", default_value = "30", requires = "root")]
    window: String,
    /// What a cluster has to meet: a percentile of the latency, and what it must stay below [default: the sweep's]
    #[arg(long, value_name = "pN<TIME")]
    objective: Option<String>,
    /// Queries per second [default: half of the best that was measured, or what the root had]
    #[arg(long, value_name = "N")]
    rate: Option<String>,
    /// Documents to plan for, of the same kind [default: as many as were measured]
    #[arg(long, value_name = "N", value_parser = count)]
    documents: Option<u64>,
    /// The share of the queries that must be answered from all documents, in percent
    #[arg(long, value_name = "PERCENT", default_value = "99.9")]
    availability: String,
    /// The share of the time in which a replica is up, in percent
    #[arg(long, value_name = "PERCENT", default_value = "99.9")]
    replica_availability: String,
    /// Cores of each replica
    #[arg(long, value_name = "N", default_value = "1")]
    cores_per_replica: String,
    /// Cores of each root
    #[arg(long, value_name = "N", default_value = "1")]
    cores_per_root: String,
    /// Cores that all replicas together may have
    #[arg(long, value_name = "N")]
    cores_max: Option<String>,
    /// How long a message takes between two machines, in milliseconds; not with --root, where it is in what was observed
    #[arg(long, value_name = "MS", default_value = "0.1", conflicts_with = "root")]
    network_ms: String,
    /// Searches that are late for reasons of their own: none, or 1%:100ms [default: as in the sweep]
    #[arg(long, value_name = "SCRIPT")]
    stragglers: Option<String>,
    #[command(flatten)]
    prices: PriceFlags,
    /// The folder of the report [default: that of the sweep]
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

/// What machines cost.
#[derive(Debug, Args)]
pub(super) struct PriceFlags {
    /// What a core costs for an hour, to say what a month costs
    #[arg(long, value_name = "PRICE", value_parser = price)]
    core_price: Option<f64>,
    /// What a GiB of memory costs for an hour
    #[arg(long, value_name = "PRICE", value_parser = price)]
    memory_price: Option<f64>,
    /// In what the prices are: a sign such as $, or a name such as EUR
    #[arg(long, value_name = "CURRENCY", default_value = "$")]
    currency: String,
}

impl PriceFlags {
    /// Nothing if neither price was given; one that was not is 0.
    pub(super) fn prices(&self) -> Option<Prices> {
        if self.core_price.is_none() && self.memory_price.is_none() {
            return None;
        }
        Some(Prices {
            core_hour: self.core_price.unwrap_or(0.0),
            gibibyte_hour: self.memory_price.unwrap_or(0.0),
            currency: self.currency.clone(),
        })
    }
}

/// A price for an hour.
fn price(typed: &str) -> Result<f64, String> {
    match typed.trim().parse::<f64>() {
        Ok(price) if (0.0..=1e6).contains(&price) => Ok(price),
        _ => Err("not a number from 0 to 1000000".to_owned()),
    }
}

impl PlanFlags {
    /// Plans, and says where the report is.
    pub(super) async fn run(self) -> Result<ExitCode, PlanCommandError> {
        let config = self.check()?;
        crate::plan::run(config).await?;
        Ok(ExitCode::SUCCESS)
    }

    fn check(self) -> Result<PlanConfig, Problems> {
        let mut problems = Problems::default();
        let source = match &self.root {
            None => Source::Sweep(self.sweep.clone()),
            Some(root) => Source::Cluster {
                root: root.clone(),
                leaves: self.leaf_urls.clone(),
                window: Duration::from_secs_f64(problems.fraction(
                    "--window",
                    &self.window,
                    &(1.0..=86_400.0),
                )),
            },
        };
        let beside = self.sweep.parent().map(PathBuf::from).unwrap_or_default();
        let out = self.out.clone().unwrap_or(match source {
            Source::Sweep(_) => beside,
            Source::Cluster { .. } => PathBuf::from("gleaner-report"),
        });
        let share = |problems: &mut Problems, flag: &str, typed: &str| {
            let percent = problems.fraction(flag, typed, &(0.0..=100.0));
            // Rounded: 99.9 / 100 is a hair off what people mean.
            (percent * 1e7).round() / 1e9
        };
        let cores = 1..=1_024;
        let usual = Demand {
            availability_min: share(&mut problems, "--availability", &self.availability),
            replica_availability: share(
                &mut problems,
                "--replica-availability",
                &self.replica_availability,
            ),
            cores_per_replica: problems.number("--cores-per-replica", &self.cores_per_replica, &cores),
            cores_per_root: problems.number("--cores-per-root", &self.cores_per_root, &cores),
            cores_max: self
                .cores_max
                .as_deref()
                .map(|typed| problems.number("--cores-max", typed, &(1..=1_000_000))),
            network_ms: problems.fraction("--network-ms", &self.network_ms, &(0.0..=10_000.0)),
            ..Demand::default()
        };
        let rate = self
            .rate
            .as_deref()
            .map(|typed| problems.fraction("--rate", typed, &(0.001..=1e6)));
        let objective = parsed::<Objective>(&mut problems, "--objective", self.objective.as_deref());
        let stragglers = parsed::<Stragglers>(&mut problems, "--stragglers", self.stragglers.as_deref());
        problems.unless_any(PlanConfig {
            source,
            usual,
            rate,
            documents: self.documents,
            objective,
            stragglers,
            prices: self.prices.prices(),
            out,
        })
    }
}

/// A value that says itself what is wrong with it.
fn parsed<T>(problems: &mut Problems, flag: &str, typed: Option<&str>) -> Option<T>
where
    T: std::str::FromStr,
    T::Err: std::fmt::Display,
{
    match typed?.parse() {
        Ok(value) => Some(value),
        Err(error) => {
            problems.add(flag, error);
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::{Parser, error::ErrorKind};

    use super::*;

    #[derive(Debug, Parser)]
    struct Alone {
        #[command(flatten)]
        flags: PlanFlags,
    }

    fn flags(typed: &[&str]) -> Result<PlanFlags, clap::Error> {
        let words = std::iter::once("plan").chain(typed.iter().copied());
        Alone::try_parse_from(words).map(|alone| alone.flags)
    }

    #[test]
    fn one_price_is_enough_and_none_is_none() {
        let prices = |typed: &[&str]| flags(typed).unwrap().check().unwrap().prices;
        assert_eq!(prices(&[]), None);
        let core = prices(&["--core-price", "0.04", "--currency", "EUR"]).unwrap();
        assert_eq!((core.core_hour, core.gibibyte_hour), (0.04, 0.0));
        assert_eq!(core.currency, "EUR");
        assert!(flags(&["--core-price", "-1"]).is_err() && flags(&["--core-price", "NaN"]).is_err());
    }

    #[test]
    fn the_network_of_a_cluster_that_serves_is_observed_and_not_said() {
        let cluster = ["--root", "http://root:9200", "--leaf", "http://leaf:9201"];
        flags(&cluster).unwrap().check().unwrap();
        let refused = flags(&[&cluster[..], &["--network-ms", "1"]].concat()).unwrap_err();
        assert_eq!(refused.kind(), ErrorKind::ArgumentConflict);
    }
}
