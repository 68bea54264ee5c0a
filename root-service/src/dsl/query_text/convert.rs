//! From the grammar's tree to the query that it means.

use serde_json::Value;
use shared::limits;
use shared::query::{Edge, Edits, Operator, Query, QueryKind};
use tantivy_query_grammar::{
    Delimiter, Occur, UserInputAst, UserInputBound, UserInputLeaf, UserInputLiteral,
};

use super::Defaults;
use super::literal::readable;
use super::special::{self, Special};

/// The query, or the reason why there is none.
pub(super) fn convert(ast: &UserInputAst, defaults: &Defaults) -> Result<Query, String> {
    Converter { defaults, words: 0 }.query(ast, 1, false)
}

struct Converter<'a> {
    defaults: &'a Defaults,
    /// How often a word was looked for in a field.
    words: usize,
}

impl Converter<'_> {
    /// `required`: whether nothing is found without it. A required word without terms (a stop word) asks for nothing.
    fn query(&mut self, ast: &UserInputAst, depth: usize, required: bool) -> Result<Query, String> {
        if depth > limits::QUERY_DEPTH_MAX {
            return Err(format!(
                "it is nested deeper than the limit of [{}]",
                limits::QUERY_DEPTH_MAX
            ));
        }
        match ast {
            UserInputAst::Clause(clauses) => match clauses.as_slice() {
                [] => Ok(Query::new(QueryKind::MatchNone)),
                [(occur, only)] if *occur != Some(Occur::MustNot) => self.query(only, depth, required),
                clauses => self.bool(clauses, depth),
            },
            UserInputAst::Boost(inner, factor) => {
                let mut query = self.query(inner, depth, required)?;
                #[expect(clippy::cast_possible_truncation, reason = "read from an f32")]
                let factor = factor.into_inner() as f32;
                query.boost *= factor;
                Ok(query)
            }
            UserInputAst::Leaf(leaf) => self.leaf(leaf, required),
        }
    }

    fn bool(&mut self, clauses: &[(Option<Occur>, UserInputAst)], depth: usize) -> Result<Query, String> {
        let (mut must, mut should, mut must_not) = (Vec::new(), Vec::new(), Vec::new());
        let default = match self.defaults.operator {
            Operator::And => Occur::Must,
            Operator::Or => Occur::Should,
        };
        for (occur, ast) in clauses {
            let occur = occur.unwrap_or(default);
            let query = self.query(ast, depth + 1, occur == Occur::Must)?;
            match occur {
                Occur::Must => must.push(query),
                Occur::Should => should.push(query),
                Occur::MustNot => must_not.push(query),
            }
        }
        Ok(Query::new(QueryKind::Bool {
            must,
            should,
            filter: Vec::new(),
            must_not,
            minimum_should_match: None,
        }))
    }

    fn leaf(&mut self, leaf: &UserInputLeaf, required: bool) -> Result<Query, String> {
        let kind = match leaf {
            UserInputLeaf::Literal(literal) => return self.literal(literal, required),
            UserInputLeaf::All => QueryKind::MatchAll,
            UserInputLeaf::Exists { field } => QueryKind::Exists {
                field: readable(field),
            },
            UserInputLeaf::Range { field, lower, upper } => self.range(field.as_deref(), lower, upper)?,
            UserInputLeaf::Set { .. } => {
                return Err("sets, such as [IN [a b]], are not offered; use (a OR b)".to_owned());
            }
            UserInputLeaf::Regex { .. } => return Err("regular expressions are not offered yet".to_owned()),
        };
        Ok(Query::new(kind))
    }

    fn range(
        &self,
        field: Option<&str>,
        lower: &UserInputBound,
        upper: &UserInputBound,
    ) -> Result<QueryKind, String> {
        let field = match (field, self.defaults.fields.as_slice()) {
            (Some(field), _) => readable(field),
            (None, [(only, _)]) => only.clone(),
            (None, _) => return Err("a range needs a field, such as year:[1840 TO 1860]".to_owned()),
        };
        let (lower, upper) = (edge(lower), edge(upper));
        if lower == Edge::Open && upper == Edge::Open {
            return Ok(QueryKind::Exists { field });
        }
        Ok(QueryKind::Range {
            field,
            lower,
            upper,
            format: None,
        })
    }

    fn literal(&mut self, literal: &UserInputLiteral, required: bool) -> Result<Query, String> {
        let text = readable(&literal.phrase);
        let quoted = literal.delimiter != Delimiter::None;
        if literal.prefix {
            return Err(format!(
                "prefixes of phrases, such as [\"{text}\"*], are not offered"
            ));
        }
        let fields = match literal.field_name.as_deref().map(readable) {
            Some(name) if name == "_exists_" => return Ok(Query::new(QueryKind::Exists { field: text })),
            Some(name) => vec![(name, 1.0)],
            None => self.defaults.fields.clone(),
        };
        self.words += fields.len().max(1);
        if self.words > limits::CLAUSES_MAX {
            return Err(format!(
                "it has more words than the limit of [{}] clauses",
                limits::CLAUSES_MAX
            ));
        }
        let defaults = self.defaults;
        if quoted {
            let slop = (literal.slop > 0).then_some(literal.slop);
            return Ok(defaults.phrase(fields, text, slop));
        }
        Ok(match special::decoded(&literal.phrase) {
            None => defaults.words(fields, text, required),
            Some(Special::Fits(pattern)) => defaults.fits(fields, pattern),
            Some(Special::Fuzzy(text, edits)) => {
                let mut fuzziness = defaults.fuzziness;
                fuzziness.edits = edits.map_or(fuzziness.edits, Edits::Count);
                defaults.fuzzy(fields, text, fuzziness)
            }
        })
    }
}

fn edge(bound: &UserInputBound) -> Edge {
    match bound {
        UserInputBound::Inclusive(text) => Edge::Included(Value::String(readable(text))),
        UserInputBound::Exclusive(text) => Edge::Excluded(Value::String(readable(text))),
        UserInputBound::Unbounded => Edge::Open,
    }
}
