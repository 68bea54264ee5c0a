//! How the demo looks.

use std::time::Duration;

use datasets::Skipped;
use serde_json::{Value, json};
use shared::analysis::Analyzer;

use super::latency::Latencies;
use super::material::Fields;
use super::questions::{Answered, Question};
use crate::bulk::Loaded;
use crate::client::{Hit, SearchAnswer};
use crate::cluster::{Cluster, ClusterPlan, Member};
use crate::screen::Screen;
use crate::screen::highlight::{highlight, shortened};
use crate::screen::number::{grouped, megabytes, milliseconds, rate, seconds};
use crate::screen::table::Table;

/// Columns beside the title and the id: the rank, the score, and what is between.
const OTHER_COLUMNS: usize = 18;
/// Columns of a question that is asked again.
const QUESTION_COLUMNS: usize = 36;
/// The widest title.
const TITLE_COLUMNS_MAX: usize = 64;

pub(super) fn heading(screen: &Screen, text: &str) {
    screen.line(format_args!("\n{}", screen.style().bold(text)));
}

pub(super) fn opening(screen: &Screen, plan: &ClusterPlan, cluster: &Cluster, took: Duration) {
    heading(
        screen,
        &format!(
            "A cluster of {} processes is up after {}: 1 root, {} × {}",
            cluster.members().len(),
            seconds(took),
            counted(plan.leaves.into(), "leaf", "leaves"),
            counted(plan.replicas.into(), "replica", "replicas"),
        ),
    );
    let root = cluster.url();
    screen.line(format_args!(
        "  the root answers at {root}; data in {}",
        plan.data.display()
    ));
}

pub(super) fn found_again(screen: &Screen, index: &str, documents: u64) {
    heading(
        screen,
        &format!(
            "The index {index} is there from the last time: {} documents",
            grouped(documents)
        ),
    );
}

pub(super) fn loaded(screen: &Screen, loaded: &Loaded, skipped: Skipped) {
    let style = screen.style();
    screen.line(format_args!(
        "  {} {} documents, {} in {}: {} documents/s, {}/s",
        style.good("✓"),
        grouped(loaded.documents),
        megabytes(loaded.bytes as f64),
        seconds(loaded.took),
        rate(loaded.documents_per_second()),
        megabytes(loaded.bytes_per_second()),
    ));
    if skipped.total() > 0 {
        screen.line(style.dim(&format!("    files left out: {skipped}")));
    }
    if let Some(first) = &loaded.malformed_first {
        let bad = format!(
            "  ! {} records or files cannot be read; the first: {first}",
            loaded.malformed
        );
        screen.line(style.bad(&bad));
    }
    if let Some(first) = loaded.rejected_first.first() {
        let bad = format!(
            "  ! {} documents were refused; the first, {}: {}",
            loaded.rejected, first.id, first.reason
        );
        screen.line(style.bad(&bad));
    }
}

pub(super) fn answer(screen: &Screen, question: &Question, answered: &Answered, fields: &Fields) {
    let style = screen.style();
    screen.line(format_args!(
        "\n  {} {}  {}",
        style.command("❯"),
        style.bold(&question.text),
        style.dim(question.note)
    ));
    for (rank, hit) in (1..).zip(&answered.answer.hits.hits) {
        screen.line(hit_line(screen, rank, hit, question, fields));
    }
    screen.line(format_args!("    {}", summary(screen, answered)));
    failures(screen, &answered.answer);
}

/// Why an answer is not complete, shard by shard.
fn failures(screen: &Screen, answer: &SearchAnswer) {
    for failure in &answer.shards.failures {
        let what = format!("    ! shard {}: {}", failure.shard, failure.reason.reason);
        screen.line(screen.style().bad(&what));
    }
}

fn hit_line(screen: &Screen, rank: u32, hit: &Hit, question: &Question, fields: &Fields) -> String {
    let columns = screen.columns().saturating_sub(OTHER_COLUMNS);
    let title_columns = (columns * 3 / 5).min(TITLE_COLUMNS_MAX);
    let title = hit.source[&fields.title].as_str().unwrap_or("(no title)");
    let shown = shortened(title, title_columns).chars().count();
    let padding = " ".repeat(title_columns.saturating_sub(shown));
    let title = highlight(
        title,
        &question.words,
        &Analyzer::english(),
        title_columns,
        screen.style(),
    );
    let id = shortened(&hit.id, columns.saturating_sub(title_columns));
    let score = hit.score.map(|score| format!("{score:.3}")).unwrap_or_default();
    format!(
        "  {rank:>3}  {score:>7}  {title}{padding}  {}",
        screen.style().dim(&id)
    )
}

/// Time, matches, and from how much of the documents the answer was computed.
fn summary(screen: &Screen, answered: &Answered) -> String {
    let answer = &answered.answer;
    let took = screen.style().bold(&format!("{} ms", answer.took));
    let matches = match &answer.hits.total {
        Some(total) if total.relation == "eq" => counted(total.value, "match", "matches"),
        Some(total) => format!("more than {}", counted(total.value, "match", "matches")),
        None => "matches not counted".to_owned(),
    };
    format!("{took} · {matches} · answered by {}", coverage(screen, answer))
}

