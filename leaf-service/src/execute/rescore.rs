//! Scores changed by functions of the document.
//!
//! Its clause is scored canonically, so that the result is a pure function of the document, the query and the statistics,
//! and so is what a least score lets through.

use std::sync::Arc;

use shared::wire::clause::{
    BoostMode, Clause, DecayShape, Function, FunctionValue, Modifier, Pick, Rescore, ScoreMode,
};
use tantivy::columnar::Column;
use tantivy::query::{Explanation, Scorer, Weight};
use tantivy::{DocId, DocSet, Score, SeekDangerResult, SegmentReader, TERMINATED};

use super::canonical::Canonical;
use super::clock::Clock;
use super::compile::Compiler;
use super::error::ExecuteError;
use super::numbers::Numbers;
use super::plan::Node;
use super::stepwise::Asked;
use super::validate::BOOST_MAX;
use super::weights::unexplained;

impl Compiler<'_> {
    /// A clause whose score changes.
    pub(super) fn rescored(&self, clause: &Clause, rescore: &Rescore) -> Result<RescoreWeight, ExecuteError> {
        let filter = |function: &Function| {
            let filter = function.filter.as_ref();
            filter.map(|filter| self.matching_clause(filter)).transpose()
        };
        Ok(RescoreWeight {
            tree: self.scored_clause(clause)?,
            matching: self.matching_clause(clause)?,
            filters: rescore.functions.iter().map(filter).collect::<Result<_, _>>()?,
            rescore: Arc::new(rescore.clone()),
            clock: self.clock.clone(),
        })
    }
}

/// Matches what a clause matches, unless the score is too low; scores as the functions say.
pub(super) struct RescoreWeight {
    tree: Node,
    matching: Arc<dyn Weight>,
    /// Of each function.
    filters: Vec<Option<Arc<dyn Weight>>>,
    rescore: Arc<Rescore>,
    clock: Clock,
}

impl Weight for RescoreWeight {
    fn scorer(&self, reader: &SegmentReader, boost: Score) -> tantivy::Result<Box<dyn Scorer>> {
        let mut functions = Vec::with_capacity(self.filters.len());
        for (filter, function) in self.filters.iter().zip(&self.rescore.functions) {
            let filter = filter.as_deref();
            functions.push(Opened {
                filter: filter
                    .map(|weight| Asked::open(weight, reader, 0, 1.0))
                    .transpose()?,
                input: Input::open(reader, &function.value)?,
            });
        }
        let mut scorer = Rescored {
            matching: self.matching.scorer(reader, 1.0)?,
            canonical: Canonical::opened(&self.tree, reader)?,
            reader: reader.clone(),
            functions,
            rescore: Arc::clone(&self.rescore),
            clock: self.clock.clone(),
            boost,
            scored: None,
            numbers: Vec::new(),
        };
        scorer.find();
        Ok(Box::new(scorer))
    }

    fn explain(&self, _reader: &SegmentReader, _doc: DocId) -> tantivy::Result<Explanation> {
        Err(unexplained())
    }
}

/// A function in a segment.
struct Opened {
    filter: Option<Asked>,
    input: Input,
}

/// What a function reads.
pub(super) enum Input {
    Nothing,
    Keys(Column<u64>),
    Numbers(Numbers),
}

impl Input {
    pub(super) fn open(reader: &SegmentReader, value: &FunctionValue) -> tantivy::Result<Self> {
        Ok(match value {
            FunctionValue::One => Self::Nothing,
            FunctionValue::Random { .. } => Self::Keys(reader.fast_fields().u64(crate::view::KEY)?),
            FunctionValue::Field { path, .. } | FunctionValue::Decay { path, .. } => {
                Self::Numbers(Numbers::open(reader, path)?)
            }
        })
    }
}

struct Rescored {
    matching: Box<dyn Scorer>,
    canonical: Canonical,
    reader: SegmentReader,
    functions: Vec<Opened>,
    rescore: Arc<Rescore>,
    clock: Clock,
    boost: Score,
    /// The document scored last.
    scored: Option<(DocId, f32)>,
    numbers: Vec<f64>,
}

