//! The small pieces of wikitext: tags, entities, external links, the few templates that only dress a text up.

/// How far the end of a tag or external link is looked for.
const TAG_BYTES_MAX: usize = 1024;

/// The longest name of an entity that is known, with `&` and `;`.
const ENTITY_BYTES_MAX: usize = 12;

/// Whether a character may mean something; all others are text.
pub(super) fn is_special(character: char) -> bool {
    matches!(character, '\n' | '{' | '}' | '[' | ']' | '\'' | '&' | '_' | '<')
}

/// How many times the text begins with a byte.
pub(super) fn run_of(text: &str, byte: u8) -> usize {
    text.bytes().take_while(|other| *other == byte).count()
}

/// Elements that are read as a whole, because their content is no wikitext.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Element(&'static str);

impl Element {
    /// Whether the content is for reading.
    pub(super) fn is_text(self) -> bool {
        matches!(self.0, "nowiki" | "pre" | "syntaxhighlight" | "source")
    }
}

const ELEMENTS: [&str; 17] = [
    "ref",
    "math",
    "chem",
    "ce",
    "gallery",
    "timeline",
    "score",
    "imagemap",
    "templatedata",
    "graph",
    "mapframe",
    "maplink",
    "hiero",
    "nowiki",
    "pre",
    "syntaxhighlight",
    "source",
];

/// Elements that begin a new line.
const BREAKS: [&str; 7] = ["br", "p", "div", "li", "tr", "blockquote", "hr"];

/// A tag in the text.
pub(super) struct Tag {
    /// How long it is.
    pub(super) bytes: usize,
    pub(super) breaks_line: bool,
    /// The element that it opens, if the element is read as a whole.
    pub(super) opens: Option<Element>,
}

/// The tag that the text begins with. Wikitext is full of `<` that begin none.
pub(super) fn tag(text: &str) -> Option<Tag> {
    // A second `<` tells that the first one began no tag, and keeps this from looking at the same bytes again and again.
    let mut behind = text.bytes().take(TAG_BYTES_MAX).skip(1);
    let end = 1 + behind.position(|byte| matches!(byte, b'<' | b'>'))?;
    let inside = text[1..]
        .get(..end - 1)
        .filter(|_| text.as_bytes()[end] == b'>')?;
    let (is_end, inside) = match inside.strip_prefix('/') {
        Some(inside) => (true, inside),
        None => (false, inside),
    };
    let name_bytes = inside
        .bytes()
        .take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'-')
        .count();
    let (name, attributes) = inside.split_at(name_bytes);
    if !name.starts_with(|first: char| first.is_ascii_alphabetic()) {
        return None;
    }
    let is_whole = attributes.ends_with('/');
    let same = |known: &&&str| name.eq_ignore_ascii_case(known);
    let opens = ELEMENTS
        .iter()
        .find(same)
        .filter(|_| !is_end && !is_whole)
        .map(|known| Element(known));
    Some(Tag {
        bytes: end + 1,
        breaks_line: BREAKS.iter().any(|known| same(&known)),
        opens,
    })
}

/// How long an element's content is, and the tag behind it; none if the element has no end.
pub(super) fn content(text: &str, element: Element) -> Option<(usize, usize)> {
    text.match_indices("</").find_map(|(at, _)| {
        let end = &text.as_bytes()[at + 2..];
        let name = end.get(..element.0.len())?;
        let behind = end.iter().skip(element.0.len()).take(TAG_BYTES_MAX);
        let closing = behind.take_while(|byte| byte.is_ascii_whitespace() || **byte == b'>');
        let bytes = closing.clone().position(|byte| *byte == b'>')?;
        name.eq_ignore_ascii_case(element.0.as_bytes())
            .then_some((at, 2 + element.0.len() + bytes + 1))
    })
}

/// How much in front of an external link's label is no text: `[https://example.org ` has 21 bytes.
pub(super) fn external_link_bytes(text: &str) -> Option<usize> {
    let target = text.strip_prefix('[')?;
    let schemes = [
        "http://", "https://", "//", "ftp://", "mailto:", "news:", "irc://",
    ];
    if !schemes.iter().any(|scheme| target.starts_with(scheme)) {
        return None;
    }
    let end = target
        .bytes()
        .take(TAG_BYTES_MAX)
        .position(|byte| matches!(byte, b' ' | b']' | b'[' | b'\n'))?;
    let space = usize::from(target.as_bytes()[end] == b' ');
    Some(1 + end + space)
}

