//! What is said of a hit beside its document, as JSON: the named queries that it matches, and how its score came about.

use std::sync::Arc;

use serde_json::{Map, Value, json};
use shared::wire::clause::{BoostMode, ScoreMode};
use shared::wire::{Explanation, Reason};

use super::splice::Object;
use crate::resolve::Glossary;
use crate::search::{ExplainedHit, Said};

/// Writes what is said of the hits of an answer; the words of a query are put together once.
#[derive(Default)]
pub(in crate::api) struct Sayings {
    known: Vec<(Arc<Glossary>, Words)>,
}

/// The clauses of a query, and their functions, in words.
type Words = Vec<(String, Vec<String>)>;

impl Sayings {
    /// Where a hit is, which goes before all else.
    pub(super) fn place(said: &Said, index: &str, hit: &mut Object) {
        if let Some(explained) = &said.explained {
            hit.put("_shard", &format!("[{index}][{}]", explained.shard))
                .put("_node", &*explained.node);
        }
    }

    /// The names and the explanation.
    pub(super) fn put(&mut self, said: &Said, id: &str, with_scores: bool, hit: &mut Object) {
        if !said.named.is_empty() {
            if with_scores {
                let scores = said
                    .named
                    .iter()
                    .map(|(name, score)| (name.to_string(), shown(*score)));
                hit.put("matched_queries", &scores.collect::<Map<String, Value>>());
            } else {
                let names: Vec<&str> = said.named.iter().map(|(name, _)| &**name).collect();
                hit.put("matched_queries", &names);
            }
        }
        if let Some(ExplainedHit {
            explanation,
            glossary,
            ..
        }) = &said.explained
        {
            hit.put("_explanation", &self.explanation(explanation, glossary, id));
        }
    }

    /// An explanation in words.
    pub(in crate::api) fn explanation(
        &mut self,
        explanation: &Explanation,
        glossary: &Arc<Glossary>,
        id: &str,
    ) -> Value {
        let known = self.known.iter().position(|(of, _)| Arc::ptr_eq(of, glossary));
        let nth = known.unwrap_or_else(|| {
            self.known.push((Arc::clone(glossary), glossary.entries()));
            self.known.len() - 1
        });
        tree(explanation, &self.known[nth].1, id)
    }
}

fn tree(explanation: &Explanation, words: &Words, id: &str) -> Value {
    let details: Vec<Value> = explanation
        .details
        .iter()
        .map(|part| tree(part, words, id))
        .collect();
    json!({
        "value": value(explanation),
        "description": describe(&explanation.reason, words, id),
        "details": details,
    })
}

/// Counts are whole; the others have as many digits as scores have.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "no count is negative; scores are shown in single precision, and so is what they are made of"
)]
fn value(explanation: &Explanation) -> Value {
    match explanation.reason {
        Reason::Documents | Reason::DocumentsWithTerm => (explanation.value as u64).into(),
        _ => shown(explanation.value as f32),
    }
}

fn shown(score: f32) -> Value {
    score.to_string().parse::<f64>().unwrap_or_default().into()
}

fn describe(reason: &Reason, words: &Words, id: &str) -> String {
    let clause = |number: u32| {
        let entry = words.get(number as usize);
        entry.map_or("", |(text, _)| text.as_str())
    };
    match reason {
        Reason::Weight { clause: of } => format!("weight({} in {id}) [BM25], result of:", clause(*of)),
        Reason::Constant { clause: of } => clause(*of).to_owned(),
        Reason::Unmatched { clause: of } => format!("{} doesn't match id {id}", clause(*of)),
        Reason::TooLow { score_min } => {
            format!("Score value is too low, expected at least {score_min:?}")
        }
        Reason::RequiredUnmatched { clause: of } => format!("no match on required clause ({})", clause(*of)),
        Reason::ExcludedMatches { clause: of } => format!("match on prohibited clause ({})", clause(*of)),
        Reason::Score { frequency } => {
            format!("score(freq={frequency:?}), computed as boost * idf * tf from:")
        }
        Reason::Best { tie_breaker } if *tie_breaker == 0.0 => "max of:".to_owned(),
        Reason::Best { tie_breaker } => format!("max plus {tie_breaker:?} times others of:"),
        Reason::Rescored { boost_mode } => format!("function score, {} of:", boost_name(*boost_mode)),
        Reason::Functions { score_mode } => {
            format!("function score, score mode [{}]", mode_name(*score_mode))
        }
        Reason::Filter { clause: of } => format!("match filter: {}", clause(*of)),
        Reason::FunctionValue { clause: of, function } => {
            let entry = words.get(*of as usize);
            let text = entry.and_then(|(_, functions)| functions.get(*function as usize));
            text.cloned().unwrap_or_default()
        }
        fixed => fixed_text(fixed).to_owned(),
    }
}

/// What always reads the same.
fn fixed_text(reason: &Reason) -> &'static str {
    match reason {
        Reason::ConditionFailed => "Failure to meet condition(s) of required/prohibited clause(s)",
        Reason::TooFewAlternatives => "No matching clauses, or fewer than must match",
        Reason::Required => "match on required clause, product of:",
        Reason::RequiredShare => "# clause",
        Reason::Sum => "sum of:",
        Reason::Boost => "boost",
        Reason::Idf => "idf, computed as log(1 + (N - n + 0.5) / (n + 0.5)) from:",
        Reason::IdfSum => "idf, sum of:",
        Reason::DocumentsWithTerm => "n, number of documents containing term",
        Reason::Documents => "N, total number of documents",
        Reason::Tf => "tf, computed as freq / (freq + k1 * (1 - b + b * dl / avgdl)) from:",
        Reason::Frequency => "freq, occurrences of term within document",
        Reason::PhraseFrequency => "freq, occurrences of phrase within document",
        Reason::Saturation => "k1, term saturation parameter",
        Reason::Normalization => "b, length normalization parameter",
        Reason::Length => "dl, length of field",
        Reason::AverageLength => "avgdl, average length of field",
        Reason::Limited => "min of:",
        Reason::Limit => "maxBoost",
        Reason::NoFunction => "No function matched",
        Reason::Function => "function score, product of:",
        Reason::Product => "product of:",
        Reason::Weighted => "weight",
        Reason::Weight { .. }
        | Reason::Constant { .. }
        | Reason::Unmatched { .. }
        | Reason::TooLow { .. }
        | Reason::RequiredUnmatched { .. }
        | Reason::ExcludedMatches { .. }
        | Reason::Score { .. }
        | Reason::Best { .. }
        | Reason::Rescored { .. }
        | Reason::Functions { .. }
        | Reason::Filter { .. }
        | Reason::FunctionValue { .. } => "",
    }
}

fn boost_name(mode: BoostMode) -> &'static str {
    match mode {
        BoostMode::Multiply => "product",
        BoostMode::Replace => "the functions' value",
        BoostMode::Sum => "sum",
        BoostMode::Mean => "avg",
        BoostMode::Max => "max",
        BoostMode::Min => "min",
    }
}

fn mode_name(mode: ScoreMode) -> &'static str {
    match mode {
        ScoreMode::Multiply => "multiply",
        ScoreMode::Sum => "sum",
        ScoreMode::Mean => "avg",
        ScoreMode::First => "first",
        ScoreMode::Max => "max",
        ScoreMode::Min => "min",
    }
}
