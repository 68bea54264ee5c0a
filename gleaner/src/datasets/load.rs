//! `gleaner datasets load`: a corpus becomes an index.

use std::cell::RefCell;
use std::path::PathBuf;

use datasets::{Corpus, CorpusInfo, Meter, Skipped};

use super::{CorpusError, Found, Named, find, mapping};
use crate::bulk::{self, BulkPlan, Loaded};
use crate::client::Client;
use crate::interrupt::Interrupts;
use crate::screen::Screen;
use crate::screen::number::{grouped, megabytes, rate, seconds};

/// The steps of the progress bar.
const STEPS: u64 = 1000;

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

/// Loads, and says what became of it: true if everything of the corpus is in the index.
///
/// # Errors
/// [`CorpusError`]. What was acknowledged until then stays.
pub async fn run(config: LoadConfig) -> Result<bool, CorpusError> {
    let screen = Screen::of_process();
    let mut interrupts = Interrupts::listen()?;
    let named = (config.name.clone(), config.format.clone());
    let (found, corpus) = tokio::task::spawn_blocking(move || open(&named.0, named.1.as_deref()))
        .await
        .map_err(std::io::Error::other)??;
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
    let (loaded, skipped) = outcome?;
    let url = config.client.url();
    report(&screen, (url, &index), &loaded, skipped);
    Ok(loaded.rejected == 0 && loaded.malformed == 0)
}

fn open(name: &std::path::Path, format: Option<&str>) -> Result<(Found, Corpus), CorpusError> {
    let found = find(Named { name, format })?;
    let corpus = found.format.open(&found.path)?;
    Ok((found, corpus))
}

async fn load(
    screen: &Screen,
    config: &LoadConfig,
    found: &Found,
    corpus: Corpus,
    index: &str,
    so_far: &RefCell<Loaded>,
) -> Result<(Loaded, Skipped), CorpusError> {
    create(config, found, index).await?;
    let name = screen.style().bold(&found.name);
    screen.line(format_args!(
        "Loading {name} ({}) into the index {index} at {}",
        found.format.name,
        config.client.url()
    ));
    let goal = Goal::new(config.documents_max, corpus.info(), corpus.meter());
    let plan = BulkPlan {
        documents_max: config.documents_max,
        ..BulkPlan::default()
    };
    let progress = match goal {
        Goal::Unknown => screen.spinner("loading"),
        Goal::Documents(_) | Goal::Bytes(_) | Goal::Share(_) => screen.bar(STEPS),
    };
    let (loaded, corpus) = bulk::load(&config.client, index, corpus, plan, |loaded| {
        so_far.replace(loaded.clone());
        progress.set(goal.steps(loaded), progress_text(loaded));
    })
    .await?;
    drop(progress);
    let refreshing = screen.spinner("making it searchable");
    config.client.refresh(index).await?;
    drop(refreshing);
    Ok((loaded, corpus.skipped()))
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
        let malformed = format!("malformed: {}", grouped(loaded.malformed));
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

/// When the load is done, as far as that is known.
#[derive(Clone, Debug)]
enum Goal {
    Documents(u64),
    Bytes(u64),
    /// When the files have been read: a little early, because some bodies are always on their way.
    Share(Meter),
    Unknown,
}

impl Goal {
    fn new(documents_max: Option<u64>, info: &CorpusInfo, meter: Option<Meter>) -> Self {
        if let Some(documents) = [documents_max, info.documents_hint].into_iter().flatten().min() {
            Self::Documents(documents)
        } else if let Some(bytes) = info.bytes_hint {
            Self::Bytes(bytes)
        } else {
            meter.map_or(Self::Unknown, Self::Share)
        }
    }

    /// How far the load has come, in [`STEPS`].
    fn steps(&self, loaded: &Loaded) -> u64 {
        match self {
            Self::Documents(all) => part(loaded.documents + loaded.rejected, *all),
            Self::Bytes(all) => part(loaded.bytes, *all),
            Self::Share(meter) => steps(meter.share()),
            Self::Unknown => 0,
        }
    }
}

/// A part of a whole, in [`STEPS`]. A hint can be too low: the bar stays within its frame.
fn part(done: u64, all: u64) -> u64 {
    done.min(all).saturating_mul(STEPS) / all.max(1)
}

/// A share, from 0 to 1, in [`STEPS`].
pub(super) fn steps(share: f64) -> u64 {
    (0..=STEPS)
        .rev()
        .find(|step| *step as f64 <= share * STEPS as f64)
        .unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_known_beforehand_moves_the_bar() {
        let info = |documents_hint| CorpusInfo {
            name: String::new(),
            documents_hint,
            bytes_hint: None,
        };
        let half = Loaded {
            documents: 50,
            bytes: 300,
            ..Loaded::default()
        };
        assert_eq!(Goal::new(Some(100), &info(Some(1000)), None).steps(&half), 500);
        assert_eq!(Goal::new(Some(1000), &info(Some(100)), None).steps(&half), 500);
        assert_eq!(Goal::new(None, &info(Some(10)), None).steps(&half), STEPS);
        assert_eq!(
            Goal::new(None, &info(None), Some(Meter::default())).steps(&half),
            0
        );
        assert_eq!(Goal::new(None, &info(None), None).steps(&half), 0);
        let text = CorpusInfo {
            bytes_hint: Some(600),
            ..info(None)
        };
        assert_eq!(Goal::new(None, &text, Some(Meter::default())).steps(&half), 500);
        assert_eq!((steps(0.0), steps(0.25), steps(1.0)), (0, 250, STEPS));
    }
}
