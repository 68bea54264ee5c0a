//! What the calls about aliases are.

use schemars::{Schema, SchemaGenerator};

use crate::api::openapi::Operation;
use crate::api::openapi::shapes::{Acknowledged, by_index, closed, list, named, of_type};
use crate::api::targets;
use crate::offered::{Offered, duration, flag, idle, object, of};

const READ: &[Offered] = &[idle("local"), idle("master_timeout")];
const CHANGE: &[Offered] = &[
    idle("master_timeout"),
    duration("timeout", "Accepted; a change takes as long as it takes."),
];

/// `GET /{index}/_alias/{name}`.
pub(in crate::api) static GET: Operation = Operation::new("aliases", "get_alias", "Aliases of indexes")
    .parameters(&[targets::OFFERED, READ])
    .answers(by_index)
    .errors(&[404]);

/// `HEAD /{index}/_alias/{name}`.
pub(in crate::api) static EXISTS: Operation =
    Operation::new("aliases", "alias_exists", "Whether aliases are there")
        .parameters(&[targets::OFFERED, READ])
        .errors(&[404]);

/// `PUT|POST /{index}/_alias/{name}`.
pub(in crate::api) static PUT: Operation = Operation::new("aliases", "put_alias", "Adds an alias")
    .parameters(&[CHANGE])
    .body(alias)
    .answers(of_type::<Acknowledged>)
    .errors(&[404, 503]);

/// `DELETE /{index}/_alias/{name}`.
pub(in crate::api) static DELETE: Operation = Operation::new("aliases", "delete_alias", "Removes aliases")
    .parameters(&[CHANGE])
    .answers(of_type::<Acknowledged>)
    .errors(&[404, 503]);

/// `POST /_aliases`.
pub(in crate::api) static CHANGES: Operation =
    Operation::new("aliases", "update_aliases", "Many changes at once, all or none")
        .parameters(&[CHANGE])
        .needs(changes)
        .answers(of_type::<Acknowledged>)
        .errors(&[404, 503]);

fn alias(generator: &mut SchemaGenerator) -> Schema {
    const KEYS: &[Offered] = &[flag(
        "is_write_index",
        "Whether writes to the alias go to this index.",
    )];
    named(generator, "Alias", |generator| closed(&[KEYS], generator))
}

fn changes(generator: &mut SchemaGenerator) -> Schema {
    const ACTIONS: &[Offered] = &[
        object("add", "Adds aliases to indexes."),
        object("remove", "Removes aliases from indexes."),
        object("remove_index", "Deletes indexes."),
    ];
    fn actions(generator: &mut SchemaGenerator) -> Schema {
        list(closed(&[ACTIONS], generator))
    }
    named(generator, "AliasChanges", |generator| {
        closed(&[&[of("actions", actions, "In their order.")]], generator)
    })
}
