//! Which files of a registry become documents, decided before any of them is read, so that progress can be shown.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use serde::Serialize;
use walkdir::DirEntry;

use super::FILE_BYTES_MAX;
use crate::corpus::Skipped;
use crate::error::DatasetError;
use crate::walk::{self, Hidden};

/// What a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Kind {
    Rust,
    Markdown,
    Manifest,
}

impl Kind {
    /// The kind of a file by its path inside the crate; `None` for files that do not become documents.
    fn of(path: &str) -> Option<Self> {
        let name = path.rsplit('/').next().unwrap_or(path);
        match name.rsplit_once('.') {
            _ if name == "Cargo.toml" || name == "Cargo.toml.orig" => Some(Self::Manifest),
            Some((_, "rs")) => Some(Self::Rust),
            Some((_, "md")) => Some(Self::Markdown),
            _ => None,
        }
    }
}

/// All that will be read.
pub(super) struct Plan {
    /// The crates, sorted by the names of their folders.
    pub(super) crates: Vec<CrateFiles>,
    /// How many files there are in all crates.
    pub(super) files: u64,
    /// How large the files are together, in bytes.
    pub(super) bytes: u64,
    /// What has been left out already.
    pub(super) skipped: Skipped,
    /// What could not be listed.
    pub(super) unreadable: Vec<DatasetError>,
}

/// The files of one crate.
pub(super) struct CrateFiles {
    /// The crate's folder.
    pub(super) folder: PathBuf,
    /// The folder's own name, such as `serde-1.0.0`.
    pub(super) folder_name: String,
    /// The files, sorted by path.
    pub(super) files: Vec<PlannedFile>,
}

/// One file that will be read.
pub(super) struct PlannedFile {
    /// The path inside the crate, with `/` between its parts.
    pub(super) path: String,
    pub(super) kind: Kind,
    bytes: u64,
}

/// Lists the files of all crates under `registry/src`, where each registry has a folder, and in it each crate.
pub(super) fn plan(sources: &Path) -> Plan {
    let mut plan = Plan {
        crates: Vec::new(),
        files: 0,
        bytes: 0,
        skipped: Skipped::default(),
        unreadable: Vec::new(),
    };
    let mut folders: Vec<PathBuf> = subfolders(sources)
        .iter()
        .flat_map(|registry| subfolders(registry))
        .collect();
    // The folder's name first: the registry a crate comes from must not change the order.
    folders.sort_by(|left, right| {
        left.file_name()
            .cmp(&right.file_name())
            .then_with(|| left.cmp(right))
    });
    let mut names = BTreeSet::new();
    for folder in folders {
        let Some(folder_name) = folder
            .file_name()
            .and_then(|name| name.to_str())
            .map(str::to_owned)
        else {
            plan.skipped.not_utf8 += 1;
            continue;
        };
        let files = crate_files(&folder, &mut plan);
        if !names.insert(folder_name.clone()) {
            plan.skipped.duplicate += files.len() as u64;
            continue;
        }
        plan.files += files.len() as u64;
        plan.bytes += files.iter().map(|file| file.bytes).sum::<u64>();
        plan.crates.push(CrateFiles {
            folder,
            folder_name,
            files,
        });
    }
    plan
}

/// Splits a crate's folder name, such as `tracing-core-0.1.0-beta.1`, where a version begins: three numbers with dots.
pub(super) fn name_and_version(folder_name: &str) -> (&str, &str) {
    let splits = folder_name
        .match_indices('-')
        .map(|(at, _)| (&folder_name[..at], &folder_name[at + 1..]));
    splits
        .into_iter()
        .find(|(_, rest)| starts_with_version(rest))
        .unwrap_or((folder_name, ""))
}

fn starts_with_version(text: &str) -> bool {
    let core = text.split(['-', '+']).next().unwrap_or(text);
    let numbers: Vec<&str> = core.split('.').collect();
    numbers.len() == 3
        && numbers
            .iter()
            .all(|number| !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()))
}

/// The files of one crate; what is left out or cannot be listed is noted in the plan.
fn crate_files(folder: &Path, plan: &mut Plan) -> Vec<PlannedFile> {
    let mut files = Vec::new();
    for entry in walk::files(folder, Hidden::Read) {
        match entry.and_then(|entry| planned_file(folder, &entry, &mut plan.skipped)) {
            Ok(file) => files.extend(file),
            Err(error) => plan.unreadable.push(error),
        }
    }
    files.sort_by(|left, right| left.path.cmp(&right.path));
    // Cargo writes a plain Cargo.toml and keeps the author's as Cargo.toml.orig: the same package twice.
    let plain: BTreeSet<String> = files
        .iter()
        .filter(|file| file.kind == Kind::Manifest)
        .map(|file| file.path.clone())
        .collect();
    files.retain(|file| {
        file.path
            .strip_suffix(".orig")
            .is_none_or(|path| !plain.contains(path))
    });
    files
}

/// None for a file that is left out.
fn planned_file(
    folder: &Path,
    entry: &DirEntry,
    skipped: &mut Skipped,
) -> Result<Option<PlannedFile>, DatasetError> {
    let Some(path) = walk::path_inside(folder, entry.path()) else {
        // Only a file that would have become a document counts as left out.
        skipped.not_utf8 += u64::from(Kind::of(&entry.path().to_string_lossy()).is_some());
        return Ok(None);
    };
    let Some(kind) = Kind::of(&path) else {
        return Ok(None);
    };
    let metadata = entry.metadata().map_err(|error| DatasetError::File {
        path: entry.path().to_owned(),
        source: error.into(),
    })?;
    let bytes = metadata.len();
    if bytes > FILE_BYTES_MAX {
        skipped.too_large += 1;
        return Ok(None);
    }
    Ok(Some(PlannedFile { path, kind, bytes }))
}

/// The folders in a folder, sorted; none if it is missing or not readable.
fn subfolders(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else {
        return Vec::new();
    };
    let mut folders: Vec<PathBuf> = entries
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.is_dir())
        .collect();
    folders.sort();
    folders
}

#[cfg(test)]
#[path = "plan_tests.rs"]
mod tests;
