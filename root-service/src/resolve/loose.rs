//! Words that stand for others: similar ones, and those that begin so.

use shared::analysis::Token;
use shared::limits;
use shared::mapping::{FieldKind, Slot};
use shared::pattern::{Pattern, Syntax};
use shared::query::{FieldWays, Fuzziness, Words};
use shared::wire::clause::{Clause, Expansion, ExpansionKind, Field};

use super::clauses::{searched, unmapped};
use super::expansions::Blend;
use super::graph::{self, Path, Place};
use super::words::{check_phrase, joined, least};
use super::{Resolver, Scope};
use crate::error::{ApiError, brief};

impl Resolver<'_> {
    /// What a word stands for. If it is not known yet, the query will be resolved again.
    fn stands_for(&mut self, expansion: Expansion) -> Result<Vec<String>, ApiError> {
        let length = expansion.text.chars().count();
        if length > limits::FUZZY_CHARS_MAX {
            return Err(ApiError::query(format!(
                "failed to create query: the word [{}] has [{length}] characters, the limit of words that stand for others is [{}]",
                brief(&expansion.text),
                limits::FUZZY_CHARS_MAX
            )));
        }
        self.count(1)?;
        if let Some(terms) = self.expanded.get(&expansion) {
            return Ok(terms.clone());
        }
        if !self.unknown.contains(&expansion) {
            self.unknown.push(expansion);
        }
        Ok(Vec::new())
    }

    /// The words of one text field, of which all stand for similar ones or the last for those that begin with it.
    pub(super) fn loose_words(
        &mut self,
        slot: Slot,
        tokens: &[Token],
        words: &Words,
        scope: Scope,
    ) -> Result<Clause, ApiError> {
        let field = Field::Text(slot);
        let places = graph::places(tokens)?;
        let mut clauses = Vec::with_capacity(places.len());
        for (at, place) in places.iter().enumerate() {
            let is_prefix = words.last_is_prefix && at + 1 == places.len();
            let ways = match place {
                Place::Any(alike) => vec![vec![(0, alike.clone())]],
                Place::Ways(ways) => ways.clone(),
            };
            let mut any = Vec::new();
            for way in &ways {
                let mut all = Vec::with_capacity(way.len());
                for (number, (_, alike)) in way.iter().enumerate() {
                    let mut here = Vec::with_capacity(alike.len());
                    for token in alike {
                        here.push(if is_prefix && number + 1 == way.len() {
                            self.begins(&field, &token.text, scope)?
                        } else {
                            self.loose_word(&field, &token.text, words.fuzziness, scope)?
                        });
                    }
                    all.push(one_of(here));
                }
                any.push(match all.len() {
                    1 => all.remove(0),
                    _ => Clause::bool_of(all, Vec::new(), 0),
                });
            }
            clauses.push(one_of(any));
        }
        let total = u32::try_from(places.len()).unwrap_or(u32::MAX);
        Ok(joined(clauses, least(words, total), total))
    }

    /// Terms that begin with a text; they score a constant.
    pub(super) fn begins(&mut self, field: &Field, text: &str, scope: Scope) -> Result<Clause, ApiError> {
        let pattern = Pattern {
            syntax: Syntax::Prefix,
            text: text.to_owned(),
            case_insensitive: false,
        };
        self.fits_in(field.clone(), pattern, scope)
    }

    /// A word, or what it stands for.
    pub(super) fn loose_word(
        &mut self,
        field: &Field,
        text: &str,
        fuzziness: Option<Fuzziness>,
        scope: Scope,
    ) -> Result<Clause, ApiError> {
        let Some((fuzziness, distance)) = fuzziness
            .map(|fuzziness| (fuzziness, fuzziness.edits.of(text)))
            .filter(|(_, distance)| *distance > 0)
        else {
            self.count(1)?;
            let term = self.terms.number(field, text);
            let boost = scope.boost;
            return Ok(Clause::Term { term, boost });
        };
        let expansion = Expansion {
            field: field.clone(),
            text: text.to_owned(),
            kind: ExpansionKind::Fuzzy {
                distance,
                prefix_length: fuzziness.prefix_length,
                transpositions: fuzziness.transpositions,
            },
            terms_max: fuzziness.expansions_max,
        };
        let similar = super::expansions::fuzzy(&expansion);
        let terms = self.stands_for(expansion)?;
        self.count(terms.len())?;
        let (mut clauses, mut blended) = (Vec::new(), Vec::new());
        for text in terms {
            let boost = scope.boosted(similar.similarity(&text).unwrap_or(0.0))?.boost;
            let term = self.terms.apart(field, &text);
            blended.push(term);
            clauses.push(Clause::Term { term, boost });
        }
        self.terms.blend(Blend::Same(blended));
        Ok(Clause::bool_of(Vec::new(), clauses, 1))
    }

    /// A fuzzy word in one field; it is not analyzed.
    pub(super) fn fuzzy(
        &mut self,
        field: &str,
        text: &str,
        fuzziness: Fuzziness,
        scope: Scope,
    ) -> Result<Clause, ApiError> {
        match self.worded(field, "fuzzy")? {
            Some(place) => {
                let text = self.as_kept(field, text);
                self.loose_word(&place, &text, Some(fuzziness), scope)
            }
            None => unmapped(field),
        }
    }

    /// A fuzzy word in any of some fields, with letters as their analyzers make them.
    pub(super) fn multi_fuzzy(
        &mut self,
        fields: &[(String, f32)],
        (text, fuzziness): (&str, Fuzziness),
        ways: FieldWays,
        scope: Scope,
    ) -> Result<Clause, ApiError> {
        let strict = !ways.lenient && names_one(fields);
        let mut clauses = Vec::new();
        for (field, boost) in self.expand(fields)? {
            let scope = scope.boosted(boost)?;
            let place = self.worded(&field, "fuzzy");
            if let Some(place) = if strict { place? } else { place.unwrap_or(None) } {
                let text = self.normalized(&field, text);
                clauses.push(self.loose_word(&place, &text, Some(fuzziness), scope)?);
            }
        }
        Ok(Clause::BestOf {
            clauses,
            tie_breaker: ways.tie_breaker,
        })
    }

    /// Terms of one field that fit a pattern; it is not analyzed, but for the normalizer of a keyword.
    pub(super) fn fits(&mut self, field: &str, pattern: &Pattern, scope: Scope) -> Result<Clause, ApiError> {
        match self.worded(field, pattern.syntax.name())? {
            Some(place) => {
                let text = self.as_kept(field, &pattern.text);
                let pattern = Pattern {
                    text,
                    ..pattern.clone()
                };
                self.fits_in(place, pattern, scope)
            }
            None => unmapped(field),
        }
    }

    /// Terms of any of some fields that fit a pattern, with letters as their analyzers make them.
    pub(super) fn multi_fits(
        &mut self,
        fields: &[(String, f32)],
        pattern: &Pattern,
        ways: FieldWays,
        scope: Scope,
    ) -> Result<Clause, ApiError> {
        let strict = !ways.lenient && names_one(fields);
        let mut clauses = Vec::new();
        for (field, boost) in self.expand(fields)? {
            let scope = scope.boosted(boost)?;
            let place = self.worded(&field, pattern.syntax.name());
            if let Some(place) = if strict { place? } else { place.unwrap_or(None) } {
                let mut pattern = pattern.clone();
                pattern.text = self.normalized(&field, &pattern.text);
                clauses.push(self.fits_in(place, pattern, scope)?);
            }
        }
        Ok(Clause::BestOf {
            clauses,
            tie_breaker: ways.tie_breaker,
        })
    }

    fn fits_in(&mut self, field: Field, pattern: Pattern, scope: Scope) -> Result<Clause, ApiError> {
        self.count(1)?;
        pattern.compile().map_err(|error| {
            ApiError::query(format!(
                "failed to create query: the pattern [{}] of a [{}] query {error}",
                brief(&pattern.text),
                pattern.syntax.name()
            ))
        })?;
        let boost = scope.boost;
        Ok(Clause::Fits {
            field,
            pattern,
            boost,
        })
    }

    /// The place of a field that holds words.
    fn worded(&self, field: &str, query: &str) -> Result<Option<Field>, ApiError> {
        if field == "_id" {
            return Err(ApiError::query(format!(
                "failed to create query: Field [_id] of type [_id] does not support {query} queries"
            )));
        }
        self.check_searchable(field)?;
        match self.mapping.kind(field) {
            Some(kind @ FieldKind::Text { .. }) => Ok(Some(Field::Text(searched(field, kind)?))),
            Some(FieldKind::Keyword { .. }) => Ok(Some(Field::Exact(field.to_owned()))),
            Some(kind) => Err(ApiError::query(format!(
                "failed to create query: Can only use {query} queries on keyword and text fields - not on [{}] which is of type [{}]",
                brief(field),
                kind.name()
            ))),
            None => Ok(None),
        }
    }

    /// Text as a keyword field keeps it; that of other fields as it is.
    pub(super) fn as_kept(&self, field: &str, text: &str) -> String {
        let kind = self.mapping.kind(field);
        kind.map_or_else(|| text.to_owned(), |kind| kind.normalized(text))
    }

    /// Text with its letters as the field's analyzer makes them.
    fn normalized(&self, field: &str, text: &str) -> String {
        match self.mapping.kind(field) {
            Some(FieldKind::Text { analyzer, .. }) => analyzer.normalized(text),
            Some(kind) => kind.normalized(text),
            None => text.to_owned(),
        }
    }

    /// Words in order, the last of which stands for those that begin with it.
    pub(super) fn phrase_prefix(
        &mut self,
        slot: Slot,
        path: &Path<'_>,
        slop: u32,
        terms_max: u32,
        scope: Scope,
    ) -> Result<Clause, ApiError> {
        let Some(((position, last), before)) = path.split_last() else {
            return Ok(Clause::Nothing);
        };
        check_phrase(path)?;
        let field = Field::Text(slot);
        let mut words = Vec::new();
        for token in last {
            let stands_for = self.stands_for(Expansion {
                field: field.clone(),
                text: token.text.clone(),
                kind: ExpansionKind::Prefix,
                terms_max,
            })?;
            self.count(stands_for.len())?;
            words.extend(stands_for.iter().map(|word| self.terms.number(&field, word)));
        }
        if last.len() > 1 {
            words.sort_unstable();
            words.dedup();
        }
        let boost = scope.boost;
        if before.is_empty() {
            let terms = words.into_iter().map(|term| Clause::Term { term, boost });
            return Ok(Clause::bool_of(Vec::new(), terms.collect(), 1));
        }
        let mut places = Vec::with_capacity(path.len());
        for (position, alike) in before {
            let terms = self.alike(&field, alike);
            self.count(terms.len())?;
            places.push((*position, terms));
        }
        if words.is_empty() {
            return Ok(Clause::Nothing);
        }
        places.push((*position, words));
        Ok(Clause::PhraseOfAny { places, slop, boost })
    }
}

/// Any of some clauses.
fn one_of(mut clauses: Vec<Clause>) -> Clause {
    match clauses.len() {
        1 => clauses.remove(0),
        _ => Clause::bool_of(Vec::new(), clauses, 1),
    }
}

/// Whether exactly one field is meant: it is to hold words then.
fn names_one(fields: &[(String, f32)]) -> bool {
    matches!(fields, [(only, _)] if !only.contains('*'))
}
