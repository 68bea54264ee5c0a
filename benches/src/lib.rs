//! What benchmarks, scenarios, tests and the command line share: the simulator, open-loop load, the counters of services.

pub mod charts;
pub mod load;
pub mod measured;
pub mod open_loop;
pub mod plan;
pub mod processor_time;
pub mod report_page;
pub mod scrape;
pub mod simulate;
pub mod sweep;