/// Which part of the documents the answer was computed from.
fn coverage(screen: &Screen, answer: &SearchAnswer) -> String {
    let (leaves, documents) = (answer.coverage.leaves, answer.coverage.documents);
    let leaves = format!("{} of {} leaves", leaves.answered, leaves.total);
    if answer.is_complete() {
        let text = format!("{leaves}, all {} documents", grouped(documents.total));
        screen.style().good(&text)
    } else {
        let text = format!(
            "{leaves}, {} of {} documents",
            grouped(documents.covered),
            grouped(documents.total)
        );
        screen.style().bad(&text)
    }
}

pub(super) fn caught_up(screen: &Screen, all: bool, after: Duration) {
    let style = screen.style();
    let after = seconds(after);
    if all {
        screen.line(format_args!(
            "  {} every replica of every leaf had all of it {after} later",
            style.good("✓")
        ));
    } else {
        let what = format!("  ! some replicas are still behind after {after}: answers may not be complete");
        screen.line(style.bad(&what));
    }
}

pub(super) fn no_storm(screen: &Screen) {
    screen.line("\n  With --replicas 2 or more you would now see processes fail without a query noticing.");
}

pub(super) fn stopped(screen: &Screen, member: &Member) {
    let style = screen.style();
    let what = format!("⏸ {} (pid {}) is stopped with SIGSTOP:", member.name, member.pid);
    screen.line(format_args!(
        "  {} its connections stay open, and no answer comes",
        style.alarm(&what)
    ));
}

pub(super) fn killed(screen: &Screen, member: &Member) {
    let style = screen.style();
    let what = format!("✗ {} (pid {}) is killed with SIGKILL:", member.name, member.pid);
    screen.line(format_args!("  {} its connections break", style.alarm(&what)));
}

pub(super) fn same_queries(screen: &Screen) {
    screen.line("\n  The same queries again:");
}

pub(super) fn again(screen: &Screen, question: &Question, answered: &Answered, is_same: bool) {
    let style = screen.style();
    let ranking = if is_same {
        style.good("same ranking")
    } else {
        style.bad("another ranking")
    };
    screen.line(format_args!(
        "    {} {:<QUESTION_COLUMNS$} {}  {} · {ranking}",
        style.command("❯"),
        shortened(&question.text, QUESTION_COLUMNS),
        style.bold(&format!("{:>4} ms", answered.answer.took)),
        coverage(screen, &answered.answer),
    ));
    failures(screen, &answered.answer);
}

pub(super) fn comparison(screen: &Screen, rounds: &[(&str, &Latencies, usize)]) {
    let mut table = Table::new(&["", "queries", "complete", "p50", "p90", "max"], 1);
    for (name, latencies, complete) in rounds {
        table.row(vec![
            (*name).to_owned(),
            latencies.count().to_string(),
            complete.to_string(),
            milliseconds(latencies.percentile(50)),
            milliseconds(latencies.percentile(90)),
            milliseconds(latencies.max()),
        ]);
    }
    screen.line("\n  Latency as a client sees it:");
    for line in table.lines(screen.style()) {
        screen.line(format_args!("    {line}"));
    }
    screen.line("");
}

pub(super) fn resumed(screen: &Screen, member: &Member) {
    let what = format!("▶ {} (pid {}) goes on (SIGCONT)", member.name, member.pid);
    screen.line(format_args!("  {}", screen.style().alarm(&what)));
}

pub(super) fn recovered(screen: &Screen, member: &Member, after: Duration) {
    screen.line(format_args!(
        "  {} {} serves again {} after its death (pid {}), from its place in the log on",
        screen.style().good("✓"),
        member.name,
        seconds(after),
        member.pid,
    ));
}

pub(super) fn to_try(screen: &Screen, url: &str, index: &str, questions: &[Question]) {
    let style = screen.style();
    heading(screen, "Your turn");
    let word = questions
        .first()
        .and_then(|question| question.words.split(' ').next())
        .unwrap_or("*");
    let body = questions
        .get(1)
        .map_or_else(|| json!({"match_all": {}}), |question| question.query.clone());
    let body: Value = json!({"size": 3, "_source": ["title"], "query": body});
    for command in [
        format!("curl '{url}/{index}/_search?q={word}&size=3'"),
        format!("curl '{url}/{index}/_search' -H 'content-type: application/json' -d '{body}'"),
        format!("curl '{url}/_cat/shards/{index}?v'"),
        format!("curl '{url}/_cat/indices?v'"),
    ] {
        screen.line(format_args!("  {}", style.command(&command)));
    }
}

pub(super) fn stays_up(screen: &Screen) {
    screen.line(format_args!(
        "\n  {}",
        screen.style().dim("The cluster stays up until Ctrl-C.")
    ));
}

fn counted(count: u64, one: &str, many: &str) -> String {
    let noun = if count == 1 { one } else { many };
    format!("{} {noun}", grouped(count))
}
