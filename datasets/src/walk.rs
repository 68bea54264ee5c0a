//! Goes through folders of files, for the formats that are made of them: one order, one limit of depth, one way to read.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::Path;

use walkdir::{DirEntry, WalkDir};

use crate::corpus::Skipped;
use crate::error::DatasetError;

/// How deep folders are followed.
const DEPTH_MAX: usize = 64;

/// What becomes of files and folders whose names begin with a dot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Hidden {
    /// They are read like all others.
    Read,
    /// They are left alone, with what is in them.
    LeftAlone,
}

/// Every file and folder, sorted by name, folder by folder. Links are not followed: they could lead out of the folder, or
/// in circles.
///
/// What cannot be listed is an error, after which the others come.
pub(crate) fn entries(
    path: &Path,
    hidden: Hidden,
) -> impl Iterator<Item = Result<DirEntry, DatasetError>> + Send + use<> {
    let top = path.to_owned();
    WalkDir::new(path)
        .max_depth(DEPTH_MAX)
        .follow_links(false)
        .sort_by_file_name()
        .into_iter()
        .filter_entry(move |entry| hidden == Hidden::Read || entry.depth() == 0 || !is_hidden(entry))
        .map(move |entry| {
            entry.map_err(|error| DatasetError::File {
                path: error.path().unwrap_or(&top).to_owned(),
                source: error.into(),
            })
        })
}

/// The files among the [`entries`]; the path itself if it is one.
pub(crate) fn files(
    path: &Path,
    hidden: Hidden,
) -> impl Iterator<Item = Result<DirEntry, DatasetError>> + Send + use<> {
    entries(path, hidden).filter(|entry| entry.as_ref().map_or(true, is_file))
}

/// Whether an entry is a file. The path itself may be a link: whoever names it means what it leads to.
pub(crate) fn is_file(entry: &DirEntry) -> bool {
    entry.file_type().is_file() || (entry.depth() == 0 && entry.path().is_file())
}

fn is_hidden(entry: &DirEntry) -> bool {
    entry.file_name().as_encoded_bytes().starts_with(b".")
}

/// A path inside of a folder, with `/` between its parts; none if it is not UTF-8.
pub(crate) fn path_inside(folder: &Path, path: &Path) -> Option<String> {
    let inside = path.strip_prefix(folder).ok()?;
    let parts: Option<Vec<&str>> = inside.iter().map(|part| part.to_str()).collect();
    Some(parts?.join("/"))
}

/// A file as far as it can be a document.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum FileText {
    /// All of it.
    Text(String),
    /// It is larger than the limit.
    TooLarge,
    /// It is not UTF-8.
    NotUtf8,
}

impl FileText {
    /// The text; none for a file that is left out, which is counted.
    pub(crate) fn or_skipped(self, skipped: &mut Skipped) -> Option<String> {
        match self {
            Self::Text(text) => return Some(text),
            Self::TooLarge => skipped.too_large += 1,
            Self::NotUtf8 => skipped.not_utf8 += 1,
        }
        None
    }
}

/// Reads a file, and of one that is too large no more than tells so.
pub(crate) fn read_text(path: &Path, bytes_max: u64) -> io::Result<FileText> {
    let file = File::open(path)?;
    let length = file.metadata()?.len();
    if length > bytes_max {
        return Ok(FileText::TooLarge);
    }
    let mut bytes = Vec::with_capacity(usize::try_from(length).unwrap_or(0) + 1);
    // The limit holds here too, because the file may grow meanwhile.
    file.take(bytes_max + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > bytes_max {
        return Ok(FileText::TooLarge);
    }
    Ok(String::from_utf8(bytes).map_or(FileText::NotUtf8, FileText::Text))
}

#[cfg(test)]
#[path = "walk_tests.rs"]
mod tests;
