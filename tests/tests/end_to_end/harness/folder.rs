//! The folder of a cluster: kept when a test fails, removed otherwise.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;

use tempfile::TempDir;

/// The file that says that a folder is to be kept.
pub(super) const KEEP: &str = "keep";

/// Removes `$1`, in which processes that were killed a moment ago may still be busy.
const REMOVE: &str = r#"for _ in 1 2 3 4 5 6 7 8; do rm -rf "$1" 2>/dev/null && exit; sleep 0.25; done"#;

/// A folder for everything that a cluster keeps, and its logs.
#[derive(Debug)]
pub(crate) struct Folder {
    path: PathBuf,
}

impl Folder {
    /// A new one, whose name begins with that of the test.
    pub(crate) fn new(name: &str) -> Self {
        let path = TempDir::with_prefix_in(format!("{name}-"), env!("CARGO_TARGET_TMPDIR"))
            .expect("the target folder can be written")
            .keep();
        Self { path }
    }

    /// Where it is.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Keeps it beyond the end of the tests, and says so: a test has failed.
    pub(super) fn keep(&self) {
        // Without the marker the folder goes, which is all that can happen.
        let _ = fs::write(self.path.join(KEEP), "");
        eprintln!("the cluster's data and logs are kept in {}", self.path.display());
    }

    /// What `gleaner up` gets as `--data`.
    pub(crate) fn data(&self) -> PathBuf {
        self.path.join("data")
    }

    /// What `gleaner up` says on its standard error.
    pub(crate) fn log(&self) -> PathBuf {
        self.path.join("up.log")
    }
}

impl Drop for Folder {
    #[expect(clippy::disallowed_methods, reason = "a drop cannot wait in any other way")]
    fn drop(&mut self) {
        if thread::panicking() {
            self.keep();
            return;
        }
        // What cannot be removed stays in the target folder, where it is in nobody's way.
        let _ = Command::new("sh")
            .args(["-c", REMOVE, "sh"])
            .arg(&self.path)
            .status();
    }
}
