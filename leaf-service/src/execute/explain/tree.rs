//! The explanation of one document's score, along the tree of clauses.

use shared::wire::clause::{Clause, LeafQuery};
use shared::wire::{Explanation, Reason, ScoredQuery, Statistics};
use tantivy::{DocAddress, DocId, SeekDangerResult, SegmentReader};

use crate::execute::canonical::{Canonical, best_of, rounded};
use crate::execute::clock::Clock;
use crate::execute::compile::Compiler;
use crate::execute::error::ExecuteError;
use crate::execute::stepwise::Asked;
use crate::view::View;

/// Explains one document.
pub(super) struct Explainer<'a> {
    pub(super) compiler: Compiler<'a>,
    query: &'a LeafQuery,
    pub(super) statistics: &'a Statistics,
    pub(super) reader: &'a SegmentReader,
    pub(super) doc: DocId,
    clock: &'a Clock,
}

impl<'a> Explainer<'a> {
    pub(super) fn new(view: &'a View, of: &'a ScoredQuery, at: DocAddress, clock: &'a Clock) -> Self {
        let (query, statistics) = (&of.query, &of.statistics);
        Self {
            compiler: Compiler::of(view, (query, statistics), clock),
            query,
            statistics,
            reader: view.searcher.segment_reader(at.segment_ord),
            doc: at.doc_id,
            clock,
        }
    }

    /// The whole explanation. Its value is the canonical score: rounded once, at the top.
    pub(super) fn explained(&self) -> Result<Explanation, ExecuteError> {
        let whole = self.clause(&self.query.clause, 0)?;
        Ok(Explanation {
            value: f64::from(rounded(whole.value)),
            ..whole
        })
    }

    /// Explains a clause, given its place in the preorder.
    pub(super) fn clause(&self, clause: &Clause, number: u32) -> Result<Explanation, ExecuteError> {
        if self.clock.expired_after(64) {
            return Err(ExecuteError::Deadline);
        }
        match clause {
            Clause::Term { boost, .. }
            | Clause::Synonyms { boost, .. }
            | Clause::Phrase { boost, .. }
            | Clause::PhraseOfAny { boost, .. } => self.weight(clause, number, *boost),
            Clause::All { .. }
            | Clause::Nothing
            | Clause::Fits { .. }
            | Clause::AnyOf { .. }
            | Clause::Range { .. }
            | Clause::Exists { .. }
            | Clause::Constant { .. } => Ok(match self.score(clause)? {
                Some(score) => Explanation::of(score, Reason::Constant { clause: number }),
                None => Explanation::none(Reason::Unmatched { clause: number }, Vec::new()),
            }),
            Clause::Bool { .. } => self.combination(clause, number),
            Clause::BestOf { clauses, tie_breaker } => {
                let inner = self.each(clauses, &mut (number + 1))?;
                let scores: Vec<f64> = inner.iter().map(|inner| inner.value).collect();
                let tie_breaker = *tie_breaker;
                Ok(match best_of(&scores, f64::from(tie_breaker)) {
                    Some(score) => Explanation::from(score, Reason::Best { tie_breaker }, inner),
                    None => Explanation::none(Reason::TooFewAlternatives, inner),
                })
            }
            Clause::Rescored { clause: of, rescore } => self.rescored(clause, (of, rescore), number),
        }
    }

    /// Explains those of some clauses that match.
    fn each(&self, clauses: &[Clause], number: &mut u32) -> Result<Vec<Explanation>, ExecuteError> {
        let mut found = Vec::with_capacity(clauses.len());
        for clause in clauses {
            let explanation = self.clause(clause, *number)?;
            if explanation.matches {
                found.push(explanation);
            }
            *number += size(clause);
        }
        Ok(found)
    }

    fn combination(&self, clause: &Clause, number: u32) -> Result<Explanation, ExecuteError> {
        let Clause::Bool {
            must,
            should,
            filter,
            must_not,
            should_min,
        } = clause
        else {
            return Ok(Explanation::none(
                Reason::Unmatched { clause: number },
                Vec::new(),
            ));
        };
        let mut at = number + 1;
        let (mut parts, mut against) = (Vec::new(), Vec::new());
        for required in must {
            let explanation = self.clause(required, at)?;
            if explanation.matches {
                parts.push(explanation);
            } else {
                let reason = Reason::RequiredUnmatched { clause: at };
                against.push(Explanation::none(reason, vec![explanation]));
            }
            at += size(required);
        }
        let optional = self.each(should, &mut at)?;
        let matching = u32::try_from(optional.len()).unwrap_or(u32::MAX);
        parts.extend(optional);
        let score = parts.iter().fold(0.0, |sum, part| sum + part.value);
        for required in filter {
            if self.matches(required)? {
                parts.push(required_only(at));
            } else {
                against.push(Explanation::none(
                    Reason::RequiredUnmatched { clause: at },
                    Vec::new(),
                ));
            }
            at += size(required);
        }
        for excluded in must_not {
            if self.matches(excluded)? {
                against.push(Explanation::none(
                    Reason::ExcludedMatches { clause: at },
                    Vec::new(),
                ));
            }
            at += size(excluded);
        }
        if !against.is_empty() {
            parts.extend(against);
            return Ok(Explanation::none(Reason::ConditionFailed, parts));
        }
        if matching < *should_min {
            return Ok(Explanation::none(Reason::TooFewAlternatives, parts));
        }
        Ok(Explanation::from(score, Reason::Sum, parts))
    }

    /// The canonical score of a clause; `None` if the document does not match.
    pub(super) fn score(&self, clause: &Clause) -> Result<Option<f64>, ExecuteError> {
        let tree = self.compiler.scored_clause(clause)?;
        let judged = || Canonical::new(&tree).judged(self.reader, self.doc);
        Ok(self.clock.unheeded(judged)?)
    }

    /// Whether the document matches a clause that does not score.
    pub(super) fn matches(&self, clause: &Clause) -> Result<bool, ExecuteError> {
        let weight = self.compiler.matching_clause(clause)?;
        let asked = || {
            let mut asked = Asked::open(weight.as_ref(), self.reader, self.doc, 1.0)?;
            Ok::<_, ExecuteError>(asked.ask(self.doc) == SeekDangerResult::Found)
        };
        self.clock.unheeded(asked)
    }
}

/// What a clause counts that must match and does not score.
fn required_only(clause: u32) -> Explanation {
    let details = vec![
        Explanation::of(0.0, Reason::RequiredShare),
        Explanation::of(1.0, Reason::Constant { clause }),
    ];
    Explanation::from(0.0, Reason::Required, details)
}

/// How many places a clause takes in the preorder.
pub(super) fn size(clause: &Clause) -> u32 {
    1 + clause.inner().into_iter().map(size).sum::<u32>()
}
