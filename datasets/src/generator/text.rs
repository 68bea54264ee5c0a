//! Which words a text is made of: common ones, those of the whole language, and those of its topics.
//!
//! Over a whole corpus words are as frequent as the law of Zipf and Mandelbrot says, whatever the share of topics is: a
//! topic's words are drawn from the language's own distribution, and what topics say is taken from what everybody says.

use super::alias::{AliasTable, zipf_weights};
use super::config::GeneratorConfig;
use super::math;
use super::order::Order;
use super::random::{Purpose, Random};
use super::words::Vocabulary;

/// Words of a sentence.
const SENTENCE_WORDS: (u64, u64) = (6, 18);
/// How often a title's word is drawn anew because the title has it already.
const TITLE_REDRAWS_MAX: u32 = 3;

/// The language and its topics.
#[derive(Debug)]
pub(super) struct Text {
    vocabulary: Vocabulary,
    vocabulary_words: u32,
    common_words: u32,
    /// One outcome per rank, and behind them one for a word of the first topic, and one for a word of the second.
    words: AliasTable,
    topics: Topics,
    /// Of the words of topics, how many out of 2^32 belong to the second.
    second: u64,
}

/// The topics of a document, which may be the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct TopicPair {
    pub(super) first: u32,
    pub(super) second: u32,
}

impl Text {
    pub(super) fn new(config: &GeneratorConfig) -> Self {
        let weights = zipf_weights(config.vocabulary_words, config.zipf_exponent, config.zipf_shift);
        let common = config.common_words as usize;
        let mut all = weights.clone();
        let mut of_topics = 0;
        for weight in &mut all[common..] {
            let part = math::part_of(*weight, config.topic_share);
            *weight -= part;
            of_topics += part;
        }
        let of_second = math::part_of(of_topics, config.second_topic_share);
        all.extend([of_topics - of_second, of_second]);
        Self {
            vocabulary: Vocabulary::new(config.seed, config.vocabulary_words),
            vocabulary_words: config.vocabulary_words,
            common_words: config.common_words,
            words: AliasTable::new(&all),
            topics: Topics::new(config, &weights),
            second: math::part_of(1 << 32, config.second_topic_share),
        }
    }

    /// Draws the ranks of a body's words.
    pub(super) fn draw_body(&self, topics: TopicPair, count: u64, random: &mut Random, ranks: &mut Vec<u32>) {
        ranks.clear();
        ranks.extend((0..count).map(|_| {
            let drawn = self.words.draw(random);
            match drawn.checked_sub(self.vocabulary_words) {
                None => drawn,
                Some(0) => self.topics.draw(topics.first, random),
                Some(_) => self.topics.draw(topics.second, random),
            }
        }));
    }

    /// Draws the ranks of a title's words: a title is all about its topics.
    pub(super) fn draw_title(
        &self,
        topics: TopicPair,
        count: u64,
        random: &mut Random,
        ranks: &mut Vec<u32>,
    ) {
        ranks.clear();
        for _ in 0..count {
            let mut rank = self.draw_title_word(topics, random);
            for _ in 0..TITLE_REDRAWS_MAX {
                if !ranks.contains(&rank) {
                    break;
                }
                rank = self.draw_title_word(topics, random);
            }
            ranks.push(rank);
        }
    }

    fn draw_title_word(&self, topics: TopicPair, random: &mut Random) -> u32 {
        let second = random.below(1 << 32) < self.second;
        self.topics
            .draw(if second { topics.second } else { topics.first }, random)
    }

    /// Writes words as a title: a capital at its beginning, no full stop.
    pub(super) fn write_title(&self, ranks: &[u32], text: &mut Vec<u8>) {
        self.write_words(ranks, text);
    }

    /// Writes words as sentences.
    pub(super) fn write_body(&self, mut ranks: &[u32], random: &mut Random, text: &mut Vec<u8>) {
        let (least, most) = SENTENCE_WORDS;
        let mut separator: &[u8] = b"";
        while !ranks.is_empty() {
            let words = usize::try_from(random.between(least, most)).expect("a sentence is short");
            let (sentence, rest) = ranks.split_at(words.min(ranks.len()));
            text.extend_from_slice(separator);
            self.write_words(sentence, text);
            text.push(b'.');
            separator = b" ";
            ranks = rest;
        }
    }

    /// Writes words with a capital at the beginning and spaces between them.
    fn write_words(&self, ranks: &[u32], text: &mut Vec<u8>) {
        let start = text.len();
        for rank in ranks {
            self.vocabulary.push(*rank, text);
        }
        text.pop();
        if let Some(first) = text.get_mut(start) {
            first.make_ascii_uppercase();
        }
    }

    /// Whether the word on a rank is too common to say what a text is about.
    pub(super) fn is_common(&self, rank: u32) -> bool {
        rank < self.common_words
    }

    /// The word on a rank.
    pub(super) fn word(&self, rank: u32) -> &str {
        self.vocabulary.word(rank)
    }
}

/// Which words belong to which topic, and how often they are said.
///
/// The vocabulary behind the common words is cut into as many strata of neighbouring ranks as a topic has words, and a
/// topic has one word of each. So all topics have frequent and rare words alike, and one table of strata serves them all.
#[derive(Debug)]
struct Topics {
    strata: AliasTable,
    /// The ranks of each topic's words, topic after topic.
    ranks: Vec<u32>,
    topic_words: u32,
}

impl Topics {
    fn new(config: &GeneratorConfig, weights: &[u64]) -> Self {
        let (common, topic_words) = (config.common_words, config.topic_words);
        // What all ranks before this one weigh together.
        let mut before = Vec::with_capacity(weights.len() + 1);
        let mut sum = 0_u64;
        before.push(sum);
        for weight in weights {
            sum += weight;
            before.push(sum);
        }
        let of_topics = u64::from(config.vocabulary_words - common);
        let edge = |stratum: u32| {
            let rank = u64::from(stratum) * of_topics / u64::from(topic_words);
            common as usize + usize::try_from(rank).expect("a rank")
        };
        let strata: Vec<u64> = (0..topic_words)
            .map(|stratum| before[edge(stratum + 1)] - before[edge(stratum)])
            .collect();
        let topics = u64::from(config.topics);
        let mut ranks = vec![0; config.topics as usize * topic_words as usize];
        for stratum in 0..topic_words {
            let ends = &before[edge(stratum)..=edge(stratum + 1)];
            let mut random = Random::new(config.seed, Purpose::Topics, u64::from(stratum));
            // Each topic draws from a part of the stratum of its own: no frequent word is in no topic, or in too many.
            let parts = Order::new(topics, &mut random);
            for topic in 0..config.topics {
                let part = parts.at(u64::from(topic));
                let place = (u128::from(part) << 32) + u128::from(random.below(1 << 32));
                let weight = u128::from(strata[stratum as usize]) * place / (u128::from(topics) << 32);
                let drawn = ends[0] + u64::try_from(weight).expect("less than the stratum's weight");
                let within = ends.partition_point(|weight| *weight <= drawn) - 1;
                ranks[topic as usize * topic_words as usize + stratum as usize] =
                    u32::try_from(edge(stratum) + within).expect("a rank");
            }
        }
        Self {
            strata: AliasTable::new(&strata),
            ranks,
            topic_words,
        }
    }

    /// The rank of a word of the topic.
    #[inline]
    fn draw(&self, topic: u32, random: &mut Random) -> u32 {
        let stratum = self.strata.draw(random);
        self.ranks[topic as usize * self.topic_words as usize + stratum as usize]
    }
}
