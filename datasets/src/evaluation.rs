//! Measures of ranking quality as `trec_eval` computes them, and their averages over a set of judged queries.
//!
//! A ranking is a list of document ids, best first. Documents without a judgment count as not relevant. A document that
//! comes twice in a ranking earns its gain once and still takes up both ranks.

use std::collections::{BTreeMap, HashSet};

use crate::qrels::{Judgments, Qrels};

/// How deep average precision looks into a ranking, in documents.
pub const AVERAGE_PRECISION_DEPTH: usize = 1000;

/// Normalised discounted cumulative gain of the first `k` documents (Järvelin and Kekäläinen, 2002).
///
/// A document's gain is its relevance, divided by log2(rank + 1); the sum is divided by that of the best possible
/// ranking. `None` if no document is relevant.
#[must_use]
pub fn ndcg(ranking: &[String], judgments: &Judgments, k: usize) -> Option<f64> {
    let mut best: Vec<i32> = judgments.relevant().collect();
    best.sort_unstable_by(|left, right| right.cmp(left));
    let ideal = discounted_gain(best.into_iter().take(k));
    (ideal > 0.0).then(|| discounted_gain(relevances(ranking, judgments, k)) / ideal)
}

/// Average precision over the first 1000 documents: the mean, over all relevant documents, of the precision at the
/// rank where each was found, 0 for those that were not. `None` if no document is relevant.
#[must_use]
pub fn average_precision(ranking: &[String], judgments: &Judgments) -> Option<f64> {
    let mut found = 0.0;
    let mut precisions = 0.0;
    for (rank, relevance) in (1_u32..).zip(relevances(ranking, judgments, AVERAGE_PRECISION_DEPTH)) {
        if relevance > 0 {
            found += 1.0;
            precisions += found / f64::from(rank);
        }
    }
    relevant_documents(judgments).map(|relevant| precisions / relevant)
}

/// The share of the relevant documents that are among the first `k`. `None` if no document is relevant.
#[must_use]
pub fn recall(ranking: &[String], judgments: &Judgments, k: usize) -> Option<f64> {
    let found = relevances(ranking, judgments, k)
        .filter(|relevance| *relevance > 0)
        .count();
    relevant_documents(judgments).map(|relevant| found as f64 / relevant)
}

/// The measures of one query, or their means over several.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Measures {
    /// nDCG of the first 10 documents.
    pub ndcg_at_10: f64,
    /// Average precision over the first 1000 documents; its mean over queries is MAP.
    pub average_precision: f64,
    /// Recall in the first 100 documents.
    pub recall_at_100: f64,
    /// Recall in the first 1000 documents.
    pub recall_at_1000: f64,
}

impl Measures {
    /// Measures one ranking. `None` if no document is relevant.
    #[must_use]
    pub fn of(ranking: &[String], judgments: &Judgments) -> Option<Self> {
        Some(Self {
            ndcg_at_10: ndcg(ranking, judgments, 10)?,
            average_precision: average_precision(ranking, judgments)?,
            recall_at_100: recall(ranking, judgments, 100)?,
            recall_at_1000: recall(ranking, judgments, 1000)?,
        })
    }
}

/// The measures of a whole set of queries.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Report {
    /// The means over all evaluated queries; 0 if there are none.
    pub mean: Measures,
    /// The measures of each query, by its id.
    pub queries: BTreeMap<String, Measures>,
    /// How many of the evaluated queries had no ranking at all. They count as 0 in the means.
    pub unanswered: usize,
}

impl Report {
    /// Evaluates the rankings, given by query id.
    ///
    /// Every judged query with a relevant document counts, answered or not; all other queries are left out.
    #[must_use]
    pub fn of(qrels: &Qrels, rankings: &BTreeMap<String, Vec<String>>) -> Self {
        let mut report = Self::default();
        for (query, judgments) in qrels.iter() {
            let ranking = rankings.get(query);
            if let Some(measures) = Measures::of(ranking.map_or(&[], Vec::as_slice), judgments) {
                report.unanswered += usize::from(ranking.is_none());
                report.queries.insert(query.to_owned(), measures);
            }
        }
        report.mean = Measures {
            ndcg_at_10: report.mean_of(|measures| measures.ndcg_at_10),
            average_precision: report.mean_of(|measures| measures.average_precision),
            recall_at_100: report.mean_of(|measures| measures.recall_at_100),
            recall_at_1000: report.mean_of(|measures| measures.recall_at_1000),
        };
        report
    }

    fn mean_of(&self, measure: fn(&Measures) -> f64) -> f64 {
        let sum: f64 = self.queries.values().map(measure).sum();
        if self.queries.is_empty() {
            0.0
        } else {
            sum / self.queries.len() as f64
        }
    }
}

/// The relevance of each of the first `k` documents, 0 for one that was already there.
fn relevances(ranking: &[String], judgments: &Judgments, k: usize) -> impl Iterator<Item = i32> {
    let mut seen = HashSet::new();
    ranking.iter().take(k).map(move |document| {
        let relevance = judgments.relevance(document);
        if relevance > 0 && !seen.insert(document) {
            0
        } else {
            relevance
        }
    })
}

fn discounted_gain(relevances: impl Iterator<Item = i32>) -> f64 {
    (1_u32..)
        .zip(relevances)
        .map(|(rank, relevance)| f64::from(relevance.max(0)) / f64::from(rank + 1).log2())
        .sum()
}

/// The number of relevant documents, if there are any.
fn relevant_documents(judgments: &Judgments) -> Option<f64> {
    Some(judgments.relevant().count() as f64).filter(|relevant| *relevant > 0.0)
}

#[cfg(test)]
#[path = "evaluation_tests.rs"]
mod tests;
