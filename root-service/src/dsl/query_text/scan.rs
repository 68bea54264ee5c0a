//! Makes a query string digestible for the grammar: refuses what would overflow its stack and what is not offered, and
//! rewrites what people type and it cannot read.

use std::collections::HashMap;
use std::iter::Peekable;
use std::str::Chars;

use shared::limits;

use super::literal::{harmless, literal, mark, operator};
use super::special::encoded;
use crate::error::brief;

/// The digestible text, or the reason why there is none.
pub(super) fn scan(text: &str) -> Result<String, String> {
    if text.trim() == "*:*" {
        return Ok("*".to_owned());
    }
    let mut scan = Scan {
        rest: text.chars().peekable(),
        out: String::with_capacity(text.len() + 16),
        groups: Vec::new(),
        negations: 0,
        nesting: 0,
        at_start: true,
        repeats: HashMap::new(),
    };
    scan.run()?;
    Ok(scan.out)
}

struct Scan<'a> {
    rest: Peekable<Chars<'a>>,
    out: String,
    /// For each open group, the negations before it.
    groups: Vec<usize>,
    /// Negations in a row, just now.
    negations: usize,
    /// How deep the grammar would recurse here.
    nesting: usize,
    /// Whether a word, or an operator before one, may begin here.
    at_start: bool,
    repeats: HashMap<String, u32>,
}

