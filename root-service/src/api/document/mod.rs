//! Single documents by id.

pub(super) mod delete;
pub(super) mod get;
mod params;
pub(super) mod put;
pub(super) mod source;

pub(super) use params::WriteParams;
