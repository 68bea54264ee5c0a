//! What the parameters of a call say of its index expression.

use std::sync::Arc;

use super::params::Params;
use crate::app::{App, Leniency, Targets};
use crate::error::{ApiError, brief};
use crate::offered::{Offered, flag, texts};

/// The parameters that say what an index expression means.
pub(super) const OFFERED: &[Offered] = &[
    flag(
        "allow_no_indices",
        "Whether an expression may mean no index at all.",
    ),
    texts(
        "expand_wildcards",
        "Whether patterns reach indexes: `open`, `all` or `none`.",
    ),
    flag(
        "ignore_unavailable",
        "Whether names of missing indexes are passed over.",
    ),
];

/// Takes `ignore_unavailable`, `allow_no_indices` and `expand_wildcards`, where they are not said as in `defaults`.
pub(super) fn leniency(params: &mut Params, defaults: Leniency) -> Result<Leniency, ApiError> {
    Ok(Leniency {
        ignore_unavailable: params
            .flag("ignore_unavailable")?
            .unwrap_or(defaults.ignore_unavailable),
        allow_no_indices: params
            .flag("allow_no_indices")?
            .unwrap_or(defaults.allow_no_indices),
        expand: match params.text("expand_wildcards") {
            None => defaults.expand,
            Some(text) => expand(&text)?,
        },
        aliases: defaults.aliases,
    })
}

/// Whether patterns reach open indexes: there are no others here, none closed and none hidden.
pub(super) fn expand(text: &str) -> Result<bool, ApiError> {
    let mut open = false;
    for part in text.split(',').map(str::trim) {
        match part {
            "open" | "all" => open = true,
            "none" => open = false,
            "closed" | "hidden" => {}
            other => {
                return Err(ApiError::illegal(format!(
                    "No valid expand wildcard value [{}]",
                    brief(other)
                )));
            }
        }
    }
    Ok(open)
}

/// The name of a document's index: no list and no pattern.
pub(super) fn one<'a>(text: &'a str, call: &str) -> Result<&'a str, ApiError> {
    if text.is_empty() || text == "_all" || text.contains([',', '*']) {
        return Err(ApiError::illegal(format!(
            "[{}] means several indexes; {call} takes the name of one index or alias",
            brief(text)
        )));
    }
    Ok(text)
}

/// Reads the expression in a path and the parameters that belong to it.
pub(super) fn take(
    target: Option<&str>,
    params: &mut Params,
    defaults: Leniency,
) -> Result<(Targets, Leniency), ApiError> {
    Ok((Targets::or_all(target), leniency(params, defaults)?))
}

/// The indexes that an expression means now, as searches take them.
pub(super) fn names(targets: &Targets, leniency: Leniency, app: &App) -> Result<Vec<Arc<str>>, ApiError> {
    let catalog = app.catalog();
    Ok(targets
        .resolve(&catalog, leniency)?
        .into_keys()
        .map(Arc::from)
        .collect())
}

/// The index that an answer is about if it does not name one hit by hit: the only one.
pub(super) fn shown(indexes: &[Arc<str>]) -> &str {
    indexes.first().map_or("", |index| index)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_for_one_index_refuse_several() {
        assert_eq!(one("a", "a document").unwrap(), "a");
        for text in ["a,b", "a*", "_all", ""] {
            assert!(one(text, "a document").is_err(), "{text}");
        }
    }

    #[test]
    fn parameters_say_how_lenient_to_be() {
        let query = "ignore_unavailable&allow_no_indices=false&expand_wildcards=closed,none";
        let mut params = Params::parse("/a", query).unwrap();
        let (_, taken) = take(Some("a"), &mut params, Leniency::default()).unwrap();
        params.finish().unwrap();
        assert!(taken.ignore_unavailable && !taken.allow_no_indices && !taken.expand);
        assert!(expand("open,hidden").unwrap());
        assert!(expand("some").is_err());
    }
}
