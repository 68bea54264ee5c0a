//! What can be typed, and what is said about what cannot.

use clap::CommandFactory as _;

use super::*;

fn root(arguments: &[&str]) -> Result<Vec<Vec<String>>, String> {
    let arguments = ["gleaner", "root", "--store", "store"].iter().chain(arguments);
    let cli = Cli::try_parse_from(arguments).map_err(|error| error.to_string())?;
    match cli.command {
        Command::Root(flags) => match flags.check() {
            Ok((settings, _)) => Ok(settings.leaves),
            Err(problems) => Err(problems.to_string()),
        },
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_command_line_is_consistent() {
    Cli::command().debug_assert();
}

#[test]
fn leaves_are_given_in_any_order() {
    assert_eq!(
        root(&["--leaf", "1=http://c:1", "--leaf", "0=http://a:1,http://b:1"]).unwrap(),
        [vec!["http://a:1", "http://b:1"], vec!["http://c:1"]]
    );
    assert_eq!(root(&["--leaf", "0=http://a:1;1=http://b:1"]).unwrap().len(), 2);
}

#[test]
fn all_problems_are_said_at_once() {
    let said = root(&[
        "--listen",
        "here",
        "--leaf",
        "1=http://a:1",
        "--leaf",
        "x=http://b:1",
        "--leaf",
        "2=ftp://c",
    ])
    .unwrap_err();
    for part in [
        "4 problems",
        "--listen: \"here\"",
        "leaf 0 is missing",
        "\"x=http://b:1\"",
        "\"ftp://c\"",
    ] {
        assert!(said.contains(part), "{part} is not in: {said}");
    }
}

#[test]
fn a_cluster_has_bounds() {
    let up = |arguments: &[&str]| {
        let arguments = ["gleaner", "up"].iter().chain(arguments);
        match Cli::try_parse_from(arguments).unwrap().command {
            Command::Up(flags) => flags.check().map_err(|problems| problems.to_string()),
            other => panic!("{other:?}"),
        }
    };
    let config = up(&["--listen", "localhost:0", "--replicas", "2"]).unwrap();
    assert_eq!((config.cluster.leaves, config.cluster.replicas), (4, 2));
    assert_eq!(config.cluster.listen.to_string(), "127.0.0.1:0");
    assert!(
        up(&["--leaves", "0", "--replicas", "-"])
            .unwrap_err()
            .contains("2 problems")
    );
    assert!(
        up(&["--leaves", "200", "--replicas", "200"])
            .unwrap_err()
            .contains("at most 256")
    );
}
