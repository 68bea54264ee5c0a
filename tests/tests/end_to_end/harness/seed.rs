//! Randomness that can be repeated.

use std::env;

use rand::Rng as _;

/// The variable that repeats a run.
const VARIABLE: &str = "GLEANER_SEED";

/// A new seed, or the one that `GLEANER_SEED` names. It is printed, and the output of a failed test shows it.
pub(crate) fn seed() -> u64 {
    let seed = match env::var(VARIABLE) {
        Ok(text) => text
            .parse()
            .unwrap_or_else(|_| panic!("{VARIABLE} is no number: {text}")),
        Err(_) => shared::random::from_system().next_u64(),
    };
    println!("to repeat this run: {VARIABLE}={seed}");
    seed
}
