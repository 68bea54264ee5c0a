//! The root's metrics as text, with its gauges at their levels of the moment.

use super::App;
use crate::members::{Phase, Standing};
use crate::metrics::Levels;

impl App {
    /// What this root counts and measures, in the text format of OpenMetrics.
    pub fn metrics(&self) -> String {
        let searches = &self.parts.searches;
        let members = &searches.members;
        let replica = |replica: &std::sync::Arc<crate::members::Replica>| {
            (
                replica.leaf.0,
                replica.number,
                replica.standing() == Standing::Ejected,
            )
        };
        let delay = |leaf: &crate::members::LeafMembers| {
            (leaf.leaf.0, searches.attempts.hedge_delay(leaf, Phase::Query))
        };
        searches.metrics.text(&Levels {
            budget_tokens: searches.attempts.budget_tokens(),
            replicas: members.replicas().map(replica).collect(),
            hedge_delays: members.leaves().iter().map(delay).collect(),
            searches_running: searches.admission.running().into(),
            searches_running_max: searches.admission.limit().into(),
        })
    }
}
