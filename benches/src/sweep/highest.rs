//! The search for the highest rate that meets an objective: up until it is missed, and then halfway between, a few times.

use super::rounding::significant;

/// From one rate to the next, as long as only one side is known.
const FACTOR: f64 = 1.6;
/// The lowest rate that is begun with.
const RATE_MIN: f64 = 0.5;
/// So many rates are tried downwards: whoever misses the objective at all of them misses it because of single queries, and not
/// because of the load.
const MISSES_MAX: u32 = 4;
/// More would claim what no measurement can tell.
const DIGITS: i32 = 3;
/// The most rates that are tried.
const TRIES_MAX: u32 = 14;

/// One search. Ask it for a rate, try that, and tell it what came of it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct HighestSearch {
    next: f64,
    met: Option<f64>,
    missed: Option<f64>,
    halvings: u32,
    tries: u32,
}

impl HighestSearch {
    /// Begins at a rate, and halves the gap so often once both sides are known.
    #[must_use]
    pub fn new(first: f64, halvings: u32) -> Self {
        Self {
            next: significant(first.max(RATE_MIN), DIGITS),
            met: None,
            missed: None,
            halvings,
            tries: 0,
        }
    }

    /// The rate to try next; `None` if the search is over.
    #[must_use]
    pub fn next_rate(&self) -> Option<f64> {
        let is_known = self.met.is_some() && self.missed.is_some() && self.halvings == 0;
        let is_hopeless = self.met.is_none() && self.tries == MISSES_MAX;
        let over = is_known || is_hopeless || self.tries == TRIES_MAX;
        (!over).then_some(self.next)
    }

    /// Whether the rate that was tried met the objective.
    pub fn record(&mut self, met: bool) {
        if self.met.is_some() && self.missed.is_some() {
            self.halvings = self.halvings.saturating_sub(1);
        }
        let side = if met { &mut self.met } else { &mut self.missed };
        *side = Some(self.next);
        self.tries += 1;
        let next = match (self.met, self.missed) {
            (Some(met), Some(missed)) => (met * missed).sqrt(),
            (Some(met), None) => met * FACTOR,
            (None, missed) => missed.unwrap_or(self.next) / FACTOR,
        };
        self.next = significant(next, DIGITS);
    }

    /// The highest rate that met the objective, or 0, and the lowest that missed it.
    #[must_use]
    pub fn found(&self) -> (f64, Option<f64>) {
        (self.met.unwrap_or(0.0), self.missed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// All rates that are tried if everything up to `limit` meets the objective, and what is found.
    fn search(first: f64, halvings: u32, limit: f64) -> (Vec<f64>, (f64, Option<f64>)) {
        let mut search = HighestSearch::new(first, halvings);
        let mut tried = Vec::new();
        while let Some(rate) = search.next_rate() {
            tried.push(rate);
            search.record(rate <= limit);
        }
        (tried, search.found())
    }

    #[test]
    fn rates_rise_until_one_is_missed_and_then_the_gap_is_halved() {
        let (tried, found) = search(100.0, 2, 300.0);
        assert_eq!(tried, [100.0, 160.0, 256.0, 410.0, 324.0, 288.0]);
        assert_eq!(found, (288.0, Some(324.0)));
    }

    #[test]
    fn a_first_rate_that_is_too_high_is_gone_back_from() {
        let (tried, found) = search(100.0, 1, 40.0);
        assert_eq!(tried, [100.0, 62.5, 39.1, 49.4]);
        assert_eq!(found, (39.1, Some(49.4)));
    }

    #[test]
    fn an_objective_that_no_rate_meets_ends_the_search() {
        let (tried, found) = search(100.0, 2, 0.0);
        assert_eq!(tried.len(), 4);
        assert_eq!(found, (0.0, tried.last().copied()));
    }

    #[test]
    fn a_service_that_nothing_troubles_ends_the_search_too() {
        let (tried, (met, missed)) = search(100.0, 2, f64::MAX);
        assert_eq!((tried.len(), missed), (14, None));
        assert!(met > 10_000.0);
    }
}
