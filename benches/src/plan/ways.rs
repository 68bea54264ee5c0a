//! From queries that were asked alone: how long they are on their ways, and how many of their hits are fetched.

use crate::measured::{Profile, Sweep};
use crate::simulate::{Latency, Overheads};

/// Points of a distribution that are kept.
const QUANTILES: [f64; 23] = [
    0.0, 0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.93, 0.95, 0.97, 0.98, 0.99, 0.995,
    0.998, 0.999, 0.9995, 1.0,
];
/// No time is shorter, in milliseconds: distributions have logarithms.
pub(super) const SHORTEST_MS: f64 = 1e-4;

/// The way between root and leaf: what the root waited for, without what was computed meanwhile.
pub(super) fn wire(profile: &Profile, overheads: &Overheads) -> Latency {
    let computed = overheads.root_per_request_us + overheads.leaf_per_request_us;
    let calls = profile.queries.iter().flat_map(|query| &query.searches);
    let waits = calls.map(|call| {
        let at_leaf = (call.queued_us + call.cpu_us).min(call.attempt_us);
        (((call.attempt_us - at_leaf) as f64 - computed) / 1e3, 1.0)
    });
    empirical(waits.collect())
}

/// The way between client and root.
pub(super) fn front(profiles: &[&Profile], overheads: &Overheads) -> Latency {
    let computed = overheads.root_fixed_us + overheads.client_us;
    let queries = profiles.iter().flat_map(|profile| &profile.queries);
    let waits = queries.map(|query| {
        let inside = query.took_us.min(query.client_us);
        (((query.client_us - inside) as f64 - computed) / 1e3, 1.0)
    });
    empirical(waits.collect())
}

/// Hits of a page that are fetched: as many as need so many leaves as were seen to be asked for some. Rare words have fewer hits
/// than a page has room for.
pub(super) fn hits(sweep: &Sweep, profiles: &[&Profile]) -> f64 {
    if !sweep.source {
        return 0.0;
    }
    let page = f64::from(sweep.size);
    let Some(most) = profiles.last().filter(|profile| profile.leaves > 1) else {
        return page;
    };
    let leaves = f64::from(most.leaves);
    let fetches: usize = most.queries.iter().map(|query| query.fetches.len()).sum();
    let fetches = fetches as f64 / most.queries.len().max(1) as f64;
    if fetches >= leaves {
        return page;
    }
    // The inverse of what `Costs::calls` says.
    ((1.0 - fetches / leaves).ln() / (1.0 - 1.0 / leaves).ln()).clamp(0.0, page)
}

/// The distribution of some values with their weights, as they are.
pub(super) fn empirical(mut values: Vec<(f64, f64)>) -> Latency {
    values.sort_by(|a, b| a.0.total_cmp(&b.0));
    let all: f64 = values.iter().map(|(_, weight)| weight).sum();
    let Some((most, _)) = values.last().copied() else {
        return Latency::Constant { ms: SHORTEST_MS };
    };
    let mut below = 0.0;
    let mut places = values.into_iter().peekable();
    let quantiles = QUANTILES.map(|quantile| {
        // As long as the next value does not reach it.
        while let Some((_, weight)) = places.peek()
            && below + weight < quantile * all
        {
            below += weight;
            places.next();
        }
        let value = places.peek().map_or(most, |(value, _)| *value);
        (quantile, value.max(SHORTEST_MS))
    });
    Latency::Empirical {
        quantiles: quantiles.to_vec(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_distribution_keeps_its_values_by_their_weights() {
        let values = (0..=1_000).map(|value| (f64::from(value), 1.0)).collect();
        let Latency::Empirical { quantiles } = empirical(values) else {
            panic!("values make a distribution");
        };
        assert!(
            quantiles
                .iter()
                .all(|(quantile, value)| (value - quantile * 1_000.0).abs() <= 1.0),
            "{quantiles:?}"
        );
        let Latency::Empirical { quantiles } = empirical(vec![(1.0, 9.0), (5.0, 1.0)]) else {
            panic!("values make a distribution");
        };
        let at = |wanted: f64| {
            quantiles
                .iter()
                .find(|(quantile, _)| *quantile == wanted)
                .unwrap()
                .1
        };
        assert_eq!((at(0.0), at(0.9), at(0.93), at(1.0)), (1.0, 1.0, 5.0, 5.0));
    }
}
