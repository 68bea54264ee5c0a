//! `gleaner datasets`: shows, loads and checks corpora. How they are read is in the crate `datasets`.

mod error;
mod find;
pub mod list;
pub mod load;
mod mapping;
pub(crate) mod progress;
pub mod verify;

pub use error::CorpusError;
pub use find::{Found, Named, open};
