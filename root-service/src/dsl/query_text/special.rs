//! Words that are patterns, on their way through the grammar: `wha*`, `wh?le`, `whael~1`, `/wh[ai]le/`.

use shared::pattern::{Pattern, Syntax};

use super::literal::{harmless, operator, readable};
use crate::error::brief;

/// What a word is, if it is not plain.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Special {
    /// Terms that fit.
    Fits(Pattern),
    /// Similar words; with so many edits, if it says how many.
    Fuzzy(String, Option<u8>),
}

/// The word as the grammar takes it, with what makes it a pattern kept apart from what is literal.
pub(super) fn encoded(word: &str) -> Result<String, String> {
    if let Some((text, edits)) = fuzzy(word) {
        if !matches!(edits, "" | "0" | "1" | "2") {
            return Err(format!(
                "the fuzziness of a word must be 0, 1 or 2, but was [{}]",
                brief(edits)
            ));
        }
        return Ok(format!("{}{}{edits}", harmless(text), operator('~')));
    }
    // A question mark at the end is punctuation: people ask questions.
    let asked = word.trim_end_matches(['?', '!', ',', '.']);
    let is_pattern = word != "*" && (word.contains('*') || asked.contains('?'));
    if !is_pattern {
        return Ok(harmless(word));
    }
    let place = |(at, c): (usize, char)| match c {
        '*' => operator(c),
        '?' if at < asked.len() => operator(c),
        other => other,
    };
    Ok(harmless(&word.char_indices().map(place).collect::<String>()))
}

/// `whael~1` as the word and the number.
fn fuzzy(word: &str) -> Option<(&str, &str)> {
    let (text, edits) = word.split_once('~')?;
    let is_fuzzy = !text.is_empty() && edits.chars().all(|c| c.is_ascii_digit() || c == '.');
    is_fuzzy.then_some((text, edits))
}

/// What a word that came through the grammar is; `None` if it is plain.
pub(super) fn decoded(word: &str) -> Option<Special> {
    let (star, question) = (operator('*'), operator('?'));
    if let Some(text) = word.strip_prefix(operator('/')) {
        return Some(Special::Fits(pattern(Syntax::Regexp, readable(text))));
    }
    if let Some((text, edits)) = word.split_once(operator('~')) {
        return Some(Special::Fuzzy(readable(text), readable(edits).parse().ok()));
    }
    if !word.contains([star, question]) {
        return None;
    }
    let unmarked =
        word.trim_end_matches(|c: char| c != star && c != question && readable(&c.to_string()).is_empty());
    if let Some(before) = unmarked.strip_suffix(star)
        && !before.contains([star, question])
    {
        return Some(Special::Fits(pattern(Syntax::Prefix, readable(before))));
    }
    let mut text = String::with_capacity(word.len());
    for c in word.chars() {
        let plain = readable(&c.to_string());
        if c != star && c != question && matches!(plain.as_str(), "*" | "?" | "\\") {
            text.push('\\');
        }
        text.push_str(&plain);
    }
    Some(Special::Fits(pattern(Syntax::Wildcard, text)))
}

fn pattern(syntax: Syntax, text: String) -> Pattern {
    Pattern {
        syntax,
        text,
        case_insensitive: false,
    }
}
