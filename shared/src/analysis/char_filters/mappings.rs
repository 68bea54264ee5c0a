//! Other text in the place of some.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::Changed;

/// Texts with what stands for them; of several that are found in one place, the longest counts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::analysis) struct Mappings {
    pairs: HashMap<String, String>,
    /// How long those are in bytes that begin with a character, longest first.
    lengths: BTreeMap<char, BTreeSet<Reverse<usize>>>,
}

impl Mappings {
    /// Reads rules such as `ph => f`, in which `\` takes away what a character means, and `\uXXXX` is one.
    ///
    /// # Errors
    /// The rule that is none.
    pub(in crate::analysis) fn new<'a>(rules: impl IntoIterator<Item = &'a str>) -> Result<Self, String> {
        let mut mappings = Self::default();
        for rule in rules {
            let shown: String = rule.chars().take(64).collect();
            let Some((from, to)) = rule.rsplit_once("=>") else {
                return Err(format!("the rule [{shown}] is not of the form [a => b]"));
            };
            let (from, to) = (unescaped(from.trim())?, unescaped(to.trim())?);
            let Some(first) = from.chars().next() else {
                return Err(format!("the rule [{shown}] has nothing before [=>]"));
            };
            mappings
                .lengths
                .entry(first)
                .or_default()
                .insert(Reverse(from.len()));
            if mappings.pairs.insert(from, to).is_some() {
                return Err(format!("the rule [{shown}] maps what another one maps already"));
            }
        }
        Ok(mappings)
    }

    pub(super) fn apply(&self, changed: &mut Changed<'_>) {
        let text = changed.text();
        let mut at = 0;
        while let Some(c) = text[at..].chars().next() {
            let lengths = self.lengths.get(&c).into_iter().flatten();
            let mut found = lengths.filter_map(|Reverse(length)| {
                let (from, to) = self.pairs.get_key_value(text[at..].get(..*length)?)?;
                Some((from, to))
            });
            at += if let Some((from, to)) = found.next() {
                changed.replace(at, at + from.len(), to);
                from.len()
            } else {
                c.len_utf8()
            };
        }
    }
}

/// A text without its backslashes.
fn unescaped(text: &str) -> Result<String, String> {
    let mut plain = String::new();
    let mut rest = text.chars();
    while let Some(c) = rest.next() {
        if c != '\\' {
            plain.push(c);
            continue;
        }
        plain.push(match rest.next().ok_or("a rule ends with a backslash")? {
            'n' => '\n',
            't' => '\t',
            'r' => '\r',
            'b' => '\u{8}',
            'f' => '\u{C}',
            'u' => {
                let digits: String = rest.by_ref().take(4).collect();
                let code = u32::from_str_radix(&digits, 16)
                    .ok()
                    .filter(|_| digits.len() == 4);
                code.and_then(char::from_u32)
                    .ok_or("a rule has [\\u] without four digits of a character")?
            }
            other => other,
        });
    }
    Ok(plain)
}
