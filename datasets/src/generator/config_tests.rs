//! What a configuration may be, and what is said about those that may not.

use super::*;

fn settings_refused(config: &GeneratorConfig) -> Vec<&'static str> {
    match config.check() {
        Ok(()) => Vec::new(),
        Err(ConfigError(problems)) => problems.iter().map(|problem| problem.setting).collect(),
    }
}

#[test]
fn the_defaults_are_fine() {
    assert_eq!(GeneratorConfig::default().check(), Ok(()));
}

#[test]
fn everything_that_is_wrong_is_named_at_once() {
    let config = GeneratorConfig {
        documents: 0,
        vocabulary_words: 0,
        zipf_exponent: f64::NAN,
        topic_share: 1.5,
        body_words_sigma: -1.0,
        tags_max: 17,
        ..GeneratorConfig::default()
    };
    assert_eq!(
        settings_refused(&config),
        [
            "vocabulary_words",
            "zipf_exponent",
            "topic_share",
            "body_words_sigma",
            "tags_max",
            "documents"
        ]
    );
}

#[test]
fn settings_have_to_fit_together() {
    let config = GeneratorConfig {
        from: DOCUMENTS_MAX - 1,
        documents: 2,
        vocabulary_words: 100,
        common_words: 100,
        topic_words: 1,
        body_words_min: 81,
        title_words_min: 10,
        year_min: 2026,
        price_max: 24.0,
        ..GeneratorConfig::default()
    };
    assert_eq!(
        settings_refused(&config),
        [
            "from",
            "common_words",
            "topic_words",
            "body_words_min",
            "title_words_min",
            "year_min",
            "price_median"
        ]
    );
    let many = GeneratorConfig {
        topics: 100_000,
        topic_words: 201,
        ..GeneratorConfig::default()
    };
    assert_eq!(settings_refused(&many), ["topics"]);
}

#[test]
fn problems_are_sentences() {
    let config = GeneratorConfig {
        tags_max: 17,
        year_max: 12,
        ..GeneratorConfig::default()
    };
    let error = config.check().expect_err("two settings are wrong");
    assert_eq!(
        error.to_string(),
        "tags_max: 17 is not between 0 and 16\nyear_max: 12 is not between 1000 and 9999"
    );
}

#[test]
fn unknown_settings_are_refused() {
    let parse = |json: &str| serde_json::from_str::<GeneratorConfig>(json);
    assert_eq!(parse(r#"{"seed":9}"#).expect("a seed").seed, 9);
    assert!(parse(r#"{"sead":9}"#).is_err());
}
