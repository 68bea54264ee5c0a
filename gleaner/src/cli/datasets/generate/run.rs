//! Writes the corpus and its query log: to files that are there in the end or not at all.

use std::fs::Permissions;
use std::io::{self, BufWriter, Write};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use datasets::generator::{Generator, Packing, WriteError, WritePlan, Written, write_corpus, write_log};
use rustix::time::{ClockId, clock_gettime};
use tempfile::NamedTempFile;
use tokio::runtime::Builder;
use tokio::time::{Instant, timeout};

use super::GenerateError;
use crate::interrupt::Interrupts;
use crate::screen::Screen;
use crate::screen::number::{grouped, megabytes, rate, seconds};

/// How long the threads may take to notice that they are to stop. A full pipe can keep them longer.
const STOP_GRACE: Duration = Duration::from_secs(2);
/// Files are readable as the user's mask says, not private as temporary ones are.
const FILE_MODE: u32 = 0o666;

/// What is to be written.
#[derive(Debug)]
pub(super) struct Job {
    pub(super) generator: Generator,
    pub(super) target: Target,
    pub(super) threads: usize,
    pub(super) log: Option<Log>,
}

/// Where the corpus goes.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Target {
    /// To standard output, as it is.
    Stdout,
    /// To a file.
    File { path: PathBuf, packing: Packing },
}

/// A query log.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Log {
    pub(super) path: PathBuf,
    pub(super) queries: u32,
}

/// Does the job, until it is done or a signal ends it.
pub(super) fn run(job: Job) -> Result<(), GenerateError> {
    let runtime = Builder::new_current_thread().enable_all().build()?;
    let outcome = runtime.block_on(async {
        let mut interrupts = Interrupts::listen()?;
        let stop = Arc::new(AtomicBool::new(false));
        let stopped = Arc::clone(&stop);
        let mut work = tokio::task::spawn_blocking(move || job.write(&stopped));
        tokio::select! {
            outcome = &mut work => outcome.map_err(io::Error::other)?,
            () = interrupts.next() => {
                stop.store(true, Ordering::Relaxed);
                let _ = timeout(STOP_GRACE, work).await;
                Err(GenerateError::Interrupted)
            }
        }
    });
    runtime.shutdown_background();
    outcome
}

impl Job {
    fn write(&self, stop: &AtomicBool) -> Result<(), GenerateError> {
        let screen = Screen::of_process();
        match &self.target {
            Target::Stdout => {
                let outcome = self.write_corpus(&screen, Packing::Plain, stop, io::stdout().lock());
                match outcome {
                    Ok(report) => screen.note(self.summary(&report, None)),
                    // Whoever read has read enough.
                    Err(WriteError::Io(error)) if error.kind() == io::ErrorKind::BrokenPipe => {}
                    Err(error) => return Err(failed(Path::new("standard output"), error)),
                }
            }
            Target::File { path, packing } => {
                let report = in_place(path, |file| self.write_corpus(&screen, *packing, stop, file))?;
                screen.line(self.summary(&report, Some(path)));
            }
        }
        if let Some(Log { path, queries }) = &self.log {
            in_place(path, |file| {
                let queries = self.generator.queries(*queries);
                write_log(
                    queries.take_while(|_| !stop.load(Ordering::Relaxed)),
                    BufWriter::new(file),
                )?;
                stopped_log(stop)
            })?;
            screen.note(format_args!(
                "{} queries in {}",
                grouped(u64::from(*queries)),
                path.display()
            ));
        }
        Ok(())
    }

    fn write_corpus(
        &self,
        screen: &Screen,
        packing: Packing,
        stop: &AtomicBool,
        output: impl Write,
    ) -> Result<Report, WriteError> {
        let plan = WritePlan {
            threads: self.threads,
            packing,
        };
        let bar = screen.bar(self.generator.config().documents);
        let (began, cpu_before) = (Instant::now(), cpu_time());
        let written = write_corpus(&self.generator, plan, stop, output, |written| {
            let elapsed = began.elapsed();
            let message = format!(
                "{} documents · {}/s · {}/s",
                grouped(written.documents),
                rate(per_second(written.documents, elapsed)),
                megabytes(per_second(written.text_bytes, elapsed)),
            );
            bar.set(written.documents, message);
        })?;
        Ok(Report {
            written,
            took: began.elapsed(),
            cpu: cpu_time().saturating_sub(cpu_before),
        })
    }

    fn summary(&self, report: &Report, path: Option<&Path>) -> String {
        let Report { written, took, cpu } = report;
        let text = megabytes(written.text_bytes as f64);
        let size = match path {
            None => text,
            Some(path) if written.text_bytes == written.file_bytes => format!("{text} in {}", path.display()),
            Some(path) => {
                let packed = megabytes(written.file_bytes as f64);
                format!("{text} of text, {packed} in {}", path.display())
            }
        };
        format!(
            "{} documents, {size}, in {} on {} thread{}: {} documents/s, {} documents/s and core\nfingerprint {}",
            grouped(written.documents),
            seconds(*took),
            self.threads,
            if self.threads == 1 { "" } else { "s" },
            rate(per_second(written.documents, *took)),
            rate(per_second(written.documents, *cpu)),
            written.fingerprint,
        )
    }
}

/// What was written, and what it took.
struct Report {
    written: Written,
    took: Duration,
    /// Time of all cores, packing included.
    cpu: Duration,
}

/// Writes a file that appears under its name when it is complete; until then it has another one, and it goes with the
/// process.
fn in_place<T>(
    path: &Path,
    write: impl FnOnce(&mut NamedTempFile) -> Result<T, WriteError>,
) -> Result<T, GenerateError> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    // The same folder: a file cannot be moved to another disk in one step.
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    let mut file = tempfile::Builder::new()
        .prefix(&format!(".{name}."))
        .suffix(".part")
        .permissions(Permissions::from_mode(FILE_MODE))
        .tempfile_in(folder)
        .map_err(|error| failed(path, error.into()))?;
    let outcome = write(&mut file).map_err(|error| failed(path, error))?;
    file.persist(path)
        .map_err(|error| failed(path, error.error.into()))?;
    Ok(outcome)
}

/// A log that ends early is no log.
fn stopped_log(stop: &AtomicBool) -> Result<(), WriteError> {
    if stop.load(Ordering::Relaxed) {
        Err(WriteError::Stopped { documents: 0 })
    } else {
        Ok(())
    }
}

fn failed(path: &Path, error: WriteError) -> GenerateError {
    match error {
        WriteError::Io(source) => GenerateError::Write {
            path: path.to_owned(),
            source,
        },
        WriteError::Stopped { .. } => GenerateError::Interrupted,
    }
}

/// What all threads of this process have computed so far.
fn cpu_time() -> Duration {
    Duration::try_from(clock_gettime(ClockId::ProcessCPUTime)).unwrap_or_default()
}

fn per_second(count: u64, took: Duration) -> f64 {
    count as f64 / took.as_secs_f64().max(1e-3)
}
