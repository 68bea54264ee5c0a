//! HTML without its marks.

use std::collections::BTreeSet;

use super::Changed;

/// Takes tags, comments and what is in scripts and styles away, and reads references to characters.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::analysis) struct Html {
    /// The elements whose tags are left, in lower case.
    pub(in crate::analysis) kept: BTreeSet<String>,
}

/// Elements within a line: their tags do not part words. All others do.
const INLINE: [&str; 28] = [
    "a", "abbr", "acronym", "b", "basefont", "bdo", "big", "cite", "code", "dfn", "em", "font", "i", "img",
    "input", "kbd", "label", "q", "s", "samp", "select", "small", "span", "strike", "strong", "sub", "sup",
    "u",
];

/// The characters from 160 to 255 by their names in HTML.
const LATIN: [&str; 96] = [
    "nbsp", "iexcl", "cent", "pound", "curren", "yen", "brvbar", "sect", "uml", "copy", "ordf", "laquo",
    "not", "shy", "reg", "macr", "deg", "plusmn", "sup2", "sup3", "acute", "micro", "para", "middot",
    "cedil", "sup1", "ordm", "raquo", "frac14", "frac12", "frac34", "iquest", "Agrave", "Aacute", "Acirc",
    "Atilde", "Auml", "Aring", "AElig", "Ccedil", "Egrave", "Eacute", "Ecirc", "Euml", "Igrave", "Iacute",
    "Icirc", "Iuml", "ETH", "Ntilde", "Ograve", "Oacute", "Ocirc", "Otilde", "Ouml", "times", "Oslash",
    "Ugrave", "Uacute", "Ucirc", "Uuml", "Yacute", "THORN", "szlig", "agrave", "aacute", "acirc", "atilde",
    "auml", "aring", "aelig", "ccedil", "egrave", "eacute", "ecirc", "euml", "igrave", "iacute", "icirc",
    "iuml", "eth", "ntilde", "ograve", "oacute", "ocirc", "otilde", "ouml", "divide", "oslash", "ugrave",
    "uacute", "ucirc", "uuml", "yacute", "thorn", "yuml",
];

/// Other characters with names.
const NAMED: [(&str, char); 24] = [
    ("amp", '&'),
    ("lt", '<'),
    ("gt", '>'),
    ("quot", '"'),
    ("apos", '\''),
    ("ndash", '–'),
    ("mdash", '—'),
    ("lsquo", '‘'),
    ("rsquo", '’'),
    ("sbquo", '‚'),
    ("ldquo", '“'),
    ("rdquo", '”'),
    ("bdquo", '„'),
    ("hellip", '…'),
    ("bull", '•'),
    ("euro", '€'),
    ("trade", '™'),
    ("prime", '′'),
    ("lsaquo", '‹'),
    ("rsaquo", '›'),
    ("OElig", 'Œ'),
    ("oelig", 'œ'),
    ("Scaron", 'Š'),
    ("scaron", 'š'),
];

/// The longest reference, in bytes, with `&` and `;`.
const REFERENCE_BYTES_MAX: usize = 12;

impl Html {
    pub(super) fn apply(&self, changed: &mut Changed<'_>) {
        let text = changed.text();
        // No tag begins after the last end of one; without this, many beginnings would each be looked after to the end.
        let last_end = text.rfind('>').unwrap_or(0);
        let mut at = 0;
        while let Some(ahead) = text[at..].find(['<', '&']) {
            at += ahead;
            let found = if text[at..].starts_with('<') {
                Some(at)
                    .filter(|at| *at < last_end)
                    .and_then(|at| self.tag(text, at))
            } else {
                reference(&text[at..]).map(|(length, c)| (at + length, c.to_string()))
            };
            at = match found {
                Some((end, with)) => {
                    changed.replace(at, end, &with);
                    end
                }
                None => at + 1,
            };
        }
    }

    /// Where a tag or comment that begins here ends, and what stands for it; `None` if it is none or is kept.
    fn tag(&self, text: &str, at: usize) -> Option<(usize, String)> {
        let rest = &text[at..];
        if let Some(comment) = rest.strip_prefix("<!--") {
            let length = comment.find("-->").map_or(rest.len(), |end| end + 7);
            return Some((at + length, String::new()));
        }
        if rest.starts_with("<!") || rest.starts_with("<?") {
            let length = rest.find('>')? + 1;
            return Some((at + length, String::new()));
        }
        let (closing, inner) = match rest[1..].strip_prefix('/') {
            Some(inner) => (true, inner),
            None => (false, &rest[1..]),
        };
        let name = inner.split(|c: char| !c.is_ascii_alphanumeric()).next()?;
        if !name.starts_with(|c: char| c.is_ascii_alphabetic()) {
            return None;
        }
        let end = at + 1 + end_of_tag(&rest[1..])?;
        let name = name.to_ascii_lowercase();
        if self.kept.contains(&name) {
            return None;
        }
        if !closing && matches!(name.as_str(), "script" | "style") && !text[..end].ends_with("/>") {
            return Some((end_of_element(text, end, &name), "\n".to_owned()));
        }
        let inline = INLINE.contains(&name.as_str());
        Some((end, if inline { "" } else { "\n" }.to_owned()))
    }
}

/// How long a tag is without its `<`: `>` within quotes does not end it.
fn end_of_tag(rest: &str) -> Option<usize> {
    let mut quote = None;
    for (at, c) in rest.char_indices() {
        match (quote, c) {
            (None, '>') => return Some(at + 1),
            // A tag does not begin within another: it was none.
            (None, '<') => return None,
            (None, '"' | '\'') => quote = Some(c),
            (Some(open), c) if c == open => quote = None,
            _ => {}
        }
    }
    None
}

/// Where the element ends that was opened before; at the end of the text if it is never closed.
fn end_of_element(text: &str, from: usize, name: &str) -> usize {
    let mut at = from;
    while let Some(ahead) = text[at..].find("</") {
        at += ahead + 2;
        let is_it = text[at..]
            .get(..name.len())
            .is_some_and(|found| found.eq_ignore_ascii_case(name));
        if is_it {
            return text[at..].find('>').map_or(text.len(), |end| at + end + 1);
        }
    }
    text.len()
}

/// How long a reference to a character is, and to which.
fn reference(rest: &str) -> Option<(usize, char)> {
    let window = &rest[1..rest.floor_char_boundary(REFERENCE_BYTES_MAX)];
    let name = &window[..window.find(';')?];
    let c = if let Some(number) = name.strip_prefix('#') {
        let code = match number.strip_prefix(['x', 'X']) {
            Some(digits) => u32::from_str_radix(digits, 16),
            None => number.parse(),
        };
        char::from_u32(code.ok()?)?
    } else if let Some((_, c)) = NAMED.iter().find(|(of, _)| *of == name) {
        *c
    } else {
        let place = LATIN.iter().position(|of| *of == name)?;
        u8::try_from(160 + place).ok().map(char::from)?
    };
    // A space that does not break is a space.
    Some((name.len() + 2, if c == '\u{A0}' { ' ' } else { c }))
}
