//! Finds the functions of masked source and where each ends.

use crate::mask::is_identifier;

/// A function with a body.
#[derive(Debug, PartialEq)]
pub(crate) struct Function<'a> {
    pub(crate) name: &'a str,
    /// Line of its `fn`, from 1.
    pub(crate) first_line: usize,
    /// Line of its last brace.
    pub(crate) last_line: usize,
}

impl Function<'_> {
    /// Length from `fn` to the last brace, attributes and documentation not counted.
    pub(crate) fn lines(&self) -> usize {
        self.last_line - self.first_line + 1
    }
}

/// Every function of `masked` (see `mask`) that has a body, nested ones included, in order of their beginnings.
pub(crate) fn functions(masked: &str) -> Vec<Function<'_>> {
    words(masked, "fn")
        .filter_map(|at| function(masked, at))
        .collect()
}

/// Byte offsets at which `word` stands as a word of its own.
pub(crate) fn words<'a>(masked: &'a str, word: &'a str) -> impl Iterator<Item = usize> + 'a {
    masked.match_indices(word).map(|(at, _)| at).filter(move |at| {
        let joined_before = masked[..*at]
            .chars()
            .next_back()
            .is_some_and(|c| is_identifier(c) || c == '#');
        let joined_after = masked[at + word.len()..]
            .chars()
            .next()
            .is_some_and(is_identifier);
        let ends_as_identifier = word.chars().next_back().is_some_and(is_identifier);
        let joined = joined_before || (joined_after && ends_as_identifier);
        !joined
    })
}

/// Line number, from 1, of a byte offset.
pub(crate) fn line_of(text: &str, at: usize) -> usize {
    text[..at].matches('\n').count() + 1
}

fn function(masked: &str, at: usize) -> Option<Function<'_>> {
    let after_fn = &masked[at + "fn".len()..];
    let name_on = after_fn.trim_start();
    let name_on = name_on.strip_prefix("r#").unwrap_or(name_on);
    // The `$` is for functions that a macro writes; without a name it is a pointer type, `fn(u8)`.
    let name_length = name_on
        .find(|c| !is_identifier(c) && c != '$')
        .unwrap_or(name_on.len());
    let (name, signature) = name_on.split_at(name_length);
    if name.is_empty() {
        return None;
    }
    let body = &signature[body_offset(signature)?..];
    let end = masked.len() - body.len() + closing_brace(body);
    Some(Function {
        name,
        first_line: line_of(masked, at),
        last_line: line_of(masked, end),
    })
}

/// Where in `signature` the body's brace is; `None` for a function without a body.
///
/// Braces of constant arguments (`Array<{ N + 1 }>`) and semicolons of array types (`[u8; 4]`) lie inside other brackets,
/// which tells them from the ones that end the signature.
fn body_offset(signature: &str) -> Option<usize> {
    let mut nesting = 0_usize;
    let mut angles = 0_usize;
    let mut before = ' ';
    for (at, c) in signature.char_indices() {
        match c {
            '{' if nesting == 0 && angles == 0 => return Some(at),
            ';' if nesting == 0 && angles == 0 => return None,
            '(' | '[' | '{' => nesting += 1,
            ')' | ']' | '}' => nesting = nesting.saturating_sub(1),
            '<' if nesting == 0 => angles += 1,
            '>' if nesting == 0 && before != '-' && before != '=' => angles = angles.saturating_sub(1),
            _ => {}
        }
        before = c;
    }
    None
}

/// Where the brace that closes the first one is; the end if none does.
fn closing_brace(body: &str) -> usize {
    let mut depth = 0_usize;
    for (at, c) in body.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth == 1 => return at,
            '}' => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    body.len()
}
