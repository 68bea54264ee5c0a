//! One document, from its number.

use super::Generator;
use super::facets::{Subject, push_digits};
use super::random::{Purpose, Random};

/// Digits of an id.
const ID_DIGITS: usize = 10;
/// What stands before the id.
const BEFORE_ID: &[u8] = b"{\"id\":\"";

/// What a document says, as ranks of words. Kept between documents for its memory.
#[derive(Debug, Default)]
pub(super) struct Draft {
    pub(super) title: Vec<u32>,
    pub(super) body: Vec<u32>,
}

/// Where a document's id is in its line.
pub(super) fn id_of(line: &[u8]) -> &[u8] {
    &line[BEFORE_ID.len()..BEFORE_ID.len() + ID_DIGITS]
}

impl Generator {
    /// Draws what document `number` is about and says. The generator goes on with whatever else is drawn for it.
    pub(super) fn draft(&self, number: u64, draft: &mut Draft) -> (Subject, Random) {
        let config = &self.config;
        let mut random = Random::new(config.seed, Purpose::Document, number);
        let subject = self.facets.draw_subject(&mut random);
        let (least, most) = (config.title_words_min, config.title_words_max);
        let title_words = random.between(u64::from(least), u64::from(most));
        self.text
            .draw_title(subject.topics, title_words, &mut random, &mut draft.title);
        let body_words = self.body_words.draw(&mut random);
        self.text
            .draw_body(subject.topics, body_words, &mut random, &mut draft.body);
        (subject, random)
    }

    /// Appends document `number` as one JSON object, without a newline.
    pub(super) fn append(&self, number: u64, draft: &mut Draft, line: &mut Vec<u8>) {
        let (subject, mut random) = self.draft(number, draft);
        // Nothing needs escaping: words and names are ASCII letters.
        line.extend_from_slice(BEFORE_ID);
        push_digits(number, ID_DIGITS, line);
        line.extend_from_slice(b"\",\"title\":\"");
        self.text.write_title(&draft.title, line);
        line.extend_from_slice(b"\",\"body\":\"");
        self.text.write_body(&draft.body, &mut random, line);
        line.push(b'"');
        self.facets.write(subject, &mut random, line);
        line.push(b'}');
    }
}
