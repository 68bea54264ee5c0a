//! The flags of `gleaner datasets generate`.

mod knobs;
mod run;

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;
use datasets::generator::{
    ConfigError, Generator, GeneratorConfig, LikeError, Packing, QUERIES_MAX, THREADS_MAX,
};

use super::INTERRUPTED;
use crate::cli::Problems;
use crate::cli::count::{count, small_count};
use crate::datasets::{CorpusError, Named, open};
use crate::screen::Screen;
use knobs::KnobFlags;
use run::{Job, Log, Target};

/// How many queries a log has if nothing else is said.
const QUERIES_DEFAULT: u32 = 10_000;

const EXAMPLES: &str = "\
Examples:
  gleaner datasets generate --documents 1M --out corpus.ndjson.zst
  gleaner datasets generate --documents 20k --stdout | head -1
  gleaner datasets generate --documents 1M --seed 7 --out corpus.ndjson.zst --queries 20k --queries-out queries.tsv
  gleaner datasets generate --from 1M --documents 500k --seed 7 --out more.ndjson.zst
                                        what comes behind the million of the line above
  gleaner datasets generate --like arxiv-20k --documents 10M --out large.ndjson.zst

A document is {id, title, body, category, tags, author, year, price, available, created}. Its words are invented, as
unequally frequent as those of a language, and belong to topics. It depends on the seed, its number and the flags below
alone: neither on --threads nor on --documents, nor on the machine.
The fingerprint at the end is the one that `gleaner datasets verify` computes.";

/// Write a synthetic corpus, and a query log to go with it: the same bytes for the same seed.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct GenerateFlags {
    /// How many documents; 20k and 1.5M are understood here and below [default: 100k]
    #[arg(long, value_name = "N", value_parser = count)]
    documents: Option<u64>,
    /// Everything random follows from it [default: 1]
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
    /// The number of the first document: parts, one behind the other, are the whole [default: 0]
    #[arg(long, value_name = "N", value_parser = count)]
    from: Option<u64>,
    /// Write the corpus here: .ndjson, .jsonl or .json, also with .zst or .gz
    #[arg(
        long,
        value_name = "FILE",
        required_unless_present = "stdout",
        conflicts_with = "stdout"
    )]
    out: Option<PathBuf>,
    /// Write the corpus to standard output
    #[arg(long)]
    stdout: bool,
    /// How many queries the log has [default: 10k]
    #[arg(long, value_name = "N", value_parser = small_count, requires = "queries_out")]
    queries: Option<u32>,
    /// Write a query log here, as id, text and weight with tabs between them; each query has an answer
    #[arg(long, value_name = "FILE")]
    queries_out: Option<PathBuf>,
    /// Threads that make documents [default: one for each core]
    #[arg(long, value_name = "N")]
    threads: Option<usize>,
    /// A JSON file with settings, named as the flags below but with _; flags override it
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Take vocabulary and lengths from a corpus that `gleaner datasets load` reads
    #[arg(long, value_name = "PATH|NAME")]
    like: Option<PathBuf>,
    #[command(flatten)]
    knobs: KnobFlags,
}

