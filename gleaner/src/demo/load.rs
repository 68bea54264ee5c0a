//! The first act: the corpus goes in, unless it is there from the last time.

use serde_json::json;

use super::material::Material;
use super::{DemoConfig, DemoError, show};
use crate::bulk::{self, BulkPlan, Loaded};
use crate::client::Client;
use crate::datasets::progress::Goal;
use crate::screen::Screen;
use crate::screen::number::{grouped, megabytes, rate};

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
    let goal = Goal::of(&material.corpus, config.documents_max);
    let plan = BulkPlan {
        documents_max: config.documents_max,
        ..BulkPlan::default()
    };
    let progress = goal.show(screen, "loading");
    let (loaded, corpus) = bulk::load(client, &index, material.corpus, plan, |loaded| {
        let steps = goal.steps(loaded.documents + loaded.rejected, loaded.bytes);
        progress.set(steps, progress_text(loaded));
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
