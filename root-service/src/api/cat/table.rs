//! A table of text: which columns (`h`), in which order of rows (`s`), with or without headers (`v`), as text or JSON.

use std::cmp::Ordering;

use serde_json::{Map, Value};

use crate::api::answer::Answer;
use crate::api::media::Accepted;
use crate::api::params::Params;
use crate::dsl::pattern::fits;
use crate::error::{ApiError, brief};
use crate::offered::{Offered, flag, idle, one_of, texts};

/// A column that a table can show.
#[derive(Clone, Copy, Debug)]
pub(super) struct Column {
    /// Its name, as header and for `h` and `s`.
    pub(super) name: &'static str,
    /// Other names for `h` and `s`.
    pub(super) aliases: &'static [&'static str],
    /// Whether its cells are aligned to the right, as numbers are.
    pub(super) right: bool,
    /// Whether it is shown unless `h` says otherwise.
    pub(super) shown: bool,
    /// What it means, for `help`.
    pub(super) help: &'static str,
}

impl Column {
    /// A column aligned to the left, shown by default.
    pub(super) const fn left(
        name: &'static str,
        aliases: &'static [&'static str],
        help: &'static str,
    ) -> Self {
        Self {
            name,
            aliases,
            right: false,
            shown: true,
            help,
        }
    }

    /// A column aligned to the right, shown by default.
    pub(super) const fn right(
        name: &'static str,
        aliases: &'static [&'static str],
        help: &'static str,
    ) -> Self {
        Self {
            right: true,
            ..Self::left(name, aliases, help)
        }
    }

    /// The same, shown only if `h` names it.
    pub(super) const fn on_request(mut self) -> Self {
        self.shown = false;
        self
    }

    fn is_called(&self, name: &str) -> bool {
        self.name == name || self.aliases.contains(&name)
    }
}

/// Cells of one row, one for each column; `None` is an empty cell, `null` in JSON.
pub(super) type Row = Vec<Option<String>>;

/// The parameters that all tables have.
pub(super) const OFFERED: &[Offered] = &[
    one_of("format", &["text", "txt", "json"], "Lines, or objects."),
    texts("h", "Which columns to show."),
    flag("help", "Whether to show what columns there are."),
    idle("local"),
    idle("master_timeout"),
    texts("s", "The columns to sort by, with `:desc`."),
    idle("time"),
    flag("v", "Whether to show the columns' names."),
];

/// How a client wants a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct View {
    columns: Vec<usize>,
    sort: Vec<(usize, bool)>,
    headers: bool,
    help: bool,
    json: bool,
}

impl View {
    /// Takes the parameters that all tables have.
    pub(super) fn take(
        params: &mut Params,
        accepted: Accepted,
        columns: &[Column],
    ) -> Result<Self, ApiError> {
        let json = match params.text("format").as_deref() {
            Some("json") => true,
            Some("text" | "txt") => false,
            Some(other) => {
                return Err(ApiError::illegal(format!(
                    "[format] must be [text] or [json], but was [{}]",
                    brief(other)
                )));
            }
            None => matches!(accepted, Accepted::Json | Accepted::Vendored(_)),
        };
        Ok(Self {
            columns: choose(columns, params.list("h")),
            sort: order(columns, params.list("s"))?,
            headers: params.flag("v")?.unwrap_or(false),
            help: params.flag("help")?.unwrap_or(false),
            json,
        })
    }

    /// The answer with these rows.
    pub(super) fn answer(&self, columns: &[Column], mut rows: Vec<Row>) -> Answer {
        if self.help {
            return Answer::text(help(columns));
        }
        rows.sort_by(|a, b| self.compare(a, b));
        if self.json {
            return Answer::json(&self.objects(columns, &rows));
        }
        Answer::text(self.lines(columns, &rows))
    }

    fn compare(&self, a: &Row, b: &Row) -> Ordering {
        self.sort
            .iter()
            .map(|(column, descending)| {
                let order = compare_cells(a[*column].as_deref(), b[*column].as_deref());
                if *descending { order.reverse() } else { order }
            })
            .find(|order| order.is_ne())
            .unwrap_or(Ordering::Equal)
    }

