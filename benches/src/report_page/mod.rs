//! The report: what was measured and what the planner makes of it, as one page and a folder of pictures.
//!
//! The page needs nothing else: no network, no fonts, and no script but its own few lines, which sort tables. The data lie beside it.

mod checked;
mod files;
mod html;
mod method;
mod page;
mod percentiles;
mod pictures;
mod prices;
mod tables;
mod top;
mod variants;

use std::io;
use std::path::{Path, PathBuf};

use crate::charts::{ChartError, Theme, png, svg};
use crate::measured::Sweep;
use crate::plan::Plan;
pub use crate::words::nines;
pub use files::{SweepFile, read_plan, read_prices, read_sweep};
pub use percentiles::is_known;
pub use prices::Prices;

#[cfg(test)]
pub(crate) mod example;
#[cfg(test)]
mod files_tests;
#[cfg(test)]
mod tests;

/// The page's name.
const PAGE: &str = "report.html";
/// The folder of pictures, beside the page.
const PICTURES: &str = "pictures";
/// The data, beside the page.
const PLAN: &str = "plan.json";
const SWEEP: &str = "sweep.json";
const PRICES: &str = "prices.json";

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
    /// Another sweep is where this one would go.
    #[error(
        "{} holds another sweep, which would be lost: write the report to another folder, or move that file away",
        path.display()
    )]
    OtherSweep {
        /// The other one.
        path: PathBuf,
    },
    /// The sweep is called like a part of the report.
    #[error("{} would be overwritten by the report: rename it, or write the report to another folder", path.display())]
    Taken {
        /// The sweep.
        path: PathBuf,
    },
    /// A picture cannot be drawn.
    #[error(transparent)]
    Chart(#[from] ChartError),
}

/// What a report shows.
#[derive(Clone, Copy, Debug)]
pub struct Report<'a> {
    /// What the planner found.
    pub plan: &'a Plan,
    /// What that rests on; nothing if a cluster was watched instead.
    pub sweep: Option<&'a SweepFile>,
    /// What machines cost; without, nothing is said about money.
    pub prices: Option<&'a Prices>,
}

impl<'a> Report<'a> {
    /// What was measured.
    fn measured(&self) -> Option<&'a Sweep> {
        self.sweep.map(|file| &file.sweep)
    }
}

/// Writes the page, its pictures and its data to a folder, which is made if there is none. Every file is replaced as a
/// whole: whoever looks sees the old one or the new one. Measurements are never replaced by others.
pub fn write(report: &Report<'_>, folder: &Path) -> Result<Written, ReportError> {
    // First, because it may be refused.
    let sweep = report.sweep.map(|sweep| sweep.put(folder)).transpose()?;
    let pictures = pictures::all(report);
    let mut written = Vec::new();
    for picture in &pictures {
        let place = |ending: &str| folder.join(PICTURES).join(format!("{}.{ending}", picture.file));
        let (vector, bitmap) = (place("svg"), place("png"));
        files::put(&vector, svg(&picture.chart, Theme::Light)?.as_bytes())?;
        files::put(&bitmap, &png(&picture.chart)?)?;
        written.extend([vector, bitmap]);
    }
    files::put_json(&folder.join(PLAN), "plan", report.plan)?;
    let prices = folder.join(PRICES);
    match report.prices {
        Some(known) => files::put_json(&prices, "list of prices", known)?,
        None => files::remove(&prices)?,
    }
    let page = folder.join(PAGE);
    files::put(&page, page::page(report, sweep.as_deref(), &pictures)?.as_bytes())?;
    Ok(Written {
        page,
        pictures: written,
    })
}
