//! The table of terms: each distinct term once, numbered in the order in which the clause names them.

use std::collections::{BTreeSet, HashMap};

use shared::wire::clause::{Clause, Field, LeafQuery, Term, Value};

/// A table in the making.
#[derive(Default)]
pub(super) struct Terms {
    terms: Vec<Term>,
    numbers: HashMap<(Field, String), u32>,
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

    /// The query with those terms that its clause still names, in its order.
    pub(super) fn into_query(self, mut clause: Clause) -> LeafQuery {
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
        LeafQuery { terms, clause }
    }
}

fn for_each_term(clause: &mut Clause, visit: &mut dyn FnMut(&mut u32)) {
    match clause {
        Clause::Term { term, .. } => visit(term),
        Clause::Phrase { terms, .. } => terms.iter_mut().for_each(|(_, term)| visit(term)),
        Clause::Constant { clause, .. } => for_each_term(clause, visit),
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
        | Clause::Range { .. }
        | Clause::Exists { .. } => {}
    }
}

/// The text slots on which a query scores, in ascending order, each once: those whose lengths the statistics need.
pub fn scored_slots(query: &LeafQuery) -> Vec<u16> {
    let mut slots = BTreeSet::new();
    collect_slots(&query.clause, &query.terms, &mut slots);
    slots.into_iter().collect()
}

fn collect_slots(clause: &Clause, terms: &[Term], slots: &mut BTreeSet<u16>) {
    let mut add = |term: u32| {
        if let Some(Term {
            field: Field::Text(slot),
            ..
        }) = terms.get(term as usize)
        {
            slots.insert(*slot);
        }
    };
    match clause {
        Clause::Term { term, .. } => add(*term),
        Clause::Phrase { terms, .. } => terms.iter().for_each(|(_, term)| add(*term)),
        Clause::Bool { must, should, .. } => {
            for clause in must.iter().chain(should) {
                collect_slots(clause, terms, slots);
            }
        }
        Clause::BestOf { clauses, .. } => {
            for clause in clauses {
                collect_slots(clause, terms, slots);
            }
        }
        Clause::All { .. }
        | Clause::Nothing
        | Clause::AnyOf { .. }
        | Clause::Range { .. }
        | Clause::Exists { .. }
        | Clause::Constant { .. } => {}
    }
}
