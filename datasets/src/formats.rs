//! Picks the loader for a path. A new format is a module with `recognises` and `open`, and one line in the table here.

use std::fs;
use std::path::Path;

use crate::corpus::Corpus;
use crate::error::DatasetError;
use crate::{cargo_registry, ndjson};

/// A corpus format: how to tell that a path holds it, and how to open it.
struct Format {
    recognises: fn(&Path) -> bool,
    open: fn(&Path) -> Result<Corpus, DatasetError>,
}

/// All formats; the first that recognises the path opens it.
const FORMATS: &[Format] = &[
    Format {
        recognises: ndjson::recognises,
        open: ndjson::open,
    },
    Format {
        recognises: cargo_registry::recognises,
        open: cargo_registry::open_home,
    },
];

/// Opens the corpus at `path` with the loader that recognises it.
///
/// # Errors
///
/// If there is nothing at `path`, no format recognises it, or its loader cannot open it.
pub fn open(path: &Path) -> Result<Corpus, DatasetError> {
    fs::metadata(path).map_err(|source| DatasetError::Open {
        path: path.to_owned(),
        source,
    })?;
    match FORMATS.iter().find(|format| (format.recognises)(path)) {
        Some(format) => (format.open)(path),
        None => Err(DatasetError::UnknownFormat {
            path: path.to_owned(),
            candidates: candidates(path),
        }),
    }
}

/// The names in a folder that [`open`] would take, sorted; none for a file.
fn candidates(folder: &Path) -> Vec<String> {
    let Ok(entries) = fs::read_dir(folder) else {
        return Vec::new();
    };
    let mut names: Vec<String> = entries
        .flatten()
        .filter(|entry| FORMATS.iter().any(|format| (format.recognises)(&entry.path())))
        .filter_map(|entry| entry.file_name().into_string().ok())
        .collect();
    names.sort();
    names
}
