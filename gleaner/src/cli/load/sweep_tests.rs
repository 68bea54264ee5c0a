//! What can be typed after `gleaner load sweep`, and what is said of what makes no sense.

use clap::Parser;

use super::*;

#[derive(Debug, Parser)]
struct Typed {
    #[command(flatten)]
    flags: SweepFlags,
}

/// The check of flags over files that are there.
fn check(arguments: &[&str]) -> Result<SweepConfig, String> {
    let here = env!("CARGO_MANIFEST_DIR");
    let usual = [
        "sweep",
        "--corpus",
        here,
        "--queries",
        concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml"),
    ];
    let typed = Typed::try_parse_from(usual.iter().chain(arguments)).map_err(|error| error.to_string())?;
    typed.flags.check().map_err(|problems| problems.to_string())
}

#[test]
fn the_usual_sweep_has_thirty_shapes() {
    let config = check(&[]).unwrap();
    assert_eq!(config.grid.shapes().len(), 30);
    assert_eq!((config.shards, config.size, config.source), (16, 10, true));
    assert_eq!(config.objective.to_string(), "p99<50ms");
    assert_eq!((config.time.as_secs(), config.search_timeout.as_secs()), (420, 2));
    assert_eq!(config.json, PathBuf::from("gleaner-report/sweep.json"));
    assert!(config.rates.is_empty() && config.fields.is_empty());
}

#[test]
fn lists_are_read_and_put_in_order() {
    let config = check(&[
        "--leaves=3,1",
        "--replicas=2",
        "--hedging=on",
        "--stragglers=one:50ms, none",
        "--rates=50,20.5,50",
        "--fields=title,body",
        "--objective=p99.9<1s",
        "--out=elsewhere",
        "--source=false",
    ])
    .unwrap();
    let shapes: Vec<String> = config.grid.shapes().iter().map(ToString::to_string).collect();
    assert_eq!(shapes.len(), 4);
    assert_eq!(shapes[1], "1 leaf, 2 replicas, hedging, stragglers one:50ms");
    assert_eq!(config.rates, [20.5, 50.0]);
    assert_eq!(config.fields, ["title", "body"]);
    assert_eq!((config.search_timeout.as_secs(), config.source), (20, false));
    assert_eq!(config.json, PathBuf::from("elsewhere/sweep.json"));
}

#[test]
fn everything_that_is_wrong_is_told_at_once() {
    let told = check(&[
        "--leaves=1,x",
        "--hedging=maybe",
        "--stragglers=5%",
        "--objective=fast",
        "--minutes=0",
        "--rates=-1",
        "--seed=x",
    ])
    .unwrap_err();
    for part in [
        "--leaves",
        "--hedging",
        "--stragglers",
        "--objective",
        "--minutes",
        "--rates",
        "--seed",
    ] {
        assert!(told.contains(part), "{part} in {told}");
    }
    assert!(
        check(&["--leaves=200", "--replicas=2"])
            .unwrap_err()
            .contains("at most 256")
    );
    assert!(
        check(&["--leaves=8", "--shards=4"])
            .unwrap_err()
            .contains("from 8")
    );
}

#[test]
fn a_corpus_that_is_not_there_is_told_with_what_to_do() {
    let typed = Typed::try_parse_from(["sweep", "--corpus", "/nowhere/at/all"]).unwrap();
    let told = typed.flags.check().unwrap_err().to_string();
    assert!(
        told.contains("--corpus") && told.contains("gleaner datasets generate"),
        "{told}"
    );
    assert!(told.contains("--queries"), "{told}");
}
