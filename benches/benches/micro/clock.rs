//! The clock of the micro-benchmarks: processor time of the thread, so that other work on the machine does not count.

use std::time::Duration;

use benches::processor_time;
use criterion::Criterion;
use criterion::measurement::{Measurement, ValueFormatter, WallTime};

/// Criterion with that clock.
pub(crate) type Bench = Criterion<ThreadTime>;

/// Processor time of the thread that measures; all work that is measured happens on it.
pub(crate) struct ThreadTime;

impl Measurement for ThreadTime {
    type Intermediate = Duration;
    type Value = Duration;

    fn start(&self) -> Duration {
        processor_time::of_this_thread()
    }

    fn end(&self, began: Duration) -> Duration {
        processor_time::of_this_thread().saturating_sub(began)
    }

    fn add(&self, one: &Duration, other: &Duration) -> Duration {
        *one + *other
    }

    fn zero(&self) -> Duration {
        Duration::ZERO
    }

    fn to_f64(&self, time: &Duration) -> f64 {
        WallTime.to_f64(time)
    }

    fn formatter(&self) -> &dyn ValueFormatter {
        const { &WallTime }.formatter()
    }
}
