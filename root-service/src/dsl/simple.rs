//! `simple_query_string`: a language in which no text is an error, only what exceeds a limit.
//!
//! `+` and, `|` or, `-` not, `"…"` a phrase, `~N` fuzzy or slop, `*` a prefix, `(…)` groups, `\\` before what is literal. As
//! in Lucene's parser, operators are read from left to right and bind alike.

use serde_json::Value;
use shared::limits;
use shared::pattern::{Pattern, Syntax};
use shared::query::{Edits, Operator, Query, QueryKind};

use super::query_text::Defaults;
use super::read::At;
use crate::error::{ApiError, brief};

/// Which operators count; the characters of others are part of words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Flags(u16);

impl Flags {
    pub(super) const ALL: Self = Self(u16::MAX);
    const AND: u16 = 1;
    const NOT: u16 = 1 << 1;
    const OR: u16 = 1 << 2;
    const PREFIX: u16 = 1 << 3;
    const PHRASE: u16 = 1 << 4;
    const PRECEDENCE: u16 = 1 << 5;
    const ESCAPE: u16 = 1 << 6;
    const WHITESPACE: u16 = 1 << 7;
    const FUZZY: u16 = 1 << 8;
    const NEAR: u16 = 1 << 9;

    /// `ALL`, `NONE`, or names joined by `|`.
    pub(super) fn read(at: At<'_>, value: &Value) -> Result<Self, ApiError> {
        let mut flags = 0;
        for name in at.text(value)?.split('|').filter(|name| !name.is_empty()) {
            flags |= match name.trim().to_ascii_uppercase().as_str() {
                "ALL" => return Ok(Self::ALL),
                "NONE" => return Ok(Self(0)),
                "AND" => Self::AND,
                "NOT" => Self::NOT,
                "OR" => Self::OR,
                "PREFIX" => Self::PREFIX,
                "PHRASE" => Self::PHRASE,
                "PRECEDENCE" => Self::PRECEDENCE,
                "ESCAPE" => Self::ESCAPE,
                "WHITESPACE" => Self::WHITESPACE,
                "FUZZY" => Self::FUZZY,
                "NEAR" | "SLOP" => Self::NEAR,
                other => {
                    return Err(ApiError::illegal(format!(
                        "Unknown simple_query_string flag [{}]",
                        brief(other)
                    )));
                }
            };
        }
        Ok(Self(flags))
    }

    fn has(self, flag: u16) -> bool {
        self.0 & flag != 0
    }
}

/// Reads a text.
///
/// # Errors
/// A 400 that names the limit that is exceeded.
pub(super) fn parse(text: &str, defaults: &Defaults, flags: Flags) -> Result<Query, ApiError> {
    let characters: Vec<char> = text.chars().collect();
    let mut parser = Parser {
        text: &characters,
        at: 0,
        defaults,
        flags,
        words: 0,
    };
    let query = parser.group(1)?;
    Ok(query.unwrap_or_else(|| Query::new(QueryKind::MatchNone)))
}

struct Parser<'a> {
    text: &'a [char],
    at: usize,
    defaults: &'a Defaults,
    flags: Flags,
    /// How often a word was looked for in a field.
    words: usize,
}

/// A group in the making.
#[derive(Default)]
struct Group {
    top: Option<Query>,
    /// The operator before what comes next.
    next: Option<Operator>,
    /// The operator that made the top.
    last: Option<Operator>,
    negations: u32,
    /// How often the operator changed: each change nests what was before.
    depth: usize,
}

