//! Definitions of char filters.

use super::super::char_filters::{CharFilter, Html, Mappings};
use super::super::error::AnalysisError;
use super::super::pattern::{Pattern, Replacement};
use super::options::Options;
use crate::limits;

/// The types that are offered.
const OFFERED: [&str; 3] = ["html_strip", "mapping", "pattern_replace"];

pub(super) fn read(mut options: Options<'_>) -> Result<CharFilter, AnalysisError> {
    let kind = options.required_kind()?;
    let filter = match kind.as_str() {
        "html_strip" => {
            let kept = options.words("escaped_tags")?;
            CharFilter::Html(Html {
                kept: kept.iter().map(|name| name.to_lowercase()).collect(),
            })
        }
        "mapping" => mapping(&mut options)?,
        "pattern_replace" => {
            let (pattern, replacement) = replacing(&mut options)?;
            CharFilter::Replace(pattern, replacement)
        }
        other => return Err(options.unknown_type(other, OFFERED.into_iter())),
    };
    options.finish()?;
    Ok(filter)
}

fn mapping(options: &mut Options<'_>) -> Result<CharFilter, AnalysisError> {
    if options.get("mappings_path").is_some() {
        return Err(options.wrong("mappings_path", "files are not offered; use [mappings]"));
    }
    let rules = match options.get("mappings") {
        Some(serde_json::Value::Array(_)) => options.list("mappings")?.unwrap_or_default(),
        _ => return Err(options.wrong("mappings", "expected a list of rules such as [a => b]")),
    };
    if rules
        .iter()
        .any(|rule| rule.len() > limits::ANALYSIS_RULE_BYTES_MAX)
    {
        let reason = format!(
            "a rule is longer than the limit of [{}] bytes",
            limits::ANALYSIS_RULE_BYTES_MAX
        );
        return Err(options.wrong("mappings", &reason));
    }
    let mappings = Mappings::new(rules).map_err(|reason| options.wrong("mappings", &reason))?;
    Ok(CharFilter::Mapping(mappings))
}

/// A pattern with what stands for its matches.
pub(super) fn replacing(options: &mut Options<'_>) -> Result<(Pattern, Replacement), AnalysisError> {
    let Some(text) = options.text("pattern")? else {
        return Err(options.wrong("pattern", "it is missing"));
    };
    let flags = options.text("flags")?.unwrap_or("");
    let pattern = Pattern::new(text, flags).map_err(|reason| options.wrong("pattern", &reason))?;
    let replacement = options.text("replacement")?.unwrap_or("");
    if replacement.len() > limits::ANALYSIS_RULE_BYTES_MAX {
        let reason = format!(
            "it is longer than the limit of [{}] bytes",
            limits::ANALYSIS_RULE_BYTES_MAX
        );
        return Err(options.wrong("replacement", &reason));
    }
    let replacement =
        Replacement::new(replacement, &pattern).map_err(|reason| options.wrong("replacement", &reason))?;
    Ok((pattern, replacement))
}
