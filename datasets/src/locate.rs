//! Finds the shared folder of data sets that tests and benchmarks read.

use std::env;
use std::ffi::OsString;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// The environment variable that names the folder.
pub const VARIABLE: &str = "GLEANER_DATASETS";

/// Where the folder is, seen from the folder that the repository lies in.
const BESIDE_REPOSITORY: &str = "shared/datasets";

/// The folder of shared data sets: what `GLEANER_DATASETS` names, else `../shared/datasets` seen from the repository.
///
/// The repository is looked for upwards from this crate's sources and from the current directory. A variable that
/// names no folder finds nothing, so that a typing error does not silently mean another folder.
#[must_use]
pub fn folder() -> Option<PathBuf> {
    let starts = [
        Some(PathBuf::from(env!("CARGO_MANIFEST_DIR"))),
        env::current_dir().ok(),
    ];
    find(env::var_os(VARIABLE), starts.into_iter().flatten())
}

/// The path of one data set or file in the shared folder, such as `scifact` or `queries/sbg-queries.tsv`, if it is there.
#[must_use]
pub fn dataset(name: &str) -> Option<PathBuf> {
    folder()
        .map(|folder| folder.join(name))
        .filter(|path| path.exists())
}

/// Like [`dataset`], for tests: says loudly on standard error that what needs the data set is skipped.
#[must_use]
pub fn require(name: &str) -> Option<PathBuf> {
    let path = dataset(name);
    if path.is_none() {
        // Not `eprintln!`: the test harness would swallow it. A closed standard error leaves nobody to tell.
        let _ = writeln!(io::stderr(), "{}", skipped(name));
    }
    path
}

/// The line that [`require`] prints.
fn skipped(name: &str) -> String {
    format!("SKIPPED: data set {name} not found; set {VARIABLE}")
}

fn find(variable: Option<OsString>, starts: impl IntoIterator<Item = PathBuf>) -> Option<PathBuf> {
    if let Some(folder) = variable.filter(|value| !value.is_empty()) {
        return Some(PathBuf::from(folder)).filter(|folder| folder.is_dir());
    }
    starts.into_iter().find_map(|start| beside_ancestor(&start))
}

/// Walks up and takes the first `shared/datasets` that lies beside the start or one of its ancestors.
fn beside_ancestor(start: &Path) -> Option<PathBuf> {
    start
        .ancestors()
        .skip(1)
        .map(|parent| parent.join(BESIDE_REPOSITORY))
        .find(|folder| folder.is_dir())
}

#[cfg(test)]
#[path = "locate_tests.rs"]
mod tests;
