//! A load generator for any service with the Elasticsearch API, free of coordinated omission.
//!
//! A client that waits for an answer before it sends its next request asks least while the service is slow, and so hides
//! what it was to measure (Gil Tene, How NOT to Measure Latency, 2013). Here every request has a time at which it is due,
//! and its latency counts from that time, also if it could only be sent later. What the generator adds itself is
//! measured, too.
//!
//! Threads of its own send ([`run()`] only waits for them), each with its own connections and its own part of the schedule.

mod alias;
mod answer;
mod aside;
mod collector;
mod connection;
mod error;
mod merge;
#[cfg(test)]
mod mishap_tests;
mod open_files;
mod pacer;
mod plan;
mod pool;
mod requests;
mod root;
mod run;
mod schedule;
#[cfg(test)]
mod scripted;
mod snapshot;
mod stream;
mod target;
#[cfg(test)]
mod tests;
mod tls;
#[cfg(test)]
mod tls_tests;
mod worker;

pub use aside::{Aside, AsideError};
pub use error::LoadError;
pub use open_files::allow_connections;
pub use plan::{
    CLIENTS_MAX, CONNECTIONS_MAX, DURATION_MAX, LoadPlan, PER_SECOND_MAX, THREADS_MAX, TIMEOUT_MAX,
    UNDER_WAY_MAX,
};
pub use requests::{BULK_MAX, Requests};
pub use run::{run, run_until};
pub use snapshot::{Glimpse, Ladder, PRESENT_SECONDS, Phase, SECONDS_SHOWN, Snapshot};
pub use tls::Trust;