/// Why nothing was generated.
#[derive(Debug, thiserror::Error)]
pub enum GenerateError {
    /// The flags make no sense.
    #[error(transparent)]
    Flags(#[from] Problems),
    /// The file with settings cannot be read.
    #[error("cannot read {}: {source}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The file with settings is not understood.
    #[error("{}: {source}", path.display())]
    Settings {
        /// The file.
        path: PathBuf,
        /// What does not fit.
        source: serde_json::Error,
    },
    /// The corpus that was to be imitated cannot be opened.
    #[error("--like: {0}")]
    Model(#[from] CorpusError),
    /// It cannot be imitated.
    #[error("--like: {0}")]
    Like(#[from] LikeError),
    /// A file cannot be written.
    #[error("cannot write {}: {source}", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The system does not give what the command needs.
    #[error(transparent)]
    System(#[from] io::Error),
    /// A person or the system asked it to stop.
    #[error("interrupted; no file is left half-written")]
    Interrupted,
}

impl GenerateError {
    /// 2 for flags that make no sense, 130 after Ctrl-C, as usual; 1 for everything else.
    pub(super) fn exit_code(&self) -> ExitCode {
        match self {
            Self::Flags(_) => ExitCode::from(2),
            Self::Read { .. }
            | Self::Settings { .. }
            | Self::Model(_)
            | Self::Like(_)
            | Self::Write { .. }
            | Self::System(_) => ExitCode::FAILURE,
            Self::Interrupted => ExitCode::from(INTERRUPTED),
        }
    }
}

impl GenerateFlags {
    /// Generates.
    pub(super) fn run(self) -> Result<ExitCode, GenerateError> {
        run::run(self.check()?)?;
        Ok(ExitCode::SUCCESS)
    }

    fn check(self) -> Result<Job, GenerateError> {
        let mut config = self.settings()?;
        if let Some(path) = &self.like {
            imitate(path, &mut config)?;
        }
        set(&mut config.documents, self.documents);
        set(&mut config.seed, self.seed);
        set(&mut config.from, self.from);
        self.knobs.apply(&mut config);
        let mut problems = Problems::default();
        if let Err(ConfigError(wrong)) = config.check() {
            for problem in wrong {
                let flag = format!("--{}", problem.setting.replace('_', "-"));
                problems.add(&flag, problem.advice);
            }
        }
        let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        let threads = self.threads.unwrap_or(cores.min(THREADS_MAX));
        if !(1..=THREADS_MAX).contains(&threads) {
            problems.add(
                "--threads",
                format_args!("{threads} is not between 1 and {THREADS_MAX}"),
            );
        }
        let log = self.queries_out.map(|path| Log {
            path,
            queries: self.queries.unwrap_or(QUERIES_DEFAULT),
        });
        if let Some(Log { queries, .. }) = &log
            && !(1..=QUERIES_MAX).contains(queries)
        {
            problems.add(
                "--queries",
                format_args!("{queries} is not between 1 and {QUERIES_MAX}"),
            );
        }
        let target = self
            .out
            .map_or(Target::Stdout, |path| target(path, &mut problems));
        problems.unless_any(())?;
        let generator = Generator::new(config).expect("the configuration was checked above");
        Ok(Job {
            generator,
            target,
            threads,
            log,
        })
    }

    fn settings(&self) -> Result<GeneratorConfig, GenerateError> {
        let Some(path) = &self.config else {
            return Ok(GeneratorConfig::default());
        };
        let text = fs::read_to_string(path).map_err(|source| GenerateError::Read {
            path: path.clone(),
            source,
        })?;
        serde_json::from_str(&text).map_err(|source| GenerateError::Settings {
            path: path.clone(),
            source,
        })
    }
}

/// Takes what can be taken from a corpus, and says what it is, as flags that can be typed where the corpus is not.
fn imitate(path: &Path, config: &mut GeneratorConfig) -> Result<(), GenerateError> {
    let screen = Screen::of_process();
    let reading = screen.spinner(format!("reading {}", path.display()));
    let (_, corpus) = open(Named {
        name: path,
        format: None,
    })?;
    config.like(corpus)?;
    drop(reading);
    screen.note(format_args!(
        "like {}: --vocabulary-words {} --zipf-exponent {} --zipf-shift {} --common-words {} --topic-words {} \
         --body-words-median {} --body-words-sigma {} --body-words-min {} --body-words-max {} --title-words-min {} \
         --title-words-max {}",
        path.display(),
        config.vocabulary_words,
        config.zipf_exponent,
        config.zipf_shift,
        config.common_words,
        config.topic_words,
        config.body_words_median,
        config.body_words_sigma,
        config.body_words_min,
        config.body_words_max,
        config.title_words_min,
        config.title_words_max,
    ));
    Ok(())
}

/// The file to write, whose name says how it is packed.
fn target(path: PathBuf, problems: &mut Problems) -> Target {
    let name = path.file_name().and_then(|name| name.to_str());
    let packing = name.and_then(Packing::of_name).unwrap_or_else(|| {
        let advice = format!(
            "{} would not be read as a corpus. Let its name end in .ndjson, .jsonl or .json, also with .zst or .gz \
             behind it",
            Path::new(&path).display()
        );
        problems.add("--out", advice);
        Packing::Plain
    });
    Target::File { path, packing }
}

fn set<T>(setting: &mut T, flag: Option<T>) {
    if let Some(value) = flag {
        *setting = value;
    }
}

#[cfg(test)]
#[path = "generate/generate_tests.rs"]
mod tests;
