//! The URL's part of a search: it overrides the body.

use serde_json::Value;
use shared::query::{Fuzziness, Operator, Wording};

use super::coverage;
use super::duration::parse_timeout;
use super::fields;
use super::offered::{self, PARAMETERS};
use super::query_text::{self, Defaults};
use super::read::At;
use super::search_body::{SearchCommand, count_max, window_part};
use super::sort;
use super::source_filter::SourceFilter;
use super::{names, read_operator, suggest};
use crate::error::{ApiError, brief};

/// What the URL says that belongs together.
#[derive(Default)]
struct Collected<'a> {
    query: Option<&'a str>,
    defaults: Defaults,
    /// The first parameter that only means something along with `q`.
    needs_query: Option<&'a str>,
    source: Option<Value>,
    includes: Option<Vec<String>>,
    excludes: Option<Vec<String>>,
    counted: bool,
    suggest: Suggest<'a>,
}

/// The suggestion of the URL.
#[derive(Default)]
struct Suggest<'a> {
    field: Option<&'a str>,
    text: Option<&'a str>,
    mode: Option<&'a str>,
    size: Option<&'a str>,
}

/// Applies the parameters in their order.
pub(super) fn apply(command: &mut SearchCommand, parameters: &[(String, String)]) -> Result<(), ApiError> {
    let mut collected = Collected::default();
    for (key, value) in parameters {
        apply_one(command, &mut collected, key, value)?;
    }
    if let Some(query) = collected.query {
        command.query = query_text::parse(query, &collected.defaults)?;
    } else if let Some(key) = collected.needs_query {
        return Err(ApiError::illegal(format!(
            "[{key}] goes with [q], the query of the URL, which is not given"
        )));
    }
    apply_suggest(command, &collected)?;
    apply_source(command, collected.source, collected.includes, collected.excludes)?;
    if command.rest_total_hits_as_int {
        count_everything(command, collected.counted)?;
    }
    Ok(())
}

fn apply_one<'a>(
    command: &mut SearchCommand,
    collected: &mut Collected<'a>,
    key: &'a str,
    text: &'a str,
) -> Result<(), ApiError> {
    if !offered::has(PARAMETERS, key) {
        return Err(names::unknown_parameter(key));
    }
    let value = Value::String(text.to_owned());
    let at = At::new("search", key);
    // `?pretty` alone means `?pretty=true`.
    let truth = || match text {
        "" | "true" => Ok(true),
        "false" => Ok(false),
        _ => Err(at.expected("[true] or [false]", &value)),
    };
    match key {
        "q" => collected.query = Some(text),
        "df" => {
            collected.needs_query = Some(key);
            collected.defaults.fields = vec![(text.to_owned(), 1.0)];
        }
        "default_operator" => {
            collected.needs_query = Some(key);
            collected.defaults.operator = read_operator(at, &value)?;
        }
        "analyze_wildcard" | "lenient" if !truth()? => {}
        "from" => command.from = window_part(key, at.whole(&value)?)?,
        "size" => command.size = window_part(key, at.whole(&value)?)?,
        "_source" => collected.source = Some(source(text)),
        "_source_includes" | "_source_include" => collected.includes = Some(list(text)),
        "_source_excludes" | "_source_exclude" => collected.excludes = Some(list(text)),
        "docvalue_fields" => command.docvalue_fields = fields::parse(key, &list(text).into())?,
        "stored_fields" => {
            let explicit = command.source != SourceFilter::ALL;
            fields::apply_stored(&mut command.source, &list(text).into(), explicit)?;
        }
        "timeout" => command.timeout = parse_timeout(key, text)?,
        "track_total_hits" => {
            command.count_max = count_max(&value)?;
            collected.counted = true;
        }
        "allow_partial_search_results" => command.allow_partial_search_results = Some(truth()?),
        "min_coverage" => command.min_coverage = Some(coverage::parse_min_coverage(key, &value)?),
        "coverage_wait_min" => command.coverage_wait_min = coverage::parse_wait(key, &value)?,
        "coverage_wait_max" => command.coverage_wait_max = coverage::parse_wait(key, &value)?,
        "profile" => command.profile = truth()?,
        "explain" => command.explain = truth()?,
        "include_named_queries_score" => command.named_scores = truth()?,
        "version" => command.version = truth()?,
        "seq_no_primary_term" => command.seq_no_primary_term = truth()?,
        "rest_total_hits_as_int" => command.rest_total_hits_as_int = truth()?,
        "typed_keys" => command.typed_keys = truth()?,
        _ if collected.suggest.read(key, text) => {}
        "search_type" if matches!(text, "query_then_fetch" | "dfs_query_then_fetch") => {}
        "search_type" => {
            return Err(ApiError::illegal(format!(
                "No search type for [{}]; both [query_then_fetch] and [dfs_query_then_fetch] rank exactly here",
                brief(text)
            )));
        }
        "terminate_after" if text == "0" => {}
        "sort" => command.sort = sort::parse_list(text)?,
        "track_scores" => command.track_scores = truth()?,
        _ if offered::is_idle(PARAMETERS, key) => {}
        _ => return Err(names::unknown_parameter(key)),
    }
    Ok(())
}

