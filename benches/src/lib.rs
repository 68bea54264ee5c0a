//! What benchmarks, scenarios and the command line share: the simulator.

pub mod simulate;
