//! Files of results: written whole or not at all, at a place that was tried before anything was measured.

use std::fs::Permissions;
use std::io::{self, Write as _};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

/// Makes the folder of a file that is to be written later, and sees whether one can be written there. Blocks.
pub(crate) fn prepare(path: &Path) -> io::Result<()> {
    if path.is_dir() {
        return Err(io::ErrorKind::IsADirectory.into());
    }
    if path.exists() && !path.is_file() {
        return Ok(());
    }
    beside(path).map(drop)
}

/// Writes a file whole or not at all; folders that are missing are made. Blocks.
pub(crate) fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    if path.exists() && !path.is_file() {
        // A pipe or a terminal, such as /dev/stdout: there is nothing to replace.
        return std::fs::write(path, bytes);
    }
    let mut file = beside(path)?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    file.persist(path)?;
    Ok(())
}

/// A file that goes unless it takes the place of the other one.
fn beside(path: &Path) -> io::Result<NamedTempFile> {
    let folder = match path.parent() {
        Some(folder) if folder != Path::new("") => folder.to_owned(),
        _ => PathBuf::from("."),
    };
    std::fs::create_dir_all(&folder)?;
    // As every file that people make, and not for this user alone, as temporary ones are: the system takes away what it must.
    tempfile::Builder::new()
        .prefix(".gleaner-")
        .permissions(Permissions::from_mode(0o666))
        .tempfile_in(folder)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_replaced_as_a_whole_and_its_folder_made() {
        let temporary = tempfile::tempdir().unwrap();
        let path = temporary.path().join("a/b/sweep.json");
        write(&path, b"first").unwrap();
        write(&path, b"second").unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), b"second");
        assert_eq!(std::fs::read_dir(path.parent().unwrap()).unwrap().count(), 1);
    }

    #[test]
    fn a_place_that_takes_no_file_is_told_before_anything_is_measured() {
        let temporary = tempfile::tempdir().unwrap();
        let file = temporary.path().join("file");
        std::fs::write(&file, "").unwrap();
        prepare(&file.join("sweep.json")).unwrap_err();
        prepare(temporary.path()).unwrap_err();
        prepare(&temporary.path().join("new/sweep.json")).unwrap();
        assert_eq!(
            std::fs::read_dir(temporary.path().join("new")).unwrap().count(),
            0
        );
    }
}
