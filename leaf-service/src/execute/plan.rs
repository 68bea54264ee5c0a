//! What is known of a query before it runs: its scoring tree, how it may be pruned, and how exact tantivy's score is.

use std::sync::Arc;

use shared::wire::{SearchRequest, Statistics};
use tantivy::SegmentReader;
use tantivy::query::Weight;
use tantivy::schema::Field;

use super::assemble::weight_of;
use super::clock::Clock;
use super::compile::{Compiler, needs_phrase};
use super::error::ExecuteError;
use super::sorted;
use crate::view::View;

/// Terms of one query beyond which block-WAND loses to going through all matches (measured: at 10 it wins by a quarter,
/// at 15 it loses by as much, at 1,000 it takes 170 times as long).
const PRUNED_TERMS_MAX: usize = 12;

/// The most work of block-WAND on a segment, in terms times postings: nothing can stop it between two candidates, and
/// where it finds little to skip it takes 1 to 3 ns for each (measured). Beyond, going through all matches is faster too.
const PRUNED_WORK_MAX: f64 = 2e6;

/// A compiled query. It fits every shard with as many text slots as the one that it was compiled for.
pub(super) struct Plan {
    /// For hits.
    pub(super) ranking: Option<Ranking>,
    /// For counts that the hits do not bring along.
    pub(super) matching: Option<Arc<dyn Weight>>,
    /// Whether `matching` is looked at candidate by candidate.
    pub(super) stepwise: bool,
    /// Text slots of the shards that it fits.
    pub(super) slots: usize,
}

impl Plan {
    /// Compiles a validated request for a shard.
    pub(super) fn new(view: &View, request: &SearchRequest, clock: &Clock) -> Result<Self, ExecuteError> {
        let compiler = Compiler::new(view, request, clock);
        let ranking = if request.k > 0 && sorted::is_scored(request) {
            Some(Ranking::new(compiler.scored()?, clock))
        } else {
            None
        };
        // A pass that prunes does not see all matches; one by other criteria does.
        let apart = ranking
            .as_ref()
            .is_none_or(|ranking| ranking.pruned.is_some() && !sorted::sees_all(request));
        let matching = if request.count_max > 0 && apart || ranking.is_none() {
            Some(compiler.matching()?)
        } else {
            None
        };
        Ok(Self {
            ranking,
            matching,
            stepwise: needs_phrase(&request.query.clause),
            slots: view.schema.text.len(),
        })
    }
}

/// How hits are found and scored.
pub(super) struct Ranking {
    /// The canonical score's tree.
    pub(super) tree: Node,
    /// Finds matches with tantivy's score, in single precision and in an order of its own.
    pub(super) scoring: Box<dyn Weight>,
    /// The text fields of the terms, if tantivy can prune the query.
    pub(super) pruned: Option<Vec<Field>>,
    /// Whether it is looked at candidate by candidate.
    pub(super) phrase: bool,
    /// Whether tantivy's score is the canonical one, to the last bit.
    pub(super) exact: bool,
    /// How far tantivy's score may be from the canonical one, relatively.
    pub(super) tolerance: f64,
}

impl Ranking {
    pub(super) fn new(tree: Node, clock: &Clock) -> Self {
        // Each operation in single precision is off by at most 2^-24; scores are not negative, so nothing cancels.
        let tolerance = (tree.nodes() + 4) as f64 * (-23.0_f64).exp2();
        Self {
            scoring: weight_of(&tree, clock),
            pruned: tree.pruned(),
            phrase: tree.needs_phrase(),
            exact: tree.addends().is_some(),
            tolerance,
            tree,
        }
    }

    /// Whether pruning a segment is worth its while, and soon done.
    ///
    /// A conjunction always is: its rarest term bounds it.
    pub(super) fn prunes(&self, reader: &SegmentReader, statistics: &Statistics) -> bool {
        if self.pruned.is_none() {
            return false;
        }
        let Node::Bool { should, .. } = &self.tree else {
            return true;
        };
        let share = f64::from(reader.max_doc()) / statistics.documents.max(1) as f64;
        let frequencies = statistics.frequencies.iter().map(|frequency| *frequency as f64);
        let postings = frequencies.sum::<f64>() * share;
        should.len() as f64 * postings <= PRUNED_WORK_MAX
    }

    /// How much lower than the true score the bound of a block may be in this segment.
    ///
    /// A block's bound is the score of the one document that is best if the average length is the segment's. Under the
    /// global average the true maximum is at most `max(r, 1/r)` times as high, where `r` is the ratio of the averages.
    pub(super) fn bound_factor(
        &self,
        reader: &SegmentReader,
        statistics: &Statistics,
        view: &View,
    ) -> Result<f64, ExecuteError> {
        const ROUNDING: f64 = 1.0 - 1.0 / (1_u32 << 20) as f64;
        let mut factor = 1.0_f64;
        for field in self.pruned.iter().flatten() {
            let slot = view.schema.text.iter().position(|of| of == field);
            let global = statistics
                .tokens
                .iter()
                .find(|(of, _)| Some(usize::from(*of)) == slot)
                .map_or(0.0, |(_, tokens)| {
                    *tokens as f64 / statistics.documents.max(1) as f64
                });
            let tokens = reader.inverted_index(*field)?.total_num_tokens();
            let local = tokens as f64 / f64::from(reader.max_doc());
            if global > 0.0 && local > 0.0 {
                factor = factor.min(global / local).min(local / global);
            } else if tokens > 0 {
                factor = 0.0;
            }
        }
        Ok(factor * ROUNDING)
    }
}

