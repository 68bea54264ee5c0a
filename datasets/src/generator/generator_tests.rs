//! What documents are, and that they are always the same.

use std::collections::HashSet;

use serde_json::Value;

use super::*;
use crate::Fingerprint;

fn generator(change: impl FnOnce(&mut GeneratorConfig)) -> Generator {
    let mut config = GeneratorConfig {
        seed: 7,
        documents: 1_000,
        ..GeneratorConfig::default()
    };
    change(&mut config);
    Generator::new(config).expect("the configuration is fine")
}

fn fingerprint(generator: Generator) -> String {
    let mut fingerprint = Fingerprint::new();
    for document in generator.into_corpus() {
        fingerprint.add(&document.expect("generated documents are documents"));
    }
    fingerprint.to_string()
}

fn parsed(generator: &Generator, number: u64) -> Value {
    serde_json::from_str(&generator.document(number).source).expect("documents are JSON")
}

/// Corpora are named by their seeds in benchmarks: a change of these numbers is a change of all of them, on purpose or
/// not. They also have to be the same on every platform.
#[test]
fn a_seed_means_the_same_bytes_for_ever() {
    assert_eq!(fingerprint(generator(|_| {})), "3f8c9c999520ff2a");
    assert_eq!(
        fingerprint(generator(|config| config.seed = 8)),
        "57a0536227e7bb2c"
    );
    let unusual = generator(|config| {
        config.vocabulary_words = 30_011;
        config.zipf_exponent = 1.13;
        config.zipf_shift = 0.7;
        config.topics = 7;
        config.topic_share = 0.31;
        config.body_words_sigma = 1.3;
        config.price_sigma = 0.4;
        config.category_exponent = 0.6;
        config.from = 123_456_789;
    });
    assert_eq!(fingerprint(unusual), "c5e19ef169f4912a");
}

#[test]
fn query_logs_are_pinned_too() {
    let mut log = Vec::new();
    let generator = generator(|_| {});
    write_log(generator.queries(1_000), &mut log).expect("memory takes everything");
    assert_eq!(
        format!("{:016x}", xxhash_rust::xxh3::xxh3_64(&log)),
        "6abed778ed8fd532"
    );
}

#[test]
fn a_document_depends_on_its_number_and_not_on_the_corpus() {
    let whole = generator(|_| {});
    let part = generator(|config| {
        config.from = 500;
        config.documents = 3;
    });
    let documents: Vec<_> = part
        .into_corpus()
        .map(|document| document.expect("one"))
        .collect();
    assert_eq!(documents.len(), 3);
    for (number, document) in (500..).zip(documents) {
        assert_eq!(document, whole.document(number));
    }
}

#[test]
fn documents_have_the_fields_that_are_promised() {
    let generator = generator(|_| {});
    for number in 0..500 {
        let document = parsed(&generator, number);
        let names: Vec<&String> = document.as_object().expect("an object").keys().collect();
        assert_eq!(
            names,
            [
                "id",
                "title",
                "body",
                "category",
                "tags",
                "author",
                "year",
                "price",
                "available",
                "created"
            ]
        );
        assert_eq!(document["id"], format!("{number:010}"));
        let year = document["year"].as_u64().expect("a number");
        assert!((2000..=2025).contains(&year));
        assert!(
            document["created"]
                .as_str()
                .expect("text")
                .starts_with(&format!("{year}-"))
        );
        assert!((0.01..=10_000.0).contains(&document["price"].as_f64().expect("a number")));
        let tags = document["tags"].as_array().expect("an array");
        let different: HashSet<&str> = tags.iter().filter_map(Value::as_str).collect();
        assert!(tags.len() <= 4 && different.len() == tags.len());
        let title_words = document["title"].as_str().expect("text").split(' ').count();
        assert!((3..=9).contains(&title_words));
        let body_words = document["body"].as_str().expect("text").split(' ').count();
        assert!((8..=1_000).contains(&body_words));
    }
}

