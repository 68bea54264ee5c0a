//! Finds corpora by path or by name, and those that lie around.

use std::fs;
use std::path::{Path, PathBuf};

use datasets::{Corpus, DatasetError, Format, cargo_registry, locate};

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

/// Finds and opens what was typed: a path, or else a name in the shared folder or of a corpus in it. Blocks.
///
/// # Errors
/// [`CorpusError`] if there is nothing of that name, or nothing that can be read.
pub fn open(named: Named<'_>) -> Result<(Found, Corpus), CorpusError> {
    let format = named.format.map(Format::named).transpose()?;
    let Some(path) = path(named.name)? else {
        let (found, corpus) = around()
            .find(|(found, _)| named.name.to_str() == Some(&found.name))
            .ok_or_else(|| CorpusError::NotFound {
                name: named.name.to_owned(),
                shared: locate::folder(),
            })?;
        return match format {
            Some(format) if format.name != found.format.name => Ok(opened(found.path, format)?),
            Some(_) | None => Ok((found, corpus)),
        };
    };
    let format = format.map_or_else(|| Format::of(&path), Ok)?;
    Ok(opened(path, format)?)
}

/// The path that was typed, or that of what has this name in the place of its kind; none for the name of a corpus.
fn path(name: &Path) -> Result<Option<PathBuf>, CorpusError> {
    if name.exists() {
        return Ok(Some(name.to_owned()));
    }
    let text = name.to_str().unwrap_or_default();
    if text == CARGO_REGISTRY {
        return Ok(Some(cargo_registry::home()?));
    }
    Ok(locate::dataset(text))
}

fn opened(path: PathBuf, format: &'static Format) -> Result<(Found, Corpus), DatasetError> {
    let corpus = format.open(&path)?;
    let name = corpus.info().name.clone();
    Ok((Found { name, path, format }, corpus))
}

/// The corpora in the shared folder and this machine's own crates, by where they are. Each is opened when it is its turn.
pub(super) fn around() -> impl Iterator<Item = (Found, Corpus)> {
    let shared = locate::folder()
        .map(|folder| entries(&folder))
        .unwrap_or_default();
    let in_shared = shared.into_iter().flat_map(|path| {
        let found = corpus(&path);
        // One level below: `arxiv` has three sizes.
        let below = match found {
            None => entries(&path),
            Some(_) => Vec::new(),
        };
        let below = below.into_iter().filter_map(|path| corpus(&path));
        found.into_iter().chain(below)
    });
    let crates = std::iter::once_with(|| corpus(&cargo_registry::home().ok()?));
    in_shared.chain(crates.flatten())
}

/// A folder of text beside the corpora is a text about them.
fn corpus(path: &Path) -> Option<(Found, Corpus)> {
    let format = Format::of(path).ok().filter(|format| format.name != "text")?;
    opened(path.to_owned(), format).ok()
}

/// What lies in a folder, sorted; nothing in a file.
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