impl Parser<'_> {
    /// Everything up to the end, or up to the end of a group.
    fn group(&mut self, depth: usize) -> Result<Option<Query>, ApiError> {
        let mut group = Group {
            depth,
            ..Group::default()
        };
        while let Some(c) = self.text.get(self.at).copied() {
            let is = |flag: u16, of: char| c == of && self.flags.has(flag);
            if is(Flags::PRECEDENCE, ')') {
                if depth > 1 {
                    break;
                }
                self.at += 1;
            } else if is(Flags::AND, '+') || is(Flags::OR, '|') {
                if group.next.is_none() && group.top.is_some() {
                    group.next = Some(if c == '+' { Operator::And } else { Operator::Or });
                }
                self.at += 1;
            } else if is(Flags::NOT, '-') {
                group.negations += 1;
                self.at += 1;
            } else if c.is_whitespace() && self.flags.has(Flags::WHITESPACE) {
                self.at += 1;
            } else {
                let branch = self.branch(c, depth)?;
                self.add(&mut group, branch)?;
                group.negations = 0;
            }
        }
        Ok(group.top)
    }

    fn branch(&mut self, c: char, depth: usize) -> Result<Option<Query>, ApiError> {
        if c == '(' && self.flags.has(Flags::PRECEDENCE) {
            check_depth(depth)?;
            self.at += 1;
            let inner = self.group(depth + 1)?;
            // The bracket that ends it, if there is one.
            self.at += usize::from(self.at < self.text.len());
            return Ok(inner);
        }
        if c == '"' && self.flags.has(Flags::PHRASE) {
            self.at += 1;
            if let Some(phrase) = self.quoted() {
                return self.phrase(phrase);
            }
            // A quote without another one means nothing.
            return Ok(None);
        }
        self.token()
    }

    fn add(&self, group: &mut Group, branch: Option<Query>) -> Result<(), ApiError> {
        let Some(mut branch) = branch else {
            group.next = None;
            return Ok(());
        };
        if group.negations % 2 == 1 {
            branch = bool_of(vec![Query::new(QueryKind::MatchAll)], Vec::new(), vec![branch]);
        }
        let Some(top) = group.top.take() else {
            group.top = Some(branch);
            return Ok(());
        };
        let operator = group.next.take().unwrap_or(self.defaults.operator);
        let mut top = if group.last == Some(operator) {
            top
        } else {
            group.depth += 1;
            check_depth(group.depth)?;
            match operator {
                Operator::And => bool_of(vec![top], Vec::new(), Vec::new()),
                Operator::Or => bool_of(Vec::new(), vec![top], Vec::new()),
            }
        };
        if let QueryKind::Bool { must, should, .. } = &mut top.kind {
            match operator {
                Operator::And => must.push(branch),
                Operator::Or => should.push(branch),
            }
        }
        group.last = Some(operator);
        group.top = Some(top);
        Ok(())
    }

    /// What stands between quotes; the parser is behind the second one then, else where it was.
    fn quoted(&mut self) -> Option<String> {
        let begin = self.at;
        let mut inside = String::new();
        while let Some(c) = self.text.get(self.at).copied() {
            self.at += 1;
            match c {
                '"' => return Some(inside),
                '\\' if self.flags.has(Flags::ESCAPE) => {
                    inside.extend(self.text.get(self.at));
                    self.at += 1;
                }
                c => inside.push(c),
            }
        }
        self.at = begin;
        None
    }

    fn phrase(&mut self, text: String) -> Result<Option<Query>, ApiError> {
        let mut slop = None;
        if self.flags.has(Flags::NEAR)
            && let Some(given) = self.number()
        {
            if given > limits::PHRASE_SLOP_MAX {
                return Err(ApiError::illegal(format!(
                    "[simple_query_string] the slop of a phrase must be from 0 to the limit of [{}], but was [{given}]",
                    limits::PHRASE_SLOP_MAX
                )));
            }
            slop = Some(given);
        }
        if text.is_empty() {
            return Ok(None);
        }
        self.count()?;
        let fields = self.defaults.fields.clone();
        Ok(Some(self.defaults.phrase(fields, text, slop)))
    }

    /// `~N` where the parser is, if the word ends behind it. `~` alone is no number.
    fn number(&mut self) -> Option<u32> {
        if self.text.get(self.at) != Some(&'~') {
            return None;
        }
        let rest = &self.text[self.at + 1..];
        let digits: String = rest.iter().take_while(|c| c.is_ascii_digit()).collect();
        let after = rest.get(digits.len());
        if digits.is_empty() || after.is_some_and(|c| !self.ends_word(*c)) {
            return None;
        }
        self.at += 1 + digits.len();
        Some(digits.parse().unwrap_or(u32::MAX))
    }

    fn ends_word(&self, c: char) -> bool {
        c == '"' && self.flags.has(Flags::PHRASE)
            || c == '|' && self.flags.has(Flags::OR)
            || c == '+' && self.flags.has(Flags::AND)
            || matches!(c, '(' | ')') && self.flags.has(Flags::PRECEDENCE)
            || c.is_whitespace() && self.flags.has(Flags::WHITESPACE)
    }

    /// A word: plain, a prefix or fuzzy.
    fn token(&mut self) -> Result<Option<Query>, ApiError> {
        let mut text = String::new();
        let (mut is_prefix, mut edits) = (false, None);
        while let Some(c) = self.text.get(self.at).copied() {
            if c == '\\' && self.flags.has(Flags::ESCAPE) {
                text.extend(self.text.get(self.at + 1));
                self.at += 2;
                is_prefix = false;
                continue;
            }
            if self.ends_word(c) {
                break;
            }
            if c == '~' && self.flags.has(Flags::FUZZY) && !text.is_empty() {
                edits = self.edits();
                if edits.is_some() {
                    break;
                }
            }
            is_prefix = c == '*' && self.flags.has(Flags::PREFIX);
            text.push(c);
            self.at += 1;
        }
        self.at = self.at.min(self.text.len());
        if text.is_empty() {
            return Ok(None);
        }
        self.count()?;
        let fields = self.defaults.fields.clone();
        if let Some(edits) = edits {
            let mut fuzziness = self.defaults.fuzziness;
            fuzziness.edits = edits;
            return Ok(Some(self.defaults.fuzzy(fields, text, fuzziness)));
        }
        if is_prefix && text.pop().is_some() {
            let pattern = Pattern {
                syntax: Syntax::Prefix,
                text,
                case_insensitive: false,
            };
            return Ok(Some(self.defaults.fits(fields, pattern)));
        }
        Ok(Some(self.defaults.words(fields, text, false)))
    }

    /// `~` or `~N` at the end of a word; more than 2 edits are 2.
    fn edits(&mut self) -> Option<Edits> {
        if let Some(number) = self.number() {
            return Some(Edits::Count(u8::try_from(number.min(2)).unwrap_or(2)));
        }
        let after = self.text.get(self.at + 1);
        if after.is_none_or(|c| self.ends_word(*c)) {
            self.at += 1;
            return Some(Edits::Count(2));
        }
        None
    }

    fn count(&mut self) -> Result<(), ApiError> {
        self.words += self.defaults.fields.len().max(1);
        if self.words > limits::CLAUSES_MAX {
            return Err(ApiError::illegal(format!(
                "[simple_query_string] the query has more words than the limit of [{}] clauses",
                limits::CLAUSES_MAX
            )));
        }
        Ok(())
    }
}

fn check_depth(depth: usize) -> Result<(), ApiError> {
    if depth < limits::QUERY_DEPTH_MAX {
        return Ok(());
    }
    Err(ApiError::illegal(format!(
        "[simple_query_string] groups and changes of the operator are nested deeper than the limit of [{}]",
        limits::QUERY_DEPTH_MAX
    )))
}

fn bool_of(must: Vec<Query>, should: Vec<Query>, must_not: Vec<Query>) -> Query {
    Query::new(QueryKind::Bool {
        must,
        should,
        filter: Vec::new(),
        must_not,
        minimum_should_match: None,
    })
}
