//! Words and phrases, in one field and in several.

use std::collections::HashMap;
use std::rc::Rc;

use serde_json::Value as Json;
use shared::analysis::{Analyzer, Token};
use shared::limits;
use shared::mapping::{FieldKind, Slot};
use shared::query::{MultiMatchKind, Operator, Words};
use shared::wire::clause::{Clause, Field};

use super::clauses::{refuse, unmapped};
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

    fn tokens(&mut self, analyzer: &Analyzer) -> Rc<[Token]> {
        let tokens = || analyzer.tokens(self.text).into();
        Rc::clone(self.tokens.entry(analyzer.clone()).or_insert_with(tokens))
    }
}

impl Resolver<'_> {
    pub(super) fn match_words(
        &mut self,
        field: &str,
        words: &Words,
        scope: Scope,
    ) -> Result<Clause, ApiError> {
        let Some((analyzer, slot)) = self.text(field) else {
            return self.unanalyzed(field, words, scope);
        };
        let tokens = analyzer.tokens(&words.text);
        if tokens.is_empty() && words.zero_terms_match_all {
            return self.all(scope);
        }
        self.words(slot, &tokens, words, scope)
    }

    /// How the words of queries on a text field are made terms, and where these are.
    pub(super) fn text(&self, field: &str) -> Option<(Analyzer, Slot)> {
        let kind = self.mapping.kind(field)?;
        Some((kind.search_analyzer()?.clone(), kind.slot()?))
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
        if words.fuzziness.is_some() || words.last_is_prefix {
            return self.loose_words(slot, tokens, words, scope);
        }
        let field = Field::Text(slot);
        let total = u32::try_from(tokens.len()).unwrap_or(u32::MAX);
        let least = least(words, total);
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
        Ok(joined(clauses, least, total))
    }

    /// Words in a field that does not analyze them.
    fn unanalyzed(&mut self, field: &str, words: &Words, scope: Scope) -> Result<Clause, ApiError> {
        let text = words.text.as_str();
        let found = match (self.mapping.kind(field), words.fuzziness) {
            (Some(FieldKind::Keyword { .. }), _) if words.last_is_prefix => {
                self.begins(&Field::Exact(field.to_owned()), text, scope)
            }
            (Some(_), Some(fuzziness)) => self.fuzzy(field, text, fuzziness, scope),
            _ => self.term(field, &Json::from(text), scope),
        };
        match found {
            Err(_) if words.lenient => Ok(Clause::Nothing),
            found => found,
        }
    }

    pub(super) fn multi_match(
        &mut self,
        fields: &[(String, f32)],
        words: &Words,
        kind: MultiMatchKind,
        tie_breaker: f32,
        scope: Scope,
    ) -> Result<Clause, ApiError> {
        if kind == MultiMatchKind::CrossFields {
            return self.cross_fields(fields, words, tie_breaker, scope);
        }
        let mut analyzed = Analyzed::new(&words.text);
        let mut without_terms = 0;
        let mut clauses = Vec::new();
        for (field, boost) in self.expand(fields)? {
            let scope = scope.boosted(boost)?;
            let clause = match self.mapping.kind(&field) {
                Some(kind @ FieldKind::Text { slot, .. }) => {
                    let tokens = analyzed.tokens(kind.search_analyzer().expect("it is text"));
                    without_terms += usize::from(tokens.is_empty());
                    self.words(*slot, &tokens, words, scope)?
                }
                Some(FieldKind::Keyword { .. }) => self.unanalyzed(&field, words, scope)?,
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
            MultiMatchKind::BestFields | MultiMatchKind::CrossFields => {
                Clause::BestOf { clauses, tie_breaker }
            }
            MultiMatchKind::MostFields => Clause::bool_of(Vec::new(), clauses, 1),
        })
    }

    pub(super) fn match_phrase(
        &mut self,
        field: &str,
        text: &str,
        (slop, expansions): (u32, Option<u32>),
        scope: Scope,
    ) -> Result<Clause, ApiError> {
        match self.mapping.kind(field) {
            Some(kind @ FieldKind::Text { slot, .. }) => {
                let tokens = kind.search_analyzer().expect("it is text").tokens(text);
                self.phrase(*slot, &tokens, (slop, expansions), scope)
            }
            Some(kind) if expansions.is_some() => Err(refuse(
                field,
                kind,
                "does not support phrase prefix queries; text fields do",
            )),
            _ => self.term(field, &Json::from(text), scope),
        }
    }

    pub(super) fn multi_phrase(
        &mut self,
        fields: &[(String, f32)],
        text: &str,
        ways: (u32, Option<u32>),
        tie_breaker: f32,
        scope: Scope,
    ) -> Result<Clause, ApiError> {
        let mut analyzed = Analyzed::new(text);
        let mut clauses = Vec::new();
        for (field, boost) in self.expand(fields)? {
            let scope = scope.boosted(boost)?;
            let clause = match self.mapping.kind(&field) {
                Some(kind @ FieldKind::Text { slot, .. }) => {
                    let tokens = analyzed.tokens(kind.search_analyzer().expect("it is text"));
                    self.phrase(*slot, &tokens, ways, scope)?
                }
                // Only words of text begin phrases.
                _ if ways.1.is_some() => Clause::Nothing,
                _ => self.lenient_term(&field, text, scope)?,
            };
            clauses.push(clause);
        }
        Ok(Clause::BestOf { clauses, tie_breaker })
    }

    /// Words in order, with a slop; with expansions the last stands for so many that begin with it.
    fn phrase(
        &mut self,
        slot: Slot,
        tokens: &[Token],
        (slop, expansions): (u32, Option<u32>),
        scope: Scope,
    ) -> Result<Clause, ApiError> {
        if let Some(expansions) = expansions {
            return self.phrase_prefix(slot, tokens, slop, expansions, scope);
        }
        check_phrase(tokens)?;
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
    pub(super) fn lenient_term(&mut self, field: &str, text: &str, scope: Scope) -> Result<Clause, ApiError> {
        self.count(1)?;
        match self.mapping.kind(field) {
            Some(kind) => Ok(self
                .exact(field, kind, &Json::from(text), scope)
                .unwrap_or(Clause::Nothing)),
            None => unmapped(field),
        }
    }
}

/// How many of so many words must match.
pub(super) fn least(words: &Words, total: u32) -> u32 {
    match (words.operator, &words.minimum_should_match) {
        (Operator::And, _) => total,
        (Operator::Or, None) => 1,
        (Operator::Or, Some(minimum)) => minimum.of(total).max(1),
    }
}

/// The clauses of words, of which so many must match.
pub(super) fn joined(clauses: Vec<Clause>, least: u32, total: u32) -> Clause {
    match clauses.len() {
        0 => Clause::Nothing,
        _ if least == total => Clause::bool_of(clauses, Vec::new(), 0),
        _ => Clause::bool_of(Vec::new(), clauses, least),
    }
}

/// Refuses phrases of too many words.
pub(super) fn check_phrase(tokens: &[Token]) -> Result<(), ApiError> {
    if tokens.len() > limits::PHRASE_TERMS_MAX {
        return Err(ApiError::query(format!(
            "failed to create query: the phrase [{}…] has [{}] words, the limit is [{}]",
            brief(&tokens[0].text),
            tokens.len(),
            limits::PHRASE_TERMS_MAX
        )));
    }
    Ok(())
}
