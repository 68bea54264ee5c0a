//! The report: what was measured and what the planner makes of it, as one page and a folder of pictures.
//!
//! The page needs nothing else: no network, no fonts, no script. The data lie beside it.

mod files;
mod html;
mod method;
mod page;
mod pictures;
mod tables;
mod top;

use std::io;
use std::path::{Path, PathBuf};

use crate::charts::{ChartError, Theme, png, svg};
use crate::measured::Sweep;
use crate::plan::Plan;
pub use files::{read_plan, read_sweep};

#[cfg(test)]
pub(crate) mod example;
#[cfg(test)]
mod tests;

/// The page's name.
const PAGE: &str = "report.html";
/// The folder of pictures, beside the page.
const PICTURES: &str = "pictures";
/// The data, beside the page.
const PLAN: &str = "plan.json";
const SWEEP: &str = "sweep.json";

/// What was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// The page.
    pub page: PathBuf,
    /// Every picture, as SVG and as PNG.
    pub pictures: Vec<PathBuf>,
}

/// Why there is no report.
#[derive(Debug, thiserror::Error)]
pub enum ReportError {
    /// A file cannot be read or written.
    #[error("{}: {source}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A file holds something else.
    #[error("{} is no {what}: {source}", path.display())]
    Json {
        /// The file.
        path: PathBuf,
        /// What it should be.
        what: &'static str,
        /// What does not fit.
        source: serde_json::Error,
    },
    /// A file of another version of this program.
    #[error(
        "{} is a {what} of version {found}, this program reads version {}: make it again",
        path.display(),
        crate::measured::VERSION
    )]
    Version {
        /// The file.
        path: PathBuf,
        /// What it is.
        what: &'static str,
        /// Its version.
        found: u64,
    },
    /// A picture cannot be drawn.
    #[error(transparent)]
    Chart(#[from] ChartError),
}

/// Writes the page, its pictures and its data to a folder, which is made if there is none. Every file is replaced as a
/// whole: whoever looks sees the old one or the new one.
pub fn write(sweep: Option<&Sweep>, plan: &Plan, folder: &Path) -> Result<Written, ReportError> {
    let pictures = pictures::all(sweep, plan);
    let mut written = Vec::new();
    for picture in &pictures {
        let place = |ending: &str| folder.join(PICTURES).join(format!("{}.{ending}", picture.file));
        let (vector, bitmap) = (place("svg"), place("png"));
        files::put(&vector, svg(&picture.chart, Theme::Light)?.as_bytes())?;
        files::put(&bitmap, &png(&picture.chart)?)?;
        written.extend([vector, bitmap]);
    }
    files::put_json(&folder.join(PLAN), "plan", plan)?;
    if let Some(sweep) = sweep {
        files::put_json(&folder.join(SWEEP), "sweep", sweep)?;
    }
    let page = folder.join(PAGE);
    files::put(&page, page::page(sweep, plan, &pictures)?.as_bytes())?;
    Ok(Written {
        page,
        pictures: written,
    })
}
