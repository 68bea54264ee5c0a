//! Blanks out what is not code: a small lexer for Rust's comments, strings and characters.

/// Returns `source` with the content of every comment, string and character literal replaced by spaces.
///
/// Lines stay where they are, and code stays as it is, so a search in the result finds code alone. Source that does not
/// compile gives some result, never a panic.
pub(crate) fn mask(source: &str) -> String {
    let mut lexer = Lexer {
        source,
        at: 0,
        masked: String::with_capacity(source.len()),
    };
    while lexer.at < source.len() {
        let length = lexer.blank_length();
        if length > 0 {
            lexer.blank(length);
        } else {
            lexer.keep();
        }
    }
    lexer.masked
}

/// Whether `c` can be part of an identifier.
pub(crate) fn is_identifier(c: char) -> bool {
    c == '_' || c.is_alphanumeric()
}

struct Lexer<'a> {
    source: &'a str,
    /// Byte offset of the next character to look at.
    at: usize,
    masked: String,
}

impl Lexer<'_> {
    /// Length in bytes of the comment or literal that begins here; 0 if code does.
    fn blank_length(&self) -> usize {
        let rest = &self.source[self.at..];
        let before = self.source[..self.at].chars().next_back();
        match rest.as_bytes()[0] {
            b'/' if rest.starts_with("//") => rest.find('\n').unwrap_or(rest.len()),
            b'/' if rest.starts_with("/*") => block_comment(rest),
            b'"' => quoted(rest, '"'),
            b'r' | b'b' | b'c' if !before.is_some_and(is_identifier) => raw_string(rest),
            b'\'' => character(rest),
            _ => 0,
        }
    }

    fn blank(&mut self, length: usize) {
        let end = self.at + length;
        let blanked = &self.source[self.at..end];
        self.masked
            .extend(blanked.chars().map(|c| if c == '\n' { '\n' } else { ' ' }));
        self.at = end;
    }

    /// Copies one character; an identifier goes as a whole, since `blank_length` looks at its first letter only.
    fn keep(&mut self) {
        let rest = &self.source[self.at..];
        let identifier: usize = rest
            .chars()
            .take_while(|c| is_identifier(*c))
            .map(char::len_utf8)
            .sum();
        let length = identifier.max(rest.chars().next().map_or(0, char::len_utf8));
        self.masked.push_str(&rest[..length]);
        self.at += length;
    }
}

/// Block comments nest.
fn block_comment(rest: &str) -> usize {
    let mut depth = 0_usize;
    let mut at = 0;
    while at < rest.len() {
        let step = if rest[at..].starts_with("/*") {
            depth += 1;
            2
        } else if rest[at..].starts_with("*/") {
            depth -= 1;
            2
        } else {
            rest[at..].chars().next().map_or(1, char::len_utf8)
        };
        at += step;
        if depth == 0 {
            return at;
        }
    }
    rest.len()
}

/// A literal between two `quote`s, with backslash escapes.
fn quoted(rest: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, c) in rest.char_indices().skip(1) {
        if escaped {
            escaped = false;
        } else if c == '\\' {
            escaped = true;
        } else if c == quote {
            return at + quote.len_utf8();
        }
    }
    rest.len()
}

/// `r"…"`, `br#"…"#`, `cr##"…"##`; 0 for anything else, such as the raw identifier `r#type` or the prefix of `b"…"`.
fn raw_string(rest: &str) -> usize {
    let Some(fence_on) = rest.strip_prefix(['b', 'c']).unwrap_or(rest).strip_prefix('r') else {
        return 0;
    };
    let body_on = fence_on.trim_start_matches('#');
    let Some(body) = body_on.strip_prefix('"') else {
        return 0;
    };
    let fence = "#".repeat(fence_on.len() - body_on.len());
    let end = format!("\"{fence}");
    body.find(&end)
        .map_or(rest.len(), |found| rest.len() - body.len() + found + end.len())
}

/// A character literal; 0 for a lifetime or a loop label.
fn character(rest: &str) -> usize {
    let mut inside = rest[1..].chars();
    match inside.next() {
        Some('\\') => quoted(rest, '\''),
        Some(_) if inside.next() == Some('\'') => quoted(rest, '\''),
        _ => 0,
    }
}
