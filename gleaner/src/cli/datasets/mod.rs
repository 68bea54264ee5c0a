//! The flags of `gleaner datasets`, and what is run for each of its commands.

mod generate;
mod list;
mod load;
mod verify;

use std::process::ExitCode;

use clap::{Args, Subcommand};
use tokio::runtime::Builder;

use super::{CommandError, Problems, on};
use crate::datasets::CorpusError;
use generate::GenerateError;

/// What a shell expects of a command that Ctrl-C has ended.
const INTERRUPTED: u8 = 130;

const EXAMPLES: &str = "\
Examples:
  gleaner datasets list                         what is here, and what can be read
  gleaner datasets load arxiv-20k               a corpus into an index of a cluster that runs
  gleaner datasets verify scifact               nothing missing, nothing twice
  gleaner datasets generate --help              text that nobody wrote, as much as you want";

/// Corpora: show, load, check or generate them.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct DatasetsFlags {
    #[command(subcommand)]
    command: DatasetsCommand,
}

#[derive(Debug, Subcommand)]
enum DatasetsCommand {
    List(list::ListFlags),
    Load(load::LoadFlags),
    Verify(verify::VerifyFlags),
    Generate(Box<generate::GenerateFlags>),
}

/// Why a command about corpora failed.
#[derive(Debug, thiserror::Error)]
pub enum DatasetsError {
    /// The flags make no sense.
    #[error(transparent)]
    Flags(#[from] Problems),
    /// A corpus could not be read or loaded.
    #[error(transparent)]
    Corpus(#[from] CorpusError),
    /// Nothing was generated.
    #[error(transparent)]
    Generate(#[from] GenerateError),
}

impl DatasetsError {
    /// 2 for flags that make no sense, 130 after Ctrl-C, as usual; 1 for everything else.
    pub(super) fn exit_code(&self) -> ExitCode {
        match self {
            Self::Flags(_) => ExitCode::from(2),
            Self::Generate(error) => error.exit_code(),
            Self::Corpus(CorpusError::Interrupted { .. } | CorpusError::InterruptedEarly) => {
                ExitCode::from(INTERRUPTED)
            }
            Self::Corpus(_) => ExitCode::FAILURE,
        }
    }
}

impl DatasetsFlags {
    /// Runs the command.
    pub(super) fn run(self) -> Result<ExitCode, CommandError> {
        let outcome = match self.command {
            DatasetsCommand::List(flags) => Ok(flags.run()),
            DatasetsCommand::Verify(flags) => flags.run().map_err(DatasetsError::from),
            DatasetsCommand::Generate(flags) => flags.run().map_err(DatasetsError::from),
            DatasetsCommand::Load(flags) => {
                let config = flags.check().map_err(DatasetsError::from)?;
                let load = async {
                    crate::datasets::load::run(config)
                        .await
                        .map_err(DatasetsError::from)
                };
                let is_all = on(&mut Builder::new_current_thread(), load)?;
                Ok(if is_all {
                    ExitCode::SUCCESS
                } else {
                    ExitCode::FAILURE
                })
            }
        };
        Ok(outcome?)
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser as _;

    use super::*;
    use crate::cli::{Cli, Command};

    fn load(arguments: &[&str]) -> Result<crate::datasets::load::LoadConfig, String> {
        let arguments = ["gleaner", "datasets", "load"].iter().chain(arguments);
        match Cli::try_parse_from(arguments).unwrap().command {
            Command::Datasets(DatasetsFlags {
                command: DatasetsCommand::Load(flags),
            }) => flags.check().map_err(|problems| problems.to_string()),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_load_needs_no_more_than_a_corpus() {
        let config = load(&["arxiv-1k", "--url", "http://127.0.0.1:9200"]).unwrap();
        assert_eq!(config.name.to_str(), Some("arxiv-1k"));
        assert_eq!(
            (config.index, config.shards, config.documents_max),
            (None, None, None)
        );
    }

    #[test]
    fn whoever_interrupts_gets_the_exit_code_of_that() {
        let interrupted = CorpusError::Interrupted {
            documents: 7,
            index: "a".to_owned(),
        };
        let said = interrupted.to_string();
        assert!(said.contains("without --shards and --mapping"), "{said}");
        for error in [
            DatasetsError::from(interrupted),
            DatasetsError::from(CorpusError::InterruptedEarly),
            DatasetsError::from(GenerateError::Interrupted),
        ] {
            let (code, expected) = (error.exit_code(), ExitCode::from(INTERRUPTED));
            assert_eq!(format!("{code:?}"), format!("{expected:?}"), "{error}");
        }
    }

    #[test]
    fn everything_wrong_with_a_load_is_said_at_once() {
        let said = load(&[
            "x",
            "--format",
            "pdf",
            "--shards",
            "0",
            "--documents-max",
            "many",
            "--index",
            "a*",
        ])
        .unwrap_err();
        for part in [
            "4 problems",
            "--format: there is no format",
            "--shards",
            "--documents-max",
            "--index: \"a*\"",
        ] {
            assert!(said.contains(part), "{part} is not in: {said}");
        }
        assert!(load(&["x", "--url", "ftp://a"]).unwrap_err().contains("--url"));
    }
}
