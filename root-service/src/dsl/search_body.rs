//! A whole search as a client means it: the body of `_search`, then the URL, which overrides it.

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Map, Value};
use shared::limits;
use shared::query::{Query, QueryKind};

use super::aggregations::{self, Named};
use super::collapse::Collapse;
use super::coverage;
use super::duration::parse_timeout;
use super::fields::{self, FieldWish};
use super::highlight::{self, HighlightSpec};
use super::names;
use super::offered::{self, SEARCH_KEYS};
use super::pit::PitSpec;
use super::read::At;
use super::search_parameters;
use super::sort::{self, SortSpec};
use super::source_filter::SourceFilter;
use super::suggest;
use crate::error::{ApiError, brief, search_body_too_large};

/// Matches are counted up to here unless the client says otherwise (as in Elasticsearch).
const COUNT_MAX_DEFAULT: u64 = 10_000;

/// Hits shown unless the client says otherwise.
const SIZE_DEFAULT: u32 = 10;

/// What a client asked of `_search`, validated.
#[derive(Clone, Debug, PartialEq)]
pub struct SearchCommand {
    /// What to look for.
    pub query: Query,
    /// Hits to skip.
    pub from: u32,
    /// Hits to show; with `from`, at most [`limits::RESULT_WINDOW_MAX`].
    pub size: u32,
    /// The order of hits; empty means by score, best first.
    pub sort: Vec<SortSpec>,
    /// Only hits that come after these values in that order.
    pub search_after: Vec<Value>,
    /// The point in time to see, instead of what is there now.
    pub pit: Option<PitSpec>,
    /// Whether hits show scores although they are not ordered by them.
    pub track_scores: bool,
    /// What hits must match besides the query; aggregations do not see it.
    pub post_filter: Option<Query>,
    /// Whether of all hits that have the same value only the best is shown, and which.
    pub collapse: Option<Box<Collapse>>,
    /// Whether hits tell how their scores came about.
    pub explain: bool,
    /// Whether hits tell the scores of the named queries that they match.
    pub named_scores: bool,
    /// What to compute of all matches.
    pub aggregations: Vec<Named>,
    /// What to suggest.
    pub suggest: Vec<suggest::Named>,
    /// Whether names of aggregations and suggestions are shown with their types.
    pub typed_keys: bool,
    /// Which parts of the hits' documents to show.
    pub source: SourceFilter,
    /// Which passages of which fields to show, with the query's words marked.
    pub highlight: Option<Arc<HighlightSpec>>,
    /// Which fields' values to show, as their types read them.
    pub fields: Vec<FieldWish>,
    /// Which fields' values to show, as columns hold them.
    pub docvalue_fields: Vec<FieldWish>,
    /// Count matches up to this number: 0 means do not count, [`u64::MAX`] count all.
    pub count_max: u64,
    /// The client's deadline, if it set one.
    pub timeout: Option<Duration>,
    /// Whether less than all documents may be answered from, if the client said.
    pub allow_partial_search_results: Option<bool>,
    /// The share of the documents, 0 to 1, that is enough to answer from, if the client said.
    pub min_coverage: Option<f64>,
    /// How long to wait for more than enough at least, if the client said.
    pub coverage_wait_min: Option<Duration>,
    /// How long to wait for more than enough at most, if the client said; not shorter than the other.
    pub coverage_wait_max: Option<Duration>,
    /// Whether the answer tells how it came about.
    pub profile: bool,
    /// Whether hits show `_version`.
    pub version: bool,
    /// Whether hits show `_seq_no` and `_primary_term`.
    pub seq_no_primary_term: bool,
    /// Whether `hits.total` is a bare number.
    pub rest_total_hits_as_int: bool,
}

