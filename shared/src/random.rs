//! Randomness. Nothing else asks the system for it: what needs a random number takes a generator as a parameter.

use rand::SeedableRng as _;
use rand::rngs::StdRng;

/// A generator seeded by the system, for the shells around pure cores.
#[expect(
    clippy::disallowed_methods,
    reason = "the one place that asks the system for randomness"
)]
pub fn from_system() -> StdRng {
    rand::make_rng()
}

/// A generator that repeats: for tests, simulations, and whatever prints its seed.
pub fn from_seed(seed: u64) -> StdRng {
    StdRng::seed_from_u64(seed)
}
