//! Other people's client libraries, unmodified. The scripts are in `tests/python`, their libraries in
//! `target/python-clients`, where `tests/python/setup.sh` puts them.

use std::env;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
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

/// The repository.
fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("the package lies in a folder of the repository")
}

/// The Python that has the libraries; none, said loudly, if they were not installed. In CI that is a failure.
fn python() -> Option<PathBuf> {
    let python = repository().join("target/python-clients/bin/python");
    if python.exists() {
        return Some(python);
    }
    let missing = "the Python clients are missing: run `tests/python/setup.sh`";
    assert!(env::var("CI").as_deref() != Ok("true"), "{missing}");
    // Not `eprintln!`: the test harness would swallow it. A closed standard error leaves nobody to tell.
    let _ = writeln!(io::stderr(), "SKIPPED: {missing}");
    None
}

/// Runs a script with the cluster's URL, and the films to load if they are there.
async fn run(script: &str, arguments: &[&str]) {
    let Some(python) = python() else { return };
    let Some(movies) = locate::require("movies") else {
        return;
    };
    let _alone = alone().await;
    let api = CLUSTER.get().await;
    let films = films(&movies);
    let output = Command::new(python)
        .arg(repository().join("tests/python").join(script))
        .arg(api.cluster.url())
        .arg(films.path())
        .args(arguments)
        .stdin(Stdio::null())
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .kill_on_drop(true)
        .output()
        .await
        .expect("the Python of the clients can be run");
    let (said, complained) = (
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr),
    );
    assert!(
        output.status.success(),
        "{script} {arguments:?} failed:\n{said}\n{complained}"
    );
}

/// The films as plain NDJSON: Python has no zstd.
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
    run("opensearch_client.py", &[]).await;
}

#[tokio::test]
async fn elasticsearch_py_8_works_unmodified() {
    run("elasticsearch_client.py", &["elasticsearch8"]).await;
}

#[tokio::test]
async fn elasticsearch_py_9_works_unmodified() {
    run("elasticsearch_client.py", &["elasticsearch9"]).await;
}