impl Default for SearchCommand {
    fn default() -> Self {
        Self {
            query: Query::new(QueryKind::MatchAll),
            from: 0,
            size: SIZE_DEFAULT,
            sort: Vec::new(),
            search_after: Vec::new(),
            pit: None,
            track_scores: false,
            post_filter: None,
            collapse: None,
            explain: false,
            named_scores: false,
            aggregations: Vec::new(),
            suggest: Vec::new(),
            typed_keys: false,
            source: SourceFilter::ALL,
            highlight: None,
            fields: Vec::new(),
            docvalue_fields: Vec::new(),
            count_max: COUNT_MAX_DEFAULT,
            timeout: None,
            allow_partial_search_results: None,
            min_coverage: None,
            coverage_wait_min: None,
            coverage_wait_max: None,
            profile: false,
            version: false,
            seq_no_primary_term: false,
            rest_total_hits_as_int: false,
        }
    }
}

impl SearchCommand {
    /// Reads a body (which may be empty) and the decoded parameters of the URL, in their order.
    ///
    /// # Errors
    /// A 400 that says what is wrong and where, or a 413 for a body past [`limits::SEARCH_BODY_BYTES_MAX`].
    pub fn parse(body: &[u8], parameters: &[(String, String)]) -> Result<Self, ApiError> {
        let mut command = Self::default();
        let body = read_body(body)?.unwrap_or_default();
        command.read_object(&body)?;
        search_parameters::apply(&mut command, parameters)?;
        let has_query = body.contains_key("query") || parameters.iter().any(|(key, _)| key == "q");
        if !command.suggest.is_empty() && command.aggregations.is_empty() && !has_query {
            // Who only asks for suggestions has no hits.
            command.query = Query::new(QueryKind::MatchNone);
        }
        if let Some(least) = body.get("min_score") {
            command.score_at_least(read_score(least)?);
        }
        if let Some(collapse) = &command.collapse {
            collapse.check(&command)?;
        }
        command.check_window()?;
        command.check_after()?;
        coverage::check_waits("", command.coverage_wait_min, command.coverage_wait_max)?;
        coverage::check_partial(
            ("min_coverage", command.min_coverage),
            (
                "allow_partial_search_results",
                command.allow_partial_search_results,
            ),
        )?;
        Ok(command)
    }

    pub(super) fn read_object(&mut self, body: &Map<String, Value>) -> Result<(), ApiError> {
        for (key, value) in body {
            if !offered::has(SEARCH_KEYS, key) {
                return Err(names::unknown_search_key(key));
            }
            let at = At::new("search", key);
            match key.as_str() {
                "query" => self.query = super::parse_query(value)?,
                "from" => self.from = window_part("from", at.whole(value)?)?,
                "size" => self.size = window_part("size", at.whole(value)?)?,
                "_source" => self.source = SourceFilter::parse(value)?,
                "highlight" => self.highlight = Some(Arc::new(highlight::parse(value)?)),
                "fields" => self.fields = fields::parse(key, value)?,
                "docvalue_fields" => self.docvalue_fields = fields::parse(key, value)?,
                "stored_fields" => {
                    fields::apply_stored(&mut self.source, value, body.contains_key("_source"))?;
                }
                "track_total_hits" => self.count_max = count_max(value)?,
                "timeout" => self.timeout = parse_timeout("timeout", &at.text(value)?)?,
                "min_coverage" => self.min_coverage = Some(coverage::parse_min_coverage(key, value)?),
                "coverage_wait_min" => self.coverage_wait_min = coverage::parse_wait(key, value)?,
                "coverage_wait_max" => self.coverage_wait_max = coverage::parse_wait(key, value)?,
                "profile" => self.profile = at.truth(value)?,
                "version" => self.version = at.truth(value)?,
                "seq_no_primary_term" => self.seq_no_primary_term = at.truth(value)?,
                "track_scores" => self.track_scores = at.truth(value)?,
                "aggs" | "aggregations" => {
                    self.aggregations.extend(aggregations::parse(value)?);
                }
                "pit" => self.pit = Some(PitSpec::parse(value)?),
                "post_filter" => self.post_filter = Some(super::parse_query(value)?),
                "suggest" => self.suggest = suggest::parse(value)?,
                "search_after" => self.search_after = sort::parse_after(value)?,
                "sort" => self.sort = sort::parse(value)?,
                "collapse" => self.collapse = Some(Box::new(Collapse::parse(value)?)),
                "explain" => self.explain = at.truth(value)?,
                // Of whatever the query turns out to be, when all has been read.
                "min_score" => {}
                "terminate_after" if at.whole(value)? == 0 => {}
                other => return Err(names::unknown_search_key(other)),
            }
        }
        Ok(())
    }

