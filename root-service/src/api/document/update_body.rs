//! The body of an update: `{"doc": {…}, "doc_as_upsert": true, "upsert": {…}, "detect_noop": false}`.

use std::collections::BTreeMap;

use serde_json::value::RawValue;

use crate::dsl::SourceFilter;
use crate::error::{ApiError, brief};
use crate::write::Update;

/// How often an update may begin again: a document that changes more often is no place for it.
const RETRIES_MAX: u64 = 100;

/// Reads the body; what of the document to show comes with it, if the body says it.
pub(in crate::api) fn read_update(
    body: &str,
    retries: u32,
) -> Result<(Update, Option<SourceFilter>), ApiError> {
    // As text, so that the documents keep every digit.
    let fields: BTreeMap<String, &RawValue> =
        serde_json::from_str(body).map_err(|error| ApiError::malformed(&error))?;
    let mut update = Update {
        retries,
        ..Update::default()
    };
    let mut show = None;
    for (key, value) in fields {
        let text = value.get();
        match key.as_str() {
            "doc" => update.doc = Some(object(&key, text)?),
            "upsert" => update.upsert = Some(object(&key, text)?),
            "doc_as_upsert" => update.doc_as_upsert = truth(&key, text)?,
            "detect_noop" => update.write_unchanged = !truth(&key, text)?,
            "_source" => {
                let value = serde_json::from_str(text).map_err(|error| ApiError::malformed(&error))?;
                show = Some(SourceFilter::parse(&value)?);
            }
            "scripted_upsert" if text == "false" => {}
            "script" | "scripted_upsert" | "lang" | "params" => {
                return Err(ApiError::illegal(format!(
                    "[{key}] is not offered: there are no scripts; send what changes as [doc]"
                )));
            }
            "if_seq_no" | "if_primary_term" => {
                return Err(ApiError::illegal(format!(
                    "[{key}] is offered as a parameter of the URL or of the action, and not in the body"
                )));
            }
            other => {
                return Err(ApiError::parsing(format!(
                    "[UpdateRequest] unknown field [{}]",
                    brief(other)
                )));
            }
        }
    }
    if update.doc.is_none() {
        return Err(ApiError::Validation(if update.doc_as_upsert {
            "doc must be specified if doc_as_upsert is enabled".to_owned()
        } else {
            "script or doc is missing".to_owned()
        }));
    }
    Ok((update, show))
}

/// Checks `retry_on_conflict`.
pub(in crate::api) fn check_retries(retries: u64) -> Result<u32, ApiError> {
    match u32::try_from(retries) {
        Ok(number) if retries <= RETRIES_MAX => Ok(number),
        _ => Err(ApiError::illegal(format!(
            "[retry_on_conflict] of [{retries}] is more than the limit of [{RETRIES_MAX}]"
        ))),
    }
}

/// Who says which document is meant cannot mean the next one too.
pub(in crate::api) fn check_compare(if_seq_no: Option<u64>, retries: u32) -> Result<(), ApiError> {
    if if_seq_no.is_some() && retries > 0 {
        return Err(ApiError::Validation(
            "compare and write operations can not be retried".to_owned(),
        ));
    }
    Ok(())
}

fn object(key: &str, text: &str) -> Result<String, ApiError> {
    if text.starts_with('{') {
        return Ok(text.to_owned());
    }
    Err(ApiError::parsing(format!(
        "[{key}] of an update must be an object, but is [{}]",
        brief(text)
    )))
}

fn truth(key: &str, text: &str) -> Result<bool, ApiError> {
    match text {
        "true" | "\"true\"" => Ok(true),
        "false" | "\"false\"" => Ok(false),
        _ => Err(ApiError::parsing(format!(
            "[{key}] of an update must be [true] or [false], but is [{}]",
            brief(text)
        ))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documents_are_taken_as_they_are_written() {
        let body = r#"{"doc": {"n": 1.10}, "upsert": {"n":0}, "detect_noop": false, "_source": "n"}"#;
        let (update, show) = read_update(body, 3).unwrap();
        let expected = Update {
            doc: Some(r#"{"n": 1.10}"#.to_owned()),
            upsert: Some(r#"{"n":0}"#.to_owned()),
            doc_as_upsert: false,
            write_unchanged: true,
            retries: 3,
        };
        assert_eq!(update, expected);
        assert!(show.is_some_and(|filter| filter.is_shown()));
    }

    #[test]
    fn scripts_and_unknown_keys_are_refused_by_name() {
        for (body, part) in [
            (r#"{"script": "x"}"#, "[script]"),
            (r#"{"doc": {}, "docs": {}}"#, "[docs]"),
            (r#"{"doc": 1}"#, "[doc]"),
            (r#"{"doc": {}, "doc_as_upsert": 1}"#, "[doc_as_upsert]"),
            (r"{}", "script or doc is missing"),
            (r#"{"doc_as_upsert": true}"#, "doc must be specified"),
            ("[]", "JSON"),
        ] {
            let error = read_update(body, 0).unwrap_err().to_string();
            assert!(error.contains(part), "{body}: {error}");
        }
        assert!(check_retries(101).is_err() && check_retries(3) == Ok(3));
        assert!(check_compare(Some(1), 1).is_err() && check_compare(None, 1).is_ok());
    }
}
