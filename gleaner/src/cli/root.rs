//! The flags of `gleaner root`.

use std::collections::BTreeMap;
use std::path::PathBuf;

use clap::Args;

use super::Problems;
use super::browser::BrowserFlags;
use super::tail::TailFlags;
use crate::client::Client;
use crate::serve::ServeOptions;
use crate::serve::root::RootSettings;

const EXAMPLES: &str = "\
Examples:
  gleaner root --store ./store --leaf 0=http://127.0.0.1:9300
  gleaner root --store ./store --leaf 0=http://a:9300,http://b:9300 --leaf 1=http://c:9300,http://d:9300
  GLEANER_LEAF_URLS='0=http://a:9300;1=http://c:9300' gleaner root --store ./store

Environment:
  OTEL_EXPORTER_OTLP_ENDPOINT=URL  where traces go, as OTLP over HTTP; without it there are none
  OTEL_TRACES_SAMPLER_ARG=0.01     the share of new traces that is recorded; without it all
  OTEL_SERVICE_NAME=NAME           what traces call the service; without it gleaner-root";

/// Run one root, which answers clients.
///
/// A root keeps no state of its own: run as many as you like on the same store. Leaves are numbered from 0 without gaps;
/// each has one or more replicas, all of which hold the same shards.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct RootFlags {
    /// Where clients reach it; port 0 takes a free one
    #[arg(
        long,
        value_name = "HOST:PORT",
        env = "GLEANER_LISTEN",
        default_value = "127.0.0.1:9200"
    )]
    listen: String,
    /// The folder that is the cluster's object store
    #[arg(long, value_name = "DIR", env = "GLEANER_STORE")]
    store: PathBuf,
    /// A leaf's number and the URLs of its replicas; once for each leaf
    #[arg(
        long,
        value_name = "N=URL[,URL…]",
        env = "GLEANER_LEAF_URLS",
        value_delimiter = ';',
        required = true
    )]
    leaf: Vec<String>,
    #[command(flatten)]
    service: ServiceFlags,
    #[command(flatten)]
    tail: TailFlags,
    #[command(flatten)]
    browser: BrowserFlags,
}

/// Flags of every service.
#[derive(Debug, Args)]
pub(super) struct ServiceFlags {
    /// Say in one line of JSON on standard output that the service is ready
    #[arg(long)]
    json: bool,
    /// End with the process of that id, which must be the parent
    #[arg(long, value_name = "PID", hide = true)]
    supervised_by: Option<u32>,
}

impl ServiceFlags {
    pub(super) fn options(&self) -> ServeOptions {
        ServeOptions {
            json: self.json,
            supervised_by: self.supervised_by,
        }
    }
}

impl RootFlags {
    pub(super) fn check(self) -> Result<(RootSettings, ServeOptions), Problems> {
        let mut problems = Problems::default();
        let settings = RootSettings {
            listen: problems.listen("--listen", &self.listen),
            leaves: leaves(&self.leaf, &mut problems),
            store: self.store,
            tail: self.tail.check(&mut problems),
            origins: self.browser.check(&mut problems),
        };
        problems.unless_any((settings, self.service.options()))
    }
}

/// The replicas of each leaf, by its number.
fn leaves(typed: &[String], problems: &mut Problems) -> Vec<Vec<String>> {
    let mut leaves: BTreeMap<usize, Vec<String>> = BTreeMap::new();
    for leaf in typed {
        let Some((number, urls)) = leaf
            .split_once('=')
            .and_then(|(number, urls)| Some((number.trim().parse::<usize>().ok()?, urls)))
        else {
            problems.add(
                "--leaf",
                format_args!("{leaf:?} is not N=URL[,URL…], such as 0=http://127.0.0.1:9300"),
            );
            continue;
        };
        let urls: Vec<String> = urls.split(',').map(|url| url.trim().to_owned()).collect();
        for url in &urls {
            if let Err(error) = Client::new(url) {
                problems.add("--leaf", format_args!("leaf {number}: {error}"));
            }
        }
        if leaves.insert(number, urls).is_some() {
            problems.add(
                "--leaf",
                format_args!("leaf {number} is there twice. Give all its URLs at once, with commas between"),
            );
        }
    }
    if let Some(missing) = (0..leaves.len()).find(|number| !leaves.contains_key(number)) {
        problems.add(
            "--leaf",
            format_args!("leaf {missing} is missing. Leaves are numbered from 0 without gaps"),
        );
    }
    leaves.into_values().collect()
}
