//! The questions that the demo asks.

use std::time::Duration;

use serde_json::{Value, json};
use tokio::time::Instant;

use super::material::Fields;
use super::vocabulary::Vocabulary;
use crate::client::{Client, ClientError, SearchAnswer};

/// How many pairs of words the questions about an unknown corpus are made of.
pub(super) const PAIRS: usize = 5;
/// How many hits are shown.
const HITS: usize = 4;

/// One question.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Question {
    /// As a person would write it.
    pub(super) text: String,
    /// What it shows.
    pub(super) note: &'static str,
    /// The words that are marked in what it finds.
    pub(super) words: String,
    /// As the API takes it.
    pub(super) query: Value,
}

/// A question's answer.
#[derive(Clone, Debug)]
pub(super) struct Answered {
    pub(super) answer: SearchAnswer,
    /// Time until the answer was there, as the client sees it.
    pub(super) latency: Duration,
}

impl Question {
    fn new(text: &str, note: &'static str, words: &str, query: Value) -> Self {
        Self {
            text: text.to_owned(),
            note,
            words: words.to_owned(),
            query,
        }
    }

    /// Asks it.
    pub(super) async fn ask(&self, client: &Client, index: &str) -> Result<Answered, ClientError> {
        let body = json!({
            "size": HITS,
            "track_total_hits": true,
            // Bodies are long, and nobody looks at them here.
            "_source": {"excludes": ["body"]},
            "query": self.query,
        });
        let asked = Instant::now();
        let answer = client.search(index, &body).await?;
        Ok(Answered {
            answer,
            latency: asked.elapsed(),
        })
    }
}

/// Questions about the crates in a cargo registry.
pub(super) fn about_crates() -> Vec<Question> {
    vec![
        Question::new(
            "lock-free queue",
            "any of the words; the title counts three times",
            "lock-free queue",
            json!({"multi_match": {"query": "lock-free queue", "fields": ["title^3", "body"]}}),
        ),
        Question::new(
            "\"denial of service\"",
            "the exact phrase",
            "denial service",
            json!({"match_phrase": {"body": "denial of service"}}),
        ),
        Question::new(
            "regular expression engine",
            "Markdown of at least 50 lines only",
            "regular expression engine",
            json!({"bool": {
                "must": {"multi_match": {"query": "regular expression engine", "fields": ["title^3", "body"]}},
                "filter": [{"term": {"kind": "markdown"}}, {"range": {"lines": {"gte": 50}}}],
            }}),
        ),
        Question::new(
            "title:compression AND kind:manifest",
            "the query language for people",
            "compression",
            json!({"query_string": {"query": "title:compression AND kind:manifest", "default_field": "body"}}),
        ),
    ]
}

/// Questions about any corpus, made of words in its titles.
pub(super) fn about(vocabulary: &Vocabulary, fields: &Fields) -> Vec<Question> {
    let Fields { title, body } = fields;
    let pairs: Vec<String> = vocabulary
        .pairs
        .iter()
        .map(|(first, second)| format!("{first} {second}"))
        .collect();
    let boosted = format!("{title}^3");
    let mut questions = Vec::new();
    if let Some(words) = pairs.first() {
        questions.push(Question::new(
            words,
            "any of the words; the title counts three times",
            words,
            json!({"multi_match": {"query": words, "fields": [boosted, body]}}),
        ));
    }
    if let Some(words) = pairs.get(1) {
        questions.push(Question::new(
            &format!("\"{words}\""),
            "the exact phrase, in titles",
            words,
            json!({"match_phrase": {title: words}}),
        ));
    }
    if let Some(words) = pairs.get(2) {
        questions.push(Question::new(
            words,
            "all of the words, in the text",
            words,
            json!({"match": {body: {"query": words, "operator": "and"}}}),
        ));
    }
    if let (Some(first), Some(second)) = (pairs.get(3), pairs.get(4)) {
        let text = format!("\"{first}\" OR \"{second}\"");
        questions.push(Question::new(
            &text,
            "the query language for people",
            &format!("{first} {second}"),
            json!({"query_string": {"query": text, "fields": [title, body]}}),
        ));
    }
    if questions.is_empty() {
        questions.push(Question::new(
            "everything",
            "every document matches",
            "",
            json!({"match_all": {}}),
        ));
    }
    questions
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_corpus_without_words_still_has_a_question() {
        let fields = Fields {
            title: "name".to_owned(),
            body: "text".to_owned(),
        };
        assert_eq!(about(&Vocabulary::default(), &fields).len(), 1);
        let titles = [
            "red apples",
            "green pears",
            "blue plums",
            "sour grapes",
            "soft cherries",
        ];
        let questions = about(&Vocabulary::of(titles), &fields);
        // The words are too short or alone in some titles: each pair that is left makes a question.
        assert!(questions.iter().all(|question| !question.words.is_empty()));
        assert!(questions.len() > 1);
    }
}
