//! The normal form of a clause: the same matches with the same scores, as flat as can be.
//!
//! Block-WAND runs on flat bools of terms only, and equal queries should share one cache key. Scores stay what they are up
//! to the rounding of a sum: a term that is named twice in one flat bool becomes one with the sum of both boosts, which
//! depends on the query alone and is the same everywhere.
//!
//! In the normal form
//! - nothing is left of `Nothing` and of filters that let everything pass, unless it is all there is;
//! - a bool has at least two clauses, and one that must match: in `must`, in `filter`, or by `should_min` ≥ 1;
//! - what is not scored (filters, exclusions, constants) has boosts of 1 and no `must`.

use std::collections::HashMap;

use shared::wire::clause::{Clause, Rescore};

/// The normal form of a scored clause.
pub(super) fn normalise(clause: Clause) -> Clause {
    match clause {
        Clause::Constant { clause, boost } => constant(unscored(*clause), boost),
        Clause::Bool {
            must,
            should,
            filter,
            must_not,
            should_min,
        } => Parts {
            scored: true,
            must: must.into_iter().map(normalise).collect(),
            should: should.into_iter().map(normalise).collect(),
            filter: filter.into_iter().map(unscored).collect(),
            must_not: must_not.into_iter().map(unscored).collect(),
            should_min: should_min as usize,
        }
        .into_scored(),
        Clause::BestOf { clauses, tie_breaker } => best_of(clauses, tie_breaker),
        Clause::Rescored { clause, rescore } => rescored(*clause, rescore),
        leaf => leaf,
    }
}

/// How deep a clause is nested, from 1.
pub(super) fn depth(clause: &Clause) -> usize {
    let deepest = |clauses: &[Clause]| clauses.iter().map(depth).max().unwrap_or(0);
    match clause {
        Clause::Constant { clause, .. } => 1 + depth(clause),
        Clause::Bool {
            must,
            should,
            filter,
            must_not,
            ..
        } => {
            1 + [must, should, filter, must_not]
                .map(|part| deepest(part))
                .into_iter()
                .max()
                .unwrap_or(0)
        }
        Clause::BestOf { clauses, .. } => 1 + deepest(clauses),
        Clause::Rescored { clause, rescore } => {
            let filters = rescore
                .functions
                .iter()
                .filter_map(|function| function.filter.as_ref());
            1 + filters.map(depth).max().unwrap_or(0).max(depth(clause))
        }
        _ => 1,
    }
}

/// The normal form of a clause of which only the matches count.
fn unscored(clause: Clause) -> Clause {
    match clause {
        Clause::Constant { clause, .. } => unscored(*clause),
        Clause::Bool {
            must,
            should,
            filter,
            must_not,
            should_min,
        } => Parts {
            scored: false,
            must: must.into_iter().chain(filter).map(unscored).collect(),
            should: should.into_iter().map(unscored).collect(),
            filter: Vec::new(),
            must_not: must_not.into_iter().map(unscored).collect(),
            should_min: should_min as usize,
        }
        .into_unscored(),
        Clause::BestOf { clauses, .. } => unscored(Clause::bool_of(Vec::new(), clauses, 1)),
        Clause::Rescored { clause, rescore } if rescore.score_min.is_none() => unscored(*clause),
        Clause::Rescored { clause, rescore } => rescored(*clause, rescore),
        leaf => with_boost(leaf, 1.0),
    }
}

/// A normal unscored clause with a constant score.
fn constant(clause: Clause, boost: f32) -> Clause {
    match clause {
        Clause::Nothing => Clause::Nothing,
        Clause::All { .. }
        | Clause::AnyOf { .. }
        | Clause::Fits { .. }
        | Clause::Range { .. }
        | Clause::Exists { .. } => with_boost(clause, boost),
        other => Clause::Constant {
            clause: Box::new(other),
            boost,
        },
    }
}

