//! Files that say what was asked and found, and that hold nothing secret.

use super::super::summary::examples::{config, report};
use super::super::{Searches, Writes};
use super::*;

fn found(reports: Vec<LoadReport>) -> Found {
    Found {
        reports,
        fields: vec!["title".to_owned()],
        notes: vec!["Turn 2 is missing.".to_owned()],
    }
}

#[test]
fn a_file_says_what_was_asked_without_secrets() {
    let mut config = config(2);
    let mut key: reqwest::header::HeaderValue = "ApiKey c2VjcmV0".parse().unwrap();
    key.set_sensitive(true);
    config.plans[0].headers.insert("authorization", key);
    config.plans[0].awake = true;
    config.material.searches = Some(Searches {
        from: SearchesFrom::Template {
            log: "log.tsv".into(),
            body: "body.json".into(),
        },
        size: Some(20),
        source: None,
    });
    config.material.writes = Some(Writes {
        share: 0.1,
        corpus: "docs.ndjson".into(),
        documents_max: 10,
        bulk: 5,
    });
    let text = serde_json::to_string(&file(&config, &found(vec![report(1.0), report(2.0)]))).unwrap();
    assert!(!text.contains("c2VjcmV0"));
    let written: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(written["version"], VERSION);
    assert_eq!(written["targets"].as_array().unwrap().len(), 2);
    assert_eq!(
        (&written["plan"]["awake"], &written["plan"]["connections"]),
        (&true.into(), &1_024.into())
    );
    let asked = serde_json::json!({
        "queries": "log.tsv", "body": "body.json", "bodies": null, "fields": ["title"], "size": 20, "source": null,
        "corpus": "docs.ndjson", "bulk": 5,
    });
    assert_eq!(written["asked"], asked);
    assert_eq!(written["notes"][0], "Turn 2 is missing.");
}

#[test]
fn every_second_has_a_line_and_those_of_turns_are_told_apart() {
    let mut first = report(1.0);
    first.merge(report(1.0));
    first.timeline[1].p99_ms = None;
    let text = csv(&[first, report(2.0)]);
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines.len(), 1 + 4 + 2);
    assert_eq!(lines[2], "0,0,1,500,499,1,1,");
    assert_eq!(lines[3], "0,1,0,500,499,1,1,10");
    assert_eq!(lines[5], "1,0,0,500,499,1,2,20");
}

#[tokio::test]
async fn a_place_that_cannot_be_written_is_told_before_anything_is_asked() {
    let folder = tempfile::tempdir().unwrap();
    let mut config = config(1);
    config.csv = Some(folder.path().to_owned());
    let said = prepare(&config).await.unwrap_err().to_string();
    assert!(said.contains(&folder.path().display().to_string()), "{said}");
    config.csv = Some(folder.path().join("new/seconds.csv"));
    prepare(&config).await.unwrap();
    write(&config, &found(vec![report(1.0)])).await.unwrap();
    assert!(folder.path().join("new/seconds.csv").is_file());
}
