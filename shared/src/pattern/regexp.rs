//! Lucene's regular expressions: `. ? * + | {n,m} [a-z] [^a-z] (…) "…" @ # \`, and `\d \w \s` with their opposites.
//!
//! They have no anchors, because they match whole terms, and `^` and `$` are characters like any other.

use std::iter::Peekable;
use std::str::Chars;

use super::PatternError;
use super::dfa::Ast;

/// Nesting of groups.
const DEPTH_MAX: usize = 50;
/// A number of repetitions.
const REPEAT_MAX: u32 = 1_000;

/// Reads an expression.
pub(super) fn parse(text: &str) -> Result<Ast, PatternError> {
    let mut parser = Parser {
        rest: text.chars().peekable(),
        depth: 0,
    };
    let ast = parser.union()?;
    match parser.rest.next() {
        None => Ok(ast),
        Some(c) => Err(malformed(format!("unexpected [{c}]"))),
    }
}

fn malformed(reason: impl Into<String>) -> PatternError {
    PatternError::Malformed(reason.into())
}

struct Parser<'a> {
    rest: Peekable<Chars<'a>>,
    depth: usize,
}

impl Parser<'_> {
    fn union(&mut self) -> Result<Ast, PatternError> {
        self.depth += 1;
        if self.depth > DEPTH_MAX {
            return Err(malformed(format!(
                "its groups are nested deeper than the limit of [{DEPTH_MAX}]"
            )));
        }
        let mut parts = vec![self.concat()?];
        while self.rest.next_if_eq(&'|').is_some() {
            parts.push(self.concat()?);
        }
        self.depth -= 1;
        Ok(if parts.len() == 1 {
            parts.remove(0)
        } else {
            Ast::Any(parts)
        })
    }

    fn concat(&mut self) -> Result<Ast, PatternError> {
        let mut parts = Vec::new();
        while let Some(c) = self.rest.peek() {
            match c {
                '|' | ')' => break,
                '&' => return Err(not_offered("an intersection", '&')),
                _ => parts.push(self.repeated()?),
            }
        }
        Ok(Ast::Concat(parts))
    }

    fn repeated(&mut self) -> Result<Ast, PatternError> {
        let mut ast = self.simple()?;
        while let Some(c) = self.rest.peek().copied() {
            let (min, max) = match c {
                '?' => (0, Some(1)),
                '*' => (0, None),
                '+' => (1, None),
                '{' => {
                    self.rest.next();
                    let range = self.times()?;
                    ast = repeat(ast, range);
                    continue;
                }
                _ => break,
            };
            self.rest.next();
            ast = repeat(ast, (min, max));
        }
        Ok(ast)
    }

    /// `n}`, `n,}` or `n,m}`.
    fn times(&mut self) -> Result<(u32, Option<u32>), PatternError> {
        let min = self.number()?;
        let max = match self.rest.next_if_eq(&',') {
            None => Some(min),
            Some(_) if self.rest.peek() == Some(&'}') => None,
            Some(_) => Some(self.number()?),
        };
        if self.rest.next() != Some('}') {
            return Err(malformed("expected [}] after a number of repetitions"));
        }
        if max.is_some_and(|max| max < min) {
            return Err(malformed(
                "a number of repetitions has its ends the wrong way round",
            ));
        }
        Ok((min, max))
    }

    fn number(&mut self) -> Result<u32, PatternError> {
        let mut digits = String::new();
        while let Some(digit) = self.rest.next_if(char::is_ascii_digit) {
            digits.push(digit);
        }
        digits
            .parse()
            .ok()
            .filter(|number| *number <= REPEAT_MAX)
            .ok_or_else(|| {
                malformed(format!(
                    "expected a number of repetitions from 0 to [{REPEAT_MAX}]"
                ))
            })
    }

    fn simple(&mut self) -> Result<Ast, PatternError> {
        match self.rest.next() {
            Some('.') => Ok(Ast::any_character()),
            Some('@') => Ok(Ast::anything()),
            Some('#') => Ok(Ast::Nothing),
            Some('"') => self.quoted(),
            Some('[') => self.class(),
            Some('(') => {
                let inner = self.union()?;
                match self.rest.next() {
                    Some(')') => Ok(inner),
                    _ => Err(malformed("a [(] has no [)]")),
                }
            }
            Some('\\') => self.escaped(),
            Some('~') => Err(not_offered("a complement", '~')),
            Some('<') => Err(not_offered("an interval", '<')),
            Some(c @ ('?' | '*' | '+' | '{')) => Err(malformed(format!("there is nothing before [{c}]"))),
            Some(c) => Ok(Ast::character(c)),
            None => Err(malformed("it ends too early")),
        }
    }

    fn quoted(&mut self) -> Result<Ast, PatternError> {
        let mut parts = Vec::new();
        loop {
            match self.rest.next() {
                Some('"') => return Ok(Ast::Concat(parts)),
                Some(c) => parts.push(Ast::character(c)),
                None => return Err(malformed("a [\"] has no second one")),
            }
        }
    }

    fn escaped(&mut self) -> Result<Ast, PatternError> {
        match self.rest.next() {
            Some(c) => Ok(Ast::Set(predefined(c).unwrap_or_else(|| vec![(c, c)]))),
            None => Err(malformed("it ends with [\\]")),
        }
    }

    fn class(&mut self) -> Result<Ast, PatternError> {
        let negated = self.rest.next_if_eq(&'^').is_some();
        let mut ranges = Vec::new();
        loop {
            let first = match self.rest.next() {
                Some(']') if !ranges.is_empty() => break,
                Some('\\') => match self.rest.next() {
                    Some(c) => {
                        if let Some(known) = predefined(c) {
                            ranges.extend(known);
                            continue;
                        }
                        c
                    }
                    None => return Err(malformed("it ends with [\\]")),
                },
                Some(c) => c,
                None => return Err(malformed("a [[] has no []]")),
            };
            let mut last = first;
            if self.rest.next_if_eq(&'-').is_some() {
                last = match self.rest.next() {
                    // A dash at the end is a dash.
                    Some(']') => {
                        ranges.extend([(first, first), ('-', '-')]);
                        break;
                    }
                    Some('\\') => self.rest.next().ok_or_else(|| malformed("it ends with [\\]"))?,
                    Some(c) => c,
                    None => return Err(malformed("a [[] has no []]")),
                };
            }
            if last < first {
                return Err(malformed(format!(
                    "the range [{first}-{last}] is the wrong way round"
                )));
            }
            ranges.push((first, last));
        }
        Ok(Ast::Set(if negated { opposite(ranges) } else { ranges }))
    }
}

