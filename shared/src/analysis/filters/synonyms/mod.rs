//! Words that stand for others, one or several for one or several.

mod flat;
mod graph;
mod rules;

use std::collections::{BTreeMap, VecDeque};

pub(in crate::analysis) use rules::Rules;

use super::super::token::{Token, TokenKind};
use super::{Next, Stage};
use crate::limits;

/// What words stand for, as a tree of words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::analysis) struct Synonyms {
    /// The first is the root.
    nodes: Vec<Node>,
    /// The most words that something stands for.
    words_max: usize,
    /// Whether positions are made for ways of different lengths, or those of the text are kept.
    graph: bool,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Node {
    below: BTreeMap<String, usize>,
    rule: Option<Rule>,
}

/// What some words stand for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Rule {
    ways: Vec<Vec<String>>,
    /// Whether the words themselves stay.
    keep: bool,
}

impl Synonyms {
    /// Makes the tree of rules whose texts become words by `words`; with `lenient`, rules without words are passed over.
    ///
    /// # Errors
    /// The rule that has no words, or the limit that is exceeded.
    pub(in crate::analysis) fn new(
        rules: &Rules,
        words: &dyn Fn(&str) -> Vec<Token>,
    ) -> Result<Self, String> {
        let mut synonyms = Self {
            nodes: vec![Node::default()],
            words_max: 1,
            graph: rules.graph,
        };
        let mut total = 0;
        for (from, to, keep) in rules.pairs()? {
            let ways = words_of(from, words).and_then(|from| Ok((from, words_of(to, words)?)));
            let (from, to) = match ways {
                Ok(ways) => ways,
                Err(_) if rules.lenient => continue,
                Err(reason) => return Err(reason),
            };
            total += from.len() + to.len();
            if total > limits::SYNONYM_WORDS_MAX {
                return Err(format!(
                    "its rules have more words than the limit of [{}]",
                    limits::SYNONYM_WORDS_MAX
                ));
            }
            synonyms.add(from, to, keep);
        }
        Ok(synonyms)
    }

    fn add(&mut self, from: Vec<String>, to: Vec<String>, keep: bool) {
        self.words_max = self.words_max.max(from.len());
        let is_itself = from == to;
        let mut at = 0;
        for word in from {
            let new = self.nodes.len();
            at = *self.nodes[at].below.entry(word).or_insert(new);
            if at == new {
                self.nodes.push(Node::default());
            }
        }
        let rule = self.nodes[at].rule.get_or_insert_default();
        rule.keep |= keep || is_itself;
        if !is_itself && !rule.ways.contains(&to) {
            rule.ways.push(to);
        }
    }

    pub(super) fn stage(&self) -> Box<dyn Stage + '_> {
        if self.graph {
            Box::new(Matching::new(self, graph::Graph::default()))
        } else {
            Box::new(Matching::new(self, flat::Flat::default()))
        }
    }

    /// The longest rule for the words that come first, with how many they are.
    fn longest(&self, tokens: &VecDeque<Token>) -> Option<(usize, &Rule)> {
        let mut at = 0;
        let mut longest = None;
        let mut before: Option<u32> = None;
        for (number, token) in tokens.iter().enumerate() {
            // What shares a position is no row of words.
            if before == Some(token.position) {
                break;
            }
            before = Some(token.position);
            let Some(below) = self.nodes[at].below.get(&token.text) else {
                break;
            };
            at = *below;
            if let Some(rule) = &self.nodes[at].rule {
                longest = Some((number + 1, rule));
            }
        }
        longest
    }
}

/// The words of one side of a rule, in a row.
fn words_of(text: &str, words: &dyn Fn(&str) -> Vec<Token>) -> Result<Vec<String>, String> {
    let tokens = words(text);
    let shown: String = text.chars().take(64).collect();
    if tokens.is_empty() {
        return Err(format!(
            "the term [{shown}] was completely eliminated by the analyzer"
        ));
    }
    if tokens.len() > limits::SYNONYM_TERM_WORDS_MAX {
        return Err(format!(
            "the term [{shown}] has more words than the limit of [{}]",
            limits::SYNONYM_TERM_WORDS_MAX
        ));
    }
    let in_a_row = (0..)
        .zip(&tokens)
        .all(|(position, token)| token.position == position);
    if !in_a_row {
        return Err(format!(
            "the term [{shown}] is analyzed to words that are not in a row, or share a place"
        ));
    }
    Ok(tokens.into_iter().map(|token| token.text).collect())
}

/// Where the words of ways are put.
trait Placing {
    /// A token that stands for itself.
    fn plain(&mut self, token: Token, next: Next<'_>);
    /// Tokens with the ways that they stand for.
    fn matched(&mut self, tokens: Vec<Token>, rule: &Rule, next: Next<'_>);
    /// There are no more.
    fn end(&mut self, next: Next<'_>);
}

/// Synonyms at work: looks ahead as far as the longest rule.
struct Matching<'a, P> {
    of: &'a Synonyms,
    ahead: VecDeque<Token>,
    placing: P,
}

impl<'a, P: Placing> Matching<'a, P> {
    fn new(of: &'a Synonyms, placing: P) -> Self {
        Self {
            of,
            ahead: VecDeque::new(),
            placing,
        }
    }

    fn step(&mut self, next: Next<'_>) {
        match self.of.longest(&self.ahead) {
            Some((count, rule)) => {
                let tokens = self.ahead.drain(..count).collect();
                self.placing.matched(tokens, rule, next);
            }
            None => {
                if let Some(token) = self.ahead.pop_front() {
                    self.placing.plain(token, next);
                }
            }
        }
    }
}

impl<P: Placing> Stage for Matching<'_, P> {
    fn take(&mut self, token: Token, next: Next<'_>) {
        self.ahead.push_back(token);
        if self.ahead.len() >= self.of.words_max {
            self.step(next);
        }
    }

    fn end(&mut self, next: Next<'_>) {
        while !self.ahead.is_empty() {
            self.step(next);
        }
        self.placing.end(next);
    }
}

/// A word of a way, in the place of some tokens.
fn word(text: &str, of: &[Token]) -> Token {
    Token {
        text: text.to_owned(),
        position: 0,
        position_length: 1,
        start: of.first().map_or(0, |token| token.start),
        end: of.iter().map(|token| token.end).max().unwrap_or(0),
        kind: TokenKind::Synonym,
        keyword: false,
    }
}

/// How many positions tokens take up.
fn span(tokens: &[Token]) -> u32 {
    let end = tokens
        .iter()
        .map(|token| token.position.saturating_add(token.position_length));
    let start = tokens.first().map_or(0, |token| token.position);
    end.max().unwrap_or(start).saturating_sub(start).max(1)
}