impl<'a> Suggest<'a> {
    /// Reads a parameter; false if it is none of these.
    fn read(&mut self, key: &str, text: &'a str) -> bool {
        let place = match key {
            "suggest_field" => &mut self.field,
            "suggest_text" => &mut self.text,
            "suggest_mode" => &mut self.mode,
            "suggest_size" => &mut self.size,
            _ => return false,
        };
        *place = Some(text);
        true
    }
}

/// A suggestion for the text, or for the query's.
fn apply_suggest(command: &mut SearchCommand, collected: &Collected<'_>) -> Result<(), ApiError> {
    let Suggest {
        field,
        text,
        mode,
        size,
    } = collected.suggest;
    if let Some(field) = field {
        let text = text.or(collected.query);
        command.suggest.push(suggest::of_url(field, text, mode, size)?);
    } else if text.or(mode).or(size).is_some() {
        return Err(ApiError::illegal(
            "[suggest_text], [suggest_mode] and [suggest_size] go with [suggest_field], which is not given",
        ));
    }
    Ok(())
}

/// `_source` of the URL: a truth value, or patterns.
fn source(text: &str) -> Value {
    match text {
        "" | "true" => Value::Bool(true),
        "false" => Value::Bool(false),
        patterns => list(patterns).into(),
    }
}

fn list(text: &str) -> Vec<String> {
    text.split(',')
        .map(str::trim)
        .filter(|part| !part.is_empty())
        .map(str::to_owned)
        .collect()
}

fn apply_source(
    command: &mut SearchCommand,
    source: Option<Value>,
    includes: Option<Vec<String>>,
    excludes: Option<Vec<String>>,
) -> Result<(), ApiError> {
    match source {
        None if includes.is_none() && excludes.is_none() => {}
        Some(Value::Bool(false)) => command.source = SourceFilter::NOTHING,
        source => {
            let mut patterns = includes.unwrap_or_default();
            if let Some(Value::Array(more)) = source {
                patterns.extend(more.iter().filter_map(Value::as_str).map(str::to_owned));
            }
            command.source = SourceFilter::by_patterns(patterns, excludes.unwrap_or_default())?;
        }
    }
    Ok(())
}

/// A bare number as the total cannot say "at least", so everything is counted.
fn count_everything(command: &mut SearchCommand, counted: bool) -> Result<(), ApiError> {
    if counted && command.count_max != 0 && command.count_max != u64::MAX {
        return Err(ApiError::illegal(format!(
            "[rest_total_hits_as_int] cannot be used if the tracking of total hits is not accurate, got {}",
            command.count_max
        )));
    }
    if command.count_max != 0 {
        command.count_max = u64::MAX;
    }
    Ok(())
}

/// The default of `default_operator`.
impl Default for Defaults {
    fn default() -> Self {
        Self {
            fields: Vec::new(),
            operator: Operator::Or,
            wording: Wording::default(),
            fuzziness: Fuzziness::default(),
            slop: 0,
            lenient: false,
            tie_breaker: 0.0,
        }
    }
}
