//! Aliases: other names for indexes.

mod actions;
pub(super) mod calls;
pub(super) mod get;
pub(super) mod post;
pub(super) mod put;

pub(super) use actions::options;
pub(super) use get::shown;
