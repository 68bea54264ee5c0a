//! Regular expressions of definitions, matched in bounded time.

use regex::{Regex, RegexBuilder};

use crate::limits;

/// A regular expression. Two are equal if they are written alike.
#[derive(Clone, Debug)]
pub(super) struct Pattern(Regex);

impl PartialEq for Pattern {
    fn eq(&self, other: &Self) -> bool {
        self.0.as_str() == other.0.as_str()
    }
}

impl Eq for Pattern {}

impl Pattern {
    /// Reads a pattern and Java's flags, such as `CASE_INSENSITIVE|DOTALL`.
    ///
    /// # Errors
    /// What is wrong with it.
    pub(super) fn new(text: &str, flags: &str) -> Result<Self, String> {
        if text.chars().count() > limits::PATTERN_CHARS_MAX {
            return Err(format!(
                "the pattern is longer than the limit of [{}] characters",
                limits::PATTERN_CHARS_MAX
            ));
        }
        let mut switches = String::new();
        for flag in flags.split('|').map(str::trim).filter(|flag| !flag.is_empty()) {
            switches.push(match flag {
                "CASE_INSENSITIVE" | "UNICODE_CASE" => 'i',
                "MULTILINE" => 'm',
                "DOTALL" => 's',
                "COMMENTS" => 'x',
                "UNICODE_CHARACTER_CLASS" => 'u',
                other => {
                    return Err(format!(
                        "unknown flag [{}]",
                        other.chars().take(32).collect::<String>()
                    ));
                }
            });
        }
        let whole = if switches.is_empty() {
            text.to_owned()
        } else {
            format!("(?{switches}){text}")
        };
        let built = RegexBuilder::new(&whole)
            .size_limit(limits::ANALYSIS_PATTERN_BYTES_MAX)
            .dfa_size_limit(limits::ANALYSIS_PATTERN_BYTES_MAX)
            .nest_limit(32)
            .build();
        built.map(Self).map_err(|error| match error {
            regex::Error::CompiledTooBig(limit) => {
                format!("the compiled pattern takes more than the limit of [{limit}] bytes")
            }
            // The last line says what; the ones before draw a picture.
            other => {
                let text = other.to_string();
                let last = text.lines().last().unwrap_or_default().trim();
                last.trim_start_matches("error: ").to_owned()
            }
        })
    }

    /// How many groups it has.
    pub(super) fn groups_count(&self) -> usize {
        self.0.captures_len() - 1
    }

    /// Whether it has a group of that name.
    pub(super) fn has_group(&self, name: &str) -> bool {
        self.0.capture_names().flatten().any(|of| of == name)
    }

    /// Where it matches.
    pub(super) fn matches<'a>(&'a self, text: &'a str) -> impl Iterator<Item = (usize, usize)> + 'a {
        windows(text).flat_map(move |(start, end)| {
            let found = self.0.find_iter(&text[start..end]);
            found.map(move |found| (start + found.start(), start + found.end()))
        })
    }

    /// Where one of its groups matches; 0 is the whole.
    pub(super) fn groups<'a>(
        &'a self,
        text: &'a str,
        group: usize,
    ) -> impl Iterator<Item = (usize, usize)> + 'a {
        windows(text).flat_map(move |(start, end)| {
            let found = self.0.captures_iter(&text[start..end]);
            found
                .filter_map(move |found| found.get(group))
                .map(move |found| (start + found.start(), start + found.end()))
        })
    }

    /// Where it matches, and what stands for each match.
    pub(super) fn replaced<'a>(
        &'a self,
        text: &'a str,
        replacement: &'a Replacement,
    ) -> impl Iterator<Item = (usize, usize, String)> + 'a {
        windows(text).flat_map(move |(start, end)| {
            let found = self.0.captures_iter(&text[start..end]);
            found.filter_map(move |found| {
                let whole = found.get(0)?;
                Some((
                    start + whole.start(),
                    start + whole.end(),
                    replacement.fill(&found),
                ))
            })
        })
    }
}

/// Parts of a text that are matched by themselves: going through all matches may take the square of a text's length.
/// They end at white space where there is some.
fn windows(text: &str) -> impl Iterator<Item = (usize, usize)> {
    let mut at = 0;
    let mut first = true;
    std::iter::from_fn(move || {
        if at >= text.len() && !first {
            return None;
        }
        first = false;
        let start = at;
        at = if text.len() - start <= limits::ANALYSIS_PATTERN_TEXT_BYTES {
            text.len()
        } else {
            let end = text.floor_char_boundary(start + limits::ANALYSIS_PATTERN_TEXT_BYTES);
            let space = text[start..end].rfind(char::is_whitespace).filter(|at| *at > 0);
            space.map_or(end, |at| start + at)
        };
        Some((start, at))
    })
}

/// What stands for a match: text with groups in it, as Java writes it (`$1`, `${name}`, `\$`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Replacement(Vec<Part>);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    Text(String),
    Group(usize),
    Named(String),
}

impl Replacement {
    /// Reads a replacement for the matches of a pattern.
    ///
    /// # Errors
    /// What is wrong with it.
    pub(super) fn new(text: &str, pattern: &Pattern) -> Result<Self, String> {
        let mut parts = Vec::new();
        let mut literal = String::new();
        let mut rest = text.chars().peekable();
        while let Some(c) = rest.next() {
            match c {
                '\\' => literal.push(rest.next().ok_or("a backslash stands before nothing")?),
                '$' => {
                    if !literal.is_empty() {
                        parts.push(Part::Text(std::mem::take(&mut literal)));
                    }
                    if rest.next_if_eq(&'{').is_some() {
                        let name: String = rest.by_ref().take_while(|c| *c != '}').collect();
                        if !pattern.has_group(&name) {
                            return Err("it names a group that the pattern does not have".to_owned());
                        }
                        parts.push(Part::Named(name));
                        continue;
                    }
                    let first = rest.next().and_then(|c| c.to_digit(10));
                    let mut group =
                        first.ok_or("a [$] stands before no group; [\\$] is the character")? as usize;
                    // As many digits as still name a group, as Java reads them.
                    while let Some(digit) = rest.peek().and_then(|c| c.to_digit(10)) {
                        let longer = group * 10 + digit as usize;
                        if longer > pattern.groups_count() {
                            break;
                        }
                        group = longer;
                        rest.next();
                    }
                    if group > pattern.groups_count() {
                        return Err(format!("the pattern has no group [{group}]"));
                    }
                    parts.push(Part::Group(group));
                }
                c => literal.push(c),
            }
        }
        if !literal.is_empty() {
            parts.push(Part::Text(literal));
        }
        Ok(Self(parts))
    }

    fn fill(&self, found: &regex::Captures<'_>) -> String {
        let mut filled = String::new();
        for part in &self.0 {
            filled.push_str(match part {
                Part::Text(text) => text,
                Part::Group(group) => found.get(*group).map_or("", |found| found.as_str()),
                Part::Named(name) => found.name(name).map_or("", |found| found.as_str()),
            });
        }
        filled
    }
}
