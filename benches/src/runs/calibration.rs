//! How fast the machine itself is: a fixed piece of arithmetic without memory, measured in every round.
//!
//! It tells whether two runs were made at the same speed, and relates runs of different machines, as far as one figure can.

use std::hint::black_box;
use std::time::Duration;

use shared::process::thread_cpu;

use super::entry::{Measurement, Unit};

/// The name of the suite.
pub(crate) const SUITE: &str = "calibration";
/// The name of its only figure.
pub(crate) const LOOP: &str = "integer arithmetic";
/// Steps of one pass; some tens of milliseconds.
const STEPS: u64 = 20_000_000;
/// Of so many passes the fastest counts: the others were disturbed.
const PASSES: usize = 9;

/// Measures the machine.
pub(crate) fn run() -> Vec<Measurement> {
    let pass = |_| {
        let began = thread_cpu();
        black_box(arithmetic(black_box(1)));
        thread_cpu().saturating_sub(began)
    };
    let fastest = (0..PASSES).map(pass).min().unwrap_or(Duration::ZERO);
    let ms = fastest.as_secs_f64() * 1e3;
    vec![Measurement::new(LOOP, ms, Unit::Milliseconds)]
}

/// Steps that depend on each other, so that no compiler and no processor takes several at once.
fn arithmetic(mut state: u64) -> u64 {
    for step in 0..STEPS {
        state = (state ^ (state >> 29)).wrapping_mul(0xbf58_476d_1ce4_e5b9) ^ step;
    }
    state
}
