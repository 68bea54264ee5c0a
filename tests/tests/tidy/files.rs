//! Finds the repository's own text files: everything that `.gitignore` does not exclude.

use std::fs;
use std::io;
use std::path::Path;

/// A text file of the repository.
pub(crate) struct SourceFile {
    /// Path from the repository's root, with `/` between its parts.
    pub(crate) path: String,
    /// The whole content; bytes that are not UTF-8 are replaced.
    pub(crate) text: String,
}

impl SourceFile {
    /// Whether the Rust rules apply.
    pub(crate) fn is_rust(&self) -> bool {
        Path::new(&self.path)
            .extension()
            .is_some_and(|extension| extension == "rs")
    }

    /// Whether the file is written by a tool, and therefore out of its authors' hands.
    pub(crate) fn is_generated(&self) -> bool {
        self.path.ends_with("Cargo.lock") || self.path.ends_with("package-lock.json")
    }
}

/// Every text file under `root`, ordered by path.
///
/// Folders that `.gitignore` names (`target/` and the like) and `.git` are left out. Only its lines of the form `name/`
/// matter here: files of other people's making always come in folders.
pub(crate) fn of_repository(root: &Path) -> io::Result<Vec<SourceFile>> {
    let gitignore = fs::read_to_string(root.join(".gitignore"))?;
    let mut skipped: Vec<&str> = gitignore
        .lines()
        .filter_map(|line| line.trim().strip_suffix('/'))
        .collect();
    skipped.push(".git");
    for name in &mut skipped {
        *name = name.trim_start_matches('/');
    }

    let mut found = Vec::new();
    collect(root, "", &skipped, &mut found)?;
    found.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(found)
}

fn collect(folder: &Path, prefix: &str, skipped: &[&str], found: &mut Vec<SourceFile>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let path = format!("{prefix}{name}");
        let kind = entry.file_type()?;
        if kind.is_dir() {
            if !skipped.contains(&name.as_str()) {
                collect(&entry.path(), &format!("{path}/"), skipped, found)?;
            }
        } else if kind.is_file() {
            found.extend(read_text(&entry.path(), path)?);
        }
    }
    Ok(())
}

/// Reads one file, unless it is binary: like git, by a NUL byte near its beginning.
fn read_text(from: &Path, path: String) -> io::Result<Option<SourceFile>> {
    let bytes = match fs::read(from) {
        // An editor's temporary file may be gone by now.
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        read => read?,
    };
    let beginning = &bytes[..bytes.len().min(8000)];
    if beginning.contains(&0) {
        return Ok(None);
    }
    let text = String::from_utf8_lossy(&bytes).into_owned();
    Ok(Some(SourceFile { path, text }))
}
