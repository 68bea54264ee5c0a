//! What can be typed, and what is said about what cannot.

use clap::Parser;

use super::*;

#[derive(Debug, Parser)]
struct Line {
    #[command(flatten)]
    flags: RunFlags,
}

fn checked(arguments: &[&str]) -> Result<LoadConfig, String> {
    let line = Line::try_parse_from(["load"].iter().chain(arguments)).map_err(|error| error.to_string())?;
    line.flags.check().map_err(|problems| problems.to_string())
}

#[test]
fn services_have_their_own_indexes_and_secrets() {
    let config = checked(&[
        "--index",
        "a",
        "--bodies",
        "b.ndjson",
        "--against",
        "http://x:1",
        "--against",
        "http://y:1",
        "--against-index",
        "b",
        "--user",
        "me:secret",
        "--against-api-key",
        "c2VjcmV0",
        "--header",
        "x-team: search",
        "--rate",
        "0.5",
    ])
    .unwrap();
    let indexes: Vec<_> = config.plans.iter().map(|plan| plan.index.as_str()).collect();
    assert_eq!(
        (indexes, config.turns, config.at_once),
        (vec!["a", "b", "b"], 3, false)
    );
    assert_eq!(config.plans[0].headers["authorization"], "Basic bWU6c2VjcmV0");
    assert_eq!(config.plans[0].headers["x-team"], "search");
    assert_eq!(config.plans[2].headers["authorization"], "ApiKey c2VjcmV0");
    assert_eq!(config.plans[0].arrivals, Arrivals::Poisson { per_second: 0.5 });
    let shown = format!("{config:?}");
    assert!(
        !shown.contains("c2VjcmV0") && !shown.contains("secret"),
        "{shown}"
    );
}

#[test]
fn all_that_is_wrong_is_said_at_once_and_nothing_secret() {
    let said = checked(&[
        "--rate",
        "0",
        "--duration",
        "soon",
        "--threads",
        "1000",
        "--header",
        "secret",
        "--user",
        "secret",
    ])
    .unwrap_err();
    for part in [
        "7 problems",
        "--index",
        "--queries",
        "--rate",
        "--duration",
        "--threads",
        "--header",
        "--user",
    ] {
        assert!(said.contains(part), "{part} is not in: {said}");
    }
    assert!(!said.contains("secret"), "{said}");
}

#[test]
fn reads_and_writes_are_mixed_by_shares() {
    let folder = tempfile::tempdir().unwrap();
    let corpus = folder.path().join("docs.ndjson");
    std::fs::write(&corpus, "{}").unwrap();
    let corpus = corpus.to_str().unwrap();
    let mixed = |more: &[&str]| checked(&[&["--index", "a", "--corpus", corpus], more].concat());
    let config = mixed(&["--bodies", "b", "--writes", "2.5%", "--bulk", "100"]).unwrap();
    let writes = config.material.writes.unwrap();
    assert_eq!(
        (writes.share, writes.bulk, writes.documents_max),
        (0.025, 100, 10_000)
    );
    assert!(mixed(&["--writes", "100%"]).unwrap().material.searches.is_none());
    assert!(
        mixed(&["--writes", "100%", "--bodies", "b"])
            .unwrap_err()
            .contains("leave the queries out")
    );
    assert!(mixed(&["--writes", "20%"]).unwrap_err().contains("--queries"));
    assert!(
        mixed(&["--bodies", "b", "--writes", "0%"])
            .unwrap_err()
            .contains("no share")
    );
    assert!(
        mixed(&["--bodies", "b", "--writes", "5"])
            .unwrap_err()
            .contains("no share")
    );
}

#[test]
fn a_closed_loop_has_no_rate() {
    let config = checked(&["--index", "a", "--bodies", "b", "--clients", "16"]).unwrap();
    assert_eq!(
        (config.plans[0].arrivals, config.turns),
        (Arrivals::Closed { clients: 16 }, 1)
    );
    checked(&["--index", "a", "--bodies", "b", "--clients", "16", "--rate", "5"]).unwrap_err();
    let said = checked(&["--index", "a", "--queries", "no such log"]).unwrap_err();
    assert!(said.contains("GLEANER_DATASETS"), "{said}");
}