    /// Whether hits show parts of their documents that are read by the mapping.
    pub fn reads_fields(&self) -> bool {
        self.highlight.is_some() || !self.fields.is_empty() || !self.docvalue_fields.is_empty()
    }

    /// Lets no document match that scores less.
    pub(crate) fn score_at_least(&mut self, score_min: f32) {
        let query = std::mem::replace(&mut self.query, Query::new(QueryKind::MatchNone));
        self.query = Query::scoring_at_least(query, score_min);
    }

    fn check_after(&self) -> Result<(), ApiError> {
        if !self.search_after.is_empty() && self.from > 0 {
            return Err(ApiError::illegal(format!(
                "`from` parameter must be set to 0 when `search_after` is used, but was [{}]",
                self.from
            )));
        }
        Ok(())
    }

    fn check_window(&self) -> Result<(), ApiError> {
        let window = u64::from(self.from) + u64::from(self.size);
        if window > limits::RESULT_WINDOW_MAX {
            return Err(window_too_large(window));
        }
        Ok(())
    }
}

/// `min_score`: a finite number.
#[expect(clippy::cast_possible_truncation, reason = "checked to be finite afterwards")]
pub(crate) fn read_score(value: &Value) -> Result<f32, ApiError> {
    let at = At::new("search", "min_score");
    let score = at.number(value)? as f32;
    if score.is_finite() {
        Ok(score)
    } else {
        Err(at.expected("a number", value))
    }
}

/// The body as an object, `None` if there is none.
fn read_body(body: &[u8]) -> Result<Option<Map<String, Value>>, ApiError> {
    if body.len() > limits::SEARCH_BODY_BYTES_MAX {
        return Err(search_body_too_large());
    }
    if body.iter().all(u8::is_ascii_whitespace) {
        return Ok(None);
    }
    match serde_json::from_slice(body) {
        Ok(Value::Object(object)) => Ok(Some(object)),
        Ok(other) => Err(ApiError::parsing(format!(
            "a search body must be a JSON object, but is [{}]",
            brief(&other.to_string())
        ))),
        Err(error) => Err(ApiError::malformed(&error)),
    }
}

/// `from` or `size`.
pub(super) fn window_part(key: &str, number: i64) -> Result<u32, ApiError> {
    let Ok(number) = u64::try_from(number) else {
        return Err(ApiError::illegal(format!(
            "[{key}] parameter cannot be negative but was [{number}]"
        )));
    };
    u32::try_from(number).map_err(|_| window_too_large(number))
}

fn window_too_large(window: u64) -> ApiError {
    ApiError::illegal(format!(
        "Result window is too large, from + size must be less than or equal to: [{}] but was [{window}]",
        limits::RESULT_WINDOW_MAX
    ))
}

/// `track_total_hits`: whether, or how far, to count.
pub(super) fn count_max(value: &Value) -> Result<u64, ApiError> {
    let at = At::new("search", "track_total_hits");
    let what = "true, false, or a number of hits to count up to";
    if let Ok(truth) = at.truth(value) {
        return Ok(if truth { u64::MAX } else { 0 });
    }
    match at.whole(value) {
        Ok(-1) => Ok(u64::MAX),
        Ok(number) => u64::try_from(number).map_err(|_| at.expected(what, value)),
        Err(_) => Err(at.expected(what, value)),
    }
}

#[cfg(test)]
#[path = "search_body_tests.rs"]
mod tests;
