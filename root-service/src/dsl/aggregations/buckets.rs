//! Aggregations with buckets.

use serde_json::{Map, Value};
use shared::aggregation::Like;
use shared::limits;
use shared::pattern::{Pattern, Syntax};

use super::common::{
    SOURCES_MAX, bounds, calendar_interval, documents, fixed_interval, missing_value, needed, object,
    offset_ms, orders, positive, size, unsupported, zone_ms,
};
use super::kinds::{
    DateHistogram, Filters, Histogram, Interval, Kind, Order, OrderBy, RangeBound, Ranges, Terms,
};
use crate::dsl::read::At;
use crate::error::{ApiError, brief};

pub(super) fn terms(body: &Value) -> Result<Kind, ApiError> {
    const NAME: &str = "terms";
    let (mut field, mut missing) = (None, None);
    let mut terms = new_terms(false);
    for (key, value) in object(NAME, body)? {
        let at = At::new(NAME, key);
        match key.as_str() {
            "field" => field = Some(at.text(value)?),
            "missing" => missing = missing_value(at, value)?,
            "include" => match value {
                Value::Object(part) => terms.like.part = Some(partition(part)?),
                Value::String(text) => terms.like.fits = Some(regexp(at, text)?),
                _ => terms.include = Some(values(at, value)?),
            },
            "exclude" => match value {
                Value::String(text) => terms.like.fits_not = Some(regexp(at, text)?),
                _ => terms.exclude = values(at, value)?,
            },
            "format" => terms.format = Some(at.text(value)?),
            _ => common_of_terms(NAME, &mut terms, at, value)?,
        }
    }
    if terms.like.part.is_some() && (!terms.exclude.is_empty() || terms.like.fits_not.is_some()) {
        return Err(ApiError::illegal(
            "[terms] Cannot specify any excludes when using a partition-based include",
        ));
    }
    terms.fields = vec![(needed(NAME, "field", field)?, missing)];
    Ok(Kind::Terms(terms))
}

pub(super) fn multi_terms(body: &Value) -> Result<Kind, ApiError> {
    const NAME: &str = "multi_terms";
    let mut terms = new_terms(true);
    for (key, value) in object(NAME, body)? {
        let at = At::new(NAME, key);
        match key.as_str() {
            "terms" => {
                let list = value
                    .as_array()
                    .filter(|list| (2..=SOURCES_MAX).contains(&list.len()))
                    .ok_or_else(|| at.expected("2 to 16 fields", value))?;
                for one in list {
                    terms.fields.push(multi_field(at.object(one)?)?);
                }
            }
            _ => common_of_terms(NAME, &mut terms, at, value)?,
        }
    }
    if terms.fields.is_empty() {
        return needed(NAME, "terms", None);
    }
    Ok(Kind::Terms(terms))
}

fn multi_field(object: &Map<String, Value>) -> Result<(String, Option<Value>), ApiError> {
    const NAME: &str = "multi_terms";
    let (mut field, mut missing) = (None, None);
    for (key, value) in object {
        let at = At::new(NAME, key);
        match key.as_str() {
            "field" => field = Some(at.text(value)?),
            "missing" => missing = missing_value(at, value)?,
            other => return Err(unsupported(NAME, other)),
        }
    }
    Ok((needed(NAME, "field", field)?, missing))
}

fn new_terms(multi: bool) -> Terms {
    Terms {
        fields: Vec::new(),
        multi,
        size: 10,
        orders: vec![Order {
            by: OrderBy::Count,
            descending: true,
        }],
        min_doc_count: 1,
        include: None,
        exclude: Vec::new(),
        like: Like::default(),
        shows_error: false,
        format: None,
    }
}

fn common_of_terms(name: &str, terms: &mut Terms, at: At<'_>, value: &Value) -> Result<(), ApiError> {
    match at.key {
        "size" => terms.size = size(at, value, 1)?,
        // Shards send all they have, up to a limit that no such size changes.
        "shard_size" => drop(size(at, value, -1)?),
        "order" => terms.orders = orders(at, value)?,
        "min_doc_count" => {
            terms.min_doc_count = documents(at, value)?;
            if terms.min_doc_count == 0 && terms.multi {
                return Err(ApiError::illegal(format!(
                    "[{name}] [min_doc_count] of [0] is not offered: combinations without documents are no buckets"
                )));
            }
        }
        "shard_min_doc_count" => drop(documents(at, value)?),
        "show_term_doc_count_error" => terms.shows_error = at.truth(value)?,
        // Hints on how to compute what is computed in one way only.
        "execution_hint" | "collect_mode" => drop(at.text(value)?),
        other => return Err(unsupported(name, other)),
    }
    Ok(())
}

