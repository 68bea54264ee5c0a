//! `gleaner datasets load`: a corpus becomes an index.

use std::cell::RefCell;
use std::path::PathBuf;

use datasets::{Corpus, Skipped};

use super::progress::Goal;
use super::{CorpusError, Found, Named, mapping, open};
use crate::bulk::{self, BulkPlan, Loaded, Outcome};
use crate::client::Client;
use crate::interrupt::Interrupts;
use crate::screen::Screen;
use crate::screen::number::{grouped, megabytes, rate, seconds};

/// What to load, and where to.
#[derive(Clone, Debug)]
pub struct LoadConfig {
    /// A path or a name.
    pub name: PathBuf,
    /// The name of the format, if it is not the one that recognises the corpus.
    pub format: Option<String>,
    /// The cluster.
    pub client: Client,
    /// The index; by default it is called like the corpus.
    pub index: Option<String>,
    /// Stop after so many documents.
    pub documents_max: Option<u64>,
    /// How many shards the index is created with; by default the cluster decides.
    pub shards: Option<u32>,
    /// A file with what the index is created with.
    pub mapping: Option<PathBuf>,
}

/// Loads, and says what became of it: true if everything of the corpus is in the index, but for what is left out on purpose.
///
/// # Errors
/// [`CorpusError`]. What was acknowledged until then stays.
pub async fn run(config: LoadConfig) -> Result<bool, CorpusError> {
    let screen = Screen::of_process();
    let mut interrupts = Interrupts::listen()?;
    let (found, corpus) = tokio::select! {
        opened = opened(&screen, &config) => opened?,
        () = interrupts.next() => return Err(CorpusError::InterruptedEarly),
    };
    let index = match &config.index {
        Some(index) => index.clone(),
        None => mapping::index_name(&found.name)?,
    };
    let progress = RefCell::new(Loaded::default());
    let outcome = tokio::select! {
        outcome = load(&screen, &config, &found, corpus, &index, &progress) => outcome,
        () = interrupts.next() => Err(CorpusError::Interrupted {
            documents: progress.borrow().documents,
            index: index.clone(),
        }),
    };
    let Outcome {
        loaded,
        corpus,
        broken_off,
    } = outcome?;
    report(&screen, (config.client.url(), &index), &loaded, corpus.skipped());
    match broken_off {
        None => Ok(loaded.rejected == 0 && loaded.malformed == 0),
        Some(source) => Err(CorpusError::BrokenOff {
            documents: loaded.documents,
            index,
            source: source.into(),
        }),
    }
}

/// Finds and opens the corpus, which can take as long as there are files to look at.
async fn opened(screen: &Screen, config: &LoadConfig) -> Result<(Found, Corpus), CorpusError> {
    let _opening = screen.spinner("looking at the corpus");
    let (name, format) = (config.name.clone(), config.format.clone());
    let opened = move || {
        open(Named {
            name: &name,
            format: format.as_deref(),
        })
    };
    tokio::task::spawn_blocking(opened)
        .await
        .map_err(std::io::Error::other)?
}

async fn load(
    screen: &Screen,
    config: &LoadConfig,
    found: &Found,
    corpus: Corpus,
    index: &str,
    so_far: &RefCell<Loaded>,
) -> Result<Outcome<Corpus>, CorpusError> {
    create(config, found, index).await?;
    let name = screen.style().bold(&found.name);
    screen.line(format_args!(
        "Loading {name} ({}) into the index {index} at {}",
        found.format.name,
        config.client.url()
    ));
    let goal = Goal::of(&corpus, config.documents_max);
    let plan = BulkPlan {
        documents_max: config.documents_max,
        ..BulkPlan::default()
    };
    let progress = goal.show(screen, "loading");
    let outcome = bulk::load_readable(&config.client, index, corpus, plan, |loaded| {
        so_far.replace(loaded.clone());
        let steps = goal.steps(loaded.documents + loaded.rejected, loaded.bytes);
        progress.set(steps, progress_text(loaded));
    })
    .await?;
    drop(progress);
    let refreshing = screen.spinner("making it searchable");
    config.client.refresh(index).await?;
    drop(refreshing);
    Ok(outcome)
}

/// Creates the index, unless it is there and nothing was said about how it should be.
async fn create(config: &LoadConfig, found: &Found, index: &str) -> Result<(), CorpusError> {
    if config.client.has_index(index).await? {
        if config.shards.is_some() || config.mapping.is_some() {
            return Err(CorpusError::IndexExists {
                index: index.to_owned(),
            });
        }
        return Ok(());
    }
    let (found, file, shards) = (found.clone(), config.mapping.clone(), config.shards);
    let body = tokio::task::spawn_blocking(move || mapping::index_body(&found, file.as_deref(), shards))
        .await
        .map_err(std::io::Error::other)??;
    Ok(config.client.create_index(index, &body).await?)
}

fn progress_text(loaded: &Loaded) -> String {
    format!(
        "{} documents · {}/s · {}/s",
        grouped(loaded.documents),
        rate(loaded.documents_per_second()),
        megabytes(loaded.bytes_per_second()),
    )
}

fn report(screen: &Screen, (url, index): (&str, &str), loaded: &Loaded, skipped: Skipped) {
    let style = screen.style();
    screen.line(format_args!(
        "{} documents ({}) in {}: {} documents/s, {}/s",
        grouped(loaded.documents),
        megabytes(loaded.bytes as f64),
        seconds(loaded.took),
        rate(loaded.documents_per_second()),
        megabytes(loaded.bytes_per_second()),
    ));
    if skipped.total() > 0 {
        screen.line(format_args!("left out: {skipped}"));
    }
    if loaded.malformed > 0 {
        let malformed = format!("could not be read: {}", grouped(loaded.malformed));
        screen.line(style.bad(&malformed));
        screen.line(format_args!(
            "  {}",
            loaded.malformed_first.as_deref().unwrap_or_default()
        ));
    }
    if loaded.rejected > 0 {
        let rejected = format!("refused by the cluster: {}", grouped(loaded.rejected));
        screen.line(style.bad(&rejected));
        for rejected in &loaded.rejected_first {
            screen.line(format_args!("  {}: {}", rejected.id, rejected.reason));
        }
    }
    let search = format!("curl '{url}/{index}/_search?q=…'");
    screen.line(format_args!("Search it with {}", style.command(&search)));
}

#[cfg(test)]
#[path = "load_tests.rs"]
mod tests;
