//! `top_hits`: the best documents of a bucket.

use serde_json::Value;
use shared::limits;

use super::common::{object, unsupported};
use super::kinds::{Kind, TopHits};
use crate::dsl::read::At;
use crate::dsl::{SourceFilter, sort};
use crate::error::ApiError;

/// Documents shown unless the client says otherwise, as in Elasticsearch.
const SIZE: u32 = 3;

pub(super) fn top_hits(body: &Value) -> Result<Kind, ApiError> {
    const NAME: &str = "top_hits";
    let mut top = TopHits {
        from: 0,
        size: SIZE,
        sort: Vec::new(),
        source: SourceFilter::ALL,
        track_scores: false,
        version: false,
        seq_no_primary_term: false,
    };
    for (key, value) in object(NAME, body)? {
        let at = At::new(NAME, key);
        match key.as_str() {
            "from" => top.from = part(at, value)?,
            "size" => top.size = part(at, value)?,
            "sort" => top.sort = sort::parse(value)?,
            "_source" => top.source = SourceFilter::parse(value)?,
            "track_scores" => top.track_scores = at.truth(value)?,
            "version" => top.version = at.truth(value)?,
            "seq_no_primary_term" => top.seq_no_primary_term = at.truth(value)?,
            "explain" if !at.truth(value)? => {}
            other => return Err(unsupported(NAME, other)),
        }
    }
    let window = u64::from(top.from) + u64::from(top.size);
    if window > u64::from(limits::TOP_HITS_MAX) {
        return Err(ApiError::illegal(format!(
            "Top hits result window is too large, the top hits aggregator's from + size must be less than or equal to: [{}] but was \
             [{window}]",
            limits::TOP_HITS_MAX
        )));
    }
    Ok(Kind::TopHits(Box::new(top)))
}

/// `from` or `size`; one that is past 32 bits is refused by the limit.
fn part(at: At<'_>, value: &Value) -> Result<u32, ApiError> {
    let number =
        u64::try_from(at.whole(value)?).map_err(|_| at.expected("a number that is not negative", value))?;
    Ok(u32::try_from(number).unwrap_or(u32::MAX))
}
