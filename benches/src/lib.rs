//! What benchmarks, scenarios, tests and the command line share: the simulator, open-loop load, the counters of services.

pub mod open_loop;
pub mod scrape;
pub mod simulate;
