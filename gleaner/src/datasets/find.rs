//! Finds corpora by path or by name, and those that lie around.

use std::fs;
use std::path::{Path, PathBuf};

use datasets::{DatasetError, Format, cargo_registry, locate};

use super::CorpusError;

/// The name of this machine's own crates.
const CARGO_REGISTRY: &str = "cargo-registry";

/// How many entries of a folder are looked at.
const ENTRIES_MAX: usize = 1000;

/// A corpus, and how to read it.
#[derive(Clone, Copy, Debug)]
pub struct Named<'corpus> {
    /// A path, or the name of a corpus that lies around.
    pub name: &'corpus Path,
    /// The name of the format, if it is not the one that recognises the corpus.
    pub format: Option<&'corpus str>,
}

/// A corpus that is there.
#[derive(Clone, Debug)]
pub struct Found {
    /// A short name.
    pub name: String,
    /// The file or folder.
    pub path: PathBuf,
    /// How it is read.
    pub format: &'static Format,
}

/// Finds what was typed: a path, or else a name in the shared folder or of a corpus in it.
///
/// # Errors
/// [`CorpusError`] if there is nothing of that name, or nothing that can be read.
pub fn find(named: Named<'_>) -> Result<Found, CorpusError> {
    let path = path(named.name)?;
    let format = match named.format {
        Some(name) => Format::named(name)?,
        None => Format::of(&path)?,
    };
    Ok(found(path, format)?)
}

fn path(name: &Path) -> Result<PathBuf, CorpusError> {
    if name.exists() {
        return Ok(name.to_owned());
    }
    let text = name.to_str().unwrap_or_default();
    if text == CARGO_REGISTRY {
        return Ok(cargo_registry::home()?);
    }
    if let Some(path) = locate::dataset(text) {
        return Ok(path);
    }
    around()
        .into_iter()
        .find(|found| found.name == text)
        .map(|found| found.path)
        .ok_or_else(|| CorpusError::NotFound {
            name: name.to_owned(),
            shared: locate::folder(),
        })
}

fn found(path: PathBuf, format: &'static Format) -> Result<Found, DatasetError> {
    let name = format.open(&path)?.info().name.clone();
    Ok(Found { name, path, format })
}

/// The corpora in the shared folder and this machine's own crates, sorted by where they are.
pub(super) fn around() -> Vec<Found> {
    let mut all = Vec::new();
    for path in locate::folder()
        .map(|folder| entries(&folder))
        .unwrap_or_default()
    {
        match corpus(&path) {
            Some(found) => all.push(found),
            // One level below: `arxiv` has three sizes.
            None if path.is_dir() => all.extend(entries(&path).iter().filter_map(|path| corpus(path))),
            None => {}
        }
    }
    all.extend(cargo_registry::home().ok().and_then(|home| corpus(&home)));
    all
}

/// A folder of text beside the corpora is a text about them.
fn corpus(path: &Path) -> Option<Found> {
    let format = Format::of(path).ok().filter(|format| format.name != "text")?;
    found(path.to_owned(), format).ok()
}

/// What lies in a folder, sorted.
pub(super) fn entries(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else {
        return Vec::new();
    };
    let mut paths: Vec<PathBuf> = entries
        .flatten()
        .take(ENTRIES_MAX)
        .map(|entry| entry.path())
        .collect();
    paths.sort();
    paths
}
