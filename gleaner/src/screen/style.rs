//! Colours, where they are wanted.

use std::env;
use std::io::{self, IsTerminal as _};

/// Paints text, or leaves it as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Style {
    colours: bool,
}

impl Style {
    /// Text as it is.
    pub const PLAIN: Self = Self { colours: false };
    /// Text in colour.
    pub const COLOUR: Self = Self { colours: true };

    /// In colour if standard output is a terminal that can do it and `NO_COLOR` does not forbid it.
    pub fn of_process() -> Self {
        let forbidden = env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        let dumb = env::var_os("TERM").is_some_and(|value| value == "dumb");
        Self {
            colours: io::stdout().is_terminal() && !forbidden && !dumb,
        }
    }

    /// For headings.
    pub fn bold(self, text: &str) -> String {
        self.paint("1", text)
    }

    /// For what matters less.
    pub fn dim(self, text: &str) -> String {
        self.paint("2", text)
    }

    /// For what went well.
    pub fn good(self, text: &str) -> String {
        self.paint("32", text)
    }

    /// For what went wrong.
    pub fn bad(self, text: &str) -> String {
        self.paint("31", text)
    }

    /// For what happens to the cluster.
    pub fn alarm(self, text: &str) -> String {
        self.paint("33", text)
    }

    /// For the words of a query in what it found.
    pub fn hit(self, text: &str) -> String {
        self.paint("1;33", text)
    }

    /// For what can be typed.
    pub fn command(self, text: &str) -> String {
        self.paint("36", text)
    }

    fn paint(self, code: &str, text: &str) -> String {
        if self.colours && !text.is_empty() {
            format!("\u{1b}[{code}m{text}\u{1b}[0m")
        } else {
            text.to_owned()
        }
    }
}
