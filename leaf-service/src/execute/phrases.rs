//! Phrases of a query become weights.

use std::sync::Arc;

use shared::wire::clause::Field;
use tantivy::Term;
use tantivy::query::{Bm25Weight, EnableScoring, PhraseQuery, Query, Weight};

use super::compile::Compiler;
use super::error::ExecuteError;
use super::sloppy::Sloppy;
use super::stepwise::{Opens, Phrase, StepwiseWeight};

impl Compiler<'_> {
    /// One word in each place.
    pub(super) fn phrase(
        &self,
        words: &[(u32, u32)],
        slop: u32,
        scored: bool,
    ) -> Result<Arc<dyn Weight>, ExecuteError> {
        let places: Vec<(u32, Vec<u32>)> = words
            .iter()
            .map(|(position, term)| (*position, vec![*term]))
            .collect();
        if slop > 0 {
            return self.phrase_of_any(&places, slop, scored);
        }
        let (placed, field, known) = self.placed(&places)?;
        let provided = super::bm25::Provided::new(self.statistics, field, &known);
        let words = placed
            .into_iter()
            .flat_map(|(position, terms)| terms.into_iter().map(move |term| (position as usize, term)));
        let query = PhraseQuery::new_with_offset_and_slop(words.collect(), 0);
        let scoring = if scored {
            EnableScoring::enabled_from_statistics_provider(&provided, &self.view.searcher)
        } else {
            self.unscored()
        };
        Ok(self.stepwise(Phrase(Arc::from(query.weight(scoring)?))))
    }

    /// Any of some words in each place.
    pub(super) fn phrase_of_any(
        &self,
        places: &[(u32, Vec<u32>)],
        slop: u32,
        scored: bool,
    ) -> Result<Arc<dyn Weight>, ExecuteError> {
        let (placed, field, known) = self.placed(places)?;
        let provided = super::bm25::Provided::new(self.statistics, field, &known);
        let similarity = if scored {
            let terms: Vec<Term> = placed
                .iter()
                .flat_map(|(_, terms)| terms.iter().cloned())
                .collect();
            Some(Bm25Weight::for_terms(&provided, &terms)?)
        } else {
            None
        };
        Ok(self.stepwise(Sloppy {
            words: placed,
            slop,
            similarity,
        }))
    }

    /// The places with their terms, counted from the first one and in that order; the field; and what is known of each term.
    #[expect(clippy::type_complexity, reason = "three parts of one thing, used at once")]
    pub(super) fn placed(
        &self,
        places: &[(u32, Vec<u32>)],
    ) -> Result<(Vec<(u32, Vec<Term>)>, &Field, Vec<(Term, u64)>), ExecuteError> {
        let least = places.iter().map(|(position, _)| *position).min().unwrap_or(0);
        let mut placed = Vec::with_capacity(places.len());
        let mut known = Vec::with_capacity(places.len());
        let mut field = &Field::Names;
        for (position, numbers) in places {
            let mut terms = Vec::with_capacity(numbers.len());
            for number in numbers {
                let (of, frequency, term) = self.term(*number)?;
                field = of;
                known.push((term.clone(), frequency));
                terms.push(term);
            }
            placed.push((position - least, terms));
        }
        // As tantivy does, so that what the terms weigh adds up to the same bits.
        placed.sort_by_key(|(position, _)| *position);
        Ok((placed, field, known))
    }

    /// A weight whose scorers heed the clock.
    pub(super) fn stepwise(&self, of: impl Opens) -> Arc<dyn Weight> {
        let clock = self.clock.clone();
        Arc::new(StepwiseWeight { of, clock })
    }
}
