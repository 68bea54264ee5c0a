//! `gleaner datasets verify`: reads everything and says what is wrong.

use std::cell::Cell;
use std::time::Duration;

use datasets::verification::{IDS_MAX, Verification};
use serde_json::{Map, Value, json};
use tokio::time::Instant;

use super::progress::Goal;
use super::{CorpusError, Found, Named, open};
use crate::screen::Screen;
use crate::screen::number::{grouped, megabytes, rate, seconds};

/// How many documents are read between two looks at the clock: a look costs more than a small document.
const LOOK_DOCUMENTS: u64 = 1000;

/// What was found.
#[derive(Debug)]
pub struct Verified {
    found: Found,
    verification: Verification,
    took: Duration,
}

/// Reads the whole corpus. Blocks.
///
/// # Errors
/// [`CorpusError`] if it cannot be opened. What is wrong inside of it is part of the result.
pub fn verify(named: Named<'_>, screen: &Screen) -> Result<Verified, CorpusError> {
    let opening = screen.spinner("looking at the corpus");
    let (found, mut corpus) = open(named)?;
    drop(opening);
    let goal = Goal::of(&corpus, None);
    let began = Instant::now();
    let bar = goal.show(screen, "reading");
    let looked_at = Cell::new(0);
    let verification = Verification::run(&found.path, &mut corpus, |so_far| {
        if so_far.documents >= looked_at.get() {
            looked_at.set(so_far.documents + LOOK_DOCUMENTS);
            let per_second = so_far.documents as f64 / began.elapsed().as_secs_f64().max(1e-3);
            let text = format!("{} documents · {}/s", grouped(so_far.documents), rate(per_second));
            bar.set(goal.steps(so_far.documents, so_far.bytes), text);
        }
    });
    drop(bar);
    Ok(Verified {
        found,
        verification,
        took: began.elapsed(),
    })
}

impl Verified {
    /// Whether something is wrong.
    pub fn is_wrong(&self) -> bool {
        self.verification.is_wrong()
    }

    /// One line of JSON.
    pub fn json(&self) -> Value {
        let verification = &self.verification;
        let problems: Map<String, Value> = verification
            .problems()
            .iter()
            .map(|(name, findings)| {
                let value = json!({"count": findings.count, "first": findings.first});
                (name.replace(' ', "_"), value)
            })
            .collect();
        json!({
            "name": self.found.name,
            "path": self.found.path,
            "format": self.found.format.name,
            "documents": verification.documents,
            "bytes": verification.bytes,
            "skipped": verification.skipped.total(),
            "skipped_reasons": verification.skipped.to_string(),
            "queries": verification.queries,
            "judgments": verification.judgments,
            "ids_all_compared": verification.all_compared,
            "problems": problems,
            "fingerprint": verification.fingerprint.to_string(),
            "wrong": self.is_wrong(),
            "took_ms": u64::try_from(self.took.as_millis()).unwrap_or(u64::MAX),
        })
    }

    /// Lines for people.
    pub fn print(&self, screen: &Screen) {
        let style = screen.style();
        let verification = &self.verification;
        screen.line(format_args!(
            "{} ({}): {} documents, {} in {}",
            style.bold(&self.found.name),
            self.found.format.name,
            grouped(verification.documents),
            megabytes(verification.bytes as f64),
            seconds(self.took),
        ));
        if verification.skipped.total() > 0 {
            screen.line(format_args!("  left out: {}", verification.skipped));
        }
        for (count, what) in [
            (verification.queries, "queries"),
            (verification.judgments, "judgments"),
        ] {
            if let Some(count) = count {
                screen.line(format_args!("  {what}: {}", grouped(count)));
            }
        }
        if !verification.all_compared {
            let limit = grouped(IDS_MAX as u64);
            screen.line(format_args!(
                "  ids after the first {limit} were not compared with each other"
            ));
        }
        for (name, findings) in verification.problems() {
            if findings.count > 0 {
                let line = format!("  {name}: {}", grouped(findings.count));
                screen.line(style.bad(&line));
                for finding in &findings.first {
                    screen.line(format_args!("    {finding}"));
                }
            }
        }
        screen.line(format_args!(
            "  fingerprint {}",
            style.bold(&verification.fingerprint.to_string())
        ));
        let verdict = if self.is_wrong() {
            style.bad("something is wrong")
        } else {
            style.good("nothing is wrong")
        };
        screen.line(format_args!("  {verdict}"));
    }
}
