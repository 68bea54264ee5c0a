//! Other people's client libraries, unmodified. The scripts are in `tests/python` and `tests/node`, their libraries in
//! `target/python-clients` and `target/node-clients`, where the `setup.sh` beside the scripts puts them.

use std::env;
use std::io::{self, Write as _};
use std::path::Path;
use std::process::Stdio;

use datasets::locate;
use tokio::process::Command;

use crate::harness::{Shape, SharedCluster, alone};

static CLUSTER: SharedCluster = SharedCluster::new(
    "clients",
    Shape {
        leaves: 2,
        replicas: 1,
    },
);

/// A language that clients are written for.
struct Language {
    /// Where the scripts are, and the `setup.sh` that installs their libraries.
    scripts: &'static str,
    /// What runs a script.
    program: &'static str,
    /// The file that is there once the libraries are.
    installed: &'static str,
}

const PYTHON: Language = Language {
    scripts: "tests/python",
    program: "target/python-clients/bin/python",
    installed: "target/python-clients/installed.txt",
};

const NODE: Language = Language {
    scripts: "tests/node",
    program: "target/node-clients/node",
    installed: "target/node-clients/installed.json",
};

impl Language {
    /// What runs a script; none, said loudly, if the libraries were not installed. In CI that is a failure.
    fn command(&self) -> Option<Command> {
        if repository().join(self.installed).exists() {
            return Some(Command::new(repository().join(self.program)));
        }
        let missing = format!("client libraries are missing: run `{}/setup.sh`", self.scripts);
        assert!(env::var("CI").as_deref() != Ok("true"), "{missing}");
        // Not `eprintln!`: the test harness would swallow it. A closed standard error leaves nobody to tell.
        let _ = writeln!(io::stderr(), "SKIPPED: {missing}");
        None
    }

    /// Runs a script with the cluster's URL, and the films to load if they are there.
    async fn run(&self, script: &str, arguments: &[&str]) {
        let Some(mut command) = self.command() else {
            return;
        };
        let Some(movies) = locate::require("movies") else {
            return;
        };
        let _alone = alone().await;
        let api = CLUSTER.get().await;
        let films = films(&movies);
        let output = command
            .arg(repository().join(self.scripts).join(script))
            .arg(api.cluster.url())
            .arg(films.path())
            .args(arguments)
            .stdin(Stdio::null())
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .kill_on_drop(true)
            .output()
            .await
            .expect("what runs the scripts was found when the libraries were installed");
        let (said, complained) = (
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr),
        );
        assert!(
            output.status.success(),
            "{script} {arguments:?} failed:\n{said}\n{complained}"
        );
    }
}

/// The repository.
fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("the package lies in a folder of the repository")
}

/// The films as plain NDJSON: not every language has zstd.
fn films(folder: &Path) -> tempfile::NamedTempFile {
    let mut file =
        tempfile::NamedTempFile::new_in(env!("CARGO_TARGET_TMPDIR")).expect("the target folder is writable");
    let films = datasets::open(folder).expect("the data set can be read");
    for film in films {
        let film = film.expect("every line is a film");
        let id = serde_json::Value::from(film.id);
        writeln!(file, "{{\"id\":{id},\"source\":{}}}", film.source).expect("the target folder is writable");
    }
    file
}

#[tokio::test]
async fn opensearch_py_works_unmodified() {
    PYTHON.run("opensearch_client.py", &[]).await;
}

#[tokio::test]
async fn elasticsearch_py_8_works_unmodified() {
    PYTHON.run("elasticsearch_client.py", &["elasticsearch8"]).await;
}

#[tokio::test]
async fn elasticsearch_py_9_works_unmodified() {
    PYTHON.run("elasticsearch_client.py", &["elasticsearch9"]).await;
}

#[tokio::test]
async fn opensearch_js_works_unmodified() {
    NODE.run("opensearch_client.mjs", &[]).await;
}

#[tokio::test]
async fn elasticsearch_js_8_works_unmodified() {
    NODE.run("elasticsearch_client.mjs", &["elasticsearch8"]).await;
}

#[tokio::test]
async fn elasticsearch_js_9_works_unmodified() {
    NODE.run("elasticsearch_client.mjs", &["elasticsearch9"]).await;
}

#[tokio::test]
async fn the_document_of_the_api_is_true() {
    PYTHON.run("openapi.py", &[]).await;
}
