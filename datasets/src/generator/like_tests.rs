//! That what a corpus was made of can be read from it.

use super::*;
use crate::generator::Generator;

fn document(source: &str) -> Document {
    Document {
        id: "1".to_owned(),
        source: source.to_owned(),
    }
}

#[test]
fn a_generated_corpus_is_recognised() {
    for (vocabulary_words, zipf_exponent, zipf_shift) in [(30_000, 1.0, 2.7), (100_000, 1.2, 0.0)] {
        let made = GeneratorConfig {
            seed: 7,
            documents: 10_000,
            vocabulary_words,
            zipf_exponent,
            zipf_shift,
            body_words_median: 120,
            body_words_sigma: 0.4,
            title_words_min: 4,
            title_words_max: 6,
            ..GeneratorConfig::default()
        };
        let corpus = Generator::new(made.clone())
            .expect("a configuration")
            .into_corpus();
        let mut found = GeneratorConfig::default();
        found.like(corpus).expect("enough text");
        let near = |found: f64, made: f64, tolerance: f64| (found / made - 1.0).abs() < tolerance;
        assert!((found.zipf_exponent - zipf_exponent).abs() < 0.06, "{found:?}");
        assert!(
            near(
                f64::from(found.vocabulary_words),
                f64::from(vocabulary_words),
                0.3
            ),
            "{found:?}"
        );
        assert!(near(f64::from(found.body_words_median), 120.0, 0.03), "{found:?}");
        assert!(near(found.body_words_sigma, 0.4, 0.05), "{found:?}");
        assert_eq!((found.title_words_min, found.title_words_max), (4, 6));
        assert_eq!(found.check(), Ok(()));
        assert_eq!((found.seed, found.topics), (1, 200));
    }
}

#[test]
fn the_text_is_the_field_that_is_called_so_or_the_longest() {
    let mut sample = Sample::default();
    for source in [
        r#"{"id":"1","title":"one two","body":"a b c"}"#,
        r#"{"id":"1","name":"one","body":7,"summary":"A b, a-b d."}"#,
        r#"{"id":"1","title":"a much longer title than the body","text":"e"}"#,
        r#"{"number":1}"#,
        r#"{"body":""}"#,
    ] {
        sample.add(&document(source));
    }
    assert_eq!(sample.title_lengths, [2, 1, 7]);
    assert_eq!(sample.body_lengths, [3, 5, 1]);
    assert_eq!((sample.counts["a"], sample.counts["e"], sample.words), (3, 1, 9));
}

#[test]
fn too_little_text_is_refused() {
    let mut config = GeneratorConfig::default();
    let error = config
        .like([Ok(document(r#"{"body":"some words"}"#))])
        .expect_err("two words");
    assert!(matches!(error, LikeError::TooSmall { words: 2 }), "{error}");
    assert_eq!(config, GeneratorConfig::default());
}

/// Whatever text there is, a corpus can be made of what was found.
#[test]
fn odd_corpora_give_settings_that_work() {
    let all_different: Vec<String> = (0..3_000).map(|number| format!("w{number}")).collect();
    let bodies = [
        "same ".repeat(2_000),
        all_different.join(" "),
        "a b ".repeat(50_000),
    ];
    for body in bodies {
        let mut config = GeneratorConfig::default();
        let source = serde_json::json!({ "body": body }).to_string();
        config.like([Ok(document(&source))]).expect("enough text");
        assert_eq!(config.check(), Ok(()), "{config:?}");
        let generator = Generator::new(config).expect("a configuration");
        assert!(!generator.document(0).source.is_empty());
    }
}
