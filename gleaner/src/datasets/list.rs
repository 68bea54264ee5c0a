//! `gleaner datasets list`: what is here, and what can be read.

use std::path::{Path, PathBuf};

use datasets::{Corpus, formats, judged, locate, qrels, queries};
use serde::Serialize;

use super::find::{Found, around, entries};
use crate::screen::Screen;
use crate::screen::number::{grouped, megabytes};
use crate::screen::table::Table;

/// Documents are counted by reading them all if their text is not larger than this, in bytes: a second's work.
const COUNTED_BYTES_MAX: u64 = 512 * 1024 * 1024;

/// All that there is to show.
#[derive(Debug, Serialize)]
pub struct Listing {
    /// The shared folder of data sets; none if there is none.
    folder: Option<PathBuf>,
    corpora: Vec<CorpusRow>,
    query_logs: Vec<QueryLogRow>,
    formats: Vec<FormatRow>,
}

#[derive(Debug, Serialize)]
struct CorpusRow {
    name: String,
    path: PathBuf,
    format: &'static str,
    /// Unknown for what is too large to be read just for this.
    documents: Option<u64>,
    bytes: Option<u64>,
    queries: Option<usize>,
    judgments: Option<usize>,
}

#[derive(Debug, Serialize)]
struct QueryLogRow {
    name: String,
    path: PathBuf,
    queries: usize,
}

#[derive(Debug, Serialize)]
struct FormatRow {
    name: &'static str,
    what: &'static str,
    fields: Vec<&'static str>,
}

impl Listing {
    /// Looks around. Reads corpora of moderate size to count their documents.
    pub fn new() -> Self {
        let folder = locate::folder();
        Self {
            corpora: around().map(CorpusRow::of).collect(),
            query_logs: folder
                .as_deref()
                .map(|folder| query_logs(&folder.join("queries")))
                .unwrap_or_default(),
            folder,
            formats: formats()
                .iter()
                .map(|format| FormatRow {
                    name: format.name,
                    what: format.what,
                    fields: format.fields.iter().map(|field| field.name).collect(),
                })
                .collect(),
        }
    }

    /// One line of JSON.
    pub fn json(&self) -> String {
        serde_json::to_string(self).expect("structs of strings and numbers are always valid JSON")
    }

    /// Tables for people.
    pub fn print(&self, screen: &Screen) {
        let style = screen.style();
        let place = match &self.folder {
            Some(folder) => format!("in {} and on this machine", folder.display()),
            None => format!("on this machine; {} names no folder", locate::VARIABLE),
        };
        let mut corpora = Table::new(
            &["corpus", "format", "documents", "text", "queries", "judgments"],
            2,
        );
        for row in &self.corpora {
            corpora.row(row.cells());
        }
        section(screen, &format!("Corpora {place}"), &corpora);
        if !self.query_logs.is_empty() {
            let mut logs = Table::new(&["query log", "queries"], 1);
            for log in &self.query_logs {
                logs.row(vec![log.name.clone(), grouped(log.queries as u64)]);
            }
            section(screen, "Query logs", &logs);
        }
        let mut formats = Table::new(&["format", "what it reads"], 2);
        for format in &self.formats {
            formats.row(vec![format.name.to_owned(), format.what.to_owned()]);
        }
        section(
            screen,
            "Formats, each also compressed (.zst, .gz, .bz2) where it is a file",
            &formats,
        );
        screen.line("");
        if let Some(first) = self.corpora.first() {
            let command = format!("gleaner datasets load {}", first.name);
            screen.line(format_args!("Load one with {}", style.command(&command)));
        }
    }
}

impl Default for Listing {
    fn default() -> Self {
        Self::new()
    }
}

impl CorpusRow {
    fn of((found, corpus): (Found, Corpus)) -> Self {
        let Found { name, path, format } = found;
        let (documents, bytes) = size(corpus);
        let judged = judged::find(&path);
        Self {
            name,
            documents,
            bytes,
            queries: judged
                .queries
                .and_then(|file| queries::read(&file).ok())
                .map(|queries| queries.len()),
            judgments: judged
                .qrels
                .and_then(|file| qrels::read(&file).ok())
                .map(|qrels| qrels.judgments()),
            path,
            format: format.name,
        }
    }

    fn cells(&self) -> Vec<String> {
        let count = |count: Option<u64>| count.map_or_else(|| "?".to_owned(), grouped);
        let some = |count: Option<usize>| count.map_or_else(String::new, |count| grouped(count as u64));
        vec![
            self.name.clone(),
            self.format.to_owned(),
            count(self.documents),
            self.bytes
                .map_or_else(|| "?".to_owned(), |bytes| megabytes(bytes as f64)),
            some(self.queries),
            some(self.judgments),
        ]
    }
}

/// Documents and bytes of text: as the corpus says, or counted.
fn size(corpus: Corpus) -> (Option<u64>, Option<u64>) {
    let info = corpus.info().clone();
    let is_small = info.bytes_hint.is_some_and(|bytes| bytes <= COUNTED_BYTES_MAX);
    match info.documents_hint {
        Some(documents) => (Some(documents), info.bytes_hint),
        None if is_small => (Some(corpus.flatten().count() as u64), info.bytes_hint),
        None => (None, info.bytes_hint),
    }
}

fn query_logs(folder: &Path) -> Vec<QueryLogRow> {
    let logs = entries(folder).into_iter().filter_map(|path| {
        let queries = queries::read(&path).ok()?.len();
        let name = path.file_name()?.to_str()?.to_owned();
        Some(QueryLogRow { name, path, queries })
    });
    logs.collect()
}

fn section(screen: &Screen, title: &str, table: &Table) {
    let style = screen.style();
    screen.line("");
    screen.line(style.bold(title));
    for line in table.lines(style) {
        screen.line(format_args!("  {line}"));
    }
}
