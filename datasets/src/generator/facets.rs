//! The fields beside the text: what facets, filters and sorts work on.

use super::alias::{AliasTable, zipf};
use super::config::GeneratorConfig;
use super::lognormal::{Lognormal, LognormalShape};
use super::math;
use super::random::{Purpose, Random};
use super::text::TopicPair;
use super::words::Language;

/// Given names; family names are as many as there are authors.
const GIVEN_NAMES: u32 = 199;
/// What names are made of: ranks of words with two syllables, and with three where two are not enough.
const NAME_RANKS_FROM: u32 = 400;

/// Distributions and names of all facets.
#[derive(Debug)]
pub(super) struct Facets {
    categories: Names,
    category: AliasTable,
    topics: u32,
    tags: Names,
    tag: AliasTable,
    tags_max: u32,
    authors: Names,
    author: AliasTable,
    year: AliasTable,
    year_min: u32,
    price_cents: Lognormal,
    /// A document is available if a number below 2^32 is below this.
    available_below: u64,
}

/// What a document is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Subject {
    category: u32,
    pub(super) topics: TopicPair,
}

impl Facets {
    pub(super) fn new(config: &GeneratorConfig) -> Self {
        let cents = |price: f64| math::whole(price * 100.0 + 0.5);
        let years: Vec<u64> = (1..)
            .take((config.year_max - config.year_min + 1) as usize)
            .collect();
        Self {
            categories: Names::new(config.seed, 0, config.categories, Language::push_name),
            category: zipf(config.categories, config.category_exponent),
            topics: config.topics,
            tags: Names::new(config.seed, 1, config.tags, Language::push_name),
            tag: zipf(config.tags, config.tag_exponent),
            tags_max: config.tags_max,
            authors: Names::new(config.seed, 2, config.authors, Language::push_person),
            author: zipf(config.authors, config.author_exponent),
            year: AliasTable::new(&years),
            year_min: config.year_min,
            price_cents: Lognormal::new(LognormalShape {
                median: cents(config.price_median),
                sigma: config.price_sigma,
                min: 1,
                max: cents(config.price_max),
            }),
            available_below: math::part_of(1 << 32, config.available_share),
        }
    }

    /// Draws what a document is about. Its first topic is one of its category's; the second can be any.
    pub(super) fn draw_subject(&self, random: &mut Random) -> Subject {
        let category = self.category.draw(random);
        let first = self.topic_of(category, random);
        let second = self.topic_of(self.category.draw(random), random);
        Subject {
            category,
            topics: TopicPair { first, second },
        }
    }

    /// Topics are dealt out to categories one by one; where there are fewer of them, categories share one.
    fn topic_of(&self, category: u32, random: &mut Random) -> u32 {
        let categories = self.categories.len();
        if category >= self.topics {
            return category % self.topics;
        }
        let dealt = (self.topics - category).div_ceil(categories);
        let one = u32::try_from(random.below(u64::from(dealt))).expect("below a number of 32 bits");
        category + one * categories
    }

    /// Draws the fields that do not depend on the subject, and writes all of them, each with a comma before it.
    pub(super) fn write(&self, subject: Subject, random: &mut Random, text: &mut Vec<u8>) {
        text.extend_from_slice(b",\"category\":\"");
        text.extend_from_slice(self.categories.get(subject.category));
        text.extend_from_slice(b"\",\"tags\":[");
        self.write_tags(random, text);
        text.extend_from_slice(b"],\"author\":\"");
        text.extend_from_slice(self.authors.get(self.author.draw(random)));
        text.extend_from_slice(b"\",\"year\":");
        let year = self.year_min + self.year.draw(random);
        push_number(u64::from(year), text);
        text.extend_from_slice(b",\"price\":");
        let cents = self.price_cents.draw(random);
        push_number(cents / 100, text);
        text.push(b'.');
        push_digits(cents % 100, 2, text);
        let available = random.below(1 << 32) < self.available_below;
        text.extend_from_slice(if available {
            b",\"available\":true"
        } else {
            b",\"available\":false"
        });
        text.extend_from_slice(b",\"created\":\"");
        write_time(year, random, text);
        text.push(b'"');
    }

    fn write_tags(&self, random: &mut Random, text: &mut Vec<u8>) {
        let count = random.between(0, u64::from(self.tags_max));
        let mut drawn = [u32::MAX; 16];
        let mut separator: &[u8] = b"\"";
        for place in 0..usize::try_from(count).expect("sixteen at most") {
            let tag = self.tag.draw(random);
            // A tag that comes again is not written twice: a document may have fewer tags than were drawn.
            if drawn.contains(&tag) {
                continue;
            }
            drawn[place] = tag;
            text.extend_from_slice(separator);
            text.extend_from_slice(self.tags.get(tag));
            text.push(b'"');
            separator = b",\"";
        }
    }
}

/// Names of one kind, one behind the other.
#[derive(Debug)]
struct Names {
    text: Vec<u8>,
    ends: Vec<u32>,
}