/// A regular expression that keys must fit as a whole.
fn regexp(at: At<'_>, text: &str) -> Result<Pattern, ApiError> {
    let pattern = Pattern {
        syntax: Syntax::Regexp,
        text: text.to_owned(),
        case_insensitive: false,
    };
    match pattern.compile() {
        Ok(_) => Ok(pattern),
        Err(error) => Err(ApiError::illegal(format!(
            "[{}] [{}] the regular expression [{}] {error}",
            at.part,
            at.key,
            brief(text)
        ))),
    }
}

/// `{"partition": 3, "num_partitions": 20}`.
fn partition(object: &Map<String, Value>) -> Result<(u32, u32), ApiError> {
    let (mut part, mut of) = (None, None);
    for (key, value) in object {
        let at = At::new("include", key);
        let number = || match at.whole(value)? {
            number @ 0..=limits::PARTITIONS_MAX => {
                u32::try_from(number).map_err(|_| at.expected("a number that is not negative", value))
            }
            _ => Err(at.expected(&format!("a number from 0 to {}", limits::PARTITIONS_MAX), value)),
        };
        match key.as_str() {
            "partition" => part = Some(number()?),
            "num_partitions" => of = Some(number()?),
            other => return Err(unsupported("include", other)),
        }
    }
    let part = needed("include", "partition", part)?;
    let of = needed("include", "num_partitions", of)?;
    if part >= of {
        return Err(ApiError::illegal(format!(
            "[include] [partition] must be less than [num_partitions], but was [{part}] of [{of}]"
        )));
    }
    Ok((part, of))
}

/// A list of exact values.
fn values(at: At<'_>, value: &Value) -> Result<Vec<Value>, ApiError> {
    let list = value.as_array().ok_or_else(|| {
        at.expected(
            "a list of exact values, a regular expression, or a partition",
            value,
        )
    })?;
    if list.len() > limits::TERMS_MAX {
        return Err(ApiError::illegal(format!(
            "[{}] has [{}] values, the limit is [{}]",
            at.key,
            list.len(),
            limits::TERMS_MAX
        )));
    }
    list.iter().map(|value| at.scalar(value)).collect()
}

pub(super) fn range(name: &str, body: &Value, dates: bool) -> Result<Kind, ApiError> {
    let (mut field, mut missing, mut format) = (None, None, None);
    let (mut keyed, mut ranges) = (false, Vec::new());
    for (key, value) in object(name, body)? {
        let at = At::new(name, key);
        match key.as_str() {
            "field" => field = Some(at.text(value)?),
            "missing" => missing = missing_value(at, value)?,
            "keyed" => keyed = at.truth(value)?,
            "format" if dates => format = Some(at.text(value)?),
            "ranges" => {
                let list = value
                    .as_array()
                    .filter(|list| list.len() <= limits::AGGREGATION_RANGES_MAX)
                    .ok_or_else(|| at.expected("a list of up to 1024 ranges", value))?;
                for one in list {
                    ranges.push(bound(name, at.object(one)?)?);
                }
            }
            other => return Err(unsupported(name, other)),
        }
    }
    if ranges.is_empty() {
        return Err(ApiError::illegal(format!(
            "No [ranges] specified for the [{name}] aggregation"
        )));
    }
    Ok(Kind::Ranges(Ranges {
        field: needed(name, "field", field)?,
        dates,
        ranges,
        keyed,
        missing,
        format,
    }))
}

fn bound(name: &str, object: &Map<String, Value>) -> Result<RangeBound, ApiError> {
    let (mut label, mut from, mut to) = (None, None, None);
    for (key, value) in object {
        let at = At::new(name, key);
        match key.as_str() {
            "key" => label = Some(at.text(value)?),
            "from" => from = missing_value(at, value)?,
            "to" => to = missing_value(at, value)?,
            other => return Err(unsupported(name, other)),
        }
    }
    Ok(RangeBound { key: label, from, to })
}

/// Buckets by ascending key.
fn by_key() -> Vec<Order> {
    vec![Order {
        by: OrderBy::Key,
        descending: false,
    }]
}

