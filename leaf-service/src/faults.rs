//! Faults on purpose, for tests, demonstrations and load tools: which requests are delayed, hung, failed or slowed.
//!
//! A script is a list of rules in JSON. For each request the rules of its call are tried in their order, and the first
//! whose share strikes is applied:
//!
//! ```json
//! [
//!   { "call": "search", "share": 0.1, "act": { "delay_ms": 50 } },
//!   { "call": "fetch", "share": 1.0, "act": { "fail": "drop_connection" } },
//!   { "call": "statistics", "share": 0.5, "act": { "hang": true } },
//!   { "call": "any", "share": 1.0, "act": { "slow": 3.0 } }
//! ]
//! ```

use rand::{Rng, RngExt as _};
use serde::Deserialize;

use crate::call::Call;

/// Rules of a script, at most.
const RULES_MAX: usize = 64;
/// The longest delay.
const DELAY_MS_MAX: u64 = 600_000;
/// The most that requests are slowed.
const SLOW_MAX: f64 = 1_000.0;

/// What is done to which requests.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(transparent)]
pub(crate) struct Script {
    rules: Vec<Rule>,
}

/// What is done to a share of the requests of a kind.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Rule {
    call: Calls,
    /// From 0, none, to 1, all.
    share: f64,
    act: Act,
}

/// Which requests a rule is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Calls {
    /// Every one of them.
    Any,
    /// Those of one kind.
    #[serde(untagged)]
    Of(Call),
}

/// What is done to a request.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Act {
    /// It is handled so many milliseconds later.
    DelayMs(u64),
    /// It is never answered. Only `true` makes sense.
    Hang(bool),
    /// It fails without being handled.
    Fail(Failure),
    /// It is answered after so many times as long as it took, at least 1.
    Slow(f64),
}

/// A way to fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Failure {
    /// An internal error.
    Internal,
    /// A refusal for too much work.
    Shed,
    /// The connection is closed without an answer.
    DropConnection,
}

/// Why a script is refused.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ScriptError {
    /// It is not a list of rules.
    #[error("not a script of faults: {0}")]
    Json(#[from] serde_json::Error),
    /// It is too long.
    #[error("{0} rules are more than {RULES_MAX}")]
    TooLong(usize),
    /// A number is out of its range.
    #[error("rule {rule}: {problem}")]
    Rule {
        /// Counted from 1.
        rule: usize,
        /// What is wrong.
        problem: &'static str,
    },
}

impl Script {
    /// Reads and checks a script.
    pub(crate) fn parse(json: &[u8]) -> Result<Self, ScriptError> {
        let script: Self = serde_json::from_slice(json)?;
        if script.rules.len() > RULES_MAX {
            return Err(ScriptError::TooLong(script.rules.len()));
        }
        for (rule, number) in script.rules.iter().zip(1..) {
            if let Some(problem) = rule.problem() {
                return Err(ScriptError::Rule {
                    rule: number,
                    problem,
                });
            }
        }
        Ok(script)
    }

    /// What is done to the next request of a kind.
    pub(crate) fn strike(&self, call: Call, rng: &mut impl Rng) -> Option<Act> {
        let mut of_call = self.rules.iter().filter(|rule| rule.is_for(call));
        of_call
            .find(|rule| rng.random_bool(rule.share))
            .map(|rule| rule.act)
    }
}

impl Rule {
    fn is_for(&self, call: Call) -> bool {
        self.call == Calls::Any || self.call == Calls::Of(call)
    }

    fn problem(&self) -> Option<&'static str> {
        if !(0.0..=1.0).contains(&self.share) {
            return Some("share is not from 0 to 1");
        }
        match self.act {
            Act::DelayMs(delay) if delay > DELAY_MS_MAX => Some("delay_ms is more than 600000"),
            Act::Hang(false) => Some("hang can only be true: leave the rule out instead"),
            Act::Slow(factor) if !(1.0..=SLOW_MAX).contains(&factor) => Some("slow is not from 1 to 1000"),
            Act::DelayMs(_) | Act::Hang(true) | Act::Fail(_) | Act::Slow(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use shared::random;

    use super::*;

    fn script(json: &str) -> Script {
        Script::parse(json.as_bytes()).unwrap()
    }

    #[test]
    fn the_first_rule_of_the_call_that_strikes_is_applied() {
        let script = script(
            r#"[
                { "call": "fetch", "share": 1, "act": { "fail": "shed" } },
                { "call": "search", "share": 0, "act": { "hang": true } },
                { "call": "search", "share": 1, "act": { "delay_ms": 50 } },
                { "call": "any", "share": 1.0, "act": { "slow": 2.5 } }
            ]"#,
        );
        let mut rng = random::from_seed(1);
        let mut strike = |call| script.strike(call, &mut rng);
        assert_eq!(strike(Call::Search), Some(Act::DelayMs(50)));
        assert_eq!(strike(Call::Fetch), Some(Act::Fail(Failure::Shed)));
        assert_eq!(strike(Call::Status), Some(Act::Slow(2.5)));
        assert_eq!(Script::default().strike(Call::Search, &mut rng), None);
    }

    #[test]
    fn the_share_is_kept_and_the_same_seed_strikes_the_same_requests() {
        let script = script(r#"[{ "call": "any", "share": 0.1, "act": { "hang": true } }]"#);
        let struck = |seed| -> Vec<bool> {
            let mut rng = random::from_seed(seed);
            let strikes = (0..10_000).map(|_| script.strike(Call::Search, &mut rng).is_some());
            strikes.collect()
        };
        let share = struck(1).into_iter().filter(|struck| *struck).count();
        assert!((900..1_100).contains(&share), "{share}");
        assert_eq!(struck(1), struck(1));
        assert_ne!(struck(1), struck(2));
    }

    #[test]
    fn nonsense_is_refused_in_words() {
        let refused = |json: &str| Script::parse(json.as_bytes()).unwrap_err().to_string();
        let rule = |share: &str, act: &str| {
            refused(&format!(
                r#"[{{ "call": "any", "share": {share}, "act": {act} }}]"#
            ))
        };
        assert_eq!(
            rule("1.5", r#"{ "hang": true }"#),
            "rule 1: share is not from 0 to 1"
        );
        assert!(rule("1", r#"{ "hang": false }"#).contains("only be true"));
        assert!(rule("1", r#"{ "slow": 0.5 }"#).contains("slow"));
        assert!(rule("1", r#"{ "delay_ms": 600001 }"#).contains("delay_ms"));
        assert!(rule("1", r#"{ "fail": "shed", "hang": true }"#).contains("not a script"));
        assert!(refused("{}").contains("not a script"));
        let many = vec![r#"{ "call": "get", "share": 1, "act": { "hang": true } }"#; 65].join(",");
        assert!(refused(&format!("[{many}]")).contains("65 rules"));
    }
}
