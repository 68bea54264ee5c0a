//! `cross_fields`: several fields taken for one.

use shared::analysis::{Analyzer, Token};
use shared::mapping::FieldKind;
use shared::query::Words;
use shared::wire::clause::{Clause, Field};

use super::clauses::searched;
use super::expansions::Blend;
use super::graph::{self, Path, Place};
use super::words::{joined, least};
use super::{Resolver, Scope};
use crate::error::ApiError;

impl Resolver<'_> {
    /// Each word in its best field. Fields whose words are made otherwise are taken for another one.
    pub(super) fn cross_fields(
        &mut self,
        fields: &[(String, f32)],
        words: &Words,
        tie_breaker: f32,
        scope: Scope,
    ) -> Result<Clause, ApiError> {
        let (mut groups, mut clauses): (Vec<Group>, Vec<Clause>) = (Vec::new(), Vec::new());
        for (field, boost) in self.expand(fields)? {
            let scope = scope.boosted(boost)?;
            let (place, analyzer) = match self.mapping.kind(&field) {
                Some(kind @ FieldKind::Text { .. }) => {
                    let analyzer = kind
                        .search_analyzer()
                        .map(|own| self.analyzer(own, &words.wording));
                    let analyzer = analyzer.transpose()?;
                    (Field::Text(searched(&field, kind)?), analyzer.unwrap_or_default())
                }
                Some(FieldKind::Keyword {
                    normalizer: Some(normalizer),
                    ..
                }) => (Field::Exact(field), normalizer.clone()),
                Some(FieldKind::Keyword { .. }) => (Field::Exact(field), Analyzer::keyword()),
                _ => {
                    clauses.push(self.lenient_term(&field, &words.text, scope)?);
                    continue;
                }
            };
            match groups.iter_mut().find(|group| group.analyzer == analyzer) {
                Some(group) => group.fields.push((place, scope)),
                None => groups.push(Group {
                    analyzer,
                    fields: vec![(place, scope)],
                }),
            }
        }
        let mut without_terms = 0;
        for group in groups {
            let clause = self.group(&group, words, tie_breaker)?;
            without_terms += usize::from(clause.is_none());
            clauses.extend(clause);
        }
        clauses.retain(|clause| *clause != Clause::Nothing);
        if clauses.is_empty() && without_terms > 0 && words.zero_terms_match_all {
            return self.all(scope);
        }
        Ok(Clause::BestOf { clauses, tie_breaker })
    }

    /// `None` without words.
    fn group(&mut self, group: &Group, words: &Words, tie_breaker: f32) -> Result<Option<Clause>, ApiError> {
        let tokens = group.analyzer.tokens(&words.text);
        if tokens.is_empty() {
            return Ok(None);
        }
        let places = graph::places(&tokens)?;
        let mut clauses = Vec::with_capacity(places.len());
        for place in &places {
            clauses.push(match place {
                Place::Any(alike) => self.blended(group, alike, tie_breaker)?,
                Place::Ways(ways) => {
                    let mut any = Vec::with_capacity(ways.len());
                    for way in ways {
                        any.push(match way.as_slice() {
                            [(_, alike)] => self.blended(group, alike, tie_breaker)?,
                            _ => self.in_a_row(group, way, tie_breaker)?,
                        });
                    }
                    Clause::bool_of(Vec::new(), any, 1)
                }
            });
        }
        let total = u32::try_from(places.len()).unwrap_or(u32::MAX);
        Ok(Some(joined(clauses, least(words, total), total)))
    }

    /// Words that stand for the same, in any of the fields.
    fn blended(&mut self, group: &Group, alike: &[&Token], tie_breaker: f32) -> Result<Clause, ApiError> {
        let (mut blended, mut clauses) = (Vec::new(), Vec::new());
        for token in alike {
            self.count(group.fields.len())?;
            for (field, scope) in &group.fields {
                let term = self.terms.apart(field, &token.text);
                blended.push(term);
                let boost = scope.boost;
                clauses.push(Clause::Term { term, boost });
            }
        }
        self.terms.blend(Blend::Fields(blended));
        Ok(Clause::BestOf { clauses, tie_breaker })
    }

    /// Words in a row, in any of the fields that are text.
    fn in_a_row(&mut self, group: &Group, way: &Path<'_>, tie_breaker: f32) -> Result<Clause, ApiError> {
        let mut clauses = Vec::with_capacity(group.fields.len());
        for (field, scope) in &group.fields {
            if let Field::Text(slot) = field {
                clauses.push(self.row(*slot, way, 0, *scope)?);
            }
        }
        Ok(Clause::BestOf { clauses, tie_breaker })
    }
}

/// Fields whose words are made alike.
struct Group {
    analyzer: Analyzer,
    fields: Vec<(Field, Scope)>,
}
