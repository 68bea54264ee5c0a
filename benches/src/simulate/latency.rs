//! How long a replica executes a request: distributions to draw from.

use std::f64::consts::TAU;

use rand::{Rng, RngExt as _};
use serde::{Deserialize, Serialize};

/// Draws by which a quantile is told.
const QUANTILE_DRAWS: usize = 20_000;

/// A distribution of service times, in milliseconds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Latency {
    /// Always the same.
    Constant {
        /// Milliseconds.
        ms: f64,
    },
    /// Without memory: the time still to wait does not depend on the time waited.
    Exponential {
        /// The mean in milliseconds.
        mean_ms: f64,
    },
    /// The usual shape of services: its logarithm is normal.
    Lognormal {
        /// Half of the requests take less, in milliseconds.
        median_ms: f64,
        /// The standard deviation of the logarithm.
        sigma: f64,
    },
    /// Most are of one kind, some are stragglers of another.
    Bimodal {
        /// The stragglers' share, 0 to 1.
        share: f64,
        /// The others.
        base: Box<Latency>,
        /// The stragglers.
        stragglers: Box<Latency>,
    },
    /// As measured: points of the distribution, with a power law between each two.
    Empirical {
        /// Pairs of a quantile (0 to 1, rising) and its milliseconds; beyond the last nothing is slower.
        quantiles: Vec<(f64, f64)>,
    },
}

impl Latency {
    /// Milliseconds of one request.
    pub fn draw(&self, rng: &mut impl Rng) -> f64 {
        match self {
            Self::Constant { ms } => *ms,
            Self::Exponential { mean_ms } => -mean_ms * survival(rng).ln(),
            Self::Lognormal { median_ms, sigma } => median_ms * (sigma * normal(rng)).exp(),
            Self::Bimodal {
                share,
                base,
                stragglers,
            } => {
                let kind = if rng.random::<f64>() < *share {
                    stragglers
                } else {
                    base
                };
                kind.draw(rng)
            }
            Self::Empirical { quantiles } => empirical(quantiles, survival(rng)),
        }
    }

    /// About the milliseconds that this share of the requests (0 to 1) does not exceed, from many draws.
    #[must_use]
    pub fn quantile(&self, quantile: f64) -> f64 {
        let mut rng = shared::random::from_seed(1);
        let mut drawn: Vec<f64> = (0..QUANTILE_DRAWS).map(|_| self.draw(&mut rng)).collect();
        drawn.sort_by(f64::total_cmp);
        drawn[super::report::rank(drawn.len(), quantile)]
    }

    pub(super) fn makes_sense(&self) -> bool {
        let time = |ms: f64| (0.0..=1e7).contains(&ms);
        match self {
            Self::Constant { ms } => time(*ms),
            Self::Exponential { mean_ms } => time(*mean_ms),
            Self::Lognormal { median_ms, sigma } => time(*median_ms) && (0.0..=10.0).contains(sigma),
            Self::Bimodal {
                share,
                base,
                stragglers,
            } => (0.0..=1.0).contains(share) && base.makes_sense() && stragglers.makes_sense(),
            Self::Empirical { quantiles } => {
                let rises = |pair: &[(f64, f64)]| pair[0].0 < pair[1].0 && pair[0].1 <= pair[1].1;
                !quantiles.is_empty()
                    && quantiles.windows(2).all(rises)
                    && quantiles
                        .iter()
                        .all(|(quantile, ms)| (0.0..=1.0).contains(quantile) && *ms > 0.0 && time(*ms))
            }
        }
    }
}

/// Uniform in (0, 1]: the share of requests that are slower than the one to be drawn.
fn survival(rng: &mut impl Rng) -> f64 {
    1.0 - rng.random::<f64>()
}

/// Standard normal (Box and Muller, 1958).
fn normal(rng: &mut impl Rng) -> f64 {
    let radius = (-2.0 * survival(rng).ln()).sqrt();
    radius * (TAU * rng.random::<f64>()).cos()
}

/// The time that this share of the requests exceeds. Between two points the logarithm of the time is linear in the
/// logarithm of that share, as in the tails that are measured.
fn empirical(quantiles: &[(f64, f64)], survival: f64) -> f64 {
    let above = quantiles
        .iter()
        .position(|(quantile, _)| 1.0 - quantile <= survival);
    let (lower, upper) = match above {
        Some(0) => return quantiles[0].1,
        None => return quantiles[quantiles.len() - 1].1,
        Some(at) => (quantiles[at - 1], quantiles[at]),
    };
    let (from, to) = (1.0 - lower.0, 1.0 - upper.0);
    let way = if to <= 0.0 {
        (from - survival) / from
    } else {
        (from / survival).ln() / (from / to).ln()
    };
    lower.1 * (upper.1 / lower.1).powf(way)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The measured quantile of 200,000 draws.
    fn quantile(latency: &Latency, quantile: f64) -> f64 {
        let mut rng = shared::random::from_seed(7);
        let mut drawn: Vec<f64> = (0..200_000).map(|_| latency.draw(&mut rng)).collect();
        drawn.sort_by(f64::total_cmp);
        drawn[super::super::report::rank(drawn.len(), quantile)]
    }

    #[track_caller]
    fn near(measured: f64, expected: f64) {
        assert!(
            (measured / expected - 1.0).abs() < 0.03,
            "{measured} is not {expected}"
        );
    }

    #[test]
    fn every_distribution_has_its_quantiles() {
        near(quantile(&Latency::Constant { ms: 3.0 }, 0.5), 3.0);
        near(quantile(&Latency::Exponential { mean_ms: 10.0 }, 0.95), 29.957);
        let lognormal = Latency::Lognormal {
            median_ms: 10.0,
            sigma: 0.5,
        };
        near(quantile(&lognormal, 0.5), 10.0);
        near(quantile(&lognormal, 0.95), 22.76);
        let bimodal = Latency::Bimodal {
            share: 0.05,
            base: Box::new(Latency::Constant { ms: 1.0 }),
            stragglers: Box::new(Latency::Constant { ms: 9.0 }),
        };
        near(quantile(&bimodal, 0.94), 1.0);
        near(quantile(&bimodal, 0.96), 9.0);
        let measured = Latency::Empirical {
            quantiles: vec![(0.0, 1.0), (0.5, 2.0), (0.99, 10.0), (1.0, 100.0)],
        };
        near(quantile(&measured, 0.5), 2.0);
        // A power law on the way: 2 × 5^(ln 5 / ln 50).
        near(quantile(&measured, 0.9), 3.876);
    }
}
