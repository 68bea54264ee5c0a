//! Turns HTML into readable text, as a browser would show it: in one pass over its tokens, however deep they are nested.

use std::convert::Infallible;

use html5gum::emitters::callback::{CallbackEmitter, CallbackEvent};
use html5gum::{Span, Tokenizer};

/// What is readable in an HTML page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct HtmlText {
    /// The page's title; empty if it has none.
    pub(crate) title: String,
    /// The first heading of the first level; empty if there is none.
    pub(crate) heading: String,
    /// The text: a line for each paragraph, list item or row.
    pub(crate) text: String,
}

/// Reads a page or a part of one. Anything is HTML: what is broken is read as browsers read it.
pub(crate) fn read(html: &str) -> HtmlText {
    let mut writer = Writer::default();
    let mut emitter = CallbackEmitter::new(|event: CallbackEvent<'_>, _: Span<()>| -> Option<Infallible> {
        writer.add(&event);
        None
    });
    emitter.naively_switch_states(true);
    let Ok(()) = Tokenizer::new_with_emitter(html, emitter).finish();
    writer.finish()
}

/// Where text goes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Place {
    #[default]
    Body,
    Title,
    Heading,
}

/// Collects text; white space becomes one space or one line end, except in preformatted text.
#[derive(Default)]
struct Writer {
    read: HtmlText,
    place: Place,
    /// The element whose content is not for reading, until it ends.
    hidden: Option<&'static [u8]>,
    preformatted: bool,
}

/// Elements whose content is not for reading. The tokenizer reads their content as one text, so none is nested.
const HIDDEN: [&[u8]; 6] = [
    b"script",
    b"style",
    b"noscript",
    b"iframe",
    b"noembed",
    b"textarea",
];

impl Writer {
    fn add(&mut self, event: &CallbackEvent<'_>) {
        match event {
            CallbackEvent::OpenStartTag { name } => self.start(name),
            CallbackEvent::EndTag { name } => self.end(name),
            CallbackEvent::String { value } if self.hidden.is_none() => {
                self.text(&String::from_utf8_lossy(value));
            }
            CallbackEvent::String { .. }
            | CallbackEvent::AttributeName { .. }
            | CallbackEvent::AttributeValue { .. }
            | CallbackEvent::CloseStartTag { .. }
            | CallbackEvent::Comment { .. }
            | CallbackEvent::Doctype { .. }
            | CallbackEvent::Error(_) => {}
        }
    }

    fn start(&mut self, name: &[u8]) {
        self.hidden = HIDDEN.into_iter().find(|hidden| *hidden == name);
        match name {
            b"title" if self.read.title.is_empty() => self.place = Place::Title,
            b"h1" if self.read.heading.is_empty() => self.place = Place::Heading,
            b"pre" => self.preformatted = true,
            _ => {}
        }
        self.separate(name);
    }

    fn end(&mut self, name: &[u8]) {
        if self.hidden == Some(name) {
            self.hidden = None;
        }
        match name {
            b"title" | b"h1" => self.place = Place::Body,
            b"pre" => self.preformatted = false,
            _ => {}
        }
        self.separate(name);
    }

    fn text(&mut self, text: &str) {
        match self.place {
            Place::Title => flow(&mut self.read.title, text),
            Place::Heading => {
                flow(&mut self.read.heading, text);
                flow(&mut self.read.text, text);
            }
            Place::Body if self.preformatted => self.read.text.push_str(text),
            Place::Body => flow(&mut self.read.text, text),
        }
    }

    /// Cells are a space apart, blocks a line.
    fn separate(&mut self, name: &[u8]) {
        match name {
            b"td" | b"th" => flow(&mut self.read.text, " "),
            b"address" | b"article" | b"aside" | b"blockquote" | b"br" | b"body" | b"caption" | b"dd"
            | b"details" | b"div" | b"dl" | b"dt" | b"fieldset" | b"figcaption" | b"figure" | b"footer"
            | b"form" | b"h1" | b"h2" | b"h3" | b"h4" | b"h5" | b"h6" | b"head" | b"header" | b"hr"
            | b"html" | b"li" | b"main" | b"nav" | b"ol" | b"option" | b"p" | b"pre" | b"section"
            | b"summary" | b"table" | b"tbody" | b"tfoot" | b"thead" | b"title" | b"tr" | b"ul" => {
                end_line(&mut self.read.text);
            }
            _ => {}
        }
    }

    fn finish(mut self) -> HtmlText {
        for text in [&mut self.read.title, &mut self.read.heading, &mut self.read.text] {
            text.truncate(text.trim_end().len());
        }
        self.read
    }
}

/// Appends text whose white space is only there to keep words apart.
pub(crate) fn flow(to: &mut String, text: &str) {
    for character in text.chars() {
        if !character.is_whitespace() {
            to.push(character);
        } else if !to.is_empty() && !to.ends_with([' ', '\n']) {
            to.push(' ');
        }
    }
}

/// Begins a new line, unless one has just begun.
pub(crate) fn end_line(text: &mut String) {
    let trimmed = text.trim_end_matches(' ').len();
    text.truncate(trimmed);
    if !text.is_empty() && !text.ends_with('\n') {
        text.push('\n');
    }
}

#[cfg(test)]
#[path = "html_tests.rs"]
mod tests;
