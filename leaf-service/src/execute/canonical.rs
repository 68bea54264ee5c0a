//! The canonical score of a document: a pure function of the document, the query and the global statistics.
//!
//! tantivy adds up the scores of clauses in single precision, and in an order that depends on the segment. The canonical
//! score adds the same scores in the order of the clauses, in double precision, and rounds once. So a document scores the
//! same, to the last bit, however the index is cut into shards and segments.

use std::sync::Arc;

use tantivy::query::{Scorer, Weight};
use tantivy::{DocId, SeekDangerResult, SegmentReader};

use super::plan::Node;
use super::stepwise::Asked;

/// Computes canonical scores of documents of one segment, in ascending order.
pub(super) struct Canonical {
    root: State,
}

impl Canonical {
    pub(super) fn new(tree: &Node) -> Self {
        Self {
            root: State::new(tree),
        }
    }

    /// As [`Self::new`], with all of it opened at once: what it says later needs no reading that could fail.
    pub(super) fn opened(tree: &Node, reader: &SegmentReader) -> tantivy::Result<Self> {
        let mut canonical = Self::new(tree);
        canonical.root.open(reader)?;
        Ok(canonical)
    }

    /// The score of a document that is known to match, in double precision.
    pub(super) fn exactly(&mut self, reader: &SegmentReader, doc: DocId) -> tantivy::Result<Option<f64>> {
        self.root.score(reader, doc, true)
    }

    /// The score of any document, in double precision; `None` if it does not match. Documents come in ascending order.
    pub(super) fn judged(&mut self, reader: &SegmentReader, doc: DocId) -> tantivy::Result<Option<f64>> {
        self.root.score(reader, doc, false)
    }

    /// The score of a document that is known to match. Documents come in ascending order.
    pub(super) fn score(&mut self, reader: &SegmentReader, doc: DocId) -> tantivy::Result<Option<f32>> {
        let score = self.root.score(reader, doc, true)?;
        Ok(score.map(rounded))
    }
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "the one rounding of a canonical score; boosts are limited so that it stays finite"
)]
pub(super) fn rounded(score: f64) -> f32 {
    score as f32
}

/// A clause's scorer, opened when it is first asked.
struct Lazy {
    weight: Arc<dyn Weight>,
    asked: Option<Asked>,
}

impl Lazy {
    fn new(weight: &Arc<dyn Weight>) -> Self {
        Self {
            weight: Arc::clone(weight),
            asked: None,
        }
    }

    /// The scorer, if it matches the document.
    fn at(&mut self, reader: &SegmentReader, doc: DocId) -> tantivy::Result<Option<&mut Box<dyn Scorer>>> {
        let asked = match &mut self.asked {
            Some(asked) => asked,
            closed => closed.insert(Asked::open(self.weight.as_ref(), reader, doc, 1.0)?),
        };
        let found = asked.ask(doc) == SeekDangerResult::Found;
        Ok(found.then_some(&mut asked.scorer))
    }
}

enum State {
    Leaf(Lazy),
    Bool {
        must: Vec<State>,
        should: Vec<State>,
        filter: Vec<Lazy>,
        must_not: Vec<Lazy>,
        should_min: usize,
    },
    BestOf {
        clauses: Vec<State>,
        tie_breaker: f64,
    },
}

impl State {
    fn new(node: &Node) -> Self {
        let all = |nodes: &[Node]| nodes.iter().map(Self::new).collect();
        match node {
            Node::Leaf(leaf) => Self::Leaf(Lazy::new(&leaf.weight)),
            Node::Bool {
                must,
                should,
                filter,
                must_not,
                should_min,
                phrase: _,
            } => Self::Bool {
                must: all(must),
                should: all(should),
                filter: filter.iter().map(Lazy::new).collect(),
                must_not: must_not.iter().map(Lazy::new).collect(),
                should_min: *should_min,
            },
            Node::BestOf { clauses, tie_breaker } => Self::BestOf {
                clauses: all(clauses),
                tie_breaker: f64::from(*tie_breaker),
            },
        }
    }

    fn open(&mut self, reader: &SegmentReader) -> tantivy::Result<()> {
        match self {
            Self::Leaf(lazy) => lazy.at(reader, 0).map(|_| ()),
            Self::Bool {
                must,
                should,
                filter,
                must_not,
                should_min: _,
            } => {
                for lazy in filter.iter_mut().chain(must_not) {
                    lazy.at(reader, 0)?;
                }
                must.iter_mut()
                    .chain(should)
                    .try_for_each(|state| state.open(reader))
            }
            Self::BestOf { clauses, .. } => clauses.iter_mut().try_for_each(|state| state.open(reader)),
        }
    }

    /// The score, or `None` without a match. `known` says that the document matches, so that filters need not be asked.
    fn score(&mut self, reader: &SegmentReader, doc: DocId, known: bool) -> tantivy::Result<Option<f64>> {
        match self {
            Self::Leaf(lazy) => Ok(lazy.at(reader, doc)?.map(|scorer| f64::from(scorer.score()))),
            Self::Bool {
                must,
                should,
                filter,
                must_not,
                should_min,
            } => {
                if !known && !passes(filter, must_not, reader, doc)? {
                    return Ok(None);
                }
                let mut sum = 0.0;
                for clause in must {
                    match clause.score(reader, doc, known)? {
                        Some(score) => sum += score,
                        None => return Ok(None),
                    }
                }
                let mut matching = 0;
                for clause in should {
                    if let Some(score) = clause.score(reader, doc, false)? {
                        sum += score;
                        matching += 1;
                    }
                }
                Ok((matching >= *should_min).then_some(sum))
            }
            Self::BestOf { clauses, tie_breaker } => {
                let mut scores = Vec::with_capacity(clauses.len());
                for clause in clauses {
                    scores.extend(clause.score(reader, doc, false)?);
                }
                Ok(best_of(&scores, *tie_breaker))
            }
        }
    }
}

fn passes(
    filter: &mut [Lazy],
    must_not: &mut [Lazy],
    reader: &SegmentReader,
    doc: DocId,
) -> tantivy::Result<bool> {
    for clause in filter {
        if clause.at(reader, doc)?.is_none() {
            return Ok(false);
        }
    }
    for clause in must_not {
        if clause.at(reader, doc)?.is_some() {
            return Ok(false);
        }
    }
    Ok(true)
}

/// The best score plus a share of the others, added in the order of the clauses.
pub(super) fn best_of(scores: &[f64], tie_breaker: f64) -> Option<f64> {
    let (best_at, best) = scores
        .iter()
        .copied()
        .enumerate()
        .reduce(|best, other| if other.1 > best.1 { other } else { best })?;
    let others = scores.iter().enumerate().filter(|(at, _)| *at != best_at);
    Some(best + tie_breaker * others.map(|(_, score)| score).sum::<f64>())
}
