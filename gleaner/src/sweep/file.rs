//! The result as a file, and as a summary for people.

use std::io;
use std::path::Path;

use benches::measured::Sweep;
use tokio::task::spawn_blocking;

use super::SweepError;
use crate::load::whole_file;
use crate::screen::Screen;
use crate::screen::number::{grouped, rate, seconds};
use crate::screen::table::Table;

/// Writes the file whole or not at all; folders that are missing are made.
pub(super) async fn write(path: &Path, sweep: &Sweep) -> Result<(), SweepError> {
    let mut json = serde_json::to_vec(sweep).expect("a sweep has string keys only");
    json.push(b'\n');
    let to = path.to_owned();
    let written = spawn_blocking(move || whole_file::write(&to, &json))
        .await
        .map_err(io::Error::other)?;
    written.map_err(|source| SweepError::File {
        path: path.to_owned(),
        source,
    })
}

/// The highest rates as a table, and what there is to know.
pub(super) fn summarize(screen: &Screen, sweep: &Sweep) {
    let style = screen.style();
    if !sweep.highest.is_empty() {
        screen.line(format_args!(
            "\n{}",
            style.bold(&format!("Highest rates that meet {}", sweep.objective))
        ));
        let mut table = Table::new(&["shape", "met", "missed"], 1);
        for highest in &sweep.highest {
            let per_second = |per_second: f64| format!("{}/s", rate(per_second));
            let met = if highest.met_per_second > 0.0 {
                per_second(highest.met_per_second)
            } else {
                "none".to_owned()
            };
            let missed = highest
                .missed_per_second
                .map_or_else(|| "-".to_owned(), per_second);
            table.row(vec![highest.shape.to_string(), met, missed]);
        }
        for line in table.lines(style) {
            screen.line(format_args!("  {line}"));
        }
    }
    for note in &sweep.notes {
        screen.line(format_args!("\n{}", style.alarm(note)));
    }
    let requests: u64 = sweep.points.iter().map(|point| point.load.reads.due).sum();
    screen.line(format_args!(
        "\n{} runs with {} queries in {}",
        sweep.points.len(),
        grouped(requests),
        seconds(std::time::Duration::from_secs_f64(sweep.took_seconds)),
    ));
}