impl Rescored {
    /// Goes on to a document that scores enough, unless this one does.
    fn find(&mut self) -> DocId {
        let Some(least) = self.rescore.score_min else {
            return self.matching.doc();
        };
        while self.matching.doc() < TERMINATED && self.scored() < least {
            if self.clock.expired_after(1) {
                break;
            }
            self.matching.advance();
        }
        self.matching.doc()
    }

    /// The score of the document at hand.
    fn scored(&mut self) -> f32 {
        let doc = self.matching.doc();
        if let Some((of, score)) = self.scored
            && of == doc
        {
            return score;
        }
        // Deleted documents leave no trace, nor errors.
        if self
            .reader
            .alive_bitset()
            .is_some_and(|alive| alive.is_deleted(doc))
        {
            return 0.0;
        }
        let inner = match self.canonical.exactly(&self.reader, doc) {
            Ok(score) => score.unwrap_or_default(),
            Err(error) => {
                // Cannot be: everything has been opened.
                self.clock.refuse(format!("a score cannot be computed: {error}"));
                0.0
            }
        };
        let score = match self.value(doc).and_then(|value| self.combined(inner, value)) {
            Ok(score) => score,
            Err(reason) => {
                self.clock.refuse(reason);
                0.0
            }
        };
        self.scored = Some((doc, score));
        score
    }

    #[expect(
        clippy::cast_possible_truncation,
        reason = "the one rounding of the result; it is within the range of f32"
    )]
    fn combined(&self, score: f64, value: f64) -> Result<f32, String> {
        let value = value.min(f64::from(self.rescore.function_max));
        let combined = match self.rescore.boost_mode {
            BoostMode::Multiply => score * value,
            BoostMode::Replace => value,
            BoostMode::Sum => score + value,
            BoostMode::Mean => f64::midpoint(score, value),
            BoostMode::Max => score.max(value),
            BoostMode::Min => score.min(value),
        };
        if (0.0..=f64::from(BOOST_MAX)).contains(&combined) {
            Ok(combined as f32)
        } else {
            Err(format!(
                "function score query returned an invalid score: {combined}; it must be from 0 to {BOOST_MAX:e}"
            ))
        }
    }

    /// The value of all functions together.
    fn value(&mut self, doc: DocId) -> Result<f64, String> {
        let mut values = Values::of(self.rescore.score_mode);
        for (opened, function) in self.functions.iter_mut().zip(&self.rescore.functions) {
            if let Some(filter) = &mut opened.filter
                && filter.ask(doc) != SeekDangerResult::Found
            {
                continue;
            }
            let value = opened.input.value(&function.value, doc, &mut self.numbers)?;
            if values.add(f64::from(function.weight), value) {
                break;
            }
        }
        Ok(values.together())
    }
}

/// The values of functions as they become one.
pub(super) struct Values {
    mode: ScoreMode,
    all: Option<f64>,
    weights: f64,
}

impl Values {
    pub(super) fn of(mode: ScoreMode) -> Self {
        Self {
            mode,
            all: None,
            weights: 0.0,
        }
    }

    /// Adds a function's weight and value; true if no other counts any more.
    pub(super) fn add(&mut self, weight: f64, value: f64) -> bool {
        let value = weight * value;
        self.weights += weight;
        self.all = Some(match (self.all, self.mode) {
            (None, _) => value,
            (Some(product), ScoreMode::Multiply) => product * value,
            (Some(sum), ScoreMode::Sum | ScoreMode::Mean) => sum + value,
            (Some(first), ScoreMode::First) => first,
            (Some(greatest), ScoreMode::Max) => greatest.max(value),
            (Some(least), ScoreMode::Min) => least.min(value),
        });
        self.mode == ScoreMode::First
    }

    /// What they come to; 1 without any.
    pub(super) fn together(&self) -> f64 {
        match self.all {
            Some(sum) if self.mode == ScoreMode::Mean && self.weights > 0.0 => sum / self.weights,
            Some(value) => value,
            None => 1.0,
        }
    }
}

