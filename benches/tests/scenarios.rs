//! Runs every scenario file: what is simulated, and the ranges that its figures must lie in.

use std::fs;
use std::path::{Path, PathBuf};

use benches::charts::{Theme, svg};
use benches::simulate::{Line, Scenario, SimulationConfig, picture, simulate};

fn scenarios() -> Vec<(PathBuf, Scenario)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios");
    let mut files: Vec<PathBuf> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    let read = |path: PathBuf| {
        let text = fs::read_to_string(&path).unwrap();
        let scenario =
            serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        (path, scenario)
    };
    files.into_iter().map(read).collect()
}

#[test]
fn every_scenario_comes_out_as_expected() {
    let all = scenarios();
    assert!(all.len() >= 20, "only {} scenarios found", all.len());
    let mut missed = Vec::new();
    for (path, scenario) in &all {
        let report = simulate(&scenario.input, 2).unwrap();
        assert!(!scenario.expect.is_empty(), "{} expects nothing", path.display());
        let name = path.file_stem().unwrap().to_string_lossy();
        println!("{name}: {}\n{report}", scenario.about);
        missed.extend(
            scenario
                .missed(&report)
                .iter()
                .map(|what| format!("{name}: {what}")),
        );
    }
    assert!(missed.is_empty(), "{}", missed.join("\n"));
}

#[test]
fn the_same_seed_gives_the_same_bytes_on_any_number_of_threads() {
    let config = SimulationConfig {
        queries: 400,
        warmup_queries: 50,
        ..SimulationConfig::default()
    };
    let json =
        |config: &SimulationConfig, threads| serde_json::to_vec(&simulate(config, threads).unwrap()).unwrap();
    let one = json(&config, 1);
    assert!(one == json(&config, 3));
    assert!(one != json(&SimulationConfig { seed: 2, ..config }, 1));
}

#[test]
fn what_makes_no_sense_is_refused_with_all_that_is_wrong() {
    let config = SimulationConfig {
        leaves: 0,
        rate_per_second: f64::NAN,
        ..SimulationConfig::default()
    };
    let said = simulate(&config, 1).unwrap_err().to_string();
    assert!(
        said.contains("leaves") && said.contains("rate_per_second"),
        "{said}"
    );
    assert!(serde_json::from_str::<SimulationConfig>(r#"{"leafs": 3}"#).is_err());
}

#[test]
fn the_picture_has_a_line_for_each_report() {
    let config = SimulationConfig {
        queries: 200,
        warmup_queries: 0,
        ..SimulationConfig::default()
    };
    let report = simulate(&config, 2).unwrap();
    let line = |name| Line {
        name,
        report: &report,
    };
    let svg = svg(&picture("a < b", &[line("one"), line("two")]), Theme::Adaptive).unwrap();
    for part in ["a &lt; b", "<title>one: ", "<title>two: ", "prefers-color-scheme"] {
        assert!(svg.contains(part), "{part:?} is missing: {svg}");
    }
    assert!(!svg.contains("NaN") && !svg.contains("inf"), "{svg}");
}
