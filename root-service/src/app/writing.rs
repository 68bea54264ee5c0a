//! Writes by name: to indexes, which are made if they are not there, and to aliases, which lead to one.

use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

use shared::catalog::NotOne;
use shared::deadline::Deadline;
use tokio::time::Instant;

use super::{App, IndexSpec};
use crate::error::ApiError;
use crate::write::{IndexWrites, RefreshPolicy, WriteAction, WriteItem, WriteResults};

/// How long a write to a new index waits for the replicas to be ready for it.
const CREATE_PATIENCE: Duration = Duration::from_secs(5);

impl App {
    /// Writes operations durably; each succeeds or fails on its own, and the results are in their order.
    pub async fn write(
        &self,
        items: Vec<WriteItem>,
        refresh: RefreshPolicy,
        deadline: Deadline,
    ) -> WriteResults {
        let mut results: Vec<_> = items.iter().map(|_| Err(ApiError::Internal)).collect();
        let mut indexes: HashMap<String, Result<String, ApiError>> = HashMap::new();
        // Grouped by what the names stand for: writes to an index and to its alias keep their order.
        let mut by_index: BTreeMap<String, (Vec<usize>, Vec<WriteItem>)> = BTreeMap::new();
        for (at, item) in items.into_iter().enumerate() {
            if !indexes.contains_key(&item.index) {
                let found = self.write_index(&item.index, deadline).await;
                indexes.insert(item.index.clone(), found);
            }
            match &indexes[&item.index] {
                Ok(index) => {
                    let group = by_index.entry(index.clone()).or_default();
                    group.0.push(at);
                    group.1.push(item);
                }
                Err(error) => results[at] = Err(error.clone()),
            }
        }
        for (name, (places, items)) in by_index {
            match self.write_to(&name, items, refresh, deadline).await {
                Ok(written) => places
                    .into_iter()
                    .zip(written)
                    .for_each(|(at, result)| results[at] = result),
                Err(error) => places.into_iter().for_each(|at| results[at] = Err(error.clone())),
            }
        }
        results
    }

    async fn write_to(
        &self,
        name: &str,
        items: Vec<WriteItem>,
        refresh: RefreshPolicy,
        deadline: Deadline,
    ) -> Result<WriteResults, ApiError> {
        let IndexWrites {
            mut results,
            index,
            position,
        } = if items
            .iter()
            .any(|item| matches!(item.action, WriteAction::Update(_)))
        {
            self.write_with_updates(name, items, deadline).await?
        } else {
            self.parts.writes.write(name, items, deadline).await?
        };
        if let (Some(position), true) = (position, refresh != RefreshPolicy::None) {
            let now = refresh == RefreshPolicy::Now;
            let summary = self.refresh_to(index, position, now, deadline).await;
            let forced = now && summary.failures.is_empty();
            results
                .iter_mut()
                .flatten()
                .for_each(|written| written.forced_refresh = forced);
        }
        Ok(results)
    }

    /// The index that writes to a name go to; it is created unless it is there.
    async fn write_index(&self, name: &str, deadline: Deadline) -> Result<String, ApiError> {
        let catalog = self.catalog();
        match catalog.write_index(name) {
            Ok(index) => return Ok(index.to_owned()),
            Err(NotOne::Absent(_)) => {}
            Err(error) => return Err(error.into()),
        }
        // With no replica up, the write is durable all the same and applied later.
        let ready_by = deadline.at_most(Instant::now(), CREATE_PATIENCE);
        match self.create_index(name, IndexSpec::default(), ready_by).await {
            Ok(_) | Err(ApiError::IndexExists { .. }) => Ok(name.to_owned()),
            // Another root made it an alias, which the refusal has taught this one.
            Err(error) => match self.catalog().write_index(name) {
                Ok(index) => Ok(index.to_owned()),
                Err(_) => Err(error),
            },
        }
    }
}