fn with_boost(mut leaf: Clause, new: f32) -> Clause {
    match &mut leaf {
        Clause::All { boost }
        | Clause::Term { boost, .. }
        | Clause::Synonyms { boost, .. }
        | Clause::Phrase { boost, .. }
        | Clause::PhraseOfAny { boost, .. }
        | Clause::Fits { boost, .. }
        | Clause::AnyOf { boost, .. }
        | Clause::Range { boost, .. }
        | Clause::Exists { boost, .. }
        | Clause::Constant { boost, .. } => *boost = new,
        Clause::Nothing | Clause::Bool { .. } | Clause::BestOf { .. } | Clause::Rescored { .. } => {}
    }
    leaf
}

/// Functions of a normal clause; those that are for nothing are dropped.
fn rescored(clause: Clause, mut rescore: Box<Rescore>) -> Clause {
    let clause = normalise(clause);
    if clause == Clause::Nothing {
        return Clause::Nothing;
    }
    for function in &mut rescore.functions {
        function.filter = function.filter.take().map(unscored);
        if function.filter.as_ref().is_some_and(is_all) {
            function.filter = None;
        }
    }
    rescore
        .functions
        .retain(|function| function.filter != Some(Clause::Nothing));
    Clause::Rescored {
        clause: Box::new(clause),
        rescore,
    }
}

fn best_of(clauses: Vec<Clause>, tie_breaker: f32) -> Clause {
    let mut flat = Vec::with_capacity(clauses.len());
    for clause in clauses {
        match normalise(clause) {
            Clause::Nothing => {}
            // The best of the best; with a share of the others it would be another score.
            Clause::BestOf {
                clauses,
                tie_breaker: inner,
            } if tie_breaker == 0.0 && inner == 0.0 => flat.extend(clauses),
            other => flat.push(other),
        }
    }
    match flat.len() {
        0 => Clause::Nothing,
        1 => flat.remove(0),
        _ => Clause::BestOf {
            clauses: flat,
            tie_breaker,
        },
    }
}

/// A bool in the making; its clauses are in normal form. Where nothing is scored, `must` holds the filters too.
struct Parts {
    scored: bool,
    must: Vec<Clause>,
    should: Vec<Clause>,
    filter: Vec<Clause>,
    must_not: Vec<Clause>,
    should_min: usize,
}

impl Parts {
    fn into_scored(mut self) -> Clause {
        if !self.simplify() {
            return Clause::Nothing;
        }
        let only_must = self.should.is_empty() && self.filter.is_empty() && self.must_not.is_empty();
        if only_must && self.must.len() == 1 {
            return self.must.remove(0);
        }
        if self.must.is_empty()
            && self.should.is_empty()
            && self.must_not.is_empty()
            && self.filter.len() <= 1
        {
            // Nothing adds to the score.
            return constant(self.filter.pop().unwrap_or(Clause::All { boost: 1.0 }), 0.0);
        }
        self.into_bool()
    }

    fn into_unscored(mut self) -> Clause {
        let alls = self.should.iter().filter(|clause| is_all(clause)).count();
        self.should.retain(|clause| !is_all(clause));
        self.should_min = self.should_min.saturating_sub(alls);
        if !self.simplify() {
            return Clause::Nothing;
        }
        let only_must = self.should.is_empty() && self.must_not.is_empty();
        match self.must.len() {
            0 if only_must => Clause::All { boost: 1.0 },
            1 if only_must => self.must.remove(0),
            _ => {
                self.filter = std::mem::take(&mut self.must);
                self.into_bool()
            }
        }
    }

