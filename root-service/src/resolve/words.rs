//! Words and phrases, in one field and in several.

use std::collections::HashMap;
use std::rc::Rc;

use serde_json::Value as Json;
use shared::analysis::{Analyzer, Token};
use shared::limits;
use shared::mapping::{FieldKind, Slot};
use shared::query::{MultiMatchKind, Operator, Words};
use shared::wire::clause::{Clause, Field};

use super::clauses::unmapped;
use super::{Resolver, Scope};
use crate::error::{ApiError, brief};

/// A text's tokens by analyzer: a query over many fields analyzes it once for each analyzer, not for each field.
struct Analyzed<'a> {
    text: &'a str,
    tokens: HashMap<Analyzer, Rc<[Token]>>,
}

impl<'a> Analyzed<'a> {
    fn new(text: &'a str) -> Self {
        Self {
            text,
            tokens: HashMap::new(),
        }
    }

    fn tokens(&mut self, analyzer: Analyzer) -> Rc<[Token]> {
        let tokens = || analyzer.tokens(self.text).into();
        Rc::clone(self.tokens.entry(analyzer).or_insert_with(tokens))
    }
}

impl Resolver<'_> {
    pub(super) fn match_words(
        &mut self,
        field: &str,
        words: &Words,
        scope: Scope,
    ) -> Result<Clause, ApiError> {
        let Some(FieldKind::Text { analyzer, slot }) = self.mapping.kind(field) else {
            return self.term(field, &Json::from(words.text.as_str()), scope);
        };
        let tokens = analyzer.tokens(&words.text);
        if tokens.is_empty() && words.zero_terms_match_all {
            return self.all(scope);
        }
        self.words(*slot, &tokens, words, scope)
    }

    /// The words of one text field. A repeated word is one clause that counts as often as it is repeated, unless a part
    /// of the words must match: Elasticsearch counts repetitions there.
    fn words(
        &mut self,
        slot: Slot,
        tokens: &[Token],
        words: &Words,
        scope: Scope,
    ) -> Result<Clause, ApiError> {
        let field = Field::Text(slot);
        let total = u32::try_from(tokens.len()).unwrap_or(u32::MAX);
        let least = match (words.operator, &words.minimum_should_match) {
            (Operator::And, _) => total,
            (Operator::Or, None) => 1,
            (Operator::Or, Some(minimum)) => minimum.of(total).max(1),
        };
        let mut distinct: Vec<(u32, u32)> = Vec::new();
        let mut places: HashMap<u32, usize> = HashMap::new();
        for token in tokens {
            let term = self.terms.number(&field, &token.text);
            if let Some(place) = places.get(&term) {
                distinct[*place].1 += 1;
            } else {
                self.count(1)?;
                places.insert(term, distinct.len());
                distinct.push((term, 1));
            }
        }
        let counts_repetitions = least > 1 && least < total && distinct.len() > 1;
        if counts_repetitions && distinct.len() < tokens.len() {
            self.count(tokens.len() - distinct.len())?;
            distinct = tokens
                .iter()
                .map(|token| (self.terms.number(&field, &token.text), 1))
                .collect();
        }
        let mut clauses = Vec::with_capacity(distinct.len());
        for (term, times) in distinct {
            let boost = scope.boosted(times as f32)?.boost;
            clauses.push(Clause::Term { term, boost });
        }
        Ok(match clauses.len() {
            0 => Clause::Nothing,
            _ if least == total => Clause::bool_of(clauses, Vec::new(), 0),
            _ => Clause::bool_of(Vec::new(), clauses, least),
        })
    }

    pub(super) fn multi_match(
        &mut self,
        fields: &[(String, f32)],
        words: &Words,
        kind: MultiMatchKind,
        tie_breaker: f32,
        scope: Scope,
    ) -> Result<Clause, ApiError> {
        let mut analyzed = Analyzed::new(&words.text);
        let mut without_terms = 0;
        let mut clauses = Vec::new();
        for (field, boost) in self.expand(fields)? {
            let scope = scope.boosted(boost)?;
            let clause = match self.mapping.kind(&field) {
                Some(FieldKind::Text { analyzer, slot }) => {
                    let tokens = analyzed.tokens(*analyzer);
                    without_terms += usize::from(tokens.is_empty());
                    self.words(*slot, &tokens, words, scope)?
                }
                _ => self.lenient_term(&field, &words.text, scope)?,
            };
            if clause != Clause::Nothing {
                clauses.push(clause);
            }
        }
        if clauses.is_empty() && without_terms > 0 && words.zero_terms_match_all {
            return self.all(scope);
        }
        Ok(match kind {
            MultiMatchKind::BestFields => Clause::BestOf { clauses, tie_breaker },
            MultiMatchKind::MostFields => Clause::bool_of(Vec::new(), clauses, 1),
        })
    }

    pub(super) fn match_phrase(
        &mut self,
        field: &str,
        text: &str,
        slop: u32,
        scope: Scope,
    ) -> Result<Clause, ApiError> {
        match self.mapping.kind(field) {
            Some(FieldKind::Text { analyzer, slot }) => {
                let tokens = analyzer.tokens(text);
                self.phrase(*slot, &tokens, slop, scope)
            }
            _ => self.term(field, &Json::from(text), scope),
        }
    }

    pub(super) fn multi_phrase(
        &mut self,
        fields: &[(String, f32)],
        text: &str,
        slop: u32,
        scope: Scope,
    ) -> Result<Clause, ApiError> {
        let mut analyzed = Analyzed::new(text);
        let mut clauses = Vec::new();
        for (field, boost) in self.expand(fields)? {
            let scope = scope.boosted(boost)?;
            let clause = match self.mapping.kind(&field) {
                Some(FieldKind::Text { analyzer, slot }) => {
                    let tokens = analyzed.tokens(*analyzer);
                    self.phrase(*slot, &tokens, slop, scope)?
                }
                _ => self.lenient_term(&field, text, scope)?,
            };
            clauses.push(clause);
        }
        Ok(Clause::BestOf {
            clauses,
            tie_breaker: 0.0,
        })
    }

    fn phrase(&mut self, slot: Slot, tokens: &[Token], slop: u32, scope: Scope) -> Result<Clause, ApiError> {
        if tokens.len() > limits::PHRASE_TERMS_MAX {
            return Err(ApiError::query(format!(
                "failed to create query: the phrase [{}…] has [{}] words, the limit is [{}]",
                brief(&tokens[0].text),
                tokens.len(),
                limits::PHRASE_TERMS_MAX
            )));
        }
        let Some(first) = tokens.first().map(|token| token.position) else {
            return Ok(Clause::Nothing);
        };
        self.count(tokens.len())?;
        let field = Field::Text(slot);
        let terms: Vec<(u32, u32)> = tokens
            .iter()
            .map(|token| (token.position - first, self.terms.number(&field, &token.text)))
            .collect();
        let boost = scope.boost;
        Ok(match terms.as_slice() {
            [(_, term)] => Clause::Term { term: *term, boost },
            _ => Clause::Phrase { terms, slop, boost },
        })
    }

    /// A text in one of several fields that are not text: a field that cannot hold it is passed over.
    fn lenient_term(&mut self, field: &str, text: &str, scope: Scope) -> Result<Clause, ApiError> {
        self.count(1)?;
        match self.mapping.kind(field) {
            Some(kind) => Ok(self
                .exact(field, kind, &Json::from(text), scope)
                .unwrap_or(Clause::Nothing)),
            None => unmapped(field),
        }
    }
}
