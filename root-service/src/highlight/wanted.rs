//! What a query looks for in each field: the words and phrases that are marked where they stand.
//!
//! It is told by the query and the mapping alone. Words that stand for others are the automata that find them, not the
//! terms that they stood for in the search, so that what is marked cannot depend on how an index is split.

use std::collections::BTreeMap;

use shared::analysis::{Analyzer, Token};
use shared::mapping::{FieldKind, Mapping};
use shared::pattern::{Pattern, Syntax};
use shared::query::{Fuzziness, Query, QueryKind, Wording, Words};

use crate::error::ApiError;
use crate::resolve;
use crate::resolve::graph::{self, Path, Place};

/// A word that is looked for.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Word {
    /// A term as it is.
    Is(String),
    /// Terms that fit a pattern.
    Fits(Pattern),
    /// Terms close to another.
    Near {
        /// The other.
        text: String,
        /// Edits, at most.
        distance: u8,
        /// Characters that are the same at the beginning.
        prefix_length: u32,
        /// Whether a swap of neighbours is one edit.
        transpositions: bool,
    },
}

/// Words in order.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Phrase {
    /// For each place its position after the first one, and the words of which any may stand there.
    pub(super) places: Vec<(u32, Vec<Word>)>,
    /// How far words may be from their places in all.
    pub(super) slop: u32,
}

/// What is looked for in one field.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Wanted {
    /// Words that are marked wherever they stand.
    pub(super) words: Vec<Word>,
    /// Words that are marked where they are together.
    pub(super) phrases: Vec<Phrase>,
}

/// What a query looks for, by field.
///
/// # Errors
/// A 400 for patterns of field names that are past a limit.
pub(super) fn wanted(query: &Query, mapping: &Mapping) -> Result<BTreeMap<String, Wanted>, ApiError> {
    let mut collector = Collector {
        mapping,
        fields: BTreeMap::new(),
    };
    collector.query(query)?;
    Ok(collector.fields)
}

impl Word {
    fn near(text: &str, fuzziness: Fuzziness) -> Self {
        match fuzziness.edits.of(text) {
            0 => Self::Is(text.to_owned()),
            distance => Self::Near {
                text: text.to_owned(),
                distance,
                prefix_length: fuzziness.prefix_length,
                transpositions: fuzziness.transpositions,
            },
        }
    }

    fn of(token: &Token, is_prefix: bool) -> Self {
        if is_prefix {
            Self::begins(&token.text)
        } else {
            Self::Is(token.text.clone())
        }
    }

    fn begins(text: &str) -> Self {
        Self::Fits(Pattern {
            syntax: Syntax::Prefix,
            text: text.to_owned(),
            case_insensitive: false,
        })
    }
}

struct Collector<'a> {
    mapping: &'a Mapping,
    fields: BTreeMap<String, Wanted>,
}

