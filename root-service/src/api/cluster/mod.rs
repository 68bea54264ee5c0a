//! The cluster: its health, purely derived from what the root knows of it, and its settings.

pub(super) mod calls;
mod copies;
pub(super) mod health;
pub(super) mod settings;
mod summary;

pub(super) use copies::{Copies, Copy, CopyState, ShardCopies};
pub(super) use summary::{Color, Summary, extra_replicas};
