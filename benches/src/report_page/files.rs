//! Reading sweeps and plans, and writing what is made of them.

use std::fs;
use std::io::{self, Write as _};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use serde::Serialize;
use serde::de::DeserializeOwned;
use tempfile::Builder;

use super::ReportError;
use crate::measured::{Sweep, VERSION};
use crate::plan::Plan;

/// Reads what a sweep found.
pub fn read_sweep(path: &Path) -> Result<Sweep, ReportError> {
    read(path, "sweep")
}

/// Reads a plan.
pub fn read_plan(path: &Path) -> Result<Plan, ReportError> {
    read(path, "plan")
}

fn read<T: DeserializeOwned>(path: &Path, what: &'static str) -> Result<T, ReportError> {
    let bytes = fs::read(path).map_err(|source| failed(path, source))?;
    let wrong = |source| ReportError::Json {
        path: path.to_owned(),
        what,
        source,
    };
    // The version first: what another one means is not known.
    let version: Versioned = serde_json::from_slice(&bytes).map_err(wrong)?;
    if version.version != u64::from(VERSION) {
        return Err(ReportError::Version {
            path: path.to_owned(),
            what,
            found: version.version,
        });
    }
    serde_json::from_slice(&bytes).map_err(wrong)
}

/// What all versions of a file have.
#[derive(serde::Deserialize)]
struct Versioned {
    version: u64,
}

/// Replaces a file as a whole, in a folder that is made if there is none.
pub(super) fn put(path: &Path, bytes: &[u8]) -> Result<(), ReportError> {
    replace(path, bytes).map_err(|source| failed(path, source))
}

pub(super) fn put_json(path: &Path, what: &'static str, value: &impl Serialize) -> Result<(), ReportError> {
    let mut json = serde_json::to_vec(value).map_err(|source| ReportError::Json {
        path: path.to_owned(),
        what,
        source,
    })?;
    json.push(b'\n');
    put(path, &json)
}

fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder)?;
    // Others may read it, as far as the user's mask lets them: temporary files are private otherwise.
    let mut file = Builder::new()
        .permissions(fs::Permissions::from_mode(0o666))
        .tempfile_in(folder)?;
    file.write_all(bytes)?;
    file.persist(path)?;
    Ok(())
}

fn failed(path: &Path, source: io::Error) -> ReportError {
    ReportError::File {
        path: path.to_owned(),
        source,
    }
}