impl Names {
    fn new(seed: u64, kind: u64, count: u32, push: fn(&Language, u32, &mut Vec<u8>)) -> Self {
        let language = Language::new(seed, Purpose::Names, kind);
        let mut text = Vec::new();
        let ends = (0..count).map(|number| {
            push(&language, number, &mut text);
            u32::try_from(text.len()).expect("a million names are some 30 MB")
        });
        Self {
            ends: ends.collect(),
            text,
        }
    }

    fn len(&self) -> u32 {
        u32::try_from(self.ends.len()).expect("counted with 32 bits")
    }

    fn get(&self, number: u32) -> &[u8] {
        let number = number as usize;
        let start = number.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.text[start as usize..self.ends[number] as usize]
    }
}

impl Language {
    /// The name of a thing.
    fn push_name(&self, number: u32, text: &mut Vec<u8>) {
        self.push_ranked(NAME_RANKS_FROM + number, text);
    }

    /// The name of a person. Family names differ, given names come again.
    fn push_person(&self, number: u32, text: &mut Vec<u8>) {
        let given = text.len();
        self.push(1, number % GIVEN_NAMES, text);
        text.push(b' ');
        let family = text.len();
        self.push_name(number, text);
        for at in [given, family] {
            text[at].make_ascii_uppercase();
        }
    }
}

/// Writes a time of the year, UTC, to the second.
fn write_time(year: u32, random: &mut Random, text: &mut Vec<u8>) {
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let second = random.below(if leap { 366 } else { 365 } * 86_400);
    let february = if leap { 29 } else { 28 };
    let months = [31, february, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    let (mut month, mut day) = (1, second / 86_400);
    for days in months {
        if day < days {
            break;
        }
        day -= days;
        month += 1;
    }
    push_digits(u64::from(year), 4, text);
    for (separator, number) in [
        (b'-', month),
        (b'-', day + 1),
        (b'T', second / 3600 % 24),
        (b':', second / 60 % 60),
        (b':', second % 60),
    ] {
        text.push(separator);
        push_digits(number, 2, text);
    }
    text.push(b'Z');
}

/// Writes a number.
fn push_number(number: u64, text: &mut Vec<u8>) {
    let digits = number.checked_ilog10().map_or(1, |log| log as usize + 1);
    push_digits(number, digits, text);
}

/// Writes a number's last digits, with zeros in front if it has fewer.
pub(super) fn push_digits(mut number: u64, digits: usize, text: &mut Vec<u8>) {
    let start = text.len();
    text.resize(start + digits, b'0');
    for digit in text[start..].iter_mut().rev() {
        *digit += u8::try_from(number % 10).expect("a digit");
        number /= 10;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(push: impl Fn(&mut Vec<u8>)) -> String {
        let mut text = Vec::new();
        push(&mut text);
        String::from_utf8(text).expect("ASCII")
    }

    #[test]
    fn numbers_are_written_in_decimal() {
        for (number, text) in [
            (0, "0"),
            (7, "7"),
            (10, "10"),
            (99_999, "99999"),
            (100_000, "100000"),
        ] {
            assert_eq!(written(|out| push_number(number, out)), text);
        }
        assert_eq!(written(|out| push_digits(42, 5, out)), "00042");
    }

    #[test]
    fn times_are_of_their_year() {
        let mut random = Random::new(1, Purpose::Document, 0);
        let mut last = String::new();
        for _ in 0..20_000 {
            let mut text = Vec::new();
            write_time(2024, &mut random, &mut text);
            let time = String::from_utf8(text).expect("ASCII");
            assert!(
                ("2024-01-01T00:00:00Z"..="2024-12-31T23:59:59Z").contains(&time.as_str()),
                "{time}"
            );
            last = last.max(time);
        }
        assert!(last.as_str() > "2024-12-31", "{last}");
    }

    #[test]
    fn every_topic_belongs_to_one_category() {
        for (categories, topics) in [(3, 10), (10, 3), (4, 4), (1, 5), (5, 1)] {
            let config = GeneratorConfig {
                topics,
                categories,
                ..GeneratorConfig::default()
            };
            let facets = Facets::new(&config);
            let mut random = Random::new(1, Purpose::Document, 0);
            let mut reached = vec![false; topics as usize];
            for draw in 0..2_000 {
                let category = draw % categories;
                let topic = facets.topic_of(category, &mut random);
                assert!(topic % categories == category || topics < categories);
                reached[topic as usize] = true;
            }
            assert!(reached.iter().all(|reached| *reached), "{categories}, {topics}");
        }
    }

    #[test]
    fn names_differ() {
        let names = Names::new(7, 2, 30_000, Language::push_person);
        let all: std::collections::HashSet<&[u8]> = (0..30_000).map(|number| names.get(number)).collect();
        assert_eq!((all.len(), names.len()), (30_000, 30_000));
    }
}
