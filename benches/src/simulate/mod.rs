//! The tail simulator: the root's own code over simulated leaves, under tokio's paused clock.
//!
//! Nothing here decides anything that a root decides. What is simulated is the other side of `LeafClient`: servers,
//! their queues, their service times and their faults. Time is simulated too, in steps of tokio's timers: 1 ms. The same
//! configuration gives the same report, byte for byte.

mod asked;
mod clock;
mod cluster;
mod config;
mod counts;
mod ejections;
mod fault;
mod host;
mod latency;
mod leaves;
mod machines;
mod picture;
mod policies;
mod queue;
mod report;
mod root_client;
mod run;
mod scenario;
mod server;
mod table;
mod travel;
mod turn;

pub use config::{Arrivals, ConfigError, SimulationConfig};
pub use fault::{Effect, Fault};
pub use latency::Latency;
pub use machines::{Machines, Overheads, QueryCost};
pub use picture::{Line, picture};
pub use policies::{Budget, Ejection, Hedge, Mode};
pub use report::{Attempts, Coverage, Percentiles, Rates, Replicas, Report};
pub use scenario::{Metric, Scenario};

/// Why there is no report.
#[derive(Debug, thiserror::Error)]
pub enum SimulateError {
    /// The configuration makes no sense.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The runtime that holds the paused clock could not be made.
    #[error("cannot start the runtime: {0}")]
    Runtime(#[from] std::io::Error),
}

/// Simulates. The configuration's `runs` are independent clusters, spread over `threads` threads; the number of threads
/// does not change the report.
///
/// # Errors
/// [`SimulateError`].
pub fn simulate(config: &SimulationConfig, threads: usize) -> Result<Report, SimulateError> {
    config.check()?;
    let numbers: Vec<u32> = (0..config.runs).collect();
    let share = numbers.len().div_ceil(threads.max(1));
    let outcomes: Result<Vec<_>, std::io::Error> = std::thread::scope(|scope| {
        let workers: Vec<_> = numbers
            .chunks(share)
            .map(|chunk| {
                scope.spawn(move || {
                    let each = chunk.iter().map(|number| run::run(config, *number));
                    each.collect::<Result<Vec<_>, _>>()
                })
            })
            .collect();
        let mut outcomes = Vec::with_capacity(numbers.len());
        for worker in workers {
            match worker.join() {
                Ok(part) => outcomes.extend(part?),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        Ok(outcomes)
    });
    Ok(Report::new(config, &outcomes?))
}
