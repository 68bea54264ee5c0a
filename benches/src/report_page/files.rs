//! Reading sweeps, plans and prices, and writing what is made of them.

use std::ffi::OsStr;
use std::fs;
use std::io::{self, Write as _};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use serde::Serialize;
use serde::de::DeserializeOwned;
use tempfile::Builder;

use super::{PAGE, PLAN, PRICES, Prices, ReportError, SWEEP};
use crate::measured::{Sweep, VERSION};
use crate::plan::Plan;

/// A sweep, and the file that it was read from.
#[derive(Clone, Debug)]
pub struct SweepFile {
    /// What was measured.
    pub sweep: Sweep,
    path: PathBuf,
    /// As they were read: planning takes a while, and the file may have changed meanwhile.
    bytes: Vec<u8>,
}

/// Reads what a sweep found.
pub fn read_sweep(path: &Path) -> Result<SweepFile, ReportError> {
    let bytes = fs::read(path).map_err(|source| failed(path, source))?;
    Ok(SweepFile {
        sweep: parsed(path, "sweep", &bytes)?,
        path: path.to_owned(),
        bytes,
    })
}

/// Reads a plan.
pub fn read_plan(path: &Path) -> Result<Plan, ReportError> {
    let bytes = fs::read(path).map_err(|source| failed(path, source))?;
    parsed(path, "plan", &bytes)
}

/// Reads the prices that lie beside a plan; nothing if it was made without.
pub fn read_prices(plan: &Path) -> Result<Option<Prices>, ReportError> {
    let path = plan.with_file_name(PRICES);
    let bytes = match fs::read(&path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(source) => return Err(failed(&path, source)),
    };
    let prices = serde_json::from_slice(&bytes).map_err(|source| ReportError::Json {
        path,
        what: "list of prices",
        source,
    })?;
    Ok(Some(prices))
}

fn parsed<T: DeserializeOwned>(path: &Path, what: &'static str, bytes: &[u8]) -> Result<T, ReportError> {
    let wrong = |source| ReportError::Json {
        path: path.to_owned(),
        what,
        source,
    };
    // The version first: what another one means is not known.
    let version: Versioned = serde_json::from_slice(bytes).map_err(wrong)?;
    if version.version != u64::from(VERSION) {
        return Err(ReportError::Version {
            path: path.to_owned(),
            what,
            found: version.version,
        });
    }
    serde_json::from_slice(bytes).map_err(wrong)
}

/// What all versions of a file have.
#[derive(serde::Deserialize)]
struct Versioned {
    version: u64,
}

impl SweepFile {
    /// Whether a report with this sweep can be written to a folder: it is asked before a plan is made, which takes minutes.
    ///
    /// # Errors
    /// [`ReportError::OtherSweep`] or [`ReportError::Taken`] if a sweep would be lost, [`ReportError::File`] if that cannot be
    /// told.
    pub fn may_go_to(&self, folder: &Path) -> Result<(), ReportError> {
        self.beside(folder).map(|_| ())
    }

    /// Puts the sweep into a report's folder, unless it is there; says what it is called there.
    pub(super) fn put(&self, folder: &Path) -> Result<String, ReportError> {
        let beside = self.beside(folder)?;
        if !beside.is_there {
            put(&folder.join(&beside.name), &self.bytes)?;
        }
        Ok(beside.name)
    }

    fn beside(&self, folder: &Path) -> Result<Beside, ReportError> {
        if let Some(name) = self.name_in(folder) {
            if [PAGE, PLAN, PRICES].iter().any(|taken| name == *taken) {
                return Err(ReportError::Taken {
                    path: self.path.clone(),
                });
            }
            return Ok(Beside {
                name: name.to_string_lossy().into_owned(),
                is_there: true,
            });
        }
        let path = folder.join(SWEEP);
        let is_there = match fs::read(&path) {
            Ok(other) if other == self.bytes => true,
            Ok(_) => return Err(ReportError::OtherSweep { path }),
            Err(error) if error.kind() == io::ErrorKind::NotFound => false,
            Err(source) => return Err(failed(&path, source)),
        };
        Ok(Beside {
            name: SWEEP.to_owned(),
            is_there,
        })
    }

    /// Its name, if it was read from this very folder.
    fn name_in(&self, folder: &Path) -> Option<&OsStr> {
        // A folder that is not there yet holds nothing.
        let folder = folder_of(folder).canonicalize().ok()?;
        let own = folder_of(self.path.parent()?).canonicalize().ok()?;
        self.path.file_name().filter(|_| own == folder)
    }
}

/// Where a sweep lies beside a page.
struct Beside {
    name: String,
    is_there: bool,
}

/// What a path without a folder means is here.
fn folder_of(path: &Path) -> &Path {
    if path.as_os_str().is_empty() {
        Path::new(".")
    } else {
        path
    }
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

/// Removes what an older report may have left.
pub(super) fn remove(path: &Path) -> Result<(), ReportError> {
    match fs::remove_file(path) {
        Err(source) if source.kind() != io::ErrorKind::NotFound => Err(failed(path, source)),
        Ok(()) | Err(_) => Ok(()),
    }
}

fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let folder = folder_of(path.parent().unwrap_or(Path::new(".")));
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
