//! Whether a generated corpus has the statistics that it was asked for.

use std::collections::{HashMap, HashSet};

use super::document::Draft;
use super::*;

/// The ranks of the words of every body, document by document.
fn bodies(config: GeneratorConfig) -> Vec<Vec<u32>> {
    let generator = Generator::new(config).expect("the configuration is fine");
    let mut draft = Draft::default();
    (0..generator.config.documents)
        .map(|number| {
            generator.draft(number, &mut draft);
            draft.body.clone()
        })
        .collect()
}

/// Least squares: the slope of a line through the points.
fn slope(points: &[(f64, f64)]) -> f64 {
    let count = points.len() as f64;
    let mean = |of: fn(&(f64, f64)) -> f64| points.iter().map(of).sum::<f64>() / count;
    let (x_mean, y_mean) = (mean(|point| point.0), mean(|point| point.1));
    let products: f64 = points.iter().map(|(x, y)| (x - x_mean) * (y - y_mean)).sum();
    let squares: f64 = points.iter().map(|(x, _)| (x - x_mean).powi(2)).sum();
    products / squares
}

/// The exponent that the counts of the words follow, over the ranks where counts are large enough to tell.
fn exponent(bodies: &[Vec<u32>], shift: f64) -> f64 {
    let mut counts: HashMap<u32, u32> = HashMap::new();
    for rank in bodies.iter().flatten() {
        *counts.entry(*rank).or_default() += 1;
    }
    let mut counts: Vec<u32> = counts.into_values().collect();
    counts.sort_unstable_by(|a, b| b.cmp(a));
    let points: Vec<(f64, f64)> = (1_u32..)
        .zip(counts)
        .take_while(|(_, count)| *count >= 50)
        .map(|(rank, count)| ((f64::from(rank) + shift).ln(), f64::from(count).ln()))
        .collect();
    assert!(points.len() > 500, "{} ranks", points.len());
    -slope(&points)
}

#[test]
fn word_frequencies_follow_the_exponent() {
    for (zipf_exponent, zipf_shift, topic_share) in [
        (1.0, 2.7, 0.5),
        (1.0, 2.7, 0.0),
        (1.2, 0.0, 0.8),
        (0.8, 10.0, 0.5),
    ] {
        let measured = exponent(
            &bodies(GeneratorConfig {
                documents: 20_000,
                zipf_exponent,
                zipf_shift,
                topic_share,
                ..GeneratorConfig::default()
            }),
            zipf_shift,
        );
        assert!(
            (measured - zipf_exponent).abs() < 0.05,
            "asked for {zipf_exponent} with topics {topic_share}, got {measured}"
        );
    }
}

/// Heaps' law: the number of different words grows with a power of the number of words, below 1.
#[test]
fn the_vocabulary_grows_ever_slower() {
    let bodies = bodies(GeneratorConfig {
        documents: 10_000,
        ..GeneratorConfig::default()
    });
    let mut known: HashSet<u32> = HashSet::new();
    let mut words = 0_u32;
    let mut points = Vec::new();
    for body in &bodies {
        words += u32::try_from(body.len()).expect("short");
        known.extend(body);
        points.push((f64::from(words).ln(), (known.len() as f64).ln()));
    }
    let (early, late) = (slope(&points[10..500]), slope(&points[2_000..]));
    assert!((0.5..0.9).contains(&early), "{early}");
    assert!((0.2..0.7).contains(&late) && late < early, "{late} after {early}");
}

#[test]
fn half_of_the_bodies_are_shorter_than_the_median() {
    for (body_words_median, body_words_sigma) in [(80, 0.6), (250, 0.3), (40, 1.0)] {
        let mut lengths: Vec<usize> = bodies(GeneratorConfig {
            documents: 10_001,
            body_words_median,
            body_words_sigma,
            body_words_min: 1,
            body_words_max: 20_000,
            ..GeneratorConfig::default()
        })
        .iter()
        .map(Vec::len)
        .collect();
        lengths.sort_unstable();
        let ratio = lengths[5_000] as f64 / f64::from(body_words_median);
        assert!(
            (0.95..1.05).contains(&ratio),
            "{body_words_median}: {}",
            lengths[5_000]
        );
    }
}

/// Two documents about the same have more words in common than two that are not.
#[test]
fn documents_of_a_category_share_words() {
    let generator = Generator::new(GeneratorConfig {
        documents: 400,
        topics: 24,
        common_words: 200,
        ..GeneratorConfig::default()
    })
    .expect("the configuration is fine");
    let mut draft = Draft::default();
    let documents: Vec<(u32, HashSet<u32>)> = (0..400)
        .map(|number| {
            let (subject, _) = generator.draft(number, &mut draft);
            let telling = draft.body.iter().filter(|rank| **rank >= 200).copied();
            (subject.topics.first, telling.collect())
        })
        .collect();
    let (mut same, mut other) = ((0.0, 0.0), (0.0, 0.0));
    for (place, (topic, words)) in documents.iter().enumerate() {
        for (other_topic, other_words) in &documents[..place] {
            let common = words.intersection(other_words).count() as f64;
            let sums = if topic == other_topic {
                &mut same
            } else {
                &mut other
            };
            *sums = (sums.0 + common, sums.1 + 1.0);
        }
    }
    let (same, other) = (same.0 / same.1, other.0 / other.1);
    assert!(
        same > 2.0 * other,
        "{same} in common with the same topic, {other} with another"
    );
}

#[test]
fn facets_are_unequally_popular() {
    let generator = Generator::new(GeneratorConfig {
        documents: 20_000,
        ..GeneratorConfig::default()
    })
    .expect("the configuration is fine");
    let mut categories: HashMap<String, u32> = HashMap::new();
    let mut years: HashMap<u64, u32> = HashMap::new();
    let (mut available, mut tags) = (0_u32, 0_usize);
    for document in generator.into_corpus() {
        let source = document.expect("a document").source;
        let fields: serde_json::Value = serde_json::from_str(&source).expect("JSON");
        let category = fields["category"].as_str().expect("text").to_owned();
        *categories.entry(category).or_default() += 1;
        *years.entry(fields["year"].as_u64().expect("a year")).or_default() += 1;
        available += u32::from(fields["available"] == true);
        tags += fields["tags"].as_array().expect("an array").len();
    }
    let mut counts: Vec<u32> = categories.into_values().collect();
    counts.sort_unstable_by(|a, b| b.cmp(a));
    assert_eq!(counts.len(), 24);
    let ratio = f64::from(counts[0]) / f64::from(counts[9]);
    assert!(
        (8.0..12.5).contains(&ratio),
        "the first of ten categories has {ratio} times as many as the last"
    );
    assert!(years[&2025] > 15 * years[&2000] && years.len() == 26);
    assert!((15_700..16_300).contains(&available), "{available}");
    assert!((36_000..40_001).contains(&tags), "{tags}");
}
