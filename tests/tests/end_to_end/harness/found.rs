//! The answer to a search.

use serde_json::Value;

/// The answer to a search, as JSON with names for its parts.
#[derive(Clone, Debug)]
pub(crate) struct Found(pub(crate) Value);

impl Found {
    /// The answer in this JSON.
    pub(crate) fn new(json: Value) -> Self {
        Self(json)
    }

    /// The hits, best first.
    #[track_caller]
    pub(crate) fn hits(&self) -> &[Value] {
        self.0["hits"]["hits"]
            .as_array()
            .unwrap_or_else(|| panic!("no hits: {}", self.0))
    }

    /// The ids of the hits, best first.
    #[track_caller]
    pub(crate) fn ids(&self) -> Vec<&str> {
        self.hits()
            .iter()
            .map(|hit| hit["_id"].as_str().expect("every hit has an id"))
            .collect()
    }

    /// The ids of the hits in alphabetical order, for queries whose order does not matter.
    #[track_caller]
    pub(crate) fn sorted_ids(&self) -> Vec<&str> {
        let mut ids = self.ids();
        ids.sort_unstable();
        ids
    }

    /// How many documents match, which must be known exactly.
    #[track_caller]
    pub(crate) fn total(&self) -> u64 {
        let total = &self.0["hits"]["total"];
        assert_eq!(total["relation"], "eq", "{}", self.0);
        total["value"].as_u64().expect("the total is a number")
    }

    /// Whether every document was considered.
    pub(crate) fn is_complete(&self) -> bool {
        let Self(json) = self;
        let shards = &json["_shards"];
        let documents = &json["coverage"]["documents"];
        let leaves = &json["coverage"]["leaves"];
        json["timed_out"] == false
            && shards["failed"] == 0
            && shards["successful"] == shards["total"]
            && documents["covered"].is_u64()
            && documents["covered"] == documents["total"]
            && leaves["answered"].is_u64()
            && leaves["answered"] == leaves["total"]
    }

    /// Fails unless every document was considered.
    #[track_caller]
    pub(crate) fn assert_complete(&self) {
        assert!(
            self.is_complete(),
            "the answer does not cover everything: {}",
            self.0
        );
    }
}
