//! What the calls about the whole cluster are.

use schemars::{Schema, SchemaGenerator};

use crate::api::openapi::Operation;
use crate::api::openapi::shapes::{self, closed, named, open};
use crate::api::targets;
use crate::offered::{Offered, duration, flag, idle, number, object, of, one_of, text, whole};

const STATUS: Offered = one_of(
    "status",
    &["green", "yellow", "red"],
    "How well all shards are served.",
);

/// `_cluster/health`.
pub(in crate::api) static HEALTH: Operation = Operation::new(
    "cluster",
    "health",
    "How the shards are served, now or as soon as it is good enough",
)
.parameters(&[targets::OFFERED, HEALTH_OWN])
.answers(health)
.statuses(&[200, 408])
.errors(&[404]);

const HEALTH_OWN: &[Offered] = &[
    one_of("level", &["cluster", "indices"], "Whether to show each index."),
    idle("local"),
    idle("master_timeout"),
    duration("timeout", "How long to wait."),
    text(
        "wait_for_active_shards",
        "How many copies of shards to wait for, or `all`.",
    ),
    idle("wait_for_events"),
    flag(
        "wait_for_no_initializing_shards",
        "Whether to wait for copies that catch up.",
    ),
    idle("wait_for_no_relocating_shards"),
    one_of(
        "wait_for_status",
        &["green", "yellow", "red"],
        "The health to wait for.",
    ),
];

const FLAT: Offered = flag("flat_settings", "Whether settings have dotted names.");

/// `GET /_cluster/settings`.
pub(in crate::api) static SETTINGS: Operation =
    Operation::new("cluster", "get_cluster_settings", "The defaults of searches")
        .parameters(&[&[
            FLAT,
            flag(
                "include_defaults",
                "Whether to show what holds where nothing is set.",
            ),
            idle("local"),
            idle("master_timeout"),
            idle("timeout"),
        ]])
        .answers(settings);

/// `PUT /_cluster/settings`.
pub(in crate::api) static PUT_SETTINGS: Operation = Operation::new(
    "cluster",
    "put_cluster_settings",
    "Changes the defaults of searches, at every root",
)
.parameters(&[&[FLAT, idle("master_timeout"), idle("timeout")]])
.needs(new_settings)
.answers(settings)
.errors(&[503]);

fn health(generator: &mut SchemaGenerator) -> Schema {
    const KEYS: &[Offered] = &[
        text("cluster_name", "The cluster's name."),
        STATUS,
        flag("timed_out", "Whether it was not good enough in time."),
        whole("number_of_nodes", "Processes that serve."),
        whole("number_of_data_nodes", "Replicas in reach."),
        whole("active_primary_shards", "Shards that some replica serves."),
        whole("active_shards", "Copies of shards that serve."),
        whole("relocating_shards", "Always 0."),
        whole("initializing_shards", "Copies that catch up."),
        whole("unassigned_shards", "Copies that are missing."),
        whole("unassigned_primary_shards", "Shards that nobody serves."),
        number(
            "active_shards_percent_as_number",
            "The share of copies that serve.",
        ),
        object("indices", "The same of each index."),
    ];
    named(generator, "Health", |generator| {
        open(KEYS, KEYS.len() - 1, generator)
    })
}

fn settings(generator: &mut SchemaGenerator) -> Schema {
    const KEYS: &[Offered] = &[
        of("persistent", shapes::settings, "What is set."),
        object("transient", "There are none."),
        object("defaults", "What holds where nothing is set."),
    ];
    open(KEYS, 2, generator)
}

fn new_settings(generator: &mut SchemaGenerator) -> Schema {
    const KEYS: &[Offered] = &[
        of("persistent", shapes::settings, "What to set; null resets."),
        object("transient", "Offered only empty."),
    ];
    closed(&[KEYS], generator)
}
