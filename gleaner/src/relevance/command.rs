//! `gleaner eval`: the table of measures.

use std::path::PathBuf;

use datasets::evaluation::Report;

use super::{FORMS, JudgedSet, RelevanceError, evaluate, load};
use crate::client::Client;
use crate::cluster::{self, Cluster, ClusterPlan};
use crate::interrupt::Interrupts;
use crate::screen::number::{grouped, seconds};
use crate::screen::table::Table;
use crate::screen::{Screen, Style};

/// What to evaluate, and where.
#[derive(Clone, Debug)]
pub struct EvalConfig {
    /// The folder of the judged set.
    pub dataset: PathBuf,
    /// The cluster.
    pub place: Where,
}

/// Which cluster is evaluated.
#[derive(Clone, Debug)]
pub enum Where {
    /// One that runs already.
    Running(Client),
    /// One that is started for this, in a temporary folder in place of the plan's.
    Temporary(ClusterPlan),
}

/// Runs the evaluation and prints its table.
///
/// # Errors
/// [`RelevanceError`].
pub async fn run(config: EvalConfig) -> Result<(), RelevanceError> {
    let screen = Screen::of_process();
    let mut interrupts = Interrupts::listen()?;
    match config.place {
        Where::Running(client) => tokio::select! {
            outcome = table(&client, config.dataset, &screen) => outcome,
            () = interrupts.next() => Err(RelevanceError::Interrupted),
        },
        Where::Temporary(plan) => {
            let folder = tempfile::Builder::new().prefix("gleaner-eval-").tempdir()?;
            let plan = ClusterPlan {
                data: folder.path().to_owned(),
                ..plan
            };
            let (sender, mut events) = cluster::events();
            let starting = screen.spinner("starting a temporary cluster");
            let cluster = tokio::select! {
                cluster = Cluster::start(&plan, &sender) => cluster?,
                () = interrupts.next() => return Err(RelevanceError::Interrupted),
            };
            drop(starting);
            let outcome = tokio::select! {
                outcome = table(cluster.client(), config.dataset, &screen) => outcome,
                () = interrupts.next() => Err(RelevanceError::Interrupted),
                () = async { while let Some(event) = events.recv().await { screen.note(event) } } => {
                    Err(RelevanceError::Interrupted)
                }
            };
            cluster.stop().await;
            outcome
        }
    }
}

async fn table(client: &Client, dataset: PathBuf, screen: &Screen) -> Result<(), RelevanceError> {
    let set = tokio::task::spawn_blocking(move || JudgedSet::open(&dataset))
        .await
        .map_err(std::io::Error::other)??;
    let style = screen.style();
    let index = format!("gleaner-eval-{}", set.info.name.to_lowercase());
    let loading = screen.bar(set.info.bytes_hint.unwrap_or(0));
    let loaded = load(client, &index, &set, |loaded| {
        loading.set(loaded.bytes, format!("{} documents", grouped(loaded.documents)));
    })
    .await?;
    drop(loading);
    let name = &set.info.name;
    screen.line(format_args!(
        "{}: {} documents loaded in {}, {} judged queries",
        style.bold(name),
        grouped(loaded.documents),
        seconds(loaded.took),
        set.judged_queries().count(),
    ));
    let mut table = Table::new(&["query form", "nDCG@10", "MAP", "R@100", "R@1000"], 1);
    for form in &FORMS {
        let asking = screen.spinner(format!("asking: {}", form.name));
        let report = evaluate(client, &index, &set, form).await?;
        drop(asking);
        table.row(row(form.name, &report));
    }
    print(screen, &table, style);
    client.delete_index(&index).await?;
    Ok(())
}

fn row(name: &str, report: &Report) -> Vec<String> {
    let mean = report.mean;
    let measures = [
        mean.ndcg_at_10,
        mean.average_precision,
        mean.recall_at_100,
        mean.recall_at_1000,
    ];
    let figures = measures.iter().map(|measure| format!("{measure:.4}"));
    std::iter::once(name.to_owned()).chain(figures).collect()
}

fn print(screen: &Screen, table: &Table, style: Style) {
    screen.line("");
    for line in table.lines(style) {
        screen.line(format_args!("  {line}"));
    }
}
