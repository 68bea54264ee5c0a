//! Query logs that go with a generated corpus.
//!
//! A query is words out of one document that are not common, so each has an answer, even when all of its words have to
//! be there. Documents are asked for at random; what many of them are about is therefore asked for often.

use std::collections::HashSet;
use std::io::{self, Write};

use super::Generator;
use super::document::Draft;
use super::math;
use super::random::{Purpose, Random};
use crate::queries::Query;

/// Out of a hundred queries, how many have one word, two, and so on.
const WORDS_OF_HUNDRED: [u64; 5] = [25, 35, 25, 10, 5];
/// How often another document is tried when a query was there before. A small corpus has few one-word queries.
const TRIES_MAX: u32 = 32;
/// The weight of the first query: the last ones of a million still have one of at least 1.
const WEIGHT_FIRST: f64 = 1e6;

impl Generator {
    /// A log of `count` queries, the heaviest first. Ids are numbers from 1; weights fall by Zipf's law.
    ///
    /// Texts differ as long as the corpus has that many.
    pub fn queries(&self, count: u32) -> impl Iterator<Item = Query> {
        let mut known = HashSet::new();
        let mut draft = Draft::default();
        (1..=count).map(move |number| {
            let mut random = Random::new(self.config.seed, Purpose::Query, u64::from(number));
            let mut text = self.query_text(&mut random, &mut draft);
            for _ in 0..TRIES_MAX {
                if !known.contains(&text) {
                    break;
                }
                text = self.query_text(&mut random, &mut draft);
            }
            known.insert(text.clone());
            let share = math::pow(f64::from(number), -self.config.query_exponent);
            Query {
                id: number.to_string(),
                text,
                weight: (WEIGHT_FIRST * share).floor().max(1.0),
                tags: Vec::new(),
            }
        })
    }

    /// Some words of a random document, as often from its title as from its body.
    fn query_text(&self, random: &mut Random, draft: &mut Draft) -> String {
        let number = self.config.from + random.below(self.config.documents);
        self.draft(number, draft);
        draft.body.retain(|rank| !self.text.is_common(*rank));
        let wanted = words(random.below(100));
        let mut chosen: Vec<u32> = Vec::with_capacity(wanted);
        // A document may have fewer different words than are wanted: the draws are counted, not the words.
        for _ in 0..4 * wanted {
            let from_title = random.below(2) == 0 || draft.body.is_empty();
            let ranks = if from_title { &draft.title } else { &draft.body };
            let at = usize::try_from(random.below(ranks.len() as u64)).expect("a place in a slice");
            if !chosen.contains(&ranks[at]) {
                chosen.push(ranks[at]);
            }
            if chosen.len() == wanted {
                break;
            }
        }
        let words: Vec<&str> = chosen.into_iter().map(|rank| self.text.word(rank)).collect();
        words.join(" ")
    }
}

/// How many words the query has for which this was drawn, below 100.
fn words(drawn: u64) -> usize {
    let mut below = 0;
    let shorter = WORDS_OF_HUNDRED.iter().take_while(|share| {
        below += **share;
        drawn >= below
    });
    shorter.count() + 1
}

/// Writes queries as a log: `id<TAB>text<TAB>weight`.
///
/// # Errors
/// What the output says.
pub fn write_log(queries: impl Iterator<Item = Query>, mut output: impl Write) -> io::Result<()> {
    for query in queries {
        writeln!(output, "{}\t{}\t{}", query.id, query.text, query.weight)?;
    }
    output.flush()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_shared_out_of_a_hundred() {
        let mut counts = [0; 5];
        for drawn in 0..100 {
            counts[words(drawn) - 1] += 1;
        }
        assert_eq!(counts, WORDS_OF_HUNDRED);
    }
}
