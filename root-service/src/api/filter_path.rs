//! `filter_path`: which parts of an answer a client wants to read.
//!
//! A path is names with dots between, in which `*` stands for any characters of a name and `**` for any number of names;
//! `-` before it takes away instead. Arrays are seen through. An answer that says an error is never cut.

use serde_json::{Map, Value};

use crate::dsl::pattern::fits;
use crate::error::{ApiError, brief};

/// Limits on what is held against every key of an answer.
const PATHS_MAX: usize = 32;
const PATH_BYTES_MAX: usize = 1_024;

/// A client's paths.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct FilterPath {
    includes: Vec<Path>,
    excludes: Vec<Path>,
}

/// The names of a path.
type Path = Vec<String>;
/// Where in the paths one is: what is left of each that fits so far.
type Rests<'a> = Vec<&'a [String]>;

impl FilterPath {
    /// Reads a list of paths; `None` if it is empty, which asks for everything.
    pub(super) fn parse(text: &str) -> Result<Option<Self>, ApiError> {
        let mut filter = Self {
            includes: Vec::new(),
            excludes: Vec::new(),
        };
        for part in text.split(',').map(str::trim).filter(|part| !part.is_empty()) {
            if part.len() > PATH_BYTES_MAX {
                return Err(ApiError::illegal(format!(
                    "the [filter_path] [{}] is longer than the limit of [{PATH_BYTES_MAX}] bytes",
                    brief(part)
                )));
            }
            match part.strip_prefix('-') {
                Some(path) => filter.excludes.push(split(path)),
                None => filter.includes.push(split(part)),
            }
        }
        match filter.includes.len() + filter.excludes.len() {
            0 => Ok(None),
            1..=PATHS_MAX => Ok(Some(filter)),
            many => Err(ApiError::illegal(format!(
                "[filter_path] has [{many}] paths, the limit is [{PATHS_MAX}]"
            ))),
        }
    }

    /// What is left of an answer's JSON; bytes that are no JSON stay.
    pub(super) fn apply(&self, json: &[u8]) -> Vec<u8> {
        let Ok(mut value) = serde_json::from_slice::<Value>(json) else {
            return json.to_vec();
        };
        if value.get("error").is_some() && value.get("status").is_some() {
            return json.to_vec();
        }
        if !self.excludes.is_empty() {
            let rests = self.excludes.iter().map(Vec::as_slice).collect();
            exclude(&mut value, &rests);
        }
        if !self.includes.is_empty() {
            let rests = self.includes.iter().map(Vec::as_slice).collect();
            let nothing = if value.is_array() {
                Value::Array(Vec::new())
            } else {
                Value::Object(Map::new())
            };
            value = include(value, &rests).unwrap_or(nothing);
        }
        serde_json::to_vec(&value).expect("JSON that was read has string keys only")
    }
}

/// The names between dots; a dot after `\` is part of a name.
fn split(path: &str) -> Path {
    const ESCAPED: &str = "\u{1}";
    path.replace("\\.", ESCAPED)
        .split('.')
        .map(|name| name.replace(ESCAPED, "."))
        .collect()
}

/// What is left of the paths below a key; an empty rest is a path that ends there.
fn below<'a>(rests: &Rests<'a>, key: &str) -> Rests<'a> {
    let mut next = Rests::new();
    for rest in rests {
        let mut rest = *rest;
        while let Some((name, after)) = rest.split_first() {
            if name == "**" {
                push(&mut next, rest);
                // `**` stands for no name too, and at the end for everything.
                if after.is_empty() {
                    push(&mut next, after);
                }
                rest = after;
                continue;
            }
            if fits(name, key) {
                push(&mut next, after);
            }
            break;
        }
    }
    next
}

fn push<'a>(rests: &mut Rests<'a>, rest: &'a [String]) {
    let same = |there: &&[String]| there.as_ptr() == rest.as_ptr() && there.len() == rest.len();
    if !rests.iter().any(same) {
        rests.push(rest);
    }
}

