//! A resolved query in words: each clause as Lucene would write it, with fields by the names that clients know.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use shared::mapping::{FieldKind, Kept, Mapping, to_iso};
use shared::pattern::{Pattern, Syntax};
use shared::wire::clause::{
    Bound, Clause, DecayShape, Field, Function, FunctionValue, LeafQuery, Modifier, Value,
};

/// Values of one clause that are written out.
const VALUES_MAX: usize = 16;
/// A text of the query that is written out, in characters.
const CHARS_MAX: usize = 256;

/// A query as leaves execute it, and how clients call its fields.
#[derive(Clone, Debug, PartialEq)]
pub struct Glossary {
    query: LeafQuery,
    /// The names of text fields by slot.
    texts: BTreeMap<u16, String>,
    /// The exact fields whose values are not kept as clients write them.
    coded: BTreeMap<String, FieldKind>,
}

impl Glossary {
    /// The words of a query over an index.
    pub fn new(query: LeafQuery, mapping: &Mapping) -> Self {
        let (mut texts, mut coded) = (BTreeMap::new(), BTreeMap::new());
        for (name, kind) in mapping.all() {
            if let Some(slot) = kind.slot() {
                texts.insert(slot, name);
            } else if matches!(kind, FieldKind::Date { .. }) || matches!(kind.kept(), Kept::Code(_)) {
                coded.insert(name, kind.clone());
            }
        }
        Self { query, texts, coded }
    }

    /// The whole query.
    pub fn text(&self) -> String {
        match &self.query.clause {
            Clause::Bool { .. } => {
                let text = self.clause(&self.query.clause);
                text.strip_prefix('(')
                    .and_then(|inner| inner.strip_suffix(')'))
                    .map_or_else(|| text.clone(), str::to_owned)
            }
            other => self.clause(other),
        }
    }

    /// Each clause, in the order of [`Clause::preorder`], with its functions.
    pub fn entries(&self) -> Vec<(String, Vec<String>)> {
        let entry = |clause: &Clause| {
            let functions = match clause {
                Clause::Rescored { rescore, .. } => rescore.functions.iter().map(function).collect(),
                _ => Vec::new(),
            };
            (self.clause(clause), functions)
        };
        self.query.clause.preorder().into_iter().map(entry).collect()
    }

    fn clause(&self, clause: &Clause) -> String {
        match clause {
            Clause::All { boost } => boosted("*:*".to_owned(), *boost),
            Clause::Nothing => "MatchNoDocsQuery(\"\")".to_owned(),
            Clause::Term { term, boost } => boosted(self.term(*term), *boost),
            Clause::Synonyms { terms, boost } => {
                let words: Vec<String> = terms.iter().map(|term| self.term(*term)).collect();
                boosted(format!("Synonym({})", words.join(" ")), *boost)
            }
            Clause::Phrase { terms, slop, boost } => {
                let places = terms.iter().map(|(position, term)| (*position, vec![*term]));
                boosted(self.phrase(&places.collect::<Vec<_>>(), *slop), *boost)
            }
            Clause::PhraseOfAny { places, slop, boost } => boosted(self.phrase(places, *slop), *boost),
            Clause::Fits {
                field,
                pattern,
                boost,
            } => boosted(format!("{}:{}", self.field(field), fits(pattern)), *boost),
            Clause::AnyOf { field, values, boost } => boosted(self.any_of(field, values), *boost),
            Clause::Range {
                path,
                lower,
                upper,
                boost,
            } => boosted(self.range(path, lower, upper), *boost),
            Clause::Exists { path, boost } => boosted(format!("FieldExistsQuery [field={path}]"), *boost),
            Clause::Constant { clause, boost } => {
                boosted(format!("ConstantScore({})", self.inside(clause)), *boost)
            }
            Clause::Bool {
                must,
                should,
                filter,
                must_not,
                should_min,
            } => self.combination([must, should, filter, must_not], *should_min),
            Clause::BestOf { clauses, tie_breaker } => {
                let each: Vec<String> = clauses.iter().map(|clause| self.clause(clause)).collect();
                let tie = if *tie_breaker == 0.0 {
                    String::new()
                } else {
                    format!("~{tie_breaker}")
                };
                format!("({}){tie}", each.join(" | "))
            }
            Clause::Rescored { clause, rescore } => {
                let mut text = format!("function score ({}", self.inside(clause));
                for of in &rescore.functions {
                    let filter = of.filter.as_ref().map(|filter| self.inside(filter));
                    let filter = filter.map_or_else(String::new, |filter| format!("filter({filter}), "));
                    let _ = write!(text, ", functions: [{{{filter}function({})}}]", function(of));
                }
                if let Some(least) = rescore.score_min {
                    let _ = write!(text, ", min_score: {least}");
                }
                text.push(')');
                text
            }
        }
    }

    /// A clause inside parentheses of others.
    fn inside(&self, clause: &Clause) -> String {
        let text = self.clause(clause);
        match clause {
            Clause::Bool { .. } => text
                .strip_prefix('(')
                .and_then(|inner| inner.strip_suffix(')'))
                .map_or_else(|| text.clone(), str::to_owned),
            _ => text,
        }
    }

    fn combination(&self, [must, should, filter, must_not]: [&[Clause]; 4], should_min: u32) -> String {
        let mut parts = Vec::new();
        for (sign, clauses) in [("+", must), ("", should), ("#", filter), ("-", must_not)] {
            parts.extend(
                clauses
                    .iter()
                    .map(|clause| format!("{sign}{}", self.clause(clause))),
            );
        }
        let usual = u32::from(must.is_empty() && filter.is_empty() && !should.is_empty());
        let least = if should_min == usual {
            String::new()
        } else {
            format!("~{should_min}")
        };
        format!("({}){least}", parts.join(" "))
    }