    fn objects(&self, columns: &[Column], rows: &[Row]) -> Value {
        let object = |row: &Row| {
            let cell = |column: &usize| {
                let value = row[*column].clone().map_or(Value::Null, Value::String);
                (columns[*column].name.to_owned(), value)
            };
            Value::Object(self.columns.iter().map(cell).collect::<Map<_, _>>())
        };
        rows.iter().map(object).collect()
    }

    fn lines(&self, columns: &[Column], rows: &[Row]) -> String {
        let header: Option<Vec<&str>> = self
            .headers
            .then(|| self.columns.iter().map(|column| columns[*column].name).collect());
        let cells = rows.iter().map(|row| {
            let cell = |column: &usize| row[*column].as_deref().unwrap_or_default();
            self.columns.iter().map(cell).collect::<Vec<&str>>()
        });
        let lines: Vec<Vec<&str>> = header.into_iter().chain(cells).collect();
        let mut widths = vec![0; self.columns.len()];
        for line in &lines {
            for (width, cell) in widths.iter_mut().zip(line) {
                *width = (*width).max(cell.chars().count());
            }
        }
        let mut text = String::new();
        for line in &lines {
            self.line(columns, line, &widths, &mut text);
        }
        text
    }

    fn line(&self, columns: &[Column], cells: &[&str], widths: &[usize], text: &mut String) {
        for (nth, cell) in cells.iter().enumerate() {
            if nth > 0 {
                text.push(' ');
            }
            let padding = " ".repeat(widths[nth].saturating_sub(cell.chars().count()));
            if columns[self.columns[nth]].right {
                text.push_str(&padding);
                text.push_str(cell);
            } else {
                text.push_str(cell);
                // Nothing follows the last column.
                if nth + 1 < cells.len() {
                    text.push_str(&padding);
                }
            }
        }
        text.push('\n');
    }
}

/// The columns of `h`, in its order; names that no column has show nothing, as in Elasticsearch.
fn choose(columns: &[Column], wanted: Option<Vec<String>>) -> Vec<usize> {
    let all = 0..columns.len();
    let Some(wanted) = wanted else {
        return all.filter(|column| columns[*column].shown).collect();
    };
    let mut chosen = Vec::new();
    for name in &wanted {
        for (at, column) in columns.iter().enumerate() {
            if (column.is_called(name) || fits(name, column.name)) && !chosen.contains(&at) {
                chosen.push(at);
            }
        }
    }
    chosen
}

/// The columns of `s`, each with whether it goes down.
fn order(columns: &[Column], wanted: Option<Vec<String>>) -> Result<Vec<(usize, bool)>, ApiError> {
    let column_of = |part: String| {
        let (name, descending) = match part.rsplit_once(':') {
            Some((name, "desc")) => (name, true),
            Some((name, "asc")) => (name, false),
            _ => (part.as_str(), false),
        };
        columns
            .iter()
            .position(|column| column.is_called(name))
            .map(|column| (column, descending))
            .ok_or_else(|| ApiError::illegal(format!("Unable to sort by unknown sort key `{}`", brief(name))))
    };
    wanted.into_iter().flatten().map(column_of).collect()
}

/// Numbers by value, all else as text; empty cells first.
fn compare_cells(a: Option<&str>, b: Option<&str>) -> Ordering {
    let number = |text: Option<&str>| text.and_then(|text| text.parse::<u64>().ok());
    match (number(a), number(b)) {
        (Some(a), Some(b)) => a.cmp(&b),
        _ => a.cmp(&b),
    }
}

/// One line per column: name, aliases, meaning.
fn help(columns: &[Column]) -> String {
    let aliases: Vec<String> = columns.iter().map(|column| column.aliases.join(",")).collect();
    let name_width = columns.iter().map(|column| column.name.len()).max().unwrap_or(0);
    let alias_width = aliases.iter().map(String::len).max().unwrap_or(0);
    let line = |(column, aliases): (&Column, &String)| {
        let (name, meaning) = (column.name, column.help);
        format!("{name:<name_width$} | {aliases:<alias_width$} | {meaning}\n")
    };
    columns
        .iter()
        .zip(&aliases)
        .map(line)
        .collect::<Vec<String>>()
        .concat()
}

#[cfg(test)]
#[path = "table_tests.rs"]
mod tests;
