//! The parameters that all writes have, bulks included.

use std::time::Duration;

use crate::api::params::Params;
use crate::error::{ApiError, brief};
use crate::offered::{Offered, duration, idle, off, one_of, refused, text, whole};
use crate::write::RefreshPolicy;

/// The parameters that all writes have.
pub(in crate::api) const OFFERED: &[Offered] = &[
    whole("if_primary_term", "Goes with `if_seq_no`: always 1."),
    whole(
        "if_seq_no",
        "The number of the write that the document must be of.",
    ),
    idle("include_source_on_error"),
    off("list_executed_pipelines"),
    refused("pipeline"),
    one_of(
        "refresh",
        &["true", "false", "wait_for"],
        "Whether to make the write visible, or to wait for it.",
    ),
    off("require_alias"),
    off("require_data_stream"),
    text("routing", "What decides about the shard, instead of the id."),
    duration("timeout", "How long it may take."),
    refused("version"),
    refused("version_type"),
    idle("wait_for_active_shards"),
];

/// How a write is to be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::api) struct WriteParams {
    /// When it becomes visible.
    pub(in crate::api) refresh: RefreshPolicy,
    /// How long it may take.
    pub(in crate::api) timeout: Duration,
    /// The routing value.
    pub(in crate::api) routing: Option<String>,
    /// The number of the operation that must have written the document that is there.
    pub(in crate::api) if_seq_no: Option<u64>,
}

/// The condition of `if_seq_no` and `if_primary_term`, which go together. There is one primary term, 1: what was read
/// under another is not what is here, and has a number that no operation has.
pub(in crate::api) fn condition(
    if_seq_no: Option<u64>,
    if_primary_term: Option<u64>,
) -> Result<Option<u64>, ApiError> {
    match (if_seq_no, if_primary_term) {
        (None, None) => Ok(None),
        (Some(seq_no), Some(1)) => Ok(Some(seq_no)),
        (Some(_), Some(0) | None) => Err(ApiError::Validation(
            "ifSeqNo is set, but primary term is [0]".to_owned(),
        )),
        (Some(_), Some(_)) => Ok(Some(u64::MAX)),
        (None, Some(term)) => Err(ApiError::Validation(format!(
            "ifSeqNo is unassigned, but primary term is [{term}]"
        ))),
    }
}

/// Parameters that would change what is written: refused by name.
const NOT_OFFERED: [&str; 3] = ["pipeline", "version", "version_type"];
/// Parameters that are harmless only if they are switched off.
const OFF: [&str; 3] = ["require_alias", "require_data_stream", "list_executed_pipelines"];

impl WriteParams {
    /// Takes them.
    pub(in crate::api) fn take(params: &mut Params, timeout: Duration) -> Result<Self, ApiError> {
        for name in NOT_OFFERED {
            if params.text(name).is_some() {
                return Err(ApiError::illegal(format!(
                    "the parameter [{name}] is not offered yet"
                )));
            }
        }
        for name in OFF {
            if params.flag(name)?.unwrap_or(false) {
                return Err(ApiError::illegal(format!(
                    "the parameter [{name}] is offered only as [false]"
                )));
            }
        }
        Ok(Self {
            refresh: refresh(params.text("refresh").as_deref())?,
            timeout: params.duration("timeout")?.unwrap_or(timeout),
            routing: params.text("routing"),
            if_seq_no: condition(params.value("if_seq_no")?, params.value("if_primary_term")?)?,
        })
    }
}

fn refresh(text: Option<&str>) -> Result<RefreshPolicy, ApiError> {
    match text {
        None | Some("false") => Ok(RefreshPolicy::None),
        Some("" | "true") => Ok(RefreshPolicy::Now),
        Some("wait_for") => Ok(RefreshPolicy::WaitFor),
        Some(other) => Err(ApiError::illegal(format!(
            "Unknown value for refresh: [{}].",
            brief(other)
        ))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::document::calls::BULK;

    fn take(query: &str) -> Result<WriteParams, ApiError> {
        let mut params = Params::parse("/a/_bulk", query)?.of(&BULK);
        let taken = WriteParams::take(&mut params, Duration::from_mins(1))?;
        params.finish()?;
        Ok(taken)
    }

    #[test]
    fn refresh_has_four_forms() {
        for (query, policy) in [
            ("", RefreshPolicy::None),
            ("refresh=false", RefreshPolicy::None),
            ("refresh", RefreshPolicy::Now),
            ("refresh=true", RefreshPolicy::Now),
            ("refresh=wait_for", RefreshPolicy::WaitFor),
        ] {
            assert_eq!(take(query).unwrap().refresh, policy, "{query}");
        }
        assert!(take("refresh=soon").is_err());
    }

    #[test]
    fn what_would_change_the_write_is_refused_by_name() {
        for query in ["pipeline=p", "require_alias=true", "version=2", "foo=1"] {
            let name = query.split('=').next().unwrap();
            let error = take(query).unwrap_err().to_string();
            assert!(error.contains(&format!("[{name}]")), "{error}");
        }
        assert_eq!(take("if_seq_no=3&if_primary_term=1").unwrap().if_seq_no, Some(3));
        assert_eq!(
            take("if_seq_no=3&if_primary_term=2").unwrap().if_seq_no,
            Some(u64::MAX)
        );
        assert!(take("if_seq_no=3").is_err() && take("if_primary_term=1").is_err());
        let taken = take("require_alias=false&timeout=5s&routing=r&wait_for_active_shards=1&pretty").unwrap();
        assert_eq!(taken.timeout, Duration::from_secs(5));
        assert_eq!(taken.routing.as_deref(), Some("r"));
    }
}
