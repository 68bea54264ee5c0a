//! `composite`: pages of combinations of keys.

use serde_json::Value;

use super::common::{
    SOURCES_MAX, calendar_interval, descending, fixed_interval, needed, object, offset_ms, positive, size,
    unsupported, zone_ms,
};
use super::kinds::{Composite, CompositeSource, CompositeValues, Kind};
use crate::dsl::read::At;
use crate::error::{ApiError, brief};

pub(super) fn composite(body: &Value) -> Result<Kind, ApiError> {
    const NAME: &str = "composite";
    let (mut sources, mut shown, mut after) = (Vec::new(), 10, None);
    for (key, value) in object(NAME, body)? {
        let at = At::new(NAME, key);
        match key.as_str() {
            "sources" => {
                let list = value.as_array().filter(|list| list.len() <= SOURCES_MAX);
                for one in list.ok_or_else(|| at.expected("a list of up to 16 sources", value))? {
                    sources.push(source(at, one)?);
                }
            }
            "size" => shown = size(at, value, 1)?,
            "after" => after = Some(at.object(value)?.clone()),
            other => return Err(unsupported(NAME, other)),
        }
    }
    if sources.is_empty() {
        return needed(NAME, "sources", None);
    }
    for (nth, source) in sources.iter().enumerate() {
        if sources[..nth]
            .iter()
            .any(|other: &CompositeSource| other.name == source.name)
        {
            return Err(ApiError::illegal(format!(
                "Composite source names must be unique, found duplicates: [{}]",
                brief(&source.name)
            )));
        }
    }
    Ok(Kind::Composite(Composite {
        sources,
        size: shown,
        after,
    }))
}

/// `{"name": {"terms": {"field": …}}}`.
fn source(at: At<'_>, value: &Value) -> Result<CompositeSource, ApiError> {
    let only = |value: &Value| {
        let mut entries = at.object(value).ok()?.clone().into_iter();
        entries.next().filter(|_| entries.next().is_none())
    };
    let shape = || at.expected("sources such as {\"name\": {\"terms\": {\"field\": …}}}", value);
    let (name, body) = only(value).ok_or_else(shape)?;
    let (kind, body) = only(&body).ok_or_else(shape)?;
    let (mut field, mut format, mut interval, mut step) = (None, None, None, None);
    let (mut missing_bucket, mut missing_last, mut falling) = (false, None, false);
    let (mut zone, mut offset) = (0, 0);
    for (key, value) in object(&kind, &body)? {
        let at = At::new(&kind, key);
        match (key.as_str(), kind.as_str()) {
            ("field", _) => field = Some(at.text(value)?),
            ("missing_bucket", _) => missing_bucket = at.truth(value)?,
            ("missing_order", _) => {
                missing_last = match value.as_str() {
                    Some("first") => Some(false),
                    Some("last") => Some(true),
                    Some("default") => None,
                    _ => return Err(at.expected("[first], [last] or [default]", value)),
                }
            }
            ("order", _) => falling = descending(at, value)?,
            ("interval", "histogram") => step = Some(positive(at, value)?),
            ("fixed_interval", "date_histogram") => interval = Some(fixed_interval(at, value)?),
            ("calendar_interval", "date_histogram") => interval = Some(calendar_interval(at, value)?),
            ("time_zone", "date_histogram") => zone = zone_ms(at, value)?,
            ("offset", "date_histogram") => offset = offset_ms(at, value)?,
            ("format", "date_histogram" | "terms") => format = Some(at.text(value)?),
            (other, _) => return Err(unsupported(&kind, other)),
        }
    }
    if missing_last.is_some() && !missing_bucket {
        return Err(ApiError::illegal(format!(
            "[missing_order] of the source [{}] requires [missing_bucket] to be true",
            brief(&name)
        )));
    }
    let values = match kind.as_str() {
        "terms" => CompositeValues::Terms,
        "histogram" => CompositeValues::Histogram {
            interval: needed(&kind, "interval", step)?,
        },
        "date_histogram" => CompositeValues::Dates {
            interval: needed(&kind, "fixed_interval] or [calendar_interval", interval)?,
            zone_ms: zone,
            offset_ms: offset,
        },
        other => return Err(unsupported("composite", other)),
    };
    Ok(CompositeSource {
        field: needed(&kind, "field", field)?,
        name,
        values,
        missing_bucket,
        missing_last,
        descending: falling,
        format,
    })
}
