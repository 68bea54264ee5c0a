//! Tells whether a program that is about to be measured was built before its sources were changed.
//!
//! Cargo writes down beside each program which files it is made of. `cargo run -p benches` builds this program only, and would
//! measure others as they were built last.

use std::fs;
use std::path::{Path, PathBuf};

/// Warns on standard error if a program is older than one of its sources.
pub(super) fn warn(program: &Path) {
    // Cargo writes down all sources of a binary, but of a benchmark only its own: its libraries are those of this program.
    let this = std::env::current_exe().unwrap_or_default();
    if let Some(source) = newer_source(program, &[program, &this]) {
        eprintln!(
            "warning: {} is older than {}, so that something else than the current sources is measured. Build all of it \
             with make bench ARGS=…",
            program.display(),
            source.display()
        );
    }
}

/// A source that was changed after the program was built, among those that are written down beside `listed`. None if there is
/// none, or if it cannot be told.
fn newer_source(program: &Path, listed: &[&Path]) -> Option<PathBuf> {
    let built = program.metadata().ok()?.modified().ok()?;
    let is_newer = |source: &PathBuf| {
        let changed = source.metadata().and_then(|metadata| metadata.modified());
        changed.is_ok_and(|changed| changed > built)
    };
    let lists = listed
        .iter()
        .filter_map(|listed| fs::read_to_string(listed.with_extension("d")).ok());
    lists
        .flat_map(|list| {
            let sources = list.lines().next().and_then(|line| line.split_once(": "));
            sources_in(sources.map_or("", |(_, sources)| sources))
        })
        .filter(|source| !is_of_this_program(source))
        .find(is_newer)
}

/// What this program measures with is no part of what it measures.
fn is_of_this_program(source: &Path) -> bool {
    let own = Path::new("benches").join("src");
    source.display().to_string().contains(&own.display().to_string())
}

/// Paths with spaces between them; a space inside of one has a backslash in front of it.
fn sources_in(list: &str) -> Vec<PathBuf> {
    const SPACE: &str = "\0";
    let list = list.replace("\\ ", SPACE);
    list.split_whitespace()
        .map(|path| PathBuf::from(path.replace(SPACE, " ")))
        .collect()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_program_is_stale_when_a_source_is_newer() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        let written = |name: &str, text: &str, age_s: u64| {
            fs::write(path(name), text).unwrap();
            let file = fs::File::options().write(true).open(path(name)).unwrap();
            let now = file.metadata().unwrap().modified().unwrap();
            file.set_modified(now - Duration::from_secs(age_s)).unwrap();
        };
        let newer = || newer_source(&path("gleaner"), &[&path("gleaner")]);
        written("gleaner", "", 1000);
        assert_eq!(newer(), None, "nothing tells its sources");
        let (old, new) = (path("old.rs").display().to_string(), path("a new.rs"));
        let list = format!(
            "gleaner: {old} {}\n",
            new.display().to_string().replace(' ', "\\ ")
        );
        written("gleaner.d", &list, 1000);
        written("old.rs", "", 2000);
        written("a new.rs", "", 1500);
        assert_eq!(newer(), None);
        written("a new.rs", "", 500);
        assert_eq!(newer(), Some(new));
    }
}
