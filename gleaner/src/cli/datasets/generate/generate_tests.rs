//! What can be typed, what is said about what cannot, and that files are whole or not there.

use std::fs;

use clap::Parser;
use datasets::Fingerprint;

use super::*;

#[derive(Debug, Parser)]
struct Line {
    #[command(flatten)]
    flags: GenerateFlags,
}

fn flags(arguments: &[&str]) -> Result<GenerateFlags, String> {
    let arguments = ["generate"].iter().chain(arguments);
    Line::try_parse_from(arguments)
        .map(|line| line.flags)
        .map_err(|error| error.to_string())
}

fn job(arguments: &[&str]) -> Result<Job, String> {
    flags(arguments)?.check().map_err(|error| error.to_string())
}

#[test]
fn flags_become_settings() {
    let job = job(&[
        "--stdout",
        "--documents",
        "1.5M",
        "--seed",
        "7",
        "--from",
        "20k",
        "--threads",
        "3",
        "--topics",
        "9",
        "--zipf-exponent",
        "1.25",
        "--vocabulary-words",
        "50k",
    ])
    .expect("sensible flags");
    let expected = GeneratorConfig {
        seed: 7,
        documents: 1_500_000,
        from: 20_000,
        topics: 9,
        zipf_exponent: 1.25,
        vocabulary_words: 50_000,
        ..GeneratorConfig::default()
    };
    assert_eq!(job.generator.config(), &expected);
    assert_eq!((job.threads, job.target, job.log), (3, Target::Stdout, None));
}

/// Every setting has its flag, by its own name, and the flag sets this setting and no other.
#[test]
fn every_setting_has_a_flag() {
    let defaults = serde_json::to_value(GeneratorConfig::default()).expect("plain data");
    for (setting, default) in defaults.as_object().expect("an object") {
        let value = if default.is_u64() { "77" } else { "0.77" };
        let flag = format!("--{}", setting.replace('_', "-"));
        let flags = flags(&["--stdout", &flag, value]).unwrap_or_else(|said| panic!("{flag}: {said}"));
        let mut config = GeneratorConfig::default();
        flags.knobs.apply(&mut config);
        set(&mut config.documents, flags.documents);
        set(&mut config.seed, flags.seed);
        set(&mut config.from, flags.from);
        let mut expected = defaults.clone();
        expected[setting] = serde_json::from_str(value).expect("a number");
        assert_eq!(
            serde_json::to_value(config).expect("plain data"),
            expected,
            "{flag}"
        );
    }
}

/// The help says them, and nobody else checks that.
#[test]
fn the_defaults_in_the_help_are_the_configuration_s() {
    let defaults = serde_json::to_value(GeneratorConfig::default()).expect("plain data");
    let command = <Line as clap::CommandFactory>::command();
    for (setting, default) in defaults.as_object().expect("an object") {
        let argument = command
            .get_arguments()
            .find(|argument| argument.get_id() == setting);
        let help = argument
            .and_then(|argument| argument.get_help())
            .expect("a flag with a help")
            .to_string();
        let (_, said) = help.split_once("[default: ").expect("a default");
        let said = said.trim_end_matches(']');
        let said: f64 = match count(said) {
            Ok(whole) => whole as f64,
            Err(_) => said.parse().expect("a number"),
        };
        assert_eq!(default.as_f64(), Some(said), "{setting}");
    }
}

#[test]
fn all_problems_are_said_at_once() {
    let said = job(&[
        "--out",
        "corpus.bz2",
        "--topics",
        "0",
        "--tags-max",
        "17",
        "--threads",
        "0",
        "--queries",
        "2M",
        "--queries-out",
        "q.tsv",
    ])
    .expect_err("flags that make no sense");
    for part in [
        "5 problems",
        "--topics: 0",
        "--tags-max: 17",
        "--threads: 0",
        "--queries: 2000000",
        "--out: corpus.bz2",
    ] {
        assert!(said.contains(part), "{part} is not in: {said}");
    }
}

#[test]
fn there_has_to_be_one_place_for_the_corpus() {
    assert!(flags(&[]).is_err());
    assert!(flags(&["--stdout", "--out", "a.ndjson"]).is_err());
    assert!(flags(&["--stdout", "--queries", "10"]).is_err());
    assert!(flags(&["--stdout", "--documents", "many"]).is_err());
}

#[test]
fn flags_override_the_file_with_settings() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("settings.json");
    let typed = path.to_str().expect("UTF-8");
    fs::write(&path, r#"{"seed": 3, "topics": 5}"#).expect("written");
    let job = job(&["--stdout", "--config", typed, "--topics", "6"]).expect("sensible flags");
    assert_eq!(
        (job.generator.config().seed, job.generator.config().topics),
        (3, 6)
    );
    fs::write(&path, r#"{"topic": 5}"#).expect("written");
    let said = super::tests::job(&["--stdout", "--config", typed]).expect_err("an unknown setting");
    assert!(
        said.contains("settings.json") && said.contains("`topic`"),
        "{said}"
    );
}

#[test]
fn a_corpus_can_be_imitated() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("model.ndjson");
    let typed = path.to_str().expect("UTF-8");
    let line = format!(
        "{{\"title\":\"one two\",\"body\":\"{}\"}}\n",
        "some words that come again ".repeat(10)
    );
    fs::write(&path, line.repeat(50)).expect("written");
    let imitated = job(&["--stdout", "--like", typed, "--body-words-max", "60"]).expect("enough text");
    let config = imitated.generator.config();
    assert_eq!(
        (
            config.body_words_median,
            config.body_words_sigma,
            config.body_words_max
        ),
        (50, 0.0, 60)
    );
    assert_eq!((config.title_words_min, config.title_words_max), (2, 2));
    fs::write(&path, "{\"body\":\"too little\"}\n").expect("written");
    let said = job(&["--stdout", "--like", typed]).expect_err("two words are not enough");
    assert!(said.starts_with("--like: "), "{said}");
}

#[test]
fn files_are_whole_and_nothing_else_is_left() {
    let folder = tempfile::tempdir().expect("a folder");
    let at = |name: &str| folder.path().join(name).to_str().expect("UTF-8").to_owned();
    let (corpus, queries) = (at("corpus.ndjson.gz"), at("queries.tsv"));
    let job = job(&[
        "--documents",
        "300",
        "--vocabulary-words",
        "3k",
        "--topic-words",
        "100",
        "--out",
        &corpus,
        "--queries",
        "50",
        "--queries-out",
        &queries,
    ])
    .expect("sensible flags");
    let mut expected = Fingerprint::new();
    for number in 0..300 {
        expected.add(&job.generator.document(number));
    }
    run::run(job).expect("generated");
    let mut read = Fingerprint::new();
    for document in datasets::open(Path::new(&corpus)).expect("a corpus") {
        read.add(&document.expect("a document"));
    }
    assert_eq!(read.value(), expected.value());
    assert_eq!(
        datasets::queries::read(Path::new(&queries)).expect("a log").len(),
        50
    );
    assert_eq!(fs::read_dir(folder.path()).expect("a folder").count(), 2);
}

#[test]
fn a_folder_that_is_not_there_is_named() {
    let job = job(&["--documents", "1", "--out", "no/such/folder/corpus.ndjson"]).expect("sensible flags");
    let said = run::run(job).expect_err("no folder").to_string();
    assert!(said.contains("no/such/folder/corpus.ndjson"), "{said}");
}
