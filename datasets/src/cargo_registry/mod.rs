//! The local cargo registry as a corpus: the Rust sources, Markdown files and manifests of every crate that cargo has
//! unpacked on this machine. Whoever has built a project with dependencies has it.

mod manifest;
mod plan;
mod title;

use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::vec;

use serde::Serialize;

use crate::corpus::{Corpus, CorpusInfo, Document, Skipped, Source};
use crate::error::DatasetError;
use crate::formats::{Field, FieldKind};
use crate::walk::{self, FileText};
use manifest::Package;
use plan::{CrateFiles, Kind, PlannedFile};

/// The largest file that becomes a document, in bytes: 1 MiB.
pub const FILE_BYTES_MAX: u64 = 1024 * 1024;

/// The fields of a document.
pub(crate) const FIELDS: &[Field] = &[
    Field::new("path", FieldKind::Keyword),
    Field::new("crate", FieldKind::Name),
    Field::new("version", FieldKind::Keyword),
    Field::new("kind", FieldKind::Keyword),
    Field::new("title", FieldKind::Text),
    Field::new("body", FieldKind::Text),
    Field::new("licence", FieldKind::Keyword),
    Field::new("keywords", FieldKind::Keyword),
    Field::new("bytes", FieldKind::Whole),
    Field::new("lines", FieldKind::Whole),
];

/// Opens the local cargo registry: that of `CARGO_HOME`, else of `.cargo` in the home folder.
///
/// # Errors
///
/// As [`open_home`], or if there is no home folder.
pub fn open() -> Result<Corpus, DatasetError> {
    open_home(&home()?)
}

/// The cargo home of this machine: what `CARGO_HOME` names, else `.cargo` in the home folder.
///
/// # Errors
///
/// [`DatasetError::NoHome`].
pub fn home() -> Result<PathBuf, DatasetError> {
    cargo_home(env::var_os("CARGO_HOME"), env::home_dir()).ok_or(DatasetError::NoHome)
}

/// Opens the registry of one cargo home, the folder that holds `registry/src`.
///
/// Crates come sorted by name and version, and a crate's files by path. A document's id is its path, such as
/// `serde-1.0.0/src/lib.rs`. A crate that several registries hold is taken from the first. Files over 1 MiB and files
/// that are not UTF-8 are left out and counted in [`Corpus::skipped`].
///
/// # Errors
///
/// [`DatasetError::NoLocalRegistry`] if there is no `registry/src` with crates in it.
pub fn open_home(cargo_home: &Path) -> Result<Corpus, DatasetError> {
    let sources = cargo_home.join("registry").join("src");
    let plan = plan::plan(&sources);
    if plan.files == 0 {
        return Err(DatasetError::NoLocalRegistry { path: sources });
    }
    let info = CorpusInfo {
        name: "cargo-registry".to_owned(),
        documents_hint: Some(plan.files),
        bytes_hint: Some(plan.bytes),
    };
    Ok(Corpus::new(
        info,
        Documents {
            crates: plan.crates.into_iter(),
            current: None,
            unreadable: plan.unreadable.into_iter(),
            skipped: plan.skipped,
        },
    ))
}

/// Whether a path is a cargo home with a registry in it.
pub(crate) fn recognises(path: &Path) -> bool {
    path.join("registry").join("src").is_dir()
}

/// Cargo's own rule: the variable if it is set, else `.cargo` in the home folder.
fn cargo_home(variable: Option<OsString>, home: Option<PathBuf>) -> Option<PathBuf> {
    let named = variable.filter(|value| !value.is_empty()).map(PathBuf::from);
    named.or_else(|| {
        home.filter(|home| !home.as_os_str().is_empty())
            .map(|home| home.join(".cargo"))
    })
}

/// The fields of a document, in the order in which they are written.
#[derive(Serialize)]
struct Fields<'file> {
    path: &'file str,
    #[serde(rename = "crate")]
    crate_name: &'file str,
    version: &'file str,
    kind: Kind,
    title: &'file str,
    body: &'file str,
    #[serde(skip_serializing_if = "Option::is_none")]
    licence: Option<&'file str>,
    keywords: &'file [String],
    bytes: usize,
    lines: usize,
}

/// The documents of all crates, read crate by crate.
struct Documents {
    crates: vec::IntoIter<CrateFiles>,
    current: Option<OpenCrate>,
    /// What could not be listed beforehand.
    unreadable: vec::IntoIter<DatasetError>,
    skipped: Skipped,
}

/// The crate whose files are being read.
struct OpenCrate {
    folder: PathBuf,
    folder_name: String,
    files: vec::IntoIter<PlannedFile>,
    package: Package,
}

impl Source for Documents {
    fn skipped(&self) -> Skipped {
        self.skipped
    }
}

impl Iterator for Documents {
    type Item = Result<Document, DatasetError>;

    fn next(&mut self) -> Option<Self::Item> {
        if let Some(error) = self.unreadable.next() {
            return Some(Err(error));
        }
        loop {
            let Some(current) = &mut self.current else {
                self.current = Some(OpenCrate::new(self.crates.next()?));
                continue;
            };
            let Some(file) = current.files.next() else {
                self.current = None;
                continue;
            };
            let path = current.folder.join(&file.path);
            match walk::read_text(&path, FILE_BYTES_MAX) {
                Ok(text) => {
                    if let Some(body) = text.or_skipped(&mut self.skipped) {
                        return Some(Ok(current.document(&file, &body)));
                    }
                }
                Err(source) => return Some(Err(DatasetError::File { path, source })),
            }
        }
    }
}

impl OpenCrate {
    fn new(files: CrateFiles) -> Self {
        let CrateFiles {
            folder,
            folder_name,
            files,
        } = files;
        let manifest = ["Cargo.toml", "Cargo.toml.orig"].into_iter().find_map(|name| {
            match walk::read_text(&folder.join(name), FILE_BYTES_MAX) {
                Ok(FileText::Text(text)) => Some(text),
                Ok(FileText::TooLarge | FileText::NotUtf8) | Err(_) => None,
            }
        });
        let mut package = manifest.map(|text| Package::parse(&text)).unwrap_or_default();
        // The folder's name is what cargo vouches for; the manifest can inherit its version or be missing.
        let (name, version) = plan::name_and_version(&folder_name);
        package.name = Some(name.to_owned());
        package.version = Some(version.to_owned());
        Self {
            folder,
            folder_name,
            files: files.into_iter(),
            package,
        }
    }

    fn document(&self, file: &PlannedFile, body: &str) -> Document {
        let path = format!("{}/{}", self.folder_name, file.path);
        let crate_name = self.package.name.as_deref().unwrap_or_default();
        let title = match file.kind {
            Kind::Rust => title::of_rust(body).unwrap_or_else(|| title::module_path(crate_name, &file.path)),
            Kind::Markdown => {
                title::of_markdown(body).unwrap_or_else(|| format!("{crate_name} {}", file.path))
            }
            // A manifest in a folder below, such as an example's, speaks for itself.
            Kind::Manifest => {
                title::of_manifest(&Package::parse(body)).unwrap_or_else(|| crate_name.to_owned())
            }
        };
        let fields = Fields {
            path: &path,
            crate_name,
            version: self.package.version.as_deref().unwrap_or_default(),
            kind: file.kind,
            title: &title,
            body,
            licence: self.package.licence.as_deref(),
            keywords: &self.package.keywords,
            bytes: body.len(),
            lines: body.lines().count(),
        };
        let source =
            serde_json::to_string(&fields).expect("a struct of strings and numbers is always valid JSON");
        Document { id: path, source }
    }
}

#[cfg(test)]
mod tests;
