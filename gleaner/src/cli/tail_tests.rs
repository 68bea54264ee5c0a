//! The flags about the tail, as typed and as handed on.

use clap::Parser;

use super::*;
use crate::cli::up::UpFlags;

#[derive(Debug, Parser)]
struct Line {
    #[command(flatten)]
    tail: TailFlags,
}

fn typed(arguments: &[&str]) -> TailFlags {
    let arguments = ["root"].iter().chain(arguments);
    Line::try_parse_from(arguments).unwrap().tail
}

fn checked(flags: &TailFlags) -> Result<TailSettings, String> {
    let mut problems = Problems::default();
    let settings = flags.check(&mut problems);
    problems
        .unless_any(settings)
        .map_err(|problems| problems.to_string())
}

#[test]
fn the_defaults_of_the_flags_are_those_of_the_root() {
    let settings = checked(&typed(&[])).unwrap();
    assert_eq!(settings, TailSettings::default());
    assert_eq!(settings.hedge.mode, HedgeMode::Delayed);
}

#[test]
fn what_is_typed_is_what_holds() {
    let settings = checked(&typed(&[
        "--hedge=tied",
        "--hedge-quantile=0.9",
        "--hedge-delay-min=500micros",
        "--hedge-delay-max=20ms",
        "--tied-stagger=2ms",
        "--extra-load=0.1",
        "--extra-load-floor=0",
        "--search-timeout=2s",
        "--searches-max=8",
        "--ejection=off",
    ]))
    .unwrap();
    assert_eq!(settings.hedge.mode, HedgeMode::Tied);
    assert_eq!(settings.hedge.quantile, 0.9);
    assert_eq!(settings.hedge.delay_min, Duration::from_micros(500));
    assert_eq!(settings.hedge.delay_max, Duration::from_millis(20));
    assert_eq!(settings.hedge.delay_unknown, Duration::from_millis(20));
    assert_eq!(settings.hedge.stagger, Duration::from_millis(2));
    assert_eq!(settings.budget.extra_share, 0.1);
    assert_eq!(settings.budget.floor_per_second, 0.0);
    assert_eq!(settings.search_timeout, Duration::from_secs(2));
    assert_eq!(settings.searches_max, 8);
    assert!(!settings.ejection.enabled);
}

#[test]
fn all_problems_are_said_at_once() {
    let said = checked(&typed(&[
        "--hedge-quantile=95",
        "--hedge-delay-min=5ms",
        "--hedge-delay-max=1ms",
        "--tied-stagger=2",
        "--extra-load=NaN",
        "--extra-load-floor=-1",
        "--search-timeout=0s",
        "--searches-max=0",
    ]))
    .unwrap_err();
    for part in [
        "7 problems",
        "--hedge-quantile: \"95\" is not a number from 0 to 1",
        "--hedge-delay-min: 5ms is longer than --hedge-delay-max, which is 1ms",
        "--tied-stagger: \"2\" is not a time from 0ns to 1s, written as a whole number and a unit, such as 5ms or 2s",
        "--extra-load: \"NaN\"",
        "--extra-load-floor: \"-1\"",
        "--search-timeout: \"0s\"",
        "--searches-max: \"0\"",
    ] {
        assert!(said.contains(part), "{part} is not in: {said}");
    }
}

#[test]
fn what_is_handed_on_means_the_same() {
    let flags = typed(&[
        "--hedge=off",
        "--hedge-delay-min=3ms",
        "--extra-load=0.02",
        "--searches-max=9",
        "--ejection=off",
    ]);
    let handed_on: Vec<String> = flags
        .arguments()
        .into_iter()
        .map(|argument| argument.into_string().unwrap())
        .collect();
    let again = typed(&handed_on.iter().map(String::as_str).collect::<Vec<&str>>());
    assert_eq!(checked(&again).unwrap(), checked(&flags).unwrap());
    assert_eq!(again.arguments(), flags.arguments());
}

#[test]
fn a_cluster_hands_its_flags_on_to_its_root() {
    #[derive(Debug, Parser)]
    struct Up {
        #[command(flatten)]
        flags: UpFlags,
    }
    let up = |arguments: &[&str]| {
        let arguments = ["up"].iter().chain(arguments);
        Up::try_parse_from(arguments).unwrap().flags.check()
    };
    let config = up(&["--hedge", "tied", "--extra-load", "0.02"]).unwrap();
    for expected in ["--hedge=tied", "--extra-load=0.02", "--ejection=on"] {
        assert!(
            config.root_flags.iter().any(|argument| argument == expected),
            "{expected} is not in {:?}",
            config.root_flags
        );
    }
    let said = up(&["--leaves", "0", "--searches-max", "0"])
        .unwrap_err()
        .to_string();
    assert!(
        said.contains("2 problems") && said.contains("--searches-max"),
        "{said}"
    );
}
