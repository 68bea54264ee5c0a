//! The lines of `_msearch`: a header that says where to search, then the search, and so on.

use serde_json::{Map, Value};
use shared::limits;

use crate::api::targets;
use crate::app::{Leniency, Targets};
use crate::error::{ApiError, brief};

/// What the URL says for searches whose header does not.
#[derive(Clone, Debug)]
pub(super) struct Defaults {
    /// The index of the path.
    pub(super) index: Option<String>,
    /// What an index expression may come to.
    pub(super) leniency: Leniency,
    /// Parameters for each search.
    pub(super) parameters: Vec<(String, String)>,
}

/// One search, its body not understood yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Item {
    /// Where.
    pub(super) targets: Targets,
    /// What that may come to.
    pub(super) leniency: Leniency,
    /// The parameters, as if they stood in a URL.
    pub(super) parameters: Vec<(String, String)>,
    /// The body.
    pub(super) body: Vec<u8>,
}

/// Reads the lines. An error of the whole is one after which nobody knows which lines are headers.
pub(super) fn read(body: &[u8], defaults: &Defaults) -> Result<Vec<Result<Item, ApiError>>, ApiError> {
    if body.iter().all(u8::is_ascii_whitespace) {
        return Err(ApiError::Validation("no requests added".to_owned()));
    }
    let Some(body) = body.strip_suffix(b"\n") else {
        return Err(ApiError::illegal(
            "The msearch request must be terminated by a newline [\\n]",
        ));
    };
    let mut lines = body.split(|byte| *byte == b'\n');
    let mut items = Vec::new();
    while let Some(header) = lines.next() {
        let Some(body) = lines.next() else {
            // Empty lines at the end are nobody's header.
            if header.iter().all(u8::is_ascii_whitespace) {
                break;
            }
            return Err(ApiError::illegal(format!(
                "search [{}] has a header and no body on the line after it",
                items.len() + 1
            )));
        };
        if items.len() == limits::MSEARCH_ITEMS_MAX {
            return Err(ApiError::illegal(format!(
                "more searches than the limit of [{}] in one request",
                limits::MSEARCH_ITEMS_MAX
            )));
        }
        items.push(item(header, body, defaults));
    }
    Ok(items)
}

fn item(header: &[u8], body: &[u8], defaults: &Defaults) -> Result<Item, ApiError> {
    let header: Map<String, Value> = if header.iter().all(u8::is_ascii_whitespace) {
        Map::new()
    } else {
        serde_json::from_slice(header).map_err(|error| ApiError::malformed(&error))?
    };
    let mut item = Item {
        targets: Targets::or_all(defaults.index.as_deref()),
        leniency: defaults.leniency,
        parameters: defaults.parameters.clone(),
        body: body.to_vec(),
    };
    for (key, value) in &header {
        item.set(key, value)?;
    }
    Ok(item)
}

impl Item {
    fn set(&mut self, key: &str, value: &Value) -> Result<(), ApiError> {
        match key {
            _ if value.is_null() => {}
            "index" | "indices" => self.targets = Targets::parse(&list(key, value)?),
            "ignore_unavailable" => self.leniency.ignore_unavailable = truth(key, value)?,
            "allow_no_indices" => self.leniency.allow_no_indices = truth(key, value)?,
            "expand_wildcards" => self.leniency.expand = targets::expand(&list(key, value)?)?,
            "ccs_minimize_roundtrips" => {}
            // Whatever else a header says is said to the search, which knows what it takes.
            _ => match value {
                Value::String(text) => self.parameters.push((key.to_owned(), text.clone())),
                Value::Bool(_) | Value::Number(_) => {
                    self.parameters.push((key.to_owned(), value.to_string()));
                }
                _ => return Err(unexpected(key, value)),
            },
        }
        Ok(())
    }
}

/// A name, or a list of names.
fn list(key: &str, value: &Value) -> Result<String, ApiError> {
    match value {
        Value::String(text) => Ok(text.clone()),
        Value::Array(values) => {
            let names: Option<Vec<&str>> = values.iter().map(Value::as_str).collect();
            Ok(names.ok_or_else(|| unexpected(key, value))?.join(","))
        }
        _ => Err(unexpected(key, value)),
    }
}

fn truth(key: &str, value: &Value) -> Result<bool, ApiError> {
    match value {
        Value::Bool(truth) => Ok(*truth),
        Value::String(text) if text == "true" => Ok(true),
        Value::String(text) if text == "false" => Ok(false),
        _ => Err(unexpected(key, value)),
    }
}

fn unexpected(key: &str, value: &Value) -> ApiError {
    ApiError::illegal(format!(
        "[{}] in the header of a search cannot be [{}]",
        brief(key),
        brief(&value.to_string())
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_text(body: &str) -> Result<Vec<Result<Item, ApiError>>, ApiError> {
        let defaults = Defaults {
            index: Some("books".to_owned()),
            leniency: Leniency::default(),
            parameters: vec![("rest_total_hits_as_int".to_owned(), "true".to_owned())],
        };
        read(body.as_bytes(), &defaults)
    }

    #[test]
    fn headers_say_where_and_the_path_says_it_for_those_that_do_not() {
        let items = read_text(
            "{}\n{\"size\":1}\n\n{}\n{\"index\":[\"a\",\"b*\"],\"ignore_unavailable\":true,\"preference\":\"x\"}\r\n{}\n",
        )
        .unwrap();
        let items: Vec<Item> = items.into_iter().map(Result::unwrap).collect();
        assert_eq!(items.len(), 3);
        assert_eq!(
            (&items[0].targets, items[0].body.as_slice()),
            (&Targets::parse("books"), &b"{\"size\":1}"[..])
        );
        assert_eq!(items[2].targets, Targets::parse("a,b*"));
        assert!(items[2].leniency.ignore_unavailable);
        assert_eq!(items[2].parameters.len(), 2);
    }

    #[test]
    fn one_bad_header_does_not_keep_the_others_out() {
        let items = read_text("{\"index\":7}\n{}\n{\n{}\n{}\n{}\n").unwrap();
        assert_eq!(
            items.iter().map(Result::is_ok).collect::<Vec<_>>(),
            [false, false, true]
        );
    }

    #[test]
    fn bodies_that_are_cut_are_refused_as_a_whole() {
        for (body, part) in [
            ("", "no requests"),
            ("\n\n", "no requests"),
            ("{}\n{}", "newline"),
            ("{}\n{}\n{}\n", "search [2]"),
        ] {
            let error = read_text(body).unwrap_err().to_string();
            assert!(error.contains(part), "{body:?}: {error}");
        }
        assert!(read_text(&"{}\n{}\n".repeat(1_001)).is_err());
    }
}
