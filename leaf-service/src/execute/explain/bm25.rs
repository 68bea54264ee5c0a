//! What the BM25 of a term, of terms taken for one, or of a phrase is made of.

use shared::wire::clause::{Clause, Field};
use shared::wire::{Explanation, Reason};
use tantivy::postings::Postings as _;
use tantivy::query::Bm25StatisticsProvider as _;
use tantivy::schema::IndexRecordOption;
use tantivy::{DocSet as _, Term};

use super::tree::Explainer;
use crate::execute::bm25::Provided;
use crate::execute::error::ExecuteError;
use crate::execute::sloppy::Sloppy;
use crate::execute::stepwise::Opens as _;

/// BM25's parameters, as tantivy has them.
const K1: f64 = 1.2;
const B: f64 = 0.75;

/// What a document has of a clause.
struct Occurring<'a> {
    field: &'a Field,
    /// The tantivy field.
    place: tantivy::schema::Field,
    /// Documents with each of the terms.
    documents_with: Vec<u64>,
    frequency: u32,
    phrase: bool,
}

impl Explainer<'_> {
    /// Explains a clause that scores BM25.
    pub(super) fn weight(
        &self,
        clause: &Clause,
        number: u32,
        boost: f32,
    ) -> Result<Explanation, ExecuteError> {
        let Some(score) = self.score(clause)? else {
            return Ok(Explanation::none(
                Reason::Unmatched { clause: number },
                Vec::new(),
            ));
        };
        let occurring = self.occurring(clause)?;
        let documents = Provided::new(self.statistics, occurring.field, &[]).documents();
        let (frequency, tf) = self.tf(&occurring)?;
        let boost = f64::from(boost) * (K1 + 1.0);
        let details = vec![
            Explanation::of(boost, Reason::Boost),
            idf(&occurring.documents_with, documents),
            tf,
        ];
        let made = Explanation::from(score, Reason::Score { frequency }, details);
        Ok(Explanation::from(
            score,
            Reason::Weight { clause: number },
            vec![made],
        ))
    }

    fn occurring(&self, clause: &Clause) -> Result<Occurring<'_>, ExecuteError> {
        match clause {
            Clause::Synonyms { terms, .. } => self.any_of_terms(terms),
            Clause::Phrase { terms, slop, .. } => {
                let places = terms.iter().map(|(position, term)| (*position, vec![*term]));
                self.in_places(&places.collect::<Vec<_>>(), *slop, *slop == 0)
            }
            Clause::PhraseOfAny { places, slop, .. } => self.in_places(places, *slop, false),
            Clause::Term { term, .. } => self.any_of_terms(&[*term]),
            _ => Err(ExecuteError::Misfit(
                "a clause without BM25 is explained by it".to_owned(),
            )),
        }
    }

    /// Terms taken for one: as many documents have it as have the most frequent of them.
    fn any_of_terms(&self, numbers: &[u32]) -> Result<Occurring<'_>, ExecuteError> {
        let (mut terms, mut most, mut place): (Vec<Term>, u64, Option<&Field>) = (Vec::new(), 0, None);
        for number in numbers {
            let (field, documents, term) = self.compiler.term(*number)?;
            place = Some(field);
            most = most.max(documents);
            if !terms.contains(&term) {
                terms.push(term);
            }
        }
        let (Some(field), Some(first)) = (place, terms.first()) else {
            return Err(ExecuteError::Misfit("no term is explained".to_owned()));
        };
        let record = match field {
            Field::Text(_) => IndexRecordOption::WithFreqs,
            Field::Id | Field::Exact(_) | Field::Names => IndexRecordOption::Basic,
        };
        let index = self.reader.inverted_index(first.field())?;
        let mut frequency = 0;
        for term in &terms {
            let Some(mut postings) = index.read_postings(term, record)? else {
                continue;
            };
            if postings.doc() < self.doc {
                postings.seek(self.doc);
            }
            if postings.doc() == self.doc {
                frequency += match field {
                    Field::Text(_) => postings.term_freq(),
                    Field::Id | Field::Exact(_) | Field::Names => 1,
                };
            }
        }
        Ok(Occurring {
            field,
            place: first.field(),
            documents_with: vec![most],
            frequency,
            phrase: false,
        })
    }

    /// A phrase; an exact one may begin again within itself.
    fn in_places(
        &self,
        places: &[(u32, Vec<u32>)],
        slop: u32,
        exact: bool,
    ) -> Result<Occurring<'_>, ExecuteError> {
        let (words, field, known) = self.compiler.placed(places)?;
        let Some((first, _)) = known.first() else {
            return Err(ExecuteError::Misfit(
                "a phrase without words is explained".to_owned(),
            ));
        };
        let place = first.field();
        let frequency = if exact {
            self.beginnings(&words)?
        } else {
            let phrase = Sloppy {
                words,
                slop,
                similarity: None,
            };
            let opened = phrase.open(self.reader, 1.0)?;
            opened.map_or(0, |mut occurrences| occurrences.frequency(self.doc))
        };
        Ok(Occurring {
            field,
            place,
            documents_with: known.iter().map(|(_, documents)| *documents).collect(),
            frequency,
            phrase: true,
        })
    }

    /// Where all words of an exact phrase are in their places.
    fn beginnings(&self, words: &[(u32, Vec<Term>)]) -> Result<u32, ExecuteError> {
        let mut common: Option<Vec<i64>> = None;
        for (position, terms) in words {
            let mut here = Vec::new();
            for term in terms {
                let index = self.reader.inverted_index(term.field())?;
                let record = IndexRecordOption::WithFreqsAndPositions;
                let Some(mut postings) = index.read_postings(term, record)? else {
                    continue;
                };
                if postings.doc() < self.doc {
                    postings.seek(self.doc);
                }
                if postings.doc() == self.doc {
                    let mut positions = Vec::new();
                    postings.positions(&mut positions);
                    here.extend(
                        positions
                            .into_iter()
                            .map(|at| i64::from(at) - i64::from(*position)),
                    );
                }
            }
            common = Some(match common {
                None => here,
                Some(before) => before.into_iter().filter(|at| here.contains(at)).collect(),
            });
        }
        let count = common.map_or(0, |common| common.len());
        Ok(u32::try_from(count).unwrap_or(u32::MAX))
    }

    /// The frequency, and its share of the score.
    fn tf(&self, occurring: &Occurring<'_>) -> Result<(f32, Explanation), ExecuteError> {
        let provided = Provided::new(self.statistics, occurring.field, &[]);
        let average = provided.total_num_tokens(occurring.place)? as f64 / provided.documents() as f64;
        let lengths = match occurring.field {
            Field::Text(_) => self.reader.fieldnorms_readers().get_field(occurring.place)?,
            Field::Id | Field::Exact(_) | Field::Names => None,
        };
        let length = lengths.map_or(1.0, |lengths| f64::from(lengths.fieldnorm(self.doc)));
        let frequency = occurring.frequency;
        let freq = f64::from(frequency);
        let norm = K1 * (1.0 - B + B * length / average);
        let counted = if occurring.phrase {
            Reason::PhraseFrequency
        } else {
            Reason::Frequency
        };
        let details = vec![
            Explanation::of(freq, counted),
            Explanation::of(K1, Reason::Saturation),
            Explanation::of(B, Reason::Normalization),
            Explanation::of(length, Reason::Length),
            Explanation::of(average, Reason::AverageLength),
        ];
        let tf = Explanation::from(freq / (freq + norm), Reason::Tf, details);
        Ok((frequency as f32, tf))
    }
}

/// How rare the terms are: of several, the sum.
fn idf(documents_with: &[u64], documents: u64) -> Explanation {
    let of = |with: &u64| {
        let (n, all) = ((*with).min(documents) as f64, documents as f64);
        let details = vec![
            Explanation::of(n, Reason::DocumentsWithTerm),
            Explanation::of(all, Reason::Documents),
        ];
        let value = (1.0 + (all - n + 0.5) / (n + 0.5)).ln();
        Explanation::from(value, Reason::Idf, details)
    };
    match documents_with {
        [only] => of(only),
        several => {
            let each: Vec<Explanation> = several.iter().map(of).collect();
            let sum = each.iter().map(|idf| idf.value).sum();
            Explanation::from(sum, Reason::IdfSum, each)
        }
    }
}
