//! What words, phrases and patterns of a query string mean in its fields.

use shared::pattern::Pattern;
use shared::query::{FieldWays, Fuzziness, MultiMatchKind, Query, QueryKind, Words};

use super::Defaults;

type Fields = Vec<(String, f32)>;

impl Defaults {
    /// Words. With `required` nothing is found without them; then words that are none (stop words) ask for nothing.
    pub(in crate::dsl) fn words(&self, fields: Fields, text: String, required: bool) -> Query {
        let words = Words {
            text,
            wording: self.wording.clone(),
            operator: self.operator,
            zero_terms_match_all: required,
            lenient: self.lenient,
            ..Words::default()
        };
        match single(fields) {
            Ok((field, boost)) => Query {
                boost,
                ..Query::new(QueryKind::Match { field, words })
            },
            Err(fields) => Query::new(QueryKind::MultiMatch {
                fields,
                words,
                kind: if self.tie_breaker == 1.0 {
                    MultiMatchKind::MostFields
                } else {
                    MultiMatchKind::BestFields
                },
                tie_breaker: self.tie_breaker,
            }),
        }
    }

    /// Words in order, with a slop of their own or the default one.
    pub(in crate::dsl) fn phrase(&self, fields: Fields, text: String, slop: Option<u32>) -> Query {
        let slop = slop.unwrap_or(self.slop);
        match single(fields) {
            Ok((field, boost)) => Query {
                boost,
                ..Query::new(QueryKind::MatchPhrase {
                    field,
                    text,
                    wording: self.wording.clone(),
                    slop,
                    expansions: None,
                })
            },
            Err(fields) => Query::new(QueryKind::MultiPhrase {
                fields,
                text,
                wording: self.wording.clone(),
                slop,
                expansions: None,
                tie_breaker: 0.0,
            }),
        }
    }

    /// Terms that fit a pattern.
    pub(in crate::dsl) fn fits(&self, fields: Fields, pattern: Pattern) -> Query {
        Query::new(QueryKind::MultiFits {
            fields,
            pattern,
            ways: self.ways(),
        })
    }

    /// Similar words.
    pub(in crate::dsl) fn fuzzy(&self, fields: Fields, text: String, fuzziness: Fuzziness) -> Query {
        Query::new(QueryKind::MultiFuzzy {
            fields,
            text,
            fuzziness,
            ways: self.ways(),
        })
    }

    fn ways(&self) -> FieldWays {
        FieldWays {
            tie_breaker: self.tie_breaker,
            lenient: self.lenient,
        }
    }
}

/// The only field, unless it stands for several.
fn single(fields: Fields) -> Result<(String, f32), Fields> {
    match <[(String, f32); 1]>::try_from(fields) {
        Ok([only]) if only.0.contains('*') => Err(vec![only]),
        Ok([only]) => Ok(only),
        Err(fields) => Err(fields),
    }
}
