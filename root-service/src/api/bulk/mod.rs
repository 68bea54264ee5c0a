//! `_bulk`: NDJSON read while it arrives, applied only when all of it was understood, answered item by item.

mod action;
mod answer;
pub(super) mod post;
mod reader;

pub(super) use answer::Shown;
pub(super) use reader::source_text;