/// How long a word such as `__NOTOC__` is.
pub(super) fn magic_word_bytes(text: &str) -> Option<usize> {
    let inside = text.strip_prefix("__")?;
    let letters = inside
        .bytes()
        .take(TAG_BYTES_MAX)
        .take_while(u8::is_ascii_uppercase)
        .count();
    (letters > 0 && inside[letters..].starts_with("__")).then_some(letters + 4)
}

/// The character that an entity stands for, and the entity's length.
pub(super) fn entity(text: &str) -> Option<(char, usize)> {
    let end = text
        .bytes()
        .take(ENTITY_BYTES_MAX)
        .position(|byte| byte == b';')?;
    let name = &text[1..end];
    let character = match name {
        "nbsp" | "thinsp" | "ensp" | "emsp" => ' ',
        "ndash" => '–',
        "mdash" => '—',
        "minus" => '−',
        "times" => '×',
        "middot" => '·',
        "hellip" => '…',
        "deg" => '°',
        "prime" => '′',
        "lt" => '<',
        "gt" => '>',
        "amp" => '&',
        "quot" => '"',
        _ => {
            let number = name.strip_prefix('#')?;
            let code = match number.strip_prefix(['x', 'X']) {
                Some(digits) => u32::from_str_radix(digits, 16).ok()?,
                None => number.parse().ok()?,
            };
            char::from_u32(code).filter(|character| !character.is_control())?
        }
    };
    Some((character, end + 1))
}

/// What a template shows: the text that it dresses up, or nothing.
pub(super) fn template_text(content: &str) -> String {
    let mut parts = content.split('|');
    let name = parts.next().unwrap_or_default().trim().to_ascii_lowercase();
    let mut unnamed = parts.filter(|part| !is_named(part)).map(str::trim);
    let shown = match name.as_str() {
        "nowrap" | "nobr" | "small" | "smaller" | "big" | "larger" | "em" | "strong" | "abbr" | "mvar"
        | "var" | "ill" | "interlanguage link" | "visible anchor" | "ship" => unnamed.next(),
        "lang" | "langx" | "transliteration" | "transl" => unnamed.nth(1),
        "convert" | "cvt" => {
            let number = unnamed.next().unwrap_or_default();
            let unit = unnamed.next().unwrap_or_default();
            return format!("{number} {unit}");
        }
        "snd" | "spaced ndash" | "ndash" => Some(" – "),
        _ if name.starts_with("lang-") => unnamed.next(),
        _ => None,
    };
    shown.unwrap_or_default().to_owned()
}

/// Whether a template's parameter has a name, as in `first=Ada`.
fn is_named(parameter: &str) -> bool {
    parameter.split_once('=').is_some_and(|(name, _)| {
        name.trim()
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b' '))
    })
}

/// Removes what leaving things out leaves behind: rows of spaces and empty lines, brackets with nothing in them.
pub(super) fn tidy(text: &str) -> String {
    let mut tidied = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\n' => {
                trim_end(&mut tidied, &[' ']);
                if !tidied.is_empty() && !tidied.ends_with("\n\n") {
                    tidied.push('\n');
                }
            }
            ')' => {
                trim_end(&mut tidied, &[' ', ',', ';']);
                if tidied.ends_with('(') {
                    tidied.pop();
                    trim_end(&mut tidied, &[' ']);
                } else {
                    tidied.push(')');
                }
            }
            ',' | ';' => {
                trim_end(&mut tidied, &[' ']);
                if !tidied.ends_with('(') {
                    tidied.push(character);
                }
            }
            _ if character.is_whitespace() || character == '\u{a0}' => {
                if !tidied.is_empty() && !tidied.ends_with([' ', '\n']) {
                    tidied.push(' ');
                }
            }
            _ if tidied.ends_with("( ") => {
                tidied.pop();
                tidied.push(character);
            }
            _ => tidied.push(character),
        }
    }
    tidied.truncate(tidied.trim_end().len());
    tidied
}

fn trim_end(text: &mut String, characters: &[char]) {
    let trimmed = text.trim_end_matches(characters).len();
    text.truncate(trimmed);
}
