//! Changes what holds for searches that do not say it themselves.

use shared::catalog::SearchDefaults;

use super::App;
use crate::catalogs::Change;
use crate::error::ApiError;

impl App {
    /// Changes what holds for searches that do not say it themselves: here at once, at other roots with the catalog.
    /// `change` may be called several times, each time on the newest.
    ///
    /// # Errors
    /// What `change` refuses, or a failure of the store.
    pub async fn change_search_defaults(
        &self,
        change: impl Fn(&mut SearchDefaults) -> Result<(), ApiError>,
    ) -> Result<(), ApiError> {
        let changed = self
            .parts
            .catalogs
            .change(|catalog| {
                let before = catalog.search.clone();
                change(&mut catalog.search)?;
                Ok(if catalog.search == before {
                    Change::Keep(None)
                } else {
                    Change::Write(Some(catalog.search.clone()))
                })
            })
            .await?;
        if let Some(search) = changed {
            tracing::info!(?search, "search defaults changed");
        }
        Ok(())
    }
}