impl Input {
    /// The value of the function, or why a document has none.
    pub(super) fn value(
        &self,
        value: &FunctionValue,
        doc: DocId,
        numbers: &mut Vec<f64>,
    ) -> Result<f64, String> {
        numbers.clear();
        if let Self::Numbers(columns) = self {
            columns.of(doc, numbers);
        }
        match value {
            FunctionValue::One => Ok(1.0),
            FunctionValue::Random { seed } => {
                let Self::Keys(keys) = self else { return Ok(0.0) };
                Ok(random_share(keys.first(doc).unwrap_or_default(), *seed))
            }
            FunctionValue::Field {
                path,
                factor,
                modifier,
                missing,
            } => {
                let Some(number) = numbers.first().copied().or(*missing) else {
                    return Err(format!(
                        "Missing value for field [{path}]: a document has none; give [missing] to [field_value_factor]"
                    ));
                };
                let result = modified(number * factor, *modifier);
                if result.is_finite() && result >= 0.0 {
                    Ok(result)
                } else {
                    Err(format!(
                        "field value function must produce finite and non negative scores, but got [{result}] for field value [{number}] of the field [{path}]"
                    ))
                }
            }
            FunctionValue::Decay {
                origin,
                offset,
                rate,
                shape,
                pick,
                path: _,
            } => {
                for number in numbers.iter_mut() {
                    *number = ((*number - origin).abs() - offset).max(0.0);
                }
                Ok(picked(numbers, *pick).map_or(1.0, |distance| decayed(distance, *rate, *shape)))
            }
        }
    }
}

/// A number in [0, 1) made of a key and a seed (the finalizer of Steele's `SplitMix`).
fn random_share(key: u64, seed: u64) -> f64 {
    let mut mixed = key ^ seed.wrapping_mul(0x9E37_79B9_7F4A_7C15);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    ((mixed ^ (mixed >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
}

fn modified(number: f64, modifier: Modifier) -> f64 {
    match modifier {
        Modifier::None => number,
        Modifier::Log => number.log10(),
        Modifier::Log1p => (number + 1.0).log10(),
        Modifier::Log2p => (number + 2.0).log10(),
        Modifier::Ln => number.ln(),
        Modifier::Ln1p => number.ln_1p(),
        Modifier::Ln2p => (number + 2.0).ln(),
        Modifier::Square => number * number,
        Modifier::Sqrt => number.sqrt(),
        Modifier::Reciprocal => number.recip(),
    }
}

fn picked(distances: &[f64], pick: Pick) -> Option<f64> {
    let sum = || distances.iter().sum::<f64>();
    match pick {
        _ if distances.is_empty() => None,
        Pick::Min => distances.iter().copied().reduce(f64::min),
        Pick::Max => distances.iter().copied().reduce(f64::max),
        Pick::Mean => Some(sum() / distances.len() as f64),
        Pick::Sum => Some(sum()),
    }
}

fn decayed(distance: f64, rate: f64, shape: DecayShape) -> f64 {
    match shape {
        DecayShape::Gauss => (rate * distance * distance).exp(),
        DecayShape::Exponential => (rate * distance).exp(),
        DecayShape::Linear => ((rate - distance) / rate).max(0.0),
    }
}

impl DocSet for Rescored {
    fn advance(&mut self) -> DocId {
        self.matching.advance();
        self.find()
    }

    fn seek(&mut self, target: DocId) -> DocId {
        if target > self.matching.doc() {
            self.matching.seek(target);
        }
        self.find()
    }

    fn doc(&self) -> DocId {
        self.matching.doc()
    }

    fn size_hint(&self) -> u32 {
        self.matching.size_hint()
    }

    fn cost(&self) -> u64 {
        self.matching.cost().saturating_mul(2)
    }
}

impl Scorer for Rescored {
    fn score(&mut self) -> Score {
        self.scored() * self.boost
    }
}
