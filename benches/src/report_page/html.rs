//! A careful writer of HTML: markup is written here or is known when this is compiled, and all other text is escaped.

use std::fmt::{self, Display, Write as _};

/// A page as it grows.
#[derive(Debug, Default)]
pub(super) struct Html(String);

impl Html {
    /// Markup that is part of this program.
    pub(super) fn raw(&mut self, markup: &'static str) {
        self.0.push_str(markup);
    }

    /// Text of whatever origin.
    pub(super) fn text(&mut self, text: impl Display) {
        write!(Escaped(&mut self.0), "{text}").expect("writing to a string does not fail");
    }

    /// A picture that was drawn by this program, which escapes what it writes.
    pub(super) fn svg(&mut self, svg: &str) {
        self.0.push_str(svg);
    }

    /// Style rules that this program made.
    pub(super) fn rules(&mut self, rules: &str) {
        self.0.push_str(rules);
    }

    /// `<tag class="…">text</tag>`.
    pub(super) fn element(&mut self, tag: &'static str, class: &'static str, text: impl Display) {
        self.inside(tag, class, |html| html.text(text));
    }

    /// `<tag class="…">…</tag>`.
    pub(super) fn inside(&mut self, tag: &'static str, class: &'static str, content: impl FnOnce(&mut Self)) {
        let class = if class.is_empty() {
            String::new()
        } else {
            format!(" class=\"{class}\"")
        };
        write!(self.0, "<{tag}{class}>").expect("writing to a string does not fail");
        content(self);
        write!(self.0, "</{tag}>").expect("writing to a string does not fail");
        if matches!(
            tag,
            "p" | "tr" | "li" | "dd" | "section" | "h1" | "h2" | "figure" | "table"
        ) {
            self.0.push('\n');
        }
    }

    /// A cell that is sorted by a number.
    pub(super) fn cell(&mut self, class: &'static str, order: f64, text: impl Display) {
        let order = if order.is_finite() { order } else { f64::MAX };
        write!(self.0, "<td class=\"{class}\" data-order=\"{order}\">")
            .expect("writing to a string does not fail");
        self.text(text);
        self.raw("</td>");
    }

    /// What may be wider than the page, and then scrolls by itself: named, so that whoever tabs there hears what it is.
    pub(super) fn scroll(&mut self, name: &str, content: impl FnOnce(&mut Self)) {
        self.raw("<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"");
        self.text(name);
        self.raw("\">");
        content(self);
        self.raw("</div>\n");
    }

    /// A link to a file beside the page.
    pub(super) fn link(&mut self, to: &str, text: impl Display) {
        self.raw("<a href=\"");
        for byte in to.bytes() {
            match byte {
                b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'-' | b'_' | b'.' | b'~' => {
                    self.0.push(char::from(byte));
                }
                byte => write!(self.0, "%{byte:02X}").expect("writing to a string does not fail"),
            }
        }
        self.raw("\">");
        self.text(text);
        self.raw("</a>");
    }

    /// The page.
    pub(super) fn finish(self) -> String {
        self.0
    }
}

/// Escapes what is written through it.
struct Escaped<'a>(&'a mut String);

impl fmt::Write for Escaped<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for character in text.chars() {
            match character {
                '&' => self.0.push_str("&amp;"),
                '<' => self.0.push_str("&lt;"),
                '>' => self.0.push_str("&gt;"),
                '"' => self.0.push_str("&quot;"),
                '\'' => self.0.push_str("&#39;"),
                // What neither HTML nor XML may hold.
                character if character.is_control() && !character.is_whitespace() => self.0.push('\u{fffd}'),
                character => self.0.push(character),
            }
        }
        Ok(())
    }
}
