//! A shard over a real log and real files.
//!
//! - `applying`: what comes of operations, and that replicas agree on it;
//! - `visibility`: when searches and gets see what was applied;
//! - `pins`: points in time;
//! - `recovery`: crashes, damage, full disks.

mod applying;
mod faults;
mod harness;
mod pins;
mod recovery;
mod visibility;
