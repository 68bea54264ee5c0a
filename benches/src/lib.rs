//! What benchmarks, scenarios, tests and the command line share: the simulator, the load generator, the counters of services.

pub mod charts;
pub mod load;
pub mod measured;
pub mod plan;
pub mod report_page;
pub mod scrape;
pub mod simulate;
pub mod sweep;
mod words;