/// A clause that scores by itself.
pub(super) struct Leaf {
    pub(super) weight: Arc<dyn Weight>,
    /// The field, if it is one term of text.
    pub(super) text: Option<Field>,
    /// Whether it is a phrase, or a conjunction with one that scores a constant.
    pub(super) phrase: bool,
}

impl Leaf {
    /// Anything but a term of text or a phrase.
    pub(super) fn other(weight: Arc<dyn Weight>) -> Self {
        Self {
            weight,
            text: None,
            phrase: false,
        }
    }

    /// A phrase.
    pub(super) fn phrase(weight: Arc<dyn Weight>) -> Self {
        Self {
            phrase: true,
            ..Self::other(weight)
        }
    }
}

/// A node of the scoring tree.
pub(super) enum Node {
    /// Scores by itself.
    Leaf(Leaf),
    /// The sum of what matches of `must` and `should`.
    Bool {
        must: Vec<Node>,
        should: Vec<Node>,
        /// Never empty when `must` is empty and `should_min` is 0.
        filter: Vec<Arc<dyn Weight>>,
        must_not: Vec<Arc<dyn Weight>>,
        should_min: usize,
        /// Whether it is a conjunction in which a phrase is required or excluded.
        phrase: bool,
    },
    /// The best one, plus a share of the others.
    BestOf { clauses: Vec<Node>, tie_breaker: f32 },
}

impl Node {
    /// A conjunction or disjunction of one clause is that clause.
    pub(super) fn simplified(self) -> Self {
        match self {
            Self::Bool {
                mut must,
                mut should,
                filter,
                must_not,
                should_min,
                phrase,
            } => {
                let plain = filter.is_empty() && must_not.is_empty();
                let (musts, shoulds) = (must.len(), should.len());
                let only = match (plain, musts, shoulds, should_min) {
                    (true, 1, 0, 0) => must.pop(),
                    (true, 0, 1, 1) => should.pop(),
                    _ => None,
                };
                only.unwrap_or(Self::Bool {
                    must,
                    should,
                    filter,
                    must_not,
                    should_min,
                    phrase,
                })
            }
            Self::Leaf(_) | Self::BestOf { .. } => self,
        }
    }

    /// Whether it is a phrase, or a conjunction with one.
    pub(super) fn needs_phrase(&self) -> bool {
        match self {
            Self::Leaf(leaf) => leaf.phrase,
            Self::Bool { phrase, .. } => *phrase,
            Self::BestOf { .. } => false,
        }
    }

    /// The fields of its terms, if tantivy prunes such a query: a term, or a flat conjunction or disjunction of terms.
    fn pruned(&self) -> Option<Vec<Field>> {
        let text_of = |node: &Self| match node {
            Self::Leaf(leaf) => leaf.text,
            Self::Bool { .. } | Self::BestOf { .. } => None,
        };
        match self {
            Self::Leaf(leaf) => leaf.text.map(|field| vec![field]),
            Self::Bool {
                must,
                should,
                filter,
                must_not,
                should_min,
                phrase: _,
            } => {
                let flat = match (must.len(), should.len(), should_min) {
                    (terms, 0, 0) => terms,
                    (0, terms, 1) => terms,
                    _ => 0,
                };
                if !(2..=PRUNED_TERMS_MAX).contains(&flat) || !filter.is_empty() || !must_not.is_empty() {
                    return None;
                }
                let mut fields: Vec<Field> = must.iter().chain(should).map(text_of).collect::<Option<_>>()?;
                fields.sort_unstable();
                fields.dedup();
                Some(fields)
            }
            Self::BestOf { .. } => None,
        }
    }

    /// How many scores make up a document's score at most, if tantivy's sum of them is exact: a sum of two is rounded
    /// once, whether it is rounded in single precision at once or in double precision first.
    fn addends(&self) -> Option<usize> {
        match self {
            Self::Leaf(_) => Some(1),
            Self::Bool { must, should, .. } => {
                let mut sum = 0;
                for node in must.iter().chain(should) {
                    sum += node.addends()?;
                }
                (sum <= 2).then_some(sum)
            }
            Self::BestOf { clauses, tie_breaker } if *tie_breaker == 0.0 => {
                let mut most = 0;
                for node in clauses {
                    most = most.max(node.addends()?);
                }
                Some(most)
            }
            Self::BestOf { .. } => None,
        }
    }

    fn nodes(&self) -> usize {
        let inner = match self {
            Self::Leaf(_) => 0,
            Self::Bool { must, should, .. } => must.iter().chain(should).map(Self::nodes).sum(),
            Self::BestOf { clauses, .. } => clauses.iter().map(Self::nodes).sum(),
        };
        1 + inner
    }
}
