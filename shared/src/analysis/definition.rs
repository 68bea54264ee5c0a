//! What an analyzer does, as closed types: char filters change the text, a tokenizer cuts it, filters change the tokens.

use std::collections::VecDeque;
use std::sync::Arc;

use super::char_filters::{self, CharFilter, Offsets};
use super::filters::{Filter, Stage};
use super::token::Token;
use super::tokenizers::{Cuts, Tokenizer};
use crate::limits;

/// What an analyzer does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Definition {
    /// What changes the text, in this order.
    pub(super) char_filters: Vec<CharFilter>,
    /// What cuts it.
    pub(super) tokenizer: Tokenizer,
    /// What changes the tokens, in this order.
    pub(super) filters: Vec<Filter>,
}

impl Definition {
    /// A tokenizer with filters.
    pub(super) fn of(tokenizer: Tokenizer, filters: Vec<Filter>) -> Self {
        Self {
            char_filters: Vec::new(),
            tokenizer,
            filters,
        }
    }

    /// The tokens of a text that its char filters have changed already, as they are found.
    pub(super) fn run<'a>(&'a self, text: &'a str, offsets: Vec<Offsets>) -> Run<'a> {
        Run {
            cuts: self.tokenizer.cut(text),
            stages: self.filters.iter().map(Filter::stage).collect(),
            offsets,
            ready: VecDeque::new(),
            ended: false,
            left: limits::ANALYZED_TOKENS_MAX,
        }
    }

    /// All tokens of a text.
    pub(super) fn tokens(&self, text: &str) -> Vec<Token> {
        let (text, offsets) = char_filters::apply(&self.char_filters, text);
        self.run(&text, offsets).collect()
    }

    /// As [`Self::tokens`], or `None` if there are more than so many.
    pub(super) fn tokens_up_to(&self, text: &str, max: usize) -> Option<Vec<Token>> {
        let (text, offsets) = char_filters::apply(&self.char_filters, text);
        let tokens: Vec<Token> = self.run(&text, offsets).take(max + 1).collect();
        (tokens.len() <= max).then_some(tokens)
    }

    /// What each part makes of a text, or `None` if some part makes more than so many tokens.
    pub(super) fn explained(&self, text: &str, max: usize) -> Option<Explained> {
        let mut explained = Explained::default();
        for count in 1..=self.char_filters.len() {
            let (text, _) = char_filters::apply(&self.char_filters[..count], text);
            explained.texts.push(text);
        }
        for count in 0..=self.filters.len() {
            let so_far = Self {
                filters: self.filters[..count].to_vec(),
                ..self.clone()
            };
            explained.tokens.push(so_far.tokens_up_to(text, max)?);
        }
        Some(explained)
    }

    /// Text with its letters as this makes them, whatever it would be cut into.
    pub(super) fn normalized(&self, text: &str) -> String {
        let (text, _) = char_filters::apply_letterwise(&self.char_filters, text);
        let text = self.tokenizer.letters(&text);
        self.filters
            .iter()
            .fold(text, |text, filter| filter.letters(text))
    }
}

/// What the parts of an analyzer make of a text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Explained {
    /// The text after each char filter.
    pub texts: Vec<String>,
    /// The tokens after the tokenizer, and after each filter.
    pub tokens: Vec<Vec<Token>>,
}

/// The tokens of one text, made as they are asked for, so that no text is held in memory many times over.
pub(super) struct Run<'a> {
    cuts: Cuts<'a>,
    stages: Vec<Box<dyn Stage + 'a>>,
    /// How the char filters moved the text, in their order.
    offsets: Vec<Offsets>,
    ready: VecDeque<Token>,
    ended: bool,
    left: usize,
}

impl Iterator for Run<'_> {
    type Item = Token;

    fn next(&mut self) -> Option<Token> {
        if self.left == 0 {
            return None;
        }
        while self.ready.is_empty() && !self.ended {
            if let Some(token) = self.cuts.next() {
                push(&mut self.stages, token, &mut self.ready);
            } else {
                self.ended = true;
                for first in 0..self.stages.len() {
                    let (stage, rest) = self.stages[first..]
                        .split_first_mut()
                        .expect("first is one of them");
                    stage.end(&mut |token| push(rest, token, &mut self.ready));
                }
            }
        }
        let mut token = self.ready.pop_front()?;
        self.left -= 1;
        for offsets in self.offsets.iter().rev() {
            token.start = offsets.start(token.start);
            token.end = offsets.end(token.end);
        }
        token.end = token.end.max(token.start);
        Some(token)
    }
}

fn push(stages: &mut [Box<dyn Stage + '_>], token: Token, ready: &mut VecDeque<Token>) {
    match stages.split_first_mut() {
        Some((first, rest)) => first.take(token, &mut |token| push(rest, token, ready)),
        None => ready.push_back(token),
    }
}

/// A definition as a tokenizer of tantivy.
#[derive(Clone)]
pub(super) struct Chain {
    definition: Arc<Definition>,
    /// The text as the char filters made it, for as long as its tokens are read.
    changed: String,
    token: tantivy::tokenizer::Token,
}

impl Chain {
    pub(super) fn new(definition: Arc<Definition>) -> Self {
        Self {
            definition,
            changed: String::new(),
            token: tantivy::tokenizer::Token::default(),
        }
    }
}

impl tantivy::tokenizer::Tokenizer for Chain {
    type TokenStream<'a> = ChainStream<'a>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> ChainStream<'a> {
        self.token.reset();
        let mut offsets = Vec::new();
        let text = if self.definition.char_filters.is_empty() {
            text
        } else {
            (self.changed, offsets) = char_filters::apply(&self.definition.char_filters, text);
            self.changed.as_str()
        };
        ChainStream {
            run: self.definition.run(text, offsets),
            token: &mut self.token,
        }
    }
}

/// The tokens of one text as tantivy reads them.
pub(super) struct ChainStream<'a> {
    run: Run<'a>,
    token: &'a mut tantivy::tokenizer::Token,
}

impl tantivy::tokenizer::TokenStream for ChainStream<'_> {
    fn advance(&mut self) -> bool {
        let Some(token) = self.run.next() else {
            return false;
        };
        *self.token = tantivy::tokenizer::Token {
            offset_from: token.start,
            offset_to: token.end,
            position: token.position as usize,
            text: token.text,
            position_length: token.position_length as usize,
        };
        true
    }

    fn token(&self) -> &tantivy::tokenizer::Token {
        self.token
    }

    fn token_mut(&mut self) -> &mut tantivy::tokenizer::Token {
        self.token
    }
}
