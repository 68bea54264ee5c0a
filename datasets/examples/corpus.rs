//! Reads a whole corpus and says what it holds: `cargo run --release -p datasets --example corpus [PATH]`.
//!
//! Without a path it reads the local cargo registry.

use std::env;
use std::ffi::OsString;
use std::path::Path;
use std::process::ExitCode;

use datasets::{DatasetError, cargo_registry, open};

fn main() -> ExitCode {
    match read(env::args_os().nth(1)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn read(path: Option<OsString>) -> Result<(), DatasetError> {
    let mut corpus = match path {
        Some(path) => open(Path::new(&path))?,
        None => cargo_registry::open()?,
    };
    let mut documents = 0_u64;
    let mut bytes = 0_u64;
    for document in &mut corpus {
        match document {
            Ok(document) => {
                documents += 1;
                bytes += document.source.len() as u64;
            }
            Err(error) if error.is_about_one_record() => eprintln!("{error}"),
            Err(error) => return Err(error),
        }
    }
    let info = corpus.info();
    println!(
        "{}: {documents} documents, {bytes} bytes; skipped: {}",
        info.name,
        corpus.skipped()
    );
    println!(
        "expected: {:?} documents, {:?} bytes",
        info.documents_hint, info.bytes_hint
    );
    Ok(())
}