    fn term(&self, number: u32) -> String {
        let found = self.query.terms.get(number as usize);
        found.map_or_else(String::new, |term| {
            let text = self.value(&term.field, &term.value);
            format!("{}:{text}", self.field(&term.field))
        })
    }

    fn phrase(&self, places: &[(u32, Vec<u32>)], slop: u32) -> String {
        let mut field = String::new();
        let mut words = Vec::with_capacity(places.len());
        for (_, terms) in places {
            let mut here = Vec::with_capacity(terms.len().min(VALUES_MAX));
            for term in terms.iter().take(VALUES_MAX) {
                if let Some(term) = self.query.terms.get(*term as usize) {
                    field = self.field(&term.field);
                    here.push(value(&term.value));
                }
            }
            if terms.len() > VALUES_MAX {
                here.push(more(terms.len()));
            }
            words.push(match here.as_slice() {
                [only] => only.clone(),
                several => format!("({})", several.join(" ")),
            });
        }
        let slop = if slop == 0 {
            String::new()
        } else {
            format!("~{slop}")
        };
        format!("{field}:\"{}\"{slop}", words.join(" "))
    }

    fn any_of(&self, field: &Field, values: &[Value]) -> String {
        let name = self.field(field);
        let shown = |of: &Value| self.value(field, of);
        if let [only] = values {
            return format!("{name}:{}", shown(only));
        }
        let mut each: Vec<String> = values.iter().take(VALUES_MAX).map(shown).collect();
        if values.len() > VALUES_MAX {
            each.push(more(values.len()));
        }
        format!("{name}:({})", each.join(" "))
    }

    fn range(&self, path: &str, lower: &Bound, upper: &Bound) -> String {
        let (open, from) = match lower {
            Bound::Open => ("[", "*".to_owned()),
            Bound::Included(value) => ("[", self.of_path(path, value)),
            Bound::Excluded(value) => ("{", self.of_path(path, value)),
        };
        let (to, close) = match upper {
            Bound::Open => ("*".to_owned(), "]"),
            Bound::Included(value) => (self.of_path(path, value), "]"),
            Bound::Excluded(value) => (self.of_path(path, value), "}"),
        };
        format!("{path}:{open}{from} TO {to}{close}")
    }

    /// A value of an exact field, as clients write it.
    fn of_path(&self, path: &str, of: &Value) -> String {
        match (self.coded.get(path), of) {
            (Some(FieldKind::Date { .. }), Value::Long(ms)) => to_iso(*ms),
            (Some(kind), Value::Str(code)) => match kind.decoded(code) {
                serde_json::Value::String(text) => text,
                other => other.to_string(),
            },
            _ => value(of),
        }
    }

    /// A value of a field.
    fn value(&self, field: &Field, of: &Value) -> String {
        match field {
            Field::Exact(path) => self.of_path(path, of),
            Field::Id | Field::Names | Field::Text(_) => value(of),
        }
    }

    fn field(&self, field: &Field) -> String {
        match field {
            Field::Id => "_id".to_owned(),
            Field::Names => "_field_names".to_owned(),
            Field::Exact(path) => path.clone(),
            Field::Text(slot) => self
                .texts
                .get(slot)
                .cloned()
                .unwrap_or_else(|| format!("_text_{slot}")),
        }
    }
}

fn boosted(text: String, boost: f32) -> String {
    if boost == 1.0 {
        text
    } else {
        format!("{text}^{boost:?}")
    }
}

fn more(all: usize) -> String {
    format!("… {} more", all - VALUES_MAX)
}

fn short(text: &str) -> String {
    match text.char_indices().nth(CHARS_MAX) {
        None => text.to_owned(),
        Some((end, _)) => format!("{}…", &text[..end]),
    }
}

fn value(value: &Value) -> String {
    match value {
        Value::Str(text) => short(text),
        Value::Long(number) => number.to_string(),
        Value::Double(number) => format!("{number:?}"),
        Value::Boolean(truth) => truth.to_string(),
    }
}

fn fits(pattern: &Pattern) -> String {
    let text = short(&pattern.text);
    match pattern.syntax {
        Syntax::Prefix => format!("{text}*"),
        Syntax::Wildcard => text,
        Syntax::Regexp => format!("/{text}/"),
    }
}

/// A function's value, in words.
fn function(of: &Function) -> String {
    match &of.value {
        FunctionValue::One => "constant score 1.0 - no function provided".to_owned(),
        FunctionValue::Random { seed } => format!("random score function (seed: {seed})"),
        FunctionValue::Field {
            path,
            factor,
            modifier,
            missing,
        } => {
            let missing = missing.map_or_else(String::new, |missing| format!("?:{missing:?}"));
            format!(
                "field value function: {}(doc['{path}'].value{missing} * factor={factor:?})",
                modifier_name(*modifier)
            )
        }
        FunctionValue::Decay {
            path, origin, shape, ..
        } => {
            let shape = match shape {
                DecayShape::Gauss => "gauss",
                DecayShape::Exponential => "exp",
                DecayShape::Linear => "linear",
            };
            format!("Function for field {path}: {shape} of the distance from {origin:?}")
        }
    }
}

fn modifier_name(modifier: Modifier) -> &'static str {
    match modifier {
        Modifier::None => "none",
        Modifier::Log => "log",
        Modifier::Log1p => "log1p",
        Modifier::Log2p => "log2p",
        Modifier::Ln => "ln",
        Modifier::Ln1p => "ln1p",
        Modifier::Ln2p => "ln2p",
        Modifier::Square => "square",
        Modifier::Sqrt => "sqrt",
        Modifier::Reciprocal => "reciprocal",
    }
}

#[cfg(test)]
#[path = "glossary_tests.rs"]
mod tests;
