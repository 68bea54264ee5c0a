//! The calls that a leaf answers, by name: faults strike them, and metrics count them.

use serde::Deserialize;
use shared::wire::path;

/// A kind of request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Call {
    /// The query phase.
    Search,
    /// The notice that a search's twin has begun.
    Cancel,
    /// Completions of texts.
    Complete,
    /// The statistics round.
    Statistics,
    /// The fetch phase.
    Fetch,
    /// Whether documents match, and why.
    Explain,
    /// One document by id.
    Get,
    /// Applying the log.
    Apply,
    /// Making writes visible.
    Refresh,
    /// Points in time kept for longer, or let go.
    Pins,
    /// The notice of a newer catalog.
    Catalog,
    /// The status that roots poll.
    Status,
}

impl Call {
    /// All of them, in their order.
    pub(crate) const ALL: [Self; 12] = [
        Self::Search,
        Self::Cancel,
        Self::Complete,
        Self::Statistics,
        Self::Fetch,
        Self::Explain,
        Self::Get,
        Self::Apply,
        Self::Refresh,
        Self::Pins,
        Self::Catalog,
        Self::Status,
    ];

    /// Its name in metrics.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Search => "search",
            Self::Cancel => "cancel",
            Self::Complete => "complete",
            Self::Statistics => "statistics",
            Self::Fetch => "fetch",
            Self::Explain => "explain",
            Self::Get => "get",
            Self::Apply => "apply",
            Self::Refresh => "refresh",
            Self::Pins => "pins",
            Self::Catalog => "catalog",
            Self::Status => "status",
        }
    }

    fn path(self) -> &'static str {
        match self {
            Self::Search => path::SEARCH,
            Self::Cancel => path::CANCEL,
            Self::Complete => path::COMPLETE,
            Self::Statistics => path::STATISTICS,
            Self::Fetch => path::FETCH,
            Self::Explain => path::EXPLAIN,
            Self::Get => path::GET,
            Self::Apply => path::APPLY,
            Self::Refresh => path::REFRESH,
            Self::Pins => path::PINS,
            Self::Catalog => path::CATALOG,
            Self::Status => path::STATUS,
        }
    }

    /// The kind of request that a path is for.
    pub(crate) fn of_path(path: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|call| call.path() == path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_are_in_their_order_and_known_by_their_paths() {
        for (place, call) in Call::ALL.into_iter().enumerate() {
            assert_eq!(call as usize, place);
            assert_eq!(Call::of_path(call.path()), Some(call));
        }
        assert_eq!(Call::of_path("/livez"), None);
    }
}
