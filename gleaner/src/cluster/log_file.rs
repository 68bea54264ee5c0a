//! Writes what a process says on standard error into its log file, and passes warnings on.

use std::collections::VecDeque;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use parking_lot::Mutex;
use tokio::fs::{File, OpenOptions};
use tokio::io::{AsyncBufReadExt as _, AsyncRead, AsyncWriteExt as _, BufReader};

use super::EventSender;
use super::event::{Event, MemberName};

/// The last words of a process that are kept for an error message, in lines.
const LAST_LINES: usize = 12;

/// The end of a log.
#[derive(Clone, Debug, Default)]
pub(super) struct LastLines(Arc<Mutex<VecDeque<String>>>);

impl LastLines {
    fn push(&self, line: &str) {
        let mut lines = self.0.lock();
        if lines.len() == LAST_LINES {
            lines.pop_front();
        }
        lines.push_back(line.to_owned());
    }

    pub(super) fn to_vec(&self) -> Vec<String> {
        self.0.lock().iter().cloned().collect()
    }
}

/// Reads `stderr` to its end. A log that cannot be written is no reason to stop reading: the process would block.
pub(super) async fn follow(
    stderr: impl AsyncRead + Unpin,
    log: PathBuf,
    name: MemberName,
    last_lines: LastLines,
    events: EventSender,
) {
    let mut file = open(&log, name, &events).await;
    let mut lines = BufReader::new(stderr).split(b'\n');
    while let Ok(Some(bytes)) = lines.next_segment().await {
        let line = String::from_utf8_lossy(&bytes);
        last_lines.push(&line);
        if let Some(open) = &mut file
            && write(open, &line).await.is_err()
        {
            file = None;
        }
        if is_warning(&line) {
            // A flood of warnings is worth no memory: they are in the file.
            let _ = events.try_send(Event::Warning {
                name,
                line: line.into_owned(),
            });
        }
    }
}

async fn open(log: &Path, name: MemberName, events: &EventSender) -> Option<File> {
    match OpenOptions::new().create(true).append(true).open(log).await {
        Ok(file) => Some(file),
        Err(error) => {
            let line = format!("cannot write {}: {error}", log.display());
            let _ = events.try_send(Event::Warning { name, line });
            None
        }
    }
}

async fn write(file: &mut File, line: &str) -> std::io::Result<()> {
    file.write_all(format!("{line}\n").as_bytes()).await?;
    file.flush().await
}

/// Whether people should see the line: whatever does not say that it is below a warning, such as the text of a panic.
fn is_warning(line: &str) -> bool {
    let level = line.split_whitespace().nth(1);
    !line.trim().is_empty() && !matches!(level, Some("TRACE" | "DEBUG" | "INFO"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn everything_is_written_and_warnings_are_passed_on() {
        let folder = tempfile::tempdir().unwrap();
        let log = folder.path().join("root.log");
        let (sender, mut events) = super::super::events();
        let said =
            b"2026-01-01T00:00:00Z  INFO started\n\n2026-01-01T00:00:01Z  WARN \xff odd\nthread panicked"
                .as_slice();
        let last = LastLines::default();
        follow(said, log.clone(), MemberName::Root, last.clone(), sender).await;

        let mut passed = Vec::new();
        while let Some(event) = events.recv().await {
            passed.push(event.to_string());
        }
        assert_eq!(
            passed,
            [
                "root: 2026-01-01T00:00:01Z  WARN \u{fffd} odd",
                "root: thread panicked"
            ]
        );
        let written = std::fs::read_to_string(log).unwrap();
        assert_eq!(written.lines().count(), 4);
        assert_eq!(last.to_vec().last().map(String::as_str), Some("thread panicked"));
    }
}
