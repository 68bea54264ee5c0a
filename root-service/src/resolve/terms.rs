//! The table of terms: each distinct term once, numbered in the order in which the clause names them.

use std::collections::{BTreeSet, HashMap};

use shared::wire::clause::{Clause, Field, LeafQuery, Term, Value};

use super::expansions::Blend;

/// A table in the making.
#[derive(Default)]
pub(super) struct Terms {
    terms: Vec<Term>,
    numbers: HashMap<(Field, String), u32>,
    blends: Vec<Blend>,
}

impl Terms {
    /// The number of a term, new or not.
    pub(super) fn number(&mut self, field: &Field, text: &str) -> u32 {
        let key = (field.clone(), text.to_owned());
        *self.numbers.entry(key).or_insert_with(|| {
            self.terms.push(Term {
                field: field.clone(),
                value: Value::Str(text.to_owned()),
            });
            u32::try_from(self.terms.len() - 1).expect("a query has far fewer terms: its bytes are limited")
        })
    }

    /// The number of a term that is blended with others, and so never the same as another.
    pub(super) fn apart(&mut self, field: &Field, text: &str) -> u32 {
        self.terms.push(Term {
            field: field.clone(),
            value: Value::Str(text.to_owned()),
        });
        u32::try_from(self.terms.len() - 1).expect("a query has far fewer terms: its bytes are limited")
    }

    /// Some terms are scored as one.
    pub(super) fn blend(&mut self, blend: Blend) {
        self.blends.push(blend);
    }

    /// The query with those terms that its clause still names, in its order.
    pub(super) fn into_query(self, mut clause: Clause) -> (LeafQuery, Vec<Blend>) {
        let mut kept = Vec::new();
        let mut numbers: HashMap<u32, u32> = HashMap::new();
        for_each_term(&mut clause, &mut |number| {
            *number = *numbers.entry(*number).or_insert_with(|| {
                kept.push(*number);
                u32::try_from(kept.len() - 1).expect("no more than there were")
            });
        });
        let mut terms: Vec<Option<Term>> = self.terms.into_iter().map(Some).collect();
        let terms = kept
            .into_iter()
            .filter_map(|number| terms.get_mut(number as usize)?.take())
            .collect();
        let renumbered = |terms: Vec<u32>| {
            terms
                .iter()
                .filter_map(|term| numbers.get(term).copied())
                .collect()
        };
        let blends = self.blends.into_iter().map(|blend| match blend {
            Blend::Same(terms) => Blend::Same(renumbered(terms)),
            Blend::Fields(terms) => Blend::Fields(renumbered(terms)),
        });
        let blends = blends.collect();
        (LeafQuery { terms, clause }, blends)
    }
}

fn for_each_term(clause: &mut Clause, visit: &mut dyn FnMut(&mut u32)) {
    match clause {
        Clause::Term { term, .. } => visit(term),
        Clause::Synonyms { terms, .. } => terms.iter_mut().for_each(visit),
        Clause::Phrase { terms, .. } => terms.iter_mut().for_each(|(_, term)| visit(term)),
        Clause::PhraseOfAny { places, .. } => {
            let words = places.iter_mut().flat_map(|(_, words)| words);
            words.for_each(visit);
        }
        Clause::Constant { clause, .. } => for_each_term(clause, visit),
        Clause::Rescored { clause, rescore } => {
            for_each_term(clause, visit);
            for function in &mut rescore.functions {
                if let Some(filter) = &mut function.filter {
                    for_each_term(filter, visit);
                }
            }
        }
        Clause::Bool {
            must,
            should,
            filter,
            must_not,
            ..
        } => {
            for clause in must.iter_mut().chain(should).chain(filter).chain(must_not) {
                for_each_term(clause, visit);
            }
        }
        Clause::BestOf { clauses, .. } => {
            for clause in clauses {
                for_each_term(clause, visit);
            }
        }
        Clause::All { .. }
        | Clause::Nothing
        | Clause::AnyOf { .. }
        | Clause::Fits { .. }
        | Clause::Range { .. }
        | Clause::Exists { .. } => {}
    }
}

/// The text slots on which a query scores, in ascending order, each once: those whose lengths the statistics need.
pub fn scored_slots(query: &LeafQuery) -> Vec<u16> {
    let mut slots = BTreeSet::new();
    collect_slots(&query.clause, &query.terms, true, &mut slots);
    slots.into_iter().collect()
}

/// What is not scored needs no lengths, but for what is let through by its score.
fn collect_slots(clause: &Clause, terms: &[Term], scored: bool, slots: &mut BTreeSet<u16>) {
    let mut add = |term: u32| {
        let term = terms.get(term as usize).map(|term| &term.field);
        if let (true, Some(Field::Text(slot))) = (scored, term) {
            slots.insert(*slot);
        }
    };
    match clause {
        Clause::Term { term, .. } => add(*term),
        Clause::Synonyms { terms, .. } => terms.iter().for_each(|term| add(*term)),
        Clause::Phrase { terms, .. } => terms.iter().for_each(|(_, term)| add(*term)),
        Clause::PhraseOfAny { places, .. } => {
            places
                .iter()
                .flat_map(|(_, words)| words)
                .for_each(|term| add(*term));
        }
        Clause::Bool {
            must,
            should,
            filter,
            must_not,
            should_min: _,
        } => {
            for clause in must.iter().chain(should) {
                collect_slots(clause, terms, scored, slots);
            }
            for clause in filter.iter().chain(must_not) {
                collect_slots(clause, terms, false, slots);
            }
        }
        Clause::BestOf { clauses, .. } => {
            for clause in clauses {
                collect_slots(clause, terms, scored, slots);
            }
        }
        Clause::Constant { clause, .. } => collect_slots(clause, terms, false, slots),
        Clause::Rescored { clause, rescore } => {
            collect_slots(clause, terms, scored || rescore.score_min.is_some(), slots);
            for filter in rescore
                .functions
                .iter()
                .filter_map(|function| function.filter.as_ref())
            {
                collect_slots(filter, terms, false, slots);
            }
        }
        Clause::All { .. }
        | Clause::Nothing
        | Clause::AnyOf { .. }
        | Clause::Fits { .. }
        | Clause::Range { .. }
        | Clause::Exists { .. } => {}
    }
}