impl Scan<'_> {
    fn run(&mut self) -> Result<(), String> {
        while let Some(c) = self.rest.peek().copied() {
            match c {
                c if c.is_whitespace() || c.is_control() => {
                    self.rest.next();
                    self.out.push(' ');
                    self.at_start = true;
                }
                '(' => self.open()?,
                ')' => self.close()?,
                '"' => self.phrase()?,
                '[' | '{' if self.out.ends_with(':') || self.at_start => self.range()?,
                '/' if (self.at_start || self.out.ends_with(':')) && self.begins_regexp() => self.regexp(),
                '^' => self.boost()?,
                '+' | '-' if self.at_start => self.sign(),
                '!' if self.at_start => self.exclamation()?,
                _ => self.word()?,
            }
        }
        if self.groups.is_empty() {
            Ok(())
        } else {
            Err("a [(] has no [)]; write [\\(] to look for it".to_owned())
        }
    }

    fn deeper(&mut self) -> Result<(), String> {
        self.nesting += 1;
        if self.nesting > limits::QUERY_STRING_DEPTH_MAX {
            return Err(format!(
                "groups and negations are nested deeper than the limit of [{}]",
                limits::QUERY_STRING_DEPTH_MAX
            ));
        }
        Ok(())
    }

    /// A word, phrase or range ends the negations before it.
    fn operand(&mut self) {
        self.nesting -= self.negations;
        self.negations = 0;
        self.at_start = false;
    }

    fn open(&mut self) -> Result<(), String> {
        self.deeper()?;
        self.groups.push(self.negations);
        self.negations = 0;
        self.rest.next();
        self.out.push('(');
        self.at_start = true;
        Ok(())
    }

    fn close(&mut self) -> Result<(), String> {
        let Some(negations) = self.groups.pop() else {
            return Err("a [)] has no [(]; write [\\)] to look for it".to_owned());
        };
        if self.out.trim_end().ends_with('(') {
            return Err("a group is empty".to_owned());
        }
        self.nesting -= 1 + self.negations + negations;
        self.negations = 0;
        self.rest.next();
        self.out.push(')');
        self.at_start = false;
        Ok(())
    }

    /// `+word`, `-word`; a sign that stands alone means nothing.
    fn sign(&mut self) {
        let sign = self.rest.next().unwrap_or('+');
        match self.rest.peek() {
            Some(next) if !next.is_whitespace() && !matches!(next, '+' | '-' | ')') => {
                self.out.push(sign);
                // A second sign belongs to the word.
                self.at_start = matches!(next, '!');
            }
            _ => {}
        }
    }

    /// `!word` means `NOT word`; an exclamation mark that stands alone means nothing.
    fn exclamation(&mut self) -> Result<(), String> {
        self.rest.next();
        match self.rest.peek() {
            Some(next) if !next.is_whitespace() && *next != ')' => self.negate(),
            _ => Ok(()),
        }
    }

    fn negate(&mut self) -> Result<(), String> {
        self.deeper()?;
        self.negations += 1;
        self.out.push_str("NOT ");
        self.at_start = true;
        Ok(())
    }

    fn phrase(&mut self) -> Result<(), String> {
        self.rest.next();
        let mut inside = String::new();
        loop {
            match self.rest.next() {
                Some('"') => break,
                Some('\\') => inside.extend(self.rest.next().map(literal)),
                Some(c) => inside.push(c),
                None => return Err("a [\"] has no second one; write [\\\"] to look for it".to_owned()),
            }
        }
        let mark = self.mark_repeated(&inside);
        self.out.push('"');
        self.out.push_str(&inside);
        self.out.extend(mark);
        self.out.push('"');
        self.operand();
        match self.rest.peek() {
            Some('*') => Err(format!(
                "prefixes of phrases, such as [\"{}\"*], are not offered",
                brief(&inside)
            )),
            Some('~') => self.slop(),
            _ => Ok(()),
        }
    }

    fn slop(&mut self) -> Result<(), String> {
        self.rest.next();
        let digits = self.take_while(|c| c.is_ascii_digit());
        match digits.parse::<u32>() {
            Ok(slop) if slop <= limits::PHRASE_SLOP_MAX => {
                self.out.push('~');
                self.out.push_str(&digits);
                Ok(())
            }
            _ => Err(format!(
                "the slop of a phrase must be a number from 0 to the limit of [{}], but was [{}]",
                limits::PHRASE_SLOP_MAX,
                brief(&digits)
            )),
        }
    }

    fn range(&mut self) -> Result<(), String> {
        let open = self.rest.next().unwrap_or('[');
        self.out.push(open);
        loop {
            match self.rest.next() {
                Some(close @ (']' | '}')) => {
                    self.out.push(close);
                    self.operand();
                    return Ok(());
                }
                Some('\\') => self.out.extend(self.rest.next().map(literal)),
                // Quotes around an end say nothing more.
                Some('"') => {}
                Some(c @ ('(' | ')' | '[' | '{' | '`')) => self.out.push(literal(c)),
                Some(c) if c.is_whitespace() => self.out.push(' '),
                Some(c) => self.out.push(c),
                None => return Err(format!("a [{open}] has no end; write [\\{open}] to look for it")),
            }
        }
    }

    fn boost(&mut self) -> Result<(), String> {
        self.rest.next();
        let digits = self.take_while(|c| c.is_ascii_digit() || c == '.');
        let number: f32 = digits.parse().unwrap_or(f32::INFINITY);
        if self.out.is_empty() || !number.is_finite() {
            return Err(format!(
                "a boost [^] must follow something and have a number, but had [{}]",
                brief(&digits)
            ));
        }
        self.out.push('^');
        self.out.push_str(&number.to_string());
        self.at_start = false;
        Ok(())
    }

    /// A word up to the next white space, bracket, quote or boost, with its field if it has one.
    fn word(&mut self) -> Result<(), String> {
        let at_start = self.at_start;
        let after_field = self.out.trim_end().ends_with(':');
        let raw = self.raw_word(after_field);
        if raw.text == "&&" || raw.text == "||" {
            self.out.push_str(if raw.text == "&&" { "AND " } else { "OR " });
            return Ok(());
        }
        if at_start && !after_field {
            match raw.text.as_str() {
                "NOT" => return self.negate(),
                "AND" | "OR" => {
                    self.out.push_str(&raw.text);
                    self.out.push(' ');
                    return Ok(());
                }
                _ => {}
            }
        }
        if raw.is_field {
            // A field's name may hold stars, which the grammar does not know.
            self.out
                .extend(raw.text.chars().map(|c| if c == '*' { literal(c) } else { c }));
            self.out.push(':');
            self.skip_spaces();
            self.at_start = false;
            return Ok(());
        }
        let (comparison, word) = split_comparison(&raw.text, after_field);
        self.out.push_str(comparison);
        if comparison.is_empty() {
            self.out.push_str(&encoded(word)?);
        } else {
            self.out.push_str(&harmless(word));
        }
        if comparison.is_empty() && word != "*" {
            let mark = self.mark_repeated(word);
            self.out.extend(mark);
        }
        if comparison.is_empty() || !word.is_empty() {
            self.operand();
        }
        Ok(())
    }

    /// Whether a slash has another one at the end of a word.
    fn begins_regexp(&self) -> bool {
        let mut ahead = self.rest.clone();
        ahead.next();
        let mut is_empty = true;
        while let Some(c) = ahead.next() {
            match c {
                '/' => {
                    let ends = |c: &char| c.is_whitespace() || matches!(c, ')' | '^');
                    return !is_empty && ahead.peek().is_none_or(ends);
                }
                '\\' => drop(ahead.next()),
                _ => {}
            }
            is_empty = false;
        }
        false
    }

    /// `/wh[ai]le/`, all of it literal.
    fn regexp(&mut self) {
        self.rest.next();
        let mut inside = String::new();
        while let Some(c) = self.rest.next() {
            match c {
                '/' => break,
                '\\' => match self.rest.next() {
                    Some('/') => inside.push(literal('/')),
                    other => inside.extend(Some('\\').into_iter().chain(other).map(literal)),
                },
                c => inside.push(literal(c)),
            }
        }
        let mark = self.mark_repeated(&inside);
        self.out.push(operator('/'));
        self.out.push_str(&inside);
        self.out.extend(mark);
        self.operand();
    }

    fn raw_word(&mut self, after_field: bool) -> RawWord {
        let mut word = RawWord {
            text: String::new(),
            is_field: false,
        };
        while let Some(c) = self.rest.peek().copied() {
            match c {
                '\\' => {
                    self.rest.next();
                    word.text.extend(self.rest.next().map(literal));
                    continue;
                }
                ':' if !after_field && !word.text.is_empty() => {
                    self.rest.next();
                    word.is_field = true;
                    return word;
                }
                ':' | '\'' | '`' | ']' | '}' => word.text.push(literal(c)),
                '[' | '{' if !word.text.is_empty() => word.text.push(literal(c)),
                '(' | ')' | '"' | '^' => break,
                c if c.is_whitespace() || c.is_control() => break,
                c => word.text.push(c),
            }
            self.rest.next();
        }
        word
    }

    /// A mark for a text that was there before.
    fn mark_repeated(&mut self, text: &str) -> Option<char> {
        let times = self.repeats.entry(text.to_owned()).or_insert(0);
        let mark = (*times > 0).then(|| mark(*times)).flatten();
        *times += 1;
        mark
    }

    fn skip_spaces(&mut self) {
        self.take_while(char::is_whitespace);
    }

    fn take_while(&mut self, wanted: impl Fn(char) -> bool) -> String {
        let mut taken = String::new();
        while let Some(c) = self.rest.next_if(|c| wanted(*c)) {
            taken.push(c);
        }
        taken
    }
}

struct RawWord {
    text: String,
    /// Whether it ended with the colon of a field.
    is_field: bool,
}

/// `>=5` of `year:>=5` as its sign and its value.
fn split_comparison(word: &str, after_field: bool) -> (&str, &str) {
    let signs = if after_field {
        [">=", "<=", ">", "<"].as_slice()
    } else {
        &[]
    };
    signs
        .iter()
        .find_map(|sign| Some((*sign, word.strip_prefix(sign)?)))
        .unwrap_or(("", word))
}