impl Collector<'_> {
    fn query(&mut self, query: &Query) -> Result<(), ApiError> {
        match &query.kind {
            // These look for documents rather than for words.
            QueryKind::MatchAll
            | QueryKind::MatchNone
            | QueryKind::Range { .. }
            | QueryKind::Exists { .. }
            | QueryKind::Ids { .. } => Ok(()),
            QueryKind::Match { field, words } => self.words(field, words),
            QueryKind::MultiMatch { fields, words, .. } => {
                self.each(fields, |all, field| all.words(field, words))
            }
            QueryKind::MatchPhrase {
                field,
                text,
                wording,
                slop,
                expansions,
            } => self.phrase(field, (text, wording), *slop, expansions.is_some()),
            QueryKind::MultiPhrase {
                fields,
                text,
                wording,
                slop,
                expansions,
                ..
            } => self.each(fields, |all, field| {
                all.phrase(field, (text, wording), *slop, expansions.is_some())
            }),
            QueryKind::Fuzzy { .. }
            | QueryKind::MultiFuzzy { .. }
            | QueryKind::Fits { .. }
            | QueryKind::MultiFits { .. }
            | QueryKind::Term { .. }
            | QueryKind::Terms { .. } => self.terms(&query.kind),
            QueryKind::Bool {
                must, should, filter, ..
            } => [must, should, filter]
                .into_iter()
                .flatten()
                .try_for_each(|query| self.query(query)),
            QueryKind::ConstantScore { filter } => self.query(filter),
            QueryKind::DisMax { queries, .. } => queries.iter().try_for_each(|query| self.query(query)),
            QueryKind::Boosting { positive, .. } => self.query(positive),
            QueryKind::FunctionScore(scored) => self.query(&scored.query),
        }
    }

    /// Queries whose text is not cut into words.
    fn terms(&mut self, kind: &QueryKind) -> Result<(), ApiError> {
        match kind {
            QueryKind::Fuzzy {
                field,
                text,
                fuzziness,
            } => self.add(field, Word::near(text, *fuzziness)),
            QueryKind::MultiFuzzy {
                fields,
                text,
                fuzziness,
                ..
            } => self.each(fields, |all, field| {
                let text = all.normalized(field, text);
                all.add(field, Word::near(&text, *fuzziness));
                Ok(())
            })?,
            QueryKind::Fits { field, pattern } => self.add(field, Word::Fits(pattern.clone())),
            QueryKind::MultiFits { fields, pattern, .. } => self.each(fields, |all, field| {
                let text = all.normalized(field, &pattern.text);
                let pattern = Pattern {
                    text,
                    ..pattern.clone()
                };
                all.add(field, Word::Fits(pattern));
                Ok(())
            })?,
            QueryKind::Term { field, value } => self.term(field, &resolve::text_of(value)),
            QueryKind::Terms { field, values } => values
                .iter()
                .for_each(|value| self.term(field, &resolve::text_of(value))),
            _ => {}
        }
        Ok(())
    }

    fn each(
        &mut self,
        fields: &[(String, f32)],
        mut of_field: impl FnMut(&mut Self, &str) -> Result<(), ApiError>,
    ) -> Result<(), ApiError> {
        let names = resolve::names(fields, self.mapping)?;
        names.iter().try_for_each(|name| of_field(self, name))
    }

    fn add(&mut self, field: &str, word: Word) {
        if self.mapping.kind(field).is_some_and(FieldKind::is_worded) {
            self.fields.entry(field.to_owned()).or_default().words.push(word);
        }
    }

    /// A text as it is in the index: of text a term, of a keyword the whole value.
    fn term(&mut self, field: &str, text: &str) {
        if let Some(kind) = self.mapping.kind(field) {
            self.add(field, Word::Is(kind.normalized(text)));
        }
    }

    /// How a text becomes words of a field, if it is text.
    fn analyzer(&self, field: &str, wording: &Wording) -> Option<Analyzer> {
        let of_field = self.mapping.kind(field)?.search_analyzer()?;
        match &wording.analyzer {
            Some(name) => self.mapping.analysis.analyzer(name),
            None => Some(of_field.clone()),
        }
    }

    fn words(&mut self, field: &str, words: &Words) -> Result<(), ApiError> {
        let Some(analyzer) = self.analyzer(field, &words.wording) else {
            self.whole(field, words);
            return Ok(());
        };
        let tokens = analyzer.tokens(&words.text);
        let last = tokens.last().map_or(0, |token| token.position);
        for place in graph::places(&tokens)? {
            match place {
                Place::Any(alike) => {
                    for token in alike {
                        let word = match words.fuzziness {
                            _ if words.last_is_prefix && token.position == last => Word::begins(&token.text),
                            Some(fuzziness) => Word::near(&token.text, fuzziness),
                            None => Word::Is(token.text.clone()),
                        };
                        self.add(field, word);
                    }
                }
                Place::Ways(ways) if words.wording.scattered_synonyms => {
                    for token in ways.into_iter().flatten().flat_map(|(_, alike)| alike) {
                        self.add(field, Word::Is(token.text.clone()));
                    }
                }
                // Those of each way stand together.
                Place::Ways(ways) => ways
                    .into_iter()
                    .for_each(|way| self.together(field, places(way, false), 0)),
            }
        }
        Ok(())
    }

    /// Words that are marked where they stand together.
    fn together(&mut self, field: &str, mut places: Vec<(u32, Vec<Word>)>, slop: u32) {
        let wanted = self.fields.entry(field.to_owned()).or_default();
        match places.len() {
            0 => {}
            1 => wanted.words.append(&mut places[0].1),
            _ => wanted.phrases.push(Phrase { places, slop }),
        }
    }

    /// Words in a field that does not cut them.
    fn whole(&mut self, field: &str, words: &Words) {
        let text = self.normalized(field, &words.text);
        match words.fuzziness {
            _ if words.last_is_prefix => self.add(field, Word::begins(&text)),
            Some(fuzziness) => self.add(field, Word::near(&text, fuzziness)),
            None => self.term(field, &words.text),
        }
    }

    fn phrase(
        &mut self,
        field: &str,
        (text, wording): (&str, &Wording),
        slop: u32,
        last_is_prefix: bool,
    ) -> Result<(), ApiError> {
        let Some(analyzer) = self.analyzer(field, wording) else {
            if !last_is_prefix {
                self.term(field, text);
            }
            return Ok(());
        };
        let tokens = analyzer.tokens(text);
        for way in graph::paths(&tokens)? {
            self.together(field, places(way, last_is_prefix), slop);
        }
        Ok(())
    }

    /// Text with its letters as the field's terms have them.
    fn normalized(&self, field: &str, text: &str) -> String {
        match self.mapping.kind(field) {
            Some(FieldKind::Text { analyzer, .. }) => analyzer.normalized(text),
            Some(kind) => kind.normalized(text),
            None => text.to_owned(),
        }
    }
}

/// The places of a phrase, in each of which any of some words may stand.
fn places(way: Path<'_>, last_is_prefix: bool) -> Vec<(u32, Vec<Word>)> {
    let count = way.len();
    let place = |(nth, (offset, alike)): (usize, (u32, Vec<&Token>))| {
        let is_prefix = last_is_prefix && nth == count;
        let words = alike.into_iter().map(|token| Word::of(token, is_prefix));
        (offset, words.collect())
    };
    (1..).zip(way).map(place).collect()
}
