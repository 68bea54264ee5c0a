//! The parameters that all writes have, bulks included.

use std::time::Duration;

use crate::api::params::Params;
use crate::error::{ApiError, brief};
use crate::write::RefreshPolicy;

/// How a write is to be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::api) struct WriteParams {
    /// When it becomes visible.
    pub(in crate::api) refresh: RefreshPolicy,
    /// How long it may take.
    pub(in crate::api) timeout: Duration,
    /// The routing value.
    pub(in crate::api) routing: Option<String>,
}

/// Parameters that would change what is written: refused by name.
const NOT_OFFERED: [&str; 5] = [
    "pipeline",
    "version",
    "version_type",
    "if_seq_no",
    "if_primary_term",
];
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
        params.tolerate(&["wait_for_active_shards", "include_source_on_error"]);
        Ok(Self {
            refresh: refresh(params.text("refresh").as_deref())?,
            timeout: params.duration("timeout")?.unwrap_or(timeout),
            routing: params.text("routing"),
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

    fn take(query: &str) -> Result<WriteParams, ApiError> {
        let mut params = Params::parse("/a/_bulk", query)?;
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
        for query in [
            "pipeline=p",
            "if_seq_no=3",
            "require_alias=true",
            "version=2",
            "foo=1",
        ] {
            let name = query.split('=').next().unwrap();
            let error = take(query).unwrap_err().to_string();
            assert!(error.contains(&format!("[{name}]")), "{error}");
        }
        let taken = take("require_alias=false&timeout=5s&routing=r&wait_for_active_shards=1&pretty").unwrap();
        assert_eq!(taken.timeout, Duration::from_secs(5));
        assert_eq!(taken.routing.as_deref(), Some("r"));
    }
}
