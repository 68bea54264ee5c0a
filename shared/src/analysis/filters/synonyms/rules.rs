//! Rules of synonyms as Solr writes them: `a, b => c` and `a, b, c`.

use crate::limits;

/// Rules as written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::analysis) struct Rules {
    /// One in each.
    pub(in crate::analysis) rules: Vec<String>,
    /// Whether words that are the same stand for all of them, or for the first.
    pub(in crate::analysis) expand: bool,
    /// Whether rules that have no words are passed over.
    pub(in crate::analysis) lenient: bool,
    /// See [`super::Synonyms`].
    pub(in crate::analysis) graph: bool,
}

impl Rules {
    /// What stands for what, and whether it stays.
    pub(super) fn pairs(&self) -> Result<Vec<(&str, &str, bool)>, String> {
        let mut pairs = Vec::new();
        for rule in &self.rules {
            if rule.trim().is_empty() || rule.starts_with('#') {
                continue;
            }
            match self.add(rule, &mut pairs) {
                Err(_) if self.lenient => {}
                added => added?,
            }
            if pairs.len() > limits::SYNONYM_WORDS_MAX {
                return Err(format!(
                    "its rules have more words than the limit of [{}]",
                    limits::SYNONYM_WORDS_MAX
                ));
            }
        }
        Ok(pairs)
    }

    fn add<'a>(&self, rule: &'a str, pairs: &mut Vec<(&'a str, &'a str, bool)>) -> Result<(), String> {
        let shown: String = rule.chars().take(64).collect();
        let (left, right) = match rule.split_once("=>") {
            Some((left, right)) => (left, Some(right)),
            None => (rule, None),
        };
        if right.is_some_and(|right| right.contains("=>")) {
            return Err(format!("the rule [{shown}] has more than one [=>]"));
        }
        let terms = |side: &'a str| {
            let terms: Vec<&str> = side
                .split(',')
                .map(str::trim)
                .filter(|term| !term.is_empty())
                .collect();
            if terms.is_empty() {
                Err(format!("the rule [{shown}] has a side without terms"))
            } else {
                Ok(terms)
            }
        };
        let left = terms(left)?;
        if left.len() > limits::SYNONYM_RULE_TERMS_MAX {
            return Err(format!(
                "the rule [{shown}] has more terms than the limit of [{}]",
                limits::SYNONYM_RULE_TERMS_MAX
            ));
        }
        if let Some(right) = right {
            let right = terms(right)?;
            for from in &left {
                pairs.extend(right.iter().map(|to| (*from, *to, false)));
            }
        } else if self.expand {
            for from in &left {
                // With itself, so that a term that has no other stays too.
                pairs.extend(left.iter().map(|to| (*from, *to, true)));
            }
        } else {
            pairs.extend(left.iter().map(|from| (*from, left[0], false)));
        }
        Ok(())
    }
}
