//! What can go wrong while data is loaded, in sentences that tell the reader what to do.

use std::io;
use std::path::{Path, PathBuf};

use crate::compression;
use crate::formats::formats;

/// How many files are named that could be opened in place of what was named.
pub(crate) const NAMED_MAX: usize = 8;

/// Why a corpus, query log or set of judgments could not be loaded.
#[derive(Debug, thiserror::Error)]
pub enum DatasetError {
    /// A file or folder could not be opened.
    #[error("cannot open {}: {source}. Check the path and that you may read it", path.display())]
    Open {
        /// The file or folder.
        path: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
    /// One file or folder of a corpus that is a folder of files cannot be read, so that what is in it is missing.
    #[error("cannot read {}: {source}. Check that you may read it, or fetch it again if it is damaged", path.display())]
    File {
        /// The file or folder.
        path: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
    /// A file is an archive, or compressed in a way that is not read here.
    #[error("{} is packed in a way that is not read. Unpack it first: {command}", path.display())]
    Packed {
        /// The file.
        path: PathBuf,
        /// What unpacks it.
        command: &'static str,
    },
    /// A file was compressed with a window that takes more memory than is given to a file that anybody may have made.
    #[error("{} needs more than 128 MiB of memory to be decompressed. Unpack it first: zstd -d --long=31", path.display())]
    LongWindow {
        /// The file.
        path: PathBuf,
    },
    /// Reading stopped in the middle of a file: a damaged or truncated archive, or a failing disk.
    #[error("cannot read {} after {line} lines or records: {source}. The file may be damaged or cut off: fetch it again", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// The last line, or record of a file without lines, that was read whole, counted from 1; 0 if there was none.
        line: u64,
        /// What the operating system or the decompressor said.
        source: io::Error,
    },
    /// One line is not what its format asks for.
    #[error("{}, line {line}: {problem}", path.display())]
    Line {
        /// The file.
        path: PathBuf,
        /// The line, counted from 1.
        line: u64,
        /// What is wrong with it.
        problem: LineProblem,
    },
    /// One record of a file that does not consist of lines is not what its format asks for.
    #[error("{}, record {record}: {problem}", path.display())]
    Record {
        /// The file.
        path: PathBuf,
        /// The record, counted from 1.
        record: u64,
        /// What is wrong with it.
        problem: RecordProblem,
    },
    /// A file is not the XML that its format asks for, so that nothing behind that place can be told.
    #[error("{}, after record {record} and near byte {byte}: {problem}. The file may be damaged or cut off: fetch it again", path.display())]
    Xml {
        /// The file.
        path: PathBuf,
        /// The last record that was read whole, counted from 1; 0 if there was none.
        record: u64,
        /// The place in the decompressed text.
        byte: u64,
        /// What is wrong there.
        problem: XmlProblem,
    },
    /// No format recognises what is at the path.
    #[error("{} is not a corpus of a known format. Name the format, or give\n{}{}", path.display(), known(), found(candidates))]
    UnknownFormat {
        /// The file or folder.
        path: PathBuf,
        /// Names in the folder that could be opened by themselves.
        candidates: Vec<String>,
    },
    /// No format has this name.
    #[error("there is no format {name:?}. The formats are {}", known.join(", "))]
    NoSuchFormat {
        /// What was asked for.
        name: String,
        /// The names of all formats.
        known: Vec<&'static str>,
    },
    /// There is no local cargo registry, or it holds no crates.
    #[error(
        "there are no crates in the local cargo registry {}. Run `cargo fetch` in a project that has dependencies, or set CARGO_HOME",
        path.display()
    )]
    NoLocalRegistry {
        /// The folder that was looked at.
        path: PathBuf,
    },
    /// Neither `CARGO_HOME` nor a home folder is known, so the local cargo registry cannot be found.
    #[error("the home folder is unknown, so the local cargo registry cannot be found. Set CARGO_HOME")]
    NoHome,
}

impl DatasetError {
    /// Reading failed in the middle of a file, behind so many lines or records.
    pub(crate) fn broken_off(path: &Path, line: u64, source: io::Error) -> Self {
        let path = path.to_owned();
        if compression::needs_long_window(&source) {
            Self::LongWindow { path }
        } else {
            Self::Read { path, line, source }
        }
    }

    /// Whether only one line or record, or one file of a folder, is unusable, so that reading can go on with the next.
    #[must_use]
    pub fn is_about_one_record(&self) -> bool {
        match self {
            Self::Line { .. } | Self::Record { .. } | Self::File { .. } | Self::Packed { .. } => true,
            Self::Open { .. }
            | Self::LongWindow { .. }
            | Self::Read { .. }
            | Self::Xml { .. }
            | Self::UnknownFormat { .. }
            | Self::NoSuchFormat { .. }
            | Self::NoLocalRegistry { .. }
            | Self::NoHome => false,
        }
    }
}

