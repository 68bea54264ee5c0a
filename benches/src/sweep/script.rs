//! Stragglers as the leaves' fault hook takes them.

use serde_json::{Value, json};

use crate::measured::Stragglers;

/// The rules for one replica of a leaf, both counted from 0; none if it is well. Searches alone are late: what else a root
/// asks, it would have asked of a machine that is busy with something else, too, but rarely.
#[must_use]
pub fn fault_rules(stragglers: Stragglers, leaf: u32, replica: u32) -> Option<Value> {
    let late = |share: f64, delay_ms: u64| json!([{"call": "search", "share": share, "act": {"delay_ms": delay_ms}}]);
    match stragglers {
        Stragglers::None => None,
        Stragglers::Share { share, delay_ms } => Some(late(share, delay_ms)),
        Stragglers::One { delay_ms } => ((leaf, replica) == (0, 0)).then(|| late(1.0, delay_ms)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_is_late_everywhere_and_one_is_late_alone() {
        let share = Stragglers::Share {
            share: 0.01,
            delay_ms: 100,
        };
        let rules = r#"[{"call":"search","share":0.01,"act":{"delay_ms":100}}]"#;
        assert_eq!(fault_rules(share, 3, 1).unwrap().to_string(), rules);
        let one = Stragglers::One { delay_ms: 20 };
        assert!(fault_rules(one, 0, 0).is_some());
        assert_eq!(fault_rules(one, 0, 1), None);
        assert_eq!(fault_rules(one, 1, 0), None);
        assert_eq!(fault_rules(Stragglers::None, 0, 0), None);
    }
}
