//! Queries as leaves get them: tables of queries and their clauses in readable form.

mod analyzed;
mod exact;
mod loose;
mod types;
mod whole;
mod words;

use serde_json::{Value as Json, json};
use shared::mapping::{Mapping, Parsed};
use shared::pattern::Pattern;
use shared::wire::clause::{Bound, Clause, Field, LeafQuery, Rescore, Value};

use super::resolve;
use crate::dsl::parse_query;
use crate::error::ApiError;

/// 2015-03-31T12:34:56.789Z.
const NOW_MS: i64 = 1_427_805_296_789;

fn mapping() -> Mapping {
    let json = json!({"properties": {
        "title": {"type": "text", "analyzer": "english", "fields": {"raw": {"type": "keyword"}}},
        "body": {"type": "text"},
        "kind": {"type": "keyword"},
        "author": {"properties": {"name": {"type": "keyword"}, "bio": {"type": "text"}}},
        "year": {"type": "long"},
        "price": {"type": "double"},
        "open": {"type": "boolean"},
        "date": {"type": "date"},
        "seconds": {"type": "date", "format": "epoch_second"}
    }});
    Parsed::from_json(json.as_object().unwrap()).unwrap().mapping
}

fn run(query: &Json) -> Result<LeafQuery, ApiError> {
    resolve(&parse_query(query).unwrap(), &mapping(), NOW_MS)
}

/// Names slots as the mapping hands them out: by path.
fn place(field: &Field) -> String {
    match field {
        Field::Id => "_id".to_owned(),
        Field::Names => "_names".to_owned(),
        Field::Exact(path) => path.clone(),
        Field::Text(slot) => {
            let mapping = mapping();
            let mut all = mapping.all();
            all.find(|(_, kind)| kind.slot() == Some(*slot)).unwrap().0
        }
    }
}

fn value(value: &Value) -> String {
    match value {
        Value::Str(text) => text.clone(),
        Value::Long(number) => number.to_string(),
        Value::Double(number) => format!("{number:?}"),
        Value::Boolean(truth) => truth.to_string(),
    }
}

fn boosted(body: &str, boost: f32) -> String {
    if boost == 1.0 {
        body.to_owned()
    } else {
        format!("{body}^{boost}")
    }
}

fn show(query: &LeafQuery, clause: &Clause) -> String {
    let term = |number: u32| {
        let term = &query.terms[number as usize];
        format!("{}:{}", place(&term.field), value(&term.value))
    };
    let list = |sign: &str, clauses: &[Clause]| -> Vec<String> {
        clauses
            .iter()
            .map(|clause| format!("{sign}{}", show(query, clause)))
            .collect()
    };
    match clause {
        Clause::All { boost } => boosted("all", *boost),
        Clause::Nothing => "nothing".to_owned(),
        Clause::Term { term: number, boost } => boosted(&term(*number), *boost),
        Clause::Synonyms { terms, boost } => {
            let words: Vec<String> = terms.iter().map(|number| term(*number)).collect();
            boosted(&format!("any{{{}}}", words.join(" ")), *boost)
        }
        Clause::Phrase { terms, slop, boost } => {
            let words: Vec<String> = terms
                .iter()
                .map(|(at, number)| format!("{at}={}", term(*number)))
                .collect();
            boosted(&format!("\"{}\"~{slop}", words.join(" ")), *boost)
        }
        Clause::PhraseOfAny { places, slop, boost } => {
            boosted(&format!("\"{}\"~{slop}", self::places(places, &term)), *boost)
        }
        Clause::Fits {
            field,
            pattern: Pattern { syntax, text, .. },
            boost,
        } => boosted(&format!("{}~{}({text})", place(field), syntax.name()), *boost),
        Clause::Rescored { clause, rescore } => rescored(query, clause, rescore),
        Clause::AnyOf { field, values, boost } => {
            let values: Vec<String> = values.iter().map(value).collect();
            boosted(&format!("{}={}", place(field), values.join("|")), *boost)
        }
        Clause::Range {
            path,
            lower,
            upper,
            boost,
        } => boosted(&format!("{path}{}..{}", bound(lower), bound(upper)), *boost),
        Clause::Exists { path, boost } => boosted(&format!("exists({path})"), *boost),
        Clause::Constant { clause, boost } => {
            boosted(&format!("constant{{{}}}", show(query, clause)), *boost)
        }
        Clause::Bool {
            must,
            should,
            filter,
            must_not,
            should_min,
        } => {
            let parts = [
                list("+", must),
                list("?", should),
                list("#", filter),
                list("-", must_not),
            ];
            format!("({})/{should_min}", parts.concat().join(" "))
        }
        Clause::BestOf { clauses, tie_breaker } => {
            format!("best{{{}}}/{tie_breaker}", list("", clauses).join(" "))
        }
    }
}

fn places(places: &[(u32, Vec<u32>)], term: &dyn Fn(u32) -> String) -> String {
    let place = |(at, words): &(u32, Vec<u32>)| {
        let words: Vec<String> = words.iter().map(|word| term(*word)).collect();
        format!("{at}={}", words.join("|"))
    };
    places.iter().map(place).collect::<Vec<_>>().join(" ")
}

fn rescored(query: &LeafQuery, clause: &Clause, rescore: &Rescore) -> String {
    let functions: Vec<String> = rescore
        .functions
        .iter()
        .map(|function| {
            let filter = function.filter.as_ref().map(|filter| show(query, filter));
            let weight = function.weight;
            format!("{}*{weight}*{:?}", filter.unwrap_or_default(), function.value)
        })
        .collect();
    let least = rescore
        .score_min
        .map_or(String::new(), |least| format!(">={least}"));
    format!(
        "rescored{{{} by {}}}{least}",
        show(query, clause),
        functions.join(" ")
    )
}

fn bound(bound: &Bound) -> String {
    match bound {
        Bound::Open => "*".to_owned(),
        Bound::Included(end) => format!("[{}]", value(end)),
        Bound::Excluded(end) => format!("({})", value(end)),
    }
}

#[track_caller]
fn becomes(cases: &[(Json, &str)]) {
    for (query, expected) in cases {
        let resolved = run(query).unwrap_or_else(|error| panic!("{query}: {error}"));
        assert_eq!(show(&resolved, &resolved.clause), *expected, "{query}");
    }
}

#[track_caller]
fn refuses(cases: &[(Json, &str)]) {
    for (query, reason) in cases {
        let error = run(query).expect_err(&query.to_string());
        assert_eq!(error.status(), 400);
        assert!(error.to_string().contains(reason), "{query}: {error}");
    }
}
