//! Words and phrases, in one field and in several.

use std::collections::HashMap;
use std::rc::Rc;

use serde_json::Value as Json;
use shared::analysis::{Analyzer, Token};
use shared::limits;
use shared::mapping::{FieldKind, Slot};
use shared::query::{MultiMatchKind, Operator, Wording, Words};
use shared::wire::clause::{Clause, Field};

use super::clauses::{positioned, refuse, searched, unmapped};
use super::graph::{self, Path, Place};
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
        let (analyzer, slot) = match self.text(field) {
            Ok(Some(text)) => text,
            Ok(None) => return self.unanalyzed(field, words, scope),
            Err(_) if words.lenient => return Ok(Clause::Nothing),
            Err(error) => return Err(error),
        };
        let tokens = self.analyzer(&analyzer, &words.wording)?.tokens(&words.text);
        if tokens.is_empty() && words.zero_terms_match_all {
            return self.all(scope);
        }
        self.words(slot, &tokens, words, scope)
    }

    /// How the words of queries on a text field are made terms, and where these are.
    pub(super) fn text(&self, field: &str) -> Result<Option<(Analyzer, Slot)>, ApiError> {
        let kind = self.mapping.kind(field);
        let Some((kind, analyzer)) = kind.and_then(|kind| Some((kind, kind.search_analyzer()?))) else {
            return Ok(None);
        };
        Ok(Some((analyzer.clone(), searched(field, kind)?)))
    }

    /// The analyzer that a query names, or the field's own.
    pub(super) fn analyzer(&self, of_field: &Analyzer, wording: &Wording) -> Result<Analyzer, ApiError> {
        let Some(name) = &wording.analyzer else {
            return Ok(of_field.clone());
        };
        self.mapping.analysis.analyzer(name).ok_or_else(|| {
            ApiError::query(format!(
                "failed to create query: analyzer [{}] not found",
                brief(name)
            ))
        })
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
        let places = graph::places(tokens)?;
        let total = u32::try_from(places.len()).unwrap_or(u32::MAX);
        let least = least(words, total);
        let mut distinct: Vec<(Vec<u32>, u32)> = Vec::new();
        let mut known: HashMap<Vec<u32>, usize> = HashMap::new();
        let mut ways = Vec::new();
        let mut all = Vec::new();
        for place in &places {
            match place {
                Place::Any(alike) => {
                    let terms = self.alike(&field, alike);
                    if let Some(at) = known.get(&terms) {
                        distinct[*at].1 += 1;
                    } else {
                        self.count(terms.len())?;
                        known.insert(terms.clone(), distinct.len());
                        distinct.push((terms.clone(), 1));
                    }
                    all.push(terms);
                }
                Place::Ways(paths) => ways.push(self.ways(slot, paths, &words.wording, scope)?),
            }
        }
        let several = distinct.len() + ways.len() > 1;
        let counts_repetitions = least > 1 && least < total && several;
        if counts_repetitions && distinct.len() < all.len() {
            self.count(all.len() - distinct.len())?;
            distinct = all.into_iter().map(|terms| (terms, 1)).collect();
        }
        let mut clauses = Vec::with_capacity(distinct.len() + ways.len());
        for (terms, times) in distinct {
            clauses.push(any_of(terms, scope.boosted(times as f32)?.boost));
        }
        clauses.extend(ways);
        Ok(joined(clauses, least, total))
    }

    /// The terms of words that stand for the same, each once.
    pub(super) fn alike(&mut self, field: &Field, tokens: &[&Token]) -> Vec<u32> {
        let mut terms: Vec<u32> = tokens
            .iter()
            .map(|token| self.terms.number(field, &token.text))
            .collect();
        terms.sort_unstable();
        terms.dedup();
        terms
    }

    /// Any of several ways, each of which is words in a row.
    fn ways(
        &mut self,
        slot: Slot,
        paths: &[Path<'_>],
        wording: &Wording,
        scope: Scope,
    ) -> Result<Clause, ApiError> {
        let mut clauses = Vec::with_capacity(paths.len());
        for path in paths {
            clauses.push(if wording.scattered_synonyms {
                let mut words = Vec::with_capacity(path.len());
                for (_, alike) in path {
                    let terms = self.alike(&Field::Text(slot), alike);
                    self.count(terms.len())?;
                    words.push(any_of(terms, scope.boost));
                }
                Clause::bool_of(words, Vec::new(), 0)
            } else {
                self.row(slot, path, 0, scope)?
            });
        }
        Ok(Clause::bool_of(Vec::new(), clauses, 1))
    }

    /// Words in a row; any of several in a place.
    pub(super) fn row(
        &mut self,
        slot: Slot,
        path: &Path<'_>,
        slop: u32,
        scope: Scope,
    ) -> Result<Clause, ApiError> {
        check_phrase(path)?;
        let field = Field::Text(slot);
        let mut places = Vec::with_capacity(path.len());
        for (position, alike) in path {
            let terms = self.alike(&field, alike);
            self.count(terms.len())?;
            places.push((*position, terms));
        }
        let boost = scope.boost;
        let single: Option<Vec<(u32, u32)>> = places
            .iter()
            .map(|(position, terms)| match terms.as_slice() {
                [only] => Some((*position, *only)),
                _ => None,
            })
            .collect();
        Ok(match (places.len(), single) {
            (0, _) => Clause::Nothing,
            (1, _) => any_of(places.remove(0).1, boost),
            (_, Some(terms)) => Clause::Phrase { terms, slop, boost },
            (_, None) => Clause::PhraseOfAny { places, slop, boost },
        })
    }

    /// Words in a field that does not analyze them.
    fn unanalyzed(&mut self, field: &str, words: &Words, scope: Scope) -> Result<Clause, ApiError> {
        let text = words.text.as_str();
        if let (Some(name), Some(FieldKind::Keyword { .. })) =
            (&words.wording.analyzer, self.mapping.kind(field))
        {
            return Err(ApiError::query(format!(
                "failed to create query: [analyzer] [{}] is offered on text fields only, and [{}] is a keyword",
                brief(name),
                brief(field)
            )));
        }
        let found = match (self.mapping.kind(field), words.fuzziness) {
            (Some(FieldKind::Keyword { .. }), _) if words.last_is_prefix => {
                self.begins(&Field::Exact(field.to_owned()), &self.as_kept(field, text), scope)
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
                Some(FieldKind::Text { slot: None, .. }) if words.lenient => Clause::Nothing,
                Some(kind @ FieldKind::Text { .. }) => {
                    let slot = searched(&field, kind)?;
                    let analyzer = kind.search_analyzer().expect("it is text");
                    let tokens = analyzed.tokens(&self.analyzer(analyzer, &words.wording)?);
                    without_terms += usize::from(tokens.is_empty());
                    self.words(slot, &tokens, words, scope)?
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
        (text, wording): (&str, &Wording),
        (slop, expansions): (u32, Option<u32>),
        scope: Scope,
    ) -> Result<Clause, ApiError> {
        match self.mapping.kind(field) {
            Some(kind @ FieldKind::Text { .. }) => {
                let slot = searched(field, kind)?;
                let analyzer = kind.search_analyzer().expect("it is text");
                let tokens = self.analyzer(analyzer, wording)?.tokens(text);
                positioned(field, kind, &tokens)?;
                self.phrase(slot, &tokens, (slop, expansions), scope)
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
        (text, wording): (&str, &Wording),
        ways: (u32, Option<u32>),
        tie_breaker: f32,
        scope: Scope,
    ) -> Result<Clause, ApiError> {
        let mut analyzed = Analyzed::new(text);
        let mut clauses = Vec::new();
        for (field, boost) in self.expand(fields)? {
            let scope = scope.boosted(boost)?;
            let clause = match self.mapping.kind(&field) {
                Some(kind @ FieldKind::Text { .. }) => {
                    let slot = searched(&field, kind)?;
                    let analyzer = kind.search_analyzer().expect("it is text");
                    let tokens = analyzed.tokens(&self.analyzer(analyzer, wording)?);
                    positioned(&field, kind, &tokens)?;
                    self.phrase(slot, &tokens, ways, scope)?
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
        let mut clauses = Vec::new();
        for path in graph::paths(tokens)? {
            clauses.push(match expansions {
                Some(expansions) => self.phrase_prefix(slot, &path, slop, expansions, scope)?,
                None => self.row(slot, &path, slop, scope)?,
            });
        }
        Ok(match clauses.len() {
            0 => Clause::Nothing,
            1 => clauses.remove(0),
            _ => Clause::bool_of(Vec::new(), clauses, 1),
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

/// Any of some terms of one text field, taken for one.
pub(super) fn any_of(mut terms: Vec<u32>, boost: f32) -> Clause {
    match (terms.pop(), terms.is_empty()) {
        (None, _) => Clause::Nothing,
        (Some(term), true) => Clause::Term { term, boost },
        (Some(last), false) => {
            terms.push(last);
            Clause::Synonyms { terms, boost }
        }
    }
}

/// Refuses phrases of too many words.
pub(super) fn check_phrase(path: &Path<'_>) -> Result<(), ApiError> {
    if path.len() > limits::PHRASE_TERMS_MAX {
        let first = path[0].1.first().map_or("", |token| token.text.as_str());
        return Err(ApiError::query(format!(
            "failed to create query: the phrase [{}…] has [{}] words, the limit is [{}]",
            brief(first),
            path.len(),
            limits::PHRASE_TERMS_MAX
        )));
    }
    Ok(())
}
