//! What the calls about this root are.

use schemars::{Schema, SchemaGenerator};

use crate::api::openapi::Operation;
use crate::api::openapi::shapes::{any_object, open};
use crate::offered::{Offered, idle, object, text};

/// `/`.
pub(in crate::api) static INFO: Operation =
    Operation::new("service", "info", "Who answers here").answers(info);

/// `/livez`.
pub(in crate::api) static LIVE: Operation =
    Operation::new("service", "live", "Whether the process runs").answers(status);

/// `/readyz`.
pub(in crate::api) static READY: Operation =
    Operation::new("service", "ready", "Whether the process should get requests")
        .answers(status)
        .statuses(&[200, 503]);

/// `/metrics`.
pub(in crate::api) static METRICS: Operation = Operation::new(
    "service",
    "metrics",
    "What this root counts and measures, for Prometheus",
)
.answers_text();

/// `/_license`.
pub(in crate::api) static LICENSE: Operation =
    Operation::new("service", "license", "The free license, always")
        .parameters(&[&[idle("accept_enterprise"), idle("local")]])
        .answers(any_object);

/// `/_nodes`.
pub(in crate::api) static NODES: Operation =
    Operation::new("service", "nodes", "This root and the replicas in reach")
        .parameters(&[NODES_OWN])
        .answers(any_object);

/// `/_nodes/http`.
pub(in crate::api) static HTTP: Operation =
    Operation::new("service", "nodes_http", "Where clients reach this root")
        .parameters(&[NODES_OWN])
        .answers(any_object);

const NODES_OWN: &[Offered] = &[idle("flat_settings"), idle("timeout")];

fn info(generator: &mut SchemaGenerator) -> Schema {
    const KEYS: &[Offered] = &[
        text("name", "This root's name."),
        text("cluster_name", "The cluster's name."),
        text("cluster_uuid", "The cluster's identity."),
        object("version", "The version of Elasticsearch whose API this is."),
        text("tagline", "What clients look for."),
    ];
    open(KEYS, 5, generator)
}

fn status(generator: &mut SchemaGenerator) -> Schema {
    open(
        &[text("status", "In a word."), text("reason", "Why not.")],
        1,
        generator,
    )
}