pub(super) fn histogram(body: &Value) -> Result<Kind, ApiError> {
    const NAME: &str = "histogram";
    let (mut field, mut interval) = (None, None);
    let mut histogram = Histogram {
        field: String::new(),
        interval: 1.0,
        offset: 0.0,
        min_doc_count: 0,
        extended_bounds: None,
        hard_bounds: None,
        keyed: false,
        missing: None,
        orders: by_key(),
    };
    for (key, value) in object(NAME, body)? {
        let at = At::new(NAME, key);
        let numbers = || {
            let (min, max) = bounds(at, value)?;
            Ok::<_, ApiError>((at.number(&min)?, at.number(&max)?))
        };
        match key.as_str() {
            "field" => field = Some(at.text(value)?),
            "interval" => interval = Some(positive(at, value)?),
            "offset" => histogram.offset = at.number(value)?,
            "min_doc_count" => histogram.min_doc_count = documents(at, value)?,
            "extended_bounds" => histogram.extended_bounds = Some(numbers()?),
            "hard_bounds" => histogram.hard_bounds = Some(numbers()?),
            "keyed" => histogram.keyed = at.truth(value)?,
            "missing" => histogram.missing = missing_value(at, value)?,
            "order" => histogram.orders = orders(at, value)?,
            other => return Err(unsupported(NAME, other)),
        }
    }
    histogram.field = needed(NAME, "field", field)?;
    histogram.interval = needed(NAME, "interval", interval)?;
    if histogram.extended_bounds.is_some_and(|(min, max)| max < min) {
        return Err(ApiError::illegal(
            "[histogram] [extended_bounds] min is greater than max",
        ));
    }
    Ok(Kind::Histogram(histogram))
}

pub(super) fn date_histogram(body: &Value) -> Result<Kind, ApiError> {
    const NAME: &str = "date_histogram";
    let (mut field, mut interval) = (None, None);
    let mut histogram = DateHistogram {
        field: String::new(),
        interval: Interval::Week,
        zone_ms: 0,
        offset_ms: 0,
        min_doc_count: 0,
        extended_bounds: None,
        hard_bounds: None,
        keyed: false,
        missing: None,
        format: None,
        orders: by_key(),
    };
    for (key, value) in object(NAME, body)? {
        let at = At::new(NAME, key);
        match key.as_str() {
            "field" => field = Some(at.text(value)?),
            "fixed_interval" | "calendar_interval" if interval.is_some() => {
                return Err(ApiError::illegal(
                    "Cannot use [fixed_interval] with [calendar_interval] configuration option.",
                ));
            }
            "fixed_interval" => interval = Some(fixed_interval(at, value)?),
            "calendar_interval" => interval = Some(calendar_interval(at, value)?),
            "time_zone" => histogram.zone_ms = zone_ms(at, value)?,
            "offset" => histogram.offset_ms = offset_ms(at, value)?,
            "min_doc_count" => histogram.min_doc_count = documents(at, value)?,
            "extended_bounds" => histogram.extended_bounds = Some(bounds(at, value)?),
            "hard_bounds" => histogram.hard_bounds = Some(bounds(at, value)?),
            "keyed" => histogram.keyed = at.truth(value)?,
            "missing" => histogram.missing = missing_value(at, value)?,
            "format" => histogram.format = Some(at.text(value)?),
            "order" => histogram.orders = orders(at, value)?,
            "interval" => {
                return Err(ApiError::parsing(
                    "[date_histogram] [interval] is gone; use [fixed_interval] or [calendar_interval]",
                ));
            }
            other => return Err(unsupported(NAME, other)),
        }
    }
    histogram.field = needed(NAME, "field", field)?;
    histogram.interval = needed(NAME, "fixed_interval] or [calendar_interval", interval)?;
    Ok(Kind::DateHistogram(Box::new(histogram)))
}

pub(super) fn filters(body: &Value) -> Result<Kind, ApiError> {
    const NAME: &str = "filters";
    let (mut filters, mut wanted, mut key_of_others) = (Vec::new(), None, None);
    for (key, value) in object(NAME, body)? {
        let at = At::new(NAME, key);
        match key.as_str() {
            "filters" => match value {
                Value::Array(list) => {
                    for query in list {
                        filters.push((None, crate::dsl::parse_query(query)?));
                    }
                }
                _ => {
                    for (name, query) in at.object(value)? {
                        filters.push((Some(name.clone()), crate::dsl::parse_query(query)?));
                    }
                }
            },
            "other_bucket" => wanted = Some(at.truth(value)?),
            "other_bucket_key" => key_of_others = Some(at.text(value)?),
            other => return Err(unsupported(NAME, other)),
        }
    }
    if filters.is_empty() || filters.len() > limits::AGGREGATION_RANGES_MAX {
        return Err(ApiError::illegal(format!(
            "[filters] cannot be empty, and can be up to [{}]",
            limits::AGGREGATION_RANGES_MAX
        )));
    }
    let others = wanted.unwrap_or(key_of_others.is_some());
    Ok(Kind::Filters(Filters {
        filters,
        others: others.then(|| key_of_others.unwrap_or_else(|| "_other_".to_owned())),
    }))
}

pub(super) fn missing(body: &Value) -> Result<Kind, ApiError> {
    const NAME: &str = "missing";
    let mut field = None;
    for (key, value) in object(NAME, body)? {
        match key.as_str() {
            "field" => field = Some(At::new(NAME, key).text(value)?),
            other => return Err(unsupported(NAME, other)),
        }
    }
    Ok(Kind::Missing {
        field: needed(NAME, "field", field)?,
    })
}
