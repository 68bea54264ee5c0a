//! Reads what a manifest's `[package]` table says about a crate.
//!
//! Not a TOML parser: it knows strings and arrays of strings, and passes over everything else. A manifest that it does
//! not understand costs a fact, never an error.

use std::borrow::Cow;

/// The most keywords that are kept; the public registry allows five.
const KEYWORDS_MAX: usize = 64;

/// The facts of a `[package]` table; what is missing or inherited from a workspace is empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Package {
    pub(super) name: Option<String>,
    pub(super) version: Option<String>,
    pub(super) description: Option<String>,
    pub(super) licence: Option<String>,
    pub(super) keywords: Vec<String>,
}

impl Package {
    /// Reads a manifest's text. The first value of a key counts.
    pub(super) fn parse(text: &str) -> Self {
        let mut package = Self::default();
        let mut in_package = false;
        let mut rest = text;
        while !rest.is_empty() {
            let (line, after) = rest.split_once('\n').unwrap_or((rest, ""));
            let line_start = line.trim_start();
            if line_start.starts_with('[') {
                let header: String = line
                    .split('#')
                    .next()
                    .unwrap_or(line)
                    .split_whitespace()
                    .collect();
                in_package = header == "[package]" || header == "[project]";
                rest = after;
                continue;
            }
            let Some((key, _)) = line.split_once('=').filter(|_| !line_start.starts_with('#')) else {
                rest = after;
                continue;
            };
            // A value can go on over several lines, so it is read from the whole rest of the text.
            let value = rest[key.len() + 1..].trim_start_matches([' ', '\t']);
            let key = if in_package {
                key.trim().trim_matches('"')
            } else {
                ""
            };
            rest = package.take(key, value).unwrap_or(after);
        }
        package
    }

    /// Takes the value of a known key. Returns what follows the value, if it was understood.
    fn take<'text>(&mut self, key: &str, value: &'text str) -> Option<&'text str> {
        if key == "keywords" {
            let (keywords, rest) = strings(value)?;
            if self.keywords.is_empty() {
                self.keywords = keywords;
            }
            return Some(rest);
        }
        let (content, rest) = string(value)?;
        let field = match key {
            "name" => &mut self.name,
            "version" => &mut self.version,
            "description" => &mut self.description,
            "license" => &mut self.licence,
            _ => return Some(rest),
        };
        let content = content.split_whitespace().collect::<Vec<_>>().join(" ");
        if field.is_none() && !content.is_empty() {
            *field = Some(content);
        }
        Some(rest)
    }
}

/// The longest marks first: `"""` would else be read as an empty string and the beginning of another.
const STRING_MARKS: [&str; 4] = ["\"\"\"", "'''", "\"", "'"];

/// Reads a TOML string at the beginning of a text. Returns its content and what follows it.
fn string(text: &str) -> Option<(Cow<'_, str>, &str)> {
    let mark = STRING_MARKS.into_iter().find(|mark| text.starts_with(mark))?;
    let inside = &text[mark.len()..];
    let is_literal = mark.starts_with('\'');
    let end = if is_literal {
        inside.find(mark)?
    } else {
        unescaped(inside, mark)?
    };
    let content = &inside[..end];
    if mark.len() == 1 && content.contains('\n') {
        return None;
    }
    let content = if is_literal {
        Cow::Borrowed(content)
    } else {
        unescape(content)
    };
    Some((content, &inside[end + mark.len()..]))
}

/// Reads a TOML array of strings, as far as it is one, with its comments passed over.
fn strings(text: &str) -> Option<(Vec<String>, &str)> {
    let mut rest = text.strip_prefix('[')?;
    let mut items = Vec::new();
    loop {
        rest = rest.trim_start_matches([' ', '\t', '\r', '\n', ',']);
        if let Some(after) = rest.strip_prefix(']') {
            return Some((items, after));
        }
        if rest.starts_with('#') {
            rest = rest.split_once('\n')?.1;
            continue;
        }
        let (item, after) = string(rest)?;
        if items.len() < KEYWORDS_MAX {
            items.push(item.into_owned());
        }
        rest = after;
    }
}

/// Where `mark` stands without a backslash in front of it.
fn unescaped(text: &str, mark: &str) -> Option<usize> {
    let mut from = 0;
    loop {
        let at = from + text[from..].find(['\\', '"'])?;
        if text[at..].starts_with(mark) {
            return Some(at);
        }
        let is_escape = text[at..].starts_with('\\');
        from = at
            + 1
            + if is_escape {
                text[at + 1..].chars().next()?.len_utf8()
            } else {
                0
            };
    }
}

/// Resolves backslashes. What is not a known escape is kept as it is.
fn unescape(text: &str) -> Cow<'_, str> {
    if !text.contains('\\') {
        return Cow::Borrowed(text);
    }
    let mut resolved = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('\\') {
        resolved.push_str(before);
        let Some(escape) = after.chars().next() else { break };
        rest = &after[escape.len_utf8()..];
        match escape {
            // All facts become single lines, in which these are spaces.
            'n' | 't' | 'r' | 'b' | 'f' => resolved.push(' '),
            '"' | '\\' => resolved.push(escape),
            // A backslash at a line's end joins it with the next.
            _ if escape.is_whitespace() => rest = rest.trim_start(),
            'u' | 'U' => {
                let digits = if escape == 'u' { 4 } else { 8 };
                let code = rest
                    .get(..digits)
                    .and_then(|digits| u32::from_str_radix(digits, 16).ok());
                if let Some(character) = code.and_then(char::from_u32) {
                    resolved.push(character);
                    rest = &rest[digits..];
                }
            }
            _ => resolved.extend(['\\', escape]),
        }
    }
    resolved.push_str(rest);
    Cow::Owned(resolved)
}

#[cfg(test)]
#[path = "manifest_tests.rs"]
mod tests;
