//! The flags of `gleaner leaf`.

use std::path::PathBuf;

use clap::Args;

use super::Problems;
use super::root::ServiceFlags;
use crate::serve::ServeOptions;
use crate::serve::leaf::LeafSettings;

/// The highest number of a leaf.
const LEAF_MAX: u32 = 65_535;

const EXAMPLES: &str = "\
Examples:
  gleaner leaf --leaf 0 --store ./store --data ./leaf-0
  gleaner leaf --leaf 1 --store ./store --data ./leaf-1 --listen 0.0.0.0:9300

Environment:
  OTEL_EXPORTER_OTLP_ENDPOINT=URL  where traces go, as OTLP over HTTP; without it there are none
  OTEL_TRACES_SAMPLER_ARG=0.01     the share of new traces that is recorded; without it all
  OTEL_SERVICE_NAME=NAME           what traces call the service; without it gleaner-leaf";

/// Run one replica of a leaf, which holds shards.
///
/// What it keeps in its data folder is a cache of what the store holds: deleting it loses nothing. Every replica needs a
/// folder of its own.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct LeafFlags {
    /// Which leaf it serves, from 0
    #[arg(long, value_name = "N", env = "GLEANER_LEAF")]
    leaf: String,
    /// Where roots reach it; port 0 takes a free one
    #[arg(
        long,
        value_name = "HOST:PORT",
        env = "GLEANER_LISTEN",
        default_value = "127.0.0.1:9300"
    )]
    listen: String,
    /// The folder that is the cluster's object store
    #[arg(long, value_name = "DIR", env = "GLEANER_STORE")]
    store: PathBuf,
    /// The folder for its shards
    #[arg(long, value_name = "DIR", env = "GLEANER_DATA")]
    data: PathBuf,
    /// For tests only: let anybody who reaches it delay, hang, fail or slow requests, by POST /internal/v1/faults
    #[arg(long)]
    faults: bool,
    #[command(flatten)]
    service: ServiceFlags,
}

impl LeafFlags {
    pub(super) fn check(self) -> Result<(LeafSettings, ServeOptions), Problems> {
        let mut problems = Problems::default();
        let settings = LeafSettings {
            leaf: problems.number("--leaf", &self.leaf, &(0..=LEAF_MAX)),
            listen: problems.listen("--listen", &self.listen),
            store: self.store,
            data: self.data,
            faults: self.faults,
        };
        problems.unless_any((settings, self.service.options()))
    }
}
