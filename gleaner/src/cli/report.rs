//! The flags of `gleaner report`.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use benches::report_page::{self, Report, ReportError};
use clap::Args;

use super::plan::PriceFlags;

const EXAMPLES: &str = "\
Examples:
  gleaner report --plan plan.json --sweep sweep.json --out report
                                        the page report/report.html, and its pictures as SVG and PNG
  gleaner report --plan plan.json --out report
                                        a plan of a running root: without a table of measurements";

/// Draw a plan and what was measured as one page.
///
/// The page needs nothing else, so it can be sent; pictures and data lie beside it.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct ReportFlags {
    /// What `gleaner plan` wrote
    #[arg(long, value_name = "FILE")]
    plan: PathBuf,
    /// What the sweep wrote that the plan rests on
    #[arg(long, value_name = "FILE")]
    sweep: Option<PathBuf>,
    #[command(flatten)]
    prices: PriceFlags,
    /// Where the report goes; files of an older one are replaced, but never other measurements
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
}

impl ReportFlags {
    /// Reads, draws, and says where the page is.
    pub(super) fn run(&self) -> Result<ExitCode, ReportError> {
        let plan = report_page::read_plan(&self.plan)?;
        let sweep = self.sweep.as_deref().map(report_page::read_sweep).transpose()?;
        // Those that the plan was made with, unless others are given.
        let prices = match self.prices.prices() {
            Some(prices) => Some(prices),
            None => report_page::read_prices(&self.plan)?,
        };
        let report = Report {
            plan: &plan,
            sweep: sweep.as_ref(),
            prices: prices.as_ref(),
        };
        let written = report_page::write(&report, &self.out)?;
        println!("{}", written.page.display());
        println!("{}", file_url(&written.page));
        Ok(ExitCode::SUCCESS)
    }
}

/// What a browser opens.
pub(crate) fn file_url(path: &Path) -> String {
    let absolute = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let mut url = "file://".to_owned();
    for byte in absolute.as_os_str().as_encoded_bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'-' | b'_' | b'.' | b'~' => {
                url.push(char::from(*byte));
            }
            byte => write!(url, "%{byte:02X}").expect("writing to a string does not fail"),
        }
    }
    url
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_can_be_clicked_whatever_the_folder_is_called() {
        let url = file_url(Path::new("/no where/é#1/report.html"));
        assert_eq!(url, "file:///no%20where/%C3%A9%231/report.html");
    }
}
