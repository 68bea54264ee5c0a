//! The result as a file, and what to do with it.

use std::fs::Permissions;
use std::io::{self, Write as _};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use benches::measured::Sweep;
use tokio::task::spawn_blocking;

use super::SweepError;
use crate::screen::Screen;
use crate::screen::number::{grouped, rate, seconds};
use crate::screen::table::Table;

/// Writes the file whole or not at all; folders that are missing are made.
pub(super) async fn write(path: &Path, sweep: &Sweep) -> Result<(), SweepError> {
    let mut json = serde_json::to_vec(sweep).expect("a sweep has string keys only");
    json.push(b'\n');
    let to = path.to_owned();
    let written = spawn_blocking(move || write_whole(&to, &json))
        .await
        .map_err(io::Error::other)?;
    written.map_err(|source| SweepError::File {
        path: path.to_owned(),
        source,
    })
}

fn write_whole(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let folder = match path.parent() {
        Some(folder) if folder != Path::new("") => folder.to_owned(),
        _ => PathBuf::from("."),
    };
    std::fs::create_dir_all(&folder)?;
    // As every file that people make, and not for this user alone, as temporary ones are: the system takes away what it must.
    let mut file = tempfile::Builder::new()
        .prefix(".sweep-")
        .permissions(Permissions::from_mode(0o666))
        .tempfile_in(folder)?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    file.persist(path)?;
    Ok(())
}

/// The highest rates as a table, and how to go on.
pub(super) fn summarize(screen: &Screen, path: &Path, sweep: &Sweep) {
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
        "\n{} runs with {} queries in {}, written to {}",
        sweep.points.len(),
        grouped(requests),
        seconds(std::time::Duration::from_secs_f64(sweep.took_seconds)),
        path.display(),
    ));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_replaced_as_a_whole_and_its_folder_made() {
        let temporary = tempfile::tempdir().unwrap();
        let path = temporary.path().join("a/b/sweep.json");
        write_whole(&path, b"first").unwrap();
        write_whole(&path, b"second").unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), b"second");
        assert_eq!(std::fs::read_dir(path.parent().unwrap()).unwrap().count(), 1);
    }
}