fn not_offered(what: &str, c: char) -> PatternError {
    malformed(format!(
        "{what} [{c}] is not offered; write [\\{c}] to look for the character"
    ))
}

fn repeat(inner: Ast, (min, max): (u32, Option<u32>)) -> Ast {
    Ast::Repeat {
        inner: Box::new(inner),
        min,
        max,
    }
}

/// `\d`, `\w`, `\s` and their opposites.
fn predefined(c: char) -> Option<Vec<(char, char)>> {
    let known = match c.to_ascii_lowercase() {
        'd' => vec![('0', '9')],
        'w' => vec![('0', '9'), ('A', 'Z'), ('_', '_'), ('a', 'z')],
        's' => vec![('\t', '\n'), ('\r', '\r'), (' ', ' ')],
        _ => return None,
    };
    Some(if c.is_ascii_uppercase() {
        opposite(known)
    } else {
        known
    })
}

/// All characters outside of ranges.
fn opposite(mut ranges: Vec<(char, char)>) -> Vec<(char, char)> {
    ranges.sort_unstable();
    let mut outside = Vec::new();
    let mut next = Some('\0');
    for (first, last) in ranges {
        let Some(begin) = next else { break };
        if begin < first
            && let Some(before) = ('\0'..first).next_back()
        {
            outside.push((begin, before));
        }
        if last >= begin {
            next = (last..=char::MAX).nth(1);
        }
    }
    if let Some(begin) = next {
        outside.push((begin, char::MAX));
    }
    outside
}
