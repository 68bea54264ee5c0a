//! The first act: the corpus goes in, unless it is there from the last time.

use serde_json::json;

use super::material::Material;
use super::{DemoConfig, DemoError, show};
use crate::bulk::{self, BulkPlan, Loaded};
use crate::client::Client;
use crate::screen::Screen;
use crate::screen::number::{grouped, megabytes, rate};

/// The steps of the progress bar.
const STEPS: u64 = 1000;

/// Creates the index and loads the corpus.
pub(super) async fn load(
    screen: &Screen,
    client: &Client,
    material: Material,
    config: &DemoConfig,
) -> Result<(), DemoError> {
    let index = material.index;
    if client.has_index(&index).await? {
        let documents = client.count(&index).await?;
        if documents > 0 {
            show::found_again(screen, &index, documents);
            return Ok(());
        }
    } else {
        let body = json!({"mappings": {"properties": material.properties}});
        client.create_index(&index, &body).await?;
    }
    let info = material.corpus.info().clone();
    show::heading(
        screen,
        &format!("Loading {} through _bulk into the index {index}", info.name),
    );
    let goal = Goal::new(config.documents_max, info.documents_hint, info.bytes_hint);
    let plan = BulkPlan {
        documents_max: config.documents_max,
        ..BulkPlan::default()
    };
    let progress = match goal {
        Goal::Unknown => screen.spinner("loading"),
        Goal::Documents(_) | Goal::Bytes(_) => screen.bar(STEPS),
    };
    let (loaded, corpus) = bulk::load(client, &index, material.corpus, plan, |loaded| {
        progress.set(goal.steps(loaded), progress_text(loaded));
    })
    .await?;
    drop(progress);
    let refreshing = screen.spinner("making it searchable");
    client.refresh(&index).await?;
    drop(refreshing);
    show::loaded(screen, &loaded, corpus.skipped());
    Ok(())
}

fn progress_text(loaded: &Loaded) -> String {
    format!(
        "{} documents · {}/s · {}/s",
        grouped(loaded.documents),
        rate(loaded.documents_per_second()),
        megabytes(loaded.bytes_per_second()),
    )
}

/// When the load is done, as far as that is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Goal {
    Documents(u64),
    Bytes(u64),
    Unknown,
}

impl Goal {
    fn new(documents_max: Option<u64>, documents_hint: Option<u64>, bytes_hint: Option<u64>) -> Self {
        match (documents_max, documents_hint, bytes_hint) {
            (Some(max), Some(hint), _) => Self::Documents(max.min(hint)),
            (Some(documents), None, _) | (None, Some(documents), _) => Self::Documents(documents),
            (None, None, Some(bytes)) => Self::Bytes(bytes),
            (None, None, None) => Self::Unknown,
        }
    }

    /// How far the load has come, in [`STEPS`].
    fn steps(self, loaded: &Loaded) -> u64 {
        let (done, all) = match self {
            Self::Documents(documents) => (loaded.documents + loaded.rejected, documents),
            Self::Bytes(bytes) => (loaded.bytes, bytes),
            Self::Unknown => (0, 1),
        };
        done.min(all).saturating_mul(STEPS) / all.max(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_shortens_the_way() {
        let half = Loaded {
            documents: 50,
            ..Loaded::default()
        };
        assert_eq!(Goal::new(Some(100), Some(1000), None).steps(&half), 500);
        assert_eq!(Goal::new(Some(1000), Some(100), None).steps(&half), 500);
        assert_eq!(Goal::new(None, None, None).steps(&half), 0);
        // A hint can be too low: the bar stays within its frame.
        assert_eq!(Goal::new(None, Some(10), None).steps(&half), STEPS);
    }
}
