//! A run as a folder of small JSON files: `machine.json`, and one file for each suite.

use std::fs;
use std::path::{Path, PathBuf};

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::entry::Suite;
use super::machine::Machine;
use crate::error::BenchError;

/// The file that says where a run was made.
const MACHINE: &str = "machine.json";

/// A whole run.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Run {
    /// Where, when and of what it was made.
    pub machine: Machine,
    /// Its suites, by name.
    pub suites: Vec<Suite>,
}

impl Run {
    /// Writes it into a folder, which is made.
    pub(crate) fn write(&self, folder: &Path) -> Result<(), BenchError> {
        fs::create_dir_all(folder)?;
        write(&folder.join(MACHINE), &self.machine)?;
        for suite in &self.suites {
            write(&folder.join(format!("{}.json", suite.suite)), suite)?;
        }
        Ok(())
    }

    /// Reads it from its folder.
    pub(crate) fn read(folder: &Path) -> Result<Self, BenchError> {
        let listed = fs::read_dir(folder).map_err(|error| unreadable(folder, &error))?;
        let mut files: Vec<PathBuf> = listed
            .map(|file| file.map(|file| file.path()))
            .collect::<Result<_, _>>()?;
        files.sort_unstable();
        let is_suite = |path: &&PathBuf| {
            path.extension().is_some_and(|extension| extension == "json") && !path.ends_with(MACHINE)
        };
        let suites = files.iter().filter(is_suite).map(|path| suite(path));
        Ok(Self {
            machine: read(&folder.join(MACHINE))?,
            suites: suites.collect::<Result<_, _>>()?,
        })
    }
}

/// Refuses a folder that holds a run: the suites of two would be mixed there.
pub(crate) fn refuse_used(folder: &Path) -> Result<(), BenchError> {
    if folder.join(MACHINE).exists() {
        return Err(BenchError::Used {
            path: folder.to_owned(),
        });
    }
    Ok(())
}

/// A folder of that name in `parent` that is not there yet: later runs of a day are numbered.
pub(crate) fn unused(parent: &Path, name: &str) -> PathBuf {
    let first = parent.join(name);
    let later = (2..).map(|number| parent.join(format!("{name}-{number}")));
    let mut all = std::iter::once(first.clone()).chain(later);
    all.find(|folder| !folder.exists()).unwrap_or(first)
}

fn suite(path: &Path) -> Result<Suite, BenchError> {
    let suite: Suite = read(path)?;
    let sound = |figure: f64| figure.is_finite() && figure >= 0.0;
    match suite
        .entries
        .iter()
        .find(|entry| !sound(entry.value) || !sound(entry.spread))
    {
        Some(entry) => Err(unreadable(path, &format!("[{}] is no figure", entry.name))),
        None => Ok(suite),
    }
}

fn write(path: &Path, content: &impl Serialize) -> Result<(), BenchError> {
    let mut json = serde_json::to_vec_pretty(content)?;
    json.push(b'\n');
    Ok(fs::write(path, json)?)
}

fn read<T: DeserializeOwned>(path: &Path) -> Result<T, BenchError> {
    let bytes = fs::read(path).map_err(|error| unreadable(path, &error))?;
    serde_json::from_slice(&bytes).map_err(|error| unreadable(path, &error))
}

fn unreadable(path: &Path, reason: &impl ToString) -> BenchError {
    BenchError::Run {
        path: path.to_owned(),
        reason: reason.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::entry::{Measurement, Unit, combined};
    use super::super::machine::tests::machine;
    use super::*;

    fn run() -> Run {
        let entries = combined(&[vec![Measurement::new("merge", 2.0, Unit::Nanoseconds)]]);
        let suite = "micro".to_owned();
        Run {
            machine: machine(2),
            suites: vec![Suite { suite, entries }],
        }
    }

    #[test]
    fn a_run_is_read_as_it_was_written() {
        let folder = tempfile::tempdir().unwrap();
        let inside = folder.path().join("runs").join("one");
        run().write(&inside).unwrap();
        fs::write(inside.join("notes.txt"), "quiet machine").unwrap();
        assert_eq!(Run::read(&inside).unwrap(), run());
    }

    #[test]
    fn what_is_no_run_is_refused_by_name() {
        let folder = tempfile::tempdir().unwrap();
        let refused = |path: &Path| Run::read(path).unwrap_err().to_string();
        assert!(refused(&folder.path().join("absent")).contains("absent"));
        assert!(refused(folder.path()).contains(MACHINE));
        run().write(folder.path()).unwrap();
        let negative = r#"{"suite": "tail", "entries": [{"name": "p99", "value": -1, "unit": "ms", "better": "lower", "spread": 0}]}"#;
        fs::write(folder.path().join("tail.json"), negative).unwrap();
        assert!(refused(folder.path()).contains("[p99]"));
    }

    #[test]
    fn a_folder_that_holds_a_run_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        assert!(refuse_used(folder.path()).is_ok() && refuse_used(&folder.path().join("absent")).is_ok());
        run().write(folder.path()).unwrap();
        let said = refuse_used(folder.path()).unwrap_err().to_string();
        assert!(said.contains("holds a run already"), "{said}");
    }

    #[test]
    fn later_runs_of_a_day_are_numbered() {
        let parent = tempfile::tempdir().unwrap();
        for expected in ["day", "day-2", "day-3"] {
            let folder = unused(parent.path(), "day");
            assert_eq!(folder, parent.path().join(expected));
            fs::create_dir(folder).unwrap();
        }
    }
}
