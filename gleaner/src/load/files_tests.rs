//! Files that can be read again, and that hold nothing secret.

use super::super::summary::examples::{config, report};
use super::*;

#[test]
fn a_file_reads_as_it_was_written_without_secrets() {
    let mut config = config(2);
    let mut key: reqwest::header::HeaderValue = "ApiKey c2VjcmV0".parse().unwrap();
    key.set_sensitive(true);
    config.plans[0].headers.insert("authorization", key);
    let written = file(&config, &[report(1.0), report(2.0)]);
    let text = serde_json::to_string(&written).unwrap();
    assert!(!text.contains("c2VjcmV0"));
    assert_eq!(serde_json::from_str::<LoadFile>(&text).unwrap(), written);
    assert_eq!((written.version, written.targets.len()), (VERSION, 2));
}

#[test]
fn every_second_has_a_line() {
    let text = csv(&[report(1.0), report(2.0)]);
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines.len(), 1 + 2 * 2);
    assert_eq!(lines[3], "1,0,500,499,1,2,20");
}
