//! What the commands show: lines on standard output, notes and progress on standard error.
//!
//! A closed output is no error anywhere here: nobody reads any more, and the work goes on.

pub mod highlight;
pub mod number;
pub mod style;
pub mod table;

use std::fmt::Display;
use std::io::{self, Write as _};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use parking_lot::Mutex;

pub use style::Style;

/// How often a spinner turns.
const TICK: Duration = Duration::from_millis(80);

/// The width of a line where there is no terminal.
const COLUMNS_DEFAULT: usize = 110;
/// Narrower lines are broken by the terminal: they would say nothing any more.
const COLUMNS_MIN: usize = 60;
/// Longer lines are hard to read.
const COLUMNS_MAX: usize = 130;

/// The terminal, or whatever stands in for it.
#[derive(Debug)]
pub struct Screen {
    style: Style,
    columns: usize,
    /// The progress that is shown now. Lines go above it.
    progress: Mutex<ProgressBar>,
}

impl Screen {
    /// The screen of this process: in colour on a terminal, unless `NO_COLOR` is set.
    pub fn of_process() -> Self {
        Self {
            style: Style::of_process(),
            columns: columns(),
            progress: Mutex::new(ProgressBar::hidden()),
        }
    }

    /// How text is painted.
    pub fn style(&self) -> Style {
        self.style
    }

    /// How wide a line may be.
    pub fn columns(&self) -> usize {
        self.columns
    }

    /// Writes a line to standard output.
    pub fn line(&self, text: impl Display) {
        self.progress.lock().suspend(|| {
            let _ = writeln!(io::stdout(), "{text}");
        });
    }

    /// Writes a line to standard error.
    pub fn note(&self, text: impl Display) {
        self.progress.lock().suspend(|| {
            let _ = writeln!(io::stderr(), "{text}");
        });
    }

    /// Shows that something goes on, until the value is dropped. Invisible unless standard error is a terminal.
    pub fn spinner(&self, message: impl Into<String>) -> Progress<'_> {
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
        bar.set_style(template("  {spinner:.cyan} {msg} {elapsed:.dim}"));
        bar.set_message(message.into());
        bar.enable_steady_tick(TICK);
        self.show(bar)
    }

    /// Shows how much of `total` is done, until the value is dropped.
    pub fn bar(&self, total: u64) -> Progress<'_> {
        let bar = ProgressBar::with_draw_target(Some(total), ProgressDrawTarget::stderr());
        let line = "  {bar:24.cyan/dim} {percent:>3} %  {msg}  {elapsed:.dim}";
        bar.set_style(template(line).progress_chars("━━─"));
        bar.enable_steady_tick(TICK);
        self.show(bar)
    }

    /// Shows lines that change, until the value is dropped. Invisible unless standard error is a terminal.
    pub fn panel(&self) -> Progress<'_> {
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
        bar.set_style(template("{msg}"));
        self.show(bar)
    }

    fn show(&self, bar: ProgressBar) -> Progress<'_> {
        *self.progress.lock() = bar.clone();
        Progress { screen: self, bar }
    }
}

/// Progress on the screen; it disappears when it is dropped.
#[derive(Debug)]
pub struct Progress<'screen> {
    screen: &'screen Screen,
    bar: ProgressBar,
}

impl Progress<'_> {
    /// Moves the bar.
    pub fn set(&self, done: u64, message: impl Into<String>) {
        self.bar.set_position(done.min(self.bar.length().unwrap_or(done)));
        self.bar.set_message(message.into());
    }
}

impl Drop for Progress<'_> {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
        *self.screen.progress.lock() = ProgressBar::hidden();
    }
}

/// The width of the terminal, within reason; a fixed one for files and pipes.
fn columns() -> usize {
    let width = rustix::termios::tcgetwinsize(io::stdout()).map_or(0, |size| usize::from(size.ws_col));
    if width == 0 {
        COLUMNS_DEFAULT
    } else {
        width.clamp(COLUMNS_MIN, COLUMNS_MAX)
    }
}

/// A spinner's or bar's line.
fn template(line: &str) -> ProgressStyle {
    ProgressStyle::with_template(line).expect("the templates in this file are valid")
}
