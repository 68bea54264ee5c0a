//! How complete an answer must be: what the request says, else what the cluster's defaults say.

use std::time::Duration;

use shared::catalog::SearchDefaults;

use super::patience::Patience;
use crate::dsl::search_body::SearchCommand;

/// A client's wishes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Wishes {
    /// Whether less than everything is an error.
    pub(super) all_or_nothing: bool,
    /// When the answer is good enough without the last leaves; `None` if it never is.
    pub(super) patience: Option<Patience>,
}

impl Wishes {
    pub(super) fn of(command: &SearchCommand, defaults: &SearchDefaults) -> Self {
        let partial = command
            .allow_partial_search_results
            .or(defaults.allow_partial_results);
        // Who asks for little does not ask for all, whatever the defaults are.
        let enough = |share: f64| share < 1.0;
        let all_or_nothing = partial == Some(false) && !command.min_coverage.is_some_and(enough);
        let min_coverage = command.min_coverage.or(defaults.min_coverage);
        let ms = |ms: Option<u64>| ms.map(Duration::from_millis);
        let wait_min = command
            .coverage_wait_min
            .or(ms(defaults.coverage_wait_min_ms))
            .unwrap_or_default();
        let wait_max = command
            .coverage_wait_max
            .or(ms(defaults.coverage_wait_max_ms))
            .unwrap_or_default();
        let patience = |min_coverage| Patience {
            min_coverage,
            wait_min,
            wait_max: wait_max.max(wait_min),
        };
        Self {
            all_or_nothing,
            patience: min_coverage
                .filter(|share| enough(*share) && !all_or_nothing)
                .map(patience),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_request_comes_before_the_defaults() {
        let defaults = SearchDefaults {
            allow_partial_results: Some(false),
            min_coverage: Some(0.5),
            coverage_wait_min_ms: Some(7),
            ..SearchDefaults::default()
        };
        let mut command = SearchCommand::default();
        let wishes = Wishes::of(&command, &defaults);
        assert!(wishes.all_or_nothing && wishes.patience.is_none());
        command.min_coverage = Some(0.9);
        let wishes = Wishes::of(&command, &defaults);
        let wait = Duration::from_millis(7);
        let expected = Patience {
            min_coverage: 0.9,
            wait_min: wait,
            wait_max: wait,
        };
        assert_eq!((wishes.all_or_nothing, wishes.patience), (false, Some(expected)));
        command.min_coverage = Some(1.0);
        let wishes = Wishes::of(&command, &defaults);
        assert!(wishes.all_or_nothing && wishes.patience.is_none());
    }
}
