//! Reads the waterfall of a profiled query out of its answer.

use serde::Deserialize;

use crate::measured::{LeafProfile, QueryProfile};

/// Why an answer has no profile that can be read.
#[derive(Debug, thiserror::Error)]
pub enum ProfileError {
    /// It is not what Gleaner answers.
    #[error("the answer has no profile that can be read: {0}")]
    Unreadable(#[from] serde_json::Error),
    /// A leaf has another name than leaves have.
    #[error("the profile names a leaf {0:?}")]
    Leaf(String),
}

#[derive(Deserialize)]
struct Answer {
    profile: Waterfall,
}

#[derive(Deserialize)]
struct Waterfall {
    took_us: u64,
    leaves: Vec<Leaf>,
}

#[derive(Deserialize)]
struct Leaf {
    leaf: String,
    attempts: Vec<Attempt>,
}

#[derive(Deserialize)]
struct Attempt {
    round: String,
    outcome: String,
    start_us: u64,
    end_us: u64,
    #[serde(default)]
    queued_us: u64,
    #[serde(default)]
    executed_us: u64,
    #[serde(default)]
    cpu_us: u64,
}

/// What one query of the log (counted from 0) cost, by its answer to `"profile": true` and by what its client waited.
///
/// Attempts whose answers were not taken are left out: nothing waited for them.
///
/// # Errors
/// [`ProfileError`].
pub fn query_profile(query: u32, client_us: u64, answer: &[u8]) -> Result<QueryProfile, ProfileError> {
    let Answer { profile } = serde_json::from_slice(answer)?;
    let mut found = QueryProfile {
        query,
        client_us,
        took_us: profile.took_us,
        searches: Vec::new(),
        fetches: Vec::new(),
    };
    for Leaf { leaf, attempts } in profile.leaves {
        let number = leaf.strip_prefix("leaf-").and_then(|number| number.parse().ok());
        let number = number.ok_or(ProfileError::Leaf(leaf))?;
        for attempt in attempts.iter().filter(|attempt| attempt.outcome == "won") {
            let profile = LeafProfile {
                leaf: number,
                attempt_us: attempt.end_us.saturating_sub(attempt.start_us),
                queued_us: attempt.queued_us,
                executed_us: attempt.executed_us,
                cpu_us: attempt.cpu_us,
            };
            match attempt.round.as_str() {
                "query" => found.searches.push(profile),
                "fetch" => found.fetches.push(profile),
                // Statistics are asked once for each word: that is the cost of a cold root.
                _ => {}
            }
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn taken_answers_are_told_apart_by_round_and_leaf() {
        let answer = br#"{"took": 9, "hits": {"hits": []}, "profile": {"shards": [], "took_us": 9500, "rounds": [], "leaves": [
            {"leaf": "leaf-0", "attempts": [
                {"round": "statistics", "kind": "primary", "start_us": 1, "end_us": 90, "outcome": "won"},
                {"round": "query", "kind": "primary", "start_us": 100, "end_us": 6000, "outcome": "lost"},
                {"round": "query", "kind": "hedge", "start_us": 5000, "end_us": 6000, "outcome": "won", "queued_us": 7, "executed_us": 900},
                {"round": "fetch", "kind": "primary", "start_us": 6100, "end_us": 6600, "outcome": "won", "queued_us": 1, "executed_us": 40}]},
            {"leaf": "leaf-11", "attempts": [
                {"round": "query", "kind": "primary", "start_us": 105, "end_us": 2105, "outcome": "won", "queued_us": 3, "executed_us": 1500, "cpu_us": 1400}]}]}}"#;
        let profile = query_profile(5, 10_000, answer).unwrap();
        assert_eq!(
            (profile.query, profile.client_us, profile.took_us),
            (5, 10_000, 9_500)
        );
        let searches: Vec<_> = profile
            .searches
            .iter()
            .map(|it| (it.leaf, it.attempt_us, it.executed_us, it.cpu_us))
            .collect();
        assert_eq!(searches, [(0, 1_000, 900, 0), (11, 2_000, 1_500, 1_400)]);
        assert_eq!(profile.fetches.len(), 1);
    }

    #[test]
    fn other_answers_are_refused() {
        assert!(matches!(
            query_profile(0, 0, br#"{"took": 9}"#),
            Err(ProfileError::Unreadable(_))
        ));
        let answer = br#"{"profile": {"took_us": 1, "leaves": [{"leaf": "node", "attempts": []}]}}"#;
        assert!(matches!(query_profile(0, 0, answer), Err(ProfileError::Leaf(_))));
    }
}