    /// Drops what changes nothing and lifts up what is nested without need; false if nothing can match.
    fn simplify(&mut self) -> bool {
        loop {
            if !self.scored {
                self.must.append(&mut self.filter);
                self.must.retain(|clause| !is_all(clause));
                if self.should_min == 0 {
                    self.should.clear();
                }
            }
            self.should.retain(|clause| *clause != Clause::Nothing);
            self.must_not.retain(|clause| *clause != Clause::Nothing);
            self.filter.retain(|clause| !is_all(clause));
            if self.should_min <= 1 {
                merge_terms(&mut self.should, self.scored);
            }
            let impossible = self.must.contains(&Clause::Nothing)
                || self.filter.contains(&Clause::Nothing)
                || self.must_not.iter().any(is_all)
                || self.should_min > self.should.len();
            if impossible {
                return false;
            }
            if self.should_min > 0 && self.should_min == self.should.len() {
                self.must.append(&mut self.should);
                self.should_min = 0;
            }
            merge_terms(&mut self.must, self.scored);
            let lifted = [
                self.lift_must(),
                lift_filters(&mut self.filter, &mut self.must_not),
                self.should_min <= 1 && lift_alternatives(&mut self.should),
                // Not any of some is none of them.
                lift_alternatives(&mut self.must_not),
            ];
            if lifted == [false; 4] {
                return true;
            }
        }
    }

    /// Must-of-musts. One child with optional clauses can be lifted too, if there are none here.
    fn lift_must(&mut self) -> bool {
        let mut lifted = false;
        for clause in std::mem::take(&mut self.must) {
            match clause {
                Clause::Bool {
                    must,
                    should,
                    filter,
                    must_not,
                    should_min,
                } if should.is_empty() || self.should.is_empty() => {
                    lifted = true;
                    self.must.extend(must);
                    self.filter.extend(filter);
                    self.must_not.extend(must_not);
                    if !should.is_empty() {
                        self.should = should;
                        self.should_min = should_min as usize;
                    }
                }
                other => self.must.push(other),
            }
        }
        lifted
    }

    fn into_bool(mut self) -> Clause {
        if self.must.is_empty() && self.filter.is_empty() && self.should_min == 0 {
            self.filter.push(Clause::All { boost: 1.0 });
        }
        Clause::Bool {
            must: self.must,
            should: self.should,
            filter: self.filter,
            must_not: self.must_not,
            should_min: u32::try_from(self.should_min).unwrap_or(u32::MAX),
        }
    }
}

/// Filters of filters.
fn lift_filters(filters: &mut Vec<Clause>, exclusions: &mut Vec<Clause>) -> bool {
    let mut lifted = false;
    for clause in std::mem::take(filters) {
        match clause {
            Clause::Bool {
                must,
                should,
                filter,
                must_not,
                ..
            } if must.is_empty() && should.is_empty() => {
                lifted = true;
                filters.extend(filter);
                exclusions.extend(must_not);
            }
            other => filters.push(other),
        }
    }
    lifted
}

/// Should-of-shoulds.
fn lift_alternatives(clauses: &mut Vec<Clause>) -> bool {
    let mut lifted = false;
    for clause in std::mem::take(clauses) {
        match clause {
            Clause::Bool {
                must,
                should,
                filter,
                must_not,
                should_min: 1,
            } if must.is_empty() && filter.is_empty() && must_not.is_empty() => {
                lifted = true;
                clauses.extend(should);
            }
            other => clauses.push(other),
        }
    }
    lifted
}

/// Makes terms that are named twice into one each, at its first place, with the sum of the boosts if they are scored.
fn merge_terms(clauses: &mut Vec<Clause>, scored: bool) {
    let mut places: HashMap<u32, usize> = HashMap::new();
    let mut merged: Vec<Clause> = Vec::with_capacity(clauses.len());
    for clause in clauses.drain(..) {
        if let Clause::Term { term, boost: more } = clause {
            if let Some(Clause::Term { boost, .. }) = places.get(&term).map(|place| &mut merged[*place]) {
                *boost = if scored { *boost + more } else { 1.0 };
                continue;
            }
            places.insert(term, merged.len());
        }
        merged.push(clause);
    }
    *clauses = merged;
}

fn is_all(clause: &Clause) -> bool {
    matches!(clause, Clause::All { .. })
}

#[cfg(test)]
#[path = "normalise_tests.rs"]
mod tests;
