//! The flags that decide which web pages may call a root.

use std::ffi::OsString;

use clap::Args;
use root_service::api::Origins;

use super::Problems;

/// Which web pages may call.
#[derive(Debug, Args)]
#[command(next_help_heading = "Browsers")]
pub(super) struct BrowserFlags {
    /// Let pages of that origin call from a browser (CORS); once for each, and * lets all
    #[arg(
        long,
        value_name = "ORIGIN",
        env = "GLEANER_CORS_ORIGINS",
        value_delimiter = ','
    )]
    cors_origin: Vec<String>,
}

impl BrowserFlags {
    pub(super) fn check(&self, problems: &mut Problems) -> Origins {
        Origins::parse(&self.cors_origin).unwrap_or_else(|error| {
            problems.add("--cors-origin", format_args!("{error}"));
            Origins::None
        })
    }

    /// The same as arguments of `gleaner root`.
    pub(super) fn arguments(&self) -> Vec<OsString> {
        let origins = self.cors_origin.iter();
        origins
            .map(|origin| OsString::from(format!("--cors-origin={origin}")))
            .collect()
    }
}
