//! Queries without a search: about one document, and whether they are ones at all.

use std::sync::Arc;

use shared::deadline::Deadline;
use shared::limits;

use super::App;
use crate::dsl::SearchCommand;
use crate::error::ApiError;
use crate::search::Explained;

/// A query of an index in words, or why it is none.
pub type InWords = (Arc<str>, Result<String, ApiError>);

impl App {
    /// Whether a document of an index, or of an alias of one, matches a query, and why; `None` if it is not there. Tells the
    /// index too.
    ///
    /// # Errors
    /// [`ApiError::IndexNotFound`], an alias of several, a query that does not fit, or no replica could tell.
    pub async fn explain(
        &self,
        name: &str,
        (id, routing): (&str, Option<&str>),
        command: &SearchCommand,
        deadline: Deadline,
    ) -> Result<(String, Option<Explained>), ApiError> {
        let catalog = self.catalog();
        let (index, _) = catalog.only(name)?;
        let as_of = self.as_of_now(index);
        let searches = &self.parts.searches;
        let explained = searches
            .explain(&catalog, index, command, (id, routing), as_of, deadline)
            .await?;
        Ok((index.to_owned(), explained))
    }

    /// The query of a command in words, for each index. One that does not fit an index is no error here.
    ///
    /// # Errors
    /// What is not the query's fault.
    pub async fn in_words(
        &self,
        names: &[Arc<str>],
        command: &SearchCommand,
        deadline: Deadline,
    ) -> Result<Vec<InWords>, ApiError> {
        if names.len() > limits::SEARCH_INDEXES_MAX {
            return Err(ApiError::illegal(format!(
                "the query is of [{}] indexes, the limit is [{}]",
                names.len(),
                limits::SEARCH_INDEXES_MAX
            )));
        }
        let catalog = self.catalog();
        let mut all = Vec::with_capacity(names.len());
        for name in names {
            let as_of = self.as_of_now(name);
            let searches = &self.parts.searches;
            let words = searches.in_words(&catalog, name, command, as_of, deadline).await;
            match words {
                Err(error) if error.status() != 400 => return Err(error),
                words => all.push((name.clone(), words)),
            }
        }
        Ok(all)
    }
}