#[test]
fn bodies_are_sentences() {
    let generator = generator(|_| {});
    let document = parsed(&generator, 3);
    let body = document["body"].as_str().expect("text");
    assert!(body.ends_with('.') && !body.contains("  ") && !body.contains(" ."));
    for sentence in body.trim_end_matches('.').split(". ") {
        assert!(
            sentence.starts_with(|first: char| first.is_ascii_uppercase()),
            "{sentence}"
        );
        assert!(
            sentence.chars().all(|c| c.is_ascii_alphabetic() || c == ' '),
            "{sentence}"
        );
        assert!(sentence.split(' ').count() <= 18, "{sentence}");
    }
}

#[test]
fn the_id_in_the_line_is_the_document_s() {
    let document = generator(|_| {}).document(9_876_543_210);
    assert_eq!(document.id, "9876543210");
    assert!(document.source.starts_with(r#"{"id":"9876543210","title":"#));
}

/// The least of everything that is allowed, and the most of what costs nothing.
#[test]
fn extreme_configurations_make_documents() {
    let least = generator(|config| {
        config.vocabulary_words = 2;
        config.common_words = 0;
        (config.topics, config.topic_words) = (1, 1);
        (config.body_words_median, config.body_words_sigma) = (1, 0.0);
        (config.body_words_min, config.body_words_max) = (1, 1);
        (config.title_words_min, config.title_words_max) = (1, 1);
        (config.categories, config.tags, config.authors) = (1, 1, 1);
        config.tags_max = 0;
        (config.price_median, config.price_max) = (0.01, 0.01);
    });
    assert_eq!(parsed(&least, 0)["price"], 0.01);
    assert_eq!(parsed(&least, 0)["tags"], Value::Array(Vec::new()));
    let edges = [
        (0.0, 0.0, 0.0),
        (1.0, 1.0, 1.0),
        (1.0, 0.0, 3.0),
        (0.0, 1.0, 0.05),
    ];
    for (topic_share, second_topic_share, sigma) in edges {
        let extreme = generator(|config| {
            config.topic_share = topic_share;
            config.second_topic_share = second_topic_share;
            (config.body_words_sigma, config.price_sigma) = (sigma, sigma);
            (config.zipf_exponent, config.tag_exponent) = (sigma, sigma);
            config.tags_max = 16;
            config.available_share = topic_share;
        });
        assert_eq!(parsed(&extreme, 5)["available"], Value::Bool(topic_share == 1.0));
    }
}

#[test]
fn a_configuration_that_makes_no_sense_is_refused() {
    let config = GeneratorConfig {
        topics: 0,
        ..GeneratorConfig::default()
    };
    assert!(Generator::new(config).is_err());
}

/// Every query's words are in one document, so that it has an answer whatever its operator is.
#[test]
fn every_query_has_an_answer() {
    let generator = generator(|config| config.documents = 200);
    let texts: Vec<HashSet<String>> = (0..200)
        .map(|number| {
            let document = parsed(&generator, number);
            let text = format!("{} {}", document["title"], document["body"]);
            text.split(|c: char| !c.is_alphanumeric())
                .map(str::to_lowercase)
                .collect()
        })
        .collect();
    let mut lengths = HashSet::new();
    let mut different = HashSet::new();
    let mut weight_before = f64::INFINITY;
    for query in generator.queries(500) {
        let words: Vec<&str> = query.text.split(' ').collect();
        let holds = |text: &HashSet<String>| words.iter().all(|word| text.contains(*word));
        assert!(texts.iter().any(holds), "{}", query.text);
        assert!(query.weight >= 1.0 && query.weight <= weight_before);
        weight_before = query.weight;
        lengths.insert(words.len());
        assert!(different.insert(query.text.clone()), "{}", query.text);
    }
    assert_eq!(lengths, HashSet::from([1, 2, 3, 4, 5]));
}

#[test]
fn a_log_is_read_as_it_was_made() {
    let generator = generator(|_| {});
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("queries.tsv");
    let file = std::fs::File::create(&path).expect("a file");
    write_log(generator.queries(300), file).expect("written");
    let made: Vec<_> = generator.queries(300).collect();
    assert_eq!(crate::queries::read(&path).expect("a log"), made);
}

#[test]
fn a_corpus_too_small_for_the_log_repeats_queries() {
    let generator = generator(|config| {
        config.documents = 1;
        (config.vocabulary_words, config.common_words, config.topic_words) = (3, 1, 2);
    });
    assert_eq!(generator.queries(100).count(), 100);
}
