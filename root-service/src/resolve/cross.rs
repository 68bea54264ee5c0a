//! `cross_fields`: several fields taken for one.

use shared::analysis::Analyzer;
use shared::mapping::FieldKind;
use shared::query::Words;
use shared::wire::clause::{Clause, Field};

use super::expansions::Blend;
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
                Some(kind @ FieldKind::Text { slot, .. }) => {
                    let analyzer = kind.search_analyzer().cloned();
                    (Field::Text(*slot), analyzer.unwrap_or_default())
                }
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
        let mut clauses = Vec::with_capacity(tokens.len());
        for token in &tokens {
            self.count(group.fields.len())?;
            let (mut blended, mut of_fields) = (Vec::new(), Vec::new());
            for (field, scope) in &group.fields {
                let term = self.terms.apart(field, &token.text);
                blended.push(term);
                let boost = scope.boost;
                of_fields.push(Clause::Term { term, boost });
            }
            self.terms.blend(Blend::Fields(blended));
            clauses.push(Clause::BestOf {
                clauses: of_fields,
                tie_breaker,
            });
        }
        let total = u32::try_from(tokens.len()).unwrap_or(u32::MAX);
        Ok(Some(joined(clauses, least(words, total), total)))
    }
}

/// Fields whose words are made alike.
struct Group {
    analyzer: Analyzer,
    fields: Vec<(Field, Scope)>,
}
