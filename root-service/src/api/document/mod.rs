//! Documents by id.

pub(super) mod calls;
pub(super) mod delete;
pub(super) mod delete_by_query;
pub(super) mod get;
pub(super) mod many;
mod many_body;
mod params;
pub(super) mod put;
pub(super) mod source;
pub(super) mod update;
mod update_body;

pub(super) use params::{WriteParams, condition};
pub(super) use update_body::{check_compare, check_retries, read_update};