/// What is wrong with one record.
#[derive(Debug, thiserror::Error)]
pub enum RecordProblem {
    /// The record is larger than its format allows.
    #[error("the record is larger than {bytes_max} bytes. Leave it out, or cut it in parts")]
    TooLarge {
        /// The limit that was exceeded.
        bytes_max: usize,
    },
    /// A field without which there is no document is missing or empty.
    #[error("{field} is missing or empty. Fill it in or remove the record")]
    Missing {
        /// The field, as the format calls it.
        field: &'static str,
    },
    /// A number is none.
    #[error("{field} is not a whole number but {found:?}. Correct or remove the record")]
    NotANumber {
        /// The field, as the format calls it.
        field: &'static str,
        /// What is there instead.
        found: String,
    },
    /// An attribute cannot be read.
    #[error("an attribute cannot be read: {0}. Correct or remove the record")]
    Attribute(String),
}

/// What is wrong with an XML file.
#[derive(Debug, thiserror::Error)]
pub enum XmlProblem {
    /// It is not XML.
    #[error("the XML is not valid: {0}")]
    Invalid(#[from] quick_xml::Error),
    /// It uses an entity that XML does not have by itself; those of a document type are not expanded.
    #[error("the entity &{name}; is not one of XML's own")]
    UnknownEntity {
        /// The entity's name, or the beginning of it.
        name: String,
    },
    /// It is nested deeper than the format ever is.
    #[error("elements are nested more than {depth_max} deep")]
    TooDeep {
        /// The limit that was exceeded.
        depth_max: usize,
    },
    /// A tag or a piece of text is larger than the format ever has it.
    #[error("a tag or a piece of text is larger than {bytes_max} bytes")]
    TooLarge {
        /// The limit that was exceeded.
        bytes_max: usize,
    },
    /// It ends in the middle.
    #[error("the file ends inside of an element")]
    CutOff,
    /// It is XML of another kind.
    #[error("expected <{expected}> as the first element, found <{found}>")]
    AnotherRoot {
        /// The element that the format begins with.
        expected: &'static str,
        /// What is there instead.
        found: String,
    },
}

/// What is wrong with one line.
#[derive(Debug, thiserror::Error)]
pub enum LineProblem {
    /// The line is longer than its format allows.
    #[error(
        "the line is longer than {bytes_max} bytes. Check that every record is on a line of its own, or leave this one out"
    )]
    TooLong {
        /// The limit that was exceeded.
        bytes_max: usize,
    },
    /// The line is not UTF-8.
    #[error("the line is not UTF-8. Convert the file, for example with iconv -t UTF-8")]
    NotUtf8,
    /// The line is not a JSON object but something else, such as an array or a part of one.
    #[error(
        "expected a JSON object on one line, found {found:?}. Write one object per line, for example with jq -c '.[]'"
    )]
    NotAnObject {
        /// The first character of the line.
        found: char,
    },
    /// The line is not valid JSON.
    #[error("the JSON is not valid: {0}. Correct or remove the line")]
    InvalidJson(#[from] serde_json::Error),
    /// A field without which there is no document is missing or empty.
    #[error("the field {field:?} is missing or empty. Fill it in or remove the line")]
    Missing {
        /// The field.
        field: &'static str,
    },
    /// The document's id is not a string or a number, or it is empty.
    #[error(
        "the field {field:?} is not usable as an id. Make it a non-empty string or a number, or remove it"
    )]
    InvalidId {
        /// The field that was read as the id.
        field: &'static str,
    },
    /// The line has an id, and those in front of it have none and were numbered, which could give two documents one id.
    #[error("the line has an id, and those before it have none. Give every line an id, or none")]
    IdAmongNone,
    /// A query is not `id<TAB>text`, optionally with a third column.
    #[error(
        "expected id<TAB>text, optionally with <TAB>weight or <TAB>tags, found {columns} column(s). Separate them by tabs"
    )]
    NotAQuery {
        /// How many columns the line has.
        columns: usize,
    },
    /// A query's id or text is empty.
    #[error("the query's id or text is empty. Fill it in or remove the line")]
    EmptyQuery,
    /// A query's weight is below zero.
    #[error("the weight {weight} is below zero. Weights are relative frequencies: make it zero or more")]
    NegativeWeight {
        /// The weight as read.
        weight: f64,
    },
    /// A judgment is not `query iteration document relevance`.
    #[error(
        "expected `query iteration document relevance` with a whole number as relevance, as TREC writes it, or \
         query<TAB>document<TAB>relevance below such a heading"
    )]
    NotAJudgment,
    /// The same thing was already given on an earlier line.
    #[error("{what} was already given on an earlier line. Remove one of the two")]
    Repeated {
        /// What is repeated.
        what: String,
    },
}

/// What each format is, on a line of its own.
fn known() -> String {
    let known = formats().iter().flat_map(|format| ["  ", format.what, "\n"]);
    known
        .chain(["where a file can have .zst, .gz or .bz2 behind its name"])
        .collect()
}

/// The end of the message about an unknown format, naming at most a handful of files.
fn found(candidates: &[String]) -> String {
    if candidates.is_empty() {
        return String::new();
    }
    let named = candidates
        .iter()
        .take(NAMED_MAX)
        .cloned()
        .collect::<Vec<_>>()
        .join(", ");
    let more = if candidates.len() > NAMED_MAX { ", …" } else { "" };
    format!("; this folder has {named}{more}")
}