fn include(value: Value, rests: &Rests<'_>) -> Option<Value> {
    match value {
        Value::Object(object) => {
            let mut kept = Map::new();
            for (key, value) in object {
                let next = below(rests, &key);
                if next.iter().any(|rest| rest.is_empty()) {
                    kept.insert(key, value);
                } else if !next.is_empty()
                    && let Some(value) = include(value, &next)
                {
                    kept.insert(key, value);
                }
            }
            (!kept.is_empty()).then_some(Value::Object(kept))
        }
        Value::Array(values) => {
            let kept: Vec<Value> = values
                .into_iter()
                .filter_map(|value| include(value, rests))
                .collect();
            (!kept.is_empty()).then_some(Value::Array(kept))
        }
        _ => None,
    }
}

/// Takes the paths away; objects of which nothing is left go too.
fn exclude(value: &mut Value, rests: &Rests<'_>) {
    match value {
        Value::Object(object) => {
            object.retain(|key, value| {
                let next = below(rests, key);
                if next.iter().any(|rest| rest.is_empty()) {
                    return false;
                }
                let was_empty = is_empty(value);
                if !next.is_empty() {
                    exclude(value, &next);
                }
                was_empty || !is_empty(value)
            });
        }
        Value::Array(values) => values.iter_mut().for_each(|value| exclude(value, rests)),
        _ => {}
    }
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Object(object) => object.is_empty(),
        Value::Array(values) => values.is_empty(),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn filtered(paths: &str) -> Value {
        let answer = json!({
            "took": 3,
            "hits": {"total": {"value": 2}, "hits": [
                {"_id": "1", "_source": {"title": "x", "a.b": 1}},
                {"_id": "2", "_source": {"n": 7}},
            ]},
            "_shards": {"total": 1, "failed": 0},
        });
        let filter = FilterPath::parse(paths).unwrap().unwrap();
        serde_json::from_slice(&filter.apply(answer.to_string().as_bytes())).unwrap()
    }

    #[test]
    fn paths_keep_what_they_name_and_all_below() {
        for (paths, expected) in [
            ("took", json!({"took": 3})),
            ("hits.total", json!({"hits": {"total": {"value": 2}}})),
            (
                "hits.hits._id",
                json!({"hits": {"hits": [{"_id": "1"}, {"_id": "2"}]}}),
            ),
            ("t*k,_sh*.t*", json!({"took": 3, "_shards": {"total": 1}})),
            (
                "hits.hits._source.title",
                json!({"hits": {"hits": [{"_source": {"title": "x"}}]}}),
            ),
            (
                "**.total",
                json!({"hits": {"total": {"value": 2}}, "_shards": {"total": 1}}),
            ),
            ("hits.**.value", json!({"hits": {"total": {"value": 2}}})),
            ("**.a\\.b", json!({"hits": {"hits": [{"_source": {"a.b": 1}}]}})),
            ("nothing", json!({})),
        ] {
            assert_eq!(filtered(paths), expected, "{paths}");
        }
        assert_eq!(filtered("**"), filtered("*"));
    }

    #[test]
    fn a_minus_takes_away_and_comes_before_what_is_kept() {
        assert_eq!(
            filtered("-hits,-_shards.failed"),
            json!({"took": 3, "_shards": {"total": 1}})
        );
        assert_eq!(
            filtered("hits.hits,-**._source"),
            json!({"hits": {"hits": [{"_id": "1"}, {"_id": "2"}]}})
        );
        assert_eq!(filtered("-took,-hits,-_shards.*"), json!({}));
    }

    #[test]
    fn errors_are_whole_and_paths_are_limited() {
        let error = br#"{"error":{"type":"x"},"status":404}"#;
        let filter = FilterPath::parse("took").unwrap().unwrap();
        assert_eq!(filter.apply(error), error);
        assert_eq!(filter.apply(b"[{\"a\":1}]"), b"[]");
        assert_eq!(FilterPath::parse(" , ").unwrap(), None);
        assert!(FilterPath::parse(&"a,".repeat(33)).is_err());
        assert!(FilterPath::parse(&"a".repeat(1_025)).is_err());
    }

    #[test]
    fn many_stars_do_not_take_long() {
        let deep = "{\"a\":".repeat(100) + "1" + &"}".repeat(100);
        let paths = vec!["**.a".repeat(60) + ".b"; 31].join(",");
        let filter = FilterPath::parse(&paths).unwrap().unwrap();
        assert_eq!(filter.apply(deep.as_bytes()), b"{}");
    }
}
